"""Who acts (replaced by the branch of sign-in)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID


class Power(StrEnum):
    """What somebody may do beyond their own posts."""

    COORDINATION = "coordination"
    COMMITTEE = "committee"
    ADMINISTRATION = "administration"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts."""

    person: UUID | None
    powers: frozenset[Power]
    operator_sectors: tuple[tuple[int, frozenset[str]], ...] = ()

    @property
    def label(self) -> str:
        """What the log keeps."""
        return f"person:{self.person}" if self.person else "anonymous"


ANONYMOUS = Actor(None, frozenset())


def actor_of(request: Any) -> Actor:
    """Return who acts in a request."""
    return ANONYMOUS


def signed_in(view: Any) -> Any:
    """Let only those in who signed in."""
    return view
