"""The only package that names an engine: DuckDB, or Apache Spark by transpiled SQL (docs/adr/0004)."""

from __future__ import annotations

from pathlib import Path

from portulan.atlas.engine.base import Engine, parquet, quoted
from portulan.atlas.engine.on_duckdb import DuckDBEngine
from portulan.atlas.errors import AtlasError

__all__ = ["NAMES", "Engine", "open_engine", "parquet", "quoted"]

NAMES = ("duckdb", "spark")
"""Every engine that `open_engine` knows."""


def open_engine(memory: str = "4GB", threads: int = 2, name: str = "duckdb", temp: Path | None = None) -> Engine:
    """Open the engine called `name` ("duckdb", or "spark" where portulan[spark] is installed).

    ``memory`` and ``threads`` are what it may take of this machine; ``temp`` is the folder it may spill to.
    """
    if name == "duckdb":
        return DuckDBEngine(memory, threads, temp)
    if name == "spark":
        try:
            from portulan.atlas.engine.on_spark import SparkEngine
        except ImportError as error:
            raise AtlasError(
                f"the engine spark is not installed ({error.name or error} is missing); "
                "install it with: pip install 'portulan[spark]'"
            ) from error
        return SparkEngine(memory, threads, temp)
    raise AtlasError(f"unknown engine {name!r}; use one of {', '.join(NAMES)}")
