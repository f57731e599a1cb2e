"""The crosswalk: which customs and services codes belong to which sector, in which revision, and in what role.

The table is ``crosswalk.csv`` beside this module, one line a (sector, scheme, code). It is read once, checked line by
line, and never repaired in silence: a line that breaks a rule stops the load, naming file, line and field.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Literal, cast, get_args

from portulan.atlas.errors import BadInputError, UnknownCodeError

Role = Literal["core", "related", "support", "proxy"]

HS_SCHEMES: tuple[str, ...] = ("HS1992", "HS1996", "HS2002", "HS2007", "HS2012", "HS2017", "HS2022")
SCHEMES: tuple[str, ...] = (*HS_SCHEMES, "EBOPS2010")
ROLES: tuple[Role, ...] = get_args(Role)
TRAITS: frozenset[str] = frozenset({"jewellery", "leather_goods"})

HERE = Path(__file__).parent
_ONE = Fraction(1)
_CODE = {scheme: re.compile(r"[0-9]{6}") for scheme in HS_SCHEMES} | {"EBOPS2010": re.compile(r"S[A-L][1-9]{0,4}")}
_COLUMNS = (
    "sector", "scheme", "code", "label", "role", "relation_to_HS2017", "weight", "separable", "traits", "confidence",
    "source", "note",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class CrosswalkLine:
    """One sector, one code of one scheme.

    ``weight`` is the part of the code's value that belongs to the sector (0 < w <= 1), or None where
    ``separable`` is false: the code then serves several sectors and no source says how much each has.
    ``exact`` is the same weight as a fraction, for sums that must be equal to the last unit.
    """

    sector: str
    scheme: str
    code: str
    label: str
    role: Role
    weight: float | None
    separable: bool
    traits: frozenset[str]
    confidence: str
    source: str
    note: str
    relation_to_hs2017: str
    exact: Fraction | None


def schemes() -> tuple[str, ...]:
    """Return the schemes of the crosswalk: seven revisions of the HS, then EBOPS 2010."""
    return SCHEMES


def check_scheme(scheme: str) -> str:
    """Return ``scheme`` if the crosswalk has it.

    Raises:
        UnknownCodeError: for any other text; ``HS`` without a year is refused on purpose, for a code means
            nothing without its revision (8524 was recorded media until HS2002 and is flat panels in HS2022).
    """
    if scheme not in SCHEMES:
        raise UnknownCodeError("scheme", scheme, todo=f"use one of {', '.join(SCHEMES)}")
    return scheme


def read_rows(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield (line number, row) of a reviewed table; a missing column or a ragged line is an error."""
    with path.open(encoding="utf-8", newline="") as handle:
        reader = csv.DictReader(handle, strict=True)
        missing = [name for name in columns if name not in (reader.fieldnames or ())]
        if missing:
            raise BadInputError(
                f"the column {missing[0]} is missing", todo=f"give the columns {', '.join(columns)}", file=path, line=1,
                field=missing[0],
            )  # fmt: skip
        for row in reader:
            if None in row or None in row.values():
                raise BadInputError(
                    "the line does not have as many fields as the header",
                    todo="quote the fields that hold a comma",
                    file=path,
                    line=reader.line_num,
                )
            yield reader.line_num, row


@cache
def sector_ids() -> tuple[str, ...]:
    """Return the ids of the fourteen sectors, in their fixed order."""
    return tuple(row["id"] for _, row in read_rows(HERE / "sectors.csv", ("id",)))


def _weight(path: Path, line: int, row: dict[str, str], separable: bool) -> Fraction | None:
    text = row["weight"].strip()

    def bad(problem: str, todo: str) -> BadInputError:
        return BadInputError(problem, todo=todo, file=path, line=line, field="weight")

    if not separable:
        if text:
            raise bad(f"a code that is not separable has the weight {text}", "empty the weight, or set separable=true")
        return None
    if text == "1":
        return _ONE
    if not text:
        raise bad("a separable code has no weight", "give its weight with a source, or set separable=false")
    try:
        weight = Fraction(text)
    except (ValueError, ZeroDivisionError):
        raise bad(f"{text!r} is not a number", "write a decimal (0.35) or a fraction (7/20)") from None
    if not 0 < weight <= 1:
        raise bad(f"the weight {text} is not in 0 < w <= 1", "give the part of the code that belongs to the sector")
    return weight


def _wrong_field(row: dict[str, str], sectors: frozenset[str]) -> tuple[str, str] | None:
    """Return the first field of a line that is not allowed, with what to do; None where all are."""
    if row["sector"] not in sectors:
        return "sector", f"use one of {', '.join(sorted(sectors))}"
    if row["scheme"] not in SCHEMES:
        return "scheme", f"use one of {', '.join(SCHEMES)}"
    if not _CODE[row["scheme"]].fullmatch(row["code"]):
        return "code", "six digits as text, or an EBOPS code"
    if row["role"] not in ROLES:
        return "role", f"use one of {', '.join(ROLES)}"
    if row["separable"] not in ("true", "false"):
        return "separable", "write true or false"
    if not row["label"].strip():
        return "label", "give a short label"
    if not row["source"].strip():
        return "source", "say where the line comes from"
    if not frozenset(row["traits"].split()) <= TRAITS:
        return "traits", f"use {', '.join(sorted(TRAITS))}, separated by spaces, or nothing"
    return None


def _line(path: Path, line: int, row: dict[str, str], sectors: frozenset[str]) -> CrosswalkLine:
    wrong = _wrong_field(row, sectors)
    if wrong is not None:
        field, todo = wrong
        raise BadInputError(f"{row[field]!r} is not allowed here", todo=todo, file=path, line=line, field=field)
    traits = frozenset(row["traits"].split())
    separable = row["separable"] == "true"
    weight = _weight(path, line, row, separable)
    return CrosswalkLine(
        sector=row["sector"],
        scheme=row["scheme"],
        code=row["code"],
        label=row["label"],
        role=cast("Role", row["role"]),
        weight=None if weight is None else float(weight),
        separable=separable,
        traits=traits,
        confidence=row["confidence"],
        source=row["source"],
        note=row["note"],
        relation_to_hs2017=row["relation_to_HS2017"],
        exact=weight,
    )


def _check_code(path: Path, entries: list[tuple[int, CrosswalkLine]]) -> None:
    """Check what the lines of one code of one scheme must have in common; ``entries`` are (line number, line)."""
    code, scheme = entries[0][1].code, entries[0][1].scheme

    def bad(problem: str, todo: str, line: int, field: str) -> BadInputError:
        return BadInputError(f"{code} of {scheme} {problem}", todo=todo, file=path, line=line, field=field)

    seen: set[str] = set()
    for number, line in entries:
        if line.sector in seen:
            raise bad(f"stands twice in {line.sector}", "keep one line a sector, scheme and code", number, "code")
        seen.add(line.sector)
        if line.separable != entries[0][1].separable:
            raise bad("is separable in one sector and not in another", "decide once for the code", number, "separable")
        if line.traits != entries[0][1].traits:
            raise bad("has different traits in two sectors", "traits belong to the code", number, "traits")
    number, first = entries[0]
    if not first.separable and len(entries) == 1:
        raise bad("has one sector only", "set separable=true and weight=1", number, "separable")
    total = sum((line.exact or Fraction(0) for _, line in entries), Fraction(0))
    if total > 1:
        raise bad(f"has weights summing to {float(total):g} over its sectors", "keep the sum <= 1", number, "weight")


def read_crosswalk(path: Path, sectors: tuple[str, ...] | None = None) -> tuple[CrosswalkLine, ...]:
    """Read and check a crosswalk table.

    Args:
        path: a CSV with the columns of ``crosswalk.csv``.
        sectors: the allowed sector ids; the fourteen by default.

    Raises:
        BadInputError: naming file, line and field, for the first line that breaks a rule.
    """
    allowed = frozenset(sectors if sectors is not None else sector_ids())
    lines: list[CrosswalkLine] = []
    by_code: dict[tuple[str, str], list[tuple[int, CrosswalkLine]]] = defaultdict(list)
    for number, row in read_rows(path, _COLUMNS):
        line = _line(path, number, row, allowed)
        lines.append(line)
        by_code[line.scheme, line.code].append((number, line))
    for entries in by_code.values():
        _check_code(path, entries)
    _check_parents(path, by_code)
    return tuple(lines)


def is_finer(code: str, parent: str) -> bool:
    """Return True where ``code`` is inside ``parent`` (EBOPS: SK11 is inside SK1); no HS6 code is inside another."""
    return code != parent and code.startswith(parent)


def _check_parents(path: Path, by_code: Mapping[tuple[str, str], list[tuple[int, CrosswalkLine]]]) -> None:
    """A parent holds what its children hold: it must serve at least their sectors."""
    services = {code: entries for (scheme, code), entries in by_code.items() if scheme == "EBOPS2010"}
    for parent, upper in services.items():
        have = {line.sector for _, line in upper}
        for child, lower in services.items():
            for number, line in lower:
                if is_finer(child, parent) and line.sector not in have:
                    raise BadInputError(
                        f"{child} serves {line.sector} but {parent}, which contains it, does not",
                        todo=f"add a line {line.sector}, {parent}, or remove this one",
                        file=path,
                        line=number,
                        field="sector",
                    )


@cache
def _all() -> Mapping[str, tuple[CrosswalkLine, ...]]:
    grouped: dict[str, list[CrosswalkLine]] = {scheme: [] for scheme in SCHEMES}
    for line in read_crosswalk(HERE / "crosswalk.csv"):
        grouped[line.scheme].append(line)
    return {scheme: tuple(lines) for scheme, lines in grouped.items()}


@cache
def crosswalk(scheme: str | None = None) -> tuple[CrosswalkLine, ...]:
    """Return the lines of the crosswalk in force, of one scheme or of all.

    Raises:
        UnknownCodeError: for a scheme that is not one of ``schemes()``.
    """
    if scheme is None:
        return tuple(line for one in SCHEMES for line in _all()[one])
    return _all()[check_scheme(scheme)]
