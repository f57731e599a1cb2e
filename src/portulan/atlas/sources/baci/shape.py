"""Says what a path given for BACI holds, before its rows are read: revision, years, product and country tables."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from portulan.atlas.engine import Engine
from portulan.atlas.errors import BadInputError
from portulan.atlas.sources import tables
from portulan.atlas.sources.reading import Quarantined

NEEDED = ("t", "i", "j", "k", "v")
FIRST_YEAR, LAST_YEAR = 1900, 2100
_YEAR_FILE = re.compile(r"BACI_HS(\d\d)_Y(\d{4})_V(\w+)\.csv", re.IGNORECASE)
_REVISION = re.compile(r"HS_?(\d\d(?:\d\d)?)", re.IGNORECASE)
_REVISIONS = {
    "92": "HS1992",
    "96": "HS1996",
    "02": "HS2002",
    "07": "HS2007",
    "12": "HS2012",
    "17": "HS2017",
    "22": "HS2022",
}
_TYPES = (
    ("whole", re.compile(r"U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?")),
    ("real", re.compile(r"FLOAT|REAL|DOUBLE|DECIMAL\(.*\)")),
    ("text", re.compile(r"VARCHAR(\(.*\))?|STRING|ENUM\(.*\)")),
)
MAX_BAD_SHARE = 0.01
"""Beyond one row in a hundred set aside, the file is not what it says it is."""


@dataclass(frozen=True, slots=True)
class BaciYear:
    """One year of one input: the file, and the member of it where it is a zip."""

    year: int
    path: Path
    member: str | None = None


@dataclass(frozen=True, slots=True)
class BaciInput:
    """What a path holds: its HS revision, its years, and the product list where it was published beside.

    ``columns`` gives, for Parquet only, what each column holds: whole | real | text. ``aside`` counts the rows that
    belong to no year; `load_year` hands them over with the first year.
    """

    path: Path
    revision: str
    years: tuple[BaciYear, ...]
    products: frozenset[str] | None = None
    country_iso3: dict[int, str] | None = None
    columns: Mapping[str, str] | None = None
    aside: tuple[Quarantined, ...] = ()


def inspect(engine: Engine, path: Path, revision: str | None = None) -> BaciInput:
    """Say what `path` holds without reading its rows; `revision` (HS2017 ...) settles what its name does not say."""
    if not path.exists():
        raise BadInputError("no such file or folder", todo="check the path given with --source baci=PATH", file=path)
    if path.is_dir():
        found = _folder(engine, path, revision)
    elif tables.is_zip(path):
        names = sorted(member.name for member in tables.checked_members(path))
        found = _published(path, names, lambda name: (path, name))
    elif path.suffix.lower() == ".csv":
        found = _published(path, [path.name], lambda _: (path, None))
    else:
        found = _parquet(engine, path, [path.name], revision)
    named = revision or found.revision
    if not named:
        raise BadInputError(
            "the HS revision of these product codes is not told by the file's name",
            todo="name it: --source baci:HS2017=PATH (a code means nothing without its revision)",
            file=path.name,
        )
    return BaciInput(path, named, found.years, found.products, found.country_iso3, found.columns, found.aside)


def _folder(engine: Engine, path: Path, revision: str | None) -> BaciInput:
    """Read a folder as published (CSV), or as Parquet files; both at once would leave one of them unread."""
    names = sorted(p.name for p in path.iterdir() if p.is_file())
    parquet = sorted(p.name for p in path.glob("*.parquet"))
    if not parquet:
        return _published(path, names, lambda name: (path / name, None))
    if any(_YEAR_FILE.fullmatch(name) for name in names):
        raise BadInputError(
            "the folder holds both Parquet files and yearly CSV files", todo="give one of the two", file=path.name
        )
    return _parquet(engine, path, [path.name, *parquet], revision)


def _published(path: Path, names: list[str], locate: Callable[[str], tuple[Path, str | None]]) -> BaciInput:
    """Recognise the published files by their names; any other file of the archive is left alone."""
    years: dict[int, BaciYear] = {}
    revisions: set[str] = set()
    products: frozenset[str] | None = None
    iso3: dict[int, str] | None = None
    for name in names:
        base = name.rsplit("/", 1)[-1]
        where, member = locate(name)
        if match := _YEAR_FILE.fullmatch(base):
            year = int(match.group(2))
            if year in years:
                raise BadInputError(
                    f"the year {year} is there twice", todo="keep one vintage of each year", file=path.name
                )
            if not FIRST_YEAR <= year <= LAST_YEAR:
                raise BadInputError(
                    f"{year} is not a year of trade", todo="give the file under its published name", file=base
                )
            years[year] = BaciYear(year, where, member)
            revisions.add(_revision(match.group(1), path))
        elif base.lower().startswith("product_codes"):
            products = _product_table(where, member)
        elif base.lower().startswith("country_codes"):
            iso3 = _country_table(where, member)
    if not years:
        raise BadInputError(
            "no yearly file BACI_HS.._Y...._V....csv in it",
            todo="give the zip as published by CEPII, its folder, or one yearly CSV under its published name",
            file=path.name,
        )
    return BaciInput(path, _one(revisions, path), tuple(years[y] for y in sorted(years)), products, iso3)


def _one(revisions: Iterable[str], path: Path) -> str:
    """Return the only revision there is, or nothing where no name tells it."""
    found = sorted(set(revisions))
    if len(found) > 1:
        raise BadInputError(
            f"two HS revisions in one input ({', '.join(found)})", todo="give one revision at a time", file=path.name
        )
    return found[0] if found else ""


def _revision(digits: str, path: Path) -> str:
    try:
        return _REVISIONS[digits[-2:]]
    except KeyError:
        raise BadInputError(
            f"HS{digits} is not a revision of the Harmonized System",
            todo="use one of " + ", ".join(_REVISIONS.values()),
            file=path.name,
        ) from None


def _product_table(path: Path, member: str | None) -> frozenset[str]:
    rows = tables.open_table(path, ("code", "description"), member=member)
    place = rows.column["code"]
    found = set()
    for line, row in rows.rows:
        if len(row) <= place:
            raise BadInputError(
                "the line ends before its product code",
                todo="give the table as published",
                file=rows.file,
                line=line,
                field="code",
            )
        code = row[place].strip()
        found.add("0" + code if len(code) == 5 else code)
    return frozenset(found)


def _country_table(path: Path, member: str | None) -> dict[int, str]:
    """Read the published country table and refuse one that contradicts ours (a code is never guessed)."""
    rows = tables.open_table(path, ("country_code", "country_iso3"), member=member)
    code_at, iso_at = rows.column["country_code"], rows.column["country_iso3"]
    found: dict[int, str] = {}
    for line, row in rows.rows:
        try:
            found[int(row[code_at])] = row[iso_at].strip()
        except (ValueError, IndexError):
            raise BadInputError(
                "not a country code",
                todo="give the table as published",
                file=rows.file,
                line=line,
                field="country_code",
            ) from None
    return found


def _parquet(engine: Engine, path: Path, names: list[str], revision: str | None) -> BaciInput:
    columns = _column_kinds(engine, path)
    engine.load_parquet(
        "baci_years", path, f"SELECT t, {year_of(columns['t'])} AS year, COUNT(*) AS n FROM source GROUP BY t"
    )
    found = engine.execute("SELECT year, SUM(n), MIN(CAST(t AS VARCHAR)) FROM baci_years GROUP BY year ORDER BY year")
    engine.drop("baci_years")
    if not found:
        raise BadInputError("the file is empty", todo="get it again from its source", file=path.name)
    years: list[BaciYear] = []
    lost, total, example = 0, 0, ""
    for year, rows, text in found:
        total += int(rows)
        # NaN is in no range.
        if year is not None and FIRST_YEAR <= year <= LAST_YEAR and year == int(year):
            years.append(BaciYear(int(year), path))
        else:
            lost, example = lost + int(rows), example or (f"t is {text}" if text is not None else "t is empty")
    aside = (Quarantined("no year", lost, path.name, None, example),) if lost else ()
    if lost > MAX_BAD_SHARE * total:
        raise BadInputError(
            f"{lost} of {total} rows cannot be used: no year from {FIRST_YEAR} to {LAST_YEAR} (such as: {example})",
            todo="the column t holds the year, such as 2024",
            file=path.name,
            field="t",
        )
    told = {_revision(match.group(1), path) for name in names if (match := _REVISION.search(name))}
    return BaciInput(path, revision or _one(told, path), tuple(years), columns=columns, aside=aside)


def _column_kinds(engine: Engine, path: Path) -> dict[str, str]:
    """Return what each column needed holds; refuse a type that cannot be what the column is."""
    types = engine.parquet_columns(path)
    kinds: dict[str, str] = {}
    for name in NEEDED:
        if name not in types:
            raise BadInputError(
                f"the column is missing; the file has {', '.join(types)}",
                todo="give columns t, i, j, k, v",
                file=path.name,
                field=name,
            )
        kind = next((kind for kind, pattern in _TYPES if pattern.fullmatch(types[name])), "")
        if not kind or (kind == "real" and name in ("i", "j", "k")):
            expected = {"t": "a year such as 2024", "v": "a number"}.get(name, "a code, as a whole number or a text")
            raise BadInputError(
                f"the column is of type {types[name]}, {expected} is expected",
                todo="write it again with the right type",
                file=path.name,
                field=name,
            )
        kinds[name] = kind
    return kinds


def year_of(kind: str) -> str:
    """Return the SQL of the year of a row: never rounded, so that 2024.4 is no year; unknown where it is no number."""
    return "TRY_CAST(trim(t) AS DOUBLE)" if kind == "text" else "t"
