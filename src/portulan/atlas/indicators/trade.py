"""What is traded: totals, market size, imports from the exporter, share, rank among suppliers, concentration."""

from __future__ import annotations

from portulan.atlas.indicators.base import Indicator, Statement

REPORTED_FLOW = Statement(
    "reported_flow",
    "v_ijk of the markets whose imports from everyone are known; the others are known from one exporter only, if at all.",
    """
SELECT product_flow.exporter, product_flow.market, product_flow.code, product_flow.value_usd
FROM product_flow
JOIN reporting_market ON reporting_market.market = product_flow.market
""",
    kept=False,
)

EVERY_MARKET_REPORTS = Statement(
    "reported_flow",
    "v_ijk where every market reports: all flows, without looking each market up.",
    "SELECT exporter, market, code, value_usd FROM product_flow",
    kept=False,
)

TRADING_COUNTRY = Statement(
    "trading_country",
    "Every country that sells or buys anything in the source, reporting or not.",
    "SELECT exporter AS code FROM product_flow UNION SELECT market FROM product_flow",
)

EXPORTER_PRODUCT = Statement(
    "exporter_product",
    "X_ik: what each exporter sells of each product to all reporting markets, in whole US dollars.",
    """
SELECT exporter, code, CAST(SUM(value_usd) AS BIGINT) AS exports_usd
FROM reported_flow
GROUP BY exporter, code
""",
)

MARKET_PRODUCT = Statement(
    "market_product",
    "M_jk: what each market buys of each product from all exporters, in whole US dollars.",
    """
SELECT market, code, CAST(SUM(value_usd) AS BIGINT) AS imports_usd
FROM reported_flow
GROUP BY market, code
""",
)

WORLD_PRODUCT = Statement(
    "world_product",
    "X_k: world trade of each product, as far as importers report it, in whole US dollars.",
    """
SELECT code, CAST(SUM(exports_usd) AS BIGINT) AS world_usd
FROM exporter_product
GROUP BY code
""",
)

PAIR_TOTAL = Statement(
    "pair_total",
    "V_ij: all products that exporter i sells to market j, in whole US dollars.",
    """
SELECT exporter, market, CAST(SUM(value_usd) AS BIGINT) AS trade_usd
FROM reported_flow
GROUP BY exporter, market
""",
)

CELL_TRADE = Statement(
    "cell_trade",
    "V_ijS: what exporter i sells to market j in sector S, each code counted with its weight in the perimeter.",
    """
SELECT
  basket_code.perimeter,
  basket_code.sector,
  product_flow.exporter,
  product_flow.market,
  SUM(product_flow.value_usd * basket_code.weight) AS imports_from
FROM product_flow
JOIN basket_code ON basket_code.code = product_flow.code
GROUP BY basket_code.perimeter, basket_code.sector, product_flow.exporter, product_flow.market
""",
)

MARKET_SECTOR_SIZE = Statement(
    "market_sector_size",
    "M_jS: what market j buys in sector S from the whole world, where its imports from everyone are known.",
    """
SELECT
  cell_trade.perimeter,
  cell_trade.sector,
  cell_trade.market,
  SUM(cell_trade.imports_from) AS imports_world,
  SUM(CASE WHEN cell_trade.imports_from > 0 THEN 1 ELSE 0 END) AS suppliers
FROM cell_trade
JOIN reporting_market ON reporting_market.market = cell_trade.market
GROUP BY cell_trade.perimeter, cell_trade.sector, cell_trade.market
""",
)

CELL_SHARE = Statement(
    "cell_share",
    "share_ijS = V_ijS / M_jS (0 to 1), and the rank of exporter i among the suppliers of market j (ties share a rank).",
    """
SELECT
  cell_trade.perimeter,
  cell_trade.sector,
  cell_trade.exporter,
  cell_trade.market,
  cell_trade.imports_from,
  CAST(cell_trade.imports_from AS DOUBLE) / NULLIF(CAST(market_sector_size.imports_world AS DOUBLE), 0) AS share,
  CASE WHEN market_sector_size.imports_world > 0 THEN RANK() OVER (
    PARTITION BY cell_trade.perimeter, cell_trade.sector, cell_trade.market
    ORDER BY cell_trade.imports_from DESC
  ) END AS supplier_rank
FROM cell_trade
LEFT JOIN market_sector_size
  ON market_sector_size.perimeter = cell_trade.perimeter
  AND market_sector_size.sector = cell_trade.sector
  AND market_sector_size.market = cell_trade.market
""",
)

MARKET_SECTOR = Statement(
    "market_sector",
    "Market size with the Herfindahl-Hirschman index of its suppliers: HHI_jS = sum over i of share_ijS squared (0 to 1).",
    """
SELECT
  market_sector_size.perimeter,
  market_sector_size.sector,
  market_sector_size.market,
  market_sector_size.suppliers,
  CAST(market_sector_size.imports_world AS DOUBLE) AS imports_world,
  CAST(SUM(CAST(cell_share.share * cell_share.share AS DECIMAL(38, 12))) AS DOUBLE) AS supplier_hhi
FROM market_sector_size
JOIN cell_share
  ON cell_share.perimeter = market_sector_size.perimeter
  AND cell_share.sector = market_sector_size.sector
  AND cell_share.market = market_sector_size.market
GROUP BY
  market_sector_size.perimeter,
  market_sector_size.sector,
  market_sector_size.market,
  market_sector_size.suppliers,
  market_sector_size.imports_world
""",
)

STATEMENTS = (
    TRADING_COUNTRY,
    EXPORTER_PRODUCT,
    MARKET_PRODUCT,
    WORLD_PRODUCT,
    PAIR_TOTAL,
    CELL_TRADE,
    MARKET_SECTOR_SIZE,
    CELL_SHARE,
    MARKET_SECTOR,
)

INDICATORS = (
    Indicator(
        id="imports_world",
        unit="USD",
        scope="market",
        name_en="Imports from the world",
        name_fr="Importations du monde entier",
        definition_en="What the market buys from all countries in the sector: the size of the market for imports.",
        definition_fr="Ce que le marché achète à tous les pays dans le secteur : la taille du marché importateur.",
        equation="M_jS = Σ_i Σ_{k∈S} w_kS · v_ijk",
        source="Gaulier & Zignago (2010), for the flows",
        spoken_en="The sum, over all exporters and all products of the sector, of each flow to the market times the weight of its product in the sector.",
        spoken_fr="La somme, sur tous les exportateurs et tous les produits du secteur, de chaque flux vers le marché multiplié par le poids de son produit dans le secteur.",
        limits_en="Imports, not the whole market: what is made and sold at home is not in it. Unknown where the market does not report.",
        limits_fr="Des importations, non tout le marché : ce qui est produit et vendu sur place n’y est pas. Inconnu là où le marché ne déclare pas.",
        statements=(CELL_TRADE, MARKET_SECTOR_SIZE),
        rankable=True,
    ),
    Indicator(
        id="imports_from",
        unit="USD",
        scope="cell",
        name_en="Imports from the exporter",
        name_fr="Importations depuis l’exportateur",
        definition_en="What the market buys today from the exporter in the sector.",
        definition_fr="Ce que le marché achète aujourd’hui à l’exportateur dans le secteur.",
        equation="V_ijS = Σ_{k∈S} w_kS · v_ijk",
        source="Gaulier & Zignago (2010), for the flows",
        spoken_en="The sum, over the products of the sector, of what the market buys from the exporter times the weight of the product in the sector.",
        spoken_fr="La somme, sur les produits du secteur, de ce que le marché achète à l’exportateur multiplié par le poids du produit dans le secteur.",
        limits_en="Customs value of goods that cross the border; a book printed abroad is an import from the printer’s country. Goods passing through a third country may be counted there.",
        limits_fr="Valeur en douane de ce qui passe la frontière ; un livre imprimé à l’étranger est une importation depuis le pays de l’imprimeur. Ce qui transite par un pays tiers peut y être compté.",
        statements=(CELL_TRADE,),
        rankable=True,
    ),
    Indicator(
        id="share",
        unit="ratio",
        scope="cell",
        name_en="Market share",
        name_fr="Part de marché",
        definition_en="The exporter’s part of what the market imports in the sector (0 to 1).",
        definition_fr="La part de l’exportateur dans ce que le marché importe dans le secteur (de 0 à 1).",
        equation="share_ijS = V_ijS / M_jS",
        source="",
        spoken_en="What the market buys from the exporter, divided by what it buys from all countries.",
        spoken_fr="Ce que le marché achète à l’exportateur, divisé par ce qu’il achète à tous les pays.",
        limits_en="Share of imports, not of consumption.",
        limits_fr="Part des importations, non de la consommation.",
        statements=(CELL_TRADE, MARKET_SECTOR_SIZE, CELL_SHARE),
        rankable=True,
    ),
    Indicator(
        id="supplier_rank",
        unit="rank",
        scope="cell",
        name_en="Rank among suppliers",
        name_fr="Rang parmi les fournisseurs",
        definition_en="The exporter’s place among all the countries that sell to this market in the sector; 1 is the largest.",
        definition_fr="La place de l’exportateur parmi tous les pays qui vendent à ce marché dans le secteur ; 1 est le plus grand.",
        equation="rank of V_ijS among all i, descending",
        source="",
        spoken_en="The place of the exporter when all countries are put in the order of what the market buys from them, the largest first.",
        spoken_fr="La place de l’exportateur quand tous les pays sont rangés selon ce que le marché leur achète, le plus grand d’abord.",
        limits_en="A rank among countries with a recorded flow; ties share a place.",
        limits_fr="Un rang parmi les pays dont un flux est enregistré ; les ex æquo partagent une place.",
        statements=(CELL_TRADE, CELL_SHARE),
        rankable=True,
        higher_is_more=False,
    ),
    Indicator(
        id="supplier_hhi",
        unit="index",
        scope="market",
        name_en="Concentration of suppliers",
        name_fr="Concentration des fournisseurs",
        definition_en="Herfindahl-Hirschman index of the market’s suppliers: near 0 many sellers, 1 a single one.",
        definition_fr="Indice de Herfindahl-Hirschman des fournisseurs du marché : proche de 0 beaucoup de vendeurs, 1 un seul.",
        equation="HHI_jS = Σ_i share_ijS²",
        source="Herfindahl (1950); Hirschman (1964)",
        spoken_en="The sum, over all exporters, of the square of the share of each in the market.",
        spoken_fr="La somme, sur tous les exportateurs, du carré de la part de chacun dans le marché.",
        limits_en="By country, not by firm; one country may be many sellers. Shares are over recorded flows.",
        limits_fr="Par pays, non par entreprise ; un seul pays peut être beaucoup de vendeurs. Les parts sont celles des flux enregistrés.",
        statements=(CELL_SHARE, MARKET_SECTOR),
        rankable=True,
    ),
)
