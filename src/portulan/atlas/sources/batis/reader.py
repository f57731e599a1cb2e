"""Reads the OECD-WTO Balanced Trade in Services, BPM6 edition (the bulk CSV, or the zip that holds it).

One record is reporter x partner x flow x item x year, amounts in USD million. The balanced value is used: by
construction what *i* exports to *j* equals what *j* imports from *i*, so each flow is there twice, as X and as M. One
row is kept; the other is set aside as its mirror, or both as conflicting where they differ. Codes nest (``S`` is the
total): add only those of ``HEADS``.

A balanced value is never what a country reported: the status is ``estimated`` where at least one of the two sides
reported a value, ``modelled`` where none did.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Container
from operator import itemgetter
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from portulan.atlas.errors import BadInputError
from portulan.atlas.sources.ledger import (
    AGGREGATE,
    CONFLICT,
    EXACT,
    FIELDS,
    NO_VALUE,
    NO_YEAR,
    NOT_A_NUMBER,
    SELF,
    Ledger,
    Places,
    dollars,
    parse_year,
)
from portulan.atlas.sources.reading import Reading
from portulan.atlas.sources.tables import Table, checked_members, is_zip, open_table

HERE = Path(__file__).parent
PAIR = ("type_Reporter", "Reporter", "type_Partner", "Partner")
WHAT = ("Flow", "Item_code", "Year")
COLUMNS = (*PAIR, *WHAT, "Reported_value", "Balanced_value")
HEADS = ("SA", "SB", "SC", "SD", "SE", "SF", "SG", "SH", "SI1", "SI2", "SI3", "SJ1", "SJ2", "SJ3", "SK1", "SK2", "SL")
"""Codes that do not overlap and together make the total of services."""
MIRROR = "mirror of a kept row (one balanced flow, written by both sides)"
NO_ITEM = "not a heading of EBOPS 2010"
NO_FLOW = "neither X nor M"
NOT_ASKED = "year not asked for"
_ITEM = re.compile(r"S([A-L][0-9A-Z]{0,4})?", re.ASCII)
_ROUNDING, _ROUNDING_USD = 1e-3, 1_000  # the two lines of a flow agree within what printing may round
_SHIFT = 10  # bits for an item or a country in a key; more than 1,023 of either is no BaTIS file


def read(path: Path, years: Container[int] | None = None) -> Reading:
    """Return the balanced flows of services between countries.

    Args:
        path: the bulk CSV or its zip (about 3 GB unpacked, tens of millions of records).
        years: the years to keep; all of them by default. Others are set aside and counted.

    Raises:
        BadInputError: not that table (the BPM5 edition of 1995-2012 has other items and is refused too).
    """
    member = _member(path) if is_zip(path) else None
    table = open_table(path, COLUMNS, member=member, fallback="latin-1")
    ledger, coder = Ledger(table.file), _Coder(table.file, years)
    flows = _Flows()
    _collect(table, coder, flows, ledger)
    return _reading(*flows.balance(ledger), coder, ledger)


def _collect(table: Table, coder: _Coder, flows: _Flows, ledger: Ledger) -> None:
    """Put every record among the flows or aside; written for speed, there are tens of millions of them."""
    pair_of = itemgetter(*(table.column[name] for name in PAIR))
    what_of = itemgetter(*(table.column[name] for name in WHAT))
    reported_at, value_at = table.column["Reported_value"], table.column["Balanced_value"]
    pairs, whats, width, aside = coder.pairs, coder.whats, len(table.header), ledger.aside
    key, value, place, side = flows.key.append, flows.value.append, flows.line.append, flows.side.append
    for line, record in table.rows:
        if len(record) != width:
            aside(FIELDS, line, ",".join(record))
            continue
        pair = pairs.get(names := pair_of(record))
        if pair is None:
            pair = coder.pair(names)
        what = whats.get(names := what_of(record))
        if what is None:
            what = coder.what(names)
        usd = _dollars(record[value_at])
        if isinstance(pair, str) or isinstance(what, str) or isinstance(usd, str):
            reasons = [each for each in (pair, what, usd) if isinstance(each, str)]
            aside(reasons[0], line, ",".join(record))
            continue
        year_item, is_import = what
        key((year_item << 2 * _SHIFT | pair[is_import]) << 1 | is_import)
        value(usd)
        place(line)
        side(1 if record[reported_at] else 0)


def _dollars(text: str) -> int | str:
    """Return USD million as whole dollars, or the reason why not (``float`` alone would take more spellings)."""
    try:
        amount = float(text) * 1e6
    except ValueError:
        return NOT_A_NUMBER if text.strip() else NO_VALUE
    if "_" in text or not text.isascii():
        return NOT_A_NUMBER
    return round(amount) if 0 <= amount <= 1e15 else dollars(amount)


def _member(path: Path) -> str:
    names = [m.name for m in checked_members(path) if m.name.lower().endswith(".csv")]
    if len(names) != 1:
        found = ", ".join(names)[:200] or "none"
        problem = f"one CSV expected in the archive, found: {found}"
        raise BadInputError(problem, todo="give the archive as published", file=path.name)
    return names[0]


class _Ids:
    """Numbers texts from 0, as many as a key has room for."""

    def __init__(self, what: str, file: str) -> None:
        self.what, self.file = what, file
        self.ids: dict[str, int] = {}

    def of(self, text: str) -> int:
        found = self.ids.get(text)
        if found is None:
            found = self.ids[text] = len(self.ids)
            if found >> _SHIFT:
                raise BadInputError(f"more than {found} codes of {self.what}", todo="check the file", file=self.file)
        return found

    def names(self) -> NDArray[Any]:
        return np.array([*self.ids, ""], dtype=object)


class _Coder:
    """Turns codes into small integers or into a reason to set aside, and remembers both."""

    def __init__(self, file: str, years: Container[int] | None) -> None:
        self.places, self.years = Places(("iso2",), HERE / "places.csv"), years
        self.countries, self.items = _Ids("country", file), _Ids("service", file)
        self.pairs: dict[tuple[str, ...], tuple[int, int] | str] = {}
        self.whats: dict[tuple[str, ...], tuple[int, int] | str] = {}

    def pair(self, names: tuple[str, ...]) -> tuple[int, int] | str:
        """Return the pair as exporter and market where the record is an export, and where it is an import."""
        self.pairs[names] = found = self._pair(names)
        return found

    def what(self, names: tuple[str, ...]) -> tuple[int, int] | str:
        """Return (year and service, 1 for an import)."""
        self.whats[names] = found = self._what(names)
        return found

    def _pair(self, names: tuple[str, ...]) -> tuple[int, int] | str:
        kind_reporter, reporter, kind_partner, partner = names
        if "g" in (kind_reporter, kind_partner):
            return AGGREGATE  # the source itself says that this is a group of economies
        numbers = []
        for code in (reporter, partner):
            iso3, reason = self.places.find(code.strip())
            if iso3 is None:
                return reason
            numbers.append(self.countries.of(iso3))
        one, other = numbers
        return SELF if one == other else (one << _SHIFT | other, other << _SHIFT | one)

    def _what(self, names: tuple[str, ...]) -> tuple[int, int] | str:
        flow, item, text = (name.strip() for name in names)
        year = parse_year(text)
        if flow not in {"X", "M"}:
            return NO_FLOW
        if _ITEM.fullmatch(item) is None:
            return NO_ITEM
        if year is None:
            return NO_YEAR
        if self.years is not None and year not in self.years:
            return NOT_ASKED
        return year << _SHIFT | self.items.of(item), int(flow == "M")


class _Flows:
    """Rows as compact columns, and the reconciliation of the two lines each flow has.

    ``key`` ends with a bit that is 1 for a line of imports; ``side`` tells whether that side reported a value.
    """

    def __init__(self) -> None:
        self.key, self.value, self.line, self.side = array("q"), array("q"), array("I"), array("b")

    def balance(self, ledger: Ledger) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
        """Return key (without its last bit), value and whether a side reported, of each flow, in the order of keys.

        Columns are sorted one by one and the unsorted ones let go: the whole bulk file has to fit in 4 GB.
        """
        order = np.argsort(np.asarray(self.key), kind="stable")
        key, self.key = np.asarray(self.key)[order], array("q")
        value, self.value = np.asarray(self.value)[order], array("q")
        line, self.line = np.asarray(self.line)[order], array("I")
        side, self.side = np.asarray(self.side, dtype=np.bool_)[order], array("b")
        del order
        keep = _distinct(key, value, line, ledger)
        if not keep.all():
            key, value, line, side = key[keep], value[keep], line[keep], side[keep]
        key >>= 1
        # Exports sort before imports, so a flow written by both sides is a pair of neighbours, the export first.
        export = np.flatnonzero(key[1:] == key[:-1])
        apart = value[export] - value[export + 1]
        np.abs(apart, out=apart)
        # Both sides as large as the export's, within the tolerance itself: no need to hold a second column.
        agree = apart <= np.maximum(_ROUNDING_USD, (_ROUNDING * value[export]).astype(np.int64))
        del apart
        side[export] |= side[export + 1]
        keep = np.ones(len(key), dtype=np.bool_)
        keep[export + 1] = False
        keep[export[~agree]] = False
        for reason, pairs, rows in ((MIRROR, agree, 1), (CONFLICT, ~agree, 2)):
            if pairs.any():
                second = export[pairs] + 1
                first = second[np.argmin(line[second])]
                ledger.aside(reason, int(line[first]), f"{value[first]} USD", rows * len(second))
        return key[keep], value[keep], side[keep]


def _distinct(
    key: NDArray[np.int64], value: NDArray[np.int64], line: NDArray[np.uint32], ledger: Ledger
) -> NDArray[np.bool_]:
    """Return which of the sorted rows to keep; duplicates of one side of a flow go to the ledger."""
    fresh = np.ones(len(key), dtype=np.bool_)
    fresh[1:] = key[1:] != key[:-1]
    if fresh.all():
        return fresh
    starts = np.flatnonzero(fresh)
    counts = np.diff(np.r_[starts, len(key)])
    clash = np.minimum.reduceat(value, starts) != np.maximum.reduceat(value, starts)
    for reason, groups, spared in ((EXACT, ~clash & (counts > 1), 1), (CONFLICT, clash, 0)):
        if groups.any():
            rows = starts[groups] + spared
            first = rows[np.argmin(line[rows])]
            ledger.aside(reason, int(line[first]), f"{value[first]} USD", int((counts[groups] - spared).sum()))
    fresh[starts[clash]] = False
    return fresh


def _reading(
    key: NDArray[np.int64],
    value: NDArray[np.int64],
    reported: NDArray[np.bool_],
    coder: _Coder,
    ledger: Ledger,
) -> Reading:
    """Hand the kept rows over as columns."""
    room, names, items = (1 << _SHIFT) - 1, coder.countries.names(), coder.items.names()
    year, item = (key >> 3 * _SHIFT).astype(np.int16), ((key >> 2 * _SHIFT) & room).astype(np.int16)
    # np.unique would sort or hash a copy of tens of millions of rows; counting needs none.
    years = tuple(int(each) for each in np.flatnonzero(np.bincount(year)))
    codes = tuple(sorted(items[each] for each in np.flatnonzero(np.bincount(item))))
    columns: dict[str, NDArray[Any]] = {
        "flow": _same(len(key), "services"),
        "year": year,
        "exporter": names[((key >> _SHIFT) & room).astype(np.int16)],
        "market": names[(key & room).astype(np.int16)],
        "scheme": _same(len(key), "EBOPS2010"),
        "code": items[item],
        "value_usd": value,
        "status": np.array(["modelled", "estimated"], dtype=object)[reported.astype(np.int8)],
    }
    note = "balanced values (USD million, as published); estimated = a side reported, modelled = none did"
    return Reading("batis", "flows", columns, ledger.quarantined(), years, codes, note)


def _same(size: int, text: str) -> NDArray[Any]:
    """Return a column holding one text; ``numpy.full`` would make a new string for each row."""
    column = np.empty(size, dtype=object)
    column.fill(text)
    return column
