"""Runs the indicators of one flow and year, statement by statement, and writes their tables."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from portulan.atlas import flows
from portulan.atlas.engine import Engine
from portulan.atlas.indicators import growth, output, potential, rca, trade
from portulan.atlas.indicators.base import Statement
from portulan.atlas.projections import Projections

Progress = Callable[[str, float], None]


def quiet(step: str, done: float) -> None:
    """Report nothing."""


@dataclass(frozen=True, slots=True)
class Corrections:
    """Which corrections of the potential are on; every one is off unless asked for."""

    balance: bool = False
    projections: Projections | None = None

    def parameters(self, years: Collection[int]) -> dict[str, Any]:
        """Return what the manifest must tell: which are on, and how far ahead."""
        names = [name for name, on in (("balance", self.balance), ("projections", self.projections is not None)) if on]
        found: dict[str, Any] = {"corrections": names}
        if self.projections is not None:
            ahead = {str(year): self.projections.horizon(year) for year in years}
            found["projections"] = {"vintage": self.projections.vintage, "years_ahead": ahead}
        return found


@dataclass(slots=True)
class YearRun:
    """One flow and year to compute: ``product_flow`` and ``reporting_market`` must be loaded in `engine`."""

    engine: Engine
    flow: str
    year: int
    scheme: str
    baskets: Sequence[flows.BasketLine]
    corrections: Corrections = field(default_factory=Corrections)


def run_statements(engine: Engine, statements: Sequence[Statement]) -> None:
    """Run statements in order, keeping each result under its name."""
    for statement in statements:
        if statement.kept:
            engine.materialise(statement.name, statement.select)
        else:
            engine.view(statement.name, statement.select)


def compute(run: YearRun) -> None:
    """Create every table of the year but growth: shares, sizes, RCA, ease and potential."""
    engine = run.engine
    flows.load_baskets(engine, run.baskets)
    engine.materialise(
        "year_of_release",
        f"SELECT '{run.flow}' AS flow, CAST({run.year} AS SMALLINT) AS year, '{run.scheme}' AS scheme",
    )
    run_statements(engine, (_reported_flow(engine), *trade.STATEMENTS))
    run_statements(engine, rca.STATEMENTS)
    _load_corrections(engine, run.corrections, run.year)
    *before, cell_potential = potential.STATEMENTS
    off = run.corrections == Corrections()
    run_statements(engine, (*before, potential.STATIC_CELL_POTENTIAL if off else cell_potential))
    engine.drop("product_potential")


def _reported_flow(engine: Engine) -> Statement:
    """Return the statement that names the flows of reporting markets: all flows, where every market reports."""
    silent = engine.execute(
        "SELECT COUNT(*) FROM (SELECT DISTINCT market FROM product_flow) AS buying "
        "LEFT JOIN reporting_market ON reporting_market.market = buying.market WHERE reporting_market.market IS NULL"
    )
    return trade.EVERY_MARKET_REPORTS if silent == [(0,)] else trade.REPORTED_FLOW


def _load_corrections(engine: Engine, corrections: Corrections, year: int) -> None:
    if corrections.projections is None:
        run_statements(engine, (potential.NO_EXPORTER_CORRECTION, potential.NO_MARKET_CORRECTION))
    else:
        flows.load_factors(engine, "growth_factor", "country", corrections.projections.factors(year))
        run_statements(engine, (potential.EXPORTER_GROWTH, potential.MARKET_GROWTH))
    run_statements(engine, (potential.BALANCE if corrections.balance else potential.NO_BALANCE,))


def add_growth(engine: Engine, folder: Path, flow: str, year: int, loaded: Collection[int]) -> int | None:
    """Create the growth tables from what was written for an earlier year; return that year, or None."""
    since = growth.window_start(year, loaded)
    pairs: list[tuple[str, str, str]] = []
    if since is None:
        engine.materialise(
            "past_cell",
            "SELECT perimeter, sector, exporter, market, CAST(imports_from AS DOUBLE) AS imports_from "
            "FROM cell_share WHERE 1 = 0",
        )
        engine.materialise(
            "past_market", "SELECT perimeter, sector, market, imports_world FROM market_sector WHERE 1 = 0"
        )
    else:
        name = f"{flow}-{since}.parquet"
        columns = "SELECT perimeter, sector, exporter, market, imports_from FROM source WHERE imports_from IS NOT NULL"
        engine.load_parquet("past_cell", folder / "cells" / name, columns)
        engine.load_parquet(
            "past_market", folder / "markets" / name, "SELECT perimeter, sector, market, imports_world FROM source"
        )
        engine.load_parquet("past_product", folder / "products" / name, "SELECT DISTINCT scheme, code FROM source")
        pairs = _comparable(engine)
    engine.insert("comparable_basket", _columns(("perimeter", "sector", "past_perimeter"), pairs))
    engine.materialise("growth_window", f"SELECT {year - since if since else 1} AS years")
    run_statements(engine, growth.STATEMENTS)
    return since


def _comparable(engine: Engine) -> list[tuple[str, str, str]]:
    """Return (perimeter, sector, past perimeter) of the baskets that hold the very same codes at both ends.

    A code that one of the two years lacks would pass for growth, or for a fall.
    """
    now = _held(
        engine, "SELECT scheme, code FROM product_rca JOIN culture_code USING (code) CROSS JOIN year_of_release"
    )
    past = _held(engine, "SELECT scheme, code FROM past_product")
    return [
        (perimeter, sector, past[perimeter, sector][0])
        for (perimeter, sector), (canonical, codes) in sorted(now.items())
        if perimeter == canonical and codes and (perimeter, sector) in past and past[perimeter, sector][1] == codes
    ]


Held = dict[tuple[str, str], tuple[str, frozenset[tuple[str, str]]]]


def _held(engine: Engine, select: str) -> Held:
    """Return, a perimeter and sector, its canonical perimeter and the (scheme, code) of it that a year really holds."""
    rows = {(str(scheme), str(code)) for scheme, code in engine.execute(select)}
    found: dict[tuple[str, str], tuple[str, set[tuple[str, str]]]] = {}
    for scheme in {scheme for scheme, _ in rows}:
        codes = {code for held, code in rows if held == scheme}
        published = None if scheme.startswith("HS") else codes
        for line in flows.basket_lines(scheme, published):
            kept = found.setdefault((line.perimeter, line.sector), (line.canonical, set()))[1]
            if line.code in codes:
                kept.add((scheme, line.code))
    return {key: (canonical, frozenset(codes)) for key, (canonical, codes) in found.items()}


def _columns(names: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> dict[str, NDArray[Any]]:
    return {name: np.array([row[place] for row in rows], dtype=object) for place, name in enumerate(names)}


def write_year(run: YearRun, folder: Path) -> dict[str, Path]:
    """Write the tables of the year as ordered Parquet files `folder/TABLE/FLOW-YEAR.parquet`."""
    run_statements(run.engine, (output.CELL,))
    written: dict[str, Path] = {}
    for table, (select, _) in output.YEARLY_TABLES.items():
        path = folder / table / f"{run.flow}-{run.year}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        run.engine.write_parquet(select, path)
        written[table] = path
    run.engine.drop("culture_line")
    return written
