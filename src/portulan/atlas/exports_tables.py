"""Tables to take away, as CSV, XLSX or Parquet: typed, with their passport inside, and nothing a spreadsheet would run.

A table without a name is a file as it is. Tables with names are one long table in CSV and Parquet, where the column
``table`` says which one a row belongs to, and a workbook with a sheet for each; the passport is a sheet, or in the
papers of the file.
"""

from __future__ import annotations

import csv
import io
import json
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from portulan.atlas.engine import open_engine
from portulan.atlas.errors import UnknownCodeError
from portulan.atlas.exports_papers import Column
from portulan.atlas.spreadsheet import Sheet, workbook

FORMATS: Final = ("csv", "xlsx", "parquet")
"""What tables are written as; maps and charts have formats of their own."""
TABLE: Final = Column("table", "text", 12, "table that the row belongs to", "tableau auquel la ligne appartient")
_MEASURED: Final = ("value", "low", "high")
"""Columns in the unit that the column ``unit`` says."""
_DANGEROUS: Final = ("=", "+", "-", "@", "\t", "\r", "\n")

Record = dict[str, Any]
Lines = Sequence[tuple[str, str]]


def harmless(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula: an apostrophe goes before what would start one."""
    return f"'{text}" if text.startswith(_DANGEROUS) else text


@dataclass(frozen=True, slots=True)
class Table:
    """Records under columns; what a record does not hold is an empty cell.

    ``name`` is for the column ``table``; a table that can only be alone in its file has none.
    """

    name: str
    en: str
    fr: str
    columns: tuple[Column, ...]
    records: Sequence[Record]

    def title(self, lang: str) -> str:
        """Return the name of its sheet."""
        return self.fr if lang == "fr" else self.en


def columns_of(tables: Sequence[Table]) -> tuple[Column, ...]:
    """Return the columns of the tables in one: those of the first, then what each other one adds."""
    found = {column.name: column for table in tables for column in table.columns}
    own = tuple(found.values())
    return (TABLE, *own) if any(table.name for table in tables) else own


def column_lines(tables: Sequence[Table], lang: str) -> list[tuple[str, str]]:
    """Return what each column holds, as lines of a passport."""
    word = "Colonne « {name} »" if lang == "fr" else "Column “{name}”"
    return [(word.format(name=column.name), column.text(lang)) for column in columns_of(tables)]


def write(tables: Sequence[Table], fmt: str, lang: str, *, passport: Callable[[], Lines], release: str) -> bytes:
    """Return tables as one file: ``csv`` (UTF-8), ``xlsx`` (a sheet each and the passport) or ``parquet``.

    `passport` gives what is told of the whole (asked only where the format has room for it: in CSV each row has its
    papers), and after it comes what each column holds. The same tables give the same bytes.
    Raises `UnknownCodeError` for another format.
    """

    def told() -> Lines:
        return (*passport(), *column_lines(tables, lang))

    writers: Mapping[str, Callable[[], bytes]] = {
        "csv": lambda: to_csv(tables),
        "xlsx": lambda: to_xlsx(tables, lang, told()),
        "parquet": lambda: to_parquet(tables, lang, told(), release),
    }
    if fmt not in writers:
        raise UnknownCodeError("format", fmt, todo="use one of " + ", ".join(FORMATS))
    return writers[fmt]()


def export_records(
    columns: Sequence[Column], records: Sequence[Record], fmt: str, *, passport: Lines, identity: str, lang: str = "en"
) -> bytes:
    """Return the records of somebody else as a file of `FORMATS`, written as the tables of the atlas are.

    ``identity`` takes the place of that of a release. Raises `UnknownCodeError` for another format.
    """
    table = Table("", "Table", "Tableau", tuple(columns), records)
    return write((table,), fmt, lang, passport=lambda: passport, release=identity)


def _joined(tables: Sequence[Table]) -> Iterable[Record]:
    return (dict(record, table=table.name) for table in tables for record in table.records)


def to_csv(tables: Sequence[Table]) -> bytes:
    """Return the rows as comma-separated text, UTF-8 without a mark, CRLF, numbers with a point."""
    columns = [column.name for column in columns_of(tables)]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    for row in _joined(tables):
        writer.writerow([_cell(row.get(name), harmless) for name in columns])
    return out.getvalue().encode()


def _cell(value: Any, text: Callable[[str], str]) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return text(value)
    return repr(value).removesuffix(".0")


def to_xlsx(tables: Sequence[Table], lang: str, passport: Lines) -> bytes:
    """Return a workbook: each table under a header that stays, numbers as numbers; the passport on its own sheet."""
    french = lang == "fr"
    sheets = [_sheet(table, lang) for table in tables]
    heads = ("Champ", "Valeur") if french else ("Field", "Value")
    return workbook((*sheets, Sheet("Passeport" if french else "Passport", heads, (34, 120), passport)), harmless)


def _sheet(table: Table, lang: str) -> Sheet:
    names = [column.name for column in table.columns]
    return Sheet(
        table.title(lang),
        names,
        [column.width for column in table.columns],
        [[record.get(name) for name in names] for record in table.records],
        unit=names.index("unit"),
        measured=frozenset(names.index(name) for name in _MEASURED if name in names),
    )


def to_parquet(tables: Sequence[Table], lang: str, passport: Lines, release: str) -> bytes:
    """Return the rows as Parquet, typed; the passport is in the file's own key-value papers as JSON."""
    kinds = {"text": "VARCHAR", "number": "DOUBLE", "whole": "INTEGER"}
    columns = columns_of(tables)
    casts = ", ".join(f'CAST("{column.name}" AS {kinds[column.kind]}) AS "{column.name}"' for column in columns)
    papers = {
        "portulan.passport": json.dumps(dict(passport), ensure_ascii=False),
        "portulan.release": release,
        "portulan.columns": json.dumps({c.name: c.text(lang) for c in columns}, ensure_ascii=False),
    }
    with tempfile.TemporaryDirectory(prefix="portulan-") as folder, open_engine(memory="256MB", threads=1) as engine:
        given, made = Path(folder) / "rows.csv", Path(folder) / "rows.parquet"
        given.write_text(_numbered(_joined(tables), [c.name for c in columns]), encoding="utf-8", newline="")
        engine.load_csv("taken", given, f"SELECT CAST(n AS INTEGER) AS n, {casts} FROM source")
        chosen = ", ".join(f'"{column.name}"' for column in columns)
        engine.write_parquet(f"SELECT {chosen} FROM taken ORDER BY n", made, papers)
        return made.read_bytes()


def _numbered(rows: Iterable[Record], columns: Sequence[str]) -> str:
    """Return rows as text for the engine: each with its number, for the order of a table is not kept without."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["n", *columns])
    for number, row in enumerate(rows):
        writer.writerow([str(number), *(_cell(row.get(name), str) for name in columns)])
    return out.getvalue()
