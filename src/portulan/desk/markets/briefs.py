"""Market briefs to take away: made when asked for, kept until the release or the day changes, so many a minute."""

from __future__ import annotations

import hashlib
import re

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from portulan.atlas import api
from portulan.desk.core import keeping, limits
from portulan.desk.markets import selectors
from portulan.desk.markets.place import Place, Problem, page_address
from portulan.desk.markets.views_pages import answered, market_problems, sector_problems

BUDGET = limits.Budget("briefs", 20)
CACHE = "briefs"
MINUTES = 300
_DAY = 24 * 3600
_UNSAFE = re.compile(r"[^A-Za-z0-9]+")


@require_safe
def cell(request: HttpRequest, market: str, sector: str) -> HttpResponseBase:
    """Send the brief of a sector in a market."""
    return _brief(request, "brief_cell", market, sector)


@require_safe
def market(request: HttpRequest, market: str) -> HttpResponseBase:
    """Send the brief of a market."""
    return _brief(request, "brief_market", market, "")


@require_safe
def sector(request: HttpRequest, sector: str) -> HttpResponseBase:
    """Send the brief of a sector."""
    return _brief(request, "brief_sector", "", sector)


def _brief(request: HttpRequest, name: str, market: str, sector: str) -> HttpResponseBase:
    words = {kind: word for kind, word in (("market", market), ("sector", sector)) if word}
    if market and market != market.upper() and not market_problems(market.upper()):
        query = f"?{request.GET.urlencode()}" if request.GET else ""
        return redirect(page_address(name, None, **{**words, "market": market.upper()}) + query, permanent=True)
    problems = (*(market_problems(market) if market else ()), *(sector_problems(sector) if sector else ()))
    if market and request.GET.get("exporter", Place().exporter).strip().upper() == market:
        problems = (*problems, Problem(_("Market (the exporter is not one of its own)"), market))

    def make(place: Place, language: str) -> HttpResponse:
        page = "cell" if market and sector else "market" if market else "sector"
        link = request.build_absolute_uri(page_address(page, place, **words))
        return _sent(request, place, market, sector, language, link)

    return answered(request, make, problems)


def _sent(request: HttpRequest, place: Place, market: str, sector: str, language: str, link: str) -> HttpResponse:
    release, today = selectors.release(), timezone.localdate()
    # The link holds host and whole state: nothing else of a request changes a brief.
    state = "\n".join((release.id, today.isoformat(), language, market, sector, link))
    key = hashlib.sha256(state.encode()).hexdigest()
    etag = f'"{key[:32]}"'
    unchanged = get_conditional_response(request, etag=etag)
    if unchanged is not None and unchanged.status_code == 304:
        return _headed(unchanged, etag)
    data = keeping.look(CACHE, key)
    if data is None:
        if wait := limits.spend(BUDGET, limits.reader(request)):
            return _later(request, wait)
        year = int(place.year) if place.year else None
        data = api.brief(
            release,
            market=market or None,
            sector=sector or None,
            exporter=place.exporter,
            perimeter=place.perimeter,
            flow=place.flow,
            year=year if (place.flow, year) in release.slices else None,
            lang=language,
            dated=today,
            link=link,
        )
        keeping.keep(CACHE, key, data, _DAY)
    response = HttpResponse(data, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{file_name(place, market, sector, language)}"'
    response["X-Content-Type-Options"] = "nosniff"
    return _headed(response, etag)


def _headed(response: HttpResponse, etag: str) -> HttpResponse:
    response["ETag"] = etag
    response["Cache-Control"] = f"public, max-age={MINUTES}"
    return response


def file_name(place: Place, market: str, sector: str, language: str) -> str:
    """Return a name for the file: letters, digits and dashes only, whatever was asked."""
    perimeter = place.perimeter if place.perimeter != "core" else ""
    words = ("portulan", market, sector, place.exporter, place.flow, perimeter, place.year, language)
    return "-".join(filter(None, (_UNSAFE.sub("-", word).strip("-") for word in words))) + ".pdf"


def _later(request: HttpRequest, wait: int) -> HttpResponse:
    """Answer 429: this reader had as many new briefs as one minute allows."""
    context = {
        "status": 429,
        "title": _("Too many new briefs at once"),
        "text": _("Each new brief is made for you, %(most)d a minute at most.") % {"most": BUDGET.most},
        "todo": ngettext("Try again in %(num)d second.", "Try again in %(num)d seconds.", wait) % {"num": wait},
    }
    response = render(request, "theme/wrong.html", context, status=429)
    response["Retry-After"] = str(wait)
    response["Cache-Control"] = "no-store"
    return response
