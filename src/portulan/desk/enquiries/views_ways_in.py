"""The pages of the desk on which questions come in: written down for somebody, or made of a letter."""

from __future__ import annotations

import re
from collections.abc import Mapping

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from portulan.desk.core import reference
from portulan.desk.enquiries import behalf_page, selectors, services, stray, stray_page, telling, uploads
from portulan.desk.enquiries.asking import Asked, Told
from portulan.desk.enquiries.models import Channel, Enquiry
from portulan.desk.enquiries.reaching import reach_for
from portulan.desk.enquiries.rights import NotYoursError, Reach
from portulan.desk.people.actors import signed_in
from portulan.desk.people.selectors import name_of

_WRONG, _FORBIDDEN = 422, 403
_REFERENCE = re.compile(r"[2-9A-Z]{4}-[2-9A-Z]{4}", re.ASCII)


def private(response: HttpResponse) -> HttpResponse:
    """Keep a page out of caches."""
    response["Cache-Control"] = "private, no-store"
    return response


def not_at_the_desk(request: HttpRequest) -> HttpResponse:
    """Say that this page is not theirs."""
    return private(render(request, "network/no_desk.html", {}, status=_FORBIDDEN))


def see(address: str) -> HttpResponse:
    """Lead to a page once something was done."""
    response = HttpResponseRedirect(address)
    response.status_code = 303
    return private(response)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def behalf(request: HttpRequest) -> HttpResponse:
    """Write down a question for somebody who asked by telephone or at a fair."""
    reach = reach_for(request)
    if not reach.may_write_down:
        return not_at_the_desk(request)
    language = get_language() or "en"
    names = reference.names(language)
    try:
        letter = _letter(reach, str((request.POST or request.GET).get("letter", "")))
        if request.method == "POST":
            return _written_down(request, reach, names, letter)
    except stray.DealtWithError:
        return see(f"{reverse('enquiries:letters')}?done=meanwhile")
    asked, told, chosen = stray_page.begun(letter.letter) if letter else (Asked(), Told(), "")
    said = str(request.GET.get("done", ""))
    page = behalf_page.behalf(
        asked, told, chosen or language, names, letter=letter, done=said if _REFERENCE.fullmatch(said) else ""
    )
    return private(render(request, "enquiries/behalf.html", {"page": page}))


def _letter(reach: Reach, number: str) -> behalf_page.FromLetter | None:
    """Return the letter that a question is made of, for those who may read it."""
    if not number:
        return None
    try:
        found = stray.one(reach, int(number) if number.isascii() and number.isdigit() and len(number) < 16 else 0)
    except NotYoursError as error:
        raise Http404 from error
    return behalf_page.FromLetter(found.pk, stray.letter_of(found))


def _written_down(
    request: HttpRequest,
    reach: Reach,
    names: tuple[Mapping[str, str], Mapping[str, str]],
    letter: behalf_page.FromLetter | None,
) -> HttpResponse:
    found = telling.read(request.POST, *names, reach.actor.person, name_of(reach.actor.person))
    chosen = request.FILES.getlist(uploads.FIELD)
    files, refused = uploads.read(chosen) if not found.wrong else ((), uploads.once_more(chosen))
    if wrong := (*found.wrong, *refused):
        page = behalf_page.behalf(found.asked, found.told, found.language, names, letter=letter, wrong=wrong)
        return private(render(request, "enquiries/behalf.html", {"page": page}, status=_WRONG))
    if letter is not None:
        enquiry = stray.make_question(reach, letter.number, found.asked, found.language, found.told, files)
        return see(_where(reach, enquiry))
    enquiry = services.ask(
        found.asked, found.language, channel=Channel.BEHALF, told=found.told, files=files, actor=reach.actor.label
    )
    return see(_where(reach, enquiry))


def _where(reach: Reach, enquiry: Enquiry) -> str:
    """Return where whoever wrote a question down reads on: the question where it is theirs to answer, else the form."""
    need = selectors.first_need_for(reach, enquiry)
    if need is not None:
        return f"{reverse('enquiries:need', args=[need])}?done=written"
    return f"{reverse('enquiries:behalf')}?done={enquiry.reference}"
