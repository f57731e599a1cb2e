"""The pictures that stand for pages on other sites: its title and sentence, its map or first figures."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from portulan.atlas import api
from portulan.desk.markets import questions, scan_questions, selectors
from portulan.desk.markets.cell_page import CellPage
from portulan.desk.markets.cells import Printed, printed
from portulan.desk.markets.compare_page import ComparePage
from portulan.desk.markets.evidence import EvidencePage
from portulan.desk.markets.market_page import MarketPage, Tile
from portulan.desk.markets.page_sharing import PageShare
from portulan.desk.markets.place import Place
from portulan.desk.markets.scan_page import ScanPage
from portulan.desk.markets.scan_words import points
from portulan.desk.markets.sector_page import SectorPage

SHOWN = 4
"""Figures that a picture holds."""
Figures = list[tuple[str, str]]


def _with_papers(value: Printed, label: str) -> tuple[str, str]:
    """Return a figure as a picture prints it: with its year, and its status where nobody reported it so."""
    words = [label, "" if value.year is None else str(value.year)]
    if value.value is not None and value.status != "reported":
        words.append(value.status_text)
    return value.text, ", ".join(word for word in words if word)


def _tiles(tiles: Iterable[Tile]) -> Figures:
    return [_with_papers(tile.figure, tile.label) for tile in tiles][:SHOWN]


def _card(
    share: PageShare,
    language: str,
    figures: Figures,
    *,
    passport: api.Passport | None = None,
    sources: Iterable[str] = (),
    source: str = "",
    ranking: api.Ranking | None = None,
) -> bytes:
    return api.page_card(
        share.title,
        share.alt,
        figures=figures,
        passport=passport,
        sources=tuple(sources),
        source=source,
        ranking=ranking,
        release=selectors.release(),
        lang="fr" if language == "fr" else "en",
    )


def market_card(page: MarketPage, share: PageShare, language: str) -> bytes:
    """Return the picture of the page of a market."""
    return _card(share, language, _tiles(page.tiles), passport=questions.profile(page.place, page.iso3).passport)


def cell_card(page: CellPage, share: PageShare, language: str) -> bytes:
    """Return the picture of the page of a market and sector; of the country where trade is no measure."""
    if not page.quiet:
        passport = questions.leading(page.place, page.sector).passport
        return _card(share, language, _tiles(page.tiles), passport=passport)
    country = next((group.figures for group in page.groups if group.id == "country"), ())
    shown = {value.indicator for value in country}
    values = questions.cell(page.place, page.market, page.sector)
    used = dict.fromkeys(name for one in values if one.indicator in shown for name in one.passport.sources)
    return _card(share, language, [_with_papers(value, value.name) for value in country], sources=used)


def sector_card(page: SectorPage, share: PageShare, language: str) -> bytes:
    """Return the picture of the page of a sector: its map, or its words where nothing is drawn."""
    ranking = questions.leading(page.place, page.id)
    mapped = ranking if page.map.drawn is not None else None
    return _card(share, language, [], passport=ranking.passport, ranking=mapped)


def compare_card(page: ComparePage, share: PageShare, language: str) -> bytes:
    """Return the picture of a comparison: what puts its markets in order, market by market."""
    state = page.state
    ranking = questions.leading(state.place, state.sector)
    rows = {row.market: row.figure for row in (*ranking.rows, *ranking.apart)}
    figures = [
        _with_papers(printed(rows[column.market], language), column.name)
        for column in page.columns
        if column.market in rows
    ]
    return _card(share, language, figures, passport=ranking.passport if figures else None)


def scan_card(page: ScanPage, share: PageShare, language: str) -> bytes:
    """Return the picture of a scan: the first markets with their points."""
    figures = [
        (_("%(points)s of 100") % {"points": points(row.exact, language)}, f"{row.rank}. {row.name}")
        for row in page.rows[:SHOWN]
    ]
    state = page.state
    asked = scan_questions.criteria(state.place, state.sector, bool(state.estimates))
    values = [asked.value(column.criterion, row.market) for column in page.columns for row in page.rows[:SHOWN]]
    used = dict.fromkeys(name for value in values for name in value.passport.sources)
    return _card(
        share, language, figures, passport=None if page.orientation or not figures else asked.passport, sources=used
    )


def home_card(place: Place, share: PageShare, language: str) -> bytes:
    """Return the picture of the home: what is sold everywhere, all sectors together."""
    ranking = questions.ranking(place, questions.ALL, "imports_from")
    return _card(share, language, [], passport=ranking.passport, ranking=ranking)


def evidence_card(page: EvidencePage, share: PageShare, language: str) -> bytes:
    """Return the picture of what is quoted of the sector: the first totals with their years, or that none is stated."""
    figures = []
    for claim in page.claims[:SHOWN]:
        year = next(paper for paper in claim.papers if paper.id == "years")
        # First the year: a long claim is cut at its end.
        said = _("Year not stated") if year.unstated else year.text
        figures.append((claim.quoted, f"{said}. {claim.claim}"))
    source = _("Official totals as they are quoted, each with what is known of it")
    return _card(share, language, figures, source=source)
