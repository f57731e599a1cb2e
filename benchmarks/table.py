"""The table: one line a limit, with what was measured, what it is compared with, and whether the limit holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any, Literal

Unit = Literal["s", "ms", "GB", "kB", "us/row", "difference", "shift", "rows", "queries"]
HEADINGS = ("what", "measured", "reference", "ratio", "limit", "verdict")


@dataclass(frozen=True, slots=True)
class Limit:
    """A promise: `what`, in which unit, and the limit on the measure itself or on its ratio to the reference."""

    key: str
    what: str
    unit: Unit
    limit: float
    on: Literal["measure", "ratio"] = "measure"
    reference: str = ""
    strict: bool = False
    """True where the limit itself is already over (faster means faster)."""


@dataclass(frozen=True, slots=True)
class Observation:
    """One measure of one round, and that of its reference in the same round."""

    measured: float
    reference: float | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A limit with its measures: medians over the rounds, the ratio being the median of the ratios of each round."""

    key: str
    what: str
    unit: str
    measured: float | None
    reference: float | None
    reference_name: str
    ratio: float | None
    limit: float
    limit_on: str
    strict: bool
    verdict: str
    rounds: int
    note: str = ""


def row(limit: Limit, seen: Sequence[Observation], why_not: str = "") -> Row:
    """Sum up the rounds of one limit; `why_not` says why there is none, and then no figure is given."""
    pairs = [(one.measured, one.reference) for one in seen if one.reference]
    measured = median(one.measured for one in seen) if seen else None
    ratio = median(mine / other for mine, other in pairs) if pairs else None
    judged = measured if limit.on == "measure" else ratio
    if why_not or judged is None:
        verdict, measured, ratio = "not run", None, None
    else:
        verdict = "within" if (judged < limit.limit if limit.strict else judged <= limit.limit) else "OVER"
    return Row(
        key=limit.key,
        what=limit.what,
        unit=limit.unit,
        measured=measured,
        reference=median(other for _, other in pairs) if pairs else None,
        reference_name=limit.reference,
        ratio=ratio,
        limit=limit.limit,
        limit_on=limit.on,
        strict=limit.strict,
        verdict=verdict,
        rounds=len(seen),
        note=(why_not or "nothing was measured") if verdict == "not run" else seen[-1].detail,
    )


def printed(rows: Sequence[Row]) -> list[str]:
    """Return the lines of the table, then what must be known of some of its rows."""
    cells = [HEADINGS, *(_cells(one) for one in rows)]
    widths = [max(len(line[place]) for line in cells) for place in range(len(HEADINGS))]
    rule = "-" * (sum(widths) + 2 * len(widths) - 2)
    lines = [_line(cells[0], widths), rule, *(_line(line, widths) for line in cells[1:])]
    notes = [f"{one.what}: {one.note}" for one in rows if one.note]
    return [*lines, *(["", *notes] if notes else [])]


def as_dict(one: Row) -> dict[str, Any]:
    """Return a row for JSON."""
    return asdict(one)


def _cells(one: Row) -> tuple[str, ...]:
    word = "under" if one.strict else "at most"
    bound = f"{one.limit:g} x" if one.limit_on == "ratio" else _with_unit(one.limit, one.unit)
    reference = one.reference_name or "-"
    if one.reference is not None:
        reference = f"{_with_unit(one.reference, one.unit)} ({one.reference_name})"
    return (
        one.what,
        "not run" if one.measured is None else _with_unit(one.measured, one.unit),
        reference,
        "-" if one.ratio is None else f"{one.ratio:.2f}",
        f"{word} {bound}",
        one.verdict,
    )


def _with_unit(value: float, unit: str) -> str:
    return f"{value:.1e}" if unit == "difference" else f"{value:.3g} {unit}"


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()
