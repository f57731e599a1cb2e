"""Reads BACI: the zip as published, the folder it unpacks to, one yearly CSV, or Parquet with the same columns.

Published shape: one CSV a year, ``BACI_HS17_Y2024_V202601.csv`` with ``t,i,j,k,v,q`` (year, exporter, importer, HS6
product, thousand current US dollars FOB, tonnes), beside ``country_codes_V202601.csv``
(``country_code,country_name,country_iso2,country_iso3``) and ``product_codes_HS17_V202601.csv``
(``code,description``). Parquet may hold several years and may name countries by ISO3.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from portulan.atlas.engine import Engine
from portulan.atlas.errors import BadInputError, UnknownCodeError
from portulan.atlas.reference import countries, hs_revisions
from portulan.atlas.sources import tables
from portulan.atlas.sources.reading import Quarantined

SOURCE = "baci"
NEEDED = ("t", "i", "j", "k", "v")
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
    """What a path holds: its HS revision, its years, and the product list where it was published beside."""

    path: Path
    revision: str
    years: tuple[BaciYear, ...]
    products: frozenset[str] | None
    country_iso3: dict[int, str] | None


def inspect(engine: Engine, path: Path, revision: str | None = None) -> BaciInput:
    """Say what `path` holds without reading its rows; `revision` (HS2017 ...) settles what its name does not say."""
    if not path.exists():
        raise BadInputError("no such file or folder", todo="check the path given with --source baci=PATH", file=path)
    if path.is_dir() and not any(path.glob("*.parquet")):
        names = sorted(p.name for p in path.iterdir() if p.is_file())
        found = _published(path, names, lambda name: (path / name, None))
    elif tables.is_zip(path):
        names = sorted(member.name for member in tables.checked_members(path))
        found = _published(path, names, lambda name: (path, name))
    elif path.suffix.lower() == ".csv":
        found = _published(path, [path.name], lambda _: (path, None))
    else:
        found = _parquet(engine, path)
    named = revision or found.revision
    if not named:
        raise BadInputError(
            "the HS revision of these product codes is not told by the file's name",
            todo="name it: --source baci:HS2017=PATH (a code means nothing without its revision)",
            file=path.name,
        )
    return BaciInput(path, named, found.years, found.products, found.country_iso3)


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
            years[year] = BaciYear(year, where, member)
            revisions.add(_revision(match.group(1), path))
        elif base.lower().startswith("product_codes"):
            rows = tables.open_table(where, ("code", "description"), member=member)
            place = rows.column["code"]
            products = frozenset(row[place].strip().zfill(6) for _, row in rows.rows)
        elif base.lower().startswith("country_codes"):
            iso3 = _country_table(where, member)
    if not years:
        raise BadInputError(
            "no yearly file BACI_HS.._Y...._V....csv in it",
            todo="give the zip as published by CEPII, its folder, or one yearly CSV under its published name",
            file=path.name,
        )
    if len(revisions) > 1:
        raise BadInputError(
            f"two HS revisions in one input ({', '.join(sorted(revisions))})",
            todo="give one revision at a time",
            file=path.name,
        )
    return BaciInput(path, revisions.pop(), tuple(years[y] for y in sorted(years)), products, iso3)


def _revision(digits: str, path: Path) -> str:
    try:
        return _REVISIONS[digits[-2:]]
    except KeyError:
        raise BadInputError(
            f"HS{digits} is not a revision of the Harmonized System",
            todo="use one of " + ", ".join(_REVISIONS.values()),
            file=path.name,
        ) from None


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


def _parquet(engine: Engine, path: Path) -> BaciInput:
    columns = engine.parquet_columns(path)
    for name in NEEDED:
        if name not in columns:
            raise BadInputError(
                f"the column is missing; the file has {', '.join(columns)}",
                todo="give columns t, i, j, k, v",
                file=path.name,
                field=name,
            )
    engine.load_parquet("baci_years", path, "SELECT DISTINCT t FROM source ORDER BY t")
    years = [row[0] for row in engine.execute("SELECT t FROM baci_years WHERE t IS NOT NULL ORDER BY t")]
    engine.drop("baci_years")
    if not years:
        raise BadInputError("the file is empty", todo="get it again from its source", file=path.name)
    match = _REVISION.search(path.name)
    revision = _revision(match.group(1), path) if match else ""
    return BaciInput(path, revision, tuple(BaciYear(int(year), path) for year in years), None, None)


def load_year(engine: Engine, source: BaciInput, year: BaciYear) -> list[Quarantined]:
    """Create the table ``product_flow`` (exporter, market, code, value_usd) of one year; return what was set aside.

    value_usd: whole US dollars, from thousand dollars with three decimals, so that nothing is lost. Raises
    `BadInputError` where the file is not BACI, holds a key twice, or has more than 1 % of rows to set aside.
    """
    if year.path.is_dir() or year.path.suffix.lower() == ".parquet":
        numeric = "INT" in engine.parquet_columns(year.path)["i"]
        engine.load_parquet("product_flow", year.path, _select(f"t = {year.year}", text=numeric))
    else:
        with _as_file(year) as csv:
            _check_header(csv, year)
            engine.load_csv("product_flow", csv, _select("TRUE", text=True, year=year.year))
    _name_countries(engine, source)
    _check_products(engine, source)
    _refuse_duplicates(engine, year)
    aside = _set_aside(engine, year)
    if not engine.execute("SELECT 1 FROM product_flow LIMIT 1"):
        raise BadInputError(
            f"no usable row for {year.year}", todo="get the file again from its source", file=year.path.name
        )
    return aside


def _select(where: str, *, text: bool, year: int | None = None) -> str:
    """Return the SELECT that turns source rows into typed rows, each with the problem it has, if any."""
    value = "TRY_CAST(trim(CAST(v AS VARCHAR)) AS DOUBLE)" if text else "v"
    code = "lpad(trim(CAST(k AS VARCHAR)), 6, '0')" if text else "k"
    wrong_year = (
        f"WHEN TRY_CAST(trim(t) AS INTEGER) IS DISTINCT FROM {year} THEN 'another year than the file''s name says'"
        if year
        else ""
    )
    return f"""
SELECT
  {"trim(CAST(i AS VARCHAR))" if text else "i"} AS exporter,
  {"trim(CAST(j AS VARCHAR))" if text else "j"} AS market,
  {code} AS code,
  CAST(CASE WHEN {value} >= 0 AND {value} < 9e12 THEN round({value} * 1000) END AS BIGINT) AS value_usd,
  CASE
    {wrong_year}
    WHEN i IS NULL OR j IS NULL OR k IS NULL THEN 'no exporter, importer or product'
    WHEN {value} IS NULL THEN 'no value, or not a number'
    WHEN isnan({value}) OR isinf({value}) OR {value} >= 9e12 THEN 'not a finite value'
    WHEN {value} < 0 THEN 'negative value'
    WHEN i = j THEN 'exporter and importer are the same'
  END AS problem
FROM source WHERE {where}"""


def _check_header(csv: Path, year: BaciYear) -> None:
    table = tables.open_table(csv, NEEDED)
    if table.delimiter != ",":
        raise BadInputError(
            "columns are not separated by commas", todo="give the file as published", file=year.path.name
        )


@contextmanager
def _as_file(year: BaciYear) -> Iterator[Path]:
    """Give the yearly CSV as a plain file, unpacking it from its zip for as long as it is read."""
    if year.member is None:
        yield year.path
        return
    with tempfile.TemporaryDirectory(prefix="portulan-") as folder:
        target = Path(folder) / Path(year.member).name
        with tables.open_bytes(year.path, year.member) as packed, target.open("wb") as plain:
            shutil.copyfileobj(packed, plain, 1 << 20)
        yield target


def _name_countries(engine: Engine, source: BaciInput) -> None:
    """Turn numeric codes into ISO3, and mark the rows whose country our reference does not know."""
    seen = [
        str(row[0])
        for row in engine.execute(
            "SELECT DISTINCT exporter FROM product_flow UNION SELECT DISTINCT market FROM product_flow ORDER BY 1"
        )
        if row[0] is not None
    ]
    names: dict[str, str | None] = {code: _iso3(code, source) for code in seen}
    changed = [
        (code, iso3 or code, "" if iso3 else f"unknown country {code}") for code, iso3 in names.items() if iso3 != code
    ]
    if changed:
        columns = zip(("code", "iso3", "problem"), zip(*changed, strict=True), strict=True)
        engine.insert("baci_country", {name: np.array(values, dtype=object) for name, values in columns})
        engine.materialise(
            "product_flow",
            "SELECT COALESCE(e.iso3, exporter) AS exporter, COALESCE(m.iso3, market) AS market, product_flow.code, "
            "value_usd, COALESCE(product_flow.problem, LEAST(NULLIF(e.problem, ''), NULLIF(m.problem, ''))) AS problem "
            "FROM product_flow LEFT JOIN baci_country AS e ON e.code = exporter "
            "LEFT JOIN baci_country AS m ON m.code = market",
        )
        engine.drop("baci_country")


def _iso3(code: str, source: BaciInput) -> str | None:
    try:
        if code.isdigit():
            known = countries.country(str(int(code)), "cepii").iso3
            _check_published(source, int(code), known)
            return known
        return countries.country(code).iso3
    except UnknownCodeError:
        return None


def _check_published(source: BaciInput, code: int, known: str) -> None:
    """Refuse a country table that gives a code to another country than our reference does."""
    published = (source.country_iso3 or {}).get(code, "")
    try:
        other = countries.country(published).iso3 if published else known
    except UnknownCodeError:
        return  # CEPII's own spellings, such as S19, which name no country elsewhere
    if other != known:
        raise BadInputError(
            f"the country table calls {code} {published}, our reference {known}",
            todo="check the vintage of the table; a code is never guessed",
            file=source.path.name,
            field="country_iso3",
        )


def _check_products(engine: Engine, source: BaciInput) -> None:
    """Refuse codes of another revision; mark the rows whose product is no code of this one, as far as it is told."""
    codes = [
        str(row[0])
        for row in engine.execute("SELECT DISTINCT code FROM product_flow WHERE code IS NOT NULL ORDER BY code")
    ]
    foreign = hs_revisions.codes_not_in(source.revision, codes)
    if foreign:
        possible = hs_revisions.hs_revision_fit(codes).possible
        raise BadInputError(
            f"these are not codes of {source.revision}: {', '.join(foreign[:5])} do not exist in it",
            todo=f"name the right revision: --source baci:{possible[-1]}=PATH"
            if possible
            else "the file mixes revisions; get it again",
            file=source.path.name,
            field="k",
        )
    listed = source.products
    unknown = [
        code for code in codes if not re.fullmatch(r"\d{6}", code) or (listed is not None and code not in listed)
    ]
    if unknown:
        engine.insert("baci_unknown", {"code": np.array(unknown, dtype=object)})
        engine.materialise(
            "product_flow",
            "SELECT exporter, market, product_flow.code, value_usd, COALESCE(problem, CASE WHEN baci_unknown.code "
            f"IS NOT NULL THEN 'unknown product of {source.revision}' END) AS problem "
            "FROM product_flow LEFT JOIN baci_unknown ON baci_unknown.code = product_flow.code",
        )
        engine.drop("baci_unknown")


def _refuse_duplicates(engine: Engine, year: BaciYear) -> None:
    """Refuse a year that gives one exporter, importer and product twice: which of the two is right cannot be told."""
    [(rows, keys)] = engine.execute(
        "SELECT COUNT(*), COUNT(DISTINCT hash(exporter, market, code)) FROM product_flow WHERE problem IS NULL"
    )
    if rows == keys:
        return
    twice = engine.execute(
        "SELECT exporter, market, code, COUNT(*) FROM product_flow WHERE "
        "problem IS NULL GROUP BY ALL HAVING COUNT(*) > 1 ORDER BY ALL LIMIT 1"
    )
    if twice:
        exporter, market, code, count = twice[0]
        raise BadInputError(
            f"{year.year}: {exporter} to {market}, product {code}, is "
            f"there {count} times ({rows - keys} rows too many in all)",
            todo="keep one row of each; the file may hold a year or a vintage twice",
            file=year.path.name,
        )


def _set_aside(engine: Engine, year: BaciYear) -> list[Quarantined]:
    """Take the rows that have a problem out of the table, and count them."""
    bad = engine.execute(
        "SELECT problem, COUNT(*), MIN(concat_ws(',', exporter, market, code, CAST(value_usd AS VARCHAR))) "
        "FROM product_flow WHERE problem IS NOT NULL GROUP BY problem ORDER BY problem"
    )
    [(total,)] = engine.execute("SELECT COUNT(*) FROM product_flow")
    aside = [
        Quarantined(str(why), int(count), year.member or year.path.name, None, f"{year.year}: {example}")
        for why, count, example in bad
    ]
    count = sum(entry.count for entry in aside)
    if count > MAX_BAD_SHARE * total:
        worst = max(aside, key=lambda entry: entry.count)
        raise BadInputError(
            f"{year.year}: {count} of {total} rows cannot be used, "
            f"most of them: {worst.reason} (such as {worst.example})",
            todo="check that the file is BACI as published, of the HS revision it says",
            file=year.path.name,
        )
    if aside:
        engine.keep("product_flow", "problem IS NULL")
    return aside
