"""Reads CEPII GeoDist's ``dist_cepii`` (saved as CSV, semicolons or commas): one record a pair of countries.

A distance the source leaves out (``.``) is NaN in ``distw`` and ``distwces``; a pair without any other value is set
aside. A country to itself is there too (its inner distance): drop it where trade is fitted.
"""

from __future__ import annotations

from array import array
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from portulan.atlas.sources.ledger import (
    CONFLICT,
    EXACT,
    FIELDS,
    NEGATIVE,
    NO_VALUE,
    NOT_A_NUMBER,
    Ledger,
    Places,
    parse_number,
)
from portulan.atlas.sources.reading import Reading
from portulan.atlas.sources.tables import open_table

FLAGS = ("contig", "comlang_off", "comlang_ethno", "colony", "comcol", "curcol", "col45", "smctry")
DISTANCES = ("dist", "distcap", "distw", "distwces")
MAY_MISS = {"distw", "distwces"}
NOT_A_FLAG = "neither 0 nor 1"


def read(path: Path) -> Reading:
    """Return exporter, market, the eight flags (int8) and the four distances in km (float64) of every pair."""
    table = open_table(path, ("iso_o", "iso_d", *FLAGS, *DISTANCES), delimiters=";,", fallback="latin-1")
    ledger, places = Ledger(table.file), Places(("iso3",))
    at = [table.column[name] for name in ("iso_o", "iso_d", *FLAGS, *DISTANCES)]
    kept: dict[tuple[str, str], tuple[int, tuple[float, ...], str]] = {}
    clashing: dict[tuple[str, str], int] = {}
    for line, record in table.rows:
        fields = [record[i].strip() for i in at] if len(record) == len(table.header) else []
        outcome = _row(fields, places)
        shown = table.delimiter.join(record)
        if isinstance(outcome, str):
            ledger.aside(outcome, line, shown)
            continue
        pair, values = outcome
        if pair not in kept:
            kept[pair] = (line, values, shown)
        elif _same(kept[pair][1], values) and pair not in clashing:
            ledger.aside(EXACT, line, shown)
        else:
            clashing[pair] = clashing.get(pair, 1) + 1
    for pair, count in clashing.items():
        line, _, shown = kept.pop(pair)
        ledger.aside(CONFLICT, line, shown, count)
    columns = _columns({pair: values for pair, (_, values, _) in kept.items()})
    return Reading("geodist", "pairs", columns, ledger.quarantined(), (), (), "distances in km; NaN = not given")


def _row(fields: list[str], places: Places) -> tuple[tuple[str, str], tuple[float, ...]] | str:
    if not fields:
        return FIELDS
    found = []
    for code in fields[:2]:
        iso3, reason = places.find(code)
        if iso3 is None:
            return reason
        found.append(iso3)
    values: list[float] = []
    for name, text in zip((*FLAGS, *DISTANCES), fields[2:], strict=True):
        if text in {"", "."}:
            if name not in MAY_MISS:
                return NO_VALUE
            values.append(float("nan"))
            continue
        value = parse_number(text)
        if value is None:
            return NOT_A_NUMBER
        if name in FLAGS and value not in (0, 1):
            return NOT_A_FLAG
        if value < 0:
            return NEGATIVE
        values.append(value)
    return (found[0], found[1]), tuple(values)


def _same(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    """Compare two records; a missing distance equals a missing distance."""
    return all(a == b or (a != a and b != b) for a, b in zip(one, other, strict=True))


def _columns(kept: dict[tuple[str, str], tuple[float, ...]]) -> dict[str, NDArray[Any]]:
    columns: dict[str, NDArray[Any]] = {
        "exporter": np.array([pair[0] for pair in kept], dtype=object),
        "market": np.array([pair[1] for pair in kept], dtype=object),
    }
    for place, name in enumerate((*FLAGS, *DISTANCES)):
        column = np.asarray(array("d", (values[place] for values in kept.values())))
        columns[name] = column.astype(np.int8) if name in FLAGS else column
    return columns
