"""Revealed comparative advantage of an exporter, by product and by sector."""

from __future__ import annotations

from portulan.atlas.indicators.base import Indicator, Statement

EXPORTER_TOTAL = Statement(
    "exporter_total",
    "X_i: all products an exporter sells, in whole US dollars.",
    """
SELECT exporter, CAST(SUM(exports_usd) AS BIGINT) AS exports_usd
FROM exporter_product
GROUP BY exporter
""",
)

WORLD_TOTAL = Statement(
    "world_total",
    "X: all products, all exporters, in whole US dollars.",
    "SELECT CAST(SUM(exports_usd) AS BIGINT) AS world_usd FROM exporter_total",
)

PRODUCT_RCA = Statement(
    "product_rca",
    "RCA_ik = (X_ik / X_i) / (X_k / X), for every exporter and product (Balassa 1965).",
    """
SELECT
  exporter_product.exporter,
  exporter_product.code,
  exporter_product.exports_usd,
  (exporter_product.exports_usd / exporter_total.exports_usd)
    / (world_product.world_usd / world_total.world_usd) AS rca
FROM exporter_product
JOIN exporter_total ON exporter_total.exporter = exporter_product.exporter
JOIN world_product ON world_product.code = exporter_product.code
CROSS JOIN world_total
WHERE world_product.world_usd > 0 AND exporter_total.exports_usd > 0
""",
)

EXPORTER_SECTOR_EXPORTS = Statement(
    "exporter_sector_exports",
    "X_iS: what an exporter sells in a sector to all reporting markets.",
    """
SELECT cell_trade.perimeter, cell_trade.sector, cell_trade.exporter, SUM(cell_trade.imports_from) AS exports
FROM cell_trade
JOIN reporting_market ON reporting_market.market = cell_trade.market
GROUP BY cell_trade.perimeter, cell_trade.sector, cell_trade.exporter
""",
)

WORLD_SECTOR = Statement(
    "world_sector",
    "X_S: world trade in a sector.",
    """
SELECT perimeter, sector, SUM(exports) AS world
FROM exporter_sector_exports
GROUP BY perimeter, sector
""",
)

EXPORTER_SECTOR = Statement(
    "exporter_sector",
    "RCA_iS = (X_iS / X_i) / (X_S / X), and its symmetric form (RCA - 1) / (RCA + 1), between -1 and 1.",
    """
SELECT
  perimeter,
  sector,
  exporter,
  exports,
  rca,
  (rca - 1) / (rca + 1) AS rca_symmetric
FROM (
  SELECT
    exporter_sector_exports.perimeter,
    exporter_sector_exports.sector,
    exporter_sector_exports.exporter,
    CAST(exporter_sector_exports.exports AS DOUBLE) AS exports,
    (CAST(exporter_sector_exports.exports AS DOUBLE) / NULLIF(exporter_total.exports_usd, 0))
      / NULLIF(CAST(world_sector.world AS DOUBLE) / world_total.world_usd, 0) AS rca
  FROM exporter_sector_exports
  JOIN exporter_total ON exporter_total.exporter = exporter_sector_exports.exporter
  JOIN world_sector
    ON world_sector.perimeter = exporter_sector_exports.perimeter
    AND world_sector.sector = exporter_sector_exports.sector
  CROSS JOIN world_total
) AS balassa
""",
)

STATEMENTS = (EXPORTER_TOTAL, WORLD_TOTAL, PRODUCT_RCA, EXPORTER_SECTOR_EXPORTS, WORLD_SECTOR, EXPORTER_SECTOR)

INDICATORS = (
    Indicator(
        id="rca",
        unit="index",
        scope="exporter",
        name_en="Comparative advantage (RCA)",
        name_fr="Avantage comparatif révélé (ACR)",
        definition_en="How much more the sector weighs in the exporter’s sales than in world trade; above 1, a speciality.",
        definition_fr="Combien le secteur pèse de plus dans les ventes de l’exportateur que dans le commerce mondial ; au-dessus de 1, une spécialité.",
        equation="RCA_iS = (X_iS / X_i) / (X_S / X)",
        source="Balassa (1965)",
        spoken_en="The part of the sector in all that the exporter sells, divided by the part of the sector in world trade.",
        spoken_fr="La part du secteur dans tout ce que vend l’exportateur, divisée par la part du secteur dans le commerce mondial.",
        limits_en="Partial as soon as one importer is missing from the world. Compares with the exporter’s own total: a country that sells oil has low values elsewhere. A value of 2 in a small product may rest on one contract.",
        limits_fr="Partiel dès qu’un importateur manque au monde. Se compare au total de l’exportateur lui-même : un pays qui vend du pétrole a de faibles valeurs ailleurs. Une valeur de 2 sur un petit produit peut tenir à un seul contrat.",
        statements=(EXPORTER_TOTAL, WORLD_TOTAL, EXPORTER_SECTOR_EXPORTS, WORLD_SECTOR, EXPORTER_SECTOR),
        world_denominator=True,
    ),
    Indicator(
        id="rca_symmetric",
        unit="index",
        scope="exporter",
        name_en="Comparative advantage, symmetric",
        name_fr="Avantage comparatif, forme symétrique",
        definition_en="The same between −1 and 1; above 0, a speciality.",
        definition_fr="Le même entre −1 et 1 ; au-dessus de 0, une spécialité.",
        equation="(RCA − 1) / (RCA + 1)",
        source="Dalum, Laursen & Villumsen (1998)",
        spoken_en="The comparative advantage minus one, divided by the comparative advantage plus one.",
        spoken_fr="L’avantage comparatif moins un, divisé par l’avantage comparatif plus un.",
        limits_en="The same limits as the comparative advantage; easier to average and to draw.",
        limits_fr="Les mêmes limites que l’avantage comparatif ; plus facile à moyenner et à dessiner.",
        statements=(EXPORTER_SECTOR,),
        world_denominator=True,
    ),
)
