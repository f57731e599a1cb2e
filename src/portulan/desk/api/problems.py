"""Errors as programs read them: ``application/problem+json`` (RFC 9457), with what was probably meant."""

from __future__ import annotations

import difflib
import json
import logging
from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

from django.core.exceptions import SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from ninja.errors import HttpError, ValidationError

from portulan.desk.markets import open_data, selectors

log = logging.getLogger(__name__)
MEDIA_TYPE: Final = "application/problem+json"
DOCS: Final = "/api/v1/docs"
_LONGEST = 80
_SHOWN = 5

# What can be wrong, by the last word of its `type`: title, and the sentence of the page that explains it.
KINDS: Final[Mapping[str, tuple[int, str]]] = {
    "unreadable": (400, "The request cannot be read"),
    "unknown-path": (404, "There is nothing at this address"),
    "unknown-code": (404, "A word of the question is not in this atlas"),
    "method": (405, "This method is not answered here"),
    "parameter": (422, "A parameter cannot be used"),
    "too-many-requests": (429, "Too many requests"),
    "fault": (500, "The atlas made a mistake"),
    "no-release": (503, "The release cannot be read"),
}


def close_words(word: str, known: Iterable[str]) -> list[str]:
    """Return the known words nearest to one that is not known, the nearest first."""
    by_folded = {one.casefold(): one for one in known}
    found = difflib.get_close_matches(word[:_LONGEST].casefold(), list(by_folded), n=_SHOWN, cutoff=0.6)
    return [by_folded[one] for one in found]


def problem(
    request: HttpRequest,
    kind: str,
    detail: str,
    *,
    did_you_mean: Sequence[str] = (),
    errors: Sequence[Mapping[str, Any]] = (),
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    """Return an error as ``application/problem+json``; never kept by a cache."""
    status, title = KINDS[kind]
    body: dict[str, Any] = {
        "type": f"{DOCS}#{kind}",
        "title": title,
        "status": status,
        "detail": detail,
        "instance": request.get_full_path()[:2000],
        "did_you_mean": list(did_you_mean),
    }
    if errors:
        body["errors"] = list(errors)
    response = HttpResponse(json.dumps(body, ensure_ascii=False), status=status, content_type=MEDIA_TYPE)
    response["Cache-Control"] = "no-store"
    for name, value in (headers or {}).items():
        response[name] = value
    return response


def problem_of(request: HttpRequest, error: Exception) -> HttpResponse:
    """Return what to say of an exception: what the asker can mend in words, what they cannot without details."""
    if isinstance(error, open_data.NotInAtlasError):
        return problem(request, "unknown-code", str(error), did_you_mean=close_words(error.value, error.known))
    if isinstance(error, ValidationError):
        return _invalid(request, error)
    if isinstance(error, selectors.ReleaseMissingError | selectors.AtlasError):
        log.error("the release cannot be read: %s", error)
        return problem(request, "no-release", "The release of this site cannot be read; try again later.")
    if isinstance(error, Http404):
        return problem(request, "unknown-path", "There is nothing at this address.")
    if isinstance(error, SuspiciousOperation):
        return problem(request, "unreadable", "The request is damaged, or has far too many parts.")
    if isinstance(error, HttpError):
        kind = next((name for name, (status, _) in KINDS.items() if status == error.status_code), "unreadable")
        return problem(request, kind, str(error))
    log.error("fault of the API at %s", request.path, exc_info=error)
    return problem(request, "fault", f"{HTTPStatus.INTERNAL_SERVER_ERROR.phrase}; it was noted and will be looked at.")


def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    found = [
        {"parameter": str(one["loc"][-1]) if one.get("loc") else "", "message": str(one.get("msg", ""))}
        for one in error.errors
    ]
    said = "; ".join(f"{one['parameter']}: {one['message']}" for one in found)
    return problem(request, "parameter", said or "A parameter cannot be used.", errors=found)
