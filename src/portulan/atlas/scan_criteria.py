"""The criteria of a scan and the ready sets of weights: where one starts, not what is true."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from portulan.atlas.indicators import indicator

MOST: Final = 10
"""The greatest weight. Only proportions count; ten steps are enough to say them."""

Kind = Literal["trade", "context"]


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion: an indicator of the atlas with a direction.

    ``kind`` is "trade" for what is computed from flows of the sector, "context" for what surrounds a market whatever
    the sector. ``services`` is true where the indicator is read from services while goods were asked. ``why_en`` and
    ``why_fr`` say what the direction assumes.
    """

    id: str
    indicator: str
    kind: Kind
    higher_is_better: bool
    why_en: str
    why_fr: str
    services: bool = False

    def name(self, lang: str = "en") -> str:
        """Return the name in English or French."""
        name = indicator(self.indicator).name(lang)
        if not self.services:
            return name
        return f"{name} (services)"

    def why(self, lang: str = "en") -> str:
        """Say in English or French what the direction assumes."""
        return self.why_fr if lang == "fr" else self.why_en

    @property
    def unit(self) -> str:
        """The unit of the values, before they are scaled."""
        return indicator(self.indicator).unit


def _trade(ident: str, why_en: str, why_fr: str, higher: bool = True) -> Criterion:
    return Criterion(ident, ident, "trade", higher, why_en, why_fr)


def _context(ident: str, why_en: str, why_fr: str, higher: bool = True) -> Criterion:
    return Criterion(ident, ident, "context", higher, why_en, why_fr)


def _services(ident: str, why_en: str, why_fr: str) -> Criterion:
    return Criterion(f"services_{ident}", ident, "trade", True, why_en, why_fr, services=True)


CRITERIA: Final = (
    _trade(
        "potential_static",
        "more could be sold, by the exporter’s strength, the market’s demand and the ease of trade",
        "on pourrait y vendre plus, vu la force de l’exportateur, la demande du marché et la facilité des échanges",
    ),
    _trade(
        "potential_gravity",
        "more trade is expected between two such countries",
        "on attend plus d’échanges entre deux pays de ce genre",
    ),
    _trade(
        "unrealised_static",
        "more of the potential is not sold yet",
        "une plus grande part du potentiel n’est pas encore vendue",
    ),
    _trade("imports_world", "the market buys more", "le marché achète plus"),
    _trade("imports_from", "the exporter already sells more there", "l’exportateur y vend déjà plus"),
    _trade("share", "the exporter already has a larger part", "l’exportateur y a déjà une plus grande part"),
    _trade("demand_growth", "the market grows faster", "le marché croît plus vite"),
    _trade("growth", "the exporter’s sales grow faster", "les ventes de l’exportateur croissent plus vite"),
    _trade(
        "supplier_hhi",
        "less concentrated is better: no single supplier holds the market",
        "mieux vaut moins concentré : aucun fournisseur ne tient le marché seul",
        higher=False,
    ),
    _services("imports_world", "the market buys more services", "le marché achète plus de services"),
    _services(
        "imports_from", "the exporter already sells more services there", "l’exportateur y vend déjà plus de services"
    ),
    _context(
        "ease",
        "trade with the exporter is easier; over all products, not this sector",
        "les échanges avec l’exportateur sont plus faciles ; tous produits, et non ce secteur",
    ),
    _context(
        "distance_km",
        "nearer is better: people and goods travel",
        "mieux vaut plus près : les personnes et les biens voyagent",
        higher=False,
    ),
    _context(
        "common_language",
        "works are read and people understood without translation",
        "les œuvres se lisent et les personnes se comprennent sans traduction",
    ),
    _context("population", "there are more people", "la population est plus nombreuse"),
    _context("gdp_per_head", "people have more to spend", "les habitants ont plus à dépenser"),
    _context("internet_users", "more people can be reached online", "plus de personnes sont joignables en ligne"),
)

_LEAD = "lead"
_PRESETS: Final[Mapping[str, Mapping[str, float]]] = {
    "balanced": {
        _LEAD: 3, "imports_world": 2, "demand_growth": 2, "ease": 2, "common_language": 1, "gdp_per_head": 1,
    },
    "digital_reach": {
        "internet_users": 3, "gdp_per_head": 3, "common_language": 2, "population": 2, "services_imports_world": 3,
    },
    "first_export": {"ease": 3, "common_language": 3, "distance_km": 3},
}  # fmt: skip
"""Where one may start. ``lead`` is the potential that the release's own skill puts first."""


def all_criteria() -> tuple[Criterion, ...]:
    """Return every criterion there can be, in order; `scan_criteria` says which of them a question has."""
    return CRITERIA


def ids() -> tuple[str, ...]:
    """Return the id of every criterion there can be, in order."""
    return tuple(one.id for one in CRITERIA)


def offered(measures: bool, services: bool) -> tuple[Criterion, ...]:
    """Return the criteria of a question: all but services where the flow measures the sector, else the context only."""
    return tuple(one for one in CRITERIA if one.kind == "context" or (services if one.services else measures))


def presets(measures: bool, lead: str, held: frozenset[str]) -> dict[str, dict[str, float]]:
    """Return the ready weights over the criteria `held`, the one to start with first.

    "balanced" rests on trade: where the flow does not measure the sector it is not there.
    """
    found: dict[str, dict[str, float]] = {}
    for name, parts in _PRESETS.items():
        if name == "balanced" and not measures:
            continue
        weights = {lead if part == _LEAD else part: float(weight) for part, weight in parts.items()}
        found[name] = {ident: weights[ident] for ident in ids() if ident in weights and ident in held}
    return found
