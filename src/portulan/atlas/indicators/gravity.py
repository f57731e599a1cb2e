"""The potential that knows culture: expected trade by a gravity with language, colonial tie, border and distance."""

from __future__ import annotations

from portulan.atlas.indicators.base import Indicator

INDICATORS = (
    Indicator(
        id="potential_gravity",
        unit="USD",
        scope="cell",
        name_en="Expected trade (gravity)",
        name_fr="Échanges attendus (gravité)",
        definition_en="What the market would buy from the exporter if language, history, border and distance acted as they do for everyone, "
        "at the exporter’s present total: it reallocates sales between markets, it does not add any.",
        definition_fr="Ce que le marché achèterait à l’exportateur si la langue, l’histoire, la frontière et la distance agissaient comme pour tous, "
        "au total actuel de ses ventes : les ventes sont réparties autrement entre marchés, aucune n’est ajoutée.",
        equation="P_ijS = exp(a_iS + b_jS + β₁ ln d_ij + β₂ border_ij + β₃ language_ij + β₄ colony_ij)",
        source="Santos Silva & Tenreyro (2006), The Log of Gravity; Anderson & van Wincoop (2003)",
        spoken_en="The exponential of a sum: an effect of the exporter, an effect of the market, a coefficient times the logarithm of the distance, and one coefficient each for a common border, a common language and a colonial tie.",
        spoken_fr="L’exponentielle d’une somme : un effet de l’exportateur, un effet du marché, un coefficient multiplié par le logarithme de la distance, et un coefficient pour la frontière commune, un pour la langue commune, un pour le lien colonial.",
        limits_en="It reallocates the exporter’s present total between markets and adds nothing to it. One elasticity for all countries. Its skill is measured on data held out, and printed with every estimate.",
        limits_fr="Elle répartit le total actuel de l’exportateur entre les marchés et n’y ajoute rien. Une seule élasticité pour tous les pays. Sa qualité de prévision est mesurée sur des données mises de côté, et affichée avec chaque estimation.",
        rankable=True,
    ),
)
