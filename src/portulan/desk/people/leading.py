"""Where the page of an account leads: each room that has a page for whoever is signed in names it here."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Way:
    """A page for whoever is signed in: its address, its name, and what is there, in a sentence."""

    address: str
    text: str
    about: str


_ways: list[tuple[str, str | Promise, str | Promise]] = []


def register(name: str, text: str | Promise, about: str | Promise) -> None:
    """Let a room lead to a page of its own, by the name of its address."""
    _ways.append((name, text, about))


def ways() -> tuple[Way, ...]:
    """Return the pages, in the order in which rooms named them."""
    return tuple(Way(reverse(name), str(text), str(about)) for name, text, about in _ways)
