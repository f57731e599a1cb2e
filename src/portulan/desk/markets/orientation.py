"""Where figures do not measure a sector: the first markets by what is known of the countries, with their weights."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from portulan.atlas import api
from portulan.desk.markets import scan_questions
from portulan.desk.markets.cells import Printed, printed
from portulan.desk.markets.place import Place, addresses
from portulan.desk.markets.scan_page import one_year
from portulan.desk.markets.scan_words import points
from portulan.desk.markets.selectors import country_name

FIRST = 10


@dataclass(frozen=True, slots=True)
class Criterion:
    """A criterion that counts, as the head of its column: with the year of its values where they share one."""

    name: str
    year: str
    weight: str

    @property
    def head(self) -> str:
        """The name, the year where there is one, the weight."""
        name = f"{self.name}, {self.year}" if self.year else self.name
        return _("%(name)s (weight %(weight)s)") % {"name": name, "weight": self.weight}


@dataclass(frozen=True, slots=True)
class Oriented:
    """One market in order of score: each value with its year where the column has several."""

    rank: str
    name: str
    href: str
    score: str
    cells: tuple[tuple[Printed, str], ...]


@dataclass(frozen=True, slots=True)
class Orientation:
    """The first markets of the orientation; ``total`` are in order. ``indicators`` are what their scores rest on."""

    criteria: tuple[Criterion, ...] = ()
    rows: tuple[Oriented, ...] = ()
    total: int = 0
    indicators: tuple[str, ...] = ()
    values: tuple[api.Figure | api.Gap, ...] = ()


def orientation(place: Place, sector: str, language: str) -> Orientation:
    """Return the first markets by the weights that an orientation starts from, as the scan has them."""
    asked = scan_questions.criteria(place, sector)
    found = asked.scan(sensitivity=False)
    href = addresses("cell", place, sector=sector)
    years = {name: one_year(asked, name) for name in found.weights}

    def cell(name: str, value: api.Figure | api.Gap) -> tuple[Printed, str]:
        year = value.passport.year if isinstance(value, api.Figure) and not years[name] else None
        return printed(value, language), str(year or "")

    first = found.rows[:FIRST]
    return Orientation(
        tuple(
            Criterion(asked.by_id[name].name(language), years[name], f"{weight:g}")
            for name, weight in found.weights.items()
        ),
        tuple(
            Oriented(
                str(row.rank or ""),
                country_name(row.market, language),
                href(row.market),
                points(row.score, language),
                tuple(cell(name, row.values[name]) for name in found.weights),
            )
            for row in first
        ),
        len(found.rows),
        tuple(dict.fromkeys(value.indicator for row in first for value in row.values.values() if value.indicator)),
        tuple(row.values[name] for row in first for name in found.weights),
    )
