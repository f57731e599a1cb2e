"""The pages of questions asked twice: those that are likely one, and where the page of a joined one is now."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from portulan.desk.core import limits
from portulan.desk.core.limits import Budget
from portulan.desk.enquiries import joining, selectors, selectors_after, twins_page
from portulan.desk.enquiries.keys import key_of
from portulan.desk.enquiries.models import Enquiry
from portulan.desk.enquiries.rights import reach_of
from portulan.desk.people.actors import actor_of, signed_in

AGAIN = Budget("address again", 3, 3600)
_TOO_MANY = 429


def _private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    return response


@signed_in
@require_safe
def twins(request: HttpRequest, number: int) -> HttpResponse:
    """Show the questions that are likely this one, asked again."""
    reach = reach_of(actor_of(request), timezone.localdate())
    need = selectors.plain_need(reach, number)
    if need is None:
        raise Http404
    page = twins_page.twins(need, selectors_after.likely_twins(reach, need), get_language() or "en")
    return _private(render(request, "enquiries/twins.html", {"page": page}))


def elsewhere(request: HttpRequest, reference: str, key: str) -> HttpResponse:
    """Lead on from a page whose question was joined with another, or whose address is no longer in use.

    Where the new address may not be shown, it is sent by letter, again at the push of a button.
    """
    found = selectors_after.elsewhere(reference, key)
    if found is None:
        raise Http404
    enquiry, may_follow = found
    if may_follow and request.method != "POST":
        return _private(HttpResponseRedirect(_own(enquiry)))
    sent, status = False, 200
    if request.method == "POST":
        # Per question as well as per reader: nobody's letterbox is to be filled from here.
        held_back = limits.spend(AGAIN, f"{limits.reader(request)}") or limits.spend(AGAIN, str(enquiry.pk))
        if held_back:
            status = _TOO_MANY
        else:
            joining.send_address(enquiry)
            sent = True
    context = {
        "reference": reference,
        "now": enquiry.reference,
        "here": request.path,
        "sent": sent,
        "waits": status == _TOO_MANY,
    }
    return _private(render(request, "enquiries/elsewhere.html", {"page": context}, status=status))


def _own(enquiry: Enquiry) -> str:
    return reverse("enquiries:own", args=[enquiry.reference, key_of(enquiry)])
