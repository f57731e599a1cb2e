"""The explorer and the two files all maps share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from portulan.desk.markets import drawings, selectors, smalls
from portulan.desk.markets.caching import kept
from portulan.desk.markets.forms import MapForm
from portulan.desk.markets.page import map_page
from portulan.desk.markets.selectors import Choices
from portulan.desk.markets.state import MapState
from portulan.desk.markets.table import address

MINUTES = 300
_YEAR = 365 * 24 * 3600
FREE = ("find", "release")
STATE = tuple(field.name for field in fields(MapState) if field.name not in FREE)
"""What makes another page of the map, but free text and the release that a link was made with: those are never kept."""

Answering = Callable[[HttpRequest, MapForm, Choices, str], HttpResponse]


@require_safe
@kept(*STATE, free=FREE)
def show_map(request: HttpRequest) -> HttpResponse:
    """Answer one state of the map: the same address always shows the same figures of the same release."""
    return answered(request, _show)


def answered(request: HttpRequest, answer: Answering) -> HttpResponse:
    """Return what `answer` makes of a state of the map that can be answered; say in words why another cannot."""
    language = "fr" if get_language() == "fr" else "en"
    before = selectors.release_key()
    response = _once(request, answer, language)
    if selectors.release_key() != before:
        # The release was replaced meanwhile: an answer must not mix the figures of two.
        response = _once(request, answer, language)
    return response


def _once(request: HttpRequest, answer: Answering, language: str) -> HttpResponse:
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
        response = answer(request, form, choices, language)
    except selectors.UnknownCodeError as error:
        return _unknown(request, form, str(error))
    except selectors.AtlasError as error:
        return _damaged(request, str(error))
    if not response.has_header("Cache-Control"):
        response["Cache-Control"] = f"public, max-age={MINUTES}"
    return response


def _show(request: HttpRequest, form: MapForm, choices: Choices, language: str) -> HttpResponse:
    if form.by_name:
        # Written as a name in the form: the page has one address, with the code.
        return HttpResponseRedirect(address(form.state))
    if form.state.view:
        page = smalls.smalls_page(form.state, choices, language, origin(request))
        return render(request, "markets/smalls.html", {"page": page, "form": form, "address": address})
    whole = map_page(form.state, choices, language, origin(request))
    # Some figures are read while the page is written.
    return render(request, "markets/map.html", {"page": whole, "form": form, "address": address})


def origin(request: HttpRequest) -> str:
    """Return scheme and host of this site, as the reader called it: only hosts of the settings get this far."""
    return f"{request.scheme}://{request.get_host()}"


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
    response["Cache-Control"] = f"public, max-age={_YEAR}, immutable" if fresh else f"public, max-age={MINUTES}"
    response["ETag"] = f'"{digest}"'
    return response


@require_safe
def world(request: HttpRequest) -> HttpResponse:
    """Serve the shapes of the world, once for every map of a reader."""
    return _shared(request, drawings.world(), "image/svg+xml")


@require_safe
def map_style(request: HttpRequest) -> HttpResponse:
    """Serve the style sheet of the maps."""
    return _shared(request, drawings.map_style(), "text/css; charset=utf-8")


@require_safe
def chart_style(request: HttpRequest) -> HttpResponse:
    """Serve the style sheet of the charts."""
    return _shared(request, drawings.chart_style(), "text/css; charset=utf-8")
