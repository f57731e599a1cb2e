"""The comparison at a glance: bars and lines of what the tables below them say, and nothing that they do not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext as _

from portulan.atlas import api
from portulan.desk.markets import questions, scan_questions, selectors
from portulan.desk.markets.cells import Printed, printed
from portulan.desk.markets.compare_state import CompareState, compare_address
from portulan.desk.markets.place import Place, page_address
from portulan.desk.markets.wording import typeset

_TWO = 2
"""Years that a line needs at least."""
SECTORS = 6
"""Sectors drawn, of those that the figures measure; the table holds all."""
Value = api.Figure | api.Gap
Line = tuple[str, tuple[Printed, ...]]
"""A row of a table: its heading, and a figure a market."""


@dataclass(frozen=True, slots=True)
class Chart:
    """One drawing with its heading."""

    id: str
    title: str
    drawn: api.Drawn


@dataclass(frozen=True, slots=True)
class Trend:
    """What each market buys from the exporter, year by year: lines, and the same in a table."""

    chart: Chart
    rows: tuple[Line, ...]
    note: str


@dataclass(frozen=True, slots=True)
class Glance:
    """The charts of a comparison; what cannot be drawn is absent."""

    bought: tuple[Chart, ...] = ()
    world_rows: tuple[Line, ...] = ()
    potential: Chart | None = None
    trend: Trend | None = None

    @property
    def values(self) -> Iterator[Printed]:
        """Every value of its tables: their marks are explained with the others."""
        for _heading, cells in (*self.world_rows, *(() if self.trend is None else self.trend.rows)):
            yield from cells


def glance(state: CompareState, ranking: api.Ranking, whole: bool, language: str) -> Glance:
    """Draw what is bought, what could be, and how it went; ``whole`` where all sectors are compared at once."""
    names = tuple(selectors.country_name(market, language) for market in state.markets)
    held = [
        {value.indicator: value for value in scan_questions.figures(state.place, state.sector, market)}
        for market in state.markets
    ]
    quiet = ranking.fitness == selectors.NOT_A_MEASURE
    profiles = [questions.profile(state.place, market) for market in state.markets] if whole else []
    year = ranking.year or 0
    return Glance(
        bought=_by_sector(state, profiles, names, year, language)
        if whole
        else _chosen(state, held, names, year, language),
        world_rows=_world_rows(profiles, language),
        potential=None if quiet else _potential(state, held, names, ranking, language),
        trend=_trend(state, names, language),
    )


def _titles(state: CompareState, year: int, language: str) -> dict[str, str]:
    exporter = selectors.country_name(state.place.exporter, language)
    return {
        "imports_from": _("Bought from %(exporter)s, %(year)s") % {"exporter": exporter, "year": year},
        "imports_world": _("Bought from the whole world, %(year)s") % {"year": year},
    }


def _row(label: str, value: Value, language: str, href: str | None = None, ours: bool = False) -> api.ChartRow:
    if isinstance(value, api.Gap):
        return api.ChartRow(label, None, href=href)
    text = printed(value, language).text
    return api.ChartRow(label, value.value, text, value.low, value.high, value.status, href, ours)


def _spoken(language: str) -> Literal["en", "fr"]:
    return "fr" if language == "fr" else "en"


def _chosen(
    state: CompareState, held: Sequence[dict[str, Value]], names: tuple[str, ...], year: int, language: str
) -> tuple[Chart, ...]:
    """Return one chart of each purchase, a bar a market, in the reader's order."""
    charts = []
    for ident, title in _titles(state, year, language).items():
        values = [found.get(ident) for found in held]
        if not any(isinstance(value, api.Figure) for value in values):
            continue
        rows = [
            _row(name, value, language, _cell(state.place, market, state.sector))
            for market, name, value in zip(state.markets, names, values, strict=True)
            if value is not None
        ]
        charts.append(Chart(f"glance-{ident}", title, api.bar_chart(rows, title=title, lang=_spoken(language))))
    return tuple(charts)


def _cell(place: Place, market: str, sector: str) -> str:
    return page_address("cell", place, market=market, sector=sector)


def _by_sector(
    state: CompareState, profiles: Sequence[api.Profile], names: tuple[str, ...], year: int, language: str
) -> tuple[Chart, ...]:
    """Return one chart of each purchase, a group a sector, a bar a market: the same sectors in both."""
    of: dict[str, list[api.ProfileRow]] = {}
    for profile in profiles:
        for row in profile.rows:
            if row.kind == "sector" and row.fitness != selectors.NOT_A_MEASURE:
                of.setdefault(row.sector, []).append(row)
    chosen = sorted(of, key=lambda sector: (-_sum(of[sector], "imports_from"), -_sum(of[sector], "imports_world")))
    charts = []
    for ident, title in _titles(state, year, language).items():
        known = [sector for sector in chosen if any(isinstance(r.figures[ident], api.Figure) for r in of[sector])]
        if not known:
            continue
        groups = [
            api.ChartGroup(
                typeset(selectors.sector_name(sector, language), language),
                tuple(_row(name, row.figures[ident], language) for name, row in zip(names, of[sector], strict=True)),
                compare_address(state.change(sector=sector)),
            )
            for sector in known[:SECTORS]
        ]
        charts.append(Chart(f"glance-{ident}", title, api.group_chart(groups, title=title, lang=_spoken(language))))
    return tuple(charts)


def _sum(rows: Sequence[api.ProfileRow], ident: str) -> float:
    """Return what is known of all markets together: which sectors are drawn, not a figure that is printed."""
    return sum(value.value for row in rows if isinstance(value := row.figures[ident], api.Figure))


def _world_rows(profiles: Sequence[api.Profile], language: str) -> tuple[Line, ...]:
    """Return what each market buys from the world, every sector: the table of the second chart."""
    return tuple(
        (
            typeset(selectors.sector_name(rows[0].sector, language), language),
            tuple(printed(row.figures["imports_world"], language) for row in rows),
        )
        for rows in zip(*(profile.rows for profile in profiles), strict=True)
        if rows[0].kind == "sector"
    )


def _potential(
    state: CompareState, held: Sequence[dict[str, Value]], names: tuple[str, ...], ranking: api.Ranking, language: str
) -> Chart | None:
    """Return what is sold today beside what could be, market by market; nothing where both are one estimate."""
    pairs = [(found.get("imports_from"), found.get(ranking.lead)) for found in held]
    if not any(isinstance(could, api.Figure) for _sold, could in pairs):
        return None
    if all(isinstance(sold, api.Gap) or sold is None or sold.status == "estimated" for sold, _could in pairs):
        return None
    label = _("expected") if ranking.lead == "potential_gravity" else _("potential")
    groups = [
        api.ChartGroup(
            name,
            tuple(
                _row(text, value, language, ours=text != label)
                for text, value in ((_("sold today"), sold), (label, could))
                if value is not None
            ),
            _cell(state.place, market, state.sector),
        )
        for market, name, (sold, could) in zip(state.markets, names, pairs, strict=True)
    ]
    lead = selectors.indicator_names(language)[ranking.lead]
    title = _("Sold today, and %(indicator)s, %(year)s") % {"indicator": lead.lower(), "year": ranking.year}
    return Chart("glance-potential", title, api.group_chart(groups, title=title, lang=_spoken(language)))


def _trend(state: CompareState, names: tuple[str, ...], language: str) -> Trend | None:
    """Return the lines over the years the release holds of this flow; nothing where only one is known."""
    years = sorted(selectors.years_of(state.place.flow))
    if len(years) < _TWO:
        return None
    ask = _asker(state)
    values = [[ask(market, year) for year in years] for market in state.markets]
    series = [
        api.Series(name, tuple(_point(year, value) for year, value in zip(years, line, strict=True)))
        for name, line in zip(names, values, strict=True)
    ]
    exporter = selectors.country_name(state.place.exporter, language)
    title = _("Bought from %(exporter)s, %(first)s to %(last)s") % {
        "exporter": exporter,
        "first": years[0],
        "last": years[-1],
    }
    drawn = api.line_chart(series, title=title, lang=_spoken(language))
    if drawn is None:
        return None
    rows = tuple((str(year), tuple(printed(line[at], language) for line in values)) for at, year in enumerate(years))
    return Trend(Chart("glance-trend", title, drawn), rows, _codes_note(values))


def _asker(state: CompareState) -> Callable[[str, int], Value]:
    release = selectors.release()

    def ask(market: str, year: int) -> Value:
        return api.figure(
            release,
            exporter=state.place.exporter,
            market=market,
            sector=state.sector,
            indicator="imports_from",
            perimeter=state.place.perimeter,
            flow=state.place.flow,  # type: ignore[arg-type] # checked by the form
            year=year,
        )

    return ask


def _point(year: int, value: Value) -> api.YearPoint:
    if isinstance(value, api.Gap):
        return api.YearPoint(year, None)
    return api.YearPoint(year, value.value, value.status, value.low, value.high)


def _codes_note(values: Sequence[Sequence[Value]]) -> str:
    """Say where the source does not publish the same product codes in all years: the line may move for that alone."""
    missing = {
        value.passport.coverage.codes_missing
        for line in values
        for value in line
        if value.passport.coverage is not None
    }
    return _("The product codes published are not the same in all these years.") if len(missing) > 1 else ""
