"""A figure or a gap, made ready to print: never without its unit, year and status."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_  # noqa: N812 - the name that extraction of texts knows

from portulan.atlas import api
from portulan.desk.markets.selectors import country_name, indicator_names
from portulan.desk.markets.wording import between, ordinal, said, typeset
from portulan.desk.markets.wording import chance as chance_text

AT_END = "\u00a0*"
"""Stands after an interval that was widened to hold its own estimate; `marks` says so in words."""


@dataclass(frozen=True, slots=True)
class Printed:
    """One value as the page prints it. ``value`` is None for a gap, and then ``reason`` says why.

    ``note`` is what must be said of its years where it rests on two of them.
    """

    indicator: str
    name: str
    value: float | None
    text: str
    unit: str
    year: int | None
    status: str
    status_text: str
    interval: str
    reason: str
    note: str = ""

    @property
    def signs(self) -> tuple[str, ...]:
        """What it is marked with: its status, and ``end`` where it lies at the end of its own interval."""
        return (self.status, "end") if self.interval.endswith(AT_END) else (self.status,)


@dataclass(frozen=True, slots=True)
class Whisker:
    """A rank and its 90 % interval as places on a line of 0 to 100, logarithmic: the first ranks matter most."""

    low: float
    middle: float
    high: float


@dataclass(frozen=True, slots=True)
class Row:
    """One market as the table prints it."""

    market: str
    name: str
    rank: str
    href: str
    chosen: bool
    first: Printed
    cells: tuple[Printed | None, ...]
    rank_interval: str
    whisker: Whisker | None
    top10: str


_STATUS_WORDS = {
    "reported": N_("reported"),
    "partial": N_("partial"),
    "estimated": N_("estimated"),
    "modelled": N_("modelled"),
}


def status_text(status: str) -> str:
    """Return what a status means to a reader."""
    return _(_STATUS_WORDS[status])


STATUSES = ("partial", "estimated", "modelled", "end", "gap")
"""What a figure may be marked with; reported ones have no mark."""


def marks(seen: Iterable[str] = STATUSES) -> tuple[tuple[str, str], ...]:
    """Explain the marks of figures: only those that are ``seen``."""
    words = {
        "partial": _("partial: some importers or products are missing from it"),
        "estimated": _("estimated: by a model, or by the source itself"),
        "modelled": _("modelled: computed by a model from reported values"),
        "end": _("estimate at the end of its own interval, widened to hold it: a few large flows pull a mean that far"),
        "gap": _("not known: unknown, which is not zero"),
    }
    held = set(seen)
    return tuple((status, text) for status, text in words.items() if status in held)


def printed(value: api.Figure | api.Gap, language: str) -> Printed:
    """Make one figure or gap ready to print."""
    name = indicator_names(language).get(value.indicator, value.indicator)
    year = value.passport.year
    if isinstance(value, api.Gap):
        reason = typeset(value.text(language), language)
        return Printed(value.indicator, name, None, _("not known"), value.unit, year, "gap", "", "", reason)
    interval = ""
    if value.low is not None and value.high is not None:
        interval = between(value.low, value.high, value.unit, language, value.indicator)
        interval += AT_END if value.passport.note == api.SKEWED else ""
    return Printed(
        value.indicator,
        name,
        value.value,
        said(value.value, value.unit, language, value.indicator),
        value.unit,
        year,
        value.status,
        status_text(value.status),
        interval,
        "",
        _two_years(value, language),
    )


def _two_years(value: api.Figure, language: str) -> str:
    """Return the remark on a figure made of figures of two years: wealth of one over people of another."""
    note = value.passport.note
    return typeset(api.remark(note, language), language) if note.startswith("GDP of ") else ""


def printed_row(
    row: api.RankRow,
    columns: tuple[str, ...],
    scale: float,
    href: str,
    chosen: bool,
    language: str,
    certain: bool = False,
) -> Row:
    """Make one market ready to print; `scale` is the last rank any interval of the table reaches.

    ``certain`` is true where so few markets are ranked that all are among the first ten.
    """
    whisker, interval = None, ""
    if row.rank_median is not None and row.rank_low is not None and row.rank_high is not None:
        low, high = ordinal(row.rank_low, language), ordinal(row.rank_high, language)
        interval = low if low == high else between(row.rank_low, row.rank_high, "rank", language)
        whole = math.log(max(scale, 2))
        places = [100 * math.log(place) / whole for place in (row.rank_low, row.rank_median, row.rank_high)]
        whisker = Whisker(*(round(place, 1) for place in places))
    return Row(
        market=row.market,
        name=country_name(row.market, language),
        rank="" if row.rank is None else str(row.rank),
        href=href,
        chosen=chosen,
        first=printed(row.figure, language),
        cells=tuple(printed(row.beside[c], language) if c in row.beside else None for c in columns),
        rank_interval=interval,
        whisker=whisker,
        top10="" if row.p_top10 is None else chance_text(row.p_top10, language, certain=certain),
    )
