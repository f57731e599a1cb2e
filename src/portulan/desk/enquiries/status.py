"""Where a need stands, from what those asked did with it. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from portulan.desk.enquiries.models import Held, Status

LATE_AFTER = timedelta(days=7)
"""An enquiry that nobody has answered in this time is late."""
REMINDERS = (7, 14, 21, 45)
"""Days after which those asked are reminded; on the last the one who asked is told the truth."""


def derive(held: Iterable[str], *, closed: bool) -> Status:
    """Return where a need stands, from the current matches: the furthest of them counts."""
    if closed:
        return Status.CLOSED
    states = set(held)
    if Held.ANSWERED in states and Held.TAKEN not in states:
        return Status.ANSWERED
    if states & {Held.TAKEN, Held.ANSWERED}:
        return Status.TAKEN
    return Status.OPEN


def is_late(opened_at: datetime, first_answer_at: datetime | None, *, closed: bool, now: datetime) -> bool:
    """Return whether somebody waits for a first answer for too long."""
    return not closed and first_answer_at is None and now - opened_at >= LATE_AFTER


def reminder_due(opened_at: datetime, reminded: int, now: datetime) -> int:
    """Return the latest reminder that is due and was not sent, as its day; 0 where none is.

    Days that were missed while nothing ran are not made up for: one reminder says it all.
    """
    age = (now - opened_at).days
    due = [day for day in REMINDERS if reminded < day <= age]
    return due[-1] if due else 0


def sleeps(snoozed_until: date | None, on: date) -> bool:
    """Return whether a need was put aside for later, and later has not come."""
    return snoozed_until is not None and on < snoozed_until
