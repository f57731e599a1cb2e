"""The ranked table: which columns, in what order, which rows; and the markets that have no rank."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from portulan.atlas import api
from portulan.desk.markets import selectors
from portulan.desk.markets.cells import Row, marks, printed_row
from portulan.desk.markets.state import TOP, MapState
from portulan.desk.markets.wording import FIRST_TEN, folded, typeset


@dataclass(frozen=True, slots=True)
class Column:
    """A column: where a click sorts it, and how it is sorted now (``ascending``, ``descending``, ``none``)."""

    id: str
    name: str
    href: str
    sorted: str
    how: str


@dataclass(frozen=True, slots=True)
class Blank:
    """An indicator without a column of its own, and why: said once.

    It is unknown for every market for one ``reason``, or it is the ``same`` estimate as another.
    """

    name: str
    reason: str
    same: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """Markets of which nothing can be said, for one and the same reason."""

    reason: str
    markets: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Everything the ranking prints: ``rows`` of the ``found`` ones among the ``total`` ranked."""

    rank: Column
    market: Column
    by: Column
    columns: tuple[Column, ...]
    blanks: tuple[Blank, ...]
    has_doubt: bool
    rows: tuple[Row, ...]
    found: int
    total: int
    estimated: tuple[Row, ...]
    unknown: tuple[Unknown, ...]
    apart_by: bool
    apart_columns: tuple[str, ...]
    apart_found: tuple[Row, ...]
    not_reporting: tuple[Row, ...]
    below: bool
    flags: tuple[tuple[str, str], ...]

    @property
    def shown(self) -> tuple[str, ...]:
        """The indicators that have a column."""
        return (self.by.id, *(column.id for column in self.columns))


def address(state: MapState, fragment: str = "", **changes: str) -> str:
    """Return the address of the map in a state."""
    return f"{reverse('markets:map')}?{state.query(**changes)}" + (f"#{fragment}" if fragment else "")


def market_addresses(state: MapState) -> Callable[[str], str]:
    """Return what gives the address of each market in a state; made once, for there are hundreds on a page."""
    pattern = address(state, "market", market="XXX")
    return lambda market: pattern.replace("market=XXX", f"market={market}")


def table(answer: selectors.Answer, state: MapState, language: str) -> Table:
    """Make the ranking of an answer ready to print; only the rows that show are printed."""
    ranking, names = answer.ranking, selectors.indicator_names(language)
    columns, blanks = _columns(answer, names, language)
    scale = max((row.rank_high or 1.0 for row in ranking.rows), default=1.0)
    href = market_addresses(state)

    def ready(row: api.RankRow) -> Row:
        chosen = row.market == state.market
        return printed_row(row, columns, scale, href(row.market), chosen, language, ranking.total <= FIRST_TEN)

    wanted = folded(state.find)
    found = [row for row in _sorted(ranking.rows, answer.by, state, language) if wanted in _names_of(row.market)]
    rows = tuple(ready(row) for row in (found if state.rows or wanted else found[:TOP]))
    apart_ids = _apart_columns(ranking)

    def stands_apart(row: api.RankRow) -> Row:
        return printed_row(row, apart_ids, scale, href(row.market), row.market == state.market, language)

    apart = [stands_apart(row) for row in _largest_first(ranking.apart)]
    return Table(
        rank=_column(state, "", _("Rank")),
        market=_column(state, "market", _("Market")),
        by=_column(state, answer.by, names[answer.by]),
        columns=tuple(_column(state, name, names[name]) for name in columns),
        blanks=blanks,
        has_doubt=any(row.rank_median is not None for row in ranking.rows),
        rows=rows,
        found=len(found),
        total=len(ranking.rows),
        estimated=tuple(row for row in apart if _has_estimate(row)),
        unknown=_unknown([row for row in apart if not _has_estimate(row)]),
        apart_by=any(row.first.value is not None for row in apart),
        apart_columns=tuple(names[name] for name in apart_ids),
        apart_found=tuple(row for row in apart if wanted and wanted in _names_of(row.market)),
        not_reporting=_not_reporting(ranking, apart),
        below=answer.by.startswith("potential") and not selectors.only_estimates(),
        flags=marks(
            sign
            for row in (*rows, *apart)
            for cell in (row.first, *row.cells)
            if cell is not None
            for sign in cell.signs
        ),
    )


def _names_of(market: str) -> str:
    """Return what a reader may type for a market: its names in both languages, so that a switch keeps the search."""
    names = (selectors.country_name(market, "en"), selectors.country_name(market, "fr"), market)
    return folded("\n".join((*names, *api.other_names("market", market))))


def _has_estimate(row: Row) -> bool:
    return row.first.value is not None or any(cell is not None and cell.status == "estimated" for cell in row.cells)


def _apart_columns(ranking: api.Ranking) -> tuple[str, ...]:
    """Return what a fit estimates of the markets without a reported value, beside the chosen indicator."""
    if ranking.fitness == selectors.NOT_A_MEASURE:
        return ()
    return tuple(
        name
        for name in ("imports_world", "potential_gravity")
        if name != ranking.by and any(_estimate(row.beside.get(name)) for row in ranking.apart)
    )


def _estimate(value: api.Figure | api.Gap | None) -> bool:
    return isinstance(value, api.Figure) and value.status == "estimated"


def _largest_first(rows: tuple[api.RankRow, ...]) -> list[api.RankRow]:
    """Put the largest economies first: nothing else is known of what has no figure."""
    weights = selectors.weights()

    def place(row: api.RankRow) -> tuple[bool, float]:
        gap = isinstance(row.figure, api.Gap)
        return gap, -weights.get(row.market, 0.0) if gap else 0.0

    return sorted(rows, key=place)


def _not_reporting(ranking: api.Ranking, apart: list[Row]) -> tuple[Row, ...]:
    """Return the markets whose imports the source does not have, whether or not an estimate stands in."""
    coverage = ranking.passport.coverage
    missing = set() if coverage is None else {*coverage.importers_missing}
    return tuple(row for row in apart if row.market in missing)


def _columns(
    answer: selectors.Answer, names: selectors.Names, language: str
) -> tuple[tuple[str, ...], tuple[Blank, ...]]:
    """Return what stands beside the chosen indicator, and what is unknown for every market for one reason.

    Where growth is unknown everywhere, what is missing stands in its place.
    """
    hide = answer.ranking.fitness == selectors.NOT_A_MEASURE
    rows = answer.ranking.rows
    columns: list[str] = []
    blanks: list[Blank] = []
    for name in (*selectors.BESIDE, "unrealised_static"):
        if name == answer.by or (hide and selectors.promises(name)):
            continue
        if name == "unrealised_static" and ("growth" in columns or answer.by == "growth" or not columns):
            continue
        held = [row.beside[name] for row in rows if name in row.beside]
        twin = next((other for other in (answer.by, *columns) if held and twins(rows, name, other, answer.by)), "")
        if twin:
            blanks.append(Blank(names[name], "", names[twin]))
            continue
        reasons = {value.text(language) if isinstance(value, api.Gap) else "" for value in held}
        if len(reasons) == 1 and "" not in reasons:
            if name != "unrealised_static":
                blanks.append(Blank(names[name], typeset(reasons.pop(), language), ""))
        elif held:
            columns.append(name)
    return tuple(columns), tuple(blanks)


def twins(rows: tuple[api.RankRow, ...], name: str, other: str, by: str) -> bool:
    """True of two columns that would print the same estimates, as gravity and trade in the shipped release."""
    return all(_same(row.beside.get(name), row.figure if other == by else row.beside.get(other)) for row in rows)


def _same(one: api.Figure | api.Gap | None, other: api.Figure | api.Gap | None) -> bool:
    if isinstance(one, api.Gap) and isinstance(other, api.Gap):
        return True
    if not (isinstance(one, api.Figure) and isinstance(other, api.Figure)):
        return False
    return one.status == other.status == "estimated" and math.isclose(
        one.value, other.value, rel_tol=1e-6, abs_tol=0.01
    )


def _column(state: MapState, name: str, label: str) -> Column:
    """Numbers fall at the first click, names rise; the second click turns them."""
    first = "asc" if name in ("market", "") else "desc"
    now = (state.order or first) if state.sort == name else ""
    turned = {"asc": "desc", "desc": "asc"}[now] if now else first
    change = {"sort": name, "order": "" if turned == first else turned}
    label_now = {"asc": "ascending", "desc": "descending", "": "none"}[now]
    return Column(name, label, address(state, "ranking", **change), label_now, f"how-{name}")


def _sorted(rows: tuple[api.RankRow, ...], by: str, state: MapState, language: str) -> list[api.RankRow]:
    """Sort as asked. A market without the figure stays last either way: it is unknown, not small."""
    if not state.sort:
        return list(reversed(rows)) if state.order == "desc" else list(rows)
    if state.sort == "market":
        return sorted(
            rows,
            key=lambda row: folded(selectors.country_name(row.market, language)),
            reverse=state.order == "desc",
        )
    values = {row.market: _value(row, by, state.sort) for row in rows}
    known = [row for row in rows if values[row.market] is not None]
    known.sort(key=lambda row: values[row.market] or 0.0, reverse=state.order != "asc")
    return known + [row for row in rows if values[row.market] is None]


def _value(row: api.RankRow, by: str, name: str) -> float | None:
    value = row.figure if name == by else row.beside.get(name)
    return value.value if isinstance(value, api.Figure) else None


def _unknown(apart: list[Row]) -> tuple[Unknown, ...]:
    """Put the markets together that are unknown for the same reason, the rarest reason first."""
    reasons: dict[str, list[Row]] = {}
    for row in apart:
        if row.first.value is None:
            reasons.setdefault(row.first.reason, []).append(row)
    grouped = [
        Unknown(reason, tuple(sorted(rows, key=lambda row: folded(row.name)))) for reason, rows in reasons.items()
    ]
    return tuple(sorted(grouped, key=lambda group: len(group.markets)))
