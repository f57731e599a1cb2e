"""Growth over a stated window, where two years or more are loaded."""

from __future__ import annotations

from collections.abc import Collection

from portulan.atlas.indicators.base import Indicator, Statement

WINDOW_YEARS = 5
"""Growth looks back five years, or to the oldest year loaded where that is nearer."""


def window_start(year: int, loaded: Collection[int]) -> int | None:
    """Return the year that growth at `year` is counted from, or None where no earlier year is loaded."""
    past = [y for y in loaded if year - WINDOW_YEARS <= y < year]
    return min(past) if past else None


CELL_GROWTH = Statement(
    "cell_growth",
    "CAGR of what the market buys from the exporter, in percent a year; no row where either end is missing, or where the "
    "codes held at the two ends are not the same.",
    """
SELECT
  cell_share.perimeter,
  cell_share.sector,
  cell_share.exporter,
  cell_share.market,
  100 * (POWER(
    CAST(cell_share.imports_from AS DOUBLE) / past_cell.imports_from,
    CAST(1 AS DOUBLE) / growth_window.years) - 1) AS growth
FROM cell_share
JOIN comparable_basket
  ON comparable_basket.perimeter = cell_share.perimeter
  AND comparable_basket.sector = cell_share.sector
JOIN past_cell
  ON past_cell.perimeter = comparable_basket.past_perimeter
  AND past_cell.sector = cell_share.sector
  AND past_cell.exporter = cell_share.exporter
  AND past_cell.market = cell_share.market
CROSS JOIN growth_window
WHERE past_cell.imports_from > 0 AND cell_share.imports_from > 0
""",
)

DEMAND_GROWTH = Statement(
    "demand_growth",
    "CAGR of what the market buys from the world, in percent a year; no row where either end is missing, or where the codes "
    "held at the two ends are not the same.",
    """
SELECT
  market_sector.perimeter,
  market_sector.sector,
  market_sector.market,
  100 * (POWER(
    market_sector.imports_world / past_market.imports_world,
    CAST(1 AS DOUBLE) / growth_window.years) - 1) AS demand_growth
FROM market_sector
JOIN comparable_basket
  ON comparable_basket.perimeter = market_sector.perimeter
  AND comparable_basket.sector = market_sector.sector
JOIN past_market
  ON past_market.perimeter = comparable_basket.past_perimeter
  AND past_market.sector = market_sector.sector
  AND past_market.market = market_sector.market
CROSS JOIN growth_window
WHERE past_market.imports_world > 0 AND market_sector.imports_world > 0
""",
)

STATEMENTS = (CELL_GROWTH, DEMAND_GROWTH)

INDICATORS = (
    Indicator(
        id="growth",
        unit="percent per year",
        scope="cell",
        name_en="Growth of imports from the exporter",
        name_fr="Croissance des importations depuis l’exportateur",
        definition_en="Average yearly growth of what the market buys from the exporter, in current dollars, over the window printed beside it.",
        definition_fr="Croissance annuelle moyenne de ce que le marché achète à l’exportateur, en dollars courants, sur la période indiquée à côté.",
        equation="100 · ((V_ijS,t / V_ijS,t−n)^(1/n) − 1)",
        source="",
        spoken_en="What the market buys from the exporter in the last year, divided by the same n years before, to the power one over n, minus one, times one hundred.",
        spoken_fr="Ce que le marché achète à l’exportateur la dernière année, divisé par la même chose n années plus tôt, à la puissance un sur n, moins un, multiplié par cent.",
        limits_en="Current dollars: prices and exchange rates are in it. The window looks back five years, or to the oldest year loaded, and is printed with the figure; both ends must have a recorded flow, so young and dying flows have none. Where the source does not hold the same codes of the sector at both ends, there is a gap: a code that appears would pass for growth.",
        limits_fr="En dollars courants : les prix et les taux de change y sont. La période remonte à cinq ans, ou à la plus ancienne année chargée, et s’affiche avec le chiffre ; il faut un flux enregistré aux deux bouts, donc les flux naissants ou mourants n’en ont pas. Là où la source n’a pas les mêmes codes du secteur aux deux bouts, la valeur manque : un code qui apparaît passerait pour de la croissance.",
        statements=(CELL_GROWTH,),
        rankable=True,
    ),
    Indicator(
        id="demand_growth",
        unit="percent per year",
        scope="market",
        name_en="Growth of the market",
        name_fr="Croissance du marché",
        definition_en="Average yearly growth of what the market buys from the world, in current dollars, over the window printed beside it.",
        definition_fr="Croissance annuelle moyenne de ce que le marché achète au monde entier, en dollars courants, sur la période indiquée à côté.",
        equation="100 · ((M_jS,t / M_jS,t−n)^(1/n) − 1)",
        source="",
        spoken_en="What the market buys from the world in the last year, divided by the same n years before, to the power one over n, minus one, times one hundred.",
        spoken_fr="Ce que le marché achète au monde entier la dernière année, divisé par la même chose n années plus tôt, à la puissance un sur n, moins un, multiplié par cent.",
        limits_en="As for the growth of imports from the exporter: current dollars, a window printed with the figure, the same codes at both ends.",
        limits_fr="Comme pour la croissance des importations depuis l’exportateur : dollars courants, période affichée avec le chiffre, mêmes codes aux deux bouts.",
        statements=(DEMAND_GROWTH,),
        rankable=True,
    ),
)
