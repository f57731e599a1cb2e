"""Reads BACI: the zip as published, the folder it unpacks to, one yearly CSV, or Parquet (a file or a folder of them).

Published shape: one CSV a year, ``BACI_HS17_Y2024_V202601.csv`` with ``t,i,j,k,v,q`` (year, exporter, importer, HS6
product, thousand current US dollars FOB, tonnes), beside ``country_codes_V202601.csv``
(``country_code,country_name,country_iso2,country_iso3``) and ``product_codes_HS17_V202601.csv``
(``code,description``). Parquet may hold several years and may name countries by ISO3.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from portulan.atlas.engine import Engine
from portulan.atlas.errors import BadInputError, UnknownCodeError
from portulan.atlas.reference import countries, hs_revisions, sectors
from portulan.atlas.sources import tables
from portulan.atlas.sources.baci.shape import MAX_BAD_SHARE, NEEDED, BaciInput, BaciYear, inspect, year_of
from portulan.atlas.sources.reading import Quarantined

__all__ = ["MAX_BAD_SHARE", "NEEDED", "SOURCE", "BaciInput", "BaciYear", "inspect", "load_year"]

SOURCE = "baci"
NOT_SIX = "not a six-digit product code"
SAME = "exporter and importer are the same"
MOST_DOLLARS = 9.2e18
"""What a sum of whole dollars can hold (64 bits)."""
_SIX_DIGITS = re.compile(r"[0-9]{6}")
_NUMBER = re.compile(r"[0-9]{1,9}")
_CSV = dict.fromkeys(NEEDED, "text")


def load_year(engine: Engine, source: BaciInput, year: BaciYear) -> list[Quarantined]:
    """Create the table ``product_flow`` (exporter, market, code, value_usd) of one year; return what was set aside.

    value_usd: whole US dollars, from thousand dollars with three decimals, so that nothing is lost. Raises
    `BadInputError` where the file is not BACI, holds a key twice, or has more than 1 % of rows to set aside.
    """
    if source.columns is not None:
        mine = f"{year_of(source.columns['t'])} = {year.year}"
        _name_codes(engine, source, {name: _written_in_parquet(engine, year, name, mine) for name in ("i", "j", "k")})
        engine.load_parquet("product_flow", year.path, _select(source.columns, where=mine))
    else:
        with _as_file(year) as csv:
            _check_header(csv, year)
            engine.load_csv("baci_row", csv, "SELECT t, i, j, k, v FROM source")
        _name_codes(engine, source, {name: _written(engine, name) for name in ("i", "j", "k")})
        engine.materialise("product_flow", f"WITH source AS (SELECT * FROM baci_row) {_select(_CSV, named=year.year)}")
    engine.drop("baci_row", "baci_country", "baci_product")
    aside = _set_aside(engine, year)
    if year == source.years[0]:
        aside += source.aside
    _refuse_uncountable(engine, year)
    _refuse_duplicates(engine, year)
    if not engine.execute("SELECT 1 FROM product_flow LIMIT 1"):
        raise BadInputError(
            f"no usable row for {year.year}", todo="get the file again from its source", file=year.path.name
        )
    return aside


def _written_in_parquet(engine: Engine, year: BaciYear, name: str, mine: str) -> list[str]:
    """Return the codes of one column as the file writes them: its dictionary is read, not its ten million rows."""
    engine.load_parquet(
        "baci_written", year.path, f"SELECT DISTINCT CAST({name} AS VARCHAR) AS {name} FROM source WHERE {mine}"
    )
    return _written(engine, name, "baci_written")


def _written(engine: Engine, name: str, table: str = "baci_row") -> list[str]:
    return [str(row[0]) for row in engine.execute(f"SELECT DISTINCT {name} FROM {table} WHERE {name} IS NOT NULL")]


def _name_codes(engine: Engine, source: BaciInput, written: Mapping[str, list[str]]) -> None:
    """Create ``baci_country`` and ``baci_product`` (written, code, problem): what each code of the file stands for.

    A code that our reference does not know stands for itself, with its problem. Joined to the rows, these two small
    tables name ten million rows in the time it takes to read them.
    """
    named = {code: _iso3(code, source) for code in sorted({*written["i"], *written["j"]})}
    countries_ = [(code, iso3 or code, None if iso3 else f"unknown country {code}") for code, iso3 in named.items()]
    products = [(code, _six(code)) for code in sorted(set(written["k"]))]
    unknown = _unknown_products(source, [six for _, six in products])
    engine.declare("country", sorted({name for _, name, _ in countries_}))
    crosswalk = {line.code for line in sectors.crosswalk(source.revision)}
    engine.declare("product", sorted({six for _, six in products} | crosswalk))
    _code_table(engine, "baci_country", countries_, engine.code_type("country"))
    _code_table(
        engine, "baci_product", [(code, six, unknown.get(six)) for code, six in products], engine.code_type("product")
    )


def _code_table(engine: Engine, name: str, rows: list[tuple[str, str, str | None]], kind: str) -> None:
    columns = {
        column: np.array([row[place] or "" for row in rows], dtype=object)
        for place, column in enumerate(("written", "code", "problem"))
    }
    engine.insert("baci_incoming", columns)
    engine.materialise(
        name, f"SELECT written, CAST(code AS {kind}) AS code, NULLIF(problem, '') AS problem FROM baci_incoming"
    )
    engine.drop("baci_incoming")


def _select(kinds: Mapping[str, str], *, where: str = "TRUE", named: int | None = None) -> str:
    """Return the SELECT that turns source rows into typed rows, each with the problem it has, if any.

    ``kinds`` says what each column holds (each by its own: text countries may stand beside numeric products).
    """
    written = {name: name if kinds[name] == "text" else f"CAST({name} AS VARCHAR)" for name in ("i", "j", "k")}
    value = "TRY_CAST(trim(v) AS DOUBLE)" if kinds["v"] == "text" else "CAST(v AS DOUBLE)"
    wrong_year = (
        f"WHEN {year_of('text')} IS DISTINCT FROM {named} THEN 'another year than the file''s name says'"
        if named
        else ""
    )
    return f"""
SELECT
  exporting.code AS exporter,
  importing.code AS market,
  product.code AS code,
  CAST(CASE WHEN {value} >= 0 AND {value} < 9e12 THEN round({value} * 1000) END AS BIGINT) AS value_usd,
  CASE
    {wrong_year}
    WHEN i IS NULL OR j IS NULL OR k IS NULL THEN 'no exporter, importer or product'
    WHEN {value} IS NULL THEN 'no value, or not a number'
    WHEN isnan({value}) OR isinf({value}) THEN 'not a finite value'
    WHEN {value} >= 9e12 THEN 'value of more than 9 million billion dollars'
    WHEN {value} < 0 THEN 'negative value'
    WHEN round({value} * 1000) < 1 THEN 'value of less than one dollar'
    WHEN exporting.problem IS NOT NULL THEN LEAST(exporting.problem, COALESCE(importing.problem, exporting.problem))
    WHEN importing.problem IS NOT NULL THEN importing.problem
    WHEN exporting.code = importing.code THEN '{SAME}'
    WHEN product.problem IS NOT NULL THEN product.problem
  END AS problem
FROM source
LEFT JOIN baci_country AS exporting ON exporting.written = {written["i"]}
LEFT JOIN baci_country AS importing ON importing.written = {written["j"]}
LEFT JOIN baci_product AS product ON product.written = {written["k"]}
WHERE {where}"""


def _check_header(csv: Path, year: BaciYear) -> None:
    """Refuse what the engine could not read, or would misread: another encoding, line end, delimiter or header."""
    file = year.member or year.path.name
    with csv.open("rb") as stream:
        head = stream.read(tables.HEAD)
    if head.startswith(b"\x1f\x8b"):
        raise BadInputError("this is a gzip file", todo="unpack it and give the CSV inside", file=file)
    encoding = tables.detect_encoding(csv)
    if not encoding.startswith("utf-8"):
        raise BadInputError(f"the text is in {encoding.upper()}", todo="save it as UTF-8", file=file)
    if b"\r" in head and b"\n" not in head:
        raise BadInputError(
            "lines end with a carriage return alone", todo="save it with the line ends of Unix or Windows", file=file
        )
    table = tables.open_table(csv, NEEDED)
    if table.delimiter != ",":
        raise BadInputError(
            "columns are not separated by commas", todo="give the file as published", file=year.path.name
        )
    names = [name.lower() for name in table.header]
    for name in names:
        if not name or names.count(name) > 1 or set(name) & set(',"'):
            raise BadInputError(
                f"the column {name!r} is there {names.count(name)} times"
                if name and names.count(name) > 1
                else f"{name!r} is not the name of a column",
                todo="the header reads t,i,j,k,v,q. Give the file as published",
                file=file,
                line=1,
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


def _iso3(written: str, source: BaciInput) -> str | None:
    code = written.strip()
    try:
        if _NUMBER.fullmatch(code):
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


def _six(written: str) -> str:
    """Return a product code as published: five digits are six whose zero was lost in a numeric column."""
    code = written.strip()
    return f"0{code}" if len(code) == 5 else code


def _unknown_products(source: BaciInput, codes: list[str]) -> dict[str, str]:
    """Refuse codes of another revision; return what is wrong with those that are no code of this one, where told."""
    six = [code for code in codes if _SIX_DIGITS.fullmatch(code)]
    foreign = hs_revisions.codes_not_in(source.revision, six)
    if foreign:
        possible = hs_revisions.hs_revision_fit(six).possible
        raise BadInputError(
            f"these are not codes of {source.revision}: {', '.join(foreign[:5])} do not exist in it",
            todo=f"name the right revision: --source baci:{possible[-1]}=PATH"
            if possible
            else "the file mixes revisions; get it again",
            file=source.path.name,
            field="k",
        )
    bad = {code: NOT_SIX for code in codes if not _SIX_DIGITS.fullmatch(code)}
    if source.products is not None:
        bad |= {code: f"unknown product of {source.revision}" for code in six if code not in source.products}
    return bad


def _refuse_uncountable(engine: Engine, year: BaciYear) -> None:
    """Refuse values whose sum is more than 64 bits can count."""
    [(dollars,)] = engine.execute("SELECT SUM(CAST(value_usd AS DOUBLE)) FROM product_flow")
    if dollars is not None and dollars > MOST_DOLLARS:
        [(exporter, market, code, largest)] = engine.execute(
            "SELECT exporter, market, code, value_usd FROM product_flow "
            "ORDER BY value_usd DESC, exporter, market, code LIMIT 1"
        )
        raise BadInputError(
            f"{year.year}: the values add up to {dollars:.3g} dollars, more than can be counted; the largest is "
            f"{largest} ({exporter} to {market}, product {code})",
            todo="BACI gives thousand dollars; check the unit of the column v",
            file=year.path.name,
            field="v",
        )


def _refuse_duplicates(engine: Engine, year: BaciYear) -> None:
    """Refuse a year that gives one exporter, importer and product twice: which of the two is right cannot be told."""
    [(rows,)] = engine.execute("SELECT COUNT(*) FROM product_flow")
    [(keys,)] = engine.execute(
        "SELECT COUNT(*) FROM (SELECT DISTINCT exporter, market, code FROM product_flow) AS held"
    )
    if rows == keys:
        return
    repeated = (
        "SELECT exporter, market, code, COUNT(*) AS times FROM product_flow "
        "GROUP BY exporter, market, code HAVING COUNT(*) > 1"
    )
    [(exporter, market, code, count)] = engine.execute(f"{repeated} ORDER BY exporter, market, code LIMIT 1")
    raise BadInputError(
        f"{year.year}: {exporter} to {market}, product {code}, is "
        f"there {count} times ({rows - keys} rows too many in all)",
        todo="keep one row of each; the file, or two files of the folder, may hold a year or a vintage twice",
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
            todo="BACI has products of six digits; give it as published, or another source under its own name"
            if worst.reason == NOT_SIX
            else "check that the file is BACI as published, of the HS revision it says",
            file=year.path.name,
        )
    if aside:
        engine.keep("product_flow", "problem IS NULL")
    return aside
