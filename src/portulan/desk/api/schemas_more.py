"""The form of the longer answers: suppliers, profiles, codes, scans, official totals, briefs."""

from __future__ import annotations

from typing import Literal

from ninja import Field, Schema

from portulan.desk.api import schemas
from portulan.desk.api.schemas import ISO3, FigureRecord, Fitness, Flow, GapRecord, PassportRecord, word
from portulan.desk.markets import open_data

Told = FigureRecord | GapRecord
_WEIGHT = r"[a-z_]+:(10|[0-9])"
_WEIGHTS = f"^({_WEIGHT}(,{_WEIGHT})*)?$"


# -- questions --------------------------------------------------------------------


class SuppliersQuestion(schemas.Place):
    """Who sells to one market."""

    sector: str = word(..., "Sector, group of sectors, or `all`; see `/sectors`.", "book", open_data.sector_ids())
    market: str = word(..., "Country that buys (ISO 3166 alpha-3).", "BEL", pattern=ISO3)
    flow: Flow = Field("goods", description="Goods or services.", json_schema_extra={"example": "goods"})


class ProfileQuestion(schemas.ExporterPlace):
    """Every sector of one market."""

    market: str = word(..., "Country that buys (ISO 3166 alpha-3).", "BEL", pattern=ISO3)
    flow: Flow = Field("goods", description="Goods or services.", json_schema_extra={"example": "goods"})


class CellQuestion(schemas.SectorQuestion):
    """One cell of the atlas."""

    market: str = word(..., "Country that buys (ISO 3166 alpha-3).", "BEL", pattern=ISO3)
    flow: Flow = Field("goods", description="Goods or services.", json_schema_extra={"example": "goods"})


class ScanQuestion(schemas.SectorQuestion):
    """Criteria and their weights."""

    weights: str = Field(
        "",
        max_length=1000,
        description="Criteria with whole weights from 0 to 10, as in `ease:3,growth:2`; without it, those that fit the "
        "question. The criteria are in the answer.",
        json_schema_extra={"example": "gdp_per_head:2,common_language:3", "pattern": _WEIGHTS},
    )
    flow: Flow = Field("goods", description="Goods or services.", json_schema_extra={"example": "goods"})
    with_estimates: bool = Field(
        False, description="Let estimates count among reported values.", json_schema_extra={"example": False}
    )


class BriefsQuestion(Schema):
    """Which briefs."""

    exporter: str = word("FRA", "Country that sells (ISO 3166 alpha-3).", "FRA", pattern=ISO3)
    market: str | None = word(None, "Briefs of this market only.", "BEL", pattern=ISO3)
    sector: str | None = word(None, "Briefs of this sector only.", "book", open_data.sector_ids())
    lang: schemas.Lang | None = Field(
        None, description="In this language only; both without it.", json_schema_extra={"example": "fr"}
    )


# -- answers ----------------------------------------------------------------------


class SupplierRecord(schemas.Closed):
    """One exporter among those that sell to a market."""

    rank: int
    exporter: str
    imports_from: Told
    share: Told


class SupplierList(schemas.Listed):
    """The first suppliers of a market."""

    market: str
    sector: str
    perimeter: str
    flow: Flow
    year: int | None
    fitness: Fitness
    count: int | None = Field(description="Suppliers in all; none where the market does not report.")
    imports_world: Told
    supplier_hhi: Told
    passport: PassportRecord
    items: list[SupplierRecord]


class ProfileRow(schemas.Closed):
    """One sector of a market, for one exporter."""

    sector: str
    kind: Literal["sector", "group", "all"]
    fitness: Fitness
    lead: str = Field(description="The indicator that the places of this sector are by.")
    rank: int | None = Field(description="Place of this market among the markets of the exporter.")
    ranked: int = Field(description="Markets with a place.")
    rank_low: float | None
    rank_high: float | None
    figures: list[Told]
    first_suppliers: list[SupplierRecord]


class Profile(schemas.Listed):
    """Every sector of one market, for one exporter."""

    exporter: str
    market: str
    perimeter: str
    flow: Flow
    year: int | None
    passport: PassportRecord
    items: list[ProfileRow]


class LineRecord(schemas.Closed):
    """One product code of a sector."""

    scheme: str
    code: str
    label: str = Field(description="Short label of the code, in English.")
    label_fr: str = Field(description="The same in French.")
    role: str
    weight: float | None = Field(description="Part of the code that counts in the sector; figures are of the whole.")
    confidence: str
    source: str = Field(description="Where the code comes from and who assigns it to the sector, in English.")
    source_fr: str = Field(description="The same in French.")
    imports_from: Told
    imports_world: Told
    potential_static: Told
    rca: Told


class LineList(schemas.Listed):
    """The product codes behind the figures of one cell."""

    items: list[LineRecord]


class CriterionRecord(schemas.Closed):
    """What markets can be scored by."""

    id: str
    indicator: str
    kind: Literal["trade", "context"]
    unit: str
    higher_is_better: bool
    name: str
    why: str = Field(description="What the direction assumes.")
    gap: str = Field(description="Why no market has a value; empty where some have.")


class PartRecord(schemas.Closed):
    """What one criterion brings to a score."""

    criterion: str
    weight: float
    scaled: float | None = Field(description="Place among the markets, 0 to 1; none where it is not known: never zero.")
    points: float | None


class DrawnRecord(schemas.Closed):
    """Where a market stands under other weights."""

    rank_median: float
    rank_low: float
    rank_high: float
    p_top10: float


class ScannedMarket(schemas.Closed):
    """One market with its score and the parts that add up to it."""

    market: str
    rank: int | None
    score: float | None
    known: float = Field(description="Share of the weight that is known of it.")
    parts: list[PartRecord]
    drawn: DrawnRecord | None


class ChangeRecord(schemas.Closed):
    """What happens to the first markets where one weight is left out or doubled."""

    criterion: str
    how: Literal["without", "doubled"]
    stay: int
    of: int
    entering: list[str]
    leaving: list[str]


class ScanList(schemas.Listed):
    """Markets in order by weighted criteria."""

    exporter: str
    sector: str
    perimeter: str
    flow: Flow
    year: int | None
    fitness: Fitness
    fitness_reason: str
    naming: str = Field(description="`orientation` where the figures do not measure the sector: never a potential.")
    passport: PassportRecord
    criteria: list[CriterionRecord]
    weights: dict[str, float]
    idle: list[str] = Field(description="Criteria with a weight that no market has a value for.")
    changes: list[ChangeRecord]
    items: list[ScannedMarket]
    apart: list[ScannedMarket] = Field(description="Markets too little known to have a place.")


class ClaimRecord(schemas.Closed):
    """An official total, as it is quoted."""

    id: str
    measure: str
    value: float
    unit: str
    base: float | None
    since: int | None
    until: int | None
    euros: float | None = Field(description="What it amounts to in euros, where that can be said.")
    quoted_en: str
    quoted_fr: str
    claim_en: str
    claim_fr: str
    territory_en: str
    territory_fr: str
    flow_en: str
    flow_fr: str
    perimeter_en: str
    perimeter_fr: str
    includes_en: str
    includes_fr: str
    excludes_en: str
    excludes_fr: str
    body_en: str
    body_fr: str
    source_en: str
    source_fr: str
    note_en: str
    note_fr: str


class ClaimList(schemas.Listed):
    """Official totals, side by side: not to be added, their perimeters differ."""

    items: list[ClaimRecord]


class BriefRecord(schemas.Closed):
    """A brief, in PDF."""

    kind: Literal["market", "sector", "market and sector"]
    market: str | None
    sector: str | None
    lang: schemas.Lang
    href: str


class BriefList(schemas.Listed):
    """Briefs."""

    items: list[BriefRecord]
