"""The map page and the two files all maps share."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from portulan.desk.markets import selectors
from portulan.desk.markets.forms import MapForm
from portulan.desk.markets.page import map_page
from portulan.desk.markets.table import address

_MINUTES = 300
_YEAR = 365 * 24 * 3600


@require_safe
def show_map(request: HttpRequest) -> HttpResponse:
    """Answer one state of the map: the same address always shows the same figures of the same release."""
    language = "fr" if get_language() == "fr" else "en"
    before = selectors.release_key()
    response = _map(request, language)
    if selectors.release_key() != before:
        # The release was replaced meanwhile: a page must not mix the figures of two.
        response = _map(request, language)
    return response


def _map(request: HttpRequest, language: str) -> HttpResponse:
    try:
        choices = selectors.choices(language)
    except selectors.ReleaseMissingError as error:
        return render(request, "markets/no_release.html", {"path": str(error)}, status=503)
    except selectors.AtlasError as error:
        return _damaged(request, str(error))
    form = MapForm(request.GET, choices)
    if not form.is_valid():
        return _unknown(request, form)
    try:
        page = map_page(form.state, choices, language)
        # Some figures are read while the page is written.
        response = render(request, "markets/map.html", {"page": page, "form": form, "address": address})
    except selectors.UnknownCodeError as error:
        return _unknown(request, form, str(error))
    except selectors.AtlasError as error:
        return _damaged(request, str(error))
    response["Cache-Control"] = f"public, max-age={_MINUTES}"
    return response


def _damaged(request: HttpRequest, detail: str) -> HttpResponse:
    """Say that the release cannot be read: nothing the reader could choose would mend it."""
    response = render(request, "markets/damaged.html", {"detail": detail}, status=503)
    response["Cache-Control"] = "no-store"
    return response


def _unknown(request: HttpRequest, form: MapForm, detail: str = "", status: int = 404) -> HttpResponse:
    state = form.nearest_state
    state = state.change(by=state.by or selectors.DEFAULT_BY)
    context = {"form": form, "state": state, "wrong": form.wrong, "detail": detail, "address": address}
    response = render(request, "markets/unknown.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response


def _shared(request: HttpRequest, file: tuple[bytes, str], content_type: str) -> HttpResponse:
    data, digest = file
    response = HttpResponse(data, content_type=content_type)
    fresh = request.GET.get("v") == digest
    response["Cache-Control"] = f"public, max-age={_YEAR}, immutable" if fresh else f"public, max-age={_MINUTES}"
    response["ETag"] = f'"{digest}"'
    return response


@require_safe
def world(request: HttpRequest) -> HttpResponse:
    """Serve the shapes of the world, once for every map of a reader."""
    return _shared(request, selectors.world(), "image/svg+xml")


@require_safe
def map_style(request: HttpRequest) -> HttpResponse:
    """Serve the style sheet of the maps."""
    return _shared(request, selectors.map_style(), "text/css; charset=utf-8")
