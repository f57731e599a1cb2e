"""What is done once a day: rooms register a job when they start; the worker, or `portulan daily`, runs them all.

A job may be run several times on a day, and after days on which nothing ran: it does what is due and was not done.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

log = logging.getLogger(__name__)

Job = Callable[[date], str]
"""Does what is due on a day, in transactions of its own; returns what was done in a few words, for the log."""


@dataclass(frozen=True, slots=True)
class Done:
    """What a job did, or that it failed."""

    name: str
    said: str
    failed: bool = False


_jobs: dict[str, Job] = {}


def register(name: str, job: Job) -> None:
    """Let a room do something every day; one of the same name takes the place of the former."""
    _jobs[name] = job


def run(on: date) -> tuple[Done, ...]:
    """Do all that is due on a day; one job that fails does not stop the others.

    Rooms above come first: nobody is reminded of what is handed over on the same day.
    """
    return tuple(_run(name, job, on) for name, job in reversed(_jobs.items()))


def _run(name: str, job: Job, on: date) -> Done:
    try:
        return Done(name, job(on))
    except Exception as error:
        log.exception("the daily job %s failed", name)
        return Done(name, f"{type(error).__name__}: {error}", failed=True)
