"""One market seen by one exporter: every sector with its figures, its place among the markets, and who sells there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from portulan.atlas.answers import Place, Slice, answer, place
from portulan.atlas.figures import Figure, Fitness, Flow, Gap, Passport
from portulan.atlas.indicators import INDICATORS
from portulan.atlas.opened import Release
from portulan.atlas.rankings import leading_potential, rank_markets
from portulan.atlas.reference import countries, sectors
from portulan.atlas.suppliers import Supplier, first_suppliers

FIGURES = tuple(one.id for one in INDICATORS if one.scope in ("cell", "market"))
"""The indicators of a row: those of the market, and those of what the exporter sells there."""


@dataclass(frozen=True, slots=True)
class ProfileRow:
    """One sector of a profile.

    `rank` is the place of this market among the `ranked` markets of the exporter by the indicator `lead`, None where it
    stands apart; `rank_low` and `rank_high` bound it where the release holds intervals.
    """

    sector: str
    kind: str
    fitness: Fitness
    lead: str
    figures: Mapping[str, Figure | Gap]
    rank: int | None
    ranked: int
    rank_low: float | None
    rank_high: float | None
    first_suppliers: tuple[Supplier, ...]


@dataclass(frozen=True, slots=True)
class Profile:
    """The fourteen sectors, then the groups that the source publishes, then all together; nothing is left out."""

    exporter: str
    market: str
    perimeter: str
    flow: Flow
    year: int | None
    rows: tuple[ProfileRow, ...]
    passport: Passport


@dataclass(frozen=True, slots=True)
class _Places:
    """The places of every market of one exporter in one sector: rank and its bounds."""

    lead: str
    ranked: int
    of: Mapping[str, tuple[int, float | None, float | None]]


def profile(
    release: Release,
    *,
    exporter: str,
    market: str,
    perimeter: str = "core",
    flow: Flow = "goods",
    year: int | None = None,
) -> Profile:
    """Return every sector of one market for one exporter. The passport is that of all sectors together."""
    market = countries.country(market).iso3
    whole = place(release, exporter, sectors.ALL, perimeter, flow, year)
    kinds = {
        **{one.id: "sector" for one in sectors.sectors()},
        **{one: "group" for one in sectors.groups() if _held(whole, one)},
        sectors.ALL: "all",
    }
    places = {sector: place(release, exporter, sector, perimeter, flow, year) for sector in kinds}
    return Profile(
        exporter=whole.exporter,
        market=market,
        perimeter=perimeter,
        flow=flow,
        year=whole.year,
        rows=tuple(_row(at, kinds[sector], market) for sector, at in places.items()),
        passport=whole.passport(),
    )


def _held(whole: Place, group: str) -> bool:
    """Whether the source publishes what this group is made of: codes that serve several sectors at once."""
    return (whole.flow, whole.year, whole.perimeter, group) in whole.release.basket_of


def _row(at: Place, kind: str, market: str) -> ProfileRow:
    found = Slice(at)
    known: _Places = at.release.derived(_places_of, at.exporter, at.sector, at.perimeter, at.flow, at.year)
    rank, low, high = known.of.get(market, (None, None, None))
    return ProfileRow(
        sector=at.sector,
        kind=kind,
        fitness=at.fitness,
        lead=known.lead,
        figures={ident: answer(found, ident, market) for ident in FIGURES},
        rank=rank,
        ranked=known.ranked,
        rank_low=low,
        rank_high=high,
        first_suppliers=first_suppliers(at, market),
    )


def _places_of(release: Release, exporter: str, sector: str, perimeter: str, flow: Flow, year: int | None) -> _Places:
    """Rank every market of an exporter by the indicator that leads in this sector; kept by the release."""
    at = place(release, exporter, sector, perimeter, flow, year)
    lead = leading_potential(at)
    ranking = rank_markets(at, lead, None, False)
    return _Places(
        lead, ranking.total, {row.market: (row.rank or 0, row.rank_low, row.rank_high) for row in ranking.rows}
    )
