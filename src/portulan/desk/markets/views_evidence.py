"""The page "the sector in figures"."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portulan.desk.markets.caching import PLACE, kept
from portulan.desk.markets.evidence import evidence_page
from portulan.desk.markets.page_sharing import evidence_share
from portulan.desk.markets.place import Place, page_address
from portulan.desk.markets.views import origin
from portulan.desk.markets.views_pages import answered


@require_safe
@kept(*PLACE)
def evidence(request: HttpRequest) -> HttpResponse:
    """What is quoted of the sector, each figure with its papers, and what goods say today."""

    def make(place: Place, language: str) -> HttpResponse:
        page, share = evidence_page(place, language), evidence_share(place, origin(request))
        return render(request, "markets/evidence.html", {"page": page, "share": share, "page_address": page_address})

    return answered(request, make)
