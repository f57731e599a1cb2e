"""A view of the map on other sites: the light page in their frame, and the oEmbed answer that leads to it."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

from csp.constants import NONE, SELF
from csp.decorators import csp_replace
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.urls import Resolver404, resolve
from django.utils.translation import override
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from portulan.desk.markets import selectors
from portulan.desk.markets.forms import MapForm
from portulan.desk.markets.page import embed_page
from portulan.desk.markets.selectors import Choices
from portulan.desk.markets.sharing import HEIGHT, WIDTH, embed_code
from portulan.desk.markets.views import MINUTES, answered, origin

_PAGES = ("map", "embed_map", "market", "cell", "sector")
_ANYONE = {"default-src": [SELF], "base-uri": [NONE], "form-action": [NONE], "object-src": [NONE]}
_LONGEST = 4000
_DIGITS = 6
_OK = 200


@xframe_options_exempt
@csp_replace({**_ANYONE, "frame-ancestors": ["*"]})
@require_safe
def embed_map(request: HttpRequest) -> HttpResponse:
    """Show the map, its legend and its source, and nothing else: any site may frame this page, and only this one."""

    def answer(request: HttpRequest, form: MapForm, choices: Choices, language: str) -> HttpResponse:
        page = embed_page(form.state.change(market=""), choices, language, origin(request))
        return render(request, "markets/embed.html", {"page": page})

    return answered(request, answer)


@require_safe
def oembed(request: HttpRequest) -> HttpResponse:
    """Answer the oEmbed question for a page of ours; JSON only, as the standard allows."""
    if (fmt := request.GET.get("format", "json")) != "json":
        text = f"This site answers in JSON, not in {fmt[:20]!r}."
        return _told(HttpResponse(text, status=501, content_type="text/plain; charset=utf-8"))
    width, height = _most(request.GET.get("maxwidth", ""), WIDTH), _most(request.GET.get("maxheight", ""), HEIGHT)
    if width is None or height is None:
        return _told(JsonResponse({"error": "maxwidth and maxheight are whole numbers of pixels"}, status=400))
    try:
        record = _record(request, width, height)
    except (selectors.ReleaseMissingError, selectors.AtlasError):
        return _told(JsonResponse({"error": "the atlas cannot be read now"}, status=503))
    if record is None:
        return _told(JsonResponse({"error": "url is not a page of this site that can be embedded"}, status=404))
    return _told(JsonResponse(record))


def _record(request: HttpRequest, width: int, height: int) -> dict[str, str | int] | None:
    """Return what shows the page that is asked for, or None where it is not one of ours."""
    here = origin(request)
    language, asked = _page_of(request.GET.get("url", ""), request)
    if asked is None:
        return None
    with override(language):
        form = MapForm(asked, choices := selectors.choices(language))
        if not form.is_valid():
            return None
        shared = embed_page(form.state.change(market=""), choices, language, here).share
        return {
            "version": "1.0",
            "type": "rich",
            "provider_name": "Portulan",
            "provider_url": f"{here}/{language}/",
            "title": shared.title,
            "cache_age": MINUTES,
            "width": width,
            "height": height,
            "html": embed_code(here, shared.state, shared.title, width, height),
        }


def _told(response: HttpResponse) -> HttpResponse:
    # Open data: a script of any site may read it.
    response["Access-Control-Allow-Origin"] = "*"
    response["Cache-Control"] = f"public, max-age={MINUTES}" if response.status_code == _OK else "no-store"
    return response


def _most(text: str, usual: int) -> int | None:
    """Return the length to use where at most `text` pixels are wanted; None where that is no number."""
    if not text:
        return usual
    if not (text.isascii() and text.isdigit() and len(text) <= _DIGITS and int(text) > 0):
        return None
    return min(int(text), usual)


def _page_of(url: str, request: HttpRequest) -> tuple[str, QueryDict | None]:
    """Return the language and the question of a page of ours; no question for anything else in the world."""
    try:
        parts = urlsplit(url[:_LONGEST])
        same = parts.scheme in ("http", "https") and parts.netloc == request.get_host()
        language = next((code for code, _name in settings.LANGUAGES if parts.path.startswith(f"/{code}/")), "")
        if not same or not language:
            return "", None
        with override(language):
            match = resolve(unquote(parts.path))
    except (ValueError, Resolver404):
        return "", None
    if match.namespace != "markets" or match.url_name not in _PAGES:
        return "", None
    asked = QueryDict(parts.query, mutable=True)
    for name, value in match.kwargs.items():
        asked[name] = str(value)
    return language, asked
