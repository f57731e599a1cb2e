"""What the desk says of itself: how long a first answer takes, and what was asked and not served. Pure.

A question that nobody has answered is not left out, and its wait is not taken for the whole of it: it is censored, and
quantiles are those of Kaplan and Meier (1958), "Nonparametric estimation from incomplete observations", equation 2b.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import groupby

from portulan.desk.enquiries.models import Closing
from portulan.desk.enquiries.status import LATE_AFTER, REMINDERS

UNSERVED_AFTER = timedelta(days=REMINDERS[-1])
"""A question without an answer for so long was not served, whatever may still come."""
AGES = (0, 7, 14, 21, 45)
"""Days at which each class of ages begins: those of the reminders."""
QUARTILES = (0.25, 0.5, 0.75)
_ROUNDING = 1e-9
"""Products of many fractions come out this near to what they are."""


class Reason(StrEnum):
    """Why a question counts as asked and not served. It has one reason: the first of these that holds."""

    NO_HELP = "no_help"
    UNREACHABLE = "unreachable"
    NO_CANDIDATE = "no_candidate"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class Wait:
    """For how long somebody waited for a first answer, in seconds; ``answered`` false: for at least so long."""

    seconds: float
    answered: bool


def wait(opened: datetime, first_answer: datetime | None, closed: datetime | None, closing: str, now: datetime) -> Wait:
    """Return how long somebody has waited, as known at a moment.

    To be sent elsewhere is an answer: the letter says where to ask. Whoever withdraws waits no longer, and nobody knows
    how long it would have been. Closed in any other way without an answer, a question stays unanswered: to leave it out
    would reward closing.
    """
    if first_answer is None and closing == Closing.NOT_FOR_US:
        first_answer = closed
    if first_answer is not None and first_answer <= now:
        return Wait(max(0.0, (first_answer - opened).total_seconds()), answered=True)
    if closing == Closing.WITHDRAWN and closed is not None:
        now = min(now, closed)
    return Wait(max(0.0, (now - opened).total_seconds()), answered=False)


Step = tuple[float, float]
"""From this wait on, this share still waits."""


def survival(waits: Iterable[Wait]) -> list[Step]:
    """Return the share that still waits after each wait at which somebody was answered (Kaplan-Meier).

    Whoever is censored at a moment at which another is answered still waited then.
    """
    ordered = sorted(waits, key=lambda one: one.seconds)
    left, share = len(ordered), 1.0
    steps = []
    for seconds, same in groupby(ordered, key=lambda one: one.seconds):
        found = [one.answered for one in same]
        if answered := sum(found):
            share *= 1 - answered / left
            steps.append((seconds, share))
        left -= len(found)
    return steps


def quantile(steps: Sequence[Step], share: float) -> float | None:
    """Return after how many seconds this share was answered; None where so many were not yet."""
    return next((seconds for seconds, waiting in steps if waiting <= 1 - share + _ROUNDING), None)


def answered_within(steps: Sequence[Step], seconds: float) -> float:
    """Return the share answered within so many seconds."""
    return 1 - next((waiting for at, waiting in reversed(steps) if at <= seconds), 1.0)


@dataclass(frozen=True, slots=True)
class FirstAnswer:
    """How long a first answer takes: ``quartiles`` in days, None where too few were answered to know.

    ``in_time`` is the share answered within seven days, None without a question.
    """

    needs: int
    answered: int
    quartiles: tuple[float | None, float | None, float | None]
    in_time: float | None


def first_answer(waits: Iterable[Wait]) -> FirstAnswer:
    """Return how long a first answer takes."""
    known = list(waits)
    steps = survival(known)
    low, middle, high = (_days(quantile(steps, share)) for share in QUARTILES)
    in_time = answered_within(steps, LATE_AFTER.total_seconds()) if known else None
    return FirstAnswer(len(known), sum(one.answered for one in known), (low, middle, high), in_time)


def _days(seconds: float | None) -> float | None:
    return None if seconds is None else seconds / timedelta(days=1).total_seconds()


@dataclass(frozen=True, slots=True)
class Period:
    """Days, both included."""

    since: date
    until: date

    def settled(self, on: date) -> bool:
        """Return whether every question of it has had the time to be served or not."""
        return on - self.until > UNSERVED_AFTER


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked of one market, sector and kind of body, and how much of it was not served, by reason."""

    market: str
    sector: str
    asking: str
    asked: int
    reasons: tuple[tuple[Reason, int], ...]

    @property
    def unmet(self) -> int:
        """How many were not served."""
        return sum(count for _, count in self.reasons)


@dataclass(frozen=True, slots=True)
class Ages:
    """How many open questions are of each class of ages: never answered, and answered at least once."""

    waiting: tuple[int, ...]
    answered: tuple[int, ...]
    oldest: datetime | None

    @property
    def open(self) -> int:
        """How many are open."""
        return sum(self.waiting) + sum(self.answered)


@dataclass(frozen=True, slots=True)
class Load:
    """What one person, or a post, has in hand: asked and not taken yet, taken, answered and still open.

    ``designated``: whether they are designated today. Somebody without a name is the post itself. ``operator``: the
    name of the operator that has it, which is no post.
    """

    post: str
    person: str
    name: str
    asked: int
    taken: int
    answered: int
    designated: bool = True
    operator: str = ""

    @property
    def open(self) -> int:
        """All that is open."""
        return self.asked + self.taken + self.answered
