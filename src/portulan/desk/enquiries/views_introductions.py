"""The pages of introductions: a colleague proposes one, and each side says yes or no by the secret of its own page.

Opening a page never says anything: programs that check letters for dangerous links open them too.
"""

from __future__ import annotations

import json
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from portulan.desk.core import limits
from portulan.desk.core.typed import Typed, WrongError
from portulan.desk.enquiries import introduction_pages as pages
from portulan.desk.enquiries import introductions, selectors, selectors_after
from portulan.desk.enquiries.models import Need
from portulan.desk.enquiries.models_after import Introduction, Side
from portulan.desk.enquiries.reaching import reach_for
from portulan.desk.enquiries.rights import NotYoursError, Reach
from portulan.desk.enquiries.services import DeskError
from portulan.desk.enquiries.views import SAID
from portulan.desk.people.actors import signed_in
from portulan.desk.people.selectors import name_of

_WRONG, _TOO_MANY = 422, 429


def _private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    return response


def _need(reach: Reach, number: int) -> Need:
    found = selectors.need_for(reach, number)
    if found is None:
        raise Http404
    return found


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def introduce(request: HttpRequest, number: int) -> HttpResponse:
    """Show the form to propose an introduction, and propose it."""
    reach = reach_for(request)
    need = _need(reach, number)
    partners = introductions.partners_to_meet(reach, timezone.localdate())
    language = get_language() or "en"
    if request.method != "POST":
        page = pages.propose(need, partners, language)
        return _private(render(request, "enquiries/introduce.html", {"page": page}))
    try:
        said = pages.read(typed := Typed(request.POST), partners)
        _propose(reach, number, said, typed.nonce)
    except WrongError as error:
        page = pages.propose(
            need, partners, language, wrong=((error.field, error.sentence),),
            typed={name: str(value) for name, value in request.POST.items()},
        )  # fmt: skip
        return _private(render(request, "enquiries/introduce.html", {"page": page}, status=_WRONG))
    return _see(f"{reverse('enquiries:need', args=[number])}?done=introduced")


def _propose(reach: Reach, number: int, said: introductions.Proposal, nonce: str) -> None:
    try:
        introductions.propose(reach, _need(reach, number), said, name_of(reach.actor.person), nonce=nonce)
    except NotYoursError as error:
        raise Http404 from error
    except DeskError as error:
        raise WrongError(*pages.refusal(str(error))) from error


def _see(address: str) -> HttpResponse:
    response = HttpResponseRedirect(address)
    response.status_code = 303
    return _private(response)


def _opened(number: UUID, key: str) -> tuple[Introduction, Side]:
    found = selectors_after.introduction(number, key)
    if found is None:
        raise Http404
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def introduction(request: HttpRequest, number: UUID, key: str) -> HttpResponse:
    """Show one side what is proposed; take in their yes, their no, or the wish to be erased."""
    one, side = _opened(number, key)
    language = get_language() or "en"
    if request.method != "POST":
        page = pages.side(one, side, key, language, done=str(request.GET.get("done", "")))
        return _private(render(request, "enquiries/introduction.html", {"page": page}))
    act = str(request.POST.get("act", ""))
    if act not in _ACTS:
        raise Http404
    typed = Typed(request.POST)
    try:
        if seconds := limits.spend(SAID, limits.reader(request)):
            return _again(request, one, side, key, _too_many(seconds), _TOO_MANY)
        if act == "erase":
            return _erased(request, one, side)
        if act == "take-back":
            introductions.take_back(one, side)
        else:
            word = typed.text("word", pages.LONGEST_WORD, needed=False)
            introductions.say(one, side, agreed=act == "yes", word=word)
    except WrongError as error:
        return _again(request, one, side, key, error.sentence, _WRONG, error.field)
    except (DeskError, NotYoursError):
        return _again(request, *_opened(number, key), key, _("It is over: nothing was changed."), _WRONG)
    return _see(f"{reverse('enquiries:introduction', args=[number, key])}?done={_ACTS[act]}")


_ACTS = {"yes": "yes", "no": "no", "take-back": "taken_back", "erase": ""}


def _again(
    request: HttpRequest, one: Introduction, side: Side, key: str, sentence: str, status: int, field: str = ""
) -> HttpResponse:
    page = pages.side(
        one, side, key, get_language() or "en", wrong=((field, sentence),), word=str(request.POST.get("word", ""))
    )
    return _private(render(request, "enquiries/introduction.html", {"page": page}, status=status))


def _erased(request: HttpRequest, one: Introduction, side: Side) -> HttpResponse:
    if side is not Side.OTHER:
        raise Http404  # the one who asked withdraws their question, on their own page
    introductions.erase_other(one)
    return _private(render(request, "enquiries/introduction_erased.html", {}))


def _too_many(seconds: int) -> str:
    minutes = -(-seconds // 60)
    return _("Too much came from your connection: send it again in %(minutes)s minutes.") % {"minutes": minutes}


@require_safe
def introduction_data(request: HttpRequest, number: UUID, key: str) -> HttpResponse:
    """Send one side all that is kept of them."""
    one, side = _opened(number, key)
    text = json.dumps(pages.held_of(one, side), ensure_ascii=False, indent=2)
    response = HttpResponse(text, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="portulan-introduction.json"'
    return _private(response)
