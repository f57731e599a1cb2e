"""The public pages of the room: to ask, and to follow what one asked by the secret of one's own page."""

from __future__ import annotations

import json
import uuid

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from portulan.desk.core import limits, reference
from portulan.desk.core.limits import Budget
from portulan.desk.enquiries import asking, forgetting, pages, selectors, services
from portulan.desk.enquiries.keys import key_of
from portulan.desk.enquiries.models import Enquiry, Need
from portulan.desk.enquiries.rights import NotYoursError
from portulan.desk.people.actors import actor_of

ASKED = Budget("ask", 6, 600)
SAID = Budget("say", 20, 600)
_UNREADABLE, _TOO_MANY = 422, 429
LONGEST_MESSAGE = 6000


def _private(response: HttpResponse) -> HttpResponse:
    """Keep a page that only its owner may read out of caches and of search engines.

    Other sites never learn its address (`SECURE_REFERRER_POLICY`); ours must, for a form without any is refused.
    """
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Show the form in two steps: what about (in the address), then the question itself; take it in."""
    language = get_language() or "en"
    markets, sectors = reference.names(language)
    if request.method != "POST":
        chosen = asking.read(request.GET, markets, sectors).asked
        page = pages.ask(chosen, str(uuid.uuid4()), markets, sectors, language, going_on=bool(request.GET))
        return _private(render(request, "enquiries/ask.html", {"page": page}))
    read = asking.read(request.POST, markets, sectors)
    wrong = list(read.wrong)
    if read.machine:
        wrong.append((asking.TRAP, _("Leave the field “website” empty: it is there to catch machines.")))
    status = _UNREADABLE
    if not wrong and (seconds := limits.spend(ASKED, limits.reader(request))):
        wrong.append(("", _too_many(seconds)))
        status = _TOO_MANY
    if wrong:
        page = pages.ask(read.asked, read.asked.nonce, markets, sectors, language, going_on=True, wrong=tuple(wrong))
        return _private(render(request, "enquiries/ask.html", {"page": page}, status=status))
    # Read here alone: the page that shows the form is the same for everybody.
    actor = actor_of(request)
    enquiry = services.ask(read.asked, language, asker=actor.person, actor=actor.label)
    return _see_own(enquiry, "new")


def _too_many(seconds: int) -> str:
    minutes = -(-seconds // 60)
    return _("Too much came from your connection: send it again in %(minutes)s minutes.") % {"minutes": minutes}


def _see_own(enquiry: Enquiry, done: str) -> HttpResponse:
    address = reverse("enquiries:own", args=[enquiry.reference, key_of(enquiry)])
    response = HttpResponseRedirect(f"{address}?done={done}")
    response.status_code = 303
    return _private(response)


def _opened(reference_: str, key: str) -> Enquiry:
    found = selectors.own(reference_, key)
    if found is None:
        raise Http404
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def own(request: HttpRequest, reference: str, key: str) -> HttpResponse:
    """Show an asker what became of their question; take in what they add, or whether they were helped."""
    enquiry = _opened(reference, key)
    language = get_language() or "en"
    if request.method != "POST":
        page = pages.own(enquiry, key, language, done=str(request.GET.get("done", "")))
        return _private(render(request, "enquiries/own.html", {"page": page}))
    need = _need_of(enquiry, str(request.POST.get("need", "")))
    if rating := str(request.POST.get("rating", "")):
        if rating not in ("1", "2", "3"):
            raise Http404
        services.rate(need, int(rating))
        return _see_own(enquiry, "rated")
    text = str(request.POST.get(f"text-{need.pk}", "")).replace("\r\n", "\n").replace("\x00", "").strip()
    wrong = _wrong_message(request, text)
    if wrong:
        page = pages.own(enquiry, key, language, wrong=wrong, typed=(need.pk, text))
        return _private(render(request, "enquiries/own.html", {"page": page}, status=_UNREADABLE))
    try:
        services.hear(need, text, nonce=str(request.POST.get("nonce", ""))[:36])
    except (services.DeskError, NotYoursError) as error:
        raise Http404 from error  # erased since the page was opened
    return _see_own(enquiry, "said")


def _wrong_message(request: HttpRequest, text: str) -> str:
    if not text:
        return _("Write your message first.")
    if len(text) > LONGEST_MESSAGE:
        return _("Your message is too long: keep it under %(most)s characters.") % {"most": LONGEST_MESSAGE}
    if seconds := limits.spend(SAID, limits.reader(request)):
        return _too_many(seconds)
    return ""


def _need_of(enquiry: Enquiry, number: str) -> Need:
    for need in enquiry.needs.all():
        if str(need.pk) == number:
            return need
    raise Http404


@require_safe
def own_data(request: HttpRequest, reference: str, key: str) -> HttpResponse:
    """Send an asker all that is kept of what they asked."""
    enquiry = _opened(reference, key)
    text = json.dumps(pages.own_data(enquiry), ensure_ascii=False, indent=2)
    response = HttpResponse(text, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="portulan-{enquiry.reference}.json"'
    return _private(response)


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, reference: str, key: str) -> HttpResponse:
    """Ask whether a question is to be erased, and erase it."""
    enquiry = _opened(reference, key)
    if request.method == "POST":
        forgetting.erase_asker(enquiry)
        return _private(render(request, "enquiries/withdrawn.html", {"reference": enquiry.reference}))
    page = pages.own(enquiry, key, get_language() or "en")
    return _private(render(request, "enquiries/withdraw.html", {"page": page, "now": timezone.now()}))
