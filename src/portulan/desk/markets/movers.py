"""The markets of a sector that rise and fall most for an exporter."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from portulan.atlas import api
from portulan.desk.markets import questions
from portulan.desk.markets.cells import Printed, printed
from portulan.desk.markets.place import Place, addresses
from portulan.desk.markets.selectors import country_name
from portulan.desk.markets.wording import typeset

MOVERS = 5
_LEAST_SHARE = 0.0005
"""Growth of a market below this part of the exporter's sales is noise: it is not called a mover."""


@dataclass(frozen=True, slots=True)
class Mover:
    """A market that grows or falls."""

    name: str
    href: str
    growth: Printed
    size: Printed


@dataclass(frozen=True, slots=True)
class Moves:
    """The markets that rise and fall most, or why nobody can say."""

    rising: tuple[Mover, ...] = ()
    falling: tuple[Mover, ...] = ()
    reason: str = ""


def moves(place: Place, sector: str, language: str) -> Moves:
    """Return the markets whose purchases from the exporter rise and fall most, or why nobody can say."""
    grown = questions.ranking(place, sector, "growth")
    sold = {row.market: row.beside.get("imports_from") for row in grown.rows}
    total = sum(value.value for value in sold.values() if isinstance(value, api.Figure))
    href = addresses("cell", place, sector=sector)
    kept = [
        Mover(
            country_name(row.market, language),
            href(row.market),
            printed(row.figure, language),
            printed(size, language),
        )
        for row in grown.rows
        if isinstance(row.figure, api.Figure)
        and isinstance(size := sold[row.market], api.Figure)
        and size.value >= _LEAST_SHARE * total
    ]
    if not kept:
        reasons = Counter(row.figure.text(language) for row in grown.apart if isinstance(row.figure, api.Gap))
        return Moves(reason=typeset(reasons.most_common(1)[0][0], language) if reasons else "")
    rising = tuple(mover for mover in kept if (mover.growth.value or 0) > 0)[:MOVERS]
    falling = tuple(mover for mover in reversed(kept) if (mover.growth.value or 0) < 0)[:MOVERS]
    return Moves(rising, falling)
