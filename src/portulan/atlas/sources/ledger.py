"""The account of rows every reader keeps: what came out, what was set aside and why, nothing lost between the two.

A reader turns each record into one row or into one entry of a :class:`Ledger`. :class:`Rows` holds the rows as compact
columns and resolves duplicates; :class:`Places` turns the codes of a source into ISO3, from explicit tables only.
"""

from __future__ import annotations

import csv
import math
import re
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from portulan.atlas.errors import UnknownCodeError
from portulan.atlas.reference.countries import Scheme, area, country
from portulan.atlas.sources.reading import Quarantined, Reading

AGGREGATE = "aggregate, not a country"
FORMER = "former country"
UNKNOWN_PLACE = "unknown country code"
SUPPRESSED = "suppressed by the source"
NO_VALUE = "no value"
NOT_A_NUMBER = "not a number"
NEGATIVE = "negative value"
TOO_LARGE = "value larger than any economy"
NO_YEAR = "not a year"
FIELDS = "wrong number of fields"
SELF = "exporter and market are the same"
EXACT = "exact duplicate of an earlier row"
CONFLICT = "conflicting duplicates of one key (all set aside)"

_LARGEST_USD = 1e15  # ten times the product of the world: beyond it a unit is wrong, and int64 sums stay safe
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_YEAR = re.compile(r"(19|20)\d\d", re.ASCII)


class Ledger:
    """Counts what is set aside, by reason, and remembers where the first row of each reason is."""

    def __init__(self, file: str) -> None:
        self.file = file
        self._found: dict[str, list[Any]] = {}

    def aside(self, reason: str, line: int | None, example: str, count: int = 1) -> None:
        """Set ``count`` rows aside for a reason."""
        if not count:
            return
        entry = self._found.get(reason)
        if entry is None:
            self._found[reason] = [count, line, example[:120]]
        else:
            entry[0] += count

    def quarantined(self) -> tuple[Quarantined, ...]:
        """Return the account, by reason."""
        return tuple(
            Quarantined(reason, count, self.file, line, example)
            for reason, (count, line, example) in sorted(self._found.items())
        )


class Rows:
    """Rows as compact columns: ``texts`` are kept as small integers, ``value`` as int64 (``q``) or float64 (``d``).

    ``key`` names the columns (with the year) that make a row unique.
    """

    def __init__(self, texts: Sequence[str], key: Sequence[str], value: Literal["q", "d"]) -> None:
        self.names, self.key = tuple(texts), tuple(key)
        self.ids: list[dict[str, int]] = [{} for _ in texts]
        self.coded = [array("i") for _ in texts]
        self.year, self.line = array("h"), array("q")
        self.value: array[int] | array[float] = array("q") if value == "q" else array("d")

    def __len__(self) -> int:
        return len(self.value)

    def add(self, line: int, year: int, value: float, texts: Sequence[str]) -> None:
        """Append a row; ``texts`` in the order of the names."""
        for ids, coded, text in zip(self.ids, self.coded, texts, strict=True):
            coded.append(ids.setdefault(text, len(ids)))
        self.year.append(year)
        self.line.append(line)
        self.value.append(value)  # type: ignore[arg-type]  # the caller rounds where the column is int64

    def numbers(self, name: str) -> NDArray[np.int64]:
        """Return the small integers of a text column."""
        return np.asarray(self.coded[self.names.index(name)], dtype=np.int64)

    def keys(self) -> NDArray[np.int64]:
        """Return one integer a row, equal exactly where the keys are equal."""
        joined = np.asarray(self.year, dtype=np.int64)
        for name in self.key:
            joined = joined * (len(self.ids[self.names.index(name)]) + 1) + self.numbers(name)
        return joined

    def distinct(self, ledger: Ledger) -> NDArray[np.bool_]:
        """Return which rows to keep; duplicates go to the ledger, conflicting ones all of them."""
        keep = np.ones(len(self), dtype=np.bool_)
        if len(self) < 2:
            return keep
        keys, values = self.keys(), np.asarray(self.value)
        order = np.argsort(keys, kind="stable")
        starts = np.flatnonzero(np.r_[True, keys[order][1:] != keys[order][:-1]])
        if len(starts) == len(self):
            return keep
        counts = np.diff(np.r_[starts, len(self)])
        ordered = values[order]
        clash = np.minimum.reduceat(ordered, starts) != np.maximum.reduceat(ordered, starts)
        keep[:] = False
        keep[order[starts[~clash]]] = True
        for reason, groups, spared in ((EXACT, ~clash & (counts > 1), 1), (CONFLICT, clash, 0)):
            if groups.any():
                first = order[starts[groups] + spared].min()
                ledger.aside(reason, self.line[first], self.show(first), int((counts[groups] - spared).sum()))
        return keep

    def show(self, row: int) -> str:
        """Return a row as it is shown in an account."""
        texts = [name for i in range(len(self.names)) for name in [self._names(i)[self.coded[i][row]]]]
        return " ".join([str(self.year[row]), *texts, str(self.value[row])])

    def _names(self, column: int) -> list[str]:
        return list(self.ids[column])

    def columns(self, keep: NDArray[np.bool_], value: str) -> dict[str, NDArray[Any]]:
        """Return the kept rows as numpy columns, the value under the given name."""
        out: dict[str, NDArray[Any]] = {"year": np.asarray(self.year, dtype=np.int16)[keep]}
        for place, name in enumerate(self.names):
            words = np.array([*self._names(place), ""], dtype=object)
            out[name] = words[self.numbers(name)[keep]]
        out[value] = np.asarray(self.value)[keep]
        return out


def flow_rows() -> Rows:
    """Return the columns every source of flows fills."""
    texts = ("flow", "exporter", "market", "scheme", "code", "status")
    return Rows(texts, texts[:-1], "q")


def context_rows() -> Rows:
    """Return the columns every source of context fills."""
    return Rows(("market", "indicator", "unit", "status"), ("market", "indicator"), "d")


def reading(
    source: str, rows: Rows, ledger: Ledger, *, kind: Literal["flows", "context"], value: str, note: str = ""
) -> Reading:
    """Close the account: resolve duplicates and hand the rows over."""
    keep = rows.distinct(ledger)
    columns = rows.columns(keep, value)
    years = tuple(int(year) for year in np.unique(columns["year"]))
    codes = tuple(sorted(set(columns["code" if kind == "flows" else "indicator"])))
    return Reading(source, kind, columns, ledger.quarantined(), years, codes, note)


def parse_number(text: str) -> float | None:
    """Return the number a field spells in plain digits, or None: no underscore, no comma, no NaN, no infinity."""
    if _NUMBER.fullmatch(text) is None:
        return None
    value = float(text)
    return value if math.isfinite(value) else None


def parse_year(text: str) -> int | None:
    """Return a year from 1900 to 2099, or None."""
    return int(text) if _YEAR.fullmatch(text) else None


def dollars(value: float) -> int | str:
    """Return an amount as whole US dollars, or the reason why it cannot be one."""
    if not math.isfinite(value):
        return NOT_A_NUMBER
    if value < 0:
        return NEGATIVE
    return round(value) if value <= _LARGEST_USD else TOO_LARGE


@dataclass
class Places:
    """The codes of one source: ISO3 for a country, else the reason to set the row aside; nothing is guessed.

    ``table`` is the reviewed ``places.csv`` of the source (code, kind, iso3, name_en, source), where kind is
    ``aggregate``, ``former`` or ``alias``; every other code must be known to our countries under one of ``schemes``.
    """

    schemes: tuple[Scheme, ...]
    table: Path | None = None
    _known: dict[str, tuple[str | None, str, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        reasons = {"aggregate": AGGREGATE, "former": FORMER, "alias": ""}
        for row in reviewed(self.table) if self.table else ():
            self._known[row["code"]] = (row["iso3"] or None, reasons[row["kind"]], 9999)

    def find(self, code: str, year: int = 9999) -> tuple[str | None, str]:
        """Return (ISO3, "") or (None, reason); a former country is one only up to the year it was dissolved."""
        known = self._known.get(code)
        if known is None:
            known = self._known[code] = self._look_up(code)
        iso3, reason, last = known
        return (iso3, reason) if year <= last else (None, FORMER)

    def _look_up(self, code: str) -> tuple[str | None, str, int]:
        for scheme in self.schemes:
            try:
                found = country(code, scheme=scheme)
            except UnknownCodeError:
                if scheme in {"cepii", "comtrade"} and area(code) is not None:
                    return None, AGGREGATE, 9999
                continue
            return found.iso3, "", found.dissolved or 9999
        return None, UNKNOWN_PLACE, 9999


def reviewed(table: Path) -> list[dict[str, str]]:
    """Return the lines of one of our own reviewed tables."""
    with table.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))
