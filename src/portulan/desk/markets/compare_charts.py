"""The comparison at a glance: bars and lines of what the tables below them say, and nothing that they do not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from portulan.atlas import api
from portulan.desk.markets import questions, scan_questions, selectors
from portulan.desk.markets.cells import Printed, printed
from portulan.desk.markets.charts import Chart, Shown, drawn
from portulan.desk.markets.compare_state import CompareState, compare_address
from portulan.desk.markets.place import Place, page_address
from portulan.desk.markets.wording import typeset

_TWO = 2
"""Years that a line needs at least."""
SECTORS = 6
"""Sectors drawn, of those that the figures measure; the table holds all."""
_MEASURED = {"measures the sector", "partial"}
Value = api.Figure | api.Gap
Line = tuple[str, tuple[Printed, ...]]
"""A row of a table: its heading, and a figure a market."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """One chart as the page draws it; ``chart`` is what it is drawn of, in a file too."""

    name: str
    chart: Chart
    drawn: api.Drawn

    @property
    def id(self) -> str:
        """Where it stands on the page."""
        return f"glance-{self.name}"

    @property
    def title(self) -> str:
        """Its heading."""
        return self.chart.title


@dataclass(frozen=True, slots=True)
class Trend:
    """What each market buys from the exporter, year by year: lines, and the same in a table."""

    chart: Drawing
    rows: tuple[Line, ...]

    @property
    def note(self) -> str:
        """What must be known of the years together."""
        return self.chart.chart.remark


@dataclass(frozen=True, slots=True)
class Glance:
    """The charts of a comparison; what cannot be drawn is absent."""

    bought: tuple[Drawing, ...] = ()
    world_rows: tuple[Line, ...] = ()
    potential: Drawing | None = None
    trend: Trend | None = None

    @property
    def drawings(self) -> tuple[Drawing, ...]:
        """Every chart, in the order of the page."""
        return (
            *self.bought,
            *(() if self.potential is None else (self.potential,)),
            *(() if self.trend is None else (self.trend.chart,)),
        )

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


def _drawing(
    state: CompareState,
    name: str,
    title: str,
    rows: Shown,
    values: Iterable[Value | None],
    language: str,
    remark: str = "",
) -> Drawing | None:
    """Return a chart of these values; none where nothing of it can be drawn."""
    figures = [value for value in values if isinstance(value, api.Figure)]
    if not figures:
        return None
    about = f"{selectors.sector_name(state.sector, language)}, {selectors.country_name(state.place.exporter, language)}"
    passport = _passport([figure.passport for figure in figures])
    chart = Chart(title, rows, figures[0].unit, passport, about, remark)
    made = drawn(chart, language)
    return None if made is None else Drawing(name, chart, made)


def _passport(papers: Sequence[api.Passport]) -> api.Passport:
    """Return the papers of several figures together: all their sources, and what else is the same of all.

    Where some measure their sector and others do in part, all of them together do in part.
    """
    first, fits = papers[0], {one.fitness for one in papers}
    return replace(
        first,
        sources=tuple(dict.fromkeys(source for one in papers for source in one.sources)),
        year=first.year if len({one.year for one in papers}) == 1 else None,
        fitness=first.fitness if len(fits) == 1 else "partial" if fits <= _MEASURED else None,
        coverage=_coverage([one.coverage for one in papers]),
        note="",
    )


def _coverage(seen: Sequence[api.Coverage | None]) -> api.Coverage | None:
    """Return which importers were seen, where they are the same for all; each sector has codes of its own."""
    bare = {None if one is None else replace(one, codes_missing=()) for one in seen}
    return bare.pop() if len(bare) == 1 else None


def _chosen(
    state: CompareState, held: Sequence[dict[str, Value]], names: tuple[str, ...], year: int, language: str
) -> tuple[Drawing, ...]:
    """Return one chart of each purchase, a bar a market, in the reader's order."""
    charts = []
    for ident, title in _titles(state, year, language).items():
        values = [found.get(ident) for found in held]
        rows = tuple(
            _row(name, value, language, _cell(state.place, market, state.sector))
            for market, name, value in zip(state.markets, names, values, strict=True)
            if value is not None
        )
        charts.append(_drawing(state, ident, title, rows, values, language))
    return tuple(chart for chart in charts if chart is not None)


def _cell(place: Place, market: str, sector: str) -> str:
    return page_address("cell", place, market=market, sector=sector)


def _by_sector(
    state: CompareState, profiles: Sequence[api.Profile], names: tuple[str, ...], year: int, language: str
) -> tuple[Drawing, ...]:
    """Return one chart of each purchase, a group a sector, a bar a market: the same sectors where both know them."""
    of: dict[str, list[api.ProfileRow]] = {}
    for profile in profiles:
        for row in profile.rows:
            if row.kind == "sector" and row.fitness != selectors.NOT_A_MEASURE:
                of.setdefault(row.sector, []).append(row)
    chosen = sorted(of, key=lambda sector: (-_sum(of[sector], "imports_from"), -_sum(of[sector], "imports_world")))
    charts = []
    for ident, title in _titles(state, year, language).items():
        known = [sector for sector in chosen if any(isinstance(r.figures[ident], api.Figure) for r in of[sector])]
        known = known[:SECTORS]
        groups = tuple(
            api.ChartGroup(
                typeset(selectors.sector_name(sector, language), language),
                tuple(_row(name, row.figures[ident], language) for name, row in zip(names, of[sector], strict=True)),
                compare_address(state.change(sector=sector)),
            )
            for sector in known
        )
        values = [row.figures[ident] for sector in known for row in of[sector]]
        charts.append(_drawing(state, ident, title, groups, values, language))
    return tuple(chart for chart in charts if chart is not None)


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
) -> Drawing | None:
    """Return what is sold today beside what could be, market by market; nothing where both are one estimate."""
    pairs = [(found.get("imports_from"), found.get(ranking.lead)) for found in held]
    if not any(isinstance(could, api.Figure) for _sold, could in pairs):
        return None
    if all(isinstance(sold, api.Gap) or sold is None or sold.status == "estimated" for sold, _could in pairs):
        return None
    label = _("expected") if ranking.lead == "potential_gravity" else _("potential")
    groups = tuple(
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
    )
    lead = selectors.indicator_names(language)[ranking.lead]
    title = _("Sold today, and %(indicator)s, %(year)s") % {"indicator": lead.lower(), "year": ranking.year}
    return _drawing(state, "potential", title, groups, [value for pair in pairs for value in pair], language)


def _trend(state: CompareState, names: tuple[str, ...], language: str) -> Trend | None:
    """Return the lines over the years the release holds of this flow; nothing where only one is known."""
    years = sorted(selectors.years_of(state.place.flow))
    if len(years) < _TWO:
        return None
    ask = _asker(state)
    values = [[ask(market, year) for year in years] for market in state.markets]
    series = tuple(
        api.Series(name, tuple(_point(year, value) for year, value in zip(years, line, strict=True)))
        for name, line in zip(names, values, strict=True)
    )
    exporter = selectors.country_name(state.place.exporter, language)
    title = _("Bought from %(exporter)s, %(first)s to %(last)s") % {
        "exporter": exporter,
        "first": years[0],
        "last": years[-1],
    }
    drawing = _drawing(
        state,
        "trend",
        title,
        series,
        [value for line in values for value in line],
        language,
        _codes_note(state, years, values),
    )
    if drawing is None:
        return None
    rows = tuple((str(year), tuple(printed(line[at], language) for line in values)) for at, year in enumerate(years))
    return Trend(drawing, rows)


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


def _codes_note(state: CompareState, years: Sequence[int], values: Sequence[Sequence[Value]]) -> str:
    """Say where the same product codes are not counted in all years: the line may move for that alone."""
    missing = {
        value.passport.coverage.codes_missing
        for line in values
        for value in line
        if value.passport.coverage is not None
    }
    baskets, place = selectors.release().basket_of, state.place
    counted = {frozenset(baskets.get((place.flow, y, place.perimeter, state.sector), ("", ()))[1]) for y in years}
    if len(missing) < _TWO and len(counted) < _TWO:
        return ""
    return _("The product codes published are not the same in all these years.")
