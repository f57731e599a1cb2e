"""RCA by economic-complexity, on polars."""

from __future__ import annotations

from typing import Any

import polars as pl
from economic_complexity.polars import rca
from manners import measure


def compute(path: str) -> Any:
    exports = pl.scan_parquet(path).group_by("i", "k").agg(pl.sum("v"))
    return rca(exports, activity="k", location="i", measure="v").collect()


def cells(found: Any) -> tuple[Any, Any, Any]:
    kept = found.filter(pl.col("v") > 0)
    return kept["i"].to_list(), kept["k"].to_list(), kept["v RCA"].to_numpy()


if __name__ == "__main__":
    measure(compute, cells, ("economic-complexity", "polars"))
