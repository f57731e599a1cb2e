"""The pages of the desk about people: rows that may be one, and who holds which role."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portulan.desk.core.forms import Wrong
from portulan.desk.core.typed import WrongError
from portulan.desk.people import roles, roles_page, tending, twins_page
from portulan.desk.people.actors import actor_of, signed_in
from portulan.desk.people.services import PeopleError

_WRONG, _FORBIDDEN = 422, 403


def _see(name: str, done: str) -> HttpResponse:
    answer = HttpResponseRedirect(f"{reverse(name)}?done={done}")
    answer.status_code = 303
    return answer


def _not_yours(request: HttpRequest, heading: str, text: str) -> HttpResponse:
    return render(request, "people/not_yours.html", {"heading": heading, "text": text}, status=_FORBIDDEN)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def twins(request: HttpRequest) -> HttpResponse:
    """Show rows that may be one; make one of two, say that they are two, or undo it."""
    actor, wrong = actor_of(request), ""
    if not tending.may_tend(actor):
        return _not_yours(request, _("Rows that look alike"), _("This is for the coordination desk."))
    if request.method == "POST":
        try:
            return _see("people_desk:twins", _do(request))
        except tending.NotAllowedError as error:
            wrong = twins_page.not_allowed(error.why)
        except PeopleError:
            wrong = _("Somebody was faster: these two no longer look alike, or it was undone already.")
    page = twins_page.page(actor, str(request.GET.get("done", "")), wrong)
    return render(request, "people/twins.html", {"page": page}, status=_WRONG if wrong else 200)


def _do(request: HttpRequest) -> str:
    actor, what = actor_of(request), str(request.POST.get("what", ""))
    said = {name: str(request.POST.get(name, "")) for name in ("first", "second", "keep", "merge")}
    if what not in ("person", "organisation"):
        raise Http404
    if said["merge"].isdecimal():
        tending.undo(actor, what, int(said["merge"][:18]))
        return "undone"
    if said["keep"] == "both":
        tending.say_two(actor, what, said["first"], said["second"])
        return "two"
    kept, gone = said["first"], said["second"]
    if said["keep"] == "second":
        kept, gone = gone, kept
    tending.make_one(actor, what, kept, gone)
    return "one"


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def held_roles(request: HttpRequest) -> HttpResponse:
    """Show who holds which role; give one, or end one."""
    actor = actor_of(request)
    wrong: Wrong = ()
    if not roles.may_give(actor):
        text = _("This is for an administrator, with the power switched on.")
        return _not_yours(request, _("Who holds which role"), text)
    if request.method == "POST":
        try:
            ended = str(request.POST.get("end", ""))
            if ended:
                roles.end(actor, int(ended[:18]) if ended.isdecimal() else 0)
                return _see("people_desk:roles", "ended")
            roles.give(actor, roles_page.read(request.POST, timezone.localdate()))
            return _see("people_desk:roles", "given")
        except (roles.RoleError, WrongError) as error:
            wrong = roles_page.wrong_of(error)
    page = roles_page.page(actor, get_language() or "en", request.POST, wrong, str(request.GET.get("done", "")))
    return render(request, "people/roles.html", {"page": page}, status=_WRONG if wrong else 200)
