"""What surrounds a market whatever the sector: its people and means, how near it is, who its neighbours are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from portulan.atlas.answers import Slice, answer, place
from portulan.atlas.figures import Figure, Flow, Gap
from portulan.atlas.indicators import INDICATORS
from portulan.atlas.opened import Release
from portulan.atlas.reference import countries, pairs, sectors

FIGURES = tuple(one.id for one in INDICATORS if one.scope in ("context", "pair"))
_REGION = "M49_"
_CONTINENTS = frozenset({"M49_002", "M49_009", "M49_019", "M49_142", "M49_150"})


@dataclass(frozen=True, slots=True)
class MarketContext:
    """What is known of a market as a country.

    `languages` are (BCP 47 language, part of the residents who speak it, 0 to 1), the widest first; parts add up to
    more than 1 where people speak several. `groups` are ids of country groups without regions; `region` is the id of
    the smallest region of the UN M49 standard, empty where it has none.
    """

    market: str
    figures: Mapping[str, Figure | Gap]
    languages: tuple[tuple[str, float], ...]
    neighbours: tuple[str, ...]
    capital_en: str
    capital_fr: str
    groups: tuple[str, ...]
    region: str

    @property
    def capital(self) -> str:
        """The English name of the capital, empty where there is none."""
        return self.capital_en


def market_context(release: Release, *, market: str, exporter: str = "FRA") -> MarketContext:
    """Return the context of a market, with distance, language and ease of trade seen from an exporter.

    Ease is that of goods, or of services where the release holds no goods.
    """
    country = countries.country(market)
    flow: Flow = "goods" if "goods" in release.flows or "services" not in release.flows else "services"
    found = Slice(place(release, exporter, sectors.ALL, "core", flow))
    regions = [group for group in country.groups if group.startswith(_REGION)]
    small = [region for region in regions if region not in _CONTINENTS]
    return MarketContext(
        market=country.iso3,
        figures={ident: answer(found, ident, country.iso3) for ident in FIGURES},
        languages=tuple((each.language, each.percent / 100) for each in country.languages),
        neighbours=_neighbours().get(country.iso3, ()),
        capital_en=country.capital_en,
        capital_fr=country.capital_fr,
        groups=tuple(group for group in country.groups if not group.startswith(_REGION)),
        region=(small or regions or [""])[0],
    )


@lru_cache(maxsize=1)
def _neighbours() -> Mapping[str, tuple[str, ...]]:
    """Return the countries that share a land border with each, by ISO3."""
    found: dict[str, list[str]] = {}
    for one, other in sorted(pairs.contiguity()):
        found.setdefault(one, []).append(other)
    return {country: tuple(others) for country, others in found.items()}
