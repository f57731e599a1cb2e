"""The codes behind one cell: what the market buys of each HS or EBOPS code, from the exporter and from the world."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import NamedTuple

from portulan.atlas.answers import Place, few_importers, gap_of, place, status_of, unmeasured, why_nothing
from portulan.atlas.figures import Figure, Flow, Gap
from portulan.atlas.indicators import indicator
from portulan.atlas.opened import Release
from portulan.atlas.reference import countries, sectors
from portulan.atlas.reference.code_texts import in_french
from portulan.atlas.reference.crosswalk import ROLES, CrosswalkLine
from portulan.atlas.remarks import DECLARED

_MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Line:
    """One code of a sector.

    `label` and `source` are those of the crosswalk in English, `label_fr` and `source_fr` in French. `weight` is the
    part of the code that counts in the sector (the figures are those of the whole code), None where the source does
    not publish it. `rca` is the exporter's comparative advantage in the code, to all markets.
    """

    scheme: str
    code: str
    label: str
    label_fr: str
    role: str
    weight: float | None
    confidence: str
    source: str
    source_fr: str
    imports_from: Figure | Gap
    imports_world: Figure | Gap
    potential_static: Figure | Gap
    rca: Figure | Gap


def lines(
    release: Release,
    *,
    exporter: str,
    market: str,
    sector: str,
    perimeter: str = "core",
    flow: Flow = "goods",
    year: int | None = None,
) -> tuple[Line, ...]:
    """Return every code of a sector for one exporter and market, by code; empty where no code measures the sector.

    Weighted, the codes sum to the cell: imports from the exporter, from the world, and the static potential.
    """
    market = countries.country(market).iso3
    at = place(release, exporter, sector, perimeter, flow, year)
    basket = release.derived(_baskets).get((at.flow, at.year, at.perimeter, at.sector), {})
    return tuple(_line(at, market, scheme, code, weight) for (scheme, code), weight in basket.items())


_Basket = dict[tuple[str, str], float | None]


def _baskets(release: Release) -> dict[tuple[str, int, str, str], _Basket]:
    """(flow, year, perimeter, sector) -> (scheme, code) -> weight, by code; kept by the release."""
    found: dict[tuple[str, int, str, str], _Basket] = {}
    rows = release.query(release.file("baskets"))
    for row in sorted(rows, key=lambda row: (row["scheme"], row["code"])):
        basket = found.setdefault((row["flow"], row["year"], row["perimeter"], row["sector"]), {})
        # Counted in millionths, as the sums of the release are.
        weight = None if row["kind"] == _MISSING else round(float(row["weight"]), 6)
        basket[row["scheme"], row["code"]] = weight
    return found


def _line(at: Place, market: str, scheme: str, code: str, weight: float | None) -> Line:
    # A release may hold a code that the crosswalk in force has no more.
    said = _described(scheme, at.sector, at.perimeter).get(code) or _Described(code, code, "", "", "", "")
    one = replace(at, codes=(code,))
    return Line(
        scheme=scheme,
        code=code,
        label=said.label,
        label_fr=said.label_fr,
        role=said.role,
        weight=weight,
        confidence=said.confidence,
        source=said.source,
        source_fr=said.source_fr,
        imports_from=_imports_from(one, market, code),
        imports_world=_imports_world(one, market, code),
        potential_static=_potential(one, market, code),
        rca=_rca(one, code),
    )


class _Described(NamedTuple):
    """What is said of a code."""

    label: str
    label_fr: str
    role: str
    confidence: str
    source: str
    source_fr: str


@cache
def _described(scheme: str, sector: str, perimeter: str) -> Mapping[str, _Described]:
    """Return what the crosswalk in force says of each code.

    A code of a group serves several sectors, maybe in several roles: the nearest to the core is told.
    """
    members = {one.id for one in sectors.sectors()} if sector == sectors.ALL else set(sector.split("+"))
    holds = sectors.perimeter(perimeter).holds
    found: dict[str, list[CrosswalkLine]] = {}
    for line in sectors.crosswalk(scheme):
        if line.sector in members and holds(line):
            found.setdefault(line.code, []).append(line)
    return {
        code: _Described(
            of[0].label,
            in_french("label", of[0].label),
            min((line.role for line in of), key=ROLES.index),
            "; ".join(dict.fromkeys(line.confidence for line in of)),
            "; ".join(dict.fromkeys(line.source for line in of)),
            "\u202f; ".join(dict.fromkeys(in_french("source", line.source) for line in of)),
        )
        for code, of in found.items()
    }


def _figure(at: Place, market: str, ident: str, value: float, note: str = "") -> Figure:
    sought = indicator(ident)
    exporter = "" if sought.scope == "market" else at.exporter
    return Figure(exporter, market, at.sector, ident, value, sought.unit, status_of(at, sought), at.passport(note))


def _gap(at: Place, market: str, ident: str, reason: str) -> Gap:
    return gap_of(at, indicator(ident), market, reason)


def _why_none(at: Place, code: str, table: str) -> str:
    """Return why a release can say nothing of this code, or nothing: estimates only, an old release, no such code."""
    reason = why_nothing(at)
    if reason:
        return reason
    if at.estimated:
        return "no_product_flows"
    assert at.year is not None  # noqa: S101 (narrowing: why_nothing has answered otherwise)
    unpublished = at.release.unpublished(at.flow, at.year, at.perimeter, at.sector)
    if code in unpublished or at.release.coverage(at.flow, at.year, (code,)).codes_missing:
        return "code_not_published"
    return "" if at.release.file(table, at.flow, at.year) is not None else "no_lines"


def _imports_from(at: Place, market: str, code: str) -> Figure | Gap:
    ident = "imports_from"
    if market == at.exporter:
        return _gap(at, market, ident, "own_market")
    if reason := _why_none(at, code, "lines"):
        return _gap(at, market, ident, reason)
    assert at.year is not None  # noqa: S101 (narrowing: _why_none has answered otherwise)
    row = at.release.line_rows(at.flow, at.year, at.exporter, market).get(code)
    reports = at.reports(market)
    if row is None:
        return _gap(at, market, ident, "no_trade_recorded" if reports else "market_not_reporting")
    return _figure(at, market, ident, float(row["value_usd"]), "" if reports else DECLARED)


def _imports_world(at: Place, market: str, code: str) -> Figure | Gap:
    ident = "imports_world"
    if reason := _why_none(at, code, "market_products"):
        return _gap(at, market, ident, reason)
    assert at.year is not None  # noqa: S101 (narrowing: _why_none has answered otherwise)
    if not at.reports(market):
        return _gap(at, market, ident, "market_not_reporting")
    row = at.release.code_imports(at.flow, at.year, market).get(code)
    if row is None:
        return _gap(at, market, ident, "no_trade_recorded")
    return _figure(at, market, ident, float(row["imports_usd"]))


def _potential(at: Place, market: str, code: str) -> Figure | Gap:
    """Return P_ijk = X_ik / X_k x M_jk x ease_ij, worked out from the tables that hold the three."""
    ident = "potential_static"
    if market == at.exporter:
        return _gap(at, market, ident, "own_market")
    if reason := _why_none(at, code, "market_products"):
        return _gap(at, market, ident, reason)
    assert at.year is not None  # noqa: S101 (narrowing: _why_none has answered otherwise)
    if unmeasured(at):
        return _gap(at, market, ident, "not_a_measure")
    if few_importers(at):
        return _gap(at, market, ident, "few_importers")
    if not at.reports(market):
        return _gap(at, market, ident, "market_not_reporting")
    key = (at.flow, at.year)
    sold = at.release.code_exports(*key, at.exporter).get(code)
    world = at.release.world_by_code(*key).get(code, 0)
    demand = at.release.code_imports(*key, market).get(code)
    pair = at.release.pair_rows(*key, at.exporter).get(market)
    ease = None if pair is None else pair["ease"]
    if sold is None or demand is None or not world or ease is None:
        return _gap(at, market, ident, "no_potential")
    return _figure(at, market, ident, sold["exports_usd"] / world * demand["imports_usd"] * ease)


def _rca(at: Place, code: str) -> Figure | Gap:
    if reason := _why_none(at, code, "products"):
        return _gap(at, "", "rca", reason)
    assert at.year is not None  # noqa: S101 (narrowing: _why_none has answered otherwise)
    if few_importers(at):
        return _gap(at, "", "rca", "few_importers")
    row = at.release.code_exports(at.flow, at.year, at.exporter).get(code)
    if row is None:
        return _gap(at, "", "rca", "no_trade_recorded")
    return _figure(at, "", "rca", float(row["rca"]))
