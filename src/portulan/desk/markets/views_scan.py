"""Scan and compare: pages, and the document that the scan page scores from in the reader's browser."""

from __future__ import annotations

import json
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portulan.desk.markets import selectors
from portulan.desk.markets.caching import PLACE, kept
from portulan.desk.markets.compare_form import CompareForm
from portulan.desk.markets.compare_page import ComparePage, compare_page
from portulan.desk.markets.page_sharing import compare_share, scan_share
from portulan.desk.markets.scan_data import scan_data
from portulan.desk.markets.scan_form import ScanForm
from portulan.desk.markets.scan_page import groups_as_sent, scan_page
from portulan.desk.markets.scan_state import PREFIX, scan_address
from portulan.desk.markets.views import origin

_MINUTES = 300
_SCAN = ("sector", "preset", "estimates", "rows")
_BAD, _LOST, _AWAY = 400, 404, 503
Answer = Callable[[HttpRequest, selectors.Choices, str], HttpResponse]


def answered(request: HttpRequest, answer: Answer) -> HttpResponse:
    """Answer from one release: what a replaced or damaged one does is said, never mixed."""
    language = "fr" if get_language() == "fr" else "en"
    before = selectors.release_key()
    response = _once(request, answer, language)
    if selectors.release_key() != before:
        response = _once(request, answer, language)
    good = response.status_code < _BAD
    response["Cache-Control"] = f"public, max-age={_MINUTES}" if good else "no-store"
    return response


def _once(request: HttpRequest, answer: Answer, language: str) -> HttpResponse:
    try:
        return answer(request, selectors.choices(language), language)
    except selectors.ReleaseMissingError as error:
        return render(request, "markets/no_release.html", {"path": str(error)}, status=_AWAY)
    except selectors.AtlasError as error:
        return render(request, "markets/damaged.html", {"detail": str(error)}, status=_AWAY)


@require_safe
@kept(*PLACE, *_SCAN, prefix=PREFIX)
def show_scan(request: HttpRequest) -> HttpResponse:
    """Answer one state of the scan: the same address always gives the same scores of the same release."""
    return answered(request, _scan)


def _scan(request: HttpRequest, choices: selectors.Choices, language: str) -> HttpResponse:
    form = ScanForm(request.GET, choices, language)
    if not form.fits:
        return scan_wrong(request, form, language)
    page = scan_page(form.state, form, choices, language)
    context = {"page": page, "form": form, "address": scan_address, "share": scan_share(page, origin(request))}
    return render(request, "markets/scan.html", context)


def scan_wrong(request: HttpRequest, form: ScanForm, language: str) -> HttpResponse:
    """Say what of a scan cannot be answered."""
    status = _LOST if form.unknown_word else _BAD
    context = {"form": form, "groups": groups_as_sent(form, language)}
    return render(request, "markets/scan_wrong.html", context, status=status)


@require_safe
@kept(*PLACE, *_SCAN, prefix=PREFIX)
def serve_scan_data(request: HttpRequest) -> HttpResponse:
    """Serve what the page scores from, as JSON."""
    return answered(request, _data)


def _data(request: HttpRequest, choices: selectors.Choices, language: str) -> HttpResponse:
    form = ScanForm(request.GET, choices, language)
    if not form.fits:
        wrong = [f"{problem.label}: {problem.message}" for problem in form.wrong]
        return JsonResponse({"error": _("What is wrong with the address"), "wrong": wrong}, status=_LOST)
    text = json.dumps(scan_data(form.state, language), ensure_ascii=False, separators=(",", ":"))
    return HttpResponse(text, content_type="application/json; charset=utf-8")


@require_safe
@kept(*PLACE, "sector", many="market")
def show_compare(request: HttpRequest) -> HttpResponse:
    """Answer one comparison of up to four markets."""
    return answered(request, _compare)


def _compare(request: HttpRequest, choices: selectors.Choices, language: str) -> HttpResponse:
    form = CompareForm(request.GET, choices, language)
    page = compare_page(form, choices, language)
    status = 200 if form.fits else _LOST if form.unknown_word else _BAD
    return compared(request, page, form, status)


def compared(request: HttpRequest, page: ComparePage, form: CompareForm, status: int) -> HttpResponse:
    """Answer with a comparison as a page; with what is wrong with it where something is."""
    context = {"page": page, "form": form, "share": compare_share(page, origin(request))}
    return render(request, "markets/compare.html", context, status=status)
