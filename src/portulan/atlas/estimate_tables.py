"""Gravity in a release: the tables `estimates` and `market_estimates`, apart from what anybody reported."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from portulan.atlas.engine import Engine
from portulan.atlas.errors import AtlasError
from portulan.atlas.estimate import report
from portulan.atlas.estimate.parameters import TOTAL, Parameters
from portulan.atlas.estimate.predict import Prediction, predict
from portulan.atlas.estimate.validate import ALL_EXPORTERS, shown_first
from portulan.atlas.indicators.output import Column
from portulan.atlas.manifest import Resource

LEAST_USD = 1.0
"""Below one dollar a year an expected flow is no figure: it is left out, and answers say that there is none."""

_KEY = (
    Column("flow", "string", "goods or services"),
    Column("year", "integer", "calendar year"),
    Column("perimeter", "string", "perimeter, see the table baskets"),
    Column("sector", "string", "sector, group of inseparable sectors, or all"),
)
CELL_COLUMNS = (
    *_KEY,
    Column("exporter", "string", "exporter, ISO3"),
    Column("market", "string", "market, ISO3"),
    Column("expected", "number", "US dollars, expected by the gravity at the exporter's present total"),
    Column("low", "number", "US dollars, lower end of the 90 % interval"),
    Column("high", "number", "US dollars, upper end of the 90 % interval"),
    Column(
        "imputed", "integer", "1 where the market does not report, and its effect is imputed from GDP and population"
    ),
)
MARKET_COLUMNS = (
    *_KEY,
    Column("market", "string", "market that does not report, ISO3"),
    Column("imports_world", "number", "US dollars, estimated"),
    Column("low", "number", "US dollars, lower end of the 90 % interval"),
    Column("high", "number", "US dollars, upper end of the 90 % interval"),
)

ESTIMATES = """
SELECT
  year_of_release.flow, year_of_release.year, estimate_basket.perimeter, estimate_basket.sector,
  sold_by.code AS exporter, bought_by.code AS market,
  estimate_cell.expected, estimate_cell.low, estimate_cell.high, estimate_cell.imputed
FROM estimate_cell
JOIN estimate_basket ON estimate_basket.n = estimate_cell.basket
JOIN estimate_country AS sold_by ON sold_by.n = estimate_cell.exporter
JOIN estimate_country AS bought_by ON bought_by.n = estimate_cell.market
CROSS JOIN year_of_release
ORDER BY estimate_basket.perimeter, estimate_basket.sector, sold_by.code, bought_by.code
"""
MARKET_ESTIMATES = """
SELECT
  year_of_release.flow, year_of_release.year, estimate_basket.perimeter, estimate_basket.sector,
  bought_by.code AS market, estimate_total.imports_world, estimate_total.low, estimate_total.high
FROM estimate_total
JOIN estimate_basket ON estimate_basket.n = estimate_total.basket
JOIN estimate_country AS bought_by ON bought_by.n = estimate_total.market
CROSS JOIN year_of_release
ORDER BY estimate_basket.perimeter, estimate_basket.sector, bought_by.code
"""


def load(engine: Engine, parameters: Parameters) -> None:
    """Create ``estimate_cell``, ``estimate_total``, ``estimate_basket`` and ``estimate_country`` from a fit."""
    found = [prediction for prediction in predict(parameters) if (prediction.sector, prediction.perimeter) != TOTAL]
    engine.insert("estimate_cell", _stacked(_cells(n, prediction) for n, prediction in enumerate(found)))
    engine.insert("estimate_total", _stacked(_totals(n, prediction) for n, prediction in enumerate(found)))
    engine.insert(
        "estimate_basket",
        {
            "n": np.arange(len(found), dtype=np.int16),
            "sector": np.array([prediction.sector for prediction in found], dtype=object),
            "perimeter": np.array([prediction.perimeter for prediction in found], dtype=object),
        },
    )
    engine.insert(
        "estimate_country",
        {
            "n": np.arange(len(parameters.countries), dtype=np.int16),
            "code": np.array(parameters.countries, dtype=object),
        },
    )


Columns = dict[str, np.ndarray[Any, Any]]


def _cells(basket: int, prediction: Prediction) -> Columns:
    cells = prediction.cells.copy()
    np.fill_diagonal(cells, np.nan)
    exporter, market = np.nonzero(np.isfinite(cells) & (cells >= LEAST_USD))
    return {
        "basket": np.full(exporter.size, basket, dtype=np.int16),
        "exporter": exporter.astype(np.int16),
        "market": market.astype(np.int16),
        "expected": cells[exporter, market],
        "low": prediction.low[exporter, market],
        "high": prediction.high[exporter, market],
        "imputed": prediction.imputed[market].astype(np.int8),
    }


def _totals(basket: int, prediction: Prediction) -> Columns:
    [market] = np.nonzero(prediction.imputed & np.isfinite(prediction.totals))
    return {
        "basket": np.full(market.size, basket, dtype=np.int16),
        "market": market.astype(np.int16),
        "imports_world": prediction.totals[market],
        "low": prediction.total_low[market],
        "high": prediction.total_high[market],
    }


def _stacked(parts: Iterable[Columns]) -> Columns:
    listed = list(parts)
    return {name: np.concatenate([part[name] for part in listed]) for name in listed[0]}


TOTALS = """
SELECT fitted.perimeter, fitted.sector, fitted.expected, loaded.trade FROM (
  SELECT estimate_basket.perimeter, estimate_basket.sector, SUM(estimate_cell.expected) AS expected
  FROM estimate_cell
  JOIN estimate_basket ON estimate_basket.n = estimate_cell.basket
  WHERE estimate_cell.imputed = 0
  GROUP BY estimate_basket.perimeter, estimate_basket.sector
) AS fitted
FULL JOIN (
  SELECT cell_trade.perimeter, cell_trade.sector, CAST(SUM(cell_trade.imports_from) AS DOUBLE) AS trade
  FROM cell_trade
  JOIN reporting_market ON reporting_market.market = cell_trade.market
  GROUP BY cell_trade.perimeter, cell_trade.sector
) AS loaded ON loaded.perimeter = fitted.perimeter AND loaded.sector = fitted.sector
"""
CLOSE = 0.01


def refuse_a_fit_of_other_data(engine: Engine, parameters: Parameters) -> None:
    """Raise `AtlasError` where the gravity was not fitted on what is loaded.

    A fit reproduces the trade of every basket that it was fitted on (a property of the PPML), and sees the same
    importers: another vintage or another file fails on one or the other. Needs `load` and the trade tables.
    """
    reports = {country for country, known in zip(parameters.countries, parameters.reports, strict=True) if known}
    loaded = {str(row[0]) for row in engine.execute("SELECT market FROM reporting_market")}
    why = ""
    if other := sorted(reports ^ loaded):
        why = f"{len(other)} importers report in one and not in the other ({', '.join(other[:5])})"
    else:
        for perimeter, sector, expected, trade in engine.execute(TOTALS):
            if (expected or 0) and (trade or 0) and abs(expected - trade) > CLOSE * trade:
                why = f"{sector} ({perimeter}) is {expected:,.0f} dollars in the fit and {trade:,.0f} in the source"
    if why:
        raise AtlasError(f"the gravity was fitted on other data: {why}; fit these sources with: portulan atlas fit")


def write(engine: Engine, folder: Path, flow: str, year: int) -> list[Resource]:
    """Write the two tables of one flow and year (`load` has been called, and ``year_of_release`` is there)."""
    out: list[Resource] = []
    tables: Sequence[tuple[str, str, tuple[Column, ...]]] = (
        ("estimates", ESTIMATES, CELL_COLUMNS),
        ("market_estimates", MARKET_ESTIMATES, MARKET_COLUMNS),
    )
    for table, select, columns in tables:
        path = folder / table / f"{flow}-{year}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        engine.write_parquet(select, path)
        out.append(Resource(table, f"{table}/{path.name}", columns, engine.count_parquet(path)))
    engine.drop("estimate_cell", "estimate_total", "estimate_basket", "estimate_country")
    return out


def _validation(folder: Path) -> dict[str, Any]:
    """Say, a basket, whether gravity ranked held-out cells better beyond doubt, and by how much (all exporters)."""
    if not (folder / report.FILE).exists():
        return {}
    compared = report.read_validation(folder)
    first = shown_first(compared)
    found: dict[str, Any] = {}
    for one in compared:
        basket = (one.sector, one.perimeter)
        if one.exporter == ALL_EXPORTERS and one.measure == "spearman" and basket in first:
            found[f"{one.perimeter}/{one.sector}"] = {
                "gravity_first": first[basket] == "potential_gravity",
                "gravity": one.gravity.value,
                "static": one.static.value,
                "difference": [one.difference.value, one.difference.low, one.difference.high],
            }
    return found


def papers(parameters: Parameters, folder: Path) -> dict[str, Any]:
    """Return what a manifest says of the gravity: what it was fitted on, and the skill of every basket.

    ``validation`` holds something where the fit in `folder` was compared with the static potential.
    """
    origin = parameters.origin
    return {
        "validation": _validation(folder),
        "fit": {
            "source": origin.source,
            "year": origin.year,
            "citation": origin.citation,
            "input_sha256": origin.input_sha256,
        },
        "skill": {
            f"{one.perimeter}/{one.sector}": {kind: dict(of) for kind, of in one.skill.items()}
            for one in parameters.baskets
        },
        "gaps": {f"{perimeter}/{sector}": why for (sector, perimeter), why in sorted(parameters.gaps.items())},
    }
