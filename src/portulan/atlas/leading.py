"""Who comes first in each market of a sector: the first supplier of every market, in one question."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from portulan.atlas.answers import Place, Slice, answer, place
from portulan.atlas.figures import Figure, Fitness, Flow, Gap, Passport
from portulan.atlas.opened import Release
from portulan.atlas.suppliers import Supplier, first_of_all

_ANYBODY = "FRA"
"""Stands in for the exporter that the question does not have: nothing in the answer depends on it."""


@dataclass(frozen=True, slots=True)
class Leader:
    """One market and who sells it most; `equals` names those that sell exactly as much (ISO3), usually none."""

    market: str
    first: Supplier
    equals: tuple[str, ...]
    imports_world: Figure | Gap


@dataclass(frozen=True)
class Leaders:
    """The first supplier of each market of a sector, the largest market first.

    `unknown` names the markets of the release of which nobody knows who sells them most: they do not report, or record
    no such trade. `close` counts, by exporter, the markets where it is among the first three.
    """

    sector: str
    perimeter: str
    flow: Flow
    year: int | None
    rows: tuple[Leader, ...]
    unknown: tuple[str, ...]
    close: Mapping[str, int]
    passport: Passport
    fitness: Fitness

    @cached_property
    def alone(self) -> Mapping[str, int]:
        """In how many markets each exporter comes first with no equal, the first of most markets first."""
        held = Counter(row.first.exporter for row in self.rows if not row.equals)
        return dict(sorted(held.items(), key=lambda item: (-item[1], item[0])))


def leaders(
    release: Release,
    *,
    sector: str,
    perimeter: str = "core",
    flow: Flow = "goods",
    year: int | None = None,
) -> Leaders:
    """Return who sells most to each market of a sector: for each market, what `suppliers` puts at rank 1.

    Where a market does not report, that is what a gravity expects (status `estimated`), where the release holds one.
    Raises `UnknownCodeError` for a word the atlas does not know.
    """
    at = place(release, _ANYBODY, sector, perimeter, flow, year)
    seen = () if at.year is None else tuple(sorted(release.countries_seen(at.flow, at.year)))
    found = first_of_all(at, seen)
    return Leaders(
        sector=at.sector,
        perimeter=at.perimeter,
        flow=at.flow,
        year=at.year,
        rows=_rows(at, found.suppliers),
        unknown=tuple(market for market in seen if market not in found.suppliers),
        close=found.close,
        passport=at.passport(),
        fitness=at.fitness,
    )


def _rows(at: Place, found: Mapping[str, tuple[Supplier, ...]]) -> tuple[Leader, ...]:
    held = Slice(at)
    rows = [
        Leader(market, first[0], tuple(one.exporter for one in first[1:]), answer(held, "imports_world", market))
        for market, first in found.items()
    ]
    return tuple(sorted(rows, key=_by_size))


def _by_size(row: Leader) -> tuple[float, str]:
    return (-row.imports_world.value if isinstance(row.imports_world, Figure) else 0.0, row.market)
