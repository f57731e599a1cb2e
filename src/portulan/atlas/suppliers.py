"""Who sells to a market in a sector: the suppliers in order, how concentrated they are, and what is not known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from portulan.atlas.answers import Place, Slice, answer, place, status_of, why_nothing
from portulan.atlas.errors import AtlasError
from portulan.atlas.figures import Figure, Fitness, Flow, Gap, Passport, Status
from portulan.atlas.indicators import indicator
from portulan.atlas.opened import Release, Row
from portulan.atlas.reference import countries
from portulan.atlas.remarks import DECLARED, holding

FIRST = 3
"""Suppliers named beside each sector of a profile."""


@dataclass(frozen=True, slots=True)
class Supplier:
    """One exporter among those that sell to a market; ties share a rank."""

    rank: int
    exporter: str
    imports_from: Figure
    share: Figure | Gap


@dataclass(frozen=True, slots=True)
class Suppliers:
    """The suppliers of a market in a sector, the largest first.

    Where the market does not report, every share is a gap and so is the concentration; `rows` then holds what the
    gravity expects (status `estimated`), or nothing: a few declarations are not the suppliers of a market. `count` is
    how many countries sell there, None where nobody reported it.
    """

    market: str
    sector: str
    perimeter: str
    flow: Flow
    year: int | None
    rows: tuple[Supplier, ...]
    hhi: Figure | Gap
    imports_world: Figure | Gap
    count: int | None
    passport: Passport
    fitness: Fitness


def suppliers(
    release: Release,
    *,
    market: str,
    sector: str,
    perimeter: str = "core",
    flow: Flow = "goods",
    year: int | None = None,
    top: int = 10,
) -> Suppliers:
    """Return the first `top` suppliers of a market in a sector, with the size and concentration of the market."""
    if top < 0:
        raise AtlasError(f"cannot give {top} suppliers; give a number from 0 up")
    market = countries.country(market).iso3
    # The market stands in for the exporter that the question does not have: nothing below depends on it.
    at = place(release, market, sector, perimeter, flow, year)
    found = Slice(at)
    size = found.markets.get(market) if at.reports(market) and not at.estimated else None
    return Suppliers(
        market=market,
        sector=at.sector,
        perimeter=at.perimeter,
        flow=at.flow,
        year=at.year,
        rows=_said(at, market, _sales(at, market)[:top]),
        hhi=answer(found, "supplier_hhi", market),
        imports_world=answer(found, "imports_world", market),
        count=None if size is None else int(size["suppliers"]),
        passport=at.passport(),
        fitness=at.fitness,
    )


def first_suppliers(at: Place, market: str) -> tuple[Supplier, ...]:
    """Return the three first suppliers of a market, from a table of all markets that is read once."""
    if at.year is None or at.canonical is None:
        return ()
    if not _known(at, market) and market in at.release.declared_markets(at.flow, at.year):
        return _said(at, market, _sales(at, market)[:FIRST])
    return _said(at, market, _first_sales(at, market)[:FIRST])


@dataclass(frozen=True, slots=True)
class FirstOnes:
    """The first supplier of each market and those that equal it; and who is among the first three in how many."""

    suppliers: Mapping[str, tuple[Supplier, ...]]
    close: Mapping[str, int]


def first_of_all(at: Place, markets: Iterable[str]) -> FirstOnes:
    """Return the first supplier of each market of which anybody knows it.

    The tables of first suppliers are read once for all sectors, what exporters declare once a sector: never a question
    a market.
    """
    if at.year is None or at.canonical is None:
        return FirstOnes({}, {})
    wanted = tuple(markets)
    declared = at.release.declared_markets(at.flow, at.year)
    apart = tuple(market for market in wanted if market in declared and not _known(at, market))
    told = _declared_sales(at, apart) if apart else {}
    found = {market: told[market] if market in told else _first_sales(at, market) for market in wanted}
    close = Counter(sale.exporter for sales in found.values() for sale in sales if sale.rank <= FIRST)
    first = {market: [sale for sale in sales if sale.rank == 1] for market, sales in found.items() if sales}
    return FirstOnes({market: _said(at, market, sales) for market, sales in first.items()}, close)


@dataclass(frozen=True, slots=True)
class _Sale:
    """What one exporter sells, before it has its papers."""

    exporter: str
    value: float
    status: Status | None = None
    low: float | None = None
    high: float | None = None
    share: float | None = None
    rank: int = 0
    note: str = ""


def _known(at: Place, market: str) -> bool:
    """Whether what the market buys from everyone is known, or estimated for every market alike."""
    return at.estimated or at.reports(market)


def _first_sales(at: Place, market: str) -> list[_Sale]:
    """Return the first sales of a market of which no exporter declares what the market does not report."""
    assert at.year is not None  # noqa: S101 (narrowing: the callers have looked)
    assert at.canonical is not None  # noqa: S101 (likewise)
    release, key = at.release, (at.flow, at.year, at.canonical)
    guesses = release.first_estimates(*key).get((at.sector, market), ())
    if not _known(at, market):
        return _ranked(_expected(row) for row in guesses)
    bounds = {row["exporter"]: row for row in guesses} if at.estimated else {}
    rows = release.first_suppliers(*key).get((at.sector, market), ())
    return [_sale(at, row, bounds.get(row["exporter"])) for row in rows]


def _sales(at: Place, market: str) -> list[_Sale]:
    """Return what every exporter sells to a market, the largest first."""
    if at.year is None or at.canonical is None:
        return []
    release = at.release
    sold = release.supplier_rows(at.flow, at.year, at.canonical, market).get((at.sector, market), ())
    known = _known(at, market)
    if known and not at.estimated:
        return [_sale(at, row, None) for row in sold if row["imports_from"] > 0]
    guesses = release.supplier_estimates(at.flow, at.year, at.canonical, at.sector, market)
    if known:
        return [_sale(at, row, guesses.get(row["exporter"])) for row in sold if row["imports_from"] > 0]
    return _declared_or_expected(sold, guesses.values())


def _declared_sales(at: Place, markets: tuple[str, ...]) -> dict[str, list[_Sale]]:
    """Return the same for several markets that do not report, in two questions."""
    assert at.year is not None  # noqa: S101 (narrowing: the callers have looked)
    assert at.canonical is not None  # noqa: S101 (likewise)
    key = (at.flow, at.year, at.canonical, at.sector, markets)
    sold, guesses = at.release.sales_among(*key), at.release.estimates_among(*key)
    return {
        market: _declared_or_expected(sold.get((at.sector, market), ()), guesses.get((at.sector, market), ()))
        for market in markets
    }


def _declared_or_expected(sold: Iterable[Row], guesses: Iterable[Row]) -> list[_Sale]:
    """As for a single cell: what an exporter declares goes before what the gravity expects of it.

    A declared zero too: who says that it sells nothing there is no supplier, whatever was expected of it. Nothing
    without expectations: a few declarations are not the suppliers of a market.
    """
    expected = {row["exporter"]: _expected(row) for row in guesses}
    if not expected:
        return []
    declared = {row["exporter"]: _Sale(row["exporter"], float(row["imports_from"]), note=DECLARED) for row in sold}
    return _ranked(sale for sale in {**expected, **declared}.values() if sale.value > 0)


def _sale(at: Place, row: Row, guess: Row | None) -> _Sale:
    value, rank = float(row["imports_from"]), int(row["supplier_rank"])
    if guess is None:
        return _Sale(row["exporter"], value, None, None, None, row["share"], rank)
    low, high, note = holding(value, guess["low"], guess["high"])
    return _Sale(row["exporter"], value, None, low, high, row["share"], rank, note)


def _expected(row: Row) -> _Sale:
    low, high, note = holding(float(row["expected"]), row["low"], row["high"])
    return _Sale(row["exporter"], float(row["expected"]), "estimated", low, high, note=note)


def _ranked(sales: Iterable[_Sale]) -> list[_Sale]:
    """Put sales in order and number them; equal ones share a rank."""
    ordered = sorted(sales, key=lambda sale: (-sale.value, sale.exporter))
    out: list[_Sale] = []
    for place_, sale in enumerate(ordered, start=1):
        tie = bool(out) and out[-1].value == sale.value
        rank = out[-1].rank if tie else place_
        out.append(_Sale(sale.exporter, sale.value, sale.status, sale.low, sale.high, None, rank, sale.note))
    return out


def _said(at: Place, market: str, sales: Iterable[_Sale]) -> tuple[Supplier, ...]:
    """Give sales their papers."""
    imports, part = indicator("imports_from"), indicator("share")
    papers, status, status_of_share = at.passport(), status_of(at, imports), status_of(at, part)
    out: list[Supplier] = []
    for sale in sales:
        sold = Figure(
            sale.exporter, market, at.sector, imports.id, sale.value, imports.unit, sale.status or status,
            at.passport(sale.note) if sale.note else papers, sale.low, sale.high,
        )  # fmt: skip
        share: Figure | Gap
        if sale.share is None:
            reason = why_nothing(at) or "market_not_reporting"
            share = Gap(sale.exporter, market, at.sector, part.id, part.unit, reason, papers)
        else:
            share = Figure(
                sale.exporter, market, at.sector, part.id, float(sale.share), part.unit, status_of_share, papers
            )
        out.append(Supplier(sale.rank, sale.exporter, sold, share))
    return tuple(out)
