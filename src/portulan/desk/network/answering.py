"""Who answers for a market and a sector on a day: plain values in and out, no database and no clock."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Charge:
    """What one person is designated for.

    ``territories`` are those meant (of the post where the designation names none). An empty set of ``sectors`` means
    all of them. Days are first and last included; ``until`` is None where no end is set.
    """

    id: int
    post: str
    territories: frozenset[str]
    sectors: frozenset[str]
    lead: bool
    since: date
    until: date | None = None
    away: tuple[tuple[date, date], ...] = ()

    def in_force(self, on: date) -> bool:
        """Return whether the designation holds on a day."""
        return self.since <= on and (self.until is None or on <= self.until)

    def present(self, on: date) -> bool:
        """Return whether the person designated is there on a day."""
        return not any(since <= on <= until for since, until in self.away)

    def covers(self, territory: str, sector: str) -> bool:
        """Return whether it is for this territory and sector; without a sector, for any."""
        return territory in self.territories and (not sector or not self.sectors or sector in self.sectors)


class State(StrEnum):
    """How a market and sector are answered for."""

    LEAD = "lead"
    DEPUTY = "deputy"
    AWAY = "away"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Answer:
    """Who answers, and in what capacity. ``charges`` are in order: those who answer, then who is away."""

    state: State
    charges: tuple[Charge, ...] = ()


def answer(charges: Iterable[Charge], territory: str, sector: str, on: date) -> Answer:
    """Return who answers for a territory and a sector on a day: the leads who are there, else deputies who are.

    Where all are away they are named with that: a wrong name is worse than none, and an absent one must not look
    present. An unknown territory or sector is covered by nobody.
    """
    mine = [one for one in charges if one.in_force(on) and one.covers(territory, sector)]
    if not mine:
        return Answer(State.NOBODY)
    there = [one for one in mine if one.present(on)]
    leads = tuple(one for one in there if one.lead)
    if leads:
        return Answer(State.LEAD, leads)
    if there:
        return Answer(State.DEPUTY, tuple(there))
    return Answer(State.AWAY, tuple(sorted(mine, key=lambda one: (not one.lead, one.id))))


def gaps(
    charges: Iterable[Charge], territories: Iterable[str], sectors: Iterable[str], on: date
) -> dict[str, tuple[str, ...]]:
    """Return the sectors that nobody is designated for, by territory; a territory without a gap is left out.

    An absence is no gap: somebody is designated, and comes back.
    """
    held = [one for one in charges if one.in_force(on)]
    wanted = tuple(sectors)
    by_territory: dict[str, list[Charge]] = {}
    for one in held:
        for territory in one.territories:
            by_territory.setdefault(territory, []).append(one)
    found: dict[str, tuple[str, ...]] = {}
    for territory in territories:
        mine = by_territory.get(territory, [])
        left = tuple(sector for sector in wanted if not any(one.covers(territory, sector) for one in mine))
        if left:
            found[territory] = left
    return found
