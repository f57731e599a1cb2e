"""The pages of a market, a sector, both, and the lists and the home that lead to them."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portulan.desk.markets import home_page, lists_page, selectors
from portulan.desk.markets import page_sharing as sharing
from portulan.desk.markets import passport as papers
from portulan.desk.markets.caching import PLACE, kept
from portulan.desk.markets.cell_page import cell_page
from portulan.desk.markets.cells import marks
from portulan.desk.markets.market_page import market_page
from portulan.desk.markets.page_sharing import PageShare
from portulan.desk.markets.place import Place, Problem, alike, map_address, page_address, page_asking, read_place
from portulan.desk.markets.sector_page import sector_page
from portulan.desk.markets.views import origin

_NOT_FOUND = 404
_OTHERS = ("BEL", "ITA", "USA", "CHN")
"""Exporters from which a page offers to look at a country that is the reader's own."""
Made = Callable[[Place, str], HttpResponse]


def _language() -> str:
    return "fr" if get_language() == "fr" else "en"


def answered(request: HttpRequest, make: Made, problems: tuple[Problem, ...] = ()) -> HttpResponse:
    """Answer with a page made for the place that the address asks for, or say what is wrong and what was meant."""
    language = _language()
    try:
        place, wrong = read_place(request.GET, selectors.choices(language))
        if problems or wrong:
            return astray(request, place, (*problems, *wrong))
        return make(place, language)
    except selectors.ReleaseMissingError as error:
        return render(request, "markets/no_release.html", {"path": str(error)}, status=503)
    except selectors.UnknownCodeError as error:
        return astray(request, Place(), (Problem(_("The atlas says"), str(error)),))
    except selectors.AtlasError as error:
        response = render(request, "markets/damaged.html", {"detail": str(error)}, status=503)
        response["Cache-Control"] = "no-store"
        return response


def astray(request: HttpRequest, place: Place, problems: tuple[Problem, ...]) -> HttpResponse:
    """Say what in an address is unknown, and what was meant."""
    context = {"problems": problems, "place": place, "page_address": page_address}
    response = render(request, "markets/astray.html", context, status=_NOT_FOUND)
    response["Cache-Control"] = "no-store"
    return response


def own(request: HttpRequest, place: Place, language: str) -> HttpResponse:
    """Say that a country is no market of its own, and from where else it can be seen."""
    others = [code for code in _OTHERS if code != place.exporter]
    seen = tuple(
        (
            selectors.country_name(code, language),
            page_address("market", place.change(exporter=code), market=place.exporter),
        )
        for code in others
    )
    context = {
        "name": selectors.country_name(place.exporter, language),
        "seen": seen,
        "place": place,
        "page_address": page_address,
    }
    return render(request, "markets/own.html", context, status=_NOT_FOUND)


def _context(request: HttpRequest, page: object, place: Place, language: str, share: PageShare) -> dict[str, object]:
    """Return what every template of a place needs beside its page."""
    return {
        "page": page,
        "share": share,
        "place": place,
        "choices": selectors.choices(language),
        "here": request.path,
        "page_address": page_address,
        "how_written": papers.how_written,
        "marks": marks(),
    }


def market_problems(iso3: str) -> tuple[Problem, ...]:
    """Return what is wrong with the name of a market in an address."""
    names = selectors.country_names(_language())
    if iso3 in names:
        return ()
    meant = alike(iso3, names.items())
    return (
        Problem(_("Market"), iso3[:80], tuple((name, page_address("market", market=code)) for code, name in meant)),
    )


def sector_problems(sector: str) -> tuple[Problem, ...]:
    """Return what is wrong with the name of a sector in an address."""
    names = {code: selectors.sector_name(code, _language()) for code in selectors.sector_kinds()}
    if sector in names:
        return ()
    meant = alike(sector, names.items())
    return (
        Problem(_("Sector"), sector[:80], tuple((name, page_address("sector", sector=code)) for code, name in meant)),
    )


def upper(name: str, request: HttpRequest, market: str, **words: str) -> HttpResponse | None:
    """Send ``/markets/jpn/`` to ``/markets/JPN/``: one page, one address."""
    if market == market.upper() or market_problems(market.upper()):
        return None
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    # Not by `page_address`, which remembers its answers: these words are still a stranger's.
    return redirect(reverse(f"markets:{name}", kwargs={"market": market.upper(), **words}) + query, permanent=True)


@require_safe
@kept(*PLACE)
def home(request: HttpRequest) -> HttpResponse:
    """One question, the map, what is new."""

    def make(place: Place, language: str) -> HttpResponse:
        page = home_page.home_page(place, language)
        share = sharing.home_share(place, origin(request))
        return render(request, "markets/home.html", _context(request, page, place, language, share))

    return answered(request, make)


@require_safe
@kept(*PLACE)
def markets(request: HttpRequest) -> HttpResponse:
    """Every market by name and region."""

    def make(place: Place, language: str) -> HttpResponse:
        page = lists_page.markets_page(place, language)
        share = sharing.markets_share(page, place, origin(request))
        return render(request, "markets/markets.html", _context(request, page, place, language, share))

    return answered(request, make)


@require_safe
@kept(*PLACE)
def sectors(request: HttpRequest) -> HttpResponse:
    """Every sector, and what can be measured of it."""

    def make(place: Place, language: str) -> HttpResponse:
        page = lists_page.sectors_page(place, language)
        share = sharing.sectors_share(place, origin(request))
        return render(request, "markets/sectors.html", _context(request, page, place, language, share))

    return answered(request, make)


@require_safe
@kept(*PLACE)
def market(request: HttpRequest, market: str) -> HttpResponse:
    """A market, sector by sector."""
    if (moved := upper("market", request, market)) is not None:
        return moved

    def make(place: Place, language: str) -> HttpResponse:
        if market == place.exporter:
            return own(request, place, language)
        page = market_page(market, place, language)
        share = sharing.market_share(page, origin(request))
        return render(request, "markets/market.html", _context(request, page, place, language, share))

    return answered(request, make, market_problems(market))


@require_safe
@kept(*PLACE)
def sector(request: HttpRequest, sector: str) -> HttpResponse:
    """A sector: where to go, what moves, who competes."""

    def make(place: Place, language: str) -> HttpResponse:
        page = sector_page(sector, place, language)
        share = sharing.sector_share(page, origin(request))
        return render(request, "markets/sector.html", _context(request, page, place, language, share))

    return answered(request, make, sector_problems(sector))


@require_safe
@kept(*PLACE)
def cell(request: HttpRequest, market: str, sector: str) -> HttpResponse:
    """A market and a sector: the facts behind one decision."""
    if (moved := upper("cell", request, market, sector=sector)) is not None:
        return moved

    def make(place: Place, language: str) -> HttpResponse:
        if market == place.exporter:
            return own(request, place, language)
        page = cell_page(market, sector, place, language)
        share = sharing.cell_share(page, origin(request))
        return render(request, "markets/cell.html", _context(request, page, place, language, share))

    return answered(request, make, (*market_problems(market), *sector_problems(sector)))


@require_safe
def go(request: HttpRequest) -> HttpResponse:
    """Send the reader from the question of the home to the page that answers it."""

    def make(place: Place, language: str) -> HttpResponse:
        sector = request.GET.get("sector", "book")
        aim = request.GET.get("aim", "sector")
        if aim == "map":
            return redirect(map_address(place, sector))
        if aim in ("scan", "compare"):
            return redirect(page_asking(aim, place, sector=sector))
        return redirect(page_address("sector", place, sector=sector))

    return answered(request, make, sector_problems(request.GET.get("sector", "book")))
