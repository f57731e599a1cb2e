"""The measures of the desk as a table to take away: one figure a row, each with its papers."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence

from django.utils import timezone

from portulan.desk.enquiries.measures import AGES, QUARTILES, Asked, Load
from portulan.desk.enquiries.measures_page import Found
from portulan.desk.enquiries.measuring import Scope

COLUMNS = (
    "measure", "figure", "value", "unit", "post", "person", "market", "sector", "asking", "of_post",
    "of_operator", "of_market", "of_sector", "since", "until", "computed_at", "status", "invented",
)  # fmt: skip
_FORMULA = re.compile(r"[=+\-@\t\r]")
Row = dict[str, str | int | float | None]


def table(scope: Scope, operators: Sequence[str], found: Found) -> str:
    """Return the measures as CSV. What is not known is empty, never zero."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, COLUMNS, restval="")
    writer.writeheader()
    papers = _papers(scope, operators)
    for row in (*_first_answer(found), *_ages(found), *_load(found.load), *_demand(found.demand)):
        stock = row["measure"] in ("open questions", "load")
        dated = {"since": "", "until": "", "status": "now"} if stock else {}
        writer.writerow({name: _safe(value) for name, value in (papers | dated | row).items()})
    return out.getvalue()


def _safe(value: str | float | None) -> str | float | None:
    """Keep a spreadsheet from taking a name for a formula."""
    return f"'{value}" if isinstance(value, str) and _FORMULA.match(value) else value


def _papers(scope: Scope, operators: Sequence[str]) -> Row:
    return {
        "of_post": scope.post or ("all" if scope.posts is None else " ".join(sorted(scope.posts))),
        "of_operator": "" if scope.post else "; ".join(operators),
        "of_market": scope.market or "all",
        "of_sector": scope.sector or "all",
        "since": scope.period.since.isoformat(),
        "until": scope.period.until.isoformat(),
        "computed_at": timezone.localtime(scope.now).isoformat(timespec="minutes"),
        "status": "settled" if scope.period.settled(timezone.localdate(scope.now)) else "provisional",
        "invented": "yes" if scope.invented else "no",
    }


def _first_answer(found: Found) -> Iterator[Row]:
    first = found.first
    figures: list[tuple[str, float | None, str]] = [
        ("asked", first.needs, "questions"),
        ("answered", first.answered, "questions"),
        *(
            (f"{share:.0%} answered after", None if value is None else round(value, 2), "days")
            for share, value in zip(QUARTILES, first.quartiles, strict=True)
        ),
        ("answered within 7 days", None if first.in_time is None else round(first.in_time, 4), "share"),
    ]
    for figure, value, unit in figures:
        yield {"measure": "first answer", "figure": figure, "value": value, "unit": unit}


def _ages(found: Found) -> Iterator[Row]:
    for kind, counts in (("never answered", found.ages.waiting), ("answered", found.ages.answered)):
        for place, count in enumerate(counts):
            until = f"to {AGES[place + 1] - 1}" if place + 1 < len(AGES) else "and more"
            figure = f"{kind}, {AGES[place]} {until} days"
            yield {"measure": "open questions", "figure": figure, "value": count, "unit": "questions"}


def _load(found: Sequence[Load]) -> Iterator[Row]:
    for one in found:
        who = {"post": one.post or one.operator or "coordination", "person": one.name}
        for figure, value in (("asked", one.asked), ("taken", one.taken), ("answered", one.answered)):
            yield {"measure": "load", "figure": figure, "value": value, "unit": "questions", **who}


def _demand(found: Sequence[Asked]) -> Iterator[Row]:
    for one in found:
        what = {"market": one.market, "sector": one.sector, "asking": one.asking, "unit": "questions"}
        counts = [("asked", one.asked), ("not served", one.unmet), *((str(name), n) for name, n in one.reasons)]
        for figure, value in counts:
            yield {"measure": "demand", "figure": figure, "value": value, **what}
