"""Files of pages to take away: tables and charts, made when asked for, so many a minute."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portulan.desk.markets import drawings, page_files, selectors
from portulan.desk.markets.charts import chart_file
from portulan.desk.markets.compare_charts import Drawing
from portulan.desk.markets.compare_form import CompareForm
from portulan.desk.markets.compare_page import ComparePage, compare_page
from portulan.desk.markets.page_files import PageFiles
from portulan.desk.markets.page_sharing import DRAWINGS, TABLES
from portulan.desk.markets.place import Place, Problem, page_address
from portulan.desk.markets.scan_form import ScanForm
from portulan.desk.markets.selectors import Choices
from portulan.desk.markets.sharing import FORMATS
from portulan.desk.markets.taken import Order, attached, ordered, sent
from portulan.desk.markets.views_pages import answered, astray, market_problems, own, sector_problems, upper
from portulan.desk.markets.views_scan import answered as answered_tool
from portulan.desk.markets.views_scan import compared, scan_wrong

_BAD, _LOST = 400, 404


@require_safe
def market(request: HttpRequest, market: str, fmt: str) -> HttpResponse:
    """Send the figures of a market, or its chart."""
    moved = upper("file_market", request, market, fmt=fmt)
    words = {"market": market}
    return moved or _file(request, "file_market", fmt, words, lambda place: page_files.of_market(place, market))


@require_safe
def cell(request: HttpRequest, market: str, sector: str, fmt: str) -> HttpResponse:
    """Send the figures of a market and sector, or the chart of who sells there."""
    moved = upper("file_cell", request, market, sector=sector, fmt=fmt)
    words = {"market": market, "sector": sector}
    return moved or _file(request, "file_cell", fmt, words, lambda place: page_files.of_cell(place, market, sector))


@require_safe
def sector(request: HttpRequest, sector: str, fmt: str) -> HttpResponse:
    """Send the chart of a sector."""
    return _file(request, "file_sector", fmt, {"sector": sector}, lambda place: page_files.of_sector(place, sector))


@require_safe
def leaders(request: HttpRequest, sector: str, fmt: str) -> HttpResponse:
    """Send who leads in each market of a sector, as figures or as the map; nothing where the page has no such map."""

    def make(place: Place, language: str) -> HttpResponse:
        order = ordered(request, "\n".join(("file_leaders", sector, place.query())), fmt, language)
        if order.answer is not None:
            return order.answer
        found = page_files.leaders_of(place, sector)
        if found is None or fmt not in FORMATS:
            known = () if found is None else FORMATS
            ways = tuple((one.upper(), page_address("file_leaders", place, sector=sector, fmt=one)) for one in known)
            return astray(request, place, (Problem(_("Format"), fmt[:80], ways),))
        made = partial(drawings.leaders_file, found, place.exporter, fmt, language)
        called = page_files.named(place, found.year, (sector, "leaders"))
        return attached(order.sent(made), f"{called}.{fmt}")

    return steady(lambda: answered(request, make, sector_problems(sector)))


def _file(
    request: HttpRequest, name: str, fmt: str, words: Mapping[str, str], files: Callable[[Place], PageFiles]
) -> HttpResponse:
    """Send a file of a page, or say which ones there are."""
    found = market_problems(words["market"]) if "market" in words else ()
    problems = (*found, *(sector_problems(words["sector"]) if "sector" in words else ()))

    def make(place: Place, language: str) -> HttpResponse:
        if words.get("market") == place.exporter:
            return own(request, place, language)
        order = ordered(request, "\n".join((name, *words.values(), place.query())), fmt, language)
        if order.answer is not None:
            return order.answer
        taken = files(place)
        chart = taken.chart(language) if fmt in DRAWINGS else None
        if chart is not None:
            made, called = partial(chart_file, chart, fmt, language), f"{taken.called}-chart"
        elif fmt in TABLES and taken.tables is not None:
            made, called = partial(taken.tables, fmt, language), taken.called
        else:
            known = (*(TABLES if taken.tables else ()), *(() if fmt in DRAWINGS else DRAWINGS))
            ways = tuple((one.upper(), page_address(name, place, **words, fmt=one)) for one in known)
            return astray(request, place, (Problem(_("Format"), fmt[:80], ways),))
        return attached(order.sent(made), f"{called}.{fmt}")

    return steady(lambda: answered(request, make, problems))


def steady(answer: Callable[[], HttpResponse]) -> HttpResponse:
    """Answer from one release: where another took its place meanwhile, answer again."""
    before = selectors.release_key()
    response = answer()
    return response if selectors.release_key() == before else answer()


@require_safe
def compare(request: HttpRequest, fmt: str) -> HttpResponse:
    """Send the figures of a comparison."""

    def make(page: ComparePage, language: str, order: Order) -> HttpResponse:
        state = page.state
        if fmt not in TABLES:
            return astray(request, state.place, (_no_such(fmt, "file_compare", state.query()),))
        made = partial(page_files.compare_file, state, fmt, language)
        called = page_files.named_comparison(state, page.year)
        return attached(order.sent(made), f"{called}.{fmt}")

    return _of_comparison(request, "compare", fmt, make)


@require_safe
def compare_chart(request: HttpRequest, chart: str, fmt: str) -> HttpResponse:
    """Send a chart of a comparison, by its name on the page."""

    def make(page: ComparePage, language: str, order: Order) -> HttpResponse:
        state = page.state
        held = {drawing.name: drawing for drawing in page.glance.drawings}
        if chart not in held or fmt not in DRAWINGS:
            problems = (_no_such_chart(chart, fmt, held, state.query()),)
            return astray(request, state.place, problems)
        made = partial(chart_file, held[chart].chart, fmt, language)
        called = page_files.named_comparison(state, page.year, chart)
        return attached(order.sent(made), f"{called}.{fmt}")

    return _of_comparison(request, f"compare\n{chart}", fmt, make)


def _of_comparison(
    request: HttpRequest, about: str, fmt: str, make: Callable[[ComparePage, str, Order], HttpResponse]
) -> HttpResponse:
    """Answer with what `make` makes of a comparison, or say what is wrong with the question."""

    def answer(request: HttpRequest, choices: Choices, language: str) -> HttpResponse:
        form = CompareForm(request.GET, choices, language)
        order = None
        if form.fits:
            order = ordered(request, f"{about}\n{form.state.query()}", fmt, language)
            if order.answer is not None:
                return order.answer
        page = compare_page(form, choices, language)
        if order is None or not page.blocks:
            return compared(request, page, form, _BAD if not form.unknown_word and form.too_many else _LOST)
        return make(page, language, order)

    return answered_tool(request, answer)


@require_safe
def scan(request: HttpRequest, fmt: str) -> HttpResponse:
    """Send the scores of a scan with their parts."""

    def answer(request: HttpRequest, choices: Choices, language: str) -> HttpResponse:
        form = ScanForm(request.GET, choices, language)
        if not form.fits:
            return scan_wrong(request, form, language)
        state = form.state.change(rows="")
        if fmt not in TABLES:
            return astray(request, state.place, (_no_such(fmt, "file_scan", state.query()),))
        made = partial(page_files.scan_file, state, fmt, language)
        called = page_files.named(state.place, page_files.year_of_scan(state), (state.sector, "scan"))
        return attached(sent(request, f"scan\n{state.query()}", fmt, language, made), f"{called}.{fmt}")

    return answered_tool(request, answer)


def _no_such_chart(chart: str, fmt: str, held: Mapping[str, Drawing], query: str) -> Problem:
    """Say that a comparison has no such chart, and name those that it has; or no such file of it."""

    def way(name: str, fmt: str) -> str:
        return f"{reverse('markets:file_compare_chart', kwargs={'chart': name, 'fmt': fmt})}?{query}"

    if chart in held:
        return Problem(_("Format"), fmt[:80], tuple((one.upper(), way(chart, one)) for one in DRAWINGS))
    known = fmt if fmt in DRAWINGS else DRAWINGS[0]
    return Problem(_("Chart"), chart[:80], tuple((one.title, way(name, known)) for name, one in held.items()))


def _no_such(fmt: str, name: str, query: str) -> Problem:
    """Say that there is no such file of a tool, and name those that there are."""
    ways = tuple((one.upper(), f"{reverse(f'markets:{name}', kwargs={'fmt': one})}?{query}") for one in TABLES)
    return Problem(_("Format"), fmt[:80], ways)
