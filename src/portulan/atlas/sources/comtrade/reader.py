"""Reads an answer of UN Comtrade's API version 1 (JSON), goods or services, annual.

A flow may be declared twice, by the importer (M, goods with freight and insurance: CIF) and by the exporter (X, FOB).
One is kept: the importer's unless asked otherwise; the other is set aside as the mirror of a kept row. Records that
split a total (by transport, customs procedure, second partner, mode of supply) and re-exports are set aside too.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from portulan.atlas.errors import BadInputError
from portulan.atlas.sources.ledger import (
    NO_VALUE,
    NO_YEAR,
    NOT_A_NUMBER,
    SELF,
    Ledger,
    Places,
    Rows,
    dollars,
    flow_rows,
    parse_number,
    parse_year,
    reading,
)
from portulan.atlas.sources.reading import Reading
from portulan.atlas.sources.tables import AGAIN, read_json

SCHEMES = {
    "H0": "HS1992",
    "H1": "HS1996",
    "H2": "HS2002",
    "H3": "HS2007",
    "H4": "HS2012",
    "H5": "HS2017",
    "H6": "HS2022",
    "EB10": "EBOPS2010",
}
# The value each field has on the record of the total; a field left out or null counts as it.
TOTALS = {"partner2Code": {"0"}, "customsCode": {"C00"}, "motCode": {"0"}, "mosCode": {"0"}}
NEEDED = ("reporterCode", "partnerCode", "flowCode", "cmdCode", "classificationCode", "period", "primaryValue")
ALMOST_ALL = 0.99
"""Partners that add up to this part of the declared world total are taken for all of them."""
CAPS = {500, 100_000, 250_000}
PART = "part of a total (transport, customs procedure, second partner or mode of supply)"
FLOW = "flow the atlas does not use (re-exports, re-imports, processing)"
SCHEME = "classification the atlas does not use"
HEADING = "not a six-digit code of the Harmonized System"
NO_ITEM = "not a heading of EBOPS 2010"
LACKING = "a field is missing"
MONTHLY = "not an annual record"
MIRROR = "mirror of a kept row (the other side's declaration is used)"
_HS6 = re.compile(r"\d{6}", re.ASCII)
_ITEM = re.compile(r"S([A-L][0-9A-Z]{0,4})?", re.ASCII)


def read(path: Path, prefer: Literal["importer", "exporter"] = "importer") -> Reading:
    """Return the flows of an answer; ``prefer`` says whose declaration is kept where both sides made one.

    Raises:
        BadInputError: not such an answer, an error of the API, or fewer records than it announces.
    """
    ledger, places, rows = Ledger(path.name), Places(("comtrade",)), flow_rows()
    sides: list[str] = []
    worlds: dict[tuple[int, str, str], int] = {}
    records = _records(read_json(path), path.name)
    for at, record in enumerate(records, 1):
        _note_world(record, places, worlds)
        outcome = _row(record, places)
        shown = " ".join(_text(record, name) for name in NEEDED)
        if isinstance(outcome, str):
            ledger.aside(outcome, at, shown)
        else:
            year, usd, texts, side = outcome
            rows.add(at, year, usd, texts)
            sides.append(side)
    kept = _one_side(rows, np.array(sides, dtype=object), ledger, "M" if prefer == "importer" else "X")
    note = f"declarations of the {prefer} where there are two; imports of goods CIF, exports FOB"
    if len(records) in CAPS:
        note += f"; {len(records)} records is a limit of the API: the answer is probably cut"
    found = reading("comtrade", kept, ledger, kind="flows", value="value_usd", note=note)
    return replace(found, reporters=_whole(found, worlds))


def _note_world(record: dict[str, Any], places: Places, worlds: dict[tuple[int, str, str], int]) -> None:
    """Keep what an importer declares from the world (partner 0): what its partners must add up to."""
    reporter, partner, side, code, classification, period, amount = (_text(record, name) for name in NEEDED)
    scheme, year, value = SCHEMES.get(classification), parse_year(period), parse_number(amount) if amount else None
    if partner != "0" or side != "M" or year is None or value is None or _refused(record, side, scheme, code):
        return
    importer, _ = places.find(reporter, year)
    usd = dollars(value)
    if importer is not None and isinstance(usd, int):
        worlds[year, importer, code] = usd


def _whole(found: Reading, worlds: dict[tuple[int, str, str], int]) -> dict[int, tuple[str, ...]]:
    """Return, by year, the importers whose partners add up to what they declare from the world, in every code.

    An answer asked for one partner, or without the partner "World", tells what was bought there and not the whole.
    """
    sums: dict[tuple[int, str, str], int] = {}
    columns = found.columns
    for year, market, code, usd in zip(
        columns["year"], columns["market"], columns["code"], columns["value_usd"], strict=True
    ):
        key = (int(year), str(market), str(code))
        sums[key] = sums.get(key, 0) + int(usd)
    whole: dict[int, set[str]] = {year: set() for year in found.years}
    for year in found.years:
        codes: dict[str, list[str]] = {}
        for at, market, code in {*sums, *worlds}:
            if at == year:
                codes.setdefault(market, []).append(code)
        for market, mine in codes.items():
            if all(
                (year, market, code) in worlds
                and sums.get((year, market, code), 0) >= ALMOST_ALL * worlds[year, market, code]
                for code in mine
            ):
                whole[year].add(market)
    return {year: tuple(sorted(markets)) for year, markets in whole.items()}


def _records(answer: Any, file: str) -> list[dict[str, Any]]:
    """Return the records of an answer, or say what it is instead."""
    data = answer.get("data") if isinstance(answer, dict) else None
    if not isinstance(answer, dict) or not isinstance(data, list) or not all(isinstance(each, dict) for each in data):
        said = (answer.get("error") or answer.get("message")) if isinstance(answer, dict) else None
        problem = f"the API answered an error: {str(said)[:160]}" if said else "not an answer of the Comtrade API"
        raise BadInputError(problem, todo="mend the request and save the answer again", file=file)
    count = answer.get("count")
    if isinstance(count, int) and not isinstance(count, bool) and count >= 0 and count != len(data):
        raise BadInputError(f"{count} records are announced, {len(data)} are there", todo=AGAIN, file=file)
    return data


def _text(record: dict[str, Any], name: str) -> str:
    value = record.get(name)
    return "" if value is None else str(value).strip()


def _row(record: dict[str, Any], places: Places) -> tuple[int, int, tuple[str, ...], str] | str:
    """Return (year, dollars, texts, side) of a record, or the reason to set it aside."""
    if any(name not in record for name in NEEDED):
        return LACKING
    reporter, partner, side, code, classification, period, amount = (_text(record, name) for name in NEEDED)
    scheme = SCHEMES.get(classification)
    refused = _refused(record, side, scheme, code)
    if refused or scheme is None:
        return refused or SCHEME
    year = parse_year(period)
    if year is None:
        return NO_YEAR
    found = []
    for each in (reporter, partner):
        iso3, reason = places.find(each, year)
        if iso3 is None:
            return reason
        found.append(iso3)
    if found[0] == found[1]:
        return SELF
    if not amount:
        return NO_VALUE
    value = parse_number(amount)
    usd = NOT_A_NUMBER if value is None else dollars(value)
    if isinstance(usd, str):
        return usd
    exporter, market = found if side == "X" else reversed(found)
    flow = "services" if scheme == "EBOPS2010" else "goods"
    return year, usd, (flow, exporter, market, scheme, code, "reported"), side


def _refused(record: dict[str, Any], side: str, scheme: str | None, code: str) -> str:
    """Return why a record is of a kind the atlas does not use, or nothing."""
    if _text(record, "freqCode") not in {"", "A"}:
        return MONTHLY
    if side not in {"M", "X"}:
        return FLOW
    if any(_text(record, name) not in {"", *totals} for name, totals in TOTALS.items()):
        return PART
    if scheme is None:
        return SCHEME
    if scheme == "EBOPS2010":
        return "" if _ITEM.fullmatch(code) else NO_ITEM
    return "" if _HS6.fullmatch(code) else HEADING


def _one_side(rows: Rows, sides: NDArray[Any], ledger: Ledger, preferred: str) -> Rows:
    """Return the rows without the declarations that the preferred side's make superfluous."""
    if not len(rows):
        return rows
    keys = rows.keys()
    mirror = np.isin(keys, keys[sides == preferred]) & (sides != preferred)
    if not mirror.any():
        return rows
    first = int(np.flatnonzero(mirror)[0])
    ledger.aside(MIRROR, rows.line[first], rows.show(first), int(mirror.sum()))
    kept = flow_rows()
    texts = [rows.columns(~mirror, "value")[name] for name in kept.names]
    for place, row in enumerate(np.flatnonzero(~mirror)):
        kept.add(rows.line[row], rows.year[row], rows.value[row], [column[place] for column in texts])
    return kept
