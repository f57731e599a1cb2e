"""The pages of questions asked twice: those that are likely one, and where the page of a joined one is now."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portulan.desk.core import limits
from portulan.desk.core.limits import Budget
from portulan.desk.enquiries import joining, selectors, selectors_after, services, twins_page
from portulan.desk.enquiries.keys import key_of
from portulan.desk.enquiries.models import Enquiry
from portulan.desk.enquiries.reaching import reach_for
from portulan.desk.enquiries.rights import NotYoursError
from portulan.desk.people.actors import signed_in

AGAIN = Budget("address again", 3, 3600)
SAID = Budget("say", 20, 600)
LONGEST_MESSAGE = 6000
_TOO_MANY = 429


def _private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    return response


@signed_in
@require_safe
def twins(request: HttpRequest, number: int) -> HttpResponse:
    """Show the questions that are likely this one, asked again."""
    reach = reach_for(request)
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
    said = _said(request, reference)
    waits = False
    if request.method == "POST" and request.POST.get("act") == "again":
        # Per question as well as per reader: nobody's letterbox is to be filled from here.
        waits = bool(limits.spend(AGAIN, limits.reader(request)) or limits.spend(AGAIN, str(enquiry.pk)))
        if not waits:
            joining.send_address(enquiry)
            said = _("The letter is on its way to you.")
    context = {
        "reference": reference,
        "now": enquiry.reference,
        "here": reverse("enquiries:own", args=[reference, key]),
        "said": said,
        "waits": waits,
    }
    return _private(render(request, "enquiries/elsewhere.html", {"page": context}, status=_TOO_MANY if waits else 200))


def _said(request: HttpRequest, reference: str) -> str:
    """Take in what somebody wrote on the old page before they knew, and return what to say of it."""
    number = str(request.POST.get("need", "")) if request.method == "POST" else ""
    text = str(request.POST.get(f"text-{number}", "")).replace("\r\n", "\n").replace("\x00", "").strip()
    need = selectors_after.need_of(reference, number)
    if not text or need is None or len(text) > LONGEST_MESSAGE or limits.spend(SAID, limits.reader(request)):
        return ""
    try:
        services.hear(need, text, nonce=str(request.POST.get("nonce", ""))[:36])
    except (services.DeskError, NotYoursError) as error:
        raise Http404 from error  # erased since the page was opened
    return _("Your message was sent.")


def _own(enquiry: Enquiry) -> str:
    return reverse("enquiries:own", args=[enquiry.reference, key_of(enquiry)])
