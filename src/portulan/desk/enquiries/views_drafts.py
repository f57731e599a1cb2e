"""The draft of a question: kept for whoever writes it, found again by their browser or by a secret address."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_POST, require_safe

from portulan.desk.core import limits
from portulan.desk.core.limits import Budget
from portulan.desk.enquiries import asking, drafts
from portulan.desk.enquiries.models import Draft
from portulan.desk.enquiries.taking_in import is_taken_in

COOKIE = "portulan_draft"
BEGUN = Budget("draft", 10, 600)
ADDED = Budget("draft-words", 300, 600)
_TOO_MANY = 429


def draft_of(request: HttpRequest) -> Draft | None:
    """Return the draft that a browser holds; nothing is asked of the database where it holds none."""
    number, _colon, key = request.COOKIES.get(COOKIE, "").partition(":")
    return drafts.found(number, key) if key else None


def keep(request: HttpRequest) -> Draft | None:
    """Keep what was typed; None where it is nothing, or where too much came from this reader."""
    draft = draft_of(request)
    typed = {name: str(request.POST.get(name, "")) for name in drafts.FIELDS}
    if draft is None and (not drafts.worth_keeping(typed) or _too_late(request)):
        return None
    if limits.spend(ADDED if draft else BEGUN, limits.reader(request)):
        return None
    return drafts.keep(typed, get_language() or "en", draft)


def _too_late(request: HttpRequest) -> bool:
    """Return whether the question was sent while its last words were on their way here."""
    return COOKIE in request.COOKIES or is_taken_in(asking.read(request.POST, {}, {}).asked)


def remembered(response: HttpResponse, draft: Draft | None) -> HttpResponse:
    """Have the browser hold the secret of a draft, for as long as it is kept; the page itself cannot read it."""
    if draft is not None:
        response.set_cookie(
            COOKIE, f"{draft.pk}:{drafts.key_of(draft)}", max_age=int(drafts.KEPT.total_seconds()),
            httponly=True, secure=settings.HTTPS, samesite="Lax",
        )  # fmt: skip
    return response


def forgotten(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Erase the draft that a browser holds, and have it forget the secret."""
    draft = draft_of(request)
    if draft is not None:
        drafts.throw_away(draft)
    if COOKIE in request.COOKIES:
        response.delete_cookie(COOKIE, samesite="Lax")
    return response


@require_POST
def keep_quietly(request: HttpRequest) -> HttpResponse:
    """Keep what is being typed, for the script of the form: 204 where it is kept, 429 where it is not."""
    draft = keep(request)
    response = HttpResponse(status=204 if draft or _too_late(request) else _TOO_MANY)
    response["Cache-Control"] = "private, no-store"
    if draft is None and COOKIE in request.COOKIES:
        response.delete_cookie(COOKIE, samesite="Lax")
    return remembered(response, draft)


@require_safe
def draft(request: HttpRequest, number: UUID, key: str) -> HttpResponse:
    """Go on with a draft by its secret address, from whatever browser."""
    found = drafts.found(str(number), key)
    if found is None:
        raise Http404
    response = HttpResponseRedirect(f"{reverse('enquiries:ask')}?go-on=1")
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    return remembered(response, found)


@require_POST
def throw_away(request: HttpRequest) -> HttpResponse:
    """Erase the draft that this browser holds."""
    response = HttpResponseRedirect(f"{reverse('enquiries:ask')}?done=thrown")
    response.status_code = 303
    response["Cache-Control"] = "private, no-store"
    return forgotten(request, response)
