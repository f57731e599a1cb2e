"""The pictures that other sites show beside a link to a page."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from portulan.desk.markets import page_cards
from portulan.desk.markets import page_sharing as sharing
from portulan.desk.markets.cell_page import cell_page
from portulan.desk.markets.compare_form import CompareForm
from portulan.desk.markets.compare_page import compare_page
from portulan.desk.markets.evidence import evidence_page
from portulan.desk.markets.market_page import market_page
from portulan.desk.markets.place import Place, Problem
from portulan.desk.markets.scan_form import ScanForm
from portulan.desk.markets.scan_page import scan_page
from portulan.desk.markets.sector_page import sector_page
from portulan.desk.markets.selectors import Choices
from portulan.desk.markets.taken import sent
from portulan.desk.markets.views import origin
from portulan.desk.markets.views_files import steady
from portulan.desk.markets.views_pages import answered, market_problems, own, sector_problems, upper
from portulan.desk.markets.views_scan import answered as answered_tool
from portulan.desk.markets.views_scan import compared, scan_wrong

Draw = Callable[[Place, str, str], bytes]
_BAD, _LOST = 400, 404


def _card(
    request: HttpRequest, name: str, draw: Draw, problems: tuple[Problem, ...] = (), market: str = "", sector: str = ""
) -> HttpResponse:
    """Send the picture that `draw` makes of a place, in a language, for a site at an origin."""

    def make(place: Place, language: str) -> HttpResponse:
        if market and market == place.exporter:
            return own(request, place, language)
        about = "\n".join((name, market, sector, place.query()))
        return sent(request, about, "card", language, partial(draw, place, language, origin(request)))

    return steady(lambda: answered(request, make, problems))


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Send the picture of the home."""

    def draw(place: Place, language: str, origin: str) -> bytes:
        return page_cards.home_card(place, sharing.home_share(place, origin), language)

    return _card(request, "home", draw)


@require_safe
def evidence(request: HttpRequest) -> HttpResponse:
    """Send the picture of the sector in figures."""

    def draw(place: Place, language: str, origin: str) -> bytes:
        page = evidence_page(place, language)
        return page_cards.evidence_card(page, sharing.evidence_share(place, origin), language)

    return _card(request, "evidence", draw)


@require_safe
def market(request: HttpRequest, market: str) -> HttpResponse:
    """Send the picture of a market."""

    def draw(place: Place, language: str, origin: str) -> bytes:
        page = market_page(market, place, language)
        return page_cards.market_card(page, sharing.market_share(page, origin), language)

    moved = upper("og_market", request, market)
    return moved or _card(request, "market", draw, market_problems(market), market)


@require_safe
def cell(request: HttpRequest, market: str, sector: str) -> HttpResponse:
    """Send the picture of a market and sector."""

    def draw(place: Place, language: str, origin: str) -> bytes:
        page = cell_page(market, sector, place, language)
        return page_cards.cell_card(page, sharing.cell_share(page, origin), language)

    problems = (*market_problems(market), *sector_problems(sector))
    moved = upper("og_cell", request, market, sector=sector)
    return moved or _card(request, "cell", draw, problems, market, sector)


@require_safe
def sector(request: HttpRequest, sector: str) -> HttpResponse:
    """Send the picture of a sector."""

    def draw(place: Place, language: str, origin: str) -> bytes:
        page = sector_page(sector, place, language)
        return page_cards.sector_card(page, sharing.sector_share(page, origin), language)

    return _card(request, "sector", draw, sector_problems(sector), sector=sector)


@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """Send the picture of a comparison."""

    def answer(request: HttpRequest, choices: Choices, language: str) -> HttpResponse:
        form = CompareForm(request.GET, choices, language)
        if not form.fits:
            page = compare_page(form, choices, language)
            return compared(request, page, form, _LOST if form.unknown_word else _BAD)

        def draw() -> bytes:
            page = compare_page(form, choices, language)
            return page_cards.compare_card(page, sharing.compare_share(page, origin(request)), language)

        return sent(request, f"compare\n{form.state.query()}", "card", language, draw)

    return answered_tool(request, answer)


@require_safe
def scan(request: HttpRequest) -> HttpResponse:
    """Send the picture of a scan."""

    def answer(request: HttpRequest, choices: Choices, language: str) -> HttpResponse:
        form = ScanForm(request.GET, choices, language)
        if not form.fits:
            return scan_wrong(request, form, language)
        state = form.state.change(rows="")

        def draw() -> bytes:
            page = scan_page(state, form, choices, language)
            return page_cards.scan_card(page, sharing.scan_share(page, origin(request)), language)

        return sent(request, f"scan\n{state.query()}", "card", language, draw)

    return answered_tool(request, answer)
