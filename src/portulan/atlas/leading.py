"""Who comes first in each market of a sector: the first supplier of every market, in one question."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from portulan.atlas.answers import Place, Slice, answer, place, why_nothing
from portulan.atlas.figures import Figure, Fitness, Flow, Gap, Passport
from portulan.atlas.indicators import indicator
from portulan.atlas.opened import Release
from portulan.atlas.reference.fitness import fitness_reason
from portulan.atlas.suppliers import Supplier, first_of_all

_ANYBODY = "FRA"
"""Stands in for the exporter that the question does not have: nothing in the answer depends on it."""


@dataclass(frozen=True, slots=True)
class Leader:
    """One market and who sells it most: one supplier, or several that sell exactly as much."""

    market: str
    suppliers: tuple[Supplier, ...]
    imports_world: Figure | Gap

    @property
    def first(self) -> Supplier:
        """The first supplier; of several equal, the first by ISO3."""
        return self.suppliers[0]

    @property
    def equals(self) -> tuple[str, ...]:
        """Those that sell exactly as much as `first` (ISO3), usually none."""
        return tuple(one.exporter for one in self.suppliers[1:])


@dataclass(frozen=True)
class Leaders:
    """The first supplier of each market of a sector, the largest market first.

    `gaps` says of each other market of the release why nobody knows who sells it most: it does not report, or records
    no such trade. `close` counts, by exporter, the markets where it is among the first three.
    """

    sector: str
    perimeter: str
    flow: Flow
    year: int | None
    rows: tuple[Leader, ...]
    gaps: tuple[Gap, ...]
    close: Mapping[str, int]
    passport: Passport
    fitness: Fitness
    fitness_reason_en: str
    fitness_reason_fr: str

    @property
    def unknown(self) -> tuple[str, ...]:
        """The markets of which nobody knows who sells them most."""
        return tuple(gap.market for gap in self.gaps)

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
        gaps=tuple(_gap(at, market) for market in seen if market not in found.suppliers),
        close=found.close,
        passport=at.passport(),
        fitness=at.fitness,
        fitness_reason_en=fitness_reason(at.sector, at.flow, "en", at.codes or None),
        fitness_reason_fr=fitness_reason(at.sector, at.flow, "fr", at.codes or None),
    )


def _rows(at: Place, found: Mapping[str, tuple[Supplier, ...]]) -> tuple[Leader, ...]:
    held = Slice(at)
    rows = [Leader(market, first, answer(held, "imports_world", market)) for market, first in found.items()]
    return tuple(sorted(rows, key=_by_size))


def _gap(at: Place, market: str) -> Gap:
    """Return why nobody knows who sells a market most; the gap is of no exporter."""
    sought, silent = indicator("imports_from"), "not_fitted" if at.estimated else "market_not_reporting"
    reason = why_nothing(at) or ("no_trade_recorded" if at.reports(market) else silent)
    return Gap("", market, at.sector, sought.id, sought.unit, reason, at.passport())


def _by_size(row: Leader) -> tuple[float, str]:
    return (-row.imports_world.value if isinstance(row.imports_world, Figure) else 0.0, row.market)
