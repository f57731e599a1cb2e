"""Export potential: supply x demand x ease (Decreux & Spies 2016), static and with the corrections switched on."""

from __future__ import annotations

from dataclasses import asdict

from portulan.atlas.indicators.base import Indicator, Statement
from portulan.atlas.indicators.potential_words import AMOUNTS, Amount
from portulan.atlas.indicators.trade import CELL_TRADE, PAIR_TOTAL

SUPPLY = Statement(
    "supply",
    "S_ik = X_ik / X_k: the exporter's share of world trade of product k.",
    """
SELECT
  exporter_product.exporter,
  exporter_product.code,
  exporter_product.exports_usd / world_product.world_usd AS supply
FROM exporter_product
JOIN world_product ON world_product.code = exporter_product.code
WHERE world_product.world_usd > 0
""",
)

HYPOTHETICAL = Statement(
    "hypothetical",
    "H_ij = sum over all products of S_ik x M_jk: what i would sell to j with the share it has in the world.",
    """
SELECT
  supply.exporter,
  market_product.market,
  SUM(CAST(supply.supply * market_product.imports_usd AS DECIMAL(38, 12))) AS hypothetical_usd
FROM supply
JOIN market_product ON market_product.code = supply.code
WHERE supply.exporter <> market_product.market
GROUP BY supply.exporter, market_product.market
""",
)

PAIR = Statement(
    "pair",
    "ease_ij = V_ij / H_ij: above 1, i and j trade more than their supply and demand alone would say.",
    """
SELECT
  hypothetical.exporter,
  hypothetical.market,
  pair_total.trade_usd,
  CAST(hypothetical.hypothetical_usd AS DOUBLE) AS hypothetical_usd,
  CASE
    WHEN hypothetical.hypothetical_usd > 0 AND pair_total.trade_usd > 0
    THEN pair_total.trade_usd / CAST(hypothetical.hypothetical_usd AS DOUBLE)
  END AS ease
FROM hypothetical
LEFT JOIN pair_total
  ON pair_total.exporter = hypothetical.exporter
  AND pair_total.market = hypothetical.market
""",
)

WORLD_PROJECTED = Statement(
    "world_projected",
    "X'_k: world trade of each product once every exporter has grown by its own factor; an exporter without a projection "
    "keeps its present supply there (X'_k = X_k where projections are off).",
    """
SELECT
  exporter_product.code,
  CAST(SUM(CAST(exporter_product.exports_usd * COALESCE(exporter_correction.factor, 1) AS DECIMAL(38, 12))) AS DOUBLE)
    AS world_usd
FROM exporter_product
JOIN culture_code ON culture_code.code = exporter_product.code
JOIN exporter_correction ON exporter_correction.exporter = exporter_product.exporter
GROUP BY exporter_product.code
""",
)

CULTURE_SUPPLY = Statement(
    "culture_supply",
    "S_ik of the products of the crosswalk, static and corrected: S'_ik = (X_ik g_i / X'_k) x balance (factors of 1 where off).",
    """
SELECT
  supply.exporter,
  supply.code,
  supply.supply,
  exporter_product.exports_usd * exporter_correction.factor / NULLIF(world_projected.world_usd, 0) * balance_correction.factor
    AS supply_corrected
FROM supply
JOIN world_projected ON world_projected.code = supply.code
JOIN exporter_product
  ON exporter_product.exporter = supply.exporter
  AND exporter_product.code = supply.code
JOIN exporter_correction ON exporter_correction.exporter = supply.exporter
JOIN balance_correction
  ON balance_correction.exporter = supply.exporter
  AND balance_correction.code = supply.code
""",
)

CULTURE_DEMAND = Statement(
    "culture_demand",
    "M_jk of the products of the crosswalk, static and corrected (growth of the market; 1 where off).",
    """
SELECT
  market_product.market,
  market_product.code,
  market_product.imports_usd,
  market_product.imports_usd * market_correction.factor AS imports_corrected
FROM market_product
JOIN culture_code ON culture_code.code = market_product.code
JOIN market_correction ON market_correction.market = market_product.market
""",
)

CULTURE_LINE = Statement(
    "culture_line",
    "v_ijk of the products of the crosswalk, those of markets that do not report among them.",
    """
SELECT product_flow.exporter, product_flow.market, product_flow.code, product_flow.value_usd
FROM product_flow
JOIN culture_code ON culture_code.code = product_flow.code
""",
)

CULTURE_FLOW = Statement(
    "culture_flow",
    "v_ijk of the products of the crosswalk, of the markets that report.",
    """
SELECT culture_line.exporter, culture_line.market, culture_line.code, culture_line.value_usd
FROM culture_line
JOIN reporting_market ON reporting_market.market = culture_line.market
""",
    kept=False,
)

PRODUCT_POTENTIAL = Statement(
    "product_potential",
    "P_ijk = S_ik x M_jk x ease_ij for every product of the crosswalk, beside what is really sold.",
    """
SELECT
  culture_supply.exporter,
  culture_demand.market,
  culture_supply.code,
  culture_supply.supply * culture_demand.imports_usd * pair.ease AS potential_static,
  culture_supply.supply_corrected * culture_demand.imports_corrected * pair.ease AS potential,
  COALESCE(culture_flow.value_usd, 0) AS value_usd
FROM culture_supply
JOIN culture_demand ON culture_demand.code = culture_supply.code
JOIN pair
  ON pair.exporter = culture_supply.exporter
  AND pair.market = culture_demand.market
LEFT JOIN culture_flow
  ON culture_flow.exporter = culture_supply.exporter
  AND culture_flow.market = culture_demand.market
  AND culture_flow.code = culture_supply.code
WHERE pair.ease > 0
""",
)

CELL_POTENTIAL = Statement(
    "cell_potential",
    "P_ijS = sum over the sector of w x P_ijk; unrealised = sum of the positive gaps w x max(0, P_ijk - v_ijk), product by product.",
    """
SELECT
  basket_code.perimeter,
  basket_code.sector,
  product_potential.exporter,
  product_potential.market,
  CAST(SUM(CAST(basket_code.weight_double * product_potential.potential_static AS DECIMAL(38, 12))) AS DOUBLE)
    AS potential_static,
  CAST(SUM(CAST(basket_code.weight_double * CASE
    WHEN product_potential.potential_static IS NULL THEN NULL
    WHEN product_potential.potential_static > product_potential.value_usd
    THEN product_potential.potential_static - product_potential.value_usd
    ELSE 0 END AS DECIMAL(38, 12))) AS DOUBLE)
    AS unrealised_static,
  CAST(SUM(CAST(basket_code.weight_double * product_potential.potential AS DECIMAL(38, 12))) AS DOUBLE) AS potential,
  CAST(SUM(CAST(basket_code.weight_double * CASE
    WHEN product_potential.potential IS NULL THEN NULL
    WHEN product_potential.potential > product_potential.value_usd
    THEN product_potential.potential - product_potential.value_usd
    ELSE 0 END AS DECIMAL(38, 12))) AS DOUBLE) AS unrealised
FROM product_potential
JOIN basket_code ON basket_code.code = product_potential.code
GROUP BY basket_code.perimeter, basket_code.sector, product_potential.exporter, product_potential.market
""",
)

STATIC_CELL_POTENTIAL = Statement(
    "cell_potential",
    "The same where no correction is on: the corrected potential is the static one, and is computed once.",
    """
SELECT perimeter, sector, exporter, market, potential_static, unrealised_static,
  potential_static AS potential, unrealised_static AS unrealised
FROM (
  SELECT
    basket_code.perimeter,
    basket_code.sector,
    product_potential.exporter,
    product_potential.market,
    CAST(SUM(CAST(basket_code.weight_double * product_potential.potential_static AS DECIMAL(38, 12))) AS DOUBLE)
      AS potential_static,
    CAST(SUM(CAST(basket_code.weight_double * CASE
      WHEN product_potential.potential_static > product_potential.value_usd
      THEN product_potential.potential_static - product_potential.value_usd
      ELSE 0 END AS DECIMAL(38, 12))) AS DOUBLE) AS unrealised_static
  FROM product_potential
  JOIN basket_code ON basket_code.code = product_potential.code
  GROUP BY basket_code.perimeter, basket_code.sector, product_potential.exporter, product_potential.market
) AS static_potential
""",
)

STATEMENTS = (
    SUPPLY,
    HYPOTHETICAL,
    PAIR,
    WORLD_PROJECTED,
    CULTURE_SUPPLY,
    CULTURE_DEMAND,
    CULTURE_LINE,
    CULTURE_FLOW,
    PRODUCT_POTENTIAL,
    CELL_POTENTIAL,
)

# The corrections: one statement each, or the neutral one where the switch is off.
NO_EXPORTER_CORRECTION = Statement(
    "exporter_correction",
    "Projections off: every exporter keeps its present supply.",
    "SELECT DISTINCT exporter, CAST(1 AS DOUBLE) AS factor FROM exporter_product",
)
EXPORTER_GROWTH = Statement(
    "exporter_correction",
    "Projections on: growth factor of each exporter; empty, hence a gap, where the projection has none.",
    """
SELECT selling.exporter, growth_factor.factor
FROM (SELECT DISTINCT exporter FROM exporter_product) AS selling
LEFT JOIN growth_factor ON growth_factor.country = selling.exporter
""",
)
MARKET_GROWTH = Statement(
    "market_correction",
    "Projections on: growth factor of each market; empty, hence a gap, where the projection has none.",
    """
SELECT buying.market, growth_factor.factor
FROM (SELECT DISTINCT market FROM market_product) AS buying
LEFT JOIN growth_factor ON growth_factor.country = buying.market
""",
)
NO_MARKET_CORRECTION = Statement(
    "market_correction",
    "Projections off: every market keeps its present demand.",
    "SELECT DISTINCT market, CAST(1 AS DOUBLE) AS factor FROM market_product",
)
NO_BALANCE = Statement(
    "balance_correction",
    "Balance off: re-exports are not taken out of supply.",
    "SELECT exporter, code, CAST(1 AS DOUBLE) AS factor FROM exporter_product",
)
BALANCE = Statement(
    "balance_correction",
    "Balance on: supply is cut by min(1, X_ik / M_ik), so that an exporter who imports more of k than it sells is taken "
    "for a place of transit. No factor, hence no potential, where the exporter's own imports are missing.",
    """
SELECT
  exporter_product.exporter,
  exporter_product.code,
  CASE
    WHEN reporting.market IS NULL THEN CAST(NULL AS DOUBLE)
    WHEN market_product.imports_usd IS NULL THEN CAST(1 AS DOUBLE)
    ELSE LEAST(1, exporter_product.exports_usd / market_product.imports_usd)
  END AS factor
FROM exporter_product
LEFT JOIN (SELECT DISTINCT market FROM market_product) AS reporting ON reporting.market = exporter_product.exporter
LEFT JOIN market_product
  ON market_product.market = exporter_product.exporter
  AND market_product.code = exporter_product.code
""",
)

_DS = "Decreux & Spies (2016), Export potential assessments, International Trade Centre"


def _money(amount: Amount) -> Indicator:
    return Indicator(
        **asdict(amount),
        unit="USD",
        scope="cell",
        source=_DS,
        statements=(
            SUPPLY,
            HYPOTHETICAL,
            PAIR,
            WORLD_PROJECTED,
            CULTURE_SUPPLY,
            CULTURE_DEMAND,
            PRODUCT_POTENTIAL,
            CELL_POTENTIAL,
        ),
        world_denominator=True,
        rankable=True,
    )


INDICATORS = (
    *(_money(amount) for amount in AMOUNTS),
    Indicator(
        id="realised_share",
        unit="ratio",
        scope="cell",
        name_en="Realised share of the potential",
        name_fr="Part réalisée du potentiel",
        definition_en="Today’s sales divided by the potential; above 1, the exporter already sells more than the method expects.",
        definition_fr="Les ventes d’aujourd’hui divisées par le potentiel ; au-dessus de 1, l’exportateur vend déjà plus que la méthode n’attend.",
        equation="V_ijS / P_ijS",
        source=_DS,
        spoken_en="What the market buys from the exporter, divided by the potential.",
        spoken_fr="Ce que le marché achète à l’exportateur, divisé par le potentiel.",
        limits_en="Large where the potential is small: read it with both amounts. It uses the potential with the corrections that are on.",
        limits_fr="Grande là où le potentiel est petit : à lire avec les deux montants. Elle utilise le potentiel avec les corrections activées.",
        statements=(CELL_TRADE, CELL_POTENTIAL),
        world_denominator=True,
        rankable=True,
    ),
    Indicator(
        id="ease",
        unit="ratio",
        scope="pair",
        name_en="Ease of trade",
        name_fr="Facilité des échanges",
        definition_en="How much more the two countries trade, all products together, than their supply and demand alone would say; above 1, easier than average.",
        definition_fr="Combien les deux pays échangent de plus, tous produits confondus, que leur offre et leur demande seules ne le diraient ; au-dessus de 1, plus facile que la moyenne.",
        equation="ease_ij = Σ_k v_ijk / Σ_k (X_ik / X_k) · M_jk, i ≠ j",
        source=_DS,
        spoken_en="What the market really buys from the exporter, all products together, divided by the sum, over all products, of the exporter’s share of world exports times what the market imports. A country with itself is left out.",
        spoken_fr="Ce que le marché achète vraiment à l’exportateur, tous produits confondus, divisé par la somme, sur tous les produits, de la part de l’exportateur dans les exportations mondiales multipliée par ce que le marché importe. Un pays avec lui-même est exclu.",
        limits_en="One number a pair, for all products: an average of very different trades. A pair that records no trade at all has a gap, not an ease of zero. It depends on every product of the source, so on its holes.",
        limits_fr="Un seul nombre par paire, pour tous les produits : une moyenne d’échanges très différents. Une paire sans aucun échange enregistré n’a pas de valeur, et non une facilité nulle. Elle dépend de tous les produits de la source, donc de ses trous.",
        statements=(PAIR_TOTAL, SUPPLY, HYPOTHETICAL, PAIR),
        world_denominator=True,
        rankable=True,
    ),
)
