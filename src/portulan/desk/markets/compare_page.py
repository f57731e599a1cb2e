"""The comparison, ready to print: each indicator a row, each market a column, and what differs in their papers."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from portulan.atlas import api
from portulan.desk.markets import drawings, questions, scan_questions, selectors
from portulan.desk.markets import passport as papers
from portulan.desk.markets.cells import marks
from portulan.desk.markets.compare_blocks import Block, SectorLine, blocks, compared, sector_lines
from portulan.desk.markets.compare_charts import Glance, glance
from portulan.desk.markets.compare_form import CompareForm
from portulan.desk.markets.compare_state import MOST, CompareState, compare_address
from portulan.desk.markets.place import page_address
from portulan.desk.markets.scan_form import Wrong
from portulan.desk.markets.scan_state import ScanState, scan_address
from portulan.desk.markets.selectors import Choices
from portulan.desk.markets.wording import typeset

ALL = "all"
LEAST = 2
"""With fewer markets there is nothing to compare."""
_SUGGESTED = 8


@dataclass(frozen=True, slots=True)
class Column:
    """A market compared, and the comparison without it."""

    market: str
    name: str
    href: str
    without: str


@dataclass(frozen=True, slots=True)
class Suggested:
    """A market to add."""

    name: str
    href: str


@dataclass(frozen=True, slots=True)
class ComparePage:
    """Everything the template prints."""

    state: CompareState
    sector: str
    exporter: str
    year: int | None
    flow: str
    estimated_only: bool
    fitness_text: str
    fitness_reason: str
    wrong: tuple[Wrong, ...]
    inputs: tuple[tuple[str, str], ...]
    known: tuple[str, ...]
    columns: tuple[Column, ...]
    by: str
    glance: Glance
    blocks: tuple[Block, ...]
    differences: tuple[str, ...]
    sectors: tuple[SectorLine, ...]
    suggested: tuple[Suggested, ...]
    first_ones: Suggested | None
    firsts: bool
    flags: tuple[tuple[str, str], ...]
    share: str
    scan: str
    chart_style: str
    passport: tuple[papers.Fact, ...]
    sources: tuple[papers.Source, ...]
    release_title: str
    release_id: str


def compare_page(form: CompareForm, choices: Choices, language: str) -> ComparePage:
    """Ask the atlas about each market and put the answers side by side."""
    state, release = form.state, selectors.release()
    ranking = questions.leading(state.place, state.sector)
    found, differences = blocks(state, ranking, language) if _answered(form) else ((), ())
    cells = [cell for block in found for line in block.lines for cell in line.cells]
    sectors = sector_lines(state, language) if found and state.sector == ALL else ()
    cells += [cell for line in sectors for cell in line.cells]
    drawn = glance(state, ranking, state.sector == ALL, language) if found else Glance()
    values = [*(cell.value for cell in cells), *drawn.values]
    suggested = _suggested(state, ranking, language)
    reason = ranking.fitness_reason_fr if language == "fr" else ranking.fitness_reason_en
    return ComparePage(
        state=state,
        sector=typeset(selectors.sector_name(state.sector, language), language),
        exporter=selectors.country_name(state.place.exporter, language),
        year=ranking.year,
        flow=dict(choices.flows).get(ranking.flow, ranking.flow),
        estimated_only=release.kind == "default",
        fitness_text=papers.fitness_text(ranking.fitness),
        fitness_reason=typeset(reason, language),
        wrong=tuple(form.wrong),
        inputs=_inputs(form, language),
        known=tuple(name for _code, name in choices.markets),
        columns=tuple(_column(state, market, language) for market in state.markets),
        by=_by(state, ranking, language),
        glance=drawn,
        blocks=found,
        differences=differences,
        sectors=sectors,
        suggested=suggested,
        first_ones=_first_ones(state, ranking, language),
        firsts=any(cell.first for cell in cells),
        flags=marks(sign for value in values for sign in value.signs),
        share=compare_address(state),
        scan=scan_address(ScanState(state.place, state.sector)),
        chart_style=drawings.chart_style_address(),
        passport=papers.passport_of(ranking.passport, state.place, language),
        sources=papers.sources(language, state.place.flow, compared(state) if found else ()),
        release_title=papers.release_title(release),
        release_id=release.id[:16],
    )


def _answered(form: CompareForm) -> bool:
    """True where markets are put side by side: a question with too many is given back, not half answered."""
    return len(form.found) >= LEAST and not form.too_many


def _inputs(form: CompareForm, language: str) -> tuple[tuple[str, str], ...]:
    """Return four fields: what was found under its name, what was not as it was typed, each with what is wrong."""
    wrong = {word: _("“%(value)s” is not a market we know.") % {"value": word} for word in form.lost}
    filled = [(selectors.country_name(code, language), "") for code in form.found]
    filled += [(word, wrong[word]) for word in form.lost]
    return tuple((filled + [("", "")] * MOST)[:MOST])


def _column(state: CompareState, market: str, language: str) -> Column:
    if state.sector == ALL:
        href = page_address("market", state.place, market=market)
    else:
        href = page_address("cell", state.place, market=market, sector=state.sector)
    rest = tuple(other for other in state.markets if other != market)
    return Column(market, selectors.country_name(market, language), href, compare_address(state.change(markets=rest)))


def _by(state: CompareState, ranking: api.Ranking, language: str) -> str:
    """Return the name of what ranks the sector, where it is asked of any of the markets; else nothing."""
    held = {row.market for row in (*ranking.rows, *ranking.apart)}
    return selectors.indicator_names(language)[ranking.by] if held & set(state.markets) else ""


def _order(state: CompareState, ranking: api.Ranking) -> tuple[str, ...]:
    """Return the markets in the order of the ranking; where nothing can be ranked, of the orientation."""
    if ranking.rows:
        return tuple(row.market for row in ranking.rows)
    found = scan_questions.criteria(state.place, state.sector).scan(sensitivity=False)
    return tuple(row.market for row in found.rows)


def _suggested(state: CompareState, ranking: api.Ranking, language: str) -> tuple[Suggested, ...]:
    """Return the first markets of the sector that are not compared yet."""
    if len(state.markets) >= MOST:
        return ()
    rest = [market for market in _order(state, ranking) if market not in state.markets][:_SUGGESTED]
    return tuple(
        Suggested(
            selectors.country_name(market, language),
            compare_address(state.change(markets=(*state.markets, market))),
        )
        for market in rest
    )


def _first_ones(state: CompareState, ranking: api.Ranking, language: str) -> Suggested | None:
    first = _order(state, ranking)[:MOST]
    if len(first) < LEAST or len(state.markets) >= LEAST:
        return None
    names = ", ".join(selectors.country_name(market, language) for market in first)
    return Suggested(names, compare_address(state.change(markets=first)))
