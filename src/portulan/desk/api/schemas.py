"""The form of questions and answers, as the description of the API (OpenAPI) tells it."""

from __future__ import annotations

from typing import Any, Literal

from ninja import Field, Schema

from portulan.desk.markets import open_data

Lang = Literal["en", "fr"]
Flow = Literal["goods", "services"]
Status = Literal["reported", "partial", "estimated", "modelled"]
Fitness = Literal["measures the sector", "partial", "not a measure"]
_TEXT = 80
ISO3 = "^[A-Za-z]{3}$"
_SEVERAL = "^[A-Za-z]{3}(,[A-Za-z]{3}){1,3}$"


def word(default: Any, description: str, example: Any, known: tuple[str, ...] = (), pattern: str = "") -> Any:
    """Return a parameter that is a word; one that is not known is answered by 404 with those that are near."""
    extra: dict[str, Any] = {"example": example}
    if known:
        extra["enum"] = list(known)
    if pattern:
        extra["pattern"] = pattern
    return Field(default, description=description, json_schema_extra=extra, max_length=_TEXT)


class Closed(Schema, extra="forbid"):
    """An answer that has no other field than those described."""


# -- questions --------------------------------------------------------------------


class Page(Schema):
    """Which part of a list."""

    limit: int = Field(100, ge=1, le=500, description="How many items at most.", json_schema_extra={"example": 50})
    offset: int = Field(
        0, ge=0, le=1_000_000, description="How many items to pass over.", json_schema_extra={"example": 0}
    )


class Place(Schema):
    """Perimeter, year and language."""

    perimeter: str = word("core", "Which product codes count; see `/perimeters`.", "core", open_data.perimeter_ids())
    year: int | None = Field(
        None,
        ge=1,
        le=9999,
        description="Calendar year; the newest that the release holds without it.",
        json_schema_extra={"example": 2024},
    )
    lang: Lang = Field("en", description="Language of names and reasons.", json_schema_extra={"example": "en"})


class ExporterPlace(Place):
    """The same, for one exporter."""

    exporter: str = word("FRA", "Country that sells (ISO 3166 alpha-3; upper or lower case).", "FRA", pattern=ISO3)


class SectorQuestion(ExporterPlace):
    """Where in the atlas: exporter, sector, perimeter, year."""

    sector: str = word(..., "Sector, group of sectors, or `all`; see `/sectors`.", "book", open_data.sector_ids())


class FiguresQuestion(SectorQuestion):
    """One cell of the atlas, or the exporter alone."""

    market: str | None = word(
        None, "Country that buys; without it, the figures of the exporter alone.", "BEL", pattern=ISO3
    )
    flow: Flow | None = Field(
        None, description="Goods or services; both without it.", json_schema_extra={"example": "goods"}
    )


class RankQuestion(SectorQuestion):
    """By what to rank the markets of an exporter."""

    by: str | None = word(
        None,
        "Indicator to rank by; see `/indicators`, where `rankable` is true. Without it, the potential that the "
        "release's own skill puts first, as on the pages; trade where these figures do not measure the sector.",
        "imports_from",
        open_data.rankable_ids(),
    )
    flow: Flow = Field("goods", description="Goods or services.", json_schema_extra={"example": "goods"})
    with_estimates: bool = Field(
        False, description="Let estimates take a rank among reported values.", json_schema_extra={"example": False}
    )


class CompareQuestion(SectorQuestion):
    """Two to four markets side by side."""

    markets: str = word(..., "Two to four countries, separated by commas.", "BEL,CHE", pattern=_SEVERAL)
    flow: Flow = Field("goods", description="Goods or services.", json_schema_extra={"example": "goods"})


# -- papers -----------------------------------------------------------------------


class Problem(Schema):
    """An error (RFC 9457)."""

    type: str = Field(description="Address that explains this kind of error.")
    title: str = Field(description="The kind of error in words.")
    status: int = Field(description="HTTP status.")
    detail: str = Field(description="What is wrong with this request, and what to do.")
    instance: str = Field(description="Address that was asked.")
    did_you_mean: list[str] = Field(description="Known words near to the one that is not known.")
    errors: list[dict[str, str]] | None = Field(None, description="Each parameter that cannot be used, and why.")


class ReleasePapers(Closed):
    """Which release answers."""

    id: str = Field(description="SHA-256 of everything in the release.")
    kind: str = Field(description="`built` from published files, or `default`: the estimates shipped with Portulan.")


class CoverageRecord(Closed):
    """How much of the world a figure saw."""

    importers_present: int
    importers_total: int
    importers_missing: list[str] = Field(description="ISO3 of the importers that did not report.")
    codes_missing: list[str] = Field(description="Product codes of the basket that the source does not hold.")


class _Cell(Closed):
    exporter: str = Field(description="ISO3; empty for a figure of the market alone.")
    market: str = Field(description="ISO3; empty for a figure of the exporter alone.")
    sector: str
    perimeter: str
    flow: Flow
    indicator: str = Field(description="See `/indicators`.")
    unit: str
    year: int | None
    fitness: Fitness | None = Field(description="Whether these figures measure the sector at all.")
    coverage: CoverageRecord | None
    sources: list[str] = Field(description="See `/sources`.")
    note: str | None = Field(None, description="The years of a growth; who declared, where the market did not.")


class FigureRecord(_Cell):
    """A value with its papers."""

    value: float
    status: Status
    low: float | None = Field(description="Lower bound of the 90 % interval, where there is one.")
    high: float | None = Field(description="Upper bound of the 90 % interval, where there is one.")


class GapRecord(_Cell):
    """The absence of a value, with its reason: never a zero."""

    gap: str = Field(description="Why there is no value, in words.")
    gap_code: str = Field(description="The same as a code; the list is in the method.")


class _Ranked(Schema):
    rank: int | None = Field(description="Place; none for a market that stands apart.")
    rank_median: float | None
    rank_low: float | None = Field(description="Lower bound of the 90 % interval of the rank, where it was drawn.")
    rank_high: float | None
    p_top10: float | None = Field(description="Chance to be among the first ten.")


class RankedFigure(_Ranked, FigureRecord):
    """One market of a ranking, with its figure."""


class RankedGap(_Ranked, GapRecord):
    """One market of a ranking, without a figure."""


class PassportRecord(Closed):
    """What must be known of all the figures of an answer."""

    flow: Flow
    perimeter: str
    year: int | None
    sources: list[str]
    fitness: Fitness | None
    coverage: CoverageRecord | None


# -- lists ------------------------------------------------------------------------


class Listed(Closed):
    """A part of a list."""

    release: ReleasePapers
    total: int = Field(description="Items in all.")
    limit: int
    offset: int


class SectorRecord(Closed):
    """A sector, a group that no code separates, or all sectors together."""

    id: str
    kind: Literal["sector", "group", "all"]
    name_en: str
    name_fr: str
    description_en: str
    description_fr: str


class SectorList(Listed):
    """Sectors."""

    items: list[SectorRecord]


class ReportedSlice(Closed):
    """A flow and a year."""

    flow: Flow
    year: int


class MarketRecord(Closed):
    """A country or territory of this release."""

    iso3: str
    iso2: str | None
    m49: int | None = Field(description="Code of the United Nations.")
    name_en: str
    name_fr: str
    note_en: str
    note_fr: str
    reports: list[ReportedSlice] = Field(description="Where its own imports are known.")


class MarketList(Listed):
    """Markets."""

    items: list[MarketRecord]


class PerimeterRecord(Closed):
    """Which product codes count."""

    id: str
    name_en: str
    name_fr: str
    roles: list[str]
    without: list[str] = Field(description="Goods left out.")


class PerimeterList(Listed):
    """Perimeters."""

    items: list[PerimeterRecord]


class IndicatorRecord(Closed):
    """One number of the atlas: what it means and how it is computed."""

    id: str
    unit: str
    scope: Literal["cell", "market", "exporter", "pair", "context"]
    name_en: str
    name_fr: str
    definition_en: str
    definition_fr: str
    equation: str
    source: str
    sql: str = Field(description="The statements that are really run.")
    rankable: bool
    world_denominator: bool = Field(description="Whether it rests on a world total.")


class IndicatorList(Listed):
    """Indicators."""

    items: list[IndicatorRecord]


class FigureList(Listed):
    """Figures and gaps of one question."""

    items: list[FigureRecord | GapRecord]


class RankList(Listed):
    """A part of a ranking; what stands apart and the passport come with every part."""

    exporter: str
    sector: str
    perimeter: str
    flow: Flow
    year: int | None
    by: str
    lead: str = Field(description="The indicator that the measured skill puts first here.")
    fitness: Fitness
    fitness_reason: str
    skill: str = Field(description="How good the estimates were where they could be checked; empty without any.")
    passport: PassportRecord
    items: list[RankedFigure | RankedGap]
    apart: list[RankedFigure | RankedGap] = Field(description="Markets without a reported value: no rank, not zero.")


class ComparedRow(Closed):
    """One indicator in each market, in the order asked."""

    indicator: str
    flow: Flow
    name: str
    unit: str
    figures: list[FigureRecord | GapRecord]


class Comparison(Listed):
    """Two to four markets side by side."""

    markets: list[str]
    items: list[ComparedRow]
