"""What every address for programs has in common: methods, CORS, caching, and parameters that do not exist."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.http.response import HttpResponseNotModified
from django.utils.http import parse_etags
from django.utils.translation import get_language

from portulan import __version__
from portulan.desk.api import problems
from portulan.desk.core import limits
from portulan.desk.enquiries import extracting
from portulan.desk.markets import open_data, selectors

View = Callable[..., HttpResponseBase]
METHODS: Final = "GET, HEAD, OPTIONS"
BUDGET: Final = limits.Budget("api", 600)
"""Questions of one reader in a minute; what they have already (304) is not counted."""
_MINUTES: Final = 300
# Open data: any page may read it; no cookie is ever read, so no credentials are allowed.
_CORS: Final[Mapping[str, str]] = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Link, X-Total-Count, Retry-After",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
_PREFLIGHT: Final[Mapping[str, str]] = {
    "Allow": METHODS,
    "Access-Control-Allow-Methods": METHODS,
    "Access-Control-Allow-Headers": "Accept, If-None-Match, Range",
    "Access-Control-Max-Age": "86400",
}


def json_answer(content: Any, media_type: str = "application/json") -> HttpResponse:
    """Return plain values as JSON; a number that JSON does not know is a fault, never written."""
    text = json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return HttpResponse(text, content_type=media_type)


def open_to_all(view: View, parameters: frozenset[str] | None = frozenset()) -> View:
    """Give a view for programs what they all have; `parameters` are those it knows (None: it looks itself)."""

    @wraps(view)
    def answer(request: HttpRequest, *given: Any, **named: Any) -> HttpResponseBase:
        asked_for = request.method
        if asked_for == "OPTIONS":
            response: HttpResponseBase = HttpResponse(status=204, headers=dict(_PREFLIGHT))
            response["Cache-Control"] = "public, max-age=86400"
        elif asked_for not in ("GET", "HEAD"):
            detail = f"Only {METHODS} are answered here: open data are read, not written."
            response = problems.problem(request, "method", detail, headers={"Allow": METHODS})
        else:
            request.method = "GET"  # the same answer, whose body is then left out
            try:
                response = _get(request, view, parameters, given, named)
            except Exception as error:  # noqa: BLE001 - every fault is said in one form, and noted
                response = problems.problem_of(request, error)
            request.method = asked_for
        for name, value in _CORS.items():
            response[name] = value
        return _without_body(response) if asked_for == "HEAD" else response

    answer.csrf_exempt = True  # type: ignore[attr-defined] # nothing is written
    return answer


def _get(
    request: HttpRequest, view: View, parameters: frozenset[str] | None, given: tuple[Any, ...], named: dict[str, Any]
) -> HttpResponseBase:
    if parameters is not None and (wrong := _unknown_parameter(request, parameters)) is not None:
        return wrong
    before = selectors.release_key()
    tag = etag(request)
    if _has(request, tag):
        response: HttpResponseBase = HttpResponseNotModified()
    elif wait := limits.spend(BUDGET, limits.reader(request)):
        detail = f"More than {BUDGET.most} questions in {BUDGET.seconds} seconds; ask again in {wait}."
        response = problems.problem(request, "too-many-requests", detail, headers={"Retry-After": str(wait)})
    else:
        response = view(request, *given, **named)
        if selectors.release_key() != before:
            # The release was replaced meanwhile: an answer must not mix the figures of two.
            tag = etag(request)
            response = view(request, *given, **named)
    if response.status_code in (200, 304):
        response.headers.setdefault("ETag", tag)
        response.headers.setdefault("Cache-Control", f"public, max-age={_MINUTES}")
    return response


def etag(request: HttpRequest) -> str:
    """Return what changes when the answer may: release, extract, program, the question, and who is asked."""
    asked = sorted((name, value) for name, values in request.GET.lists() for value in values)
    held = (open_data.release_papers()["id"], extracting.published().id)
    parts = (*held, __version__, get_language(), request.get_host(), request.path, asked)
    return f'"{hashlib.sha256(repr(parts).encode()).hexdigest()[:32]}"'


def _has(request: HttpRequest, tag: str) -> bool:
    """Tell whether the asker holds this answer already; compression on the way makes a tag weak."""
    held = {one.removeprefix("W/") for one in parse_etags(request.headers.get("If-None-Match", ""))}
    return tag in held


def _unknown_parameter(request: HttpRequest, known: frozenset[str]) -> HttpResponse | None:
    for name, values in request.GET.lists():
        if name not in known:
            listed = ", ".join(sorted(known)) or "none"
            return problems.problem(
                request,
                "parameter",
                f"There is no parameter “{name[:80]}” here; known: {listed}.",
                did_you_mean=problems.close_words(name, known),
                errors=[{"parameter": name[:80], "message": "unknown parameter"}],
            )
        if len(values) > 1:
            return problems.problem(
                request,
                "parameter",
                f"“{name}” is given {len(values)} times; give it once.",
                errors=[{"parameter": name, "message": "given more than once"}],
            )
    return None


def _without_body(response: HttpResponseBase) -> HttpResponse:
    """Return the headers of an answer alone, with the length that its body would have."""
    bare = HttpResponse(status=response.status_code, headers=dict(response.headers))
    if isinstance(response, HttpResponse) and not response.has_header("Content-Length"):
        bare["Content-Length"] = str(len(response.content))
    response.close()
    return bare
