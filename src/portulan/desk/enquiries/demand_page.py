"""What is asked and not served, as anybody may read it: the latest year of the public extract."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from portulan.desk.enquiries import extract
from portulan.desk.enquiries.extract import Row
from portulan.desk.enquiries.extracting import FILES, Published
from portulan.desk.enquiries.measures import Reason
from portulan.desk.enquiries.measures_page import Term, reason_name, reason_text
from portulan.desk.enquiries.pages import Choices
from portulan.desk.network.wording import day, in_order

Names = tuple[Mapping[str, str], Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Line:
    """A market or a sector, and its counts in words."""

    head: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class File:
    """A file to take away."""

    text: str
    href: str


@dataclass(frozen=True, slots=True)
class DemandPage:
    """The page; without a year there is no extract yet."""

    year: int | None
    years: Choices
    markets: tuple[Line, ...]
    sectors: tuple[Line, ...]
    passport: tuple[Term, ...]
    reasons: tuple[Term, ...]
    files: tuple[File, ...]
    invented: bool


def page(found: Published, asked: str, names: Names, language: str) -> DemandPage:
    """Return the page of a year, the latest where none is asked for, or one that is not there."""
    year = next((one for one in found.years if str(one) == asked), next(iter(found.years), None))
    rows = [row for row in found.rows if row.year == year]
    # Never both in one table: real ones come first, and take the place of those of a demonstration.
    invented = bool(rows) and rows[0].invented == "yes"
    rows = [row for row in rows if (row.invented == "yes") is invented]
    return DemandPage(
        year=year,
        years=tuple((str(one), str(one)) for one in found.years),
        markets=_by_market(rows, names[0]),
        sectors=_by_sector(rows, names[1]),
        passport=_passport(found, year, language, invented=invented) if year is not None else (),
        reasons=tuple(Term(reason_name(one), reason_text(one)) for one in Reason),
        files=tuple(_file(name) for name in FILES) if found.papers else (),
        invented=invented,
    )


def _file(name: str) -> File:
    said = {"csv": "CSV", "parquet": "Parquet", "json": _("Description (JSON)")}
    return File(said[name.rpartition(".")[2]], reverse("enquiries:demand_file", args=[name]))


def _by_market(rows: Sequence[Row], names: Mapping[str, str]) -> tuple[Line, ...]:
    held = {(row.market, row.path): row.questions for row in rows if len(row.path) <= 1}
    codes = sorted({market for market, _path in held} - {extract.TOTAL}, key=lambda code: _ordered(code, names))
    wanted = ((), (extract.UNSERVED,), (extract.OTHER,))
    return tuple(
        Line(_named(code, names, _("All markets")), tuple(_count(held, code, path) for path in wanted))
        for code in (extract.TOTAL, *codes)
        if held
    )


def _by_sector(rows: Sequence[Row], names: Mapping[str, str]) -> tuple[Line, ...]:
    held = {(row.market, row.path): row.questions for row in rows if row.market == extract.TOTAL}
    there = {path[1] for _market, path in held if len(path) == 2}
    codes = [code for code in (*names, extract.UNKNOWN) if code in there]
    return tuple(
        Line(
            _named(code, names, ""),
            tuple(_count(held, extract.TOTAL, (outcome, code)) for outcome in (extract.UNSERVED, extract.OTHER)),
        )
        for code in codes
    )


def _count(held: Mapping[tuple[str, tuple[str, ...]], int | None], market: str, path: tuple[str, ...]) -> str:
    """Return a count in words: zero only where it is known to be."""
    if (market, path) in held:
        value = held[market, path]
        return _("left out") if value is None else str(value)
    above = [held.get((market, path[:length]), 0) for length in range(len(path))]
    return _("left out") if None in above else "0"


def _ordered(code: str, names: Mapping[str, str]) -> tuple[bool, str]:
    return code == extract.UNKNOWN, in_order(names.get(code, code))


def _named(code: str, names: Mapping[str, str], every: str) -> str:
    return every if code == extract.TOTAL else _("not said") if code == extract.UNKNOWN else names.get(code, code)


def _passport(found: Published, year: int | None, language: str, *, invented: bool) -> tuple[Term, ...]:
    written = date.fromisoformat(str(found.papers["created"]))
    return (
        Term(_("Counted"), _("Each question asked of the network in the year, once; without any person.")),
        Term(_("Of"), _("all posts and the coordination desk")),
        Term(_("Period"), str(year)),
        Term(_("Computed on"), day(written, language)),
        Term(
            _("Status"),
            _("Invented; a year may still be running.")
            if invented
            else _("A year is published once, 45 days after its end, and never computed again."),
        ),
        Term(
            _("Small counts"),
            _(
                "Counts from 1 to 4, and as many others as it takes so that no subtraction gives one back. "
                "Left out is not zero."
            ),
        ),
    )
