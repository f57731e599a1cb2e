"""The form of papers: sources, the release with its checks and tables, the index."""

from __future__ import annotations

from typing import Any, Literal

from ninja import Field

from portulan.desk.api.schemas import Closed, Listed, ReleasePapers, ReportedSlice


class SourceRecord(Closed):
    """The papers of a source."""

    name: str
    title_en: str
    title_fr: str
    producer: str
    citation: str = Field(description="How to cite it.")
    licence: str
    licence_url: str
    homepage: str
    vintage: str
    flow: Literal["goods", "services", "context", "pairs"]
    known_faults_en: list[str]
    known_faults_fr: list[str]
    redistribution_limited: bool = Field(description="Whether its licence limits passing the data on.")
    in_release: bool = Field(description="Whether the release served here was built from it.")


class SourceList(Listed):
    """Sources."""

    items: list[SourceRecord]


class NamedSource(Closed):
    """A source as the manifest of a release names it."""

    name: str
    title: str
    citation: str
    licence: str


class CheckRecord(Closed):
    """A check made when the release was built."""

    name: str
    passed: bool
    detail: str


class SetAside(Closed):
    """Rows that could not be used, counted."""

    reason: str
    count: int


class TableField(Closed):
    """A column."""

    name: str
    type: str
    description: str


class TableRecord(Closed):
    """A table of the release, in Parquet."""

    name: str
    table: str
    path: str
    media_type: str
    bytes: int
    rows: int
    sha256: str
    sources: list[str]
    fields: list[TableField]
    download: str | None = Field(description="Address of the file; none where a licence limits passing it on.")
    why_not: str = Field(description="The licence that keeps it from being offered; empty where it is offered.")


class ReleaseRecord(Closed):
    """The release served now."""

    id: str
    kind: str
    software: str
    engine: str
    slices: list[ReportedSlice]
    parameters: dict[str, Any] = Field(description="Corrections and options it was built with.")
    sources: list[NamedSource]
    checks: list[CheckRecord]
    quarantined: list[SetAside] = Field(description="Rows set aside, counted.")
    tables: list[TableRecord]


class ReleaseList(Listed):
    """Releases: one."""

    items: list[ReleaseRecord]


class Index(Closed):
    """Where everything is."""

    title: str
    version: str
    release: ReleasePapers
    openapi: str
    docs: str
    catalogue: str
    paths: list[str]
