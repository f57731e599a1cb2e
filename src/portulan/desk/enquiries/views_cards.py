"""Answer cards: found and read by anyone; written, read again and published at the desk."""

from __future__ import annotations

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from portulan.desk.core import reference
from portulan.desk.core.forms import Wrong
from portulan.desk.enquiries import card_pages, cards, selectors
from portulan.desk.enquiries.cards import Written
from portulan.desk.enquiries.models import AnswerCard, Need, Topic
from portulan.desk.enquiries.reaching import reach_for
from portulan.desk.enquiries.rights import NotYoursError, Reach
from portulan.desk.enquiries.services import DeskError
from portulan.desk.people.actors import signed_in
from portulan.desk.people.selectors import name_of

_WRONG, _FORBIDDEN = 422, 403
_MINUTE = 60
LONGEST_QUESTION, LONGEST_ANSWER, LONGEST_REASON = 300, 20000, 300


@require_safe
def answers(request: HttpRequest) -> HttpResponse:
    """Show the published answers to a query."""
    page = card_pages.answers(request.GET.dict(), get_language() or "en")
    return _kept(render(request, "enquiries/answers.html", {"page": page}))


@require_safe
def answer(request: HttpRequest, number: int) -> HttpResponse:
    """Show one published answer."""
    one = cards.published(timezone.localdate()).select_related("territory", "sector", "post").filter(pk=number).first()
    if one is None:
        raise Http404
    page = card_pages.card(one, None, get_language() or "en")
    return _kept(render(request, "enquiries/answer.html", {"page": page}))


def _kept(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = f"public, max-age={_MINUTE}"
    return response


def _private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "private, no-store"
    return response


def _reach(request: HttpRequest) -> Reach:
    return reach_for(request)


@signed_in
@require_safe
def cards_(request: HttpRequest) -> HttpResponse:
    """Show what waits to be read again, and all cards."""
    reach = _reach(request)
    if not reach.at_the_desk:
        return _private(render(request, "network/no_desk.html", {}, status=_FORBIDDEN))
    language = get_language() or "en"
    waiting = cards.to_read_again(reach, timezone.localdate()).select_related("territory", "sector")
    others = cards.cards_of(reach).exclude(pk__in=waiting.values("pk")).select_related("territory", "sector")
    page = {
        "waiting": card_pages.lines(list(waiting[:50]), language),
        "others": card_pages.lines(list(others.order_by("-made_at", "-pk")[:50]), language),
    }
    return _private(render(request, "enquiries/cards.html", {"page": page}))


def _card(reach: Reach, number: int) -> AnswerCard:
    found = (
        cards.cards_of(reach).select_related("territory", "sector", "post", "need__enquiry").filter(pk=number).first()
    )
    if found is None:
        raise Http404
    return found


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def card(request: HttpRequest, number: int) -> HttpResponse:
    """Show a card to the desk; publish it, send it back, take it away."""
    reach = _reach(request)
    one = _card(reach, number)
    wrong: Wrong = ()
    if request.method == "POST":
        name, act = name_of(reach.actor.person), str(request.POST.get("act", ""))
        reason = " ".join(str(request.POST.get("reason", "")).split())[:LONGEST_REASON]
        try:
            if act == "publish":
                cards.publish(reach, one, name)
            elif act == "send_back" and not reason:
                wrong = (("reason", _("Say what is to be changed.")),)
            elif act == "send_back":
                cards.send_back(reach, one, reason, name)
            elif act == "withdraw":
                cards.withdraw(reach, one)
            else:
                raise Http404
        except DeskError as error:
            wrong = (_refusal(str(error)),)
        if not wrong:
            return _see(reverse("enquiries:card", args=[number]))
    page = card_pages.card(one, reach, get_language() or "en", wrong)
    return _private(render(request, "enquiries/card.html", {"page": page}, status=_WRONG if wrong else 200))


def _see(address: str) -> HttpResponse:
    response = HttpResponseRedirect(address)
    response.status_code = 303
    return _private(response)


def _refusal(code: str) -> tuple[str, str]:
    return {
        "names": (
            "answer",
            _("The name, address or organisation of the person who asked still stands here: take it out."),
        ),
        "past": ("expires_on", _("This day has passed: choose a later one.")),
        "own": ("", _("Somebody else must read what you wrote.")),
        "state": ("", _("Somebody has dealt with this card already.")),
    }[code]


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest, number: int) -> HttpResponse:
    """Write a card from a need."""
    reach = _reach(request)
    need = selectors.need_for(reach, number)
    if need is None:
        raise Http404
    back = reverse("enquiries:need", args=[number])
    return _written(request, reach, need, None, card_pages.from_need(need), back)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def rewrite(request: HttpRequest, number: int) -> HttpResponse:
    """Write a card anew."""
    reach = _reach(request)
    one = _card(reach, number)
    return _written(request, reach, None, one, card_pages.from_card(one), reverse("enquiries:card", args=[number]))


def _written(
    request: HttpRequest, reach: Reach, need: Need | None, one: AnswerCard | None, begins: dict[str, str], back: str
) -> HttpResponse:
    language = get_language() or "en"
    if request.method != "POST":
        page = card_pages.write(request.path, back, begins, language)
        return _private(render(request, "enquiries/card_write.html", {"page": page}))
    typed = {name: str(request.POST.get(name, "")).replace("\r\n", "\n").replace("\x00", "").strip() for name in begins}
    written, wrong = _read(typed)
    if written is not None:
        try:
            kept = cards.write(reach, need, written, name_of(reach.actor.person), one)
            return _see(reverse("enquiries:card", args=[kept.pk]))
        except NotYoursError as error:
            raise Http404 from error
        except DeskError as error:
            wrong = (_refusal(str(error)),)
    page = card_pages.write(request.path, back, typed, language, wrong)
    return _private(render(request, "enquiries/card_write.html", {"page": page}, status=_WRONG))


def _read(typed: dict[str, str]) -> tuple[Written | None, Wrong]:
    """Return a card as written, or what is wrong with it."""
    wrong = []
    too_long = _("This is too long: keep it under %(most)s characters.")
    for name, most in (("question", LONGEST_QUESTION), ("answer", LONGEST_ANSWER)):
        if not typed[name]:
            wrong.append((name, _("Write something first.")))
        elif len(typed[name]) > most:
            wrong.append((name, too_long % {"most": most}))
    if typed["market"] and typed["market"] not in reference.territory_names("en"):
        wrong.append(("market", _("This market is not known: choose one of the list.")))
    if typed["sector"] and typed["sector"] not in reference.sector_names("en"):
        wrong.append(("sector", _("This sector is not known: choose one of the list.")))
    if typed["topic"] not in Topic.values:
        wrong.append(("topic", _("Choose what your question is about.")))
    if typed["language"] not in ("en", "fr"):
        wrong.append(("language", _("Choose the language of the card.")))
    try:
        expires = date.fromisoformat(typed["expires_on"])
    except ValueError:
        wrong.append(("expires_on", _("Give a day, as 2026-12-31.")))
    if wrong:
        return None, tuple(wrong)
    question = " ".join(typed["question"].split())
    return Written(
        question, typed["answer"], typed["language"], typed["market"], typed["sector"], typed["topic"], expires
    ), ()
