"""The tables of a release: each one a SELECT over what the indicators made, ordered, with a documented column each."""

from __future__ import annotations

from dataclasses import dataclass

from portulan.atlas.indicators.base import Statement


@dataclass(frozen=True, slots=True)
class Column:
    """A column as described in the data package."""

    name: str
    type: str
    description: str


_KEY = (
    Column("flow", "string", "goods or services"),
    Column("year", "integer", "calendar year"),
    Column("perimeter", "string", "perimeter, see the table baskets"),
    Column("sector", "string", "sector, group of inseparable sectors, or all"),
)

CELL = Statement(
    "cell",
    "One row an exporter, market, sector and perimeter where something is known.",
    """
SELECT
  COALESCE(cell_share.perimeter, cell_potential.perimeter) AS perimeter,
  COALESCE(cell_share.sector, cell_potential.sector) AS sector,
  COALESCE(cell_share.exporter, cell_potential.exporter) AS exporter,
  COALESCE(cell_share.market, cell_potential.market) AS market,
  CAST(cell_share.imports_from AS DOUBLE) AS imports_from,
  cell_share.share,
  cell_share.supplier_rank,
  cell_potential.potential,
  cell_potential.potential_static,
  cell_potential.unrealised,
  cell_potential.unrealised_static
FROM cell_share
FULL JOIN cell_potential
  ON cell_potential.perimeter = cell_share.perimeter
  AND cell_potential.sector = cell_share.sector
  AND cell_potential.exporter = cell_share.exporter
  AND cell_potential.market = cell_share.market
""",
)

CELLS = """
SELECT
  year_of_release.flow, year_of_release.year,
  cell.perimeter, cell.sector, cell.exporter, cell.market,
  cell.imports_from, cell.share, CAST(cell.supplier_rank AS INTEGER) AS supplier_rank, cell_growth.growth,
  cell.potential, cell.potential_static, cell.imports_from / NULLIF(cell.potential, 0) AS realised_share,
  cell.unrealised, cell.unrealised_static
FROM cell
LEFT JOIN cell_growth
  ON cell_growth.perimeter = cell.perimeter AND cell_growth.sector = cell.sector
  AND cell_growth.exporter = cell.exporter AND cell_growth.market = cell.market
CROSS JOIN year_of_release
ORDER BY cell.perimeter, cell.sector, cell.exporter, cell.market
"""
CELL_COLUMNS = (
    *_KEY,
    Column("exporter", "string", "exporter, ISO3"),
    Column("market", "string", "market, ISO3"),
    Column("imports_from", "number", "US dollars; empty where no trade is recorded"),
    Column("share", "number", "0 to 1"),
    Column("supplier_rank", "integer", "1 is the largest supplier"),
    Column("growth", "number", "percent a year over the window of the manifest"),
    Column("potential", "number", "US dollars, with the corrections of the manifest"),
    Column("potential_static", "number", "US dollars, every correction off"),
    Column("realised_share", "number", "imports_from / potential"),
    Column("unrealised", "number", "US dollars, positive gaps by product, summed"),
    Column("unrealised_static", "number", "US dollars, the same with every correction off"),
)

MARKETS = """
SELECT
  year_of_release.flow, year_of_release.year,
  market_sector.perimeter, market_sector.sector, market_sector.market,
  market_sector.imports_world, CAST(market_sector.suppliers AS INTEGER) AS suppliers,
  market_sector.supplier_hhi, demand_growth.demand_growth
FROM market_sector
LEFT JOIN demand_growth
  ON demand_growth.perimeter = market_sector.perimeter AND demand_growth.sector = market_sector.sector
  AND demand_growth.market = market_sector.market
CROSS JOIN year_of_release
ORDER BY market_sector.perimeter, market_sector.sector, market_sector.market
"""
MARKET_COLUMNS = (
    *_KEY,
    Column("market", "string", "market, ISO3"),
    Column("imports_world", "number", "US dollars"),
    Column("suppliers", "integer", "countries that sell there"),
    Column("supplier_hhi", "number", "0 to 1"),
    Column("demand_growth", "number", "percent a year over the window of the manifest"),
)

EXPORTERS = """
SELECT
  year_of_release.flow, year_of_release.year,
  exporter_sector.perimeter, exporter_sector.sector, exporter_sector.exporter,
  exporter_sector.exports, exporter_sector.rca, exporter_sector.rca_symmetric
FROM exporter_sector
CROSS JOIN year_of_release
ORDER BY exporter_sector.perimeter, exporter_sector.sector, exporter_sector.exporter
"""
EXPORTER_COLUMNS = (
    *_KEY,
    Column("exporter", "string", "exporter, ISO3"),
    Column("exports", "number", "US dollars, to all reporting markets"),
    Column("rca", "number", "Balassa index"),
    Column("rca_symmetric", "number", "-1 to 1"),
)

PAIRS = """
SELECT
  year_of_release.flow, year_of_release.year, pair.exporter, pair.market,
  pair.trade_usd, pair.hypothetical_usd, pair.ease
FROM pair
CROSS JOIN year_of_release
ORDER BY pair.exporter, pair.market
"""
PAIR_COLUMNS = (
    *_KEY[:2],
    Column("exporter", "string", "exporter, ISO3"),
    Column("market", "string", "market, ISO3"),
    Column("trade_usd", "integer", "US dollars, all products; empty where no trade is recorded"),
    Column("hypothetical_usd", "number", "US dollars, supply times demand over all products"),
    Column("ease", "number", "trade over hypothetical trade"),
)

PRODUCTS = """
SELECT
  year_of_release.flow, year_of_release.year, year_of_release.scheme,
  product_rca.code, product_rca.exporter, product_rca.exports_usd, product_rca.rca
FROM product_rca
JOIN culture_code ON culture_code.code = product_rca.code
CROSS JOIN year_of_release
ORDER BY product_rca.code, product_rca.exporter
"""
PRODUCT_COLUMNS = (
    *_KEY[:2],
    Column("scheme", "string", "product classification and its revision"),
    Column("code", "string", "product code of the crosswalk"),
    Column("exporter", "string", "exporter, ISO3"),
    Column("exports_usd", "integer", "US dollars, to all reporting markets"),
    Column("rca", "number", "Balassa index of the product"),
)

MARKET_PRODUCTS = """
SELECT
  year_of_release.flow, year_of_release.year, year_of_release.scheme,
  market_product.market, market_product.code, market_product.imports_usd
FROM market_product
JOIN culture_code ON culture_code.code = market_product.code
CROSS JOIN year_of_release
ORDER BY market_product.market, market_product.code
"""
MARKET_PRODUCT_COLUMNS = (
    *_KEY[:2],
    Column("scheme", "string", "product classification and its revision"),
    Column("market", "string", "market that reports, ISO3"),
    Column("code", "string", "product code of the crosswalk"),
    Column("imports_usd", "integer", "US dollars, from all exporters"),
)

# By market first: the codes of a pair, and all that a market buys, stand side by side. The potential of a code is not
# kept: products, market_products and pairs give it, and those without trade would make the table six times longer.
LINES = """
SELECT
  year_of_release.flow, year_of_release.year, year_of_release.scheme,
  culture_line.market, culture_line.exporter, culture_line.code, culture_line.value_usd
FROM culture_line
CROSS JOIN year_of_release
ORDER BY culture_line.market, culture_line.exporter, culture_line.code
"""
LINE_COLUMNS = (
    *_KEY[:2],
    Column("scheme", "string", "product classification and its revision"),
    Column("market", "string", "market, ISO3; where it does not report, the flow is declared by the exporter"),
    Column("exporter", "string", "exporter, ISO3"),
    Column("code", "string", "product code of the crosswalk"),
    Column("value_usd", "integer", "US dollars that the market buys of this code from the exporter"),
)

COVERAGE = """
SELECT year_of_release.flow, year_of_release.year, seen.kind, seen.code, seen.present
FROM (
  SELECT 'importer' AS kind, country.code, CASE WHEN reporting.market IS NULL THEN 0 ELSE 1 END AS present
  FROM trading_country AS country
  LEFT JOIN reporting_market AS reporting ON reporting.market = country.code
  UNION ALL
  SELECT 'code' AS kind, culture_code.code, MAX(CASE WHEN world_product.code IS NULL THEN 0 ELSE 1 END) AS present
  FROM culture_code
  LEFT JOIN world_product ON world_product.code = culture_code.code
  GROUP BY culture_code.code
) AS seen
CROSS JOIN year_of_release
ORDER BY seen.kind, seen.code
"""
COVERAGE_COLUMNS = (
    *_KEY[:2],
    Column("kind", "string", "importer or code"),
    Column("code", "string", "country (ISO3) or product of the crosswalk"),
    Column("present", "integer", "1 where the source holds it, 0 where it is missing"),
)

YEARLY_TABLES: dict[str, tuple[str, tuple[Column, ...]]] = {
    "cells": (CELLS, CELL_COLUMNS),
    "markets": (MARKETS, MARKET_COLUMNS),
    "exporters": (EXPORTERS, EXPORTER_COLUMNS),
    "pairs": (PAIRS, PAIR_COLUMNS),
    "products": (PRODUCTS, PRODUCT_COLUMNS),
    "market_products": (MARKET_PRODUCTS, MARKET_PRODUCT_COLUMNS),
    "lines": (LINES, LINE_COLUMNS),
    "coverage": (COVERAGE, COVERAGE_COLUMNS),
}
