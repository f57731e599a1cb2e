"""The countries that sell a sector to the world, beside the exporter."""

from __future__ import annotations

from dataclasses import dataclass

from portulan.desk.markets import questions
from portulan.desk.markets.cells import Printed, printed
from portulan.desk.markets.place import Place
from portulan.desk.markets.selectors import country_name
from portulan.desk.markets.wording import probability, said


@dataclass(frozen=True, slots=True)
class Competitor:
    """A country that sells the sector to the world."""

    rank: int
    name: str
    exports: Printed
    share: str
    rca: str
    ours: bool


def competitors(place: Place, sector: str, language: str) -> tuple[Competitor, ...]:
    """Return the first exporters of a sector; a share or an advantage that is not known stays empty."""
    return tuple(
        Competitor(
            one.rank,
            country_name(one.exporter, language),
            printed(one.exports, language),
            "" if one.share is None else probability(one.share, language),
            "" if one.rca is None else said(one.rca, "ratio", language, "rca"),
            one.exporter == place.exporter,
        )
        for one in questions.exporters(place, sector)
    )
