"""The form of questions and answers on what is asked of the network."""

from __future__ import annotations

from typing import Literal

from ninja import Field, Schema

from portulan.desk.api.schemas import Closed, Listed, word


class DemandQuestion(Schema):
    """Which counts: all of them without a word."""

    year: int | None = Field(
        None, ge=1, le=9999, description="Year in which it was asked.", json_schema_extra={"example": 2025}
    )
    market: str | None = word(None, "Market (ISO 3166 alpha-3), `all` for their total, or `unknown`.", "JPN")
    outcome: Literal["all", "unserved", "other"] | None = Field(
        None, description="Whether it was served.", json_schema_extra={"example": "unserved"}
    )
    sector: str | None = word(None, "Sector, `all` for their total, or `unknown`.", "book")


class DemandRow(Closed):
    """One count. Below a total that is left out nothing is said; elsewhere, what is not there is zero."""

    year: int
    market: str
    outcome: Literal["all", "unserved", "other"]
    sector: str
    asking: str
    topic: str
    questions: int | None = Field(description="How many; none where it is left out, which is not zero.")
    status: Literal["shown", "left_out"]
    invented: Literal["yes", "no"] = Field(description="Whether it is of a demonstration, and measures nothing.")


class DemandList(Listed):
    """Counts of the public extract."""

    extract: str = Field(description="Identifier of the extract; empty where nothing is published yet.")
    computed_on: str | None = Field(description="Day on which it was written.")
    how_to_read: str
    items: list[DemandRow]
