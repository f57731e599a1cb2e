"""The public extract, made and read: counted in the database, written whole into a folder of the home.

A year is written once and then stays, also where a question of it is opened again: two extracts that differ by one
question would tell what that question was.
"""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Literal

from django.conf import settings
from django.db.models import Case, Count, Value, When
from django.db.models.functions import ExtractYear
from django.utils import timezone

from portulan.desk.enquiries import extract, measuring
from portulan.desk.enquiries.extract import COLUMNS, NAME, Asked, Row
from portulan.desk.enquiries.measures import Period
from portulan.desk.markets import written

FORMATS: Final[tuple[Literal["csv", "parquet"], ...]] = ("csv", "parquet")
FILES: Final = (NAME, *(f"demand.{fmt}" for fmt in FORMATS))
_WIDE: Final = 16


def folder() -> Path:
    """Return where the extract of this site is."""
    return Path(settings.HOME) / "extract"


def counted(now: datetime, *, invented: bool) -> list[Asked]:
    """Return what was asked in the years that may be published, counted by the database."""
    unserved = Case(
        *(When(picked, then=Value(extract.UNSERVED)) for picked in measuring.reasons(now).values()),
        default=Value(extract.OTHER),
    )
    found: Any = (
        measuring.counting()
        .filter(enquiry__invented=invented)
        .order_by()
        .annotate(year=ExtractYear("opened_at"), outcome=unserved)
        .values_list("year", "territory", "outcome", "sector", "enquiry__asking", "topic")
        .annotate(questions=Count("pk"))
    )
    unknown, today = extract.UNKNOWN, timezone.localdate(now)
    return [
        Asked(year, market or unknown, outcome, sector or unknown, asking, topic, questions)
        for year, market, outcome, sector, asking, topic, questions in found.iterator()
        if invented or over(year, today)
    ]


def over(year: int, today: date) -> bool:
    """Return whether a year may be published: it is over, and its last questions have had their time."""
    return Period(date(year, 1, 1), date(year, 12, 31)).settled(today)


@dataclass(frozen=True, slots=True)
class Written:
    """What was written: rows, the years in them that were added now, those kept as they were."""

    rows: int
    left_out: int
    added: tuple[int, ...]
    kept: tuple[int, ...]


def write(out: Path, now: datetime, *, demo: bool, afresh: bool = False) -> Written:
    """Write the extract into a folder: the years that are there stay as they are, unless ``afresh``."""
    before = [] if afresh else [row for row in read(out) if row.invented == "no"]
    kept = {row.year for row in before}
    real = [one for one in counted(now, invented=False) if one.year not in kept]
    rows = [*before, *extract.table(real, invented=False)]
    if demo:
        rows += extract.table(counted(now, invented=True), invented=True)
    rows.sort(key=extract.order)
    put(out, rows, timezone.localdate(now).isoformat())
    added = {one.year for one in real}
    left_out = sum(row.questions is None for row in rows)
    return Written(len(rows), left_out, tuple(sorted(added)), tuple(sorted(kept)))


def put(out: Path, rows: list[Row], computed_on: str) -> None:
    """Put rows into a folder as files, each whole or not at all."""
    kinds: dict[str, Literal["whole", "text"]] = {"integer": "whole", "string": "text"}
    columns = [written.Column(name, kinds[kind], _WIDE, english, french) for name, kind, english, french in COLUMNS]
    passport = (("title", extract.TITLE), ("how to read", extract.HOW_TO_READ), ("computed on", computed_on))
    identity, values = extract.identity(rows), extract.records(rows)
    files = {
        f"demand.{fmt}": written.table_file(columns, values, fmt, passport=passport, identity=identity)
        for fmt in FORMATS
    }
    papers = json.dumps(extract.papers(rows, files, computed_on), ensure_ascii=False, indent=1) + "\n"
    out.mkdir(parents=True, exist_ok=True)
    # The papers last: whoever reads looks at them to know whether anything changed.
    for name, data in (*files.items(), (NAME, papers.encode())):
        part = out / f".{name}.part"
        part.write_bytes(data)
        part.replace(out / name)


def read(out: Path) -> list[Row]:
    """Return the rows of an extract; none where there is none."""
    try:
        text = (out / "demand.csv").read_text(encoding="utf-8")
    except FileNotFoundError:
        return []
    return [_row(row) for row in csv.DictReader(io.StringIO(text))]


def _row(said: dict[str, str]) -> Row:
    count = int(said["questions"]) if said["questions"] else None
    return Row(
        int(said["year"]), said["market"], said["outcome"], said["sector"], said["asking"], said["topic"], count,
        said["status"], said["invented"],
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Published:
    """The extract that this site offers; ``papers`` is empty where there is none."""

    papers: dict[str, Any]
    rows: tuple[Row, ...]

    @property
    def id(self) -> str:
        """What changes with any count of it."""
        return str(self.papers.get("id", ""))

    @property
    def years(self) -> tuple[int, ...]:
        """Its years, the latest first."""
        return tuple(sorted({row.year for row in self.rows}, reverse=True))


def published() -> Published:
    """Return the extract of this site, read again only where another was written."""
    try:
        found = (folder() / NAME).stat()
    except OSError:
        return Published({}, ())
    return _published(folder(), found.st_ino, found.st_mtime_ns)


@lru_cache(maxsize=2)
def _published(out: Path, _inode: int, _at: int) -> Published:
    papers = json.loads((out / NAME).read_text(encoding="utf-8"))
    return Published(papers, tuple(read(out)))


def file(name: str) -> Path | None:
    """Return a file of the extract, or None where there is no such file."""
    found = folder() / name
    return found if name in FILES and found.is_file() else None
