"""Who answers a question: plain values in and out, no database and no clock.

A candidate answers where five things hold together: the territory, the sector, the subject, the language and their
presence. Unknown never matches: a question without a market goes to nobody in a post, a candidate whose languages
nobody wrote down speaks none. Levels are asked in order, and the first that has somebody answers; where none has, the
coordination desk does. Each choice keeps why.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from itertools import groupby


class Level(StrEnum):
    """Where a candidate stands, in the order in which they are asked."""

    LEAD = "lead"
    DEPUTY = "deputy"
    OPERATOR = "operator"
    HEAD = "head"
    COORDINATION = "coordination"


ORDER = tuple(Level)


class Condition(StrEnum):
    """What must hold, in the order in which it is looked at."""

    TERRITORY = "territory"
    SECTOR = "sector"
    SUBJECT = "subject"
    LANGUAGE = "language"
    PRESENCE = "presence"


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, as codes (ISO3, sector, subject, ISO 639-1); an empty one is unknown."""

    territory: str
    sector: str
    subject: str
    language: str


@dataclass(frozen=True, slots=True)
class Scope:
    """What somebody answers for: ``codes``, or everything where ``all_of_them``. Unknown is in no scope."""

    codes: frozenset[str] = frozenset()
    all_of_them: bool = False

    def holds(self, code: str) -> bool:
        """Return whether a code is in it."""
        return bool(code) and (self.all_of_them or code in self.codes)

    def precise(self, code: str) -> bool:
        """Return whether a code is named in it, rather than being one of all."""
        return not self.all_of_them and code in self.codes


EVERYTHING = Scope(all_of_them=True)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who may answer.

    ``load`` is how many questions they have open; ``away`` the days on which they are not there, both ends included.
    They are of a ``post`` or, officers of an operator, of an ``organisation``.
    """

    id: int
    level: Level
    territories: Scope
    sectors: Scope
    subjects: Scope
    languages: frozenset[str]
    away: tuple[tuple[date, date], ...] = ()
    load: int = 0
    post: str = ""
    organisation: str = ""

    def present(self, on: date) -> bool:
        """Return whether they are there on a day."""
        return not any(since <= on <= until for since, until in self.away)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found of one candidate: ``failed`` names each test that does not hold; none where they may answer."""

    candidate: Candidate
    failed: tuple[Condition, ...]

    @property
    def may(self) -> bool:
        """Whether they may answer."""
        return not self.failed


@dataclass(frozen=True, slots=True)
class Choice:
    """Who answers, and why.

    ``precise`` are the tests met by name rather than by an "all"; ``instead`` the candidates of earlier levels who fail
    on their language or presence alone.
    """

    candidate: Candidate
    precise: tuple[Condition, ...]
    instead: tuple[Verdict, ...]


@dataclass(frozen=True, slots=True)
class Routed:
    """Who answers; nobody in ``choices`` sends the question to the coordination desk, ``near`` says who came near."""

    choices: tuple[Choice, ...]
    near: tuple[Verdict, ...]
    verdicts: tuple[Verdict, ...]

    @property
    def to_coordination(self) -> bool:
        """Whether the coordination desk has to find somebody."""
        return not self.choices


def judge(question: Question, candidate: Candidate, on: date) -> Verdict:
    """Return which tests a candidate fails, in order."""
    held = {
        Condition.TERRITORY: candidate.territories.holds(question.territory),
        Condition.SECTOR: candidate.sectors.holds(question.sector),
        Condition.SUBJECT: candidate.subjects.holds(question.subject),
        Condition.LANGUAGE: bool(question.language) and question.language in candidate.languages,
        Condition.PRESENCE: candidate.present(on),
    }
    return Verdict(candidate, tuple(test for test in Condition if not held[test]))


def route(question: Question, candidates: Iterable[Candidate], on: date, most: int = 1) -> Routed:
    """Return who answers a question on a day: at most ``most`` of the first level that has anybody.

    Within a level those named for more of what is asked come first (an agent for games before one for all sectors),
    then those with less to do, then the first designated. The order of the candidates given changes nothing.
    """
    ranked = sorted(candidates, key=lambda one: (ORDER.index(one.level), one.id))
    verdicts = tuple(judge(question, one, on) for one in ranked)
    passed: list[Verdict] = []
    for _, group in groupby(verdicts, key=lambda one: one.candidate.level):
        level = list(group)
        able = sorted((one.candidate for one in level if one.may), key=lambda one: _first(question, one))
        if able:
            instead = tuple(passed)
            chosen = tuple(Choice(one, precise(question, one), instead) for one in able[:most])
            return Routed(chosen, (), verdicts)
        passed += [one for one in level if _near(one)]
    return Routed((), tuple(passed), verdicts)


def rivals(question: Question, candidates: Iterable[Candidate], on: date) -> list[Candidate]:
    """Return those between whom only what each has to do decides who is asked first."""
    able = [one for one in candidates if judge(question, one, on).may]
    ranks = {one.id: (ORDER.index(one.level), -len(precise(question, one))) for one in able}
    first = min(ranks.values(), default=None)
    return [one for one in able if ranks[one.id] == first]


def precise(question: Question, candidate: Candidate) -> tuple[Condition, ...]:
    """Return the tests met by name rather than by an "all"."""
    named = {
        Condition.TERRITORY: candidate.territories.precise(question.territory),
        Condition.SECTOR: candidate.sectors.precise(question.sector),
        Condition.SUBJECT: candidate.subjects.precise(question.subject),
    }
    return tuple(test for test, is_named in named.items() if is_named)


def _first(question: Question, candidate: Candidate) -> tuple[int, int, int]:
    return (-len(precise(question, candidate)), candidate.load, candidate.id)


def _near(verdict: Verdict) -> bool:
    """Return whether somebody is designated for this, and only their language or an absence stands between."""
    return set(verdict.failed) <= {Condition.LANGUAGE, Condition.PRESENCE}


def several(questions: Sequence[Question], candidates: Iterable[Candidate], on: date) -> tuple[Routed, ...]:
    """Route each question of an enquiry; a person with two of them has the load of both."""
    held = list(candidates)
    found = []
    for question in questions:
        routed = route(question, held, on)
        found.append(routed)
        taken = {choice.candidate.id for choice in routed.choices}
        held = [replace(one, load=one.load + 1) if one.id in taken else one for one in held]
    return tuple(found)
