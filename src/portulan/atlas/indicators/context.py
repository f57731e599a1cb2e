"""What surrounds a market: distance, language, and the size and means of its people."""

from __future__ import annotations

from portulan.atlas.indicators.base import Indicator

INDICATORS = (
    Indicator(
        id="distance_km",
        unit="km",
        scope="pair",
        name_en="Distance",
        name_fr="Distance",
        definition_en="Great-circle distance between the two capitals.",
        definition_fr="Distance à vol d’oiseau entre les deux capitales.",
        equation="6371 · arccos(sin φ_i sin φ_j + cos φ_i cos φ_j cos(λ_i − λ_j))",
        source="Capitals: CIA World Factbook",
        rankable=True,
        higher_is_more=False,
    ),
    Indicator(
        id="common_language",
        unit="ratio",
        scope="pair",
        name_en="Common language",
        name_fr="Langue commune",
        definition_en="How likely two people, one from each country, are to share a language (0 to 1).",
        definition_fr="Probabilité que deux personnes, une de chaque pays, partagent une langue (de 0 à 1).",
        equation="min(1, Σ_l s_il · s_jl)",
        source="Unicode CLDR, language shares; Melitz & Toubal (2014) for the idea",
        rankable=True,
    ),
    Indicator(
        id="population",
        unit="persons",
        scope="context",
        name_en="Population",
        name_fr="Population",
        definition_en="People living in the market.",
        definition_fr="Nombre d’habitants du marché.",
        equation="",
        source="CIA World Factbook, or World Bank where loaded",
        rankable=True,
    ),
    Indicator(
        id="gdp_per_head",
        unit="USD per head",
        scope="context",
        name_en="GDP per head",
        name_fr="PIB par habitant",
        definition_en="Gross domestic product divided by population, in current US dollars.",
        definition_fr="Produit intérieur brut divisé par la population, en dollars courants.",
        equation="GDP_j / population_j",
        source="CIA World Factbook, or World Bank where loaded",
        rankable=True,
    ),
    Indicator(
        id="internet_users",
        unit="percent of population",
        scope="context",
        name_en="Internet users",
        name_fr="Utilisateurs d’internet",
        definition_en="Part of the population that uses the internet.",
        definition_fr="Part de la population qui utilise internet.",
        equation="",
        source="CIA World Factbook, or World Bank where loaded",
        rankable=True,
    ),
)
