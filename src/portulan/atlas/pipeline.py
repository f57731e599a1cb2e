"""Runs the indicators of one flow and year, statement by statement, and writes their tables."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

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
    run_statements(engine, trade.STATEMENTS)
    run_statements(engine, rca.STATEMENTS)
    _load_corrections(engine, run.corrections, run.year)
    run_statements(engine, potential.STATEMENTS)
    engine.drop("product_potential", "culture_flow")


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
    if since is None:
        engine.materialise(
            "past_cell",
            "SELECT perimeter, sector, exporter, market, CAST(imports_from "
            "AS DOUBLE) AS imports_from FROM cell_share WHERE 1 = 0",
        )
        engine.materialise(
            "past_market", "SELECT perimeter, sector, market, imports_world FROM market_sector WHERE 1 = 0"
        )
    else:
        engine.load_parquet(
            "past_cell",
            folder / "cells" / f"{flow}-{since}.parquet",
            "SELECT perimeter, sector, exporter, market, imports_from FROM source WHERE imports_from IS NOT NULL",
        )
        engine.load_parquet(
            "past_market",
            folder / "markets" / f"{flow}-{since}.parquet",
            "SELECT perimeter, sector, market, imports_world FROM source",
        )
    engine.materialise("growth_window", f"SELECT {year - since if since else 1} AS years")
    run_statements(engine, growth.STATEMENTS)
    return since


def write_year(run: YearRun, folder: Path) -> dict[str, Path]:
    """Write the tables of the year as ordered Parquet files `folder/TABLE/FLOW-YEAR.parquet`."""
    run_statements(run.engine, (output.CELL,))
    written: dict[str, Path] = {}
    for table, (select, _) in output.YEARLY_TABLES.items():
        path = folder / table / f"{run.flow}-{run.year}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        run.engine.write_parquet(select, path)
        written[table] = path
    return written
