"""What a reader hands over: columns, and an account of every row it set aside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Quarantined:
    """Rows set aside for one reason: how many, where the first one is, and what it looks like."""

    reason: str
    count: int
    first_file: str
    first_line: int | None
    example: str


@dataclass(frozen=True, slots=True)
class Reading:
    """The rows of one source as numpy columns of one length.

    ``flows``: flow, year, exporter, market, scheme, code, value_usd (whole US dollars), status.
    ``context``: market, indicator, year, value, unit, status. ``pairs``: exporter, market and one column a covariate.
    """

    source: str
    kind: Literal["flows", "context", "pairs"]
    columns: Mapping[str, NDArray[Any]]
    quarantined: tuple[Quarantined, ...]
    years: tuple[int, ...]
    codes: tuple[str, ...]
    note: str = ""
    reporters: Mapping[int, tuple[str, ...]] | None = None
    """By year, the markets whose imports from everyone are in the rows; None: every market that has a row. A national
    source knows its own imports, and of the other markets only what they buy from it."""
