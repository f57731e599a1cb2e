"""Export potential: supply x demand x ease (Decreux & Spies 2016), static and with the corrections switched on."""

from __future__ import annotations

from portulan.atlas.indicators.base import Indicator, Statement
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

CULTURE_FLOW = Statement(
    "culture_flow",
    "v_ijk of the products of the crosswalk.",
    """
SELECT reported_flow.exporter, reported_flow.market, reported_flow.code, reported_flow.value_usd
FROM reported_flow
JOIN culture_code ON culture_code.code = reported_flow.code
""",
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


def _money(ident: str, en: str, fr: str, definition_en: str, definition_fr: str, equation: str) -> Indicator:
    return Indicator(
        id=ident,
        unit="USD",
        scope="cell",
        name_en=en,
        name_fr=fr,
        definition_en=definition_en,
        definition_fr=definition_fr,
        equation=equation,
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
    _money(
        "potential_static",
        "Export potential (static)",
        "Potentiel d’exportation (statique)",
        "What the exporter could be expected to sell there, from its share of world supply, the market’s demand and the "
        "ease of trade between the two; every correction off.",
        "Ce que l’exportateur pourrait y vendre, d’après sa part de l’offre mondiale, la demande du marché et la facilité "
        "des échanges entre les deux ; sans aucune correction.",
        "P_ijS = Σ_{k∈S} w_kS · (X_ik / X_k) · M_jk · ease_ij",
    ),
    _money(
        "potential",
        "Export potential",
        "Potentiel d’exportation",
        "The same with the corrections that this release switched on; equal to the static one where none is on.",
        "Le même avec les corrections activées dans cette édition ; égal au potentiel statique si aucune ne l’est.",
        "P_ijS = Σ_{k∈S} w_kS · S'_ik · M'_jk · ease_ij",
    ),
    _money(
        "unrealised_static",
        "Unrealised potential (static)",
        "Potentiel non réalisé (statique)",
        "What is missing to reach the static potential, product by product; a surplus in one product does not hide a gap in another.",
        "Ce qui manque pour atteindre le potentiel statique, produit par produit ; un excédent sur l’un ne cache pas un manque sur l’autre.",
        "U_ijS = Σ_{k∈S} w_kS · max(0, P_ijk − v_ijk)",
    ),
    _money(
        "unrealised",
        "Unrealised potential",
        "Potentiel non réalisé",
        "What is missing to reach the potential, product by product.",
        "Ce qui manque pour atteindre le potentiel, produit par produit.",
        "U_ijS = Σ_{k∈S} w_kS · max(0, P_ijk − v_ijk)",
    ),
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
        statements=(PAIR_TOTAL, SUPPLY, HYPOTHETICAL, PAIR),
        world_denominator=True,
        rankable=True,
    ),
)
