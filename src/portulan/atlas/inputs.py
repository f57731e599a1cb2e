"""What a build is given: `--source NAME[:REVISION]=PATH`, turned into one item a flow and year, ready to load."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import Any, Protocol

from portulan.atlas import flows
from portulan.atlas.engine import Engine
from portulan.atlas.errors import AtlasError, BadInputError, UnknownCodeError
from portulan.atlas.figures import STATUSES, Status
from portulan.atlas.reference import sectors
from portulan.atlas.sources import passports
from portulan.atlas.sources.baci import reader as baci
from portulan.atlas.sources.reading import Quarantined, Reading

_ARGUMENT = re.compile(r"(?P<name>[a-z_]+)(?::(?P<revision>[A-Za-z0-9]+))?=(?P<path>.+)")
READERS = ("batis", "comtrade", "eurostat", "ons")
"""Sources of flows read in plain Python; BACI is read by the engine."""


@dataclass(frozen=True, slots=True)
class SourceArgument:
    """One `--source`: which source, where it is, and the HS revision where its name does not tell."""

    name: str
    path: Path
    revision: str | None = None


def parse_source(text: str) -> SourceArgument:
    """Read ``NAME=PATH`` or ``NAME:HS2017=PATH``; raise `AtlasError` saying what is expected."""
    match = _ARGUMENT.fullmatch(text)
    if match is None:
        raise AtlasError(f"cannot read --source {text!r}; write NAME=PATH, for example baci=BACI_HS17_V202601.zip")
    name, revision = match["name"], match["revision"]
    passports.passport(name)
    if revision is not None and revision not in sectors.schemes():
        raise UnknownCodeError("HS revision", revision, todo="use one of " + ", ".join(sectors.schemes()))
    return SourceArgument(name, Path(match["path"]), revision)


class Item(Protocol):
    """One flow and year of one source."""

    @property
    def source(self) -> str:
        """Name of the source."""
        ...

    @property
    def flow(self) -> str:
        """Either goods or services."""
        ...

    @property
    def year(self) -> int:
        """Calendar year."""
        ...

    @property
    def scheme(self) -> str:
        """Product classification and its revision."""
        ...

    @property
    def status(self) -> Status:
        """The least sure status among its rows: that of every figure made from them."""
        ...

    def load(self, engine: Engine) -> list[Quarantined]:
        """Create ``product_flow`` and ``reporting_market``; return what was set aside."""
        ...

    def baskets(self, engine: Engine) -> tuple[flows.BasketLine, ...]:
        """Return the baskets in force for this item."""
        ...


@dataclass(frozen=True, slots=True)
class BaciItem:
    """One year of BACI."""

    given: baci.BaciInput
    at: baci.BaciYear
    source: str = baci.SOURCE
    flow: str = "goods"
    status: Status = "reported"

    @property
    def year(self) -> int:
        """Calendar year."""
        return self.at.year

    @property
    def scheme(self) -> str:
        """HS revision."""
        return self.given.revision

    def load(self, engine: Engine) -> list[Quarantined]:
        """Read the year; BACI reconciles both sides, so that a market with any row is one that is known whole."""
        aside = baci.load_year(engine, self.given, self.at)
        engine.materialise("reporting_market", "SELECT DISTINCT market FROM product_flow")
        return aside

    def baskets(self, engine: Engine) -> tuple[flows.BasketLine, ...]:
        """Goods codes are all of one level: every code of the crosswalk counts."""
        return flows.basket_lines(self.scheme)


@dataclass(frozen=True, slots=True)
class ReadingItem:
    """One flow and year of a source read in Python."""

    reading: Reading
    source: str
    flow: str
    year: int
    scheme: str
    first: bool = True
    """True of the one item that hands over what the reader set aside (once a file, not once a year)."""

    @property
    def status(self) -> Status:
        """Return the worst status of the rows of this flow and year: a sum is as sure as its least sure term."""
        columns = self.reading.columns
        mine = (columns["year"] == self.year) & (columns["flow"] == self.flow) & (columns["scheme"] == self.scheme)
        seen = set(columns["status"][mine])
        return max((status for status in STATUSES if status in seen), key=STATUSES.index, default="reported")

    def load(self, engine: Engine) -> list[Quarantined]:
        """Load the rows of this flow and year; heads that have finer ones are left out, lest they count twice."""
        columns = self.reading.columns
        mine = (columns["year"] == self.year) & (columns["flow"] == self.flow) & (columns["scheme"] == self.scheme)
        # The codes that a source before this one declared are not those of this one.
        engine.declare("product", ())
        engine.insert(
            "reading_rows", {name: columns[name][mine] for name in ("exporter", "market", "code", "value_usd")}
        )
        codes = {str(row[0]) for row in engine.execute("SELECT DISTINCT code FROM reading_rows")}
        kept = ", ".join(f"'{code}'" for code in sorted(flows.finest(self.scheme, codes)))
        engine.materialise(
            "product_flow",
            f"SELECT exporter, market, code, value_usd FROM reading_rows WHERE exporter <> market AND code IN ({kept})",
        )
        [(wide, example)] = engine.execute(
            f"SELECT COUNT(*), MIN(concat_ws(',', exporter, market, code)) FROM reading_rows WHERE code NOT IN ({kept})"
        )
        engine.drop("reading_rows")
        reporters = self.reading.reporters
        known = ""
        if reporters is not None:
            whole = ", ".join(f"'{code}'" for code in reporters.get(self.year, ()))
            known = f" WHERE market IN ({whole})" if whole else " WHERE 1 = 0"
        engine.materialise("reporting_market", f"SELECT DISTINCT market FROM product_flow{known}")
        aside = list(self.reading.quarantined) if self.first else []
        if wide:
            aside.append(
                Quarantined(
                    "a wide head whose parts are there too", int(wide), self.source, None, f"{self.year}: {example}"
                )
            )
        return aside

    def baskets(self, engine: Engine) -> tuple[flows.BasketLine, ...]:
        """Return the baskets cut to the heads that the source publishes."""
        codes = {str(row[0]) for row in engine.execute("SELECT DISTINCT code FROM product_flow")}
        return flows.basket_lines(self.scheme, codes) + flows.missing_lines(self.scheme, codes)


def plan(engine: Engine, given: Sequence[SourceArgument]) -> list[Item]:
    """Return every flow and year that the sources hold, in order; refuse a year that two of them give."""
    if not given:
        raise AtlasError("no source given; add --source baci=PATH (see: portulan atlas sources)")
    items: list[Item] = []
    for argument in given:
        if argument.name == baci.SOURCE:
            found = baci.inspect(engine, argument.path, argument.revision)
            items += [BaciItem(found, year) for year in found.years]
        elif argument.name in READERS:
            items += _reading_items(argument)
        else:
            raise AtlasError(
                f"the source {argument.name} has no trade flows to build from; sources of flows: baci, "
                + ", ".join(READERS)
            )
    items.sort(key=lambda item: (item.flow, item.year))
    for one, other in pairwise(items):
        if (one.flow, one.year) == (other.flow, other.year):
            raise BadInputError(
                f"{one.flow} of {one.year} are given twice ({one.source} {one.scheme}, {other.source} {other.scheme})",
                todo="give one source a flow and year; two vintages are compared with: portulan atlas diff",
            )
    return items


def _reading_items(argument: SourceArgument) -> list[Item]:
    reader = import_module(f"portulan.atlas.sources.{argument.name}.reader")
    reading: Reading = reader.read(argument.path)
    columns = reading.columns
    keys = sorted(
        {(str(f), int(y), str(s)) for f, y, s in zip(columns["flow"], columns["year"], columns["scheme"], strict=True)}
    )
    if not keys:
        told = "; ".join(f"{q.count} rows: {q.reason} (such as {q.example})" for q in reading.quarantined)
        raise BadInputError(
            f"no row of it can be used: {told or 'it holds none'}",
            todo="check that it is the file its name says",
            file=argument.path.name,
        )
    return [
        ReadingItem(reading, argument.name, flow, year, scheme, place == 0)
        for place, (flow, year, scheme) in enumerate(keys)
    ]


def account(engine: Engine, item: Item) -> dict[str, Any]:
    """Say what was loaded: rows, dollars, and a fingerprint of the rows that does not depend on their order."""
    [(rows, dollars, mark)] = engine.execute(
        "SELECT COUNT(*), CAST(SUM(value_usd) AS BIGINT), CAST(SUM(CAST(hash("
        # The texts, not the numbers an engine may keep in their place: these change with the list of codes.
        "CAST(exporter AS VARCHAR), CAST(market AS VARCHAR), CAST(code AS VARCHAR), value_usd"
        ") AS HUGEINT)) AS VARCHAR) "
        "FROM product_flow"
    )
    return {
        "source": item.source,
        "flow": item.flow,
        "year": item.year,
        "scheme": item.scheme,
        "rows": rows,
        "value_usd": dollars,
        "fingerprint": f"{engine.row_hash}{mark}",
        "status": item.status,
    }


def papers(loaded: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the papers of every source loaded, each with what was taken from it."""
    out: list[dict[str, Any]] = []
    for name in sorted({str(entry["source"]) for entry in loaded}):
        paper = passports.passport(name)
        out.append(
            {
                "name": name,
                "title": paper.title_en,
                "path": paper.homepage,
                "producer": paper.producer,
                "citation": paper.citation,
                "licence": paper.licence,
                "licence_url": paper.licence_url,
                "loaded": [
                    {k: v for k, v in entry.items() if k != "source"} for entry in loaded if entry["source"] == name
                ],
            }
        )
    return out
