"""Reads the table of posts: every fault is told by file, line and field."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

SHIPPED = Path(__file__).parent / "tables" / "posts.csv"
KINDS = ("embassy", "consulate", "institute", "bureau")
LISTED = {"confirmed": "confirmed", "open": "open", "": ""}
FIELDS = ("code", "kind", "seat", "city_en", "city_fr", "name_en", "name_fr", "mission_2020")
_CODE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_ISO3 = re.compile(r"[A-Z]{3}")
_LONGEST = 160


class TableError(Exception):
    """A table cannot be read; the text names file, line and field, and says what to do."""


@dataclass(frozen=True, slots=True)
class PostRow:
    """A post as the table has it. ``listed``: ``confirmed``, ``open`` (to be confirmed), or empty where it is not."""

    code: str
    kind: str
    seat: str
    city_en: str
    city_fr: str
    name_en: str
    name_fr: str
    listed: str


@dataclass(frozen=True, slots=True)
class MissionRow:
    """A mission and its period."""

    code: str
    name_en: str
    name_fr: str
    since: date
    until: date | None


MISSION_2020 = MissionRow(
    "2020-2022",
    "Priority mission 2020-2022",
    "Mission prioritaire 2020-2022",
    date(2020, 1, 1),
    date(2022, 12, 31),
)


def read_posts(path: Path = SHIPPED) -> tuple[PostRow, ...]:
    """Return the posts of a table, in its order; raise `TableError` at the first fault."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return tuple(_rows(path, csv.DictReader(file)))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise TableError(f"{path} cannot be read ({error}): give a CSV file in UTF-8") from error


def _rows(path: Path, table: csv.DictReader[str]) -> Iterator[PostRow]:
    if missing := [field for field in FIELDS if field not in (table.fieldnames or ())]:
        raise TableError(
            f"{path}, line 1: the columns {', '.join(missing)} are missing; there must be {', '.join(FIELDS)}"
        )
    seen: dict[str, int] = {}
    for row in table:
        line = table.line_num
        post = _post(path, line, row)
        if post.code in seen:
            raise TableError(f"{path}, line {line}, code: {post.code!r} stands on line {seen[post.code]} already")
        seen[post.code] = line
        yield post


def _post(path: Path, line: int, row: Mapping[str, str | None]) -> PostRow:
    said = {field: (row.get(field) or "").strip() for field in FIELDS}

    def wrong(field: str, todo: str) -> TableError:
        return TableError(f"{path}, line {line}, {field}: {said[field][:40]!r} does not fit; {todo}")

    if not _CODE.fullmatch(said["code"]) or len(said["code"]) > 48:
        raise wrong("code", "use small letters, figures and hyphens")
    if said["kind"] not in KINDS:
        raise wrong("kind", f"use one of {', '.join(KINDS)}")
    if not _ISO3.fullmatch(said["seat"]):
        raise wrong("seat", "use the ISO3 code of the country, such as JPN")
    for field in ("city_en", "city_fr", "name_en", "name_fr"):
        if not said[field] or len(said[field]) > _LONGEST:
            raise wrong(field, f"give a name of at most {_LONGEST} letters")
    if said["mission_2020"] not in LISTED:
        raise wrong("mission_2020", "use confirmed, open, or nothing")
    return PostRow(
        said["code"],
        said["kind"],
        said["seat"],
        said["city_en"],
        said["city_fr"],
        said["name_en"],
        said["name_fr"],
        LISTED[said["mission_2020"]],
    )
