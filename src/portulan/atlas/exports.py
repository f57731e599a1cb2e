"""Files of figures to take away: every row carries its papers, so that a file cut in two still says what it is.

CSV, XLSX and Parquet hold the same rows (`records`): first the markets in the order of the ranking, by the indicator
that ranks them; then those that stand apart; then, indicator by indicator, what stands beside. A gap is a row without a
value and with its reason.
"""

from __future__ import annotations

import csv
import io
import json
import math
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

from portulan.atlas.engine import open_engine
from portulan.atlas.errors import AtlasError, UnknownCodeError
from portulan.atlas.exports_papers import COLUMNS, known_sources, passport_lines, said
from portulan.atlas.figures import Figure, Gap
from portulan.atlas.indicators import indicator
from portulan.atlas.opened import Release
from portulan.atlas.rankings import Ranking, RankRow
from portulan.atlas.reference import countries, sectors
from portulan.atlas.remarks import remark
from portulan.atlas.spreadsheet import Sheet, workbook

FORMATS: Final = ("csv", "xlsx", "parquet")
"""What `export_ranking` writes; maps have formats of their own."""
GAP: Final = "gap"
"""What stands in the column ``status`` where there is no value."""
_DANGEROUS: Final = ("=", "+", "-", "@", "\t", "\r", "\n")

Record = dict[str, Any]


def harmless(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula: an apostrophe goes before what would start one."""
    return f"'{text}" if text.startswith(_DANGEROUS) else text


def records(ranking: Ranking, release: Release, lang: str = "en") -> Iterator[Record]:
    """Yield one record a market and indicator, with the columns of `COLUMNS` and nothing but plain values."""
    papers = _papers(ranking, release, lang)
    names = {country.iso3: country.name(lang) for country in countries.countries()}
    markets = (*ranking.rows, *ranking.apart)
    behind = partial(_behind, lang=lang, known=known_sources(release))
    for row in markets:
        yield {**papers, **_named(row.figure, names, lang), **behind(row.figure), **_placed(row)}
    beside = dict.fromkeys(name for row in markets for name in row.beside)
    for name in beside:
        for row in markets:
            if name in row.beside:
                yield {**papers, **_named(row.beside[name], names, lang), **behind(row.beside[name])}


def _papers(ranking: Ranking, release: Release, lang: str) -> Record:
    """Return what is the same in every row, and an empty place for all the rest, in the order of `COLUMNS`."""
    country = countries.country(ranking.exporter).name(lang)
    empty: Record = {column.name: None for column in COLUMNS}
    return {
        **empty,
        "exporter": ranking.exporter,
        "exporter_name": country,
        "sector": ranking.sector,
        "sector_name": sectors.name(ranking.sector, "fr" if lang == "fr" else "en"),
        "perimeter": ranking.perimeter,
        "flow": ranking.flow,
        "release": release.id,
    }


def _behind(value: Figure | Gap, *, lang: str, known: Mapping[str, Mapping[str, Any]]) -> Record:
    """Return who stands behind one value, under which licence, and whether it measures the sector: its own papers."""
    passport = value.passport
    used = [known.get(name, {"name": name}) for name in passport.sources]
    return {
        "fitness": passport.fitness,
        "source": " | ".join(said(source, "title", lang) or str(source["name"]) for source in used),
        "licence": " | ".join(said(source, "licence", lang) for source in used),
        "note": remark(passport.note, lang) or None,
    }


def _named(value: Figure | Gap, names: Mapping[str, str], lang: str) -> Record:
    record: Record = {
        "market": value.market,
        "market_name": names.get(value.market, value.market),
        "indicator": value.indicator,
        "indicator_name": indicator(value.indicator).name(lang),
        "unit": value.unit,
        "year": value.passport.year,
    }
    if isinstance(value, Gap):
        return {**record, "status": GAP, "gap_reason": value.reason, "gap_text": value.text(lang)}
    if not math.isfinite(value.value):
        raise AtlasError(f"{value.indicator} of {value.market} is {value.value}: a gap must stand there")
    return {**record, "value": value.value, "status": value.status, "low": value.low, "high": value.high}


def _placed(row: RankRow) -> Record:
    return {
        "market": row.market,
        "rank": row.rank,
        "rank_median": row.rank_median,
        "rank_low": row.rank_low,
        "rank_high": row.rank_high,
        "chance_top10": row.p_top10,
    }


def export_ranking(ranking: Ranking, fmt: str, lang: str = "en", *, release: Release) -> bytes:
    """Return a ranking as one file: ``csv`` (UTF-8), ``xlsx`` (figures and passport) or ``parquet`` (passport inside).

    The same ranking of the same release gives the same bytes. Raises `UnknownCodeError` for another format.
    """
    writers: Mapping[str, Callable[[Ranking, Release, str], bytes]] = {
        "csv": to_csv,
        "xlsx": to_xlsx,
        "parquet": to_parquet,
    }
    if fmt not in writers:
        raise UnknownCodeError("format", fmt, todo="use one of " + ", ".join(FORMATS))
    return writers[fmt](ranking, release, lang)


def to_csv(ranking: Ranking, release: Release, lang: str) -> bytes:
    """Return the rows as comma-separated text, UTF-8 without a mark, CRLF, numbers with a point."""
    return _separated(records(ranking, release, lang), harmless).encode()


def _separated(rows: Iterator[Record], text: Callable[[str], str]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([column.name for column in COLUMNS])
    for row in rows:
        writer.writerow([_cell(row[column.name], text) for column in COLUMNS])
    return out.getvalue()


def _cell(value: Any, text: Callable[[str], str]) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return text(value)
    return repr(value).removesuffix(".0")


def to_xlsx(ranking: Ranking, release: Release, lang: str) -> bytes:
    """Return a workbook: the rows under a header that stays, numbers as numbers; the passport on a sheet of its own."""
    french = lang == "fr"
    rows = [[row[column.name] for column in COLUMNS] for row in records(ranking, release, lang)]
    figures = Sheet(
        "Chiffres" if french else "Figures",
        tuple(column.name for column in COLUMNS),
        tuple(column.width for column in COLUMNS),
        rows,
        unit=[column.name for column in COLUMNS].index("unit"),
    )
    heads = ("Champ", "Valeur") if french else ("Field", "Value")
    lines: Sequence[Sequence[Any]] = passport_lines(ranking, release, lang)
    passport = Sheet("Passeport" if french else "Passport", heads, (34, 120), lines)
    return workbook((figures, passport), harmless)


def to_parquet(ranking: Ranking, release: Release, lang: str) -> bytes:
    """Return the rows as Parquet, typed; the passport is in the file's own key-value papers as JSON."""
    kinds = {"text": "VARCHAR", "number": "DOUBLE", "whole": "INTEGER"}
    casts = ", ".join(f'CAST("{column.name}" AS {kinds[column.kind]}) AS "{column.name}"' for column in COLUMNS)
    papers = {
        "portulan.passport": json.dumps(dict(passport_lines(ranking, release, lang)), ensure_ascii=False),
        "portulan.release": release.id,
        "portulan.columns": json.dumps({c.name: c.text(lang) for c in COLUMNS}, ensure_ascii=False),
    }
    numbered = (dict(row, n=n) for n, row in enumerate(records(ranking, release, lang)))
    with tempfile.TemporaryDirectory(prefix="portulan-") as folder, open_engine(memory="256MB", threads=1) as engine:
        given, made = Path(folder) / "rows.csv", Path(folder) / "rows.parquet"
        given.write_text(_numbered(numbered), encoding="utf-8", newline="")
        engine.load_csv("taken", given, f"SELECT CAST(n AS INTEGER) AS n, {casts} FROM source")
        columns = ", ".join(f'"{column.name}"' for column in COLUMNS)
        engine.write_parquet(f"SELECT {columns} FROM taken ORDER BY n", made, papers)
        return made.read_bytes()


def _numbered(rows: Iterator[Record]) -> str:
    """Return rows as text for the engine: each with its number, for the order of a table is not kept without."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["n", *(column.name for column in COLUMNS)])
    for row in rows:
        writer.writerow([str(row["n"]), *(_cell(row[column.name], str) for column in COLUMNS)])
    return out.getvalue()
