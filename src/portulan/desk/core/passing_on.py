"""What is passed on where somebody leaves a post: each room says what it holds, and hands it on when the day has come.

A room that does not exist leaves no trace: its section is absent, not empty. A room that is there and has nothing to
pass on says that: its section stands without rows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Leaving:
    """Whose place it is: a designation, its post, and who holds it."""

    designation: int
    post: str
    person: UUID | None


@dataclass(frozen=True, slots=True)
class Row:
    """One thing passed on, in words.

    ``named`` names somebody outside the desk: it is shown to those of the post and never kept in what is signed, which
    outlives the erasure of a person. ``due`` is a day in words; ``late`` says that it has passed.
    """

    text: str
    detail: str = ""
    href: str = ""
    due: str = ""
    late: bool = False
    named: str = ""


@dataclass(frozen=True, slots=True)
class Given:
    """What one room has to pass on, under the heading it gives it."""

    key: str
    heading: str
    rows: tuple[Row, ...]


class Section(Protocol):
    """What a room registers."""

    key: str

    def heading(self, language: str) -> str:
        """Return the heading over the rows."""
        ...

    def rows(self, leaving: Leaving, language: str) -> tuple[Row, ...]:
        """Return what there is to pass on of a designation today."""
        ...

    def version(self) -> str:
        """Return what changes whenever any row may have changed."""
        ...


Switch = Callable[[Leaving, int | None, date], int]
"""What a room does on the day: hand what it holds of a designation to another one, or, where nobody comes (None), see
to it in its own way. It returns how many things it handed. It is called in the transaction of the switch."""
Arrival = Callable[[Leaving, int, date], int]
"""What a room does when somebody comes after a vacancy: bring what the vacancy sent elsewhere and nobody took."""

_sections: list[Section] = []
_switches: dict[str, Switch] = {}
_arrivals: dict[str, Arrival] = {}


def register(section: Section) -> None:
    """Let a room give a section; those of lower rooms come first, as rooms start in that order."""
    _sections.append(section)


def at_switch(name: str, switch: Switch, arrival: Arrival | None = None) -> None:
    """Let a room act on the day, under a name that the log keeps."""
    _switches[name] = switch
    if arrival is not None:
        _arrivals[name] = arrival


def given(leaving: Leaving, language: str) -> tuple[Given, ...]:
    """Return what every room has to pass on."""
    return tuple(Given(one.key, one.heading(language), one.rows(leaving, language)) for one in _sections)


def version() -> str:
    """Return what changes whenever any section may have."""
    return "|".join(one.version() for one in _sections)


def switch(leaving: Leaving, to: int | None, on: date) -> dict[str, int]:
    """Have every room hand on what it holds; return how many things each handed."""
    return {name: act(leaving, to, on) for name, act in _switches.items()}


def arrive(leaving: Leaving, to: int, on: date) -> dict[str, int]:
    """Have every room bring back what a vacancy sent elsewhere; return how many things each brought."""
    return {name: act(leaving, to, on) for name, act in _arrivals.items()}
