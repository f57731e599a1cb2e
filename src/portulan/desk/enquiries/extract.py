"""The public extract of what is asked: counts without persons, protected, by year. Pure.

For each year a table of its own: rows are markets, columns a tree: whether it was served, sector, kind of body, topic.
So every total that is published of a year is part of one table, and what `core.suppression` proves holds for all of it.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from portulan.desk.core.suppression import ALL, LEAST, LEAST_WIDTH, Cell, protect

UNSERVED: Final = "unserved"
OTHER: Final = "other"
TOTAL: Final = "all"
UNKNOWN: Final = "unknown"
"""What was not said in the question."""
LEVELS: Final = ("outcome", "sector", "asking", "topic")
"""The tree of columns, from its top: a total of one level is `TOTAL` there and below."""
NAME: Final = "datapackage.json"
TITLE: Final = "What professionals of the cultural and creative industries ask the network, and what is not served"


@dataclass(frozen=True, slots=True)
class Asked:
    """How many questions of a year were asked of one market, sector, topic by one kind of body, and served or not."""

    year: int
    market: str
    outcome: str
    sector: str
    asking: str
    topic: str
    questions: int


@dataclass(frozen=True, slots=True)
class Row:
    """One count of the extract; ``questions`` is None where it is left out."""

    year: int
    market: str
    outcome: str
    sector: str
    asking: str
    topic: str
    questions: int | None
    status: str
    invented: str

    @property
    def path(self) -> tuple[str, ...]:
        """The way to it in the tree of columns."""
        return tuple(value for value in (self.outcome, self.sector, self.asking, self.topic) if value != TOTAL)


COLUMNS: Final[tuple[tuple[str, str, str, str], ...]] = (
    ("year", "integer", "Year in which the question was asked.", "Année où la question a été posée."),
    (
        "market", "string", "Market, ISO 3166-1 alpha-3; all: every market; unknown: not said.",
        "Marché, ISO 3166-1 alpha-3\u00a0; all\u00a0: tous\u00a0; unknown\u00a0: non dit.",
    ),
    (
        "outcome", "string",
        "unserved: closed without help, not reachable, nobody designated, or without an answer for 45 days; "
        "other: everything else; all: both.",
        "unserved\u00a0: close sans aide, injoignable, personne de désigné, ou sans réponse pendant 45 jours\u00a0; "
        "other\u00a0: tout le reste\u00a0; all\u00a0: les deux.",
    ),
    (
        "sector", "string", "Sector of the atlas; all; unknown: not said.",
        "Secteur de l’atlas\u00a0; all\u00a0; unknown\u00a0: non dit.",
    ),
    ("asking", "string", "Kind of body that asks; all.", "Qui demande\u00a0; all."),
    ("topic", "string", "What the question is about; all.", "Objet de la question\u00a0; all."),
    (
        "questions", "integer", "How many questions; empty where it is left out, never zero.",
        "Nombre de questions\u00a0; vide si non publié, jamais zéro.",
    ),
    (
        "status", "string", "shown, or left_out: small, or needed to keep a small one from being found by subtraction.",
        "shown (publié) ou left_out (non publié) : petit, ou nécessaire pour protéger un petit.",
    ),
    ("invented", "string", "yes: of a demonstration, measures nothing.", "yes\u00a0: démonstration, ne mesure rien."),
)  # fmt: skip
HOW_TO_READ: Final = (
    f"No count from 1 to {LEAST - 1} is published, and others are left out so that no subtraction gives one back: at "
    f"least {LEAST_WIDTH + 1} values stay possible for each. A row that is not there is zero, unless a total above it "
    "in the same year and market (all at its level and below) is left out: then nothing is said of it. A year is "
    "published once, 45 days after it is over, and never computed again."
)


def table(asked: Iterable[Asked], *, invented: bool) -> list[Row]:
    """Return the rows of the extract, each year protected by itself."""
    years: dict[int, dict[Cell, int]] = defaultdict(lambda: defaultdict(int))
    for one in asked:
        years[one.year][one.market, (one.outcome, one.sector, one.asking, one.topic)] += one.questions
    rows = [
        _row(year, cell, count, invented=invented)
        for year, counts in years.items()
        for cell, count in protect(counts).items()
    ]
    return sorted(rows, key=order)


def _row(year: int, cell: Cell, count: int | None, *, invented: bool) -> Row:
    market, path = cell
    outcome, sector, asking, topic = (*path, *[TOTAL] * (len(LEVELS) - len(path)))
    status, shown = ("left_out" if count is None else "shown"), (TOTAL if market == ALL else market)
    return Row(year, shown, outcome, sector, asking, topic, count, status, "yes" if invented else "no")


def order(row: Row) -> tuple[Any, ...]:
    """Return what rows stand in order by: totals before their parts."""
    words = (row.market, row.outcome, row.sector, row.asking, row.topic)
    return (row.invented, -row.year, *((word != TOTAL, word) for word in words))


def records(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Return rows as plain values."""
    return [asdict(row) for row in rows]


def identity(rows: Sequence[Row]) -> str:
    """Return what changes with any count: the same rows have the same."""
    return hashlib.sha256(json.dumps([list(asdict(row).values()) for row in rows]).encode()).hexdigest()


def papers(rows: Sequence[Row], files: Mapping[str, bytes], computed_on: str) -> dict[str, Any]:
    """Return the Frictionless data package of the extract, in the form of that of a release."""
    kinds = {"csv": "text/csv", "parquet": "application/vnd.apache.parquet"}
    return {
        "profile": "tabular-data-package",
        "name": "portulan-demand",
        "id": identity(rows),
        "title": TITLE,
        "description": HOW_TO_READ,
        "created": computed_on,
        "portulan": {
            "years": sorted({row.year for row in rows if row.invented == "no"}),
            "invented": any(row.invented == "yes" for row in rows),
            "least": LEAST,
            "least_width": LEAST_WIDTH,
        },
        "resources": [
            {
                "name": name.replace(".", "-"),
                "path": name,
                "format": name.rpartition(".")[2],
                "mediatype": kinds[name.rpartition(".")[2]],
                "bytes": len(data),
                "hash": f"sha256:{hashlib.sha256(data).hexdigest()}",
                "rowCount": len(rows),
                "schema": {
                    "fields": [
                        {"name": name, "type": kind, "description": english} for name, kind, english, _ in COLUMNS
                    ],
                    "missingValues": [""],
                },
            }
            for name, data in sorted(files.items())
        ],
    }
