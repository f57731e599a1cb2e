"""What the files of pages hold: the figures that a page shows, asked of the atlas and written by it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from portulan.atlas import api
from portulan.desk.markets import questions, rivals, scan_questions, selectors
from portulan.desk.markets.cell_page import sellers_chart
from portulan.desk.markets.charts import Chart
from portulan.desk.markets.compare_blocks import INDICATORS
from portulan.desk.markets.compare_state import CompareState
from portulan.desk.markets.market_page import market_chart
from portulan.desk.markets.place import Place
from portulan.desk.markets.scan_state import ScanState
from portulan.desk.markets.sector_page import sector_chart

EVERYONE = 400
"""More than the suppliers of any market: a file holds all of them, a page the first."""
_UNSAFE = re.compile(r"[^a-z0-9]+")


def named(place: Place, year: int | None, words: Iterable[str]) -> str:
    """Return what a file of a place is called, without its ending: safe words only, whatever was asked."""
    flow = place.flow if place.flow != "goods" else ""
    perimeter = place.perimeter if place.perimeter != "core" else ""
    parts = (place.exporter, *words, flow, perimeter, str(year or ""))
    return "-".join(_UNSAFE.sub("-", part.lower()).strip("-") for part in parts if part)


@dataclass(frozen=True, slots=True)
class PageFiles:
    """What can be taken of a page: its chart by language, and its tables by format and language where it has its own.

    ``called`` is the name of its files, without the ending.
    """

    called: str
    chart: Callable[[str], Chart | None]
    tables: Callable[[str, str], bytes] | None = None


def of_market(place: Place, market: str) -> PageFiles:
    """Return the files of a market: every sector of it, its first suppliers, and the country."""
    profile = questions.profile(place, market)

    def tables(fmt: str, language: str) -> bytes:
        context = questions.context(place, market)
        return api.export_profile(profile, context, fmt, language, release=selectors.release())

    called = named(place, profile.year, (market, "market"))
    return PageFiles(called, lambda language: market_chart(profile, place, language), tables)


def of_cell(place: Place, market: str, sector: str) -> PageFiles:
    """Return the files of a market and sector: its facts, everyone who sells there, and the codes behind."""
    ranking = questions.leading(place, sector)

    def tables(fmt: str, language: str) -> bytes:
        return api.export_cell(
            questions.cell(place, market, sector),
            questions.suppliers(place, market, sector, top=EVERYONE),
            questions.lines(place, market, sector),
            ranking,
            fmt,
            language,
            release=selectors.release(),
        )

    def chart(language: str) -> Chart | None:
        return sellers_chart(questions.suppliers(place, market, sector), place, language)

    return PageFiles(named(place, ranking.year, (market, sector)), chart, tables)


def of_sector(place: Place, sector: str) -> PageFiles:
    """Return the chart of a sector; its ranking and its map are files of the explorer."""
    ranking = questions.leading(place, sector)
    called = named(place, ranking.year, (sector, "markets"))
    return PageFiles(called, lambda language: sector_chart(ranking, place, language))


def leaders_of(place: Place, sector: str) -> api.Leaders | None:
    """Return who leads in each market of a sector; None where the page of the sector has no such map."""
    return rivals.leading(place, sector, questions.leading(place, sector).fitness == selectors.NOT_A_MEASURE)


def named_comparison(state: CompareState, year: int | None, chart: str = "") -> str:
    """Return what a file of a comparison, or of one chart of it, is called."""
    return named(state.place, year, ("-".join(state.markets), state.sector, "compared", *([chart] if chart else [])))


def compare_file(state: CompareState, fmt: str, language: str) -> bytes:
    """Return the figures of a comparison; where all sectors are compared, what each market buys of each too."""
    figures = {market: _compared(state, market) for market in state.markets}
    profiles = [questions.profile(state.place, market) for market in state.markets] if state.sector == "all" else []
    ranking = questions.leading(state.place, state.sector)
    return api.export_comparison(ranking, figures, profiles, fmt, language, release=selectors.release())


def _compared(state: CompareState, market: str) -> list[api.Figure | api.Gap]:
    held = {value.indicator: value for value in scan_questions.figures(state.place, state.sector, market)}
    return [held[name] for name in INDICATORS if name in held]


def scan_file(state: ScanState, fmt: str, language: str) -> bytes:
    """Return every market of a scan with its score, the parts of it, and the weights."""
    asked = scan_questions.criteria(state.place, state.sector, bool(state.estimates))
    return api.export_scan(asked, scan_questions.scored(asked, state), fmt, language, release=selectors.release())


def year_of_scan(state: ScanState) -> int | None:
    """Return the year that a scan shows."""
    return scan_questions.criteria(state.place, state.sector, bool(state.estimates)).year
