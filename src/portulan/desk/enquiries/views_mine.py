"""The page of the questions of somebody who is signed in."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portulan.desk.enquiries import mine, wording
from portulan.desk.enquiries.keys import key_of
from portulan.desk.enquiries.models import Enquiry
from portulan.desk.people.actors import account_of, actor_of, signed_in
from portulan.desk.people.models import Account


@dataclass(frozen=True, slots=True)
class Line:
    """One question in the list: what it is about, where it stands, and the way to its page."""

    reference: str
    href: str
    about: str
    status: str
    received: str


def _account(request: HttpRequest) -> Account:
    account = account_of(request)
    if account is None or account.person is None:
        raise Http404
    return account


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def questions(request: HttpRequest) -> HttpResponse:
    """Show somebody their questions; let them claim those that came from their address before."""
    account, actor, language = _account(request), actor_of(request), get_language() or "en"
    if actor.person is None:
        raise Http404
    if request.method == "POST":
        taken = mine.claim(actor.person, account.email, actor=actor.label)
        answer = HttpResponseRedirect(f"{reverse('enquiries:mine')}?done={'claimed' if taken else ''}")
        answer.status_code = 303
        return answer
    earlier = mine.claimable(account.email)
    shown = {
        "lines": [_line(one, language) for one in mine.questions_of(actor.person)],
        "earlier": _earlier(earlier, account.email) if earlier else "",
        "done": _("They are among your questions.") if request.GET.get("done") == "claimed" else "",
    }
    return render(request, "enquiries/mine.html", shown)


def _line(one: Enquiry, language: str) -> Line:
    needs = list(one.needs.all())
    return Line(
        reference=one.reference,
        href=reverse("enquiries:own", args=[one.reference, key_of(one)]),
        about=" · ".join(wording.about(need, language) for need in needs),
        status=", ".join(dict.fromkeys(wording.status(need) for need in needs)),
        received=wording.moment(one.received_at, language),
    )


def _earlier(count: int, address: str) -> str:
    return ngettext(
        "%(count)s question was sent from %(address)s without signing in.",
        "%(count)s questions were sent from %(address)s without signing in.",
        count,
    ) % {"count": count, "address": address}
