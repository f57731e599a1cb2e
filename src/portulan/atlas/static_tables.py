"""The tables of a release that do not depend on trade: baskets in force, countries, links between them, context."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from portulan.atlas import flows
from portulan.atlas.engine import Engine
from portulan.atlas.indicators.output import Column
from portulan.atlas.manifest import Resource
from portulan.atlas.reference import context, countries, pairs

BASKET_COLUMNS = (
    Column("flow", "string", "goods or services"),
    Column("year", "integer", "calendar year"),
    Column("scheme", "string", "product classification and its revision"),
    Column("perimeter", "string", "perimeter"),
    Column("sector", "string", "sector, group of inseparable sectors, or all"),
    Column(
        "kind", "string", "sector, group or all; missing: a code that the source does not publish, counted for nothing"
    ),
    Column(
        "canonical",
        "string",
        "perimeter under which the figures of this perimeter and sector stand in the other tables",
    ),
    Column("code", "string", "product code"),
    Column("weight", "number", "share of the code counted in the sector"),
)
COUNTRY_COLUMNS = (
    Column("iso3", "string", "ISO 3166 alpha-3"),
    Column("name_en", "string", "English name"),
    Column("name_fr", "string", "French name"),
)
LINK_COLUMNS = (
    Column("exporter", "string", "ISO3"),
    Column("market", "string", "ISO3"),
    Column("distance_km", "number", "kilometres between capitals, great circle"),
    Column("contiguous", "number", "1 where they share a land border"),
    Column("common_language", "number", "0 to 1"),
    Column("colonial_tie", "number", "1 where one was ruled by the other"),
)
CONTEXT_COLUMNS = (
    Column("market", "string", "ISO3"),
    Column("indicator", "string", "population, gdp, gdp_per_head, internet_users"),
    Column("year", "integer", "year of the value"),
    Column("value", "number", "in the unit beside"),
    Column("unit", "string", "unit"),
    Column("source", "string", "source"),
    Column("status", "string", "reported or estimated, as the source says"),
)


def write(
    engine: Engine, folder: Path, baskets: Mapping[tuple[str, int, str], Sequence[flows.BasketLine]]
) -> list[Resource]:
    """Write the four tables, sorted, and return their descriptions."""
    known = [country for country in countries.countries() if country.dissolved is None]
    covariates = pairs.pair_covariates()
    rows = [
        (flow, year, scheme, line.perimeter, line.sector, line.kind, line.canonical, line.code, float(line.weight))
        for (flow, year, scheme), lines in baskets.items()
        for line in lines
    ]
    return [
        _write(engine, folder, "baskets", BASKET_COLUMNS, _by_column(rows, BASKET_COLUMNS)),
        _write(
            engine,
            folder,
            "countries",
            COUNTRY_COLUMNS,
            _by_column([(c.iso3, c.name_en, c.name_fr) for c in known], COUNTRY_COLUMNS),
        ),
        _write(
            engine,
            folder,
            "links",
            LINK_COLUMNS,
            {column.name: np.asarray(covariates[column.name]) for column in LINK_COLUMNS},
        ),
        _write(engine, folder, "context", CONTEXT_COLUMNS, _by_column(_context_rows(), CONTEXT_COLUMNS)),
    ]


def _context_rows() -> list[tuple[object, ...]]:
    return [(v.market, v.indicator, v.year, v.value, v.unit, v.source, v.status) for v in context.context_values()]


_DTYPE: Mapping[str, Any] = {"string": object, "integer": np.int64, "number": np.float64}


def _by_column(rows: Sequence[tuple[object, ...]], columns: Sequence[Column]) -> dict[str, NDArray[Any]]:
    return {
        column.name: np.array([row[place] for row in rows], dtype=_DTYPE[column.type])
        for place, column in enumerate(columns)
    }


def _write(
    engine: Engine, folder: Path, table: str, columns: Sequence[Column], values: Mapping[str, NDArray[Any]]
) -> Resource:
    path = folder / f"{table}.parquet"
    names = [column.name for column in columns]
    engine.insert("static_rows", {name: values[name] for name in names})
    engine.write_parquet(f"SELECT {', '.join(names)} FROM static_rows ORDER BY ALL", path)
    engine.drop("static_rows")
    return Resource(table, path.name, tuple(columns), len(values[names[0]]))
