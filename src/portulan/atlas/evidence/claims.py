"""The official totals that are quoted of the sector, each with what is known of it and, as plainly, what is not.

``claims.csv`` is a reviewed table, one line a claim. A paper that nobody gave us reads ``not stated``: never empty,
never guessed. A total of which neither the definition nor the source is known is still quoted everywhere; it is
better shown with that said than left out.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Literal, cast, get_args

from portulan.atlas.errors import BadInputError
from portulan.atlas.reference.crosswalk import read_rows

Measure = Literal["jobs", "turnover", "exports", "exports_growth"]
MEASURES: Final[tuple[Measure, ...]] = get_args(Measure)
UNITS: Final = ("jobs", "EUR", "percent", "times")
NOT_STATED: Final = {"en": "not stated", "fr": "non précisé"}
PAPERS: Final = ("quoted", "claim", "territory", "flow", "perimeter", "includes", "excludes", "body", "source", "note")
"""What is said of every claim, in both languages."""

_TABLE = Path(__file__).parent / "claims.csv"
_COLUMNS = (
    "id", "measure", "value", "unit", "base", "since", "until",
    *(f"{name}_{lang}" for name in PAPERS for lang in ("en", "fr")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Claim:
    """One official total, as it is quoted.

    ``value`` is in ``unit`` (jobs, EUR, percent of ``base``, times); ``base`` is in euros and only there for a
    percentage. ``since`` and ``until`` are the years it is of, None where they are not stated.
    """

    id: str
    measure: Measure
    value: float
    unit: str
    base: float | None
    since: int | None
    until: int | None
    quoted_en: str
    quoted_fr: str
    claim_en: str
    claim_fr: str
    territory_en: str
    territory_fr: str
    flow_en: str
    flow_fr: str
    perimeter_en: str
    perimeter_fr: str
    includes_en: str
    includes_fr: str
    excludes_en: str
    excludes_fr: str
    body_en: str
    body_fr: str
    source_en: str
    source_fr: str
    note_en: str
    note_fr: str

    def text(self, name: str, lang: str = "en") -> str:
        """Return one of `PAPERS` in English or French."""
        if name not in PAPERS:
            raise ValueError(f"{name!r} is not a paper of a claim; use one of {', '.join(PAPERS)}")
        return str(getattr(self, f"{name}_{'fr' if lang == 'fr' else 'en'}"))

    def years(self, lang: str = "en") -> str:
        """Return the years it is of: 2018, 2013-2016, or that they are not stated."""
        if self.since is None:
            return NOT_STATED["fr" if lang == "fr" else "en"]
        return str(self.since) if self.since == self.until else f"{self.since}-{self.until}"

    @property
    def euros(self) -> float | None:
        """What it amounts to in euros: as quoted, or the percentage times its base (our own product); else None."""
        if self.unit == "EUR":
            return self.value
        return self.value * self.base / 100 if self.unit == "percent" and self.base is not None else None


def read_claims(path: Path) -> tuple[Claim, ...]:
    """Read and check a table of claims.

    Raises:
        BadInputError: naming file, line and field, for an unknown measure or unit, a value that is not a positive
            number, years that are not years, an empty paper, or an id that stands twice.
    """
    found: list[Claim] = []
    for line, row in read_rows(path, _COLUMNS):
        wrong = _wrong(row, {claim.id for claim in found})
        if wrong is not None:
            field, todo = wrong
            raise BadInputError(
                f"{row[field]!r} is not allowed here", todo=todo, file=path.name, line=line, field=field
            )
        papers = {name: row[name] for name in _COLUMNS[7:]}
        found.append(
            Claim(
                id=row["id"],
                measure=cast("Measure", row["measure"]),
                value=float(row["value"]),
                unit=row["unit"],
                base=float(row["base"]) if row["base"] else None,
                since=int(row["since"]) if row["since"] else None,
                until=int(row["until"]) if row["until"] else None,
                **papers,
            )
        )
    return tuple(found)


def _wrong(row: dict[str, str], taken: set[str]) -> tuple[str, str] | None:
    """Return the first field of a line that is not allowed, with what to do; None where all are."""
    if not row["id"].isidentifier() or row["id"] in taken:
        return "id", "give each claim a word of its own"
    if row["measure"] not in MEASURES:
        return "measure", f"use one of {', '.join(MEASURES)}"
    if row["unit"] not in UNITS:
        return "unit", f"use one of {', '.join(UNITS)}"
    for field in ("value", "base"):
        if not _positive(row[field]) and (field == "value" or row[field] or row["unit"] == "percent"):
            return field, "write a positive number; a percentage needs the base it is of"
    if row["base"] and row["unit"] != "percent":
        return "base", "leave it empty: only a percentage has a base"
    for field in ("since", "until"):
        if bool(row["since"]) != bool(row["until"]) or (row[field] and not _year(row[field])):
            return field, "write both years, the same one twice for a single year, or neither where they are not stated"
    if row["since"] and int(row["since"]) > int(row["until"]):
        return "until", "the last year comes after the first"
    empty = [name for name in _COLUMNS[7:] if not row[name].strip()]
    return (empty[0], f"write {NOT_STATED['en']!r} or {NOT_STATED['fr']!r} where nobody says it") if empty else None


def _positive(text: str) -> bool:
    try:
        return 0 < float(text) < math.inf
    except ValueError:
        return False


def _year(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) == 4


@cache
def claims() -> tuple[Claim, ...]:
    """Return every claim, in the order of the table."""
    return read_claims(_TABLE)
