"""Rows that may be one person, or one organisation: found by what they say. Pure: plain values, no database."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from uuid import UUID

from rapidfuzz.distance import OSA

from portulan.desk.people.names import company_number, core_of, folded

SHORTEST = 6
"""Letters from which on one mistake in a name does not make another name of it."""
CROWD = 12
"""Rows alike in one thing of which each is shown beside each; of more, each beside the first."""


class Why(StrEnum):
    """Why two rows may be one, the surest first."""

    ADDRESS = "address"
    NUMBER = "number"
    NAME = "name"
    FORM = "form"
    SPELLING = "spelling"


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a row. ``groups``: the organisations of a person; ``number``: of a register of companies."""

    id: UUID
    name: str
    address: str = ""
    number: str = ""
    groups: frozenset[UUID] = frozenset()


@dataclass(frozen=True, slots=True)
class Twins:
    """Two rows that may be one, in the order in which they were given."""

    first: UUID
    second: UUID
    why: Why


Key = tuple[object, ...]
Keys = Callable[[Known], Iterable[Key]]


def twin_persons(known: Iterable[Known]) -> list[Twins]:
    """Return the persons that may be one: by address; or by name, or nearly, in one and the same organisation.

    Given and family name may have been written in either order.
    """
    rows = list(known)
    return _once(
        rows,
        (
            (Why.ADDRESS, lambda one: [(one.address.strip().lower(),)] if one.address.strip() else []),
            (Why.NAME, lambda one: [(group, _sorted(one.name)) for group in one.groups]),
            (Why.SPELLING, lambda one: [(g, near) for g in one.groups for near in _nearly(_sorted(one.name))]),
        ),
        lambda one: _sorted(one.name),
        lambda _first, _second: True,
    )


def twin_organisations(known: Iterable[Known]) -> list[Twins]:
    """Return the organisations that may be one: by number; by name, but for its legal form, or but for one mistake.

    Two that are registered by different numbers are two, whatever they are called.
    """
    rows = list(known)
    numbers = {one.id: company_number(one.number) for one in rows}

    def may_be_one(first: Known, second: Known) -> bool:
        one, other = numbers[first.id], numbers[second.id]
        return not (one and other) or one == other

    return _once(
        rows,
        (
            (Why.NUMBER, lambda one: [(numbers[one.id],)] if numbers[one.id] else []),
            (Why.NAME, lambda one: [(folded(one.name),)]),
            (Why.FORM, lambda one: [(core_of(one.name),)]),
            (Why.SPELLING, lambda one: [(near,) for near in _nearly(core_of(one.name))]),
        ),
        lambda one: core_of(one.name),
        may_be_one,
    )


def _sorted(name: str) -> str:
    return " ".join(sorted(folded(name).split()))


def _nearly(name: str) -> Iterator[str]:
    """Yield a name, and the name without each of its letters: names one mistake apart have one of these in common."""
    joined = name.replace(" ", "")
    if len(joined) < SHORTEST:
        return
    yield joined
    for place in range(len(joined)):
        yield joined[:place] + joined[place + 1 :]


def _once(
    rows: list[Known],
    reasons: Iterable[tuple[Why, Keys]],
    name_of: Callable[[Known], str],
    may_be_one: Callable[[Known, Known], bool],
) -> list[Twins]:
    """Return each pair once, with the surest reason."""
    found: dict[frozenset[UUID], Twins] = {}
    for why, keys in reasons:
        alike: dict[Key, list[Known]] = {}
        for one in rows:
            for key in set(keys(one)):
                if key[-1]:
                    alike.setdefault(key, []).append(one)
        for group in alike.values():
            for first, second in _pairs(group):
                pair = frozenset((first.id, second.id))
                if len(pair) < 2 or pair in found or not may_be_one(first, second):
                    continue
                if why is not Why.SPELLING or _one_mistake(name_of(first), name_of(second)):
                    found[pair] = Twins(first.id, second.id, why)
    return list(found.values())


def _pairs(group: list[Known]) -> Iterator[tuple[Known, Known]]:
    return combinations(group, 2) if len(group) <= CROWD else ((group[0], other) for other in group[1:])


def _one_mistake(first: str, second: str) -> bool:
    one, other = first.replace(" ", ""), second.replace(" ", "")
    # "Studio 1" and "Studio 2" are two: a figure is no slip of the finger.
    if [letter for letter in one if letter.isdecimal()] != [letter for letter in other if letter.isdecimal()]:
        return False
    return OSA.distance(one, other, score_cutoff=1) <= 1
