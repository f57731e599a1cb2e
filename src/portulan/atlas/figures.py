"""A value never travels without its papers: `Figure`, `Gap` and the `Passport` both carry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Flow = Literal["goods", "services"]
Status = Literal["reported", "partial", "estimated", "modelled"]
Fitness = Literal["measures the sector", "partial", "not a measure"]

STATUSES: tuple[Status, ...] = ("reported", "partial", "estimated", "modelled")
FLOWS: tuple[Flow, ...] = ("goods", "services")


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of the world a figure saw.

    ``importers_present`` of ``importers_total`` reported; ``importers_missing`` names the others (ISO3);
    ``codes_missing`` names the product codes of the basket that the source does not hold.
    """

    importers_present: int
    importers_total: int
    importers_missing: tuple[str, ...] = ()
    codes_missing: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """True where nothing is known to be missing."""
        return not self.importers_missing and not self.codes_missing


@dataclass(frozen=True, slots=True)
class Passport:
    """What must be known of a figure before it is used."""

    flow: Flow
    perimeter: str
    year: int | None
    sources: tuple[str, ...]
    fitness: Fitness | None
    coverage: Coverage | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """One value of one indicator, with its unit, its status, its interval if it has one, and its passport.

    ``market`` is empty for a figure of the exporter alone (RCA), ``exporter`` for one of the market alone
    (imports from the world). ``low`` and ``high`` bound the 90 % interval where there is one.
    """

    exporter: str
    market: str
    sector: str
    indicator: str
    value: float
    unit: str
    status: Status
    passport: Passport
    low: float | None = None
    high: float | None = None


GAP_TEXTS: dict[str, tuple[str, str]] = {
    "market_not_reporting": (
        "the source has no imports of this market: unknown, not zero",
        "la source n’a pas les importations de ce marché : inconnu, et non nul",
    ),
    "not_a_measure": (
        "these figures do not measure the sector: no potential is read from them",
        "ces chiffres ne mesurent pas le secteur : on n’en tire aucun potentiel",
    ),
    "few_importers": (
        "too few importers report for a world total to mean anything",
        "trop peu d’importateurs déclarent pour qu’un total mondial ait un sens",
    ),
    "no_trade_recorded": (
        "the source records no such trade; it may be very small, unrecorded, or kept secret",
        "la source n’enregistre pas d’échange ; il peut être très petit, non déclaré, ou tenu secret",
    ),
    "no_potential": (
        "no potential can be computed: the exporter sells none of what this market buys, or the two record no trade at all",
        "pas de potentiel calculable : l’exportateur ne vend rien de ce que ce marché achète, ou les deux n’échangent rien",
    ),
    "one_year": (
        "growth needs two years and one is loaded",
        "une croissance demande deux années, une seule est chargée",
    ),
    "basket_changed": (
        "the source does not hold the same codes at both ends of the window",
        "la source n’a pas les mêmes codes aux deux extrémités de la période",
    ),
    "window_start_missing": (
        "no trade recorded at one end of the window",
        "pas d’échange enregistré à une extrémité de la période",
    ),
    "no_product_flows": (
        "this release holds estimates by sector; figures by product need BACI",
        "cette édition contient des estimations par secteur ; les chiffres par produit demandent BACI",
    ),
    "code_not_published": (
        "the source does not publish this code",
        "la source ne publie pas ce code",
    ),
    "no_lines": (
        "this release was built before flows by code were kept; build it again",
        "cette édition a été construite avant que les flux par code soient conservés ; construisez-la de nouveau",
    ),
    "no_fit": (
        "no gravity was fitted for this release",
        "aucune gravité n’a été estimée pour cette édition",
    ),
    "not_fitted": (
        "the gravity could not be fitted for this exporter, market or sector",
        "la gravité n’a pas pu être estimée pour cet exportateur, ce marché ou ce secteur",
    ),
    "no_context": ("the source gives no value", "la source ne donne pas de valeur"),
    "no_correction": (
        "a correction switched on in this release lacks data for this exporter or market",
        "une correction activée dans cette édition n’a pas de données pour cet exportateur ou ce marché",
    ),
    "no_code": (
        "no product code measures this sector in this perimeter",
        "aucun code de produit ne mesure ce secteur dans ce périmètre",
    ),
    "flow_not_loaded": (
        "this release holds no such flow or year",
        "cette édition ne contient pas ce flux ou cette année",
    ),
    "own_market": ("a country does not export to itself", "un pays n’exporte pas vers lui-même"),
}


@dataclass(frozen=True, slots=True)
class Gap:
    """The honest absence of a value: the same place in the atlas, and why nothing is there.

    ``reason`` is one of `GAP_TEXTS`; `text` says it in words.
    """

    exporter: str
    market: str
    sector: str
    indicator: str
    unit: str
    reason: str
    passport: Passport

    def text(self, lang: str = "en") -> str:
        """Say why there is no value, in English or French."""
        return GAP_TEXTS[self.reason][1 if lang == "fr" else 0]
