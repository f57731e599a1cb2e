"""The ranked table: which columns, in what order, which rows; and the markets that have no rank."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from portulan.atlas import api
from portulan.desk.markets import selectors
from portulan.desk.markets.cells import Row, printed_row
from portulan.desk.markets.state import TOP, MapState
from portulan.desk.markets.wording import folded


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

    It is unknown for every market for one ``reason``, or (no reason) it is the same estimate as the chosen one.
    """

    name: str
    reason: str


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
        return printed_row(row, columns, scale, href(row.market), row.market == state.market, language)

    wanted = folded(state.find)
    found = [row for row in _sorted(ranking.rows, answer.by, state, language) if wanted in _names_of(row.market)]
    rows = tuple(ready(row) for row in (found if state.rows or wanted else found[:TOP]))
    apart = [ready(row) for row in ranking.apart]
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
        estimated=tuple(row for row in apart if row.first.value is not None),
        unknown=_unknown(apart),
        flags=_flags([*rows, *apart]),
    )


def _names_of(market: str) -> str:
    """Return what a reader may type for a market: its names in both languages, so that a switch keeps the search."""
    return folded("\n".join((selectors.country_name(market, "en"), selectors.country_name(market, "fr"), market)))


def _columns(
    answer: selectors.Answer, names: selectors.Names, language: str
) -> tuple[tuple[str, ...], tuple[Blank, ...]]:
    """Return what stands beside the chosen indicator, and what is unknown for every market for one reason."""
    hide = answer.ranking.fitness == selectors.NOT_A_MEASURE
    columns, blanks = [], []
    for name in selectors.BESIDE:
        if name == answer.by or (hide and selectors.promises(name)):
            continue
        held = [row.beside[name] for row in answer.ranking.rows if name in row.beside]
        if held and all(_same(row.beside.get(name), row.figure) for row in answer.ranking.rows):
            blanks.append(Blank(names[name], ""))
            continue
        reasons = {value.text(language) if isinstance(value, api.Gap) else "" for value in held}
        if len(reasons) == 1 and "" not in reasons:
            blanks.append(Blank(names[name], reasons.pop()))
        elif held:
            columns.append(name)
    return tuple(columns), tuple(blanks)


def _same(one: api.Figure | api.Gap | None, other: api.Figure | api.Gap) -> bool:
    """True of two estimates that are one and the same, as gravity and trade are in the shipped release."""
    if not (isinstance(one, api.Figure) and isinstance(other, api.Figure)):
        return False
    return one.status == other.status == "estimated" and math.isclose(one.value, other.value, rel_tol=1e-9)


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


def _flags(rows: list[Row]) -> tuple[tuple[str, str], ...]:
    """Explain only the marks the reader sees."""
    seen = {cell.status for row in rows for cell in (row.first, *row.cells) if cell is not None}
    words = {
        "partial": _("partial: some importers or products are missing from it"),
        "estimated": _("estimated: nothing was reported, a model stands in"),
        "modelled": _("modelled: computed by a model from reported values"),
        "gap": _("not known: unknown, which is not zero"),
    }
    return tuple((status, text) for status, text in words.items() if status in seen)
