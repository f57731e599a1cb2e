"""What is wrong with a list of rules: plain values in and out, no database and no clock.

Everything is exact over finite sets: the codes of the world, and days cut where a rule begins or ends. A rule is a box
in five directions (markets, sectors, topics, languages, days); a box less another is a few boxes, so whether several
earlier rules together leave nothing of a later one is found without looking at every question.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import reduce
from itertools import combinations

from portulan.desk.enquiries.routing import Question, Scope
from portulan.desk.enquiries.rules import ASKS_AN_OPERATOR, Act, Rule, in_places

Box = tuple[int, int, int, int, int]
"""A set of codes in each direction, one bit a code."""
_AXES = 5


class Fault(StrEnum):
    """What may be wrong."""

    UNREACHABLE = "unreachable"
    CONTRADICTORY = "contradictory"
    OVER = "over"
    GONE = "gone"
    UNCOVERED = "uncovered"


@dataclass(frozen=True, slots=True)
class World:
    """What rules are about: every code there is, and whom each post and operator has.

    ``designated`` gives, for a market, the sectors that somebody of a post answers for; ``posts`` and ``organisations``
    the sectors that somebody there answers for; who is not in them is not at work. ``covered`` are the markets in which
    somebody should be designated, all of them where it is None.
    """

    territories: tuple[str, ...]
    sectors: tuple[str, ...]
    topics: tuple[str, ...]
    languages: tuple[str, ...]
    designated: Mapping[str, frozenset[str]]
    posts: Mapping[str, frozenset[str]]
    organisations: Mapping[str, frozenset[str]]
    covered: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """Questions that end at the coordination desk because nobody is designated: each of these with each."""

    territories: tuple[str, ...]
    sectors: tuple[str, ...]
    topics: tuple[str, ...]
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong.

    ``rules`` are the numbers of the rules it is said of, ``by`` those that take everything from it; ``example`` is a
    question that contradictory rules fight over; ``codes`` are names that no longer mean anything.
    """

    fault: Fault
    rules: tuple[int, ...] = ()
    by: tuple[int, ...] = ()
    example: Question | None = None
    codes: tuple[str, ...] = ()
    gaps: tuple[Gap, ...] = ()
    cells: int = 0


def lint(rules: Iterable[Rule], world: World, on: date) -> list[Finding]:
    """Return what is wrong with rules from a day on, in the order of the rules; what is uncovered on that day last."""
    places = in_places(rules)
    space = _Space(world, [rule for group in places for rule in group], on)
    found: list[Finding] = []
    before: list[Rule] = []
    for group in places:
        for rule in group:
            found += _of_one(rule, before, world, space, on)
        found += _contradictions(group, before, space)
        before += group
    return [*found, *_uncovered(places, world, space)]


class _Space:
    """Turns codes into bits and back."""

    def __init__(self, world: World, rules: Sequence[Rule], on: date) -> None:
        cuts = {on, *(one.since for one in rules), *(one.until + timedelta(days=1) for one in rules if one.until)}
        self.days = sorted(day for day in cuts if day >= on)
        self.codes = (world.territories, world.sectors, world.topics, world.languages)
        self.bits = tuple({code: 1 << place for place, code in enumerate(codes)} for codes in self.codes)
        self.whole = tuple((1 << len(codes)) - 1 for codes in self.codes)
        self.boxes = {one.number: self._box(one) for one in rules}

    def mask(self, axis: int, codes: Iterable[str]) -> int:
        """Return codes as bits; those that the world does not have are left out."""
        return reduce(lambda held, code: held | self.bits[axis].get(code, 0), codes, 0)

    def named(self, axis: int, mask: int) -> tuple[str, ...]:
        """Return bits as codes."""
        return tuple(code for code, bit in self.bits[axis].items() if mask & bit)

    def _scope(self, axis: int, scope: Scope) -> int:
        return self.whole[axis] if scope.all_of_them else self.mask(axis, scope.codes)

    def _box(self, rule: Rule) -> Box:
        days = sum(1 << place for place, day in enumerate(self.days) if rule.in_force(day))
        return (
            self._scope(0, rule.territories), self._scope(1, rule.sectors), self._scope(2, rule.topics),
            self._scope(3, rule.languages), days,
        )  # fmt: skip

    def question(self, box: Box) -> Question:
        """Return one question in a box."""
        return Question(*(self.named(axis, box[axis] & -box[axis])[0] for axis in range(4)))


def _both(one: Box, other: Box) -> Box | None:
    """Return what two boxes share."""
    shared = (one[0] & other[0], one[1] & other[1], one[2] & other[2], one[3] & other[3], one[4] & other[4])
    return shared if all(shared) else None


def _minus(boxes: Iterable[Box], gone: Box) -> list[Box]:
    """Return what is left of boxes without another: boxes that share nothing where those given do not."""
    left: list[Box] = []
    for box in boxes:
        shared = _both(box, gone)
        if shared is None:
            left.append(box)
            continue
        rest = list(box)
        for axis in range(_AXES):
            if outside := box[axis] & ~gone[axis]:
                left.append((*rest[:axis], outside, *rest[axis + 1 :]))  # type: ignore[arg-type] # five of them
            rest[axis] = shared[axis]
    return left


def _less(boxes: Iterable[Box], gone: Iterable[Box]) -> list[Box]:
    return reduce(_minus, gone, list(boxes))


def _of_one(rule: Rule, before: Sequence[Rule], world: World, space: _Space, on: date) -> list[Finding]:
    """Return what is wrong with one rule, given those of earlier places."""
    number = (rule.number,)
    if rule.until is not None and rule.until < on:
        return [Finding(Fault.OVER, number)]
    found = []
    known = {Act.INSTEAD: world.posts, **dict.fromkeys(ASKS_AN_OPERATOR, world.organisations)}.get(rule.act)
    if known is not None and not known.get(rule.to):
        found.append(Finding(Fault.GONE, number, codes=(rule.to,)))
    scopes = (rule.territories, rule.sectors, rule.topics, rule.languages)
    strange = [sorted(scope.codes - set(codes)) for scope, codes in zip(scopes, space.codes, strict=True)]
    if any(strange):
        found.append(Finding(Fault.GONE, number, codes=tuple(code for codes in strange for code in codes)))
    box = space.boxes[rule.number]
    if all(box) and not _less([box], (space.boxes[one.number] for one in before)):
        found.append(Finding(Fault.UNREACHABLE, number, by=_needed(box, before, space)))
    return found


def _needed(box: Box, before: Sequence[Rule], space: _Space) -> tuple[int, ...]:
    """Return earlier rules that together take all of a box, none of them in vain."""
    taking = [one.number for one in before]
    for number in reversed(list(taking)):
        fewer = [one for one in taking if one != number]
        if not _less([box], (space.boxes[one] for one in fewer)):
            taking = fewer
    return tuple(taking)


def _contradictions(group: Sequence[Rule], before: Sequence[Rule], space: _Space) -> list[Finding]:
    """Return the pairs of equal standing that send a question, which no earlier rule takes, to different places."""
    found = []
    for one, other in combinations(group, 2):
        shared = _both(space.boxes[one.number], space.boxes[other.number])
        if one.does == other.does or shared is None:
            continue
        if left := _less([shared], (space.boxes[rule.number] for rule in before)):
            pair = (one.number, other.number)
            found.append(Finding(Fault.CONTRADICTORY, pair, example=space.question(left[0])))
    return found


def _uncovered(places: Sequence[Sequence[Rule]], world: World, space: _Space) -> list[Finding]:
    """Return what ends at the coordination desk today because nobody is designated, and no rule leads elsewhere."""
    by_sectors: dict[int, int] = {}
    for code, bit in space.bits[0].items():
        if world.covered is not None and code not in world.covered:
            continue
        missing = space.whole[1] & ~space.mask(1, world.designated.get(code, frozenset()))
        by_sectors[missing] = by_sectors.get(missing, 0) | bit
    today = 1
    undecided: list[Box] = [
        (markets, missing, space.whole[2], space.whole[3], today) for missing, markets in by_sectors.items() if missing
    ]
    undecided = [box for box in undecided if all(box)]
    left: list[Box] = []
    for group in places:
        # What rules fight over goes to the coordination desk because of that, and is said elsewhere.
        fights = [
            shared
            for one, other in combinations(group, 2)
            if one.does != other.does and (shared := _both(space.boxes[one.number], space.boxes[other.number]))
        ]
        undecided = _less(undecided, fights)
        for rule in group:
            box = space.boxes[rule.number]
            if rule.act is not Act.COORDINATION:
                answered = space.mask(1, _sectors_led_to(rule, world))
                mine = [shared for one in undecided if (shared := _both(one, box))]
                left += _minus(mine, (box[0], answered, box[2], box[3], box[4]))
            undecided = _minus(undecided, box)
    left += undecided
    if not left:
        return []
    return [Finding(Fault.UNCOVERED, gaps=_told(left, space), cells=_cells(left, space))]


def _sectors_led_to(rule: Rule, world: World) -> frozenset[str]:
    """Return the sectors for which a rule leads to somebody."""
    there = world.posts if rule.act is Act.INSTEAD else world.organisations
    return there.get(rule.to, frozenset())


def _told(boxes: Iterable[Box], space: _Space) -> tuple[Gap, ...]:
    """Return boxes as codes, markets that lack the same put together, the most markets first."""
    alike: dict[tuple[int, int, int], int] = {}
    for markets, sectors, topics, languages, _days in boxes:
        key = (sectors, topics, languages)
        alike[key] = alike.get(key, 0) | markets
    ordered = sorted(alike.items(), key=lambda one: (-one[1].bit_count(), one[0]))
    return tuple(
        Gap(space.named(0, markets), space.named(1, key[0]), space.named(2, key[1]), space.named(3, key[2]))
        for key, markets in ordered
    )


def _cells(boxes: Iterable[Box], space: _Space) -> int:
    """Return how many triples of market, sector and topic lack somebody in one language or more."""
    apart: list[Box] = []
    for box in boxes:
        flat: Box = (*box[:3], space.whole[3], 1)
        apart += _less([flat], apart)
    return sum(box[0].bit_count() * box[1].bit_count() * box[2].bit_count() for box in apart)
