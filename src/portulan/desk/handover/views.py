"""The pages of the room: what is handed over, by whom, to whom."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portulan.desk.core.typed import WrongError
from portulan.desk.handover import acts, content, pages, selectors
from portulan.desk.handover import paper as papers
from portulan.desk.handover.models import Handover
from portulan.desk.handover.rights import NotYoursError, Reach, reach_of
from portulan.desk.people.actors import actor_of, signed_in
from portulan.desk.people.selectors import name_of

_WRONG = 422


def _reach(request: HttpRequest) -> Reach:
    return reach_of(actor_of(request), timezone.localdate())


def _private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "private, no-store"
    return response


def _found(reach: Reach, number: int) -> Handover:
    found = selectors.handover_for(reach, number)
    if found is None:
        raise Http404
    return found


def _see(number: int, done: str) -> HttpResponse:
    response = HttpResponseRedirect(f"{reverse('handover:one', args=[number])}?done={done}")
    response.status_code = 303
    return _private(response)


@signed_in
@require_safe
def handovers(request: HttpRequest) -> HttpResponse:
    """List what the reader leaves, takes over or sees as one of the post; for coordination, all of it."""
    reach, today = _reach(request), timezone.localdate()
    found = selectors.handovers_for(reach)
    if not (found or reach.posts or reach.all_posts):
        raise Http404
    may_leave = bool(selectors.seats_for(reach, today))
    page = pages.list_page(found, today, get_language() or "en", may_leave=may_leave)
    return _private(render(request, "handover/handovers.html", {"page": page}))


@signed_in
@require_safe
def handover(request: HttpRequest, number: int) -> HttpResponse:
    """Show one handover."""
    reach = _reach(request)
    page = pages.handover_page(
        _found(reach, number), reach, get_language() or "en", done=str(request.GET.get("done", ""))
    )
    return _private(render(request, "handover/handover.html", {"page": page}))


@signed_in
@require_safe
def paper(request: HttpRequest, number: int) -> HttpResponse:
    """Send what was signed as a PDF."""
    language = get_language() or "en"
    found = _found(_reach(request), number)
    signed = content.signed(found, language)
    if signed is None:
        raise Http404
    response = HttpResponse(papers.pdf(signed, language), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="handover-{found.post_id}-{found.pk}-{language}.pdf"'
    return _private(response)


@signed_in
@require_POST
def act(request: HttpRequest, number: int, act: str) -> HttpResponse:
    """Do something with a handover; what cannot be done is said beside what was typed."""
    reach = _reach(request)
    found = _found(reach, number)
    if act not in acts.ACTS:
        raise Http404
    sent = acts.Sent(request.POST, reach, found, name_of(reach.actor.person), timezone.localdate())
    try:
        return _see(number, acts.do(act, sent))
    except NotYoursError as error:
        raise Http404 from error
    except WrongError as error:
        page = pages.with_mistake(
            pages.handover_page(found, reach, get_language() or "en"), error.field, error.sentence,
            {name: str(value) for name, value in request.POST.items()}, sent.languages(),
        )  # fmt: skip
        return _private(render(request, "handover/handover.html", {"page": page}, status=_WRONG))


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def leaving(request: HttpRequest) -> HttpResponse:
    """Open a handover at once: somebody leaves sooner than planned."""
    reach, today, language = _reach(request), timezone.localdate(), get_language() or "en"
    seats = selectors.seats_for(reach, today)
    if not seats:
        raise Http404
    if request.method != "POST":
        return _private(render(request, "handover/leaving.html", {"page": pages.leaving_page(seats, language)}))
    try:
        return _see(acts.leave(acts.Leaving(request.POST, reach, seats, today)).pk, "opened")
    except WrongError as error:
        typed = {name: str(value) for name, value in request.POST.items()}
        page = pages.leaving_page(seats, language, ((error.field, error.sentence),), typed)
        return _private(render(request, "handover/leaving.html", {"page": page}, status=_WRONG))
