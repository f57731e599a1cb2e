"""The page "the sector in figures"."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portulan.desk.markets.caching import kept
from portulan.desk.markets.evidence import evidence_page
from portulan.desk.markets.place import Place, page_address
from portulan.desk.markets.views_pages import answered


@require_safe
@kept
def evidence(request: HttpRequest) -> HttpResponse:
    """What is quoted of the sector, each figure with its papers, and what goods say today."""

    def make(place: Place, language: str) -> HttpResponse:
        page = evidence_page(place, language)
        return render(request, "markets/evidence.html", {"page": page, "page_address": page_address})

    return answered(request, make)
