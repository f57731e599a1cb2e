"""Tables of other rooms, written as those of the atlas are: the desk has no library for Parquet, the atlas has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from portulan.atlas import api

Column = api.Column


def table_file(
    columns: Sequence[api.Column],
    records: Sequence[dict[str, Any]],
    fmt: Literal["csv", "parquet"],
    *,
    passport: Sequence[tuple[str, str]],
    identity: str,
) -> bytes:
    """Return records as a file: the same records give the same bytes."""
    return api.export_records(columns, records, fmt, passport=passport, identity=identity)
