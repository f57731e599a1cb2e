"""The rows of a comparison: each indicator of every market, which one is first beyond doubt, and what papers differ."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portulan.atlas import api
from portulan.desk.markets import questions, scan_questions, selectors
from portulan.desk.markets.cells import Printed, printed, status_text
from portulan.desk.markets.compare_state import CompareState, compare_address
from portulan.desk.markets.wording import between, typeset

LEAST = 2
"""With fewer markets there is nothing to compare."""
_TRADE = (
    "imports_world", "imports_from", "share", "supplier_rank", "supplier_hhi", "demand_growth", "growth",
    "potential_static", "potential_gravity", "unrealised_static", "realised_share",
)  # fmt: skip
_CONTEXT = ("ease", "distance_km", "common_language", "population", "gdp_per_head", "internet_users")
INDICATORS = (*_TRADE, *_CONTEXT)
"""What is compared, in the order of the page."""
Value = api.Figure | api.Gap


@dataclass(frozen=True, slots=True)
class Cell:
    """One value; ``first`` where it is the best of its row beyond doubt; ``year`` where the years of the row differ."""

    value: Printed
    first: bool
    year: str


@dataclass(frozen=True, slots=True)
class Line:
    """One indicator of every market compared."""

    name: str
    note: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """Indicators that belong together."""

    id: str
    title: str
    lines: tuple[Line, ...]
    blanks: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class SectorLine:
    """One sector of every market compared; ``note`` where its figures are no measure of it."""

    name: str
    href: str
    note: str
    cells: tuple[Cell, ...]


def blocks(state: CompareState, ranking: api.Ranking, language: str) -> tuple[tuple[Block, ...], tuple[str, ...]]:
    """Return the rows of a comparison, and in words what differs in the papers of their values."""
    held = {market: _by_indicator(state, market) for market in state.markets}
    names = selectors.indicator_names(language)
    quiet = ranking.fitness == selectors.NOT_A_MEASURE
    differences: list[str] = []
    gaps: dict[tuple[str, str], list[str]] = {}
    found = []
    for ident, title, ids in (
        ("trade", _("What the sector’s trade says"), _TRADE),
        ("context", _("What surrounds the market"), _CONTEXT),
    ):
        lines: list[Line] = []
        blanks: dict[str, list[str]] = {}
        if ident == "trade" and (rank := _rank_line(state, ranking, language)) is not None:
            lines.append(rank)
        for name in ids:
            if quiet and selectors.promises(name):
                continue
            values = [held[market][name] for market in state.markets if name in held[market]]
            if len(values) < len(state.markets):
                continue
            if all(isinstance(value, api.Gap) for value in values):
                reasons = dict.fromkeys(value.text(language) for value in values if isinstance(value, api.Gap))
                blanks.setdefault(typeset(" / ".join(reasons), language), []).append(names[name])
                continue
            lines.append(_line(names[name], values, language))
            for market, value in zip(state.markets, values, strict=True):
                if isinstance(value, api.Gap):
                    gaps.setdefault((market, typeset(value.text(language), language)), []).append(names[name])
            differences += _differences(names[name], values, state.markets, language)
        found.append(
            Block(ident, title, tuple(lines), tuple((", ".join(same), reason) for reason, same in blanks.items()))
        )
    differences += _gaps(gaps, language)
    return tuple(found), tuple(differences)


def _gaps(gaps: dict[tuple[str, str], list[str]], language: str) -> list[str]:
    """Say once what is not known of which markets, and for which reason."""
    same: dict[tuple[str, str], list[str]] = {}
    for (market, reason), names in gaps.items():
        same.setdefault((reason, ", ".join(names)), []).append(selectors.country_name(market, language))
    return [
        _("%(names)s, not known (%(reason)s): %(indicators)s.")
        % {"names": ", ".join(markets), "reason": reason, "indicators": indicators}
        for (reason, indicators), markets in same.items()
    ]


def _by_indicator(state: CompareState, market: str) -> dict[str, Value]:
    return {value.indicator: value for value in scan_questions.figures(state.place, state.sector, market)}


def compared(state: CompareState) -> list[Value]:
    """Return every value that a comparison prints of its markets."""
    held = [_by_indicator(state, market) for market in state.markets]
    return [values[name] for values in held for name in INDICATORS if name in values]


def _rank_line(state: CompareState, ranking: api.Ranking, language: str) -> Line | None:
    """Return the place of each market among the exporter's, with its interval; none where no one is ranked."""
    rows = {row.market: row for row in (*ranking.rows, *ranking.apart)}
    cells = []
    for market in state.markets:
        row = rows.get(market)
        if row is None:
            return None
        value = printed(row.figure, language)
        value = replace(value, indicator="rank", unit="rank", interval="")
        if row.rank is None:
            reason = value.reason or _("not reported by the market")
            value = replace(value, value=None, text=_("no rank"), status="gap", reason=reason)
        else:
            value = replace(value, value=float(row.rank), text=f"{row.rank}")
            if row.rank_low is not None and row.rank_high is not None:
                value = replace(value, interval=between(row.rank_low, row.rank_high, "rank", language))
        cells.append(Cell(value, False, ""))
    if all(cell.value.value is None for cell in cells):
        return None
    by = selectors.indicator_names(language)[ranking.by]
    name = _("Rank by “%(indicator)s”") % {"indicator": by}
    among = ngettext("of %(total)d market", "of %(total)d markets", ranking.total) % {"total": ranking.total}
    return Line(name, among, tuple(cells))


def _line(name: str, values: Sequence[Value], language: str) -> Line:
    years = {value.passport.year for value in values if isinstance(value, api.Figure)}
    best = _best(values)
    cells = []
    for place, value in enumerate(values):
        year = value.passport.year
        said = str(year) if len(years) > 1 and year and isinstance(value, api.Figure) else ""
        cells.append(Cell(printed(value, language), place == best, said))
    one = next((str(year) for year in years if year), "") if len(years) == 1 else ""
    notes = {cell.value.note for cell in cells if cell.value.value is not None}
    if len(notes) == 1 and (note := notes.pop()):
        return Line(name, note, tuple(replace(cell, year="") for cell in cells))
    return Line(name, one, tuple(replace(cell, year=cell.value.note or cell.year) for cell in cells))


def _best(values: Sequence[Value]) -> int | None:
    """Return which value is the best beyond doubt: alone, known the same way as the next, their intervals apart."""
    direction = {one.indicator: one.higher_is_better for one in api.all_criteria()}
    known = [(place, value) for place, value in enumerate(values) if isinstance(value, api.Figure)]
    if len(known) < LEAST or values[0].indicator not in direction:
        return None
    sign = 1 if direction[values[0].indicator] else -1
    known.sort(key=lambda item: -sign * item[1].value)
    (first, best), (_next, second) = known[:2]
    if best.value == second.value or (best.status == "estimated") != (second.status == "estimated"):
        return None
    low = best.low if sign > 0 else best.high
    high = second.high if sign > 0 else second.low
    apart = sign * ((best.value if low is None else low) - (second.value if high is None else high)) > 0
    return first if apart else None


def _differences(name: str, values: Sequence[Value], markets: Sequence[str], language: str) -> list[str]:
    """Say where the papers of one row are not the same for all its markets."""
    known = [(m, v) for m, v in zip(markets, values, strict=True) if isinstance(v, api.Figure)]
    ways: tuple[tuple[str, Callable[[api.Figure], str]], ...] = (
        (_("%(name)s, years differ: %(parts)s."), lambda figure: str(figure.passport.year or "")),
        (_("%(name)s, statuses differ: %(parts)s."), lambda figure: status_text(figure.status)),
    )
    found = []
    for words, of in ways:
        groups: dict[str, list[str]] = {}
        for market, figure in known:
            groups.setdefault(of(figure), []).append(selectors.country_name(market, language))
        if len(groups) > 1:
            parts = ", ".join(f"{kind} ({', '.join(names)})" for kind, names in groups.items())
            found.append(words % {"name": name, "parts": parts})
    declared = [selectors.country_name(m, language) for m, v in known if "declared" in v.passport.note]
    if declared:
        found.append(
            _("%(name)s, declared by the exporter and not by the market: %(names)s.")
            % {"name": name, "names": ", ".join(declared)}
        )
    return found


def sector_lines(state: CompareState, language: str) -> tuple[SectorLine, ...]:
    """Return what each market buys from the exporter, sector by sector."""
    profiles = [questions.profile(state.place, market) for market in state.markets]
    kinds = selectors.sector_kinds()
    found = []
    for rows in zip(*(profile.rows for profile in profiles), strict=True):
        sector = rows[0].sector
        if kinds[sector] != "sector":
            continue
        values = [row.figures["imports_from"] for row in rows]
        quiet = rows[0].fitness == selectors.NOT_A_MEASURE
        found.append(
            SectorLine(
                selectors.sector_name(sector, language),
                compare_address(state.change(sector=sector)),
                _("what is traded under its codes; no measure of the sector") if quiet else "",
                _line("", values, language).cells,
            )
        )
    return tuple(found)
