"""The words of the four amounts that the potential computes: names, definitions, equations, and what they cannot say."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Amount:
    """What is said of one amount; each field is as in `Indicator`."""

    id: str
    name_en: str
    name_fr: str
    definition_en: str
    definition_fr: str
    equation: str
    spoken_en: str
    spoken_fr: str
    limits_en: str
    limits_fr: str


AMOUNTS = (
    Amount(
        id="potential_static",
        name_en="Export potential (static)",
        name_fr="Potentiel d’exportation (statique)",
        definition_en="What the exporter could be expected to sell there, from its share of world supply, the market’s demand and the ease of trade between the two; every correction off.",
        definition_fr="Ce que l’exportateur pourrait y vendre, d’après sa part de l’offre mondiale, la demande du marché et la facilité des échanges entre les deux ; sans aucune correction.",
        equation="P_ijS = Σ_{k∈S} w_kS · (X_ik / X_k) · M_jk · ease_ij",
        spoken_en="The sum, over the products of the sector, of four factors multiplied: the weight of the product in the sector, the exporter’s share of world exports of the product, what the market imports of it, and the ease of trade between the two countries.",
        spoken_fr="La somme, sur les produits du secteur, de quatre facteurs multipliés : le poids du produit dans le secteur, la part de l’exportateur dans les exportations mondiales du produit, ce que le marché en importe, et la facilité des échanges entre les deux pays.",
        limits_en="It knows no language and no taste: the ease is one number a pair of countries, for all products. It assumes the exporter’s present share of the world. A product that the exporter does not sell, or the market does not buy, has no potential. It is an expectation, not a forecast.",
        limits_fr="Il ne connaît ni langue ni goût : la facilité est un seul nombre par paire de pays, pour tous les produits. Il suppose la part mondiale actuelle de l’exportateur. Un produit que l’exportateur ne vend pas, ou que le marché n’achète pas, n’a pas de potentiel. C’est une attente, non une prévision.",
    ),
    Amount(
        id="potential",
        name_en="Export potential",
        name_fr="Potentiel d’exportation",
        definition_en="The same with the corrections that this release switched on; equal to the static one where none is on.",
        definition_fr="Le même avec les corrections activées dans cette édition ; égal au potentiel statique si aucune ne l’est.",
        equation="P_ijS = Σ_{k∈S} w_kS · S'_ik · M'_jk · ease_ij",
        spoken_en="As the static potential, with the exporter’s share and the market’s demand corrected as this release says.",
        spoken_fr="Comme le potentiel statique, avec la part de l’exportateur et la demande du marché corrigées comme le dit cette édition.",
        limits_en="The limits of the static potential, with the corrections that the release names; equal to it where none is on.",
        limits_fr="Les limites du potentiel statique, avec les corrections que nomme l’édition ; égal à lui si aucune n’est activée.",
    ),
    Amount(
        id="unrealised_static",
        name_en="Unrealised potential (static)",
        name_fr="Potentiel non réalisé (statique)",
        definition_en="What is missing to reach the static potential, product by product; a surplus in one product does not hide a gap in another.",
        definition_fr="Ce qui manque pour atteindre le potentiel statique, produit par produit ; un excédent sur l’un ne cache pas un manque sur l’autre.",
        equation="U_ijS = Σ_{k∈S} w_kS · max(0, P_ijk − v_ijk)",
        spoken_en="The sum, over the products of the sector, of the weight of the product times what today’s flow lacks to reach the static potential; nothing where it lacks nothing.",
        spoken_fr="La somme, sur les produits du secteur, du poids du produit multiplié par ce qui manque au flux d’aujourd’hui pour atteindre le potentiel statique ; rien là où il ne manque rien.",
        limits_en="Not the difference between potential and sales: positive gaps only, product by product.",
        limits_fr="Ce n’est pas la différence entre potentiel et ventes : seulement ce qui manque, produit par produit.",
    ),
    Amount(
        id="unrealised",
        name_en="Unrealised potential",
        name_fr="Potentiel non réalisé",
        definition_en="What is missing to reach the potential, product by product.",
        definition_fr="Ce qui manque pour atteindre le potentiel, produit par produit.",
        equation="U_ijS = Σ_{k∈S} w_kS · max(0, P_ijk − v_ijk)",
        spoken_en="The sum, over the products of the sector, of the weight of the product times what today’s flow lacks to reach the potential; nothing where it lacks nothing.",
        spoken_fr="La somme, sur les produits du secteur, du poids du produit multiplié par ce qui manque au flux d’aujourd’hui pour atteindre le potentiel ; rien là où il ne manque rien.",
        limits_en="The limits of the static one, with the corrections that the release names.",
        limits_fr="Les limites du potentiel non réalisé statique, avec les corrections que nomme l’édition.",
    ),
)
