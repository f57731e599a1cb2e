"""Doubt in a release: the table `ranks`, one row an exporter, sector, perimeter and market."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from portulan.atlas import flows
from portulan.atlas.doubt import DoubtTable, FlowArrays, load_flows, load_noise, rank_doubt_many
from portulan.atlas.engine import Engine
from portulan.atlas.indicators.output import Column
from portulan.atlas.manifest import Resource

INDICATOR = "potential_static"
SEED = 20240101
YEARS = 3
"""Years drawn, where that many are loaded: the newest and the two before it."""

COLUMNS = (
    Column("flow", "string", "goods or services"),
    Column("year", "integer", "calendar year"),
    Column("perimeter", "string", "perimeter, see the table baskets"),
    Column("sector", "string", "sector, group of inseparable sectors, or all"),
    Column("exporter", "string", "exporter, ISO3"),
    Column("indicator", "string", "what is ranked"),
    Column("market", "string", "market, ISO3"),
    Column("value_low", "number", "US dollars, lower end of the 90 % interval"),
    Column("value_median", "number", "US dollars, middle of the interval"),
    Column("value_high", "number", "US dollars, upper end of the 90 % interval"),
    Column("rank_low", "number", "best rank of the 90 % interval"),
    Column("rank_median", "number", "middle of the interval"),
    Column("rank_high", "number", "worst rank of the 90 % interval"),
    Column("p_top10", "number", "probability of being among the first ten, 0 to 1"),
    Column("label", "string", "what the interval leaves out"),
)


@dataclass(slots=True)
class Doubter:
    """Draws the intervals of some exporters, year after year, remembering the years it has seen."""

    exporters: tuple[str, ...]
    draws: int = 500
    threads: int = 2
    seen: dict[str, list[FlowArrays]] = field(default_factory=lambda: defaultdict(list))

    def write(self, engine: Engine, folder: Path, flow: str, year: int, lines: Sequence[flows.BasketLine]) -> Resource:
        """Draw from the table ``reported_flow`` of this flow and year, and write ``ranks/FLOW-YEAR.parquet``."""
        now = load_flows(engine, "reported_flow")
        before = self.seen[flow][-(YEARS - 1) :]
        self.seen[flow] = [*before, now]
        baskets: dict[str, dict[str, float]] = defaultdict(dict)
        for line in lines:
            if line.perimeter == line.canonical and line.code in now.products:
                baskets[f"{line.perimeter}/{line.sector}"][line.code] = float(line.weight)
        selling = [exporter for exporter in self.exporters if exporter in now.exporters]
        noise = load_noise()
        tables = (
            rank_doubt_many(now, selling, baskets, noise, self.draws, SEED, before, threads=self.threads)
            if selling
            else {}
        )
        columns = _columns(tables, flow, year)
        path = folder / "ranks" / f"{flow}-{year}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        engine.insert("rank_rows", columns)
        engine.write_parquet("SELECT * FROM rank_rows ORDER BY perimeter, sector, exporter, market", path)
        engine.drop("rank_rows")
        return Resource("ranks", f"ranks/{path.name}", COLUMNS, len(columns["market"]))

    def parameters(self) -> dict[str, Any]:
        """Return what the manifest must tell: exporters, draws, seed and noise."""
        noise = load_noise()
        return {"exporters": list(self.exporters), "draws": self.draws, "seed": SEED, "noise": noise.version}


def _columns(tables: dict[str, dict[str, DoubtTable]], flow: str, year: int) -> dict[str, NDArray[Any]]:
    rows: list[tuple[Any, ...]] = []
    for exporter, by_basket in tables.items():
        for basket, table in by_basket.items():
            perimeter, _, sector = basket.partition("/")
            for place, market in enumerate(table.market):
                rows.append(
                    (
                        flow, year, perimeter, sector, exporter, INDICATOR, market,
                        table.value_low[place], table.value_median[place], table.value_high[place],
                        table.rank_low[place], table.rank_median[place], table.rank_high[place],
                        table.p_top10[place], table.label,
                    )
                )  # fmt: skip
    dtypes: dict[str, Any] = {"string": object, "integer": np.int16, "number": np.float64}
    return {
        column.name: np.array([row[place] for row in rows], dtype=dtypes[column.type])
        for place, column in enumerate(COLUMNS)
    }
