"""The pages of the desk: what waits, one need and all that is done with it, and who would get a question."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_POST, require_safe

from portulan.desk.core import reference
from portulan.desk.enquiries import acts, inbox_page, need_page, selectors, simulate_page
from portulan.desk.enquiries.models import Closing, Need
from portulan.desk.enquiries.reaching import reach_for
from portulan.desk.enquiries.rights import NotYoursError, Reach
from portulan.desk.enquiries.selectors import View
from portulan.desk.enquiries.standing import standing
from portulan.desk.people.actors import signed_in
from portulan.desk.people.selectors import name_of

_WRONG, _FORBIDDEN = 422, 403


def _reach(request: HttpRequest) -> Reach:
    return reach_for(request)


def _private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "private, no-store"
    return response


def _not_at_the_desk(request: HttpRequest) -> HttpResponse:
    return _private(render(request, "network/no_desk.html", {}, status=_FORBIDDEN))


@signed_in
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """Show what waits."""
    reach = _reach(request)
    if not reach.at_the_desk:
        return _not_at_the_desk(request)
    language = get_language() or "en"
    asked = str(request.GET.get("view", ""))
    offered = selectors.views_of(reach)
    view = View(asked) if asked in set(View) else View.POST if View.POST in offered else View.MINE
    after = str(request.GET.get("after", ""))
    names = reference.names(language)
    market, sector = str(request.GET.get("market", "")), str(request.GET.get("sector", ""))
    shown = selectors.inbox(
        reach, view, after=int(after) if after.isdigit() and len(after) < 16 else None,
        market=market if market in names[0] else "", sector=sector if sector in names[1] else "",
    )  # fmt: skip
    page = inbox_page.inbox(
        shown, view, selectors.counts(reach), selectors.promises_due(reach, timezone.localdate()), names,
        (market, sector), language,
    )  # fmt: skip
    return _private(render(request, "enquiries/inbox.html", {"page": page}))


def _need(reach: Reach, number: int) -> Need:
    found = selectors.need_for(reach, number)
    if found is None:
        raise Http404
    return found


@signed_in
@require_safe
def need(request: HttpRequest, number: int) -> HttpResponse:
    """Show one need."""
    reach = _reach(request)
    found = _need(reach, number)
    if found.closing == Closing.JOINED and (other := selectors.plain_need(reach, standing(found).pk)):
        return _private(HttpResponseRedirect(reverse("enquiries:need", args=[other.pk])))
    page = need_page.need(found, reach, get_language() or "en", done=str(request.GET.get("done", "")))
    return _private(render(request, "enquiries/need.html", {"page": page}))


@signed_in
@require_POST
def act(request: HttpRequest, number: int, act: str) -> HttpResponse:
    """Do something with a need; what cannot be done is said beside what was typed."""
    reach = _reach(request)
    found = _need(reach, number)
    if act not in acts.ACTS:
        raise Http404
    sent = acts.Sent(request.POST, reach, found, name_of(reach.actor.person))
    try:
        done = acts.do(act, sent)
    except NotYoursError as error:
        raise Http404 from error
    except acts.WrongError as error:
        page = need_page.need(
            found, reach, get_language() or "en", wrong=((error.field, error.sentence),), act=act,
            typed={name: str(value) for name, value in request.POST.items()},
        )  # fmt: skip
        return _private(render(request, "enquiries/need.html", {"page": page}, status=_WRONG))
    # Who hands a need to another post may no longer see it there.
    stays = selectors.need_for(_reach(request), number) is not None
    address = reverse("enquiries:need", args=[number]) if stays else reverse("enquiries:inbox")
    response = HttpResponseRedirect(f"{address}?done={done}")
    response.status_code = 303
    return _private(response)


@signed_in
@require_safe
def simulate(request: HttpRequest) -> HttpResponse:
    """Show who would get a question today, and why each of the others would not."""
    reach = _reach(request)
    if not reach.at_the_desk:
        return _not_at_the_desk(request)
    language = get_language() or "en"
    names = reference.names(language)
    page = simulate_page.simulate(request.GET, names, language, may_rule=reach.all_posts)
    return _private(render(request, "enquiries/simulate.html", {"page": page}))
