"""The public pages of the room: to ask, and to follow what one asked by the secret of one's own page."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from portulan.desk.core import limits, reference
from portulan.desk.core.limits import Budget
from portulan.desk.enquiries import asking, forgetting, pages, selectors, services, uploads, views_drafts, views_joining
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
        return _form(request, markets, sectors, language)
    if request.POST.get("keep"):
        draft = views_drafts.keep(request)
        return views_drafts.remembered(_see(f"{reverse('enquiries:ask')}?go-on=1&done=kept"), draft)
    read = asking.read(request.POST, markets, sectors)
    wrong = list(read.wrong)
    if read.machine:
        wrong.append((asking.TRAP, _("Leave the field “website” empty: it is there to catch machines.")))
    chosen_files = request.FILES.getlist(uploads.FIELD)
    files, refused = uploads.read(chosen_files) if not wrong else ((), uploads.once_more(chosen_files))
    wrong += refused
    status = _UNREADABLE
    if not wrong and (seconds := limits.spend(ASKED, limits.reader(request))):
        wrong += [("", _too_many(seconds)), *uploads.once_more(chosen_files)]
        status = _TOO_MANY
    if wrong:
        # What was typed is kept also where the line is cut before it is mended; of a machine, nothing is.
        draft = None if read.machine else views_drafts.keep(request)
        page = pages.ask(
            read.asked, read.asked.nonce, markets, sectors, language, going_on=True,
            draft=pages.kept_draft(draft, language, request.build_absolute_uri), wrong=tuple(wrong),
        )  # fmt: skip
        response = render(request, "enquiries/ask.html", {"page": page, "said": ""}, status=status)
        return views_drafts.remembered(_private(response), draft)
    # Read here alone: the page that shows the form is the same for everybody.
    actor = actor_of(request)
    enquiry = services.ask(read.asked, language, files=files, asker=actor.person, actor=actor.label)
    return views_drafts.forgotten(request, _see_own(enquiry, "new"))


def _form(request: HttpRequest, markets: Mapping[str, str], sectors: Mapping[str, str], language: str) -> HttpResponse:
    """Show the form: with the draft of this browser where its writer goes on with it, or has chosen a market."""
    chosen = asking.read(request.GET, markets, sectors).asked
    draft = views_drafts.draft_of(request)
    going_on = any(request.GET.get(name) for name in ("market", "sector", "topic", "go-on"))
    if draft is not None and going_on:
        chosen = asking.begun(draft.fields, chosen)
    nonce = chosen.nonce or str(uuid.uuid4())
    kept = pages.kept_draft(draft, language, request.build_absolute_uri, str(request.GET.get("done", "")))
    page = pages.ask(chosen, nonce, markets, sectors, language, going_on=going_on, draft=kept)
    said = _("The draft was erased.") if request.GET.get("done") == "thrown" and draft is None else ""
    return _private(render(request, "enquiries/ask.html", {"page": page, "said": said}))


def _too_many(seconds: int) -> str:
    minutes = -(-seconds // 60)
    return _("Too much came from your connection: send it again in %(minutes)s minutes.") % {"minutes": minutes}


def _see_own(enquiry: Enquiry, done: str) -> HttpResponse:
    return _see(f"{reverse('enquiries:own', args=[enquiry.reference, key_of(enquiry)])}?done={done}")


def _see(address: str) -> HttpResponse:
    response = HttpResponseRedirect(address)
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
    enquiry = selectors.own(reference, key)
    if enquiry is None:
        return views_joining.elsewhere(request, reference, key)
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
    chosen = request.FILES.getlist(f"{uploads.FIELD}-{need.pk}")
    files, refused = uploads.read(chosen, f"{uploads.FIELD}-{need.pk}")
    wrong = tuple(refused)
    if said := _wrong_message(request, text):
        wrong = ((f"text-{need.pk}", said), *uploads.once_more(chosen, f"{uploads.FIELD}-{need.pk}"))
    if wrong:
        page = pages.own(enquiry, key, language, wrong=wrong, typed=(need.pk, text))
        return _private(render(request, "enquiries/own.html", {"page": page}, status=_UNREADABLE))
    try:
        services.hear(need, text, nonce=str(request.POST.get("nonce", ""))[:36], files=files)
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
    enquiry = selectors.own(reference, key)
    if enquiry is None:
        return views_joining.elsewhere(request, reference, key)
    if request.method == "POST":
        forgetting.erase_asker(enquiry)
        return _private(render(request, "enquiries/withdrawn.html", {"reference": enquiry.reference}))
    page = pages.own(enquiry, key, get_language() or "en")
    return _private(render(request, "enquiries/withdraw.html", {"page": page, "now": timezone.now()}))
