"""The pages of the desk on which questions come in: written down for somebody, or made of a letter."""

from __future__ import annotations

import re

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from portulan.desk.core import reference
from portulan.desk.enquiries import behalf_page, selectors, services, telling, uploads
from portulan.desk.enquiries.asking import Asked, Told
from portulan.desk.enquiries.models import Channel, Enquiry
from portulan.desk.enquiries.rights import Reach, reach_of
from portulan.desk.people.actors import actor_of, signed_in
from portulan.desk.people.selectors import name_of

_WRONG, _FORBIDDEN = 422, 403
_REFERENCE = re.compile(r"[2-9A-Z]{4}-[2-9A-Z]{4}", re.ASCII)


def reach_for(request: HttpRequest) -> Reach:
    """Return what whoever asks may work on today."""
    return reach_of(actor_of(request), timezone.localdate())


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
    if request.method != "POST":
        said = str(request.GET.get("done", ""))
        done = said if _REFERENCE.fullmatch(said) else ""
        page = behalf_page.behalf(Asked(), Told(), language, names, done=done)
        return private(render(request, "enquiries/behalf.html", {"page": page}))
    found = telling.read(request.POST, *names, reach.actor.person, name_of(reach.actor.person))
    files, refused = uploads.read(request.FILES.getlist(uploads.FIELD))
    if wrong := (*found.wrong, *refused):
        page = behalf_page.behalf(found.asked, found.told, found.language, names, wrong=wrong)
        return private(render(request, "enquiries/behalf.html", {"page": page}, status=_WRONG))
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
