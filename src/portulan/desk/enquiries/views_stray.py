"""The pages of the letters of which nothing could be made: for the coordination desk alone."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from portulan.desk.core.incoming.models import ReceivedMail, State
from portulan.desk.core.typed import Typed, WrongError
from portulan.desk.enquiries import stray, stray_page
from portulan.desk.enquiries.reaching import reach_for
from portulan.desk.enquiries.rights import NotYoursError, Reach
from portulan.desk.enquiries.views_ways_in import not_at_the_desk, private, see
from portulan.desk.people.actors import actor_of, signed_in

_WRONG = 422


def may_see_letters(request: HttpRequest) -> bool:
    """Return whether whoever asks may see the letters of which nothing could be made."""
    return Reach(actor_of(request), frozenset()).all_posts


def waiting(request: HttpRequest) -> int:
    """Return how many letters wait for whoever asks."""
    return stray.count(Reach(actor_of(request), frozenset()))


@signed_in
@require_safe
def letters(request: HttpRequest) -> HttpResponse:
    """List the letters that wait, or those that were put away."""
    reach = reach_for(request)
    if not reach.all_posts:
        return not_at_the_desk(request)
    away, after = request.GET.get("view") == "away", str(request.GET.get("after", ""))
    number = int(after) if after.isascii() and after.isdigit() and len(after) < 16 else 0
    rows, following = stray.listed(reach, away=away, after=number)
    page = stray_page.many(
        rows, following, stray.count(reach), get_language() or "en", away=away, done=str(request.GET.get("done", ""))
    )
    return private(render(request, "enquiries/letters.html", {"page": page}))


def _letter(reach: Reach, number: int) -> ReceivedMail:
    try:
        return stray.one(reach, number)
    except NotYoursError as error:
        raise Http404 from error


def _meanwhile() -> HttpResponse:
    return see(f"{reverse('enquiries:letters')}?done=meanwhile")


@signed_in
@require_safe
def letter(request: HttpRequest, number: int) -> HttpResponse:
    """Show one letter as plain text: nothing of it is fetched, and nothing of it runs."""
    try:
        found = _letter(reach_for(request), number)
    except stray.DealtWithError:
        return _meanwhile()
    page = stray_page.single(found, get_language() or "en", done=str(request.GET.get("done", "")))
    return private(render(request, "enquiries/letter.html", {"page": page}))


@signed_in
@require_POST
def act(request: HttpRequest, number: int, act: str) -> HttpResponse:
    """Try a letter again, or put it away."""
    reach = reach_for(request)
    try:
        found = _letter(reach, number)
        if act in ("again", "written"):
            row = stray.try_again(reach, number, as_written=act == "written")
            here = reverse("enquiries:letter", args=[number])
            taken = row.state == State.HANDLED
            return see(f"{reverse('enquiries:letters')}?done=taken" if taken else f"{here}?done=again")
        if act != "away":
            raise Http404
        try:
            stray.put_away(reach, number, Typed(request.POST).line("reason"))
        except WrongError as error:
            empty = _("Say why nothing is to be done about it.")
            wrong = (("reason", error.sentence if request.POST.get("reason", "").strip() else empty),)
            page = stray_page.single(
                found, get_language() or "en", wrong=wrong, typed=str(request.POST.get("reason", ""))
            )
            return private(render(request, "enquiries/letter.html", {"page": page}, status=_WRONG))
    except stray.DealtWithError:
        return _meanwhile()
    return see(f"{reverse('enquiries:letters')}?done=away")
