"""Slots: what rooms above have to say on a page below, without the page knowing them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

SLOTS = ("local_knowledge", "correspondent", "open_calls", "events", "resources")
"""In the order of the page: what is known there, who answers, what is open, what happens, what to read."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a page is about: a market (ISO3), a sector, or both; empty where not said."""

    market: str = ""
    sector: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing said in a slot: a line, where it leads, and its papers (who says it, when)."""

    text: str
    href: str = ""
    papers: str = ""


@dataclass(frozen=True, slots=True)
class Filled:
    """A slot that somebody filled, under the heading its room gives it."""

    slot: str
    heading: str
    items: tuple[Item, ...]


class Provider(Protocol):
    """What a room registers."""

    def heading(self, language: str) -> str:
        """Return the heading over the items."""
        ...

    def items(self, subject: Subject, language: str) -> tuple[Item, ...]:
        """Return what anyone may read about the subject; nothing where there is nothing."""
        ...

    def version(self) -> str:
        """Return what changes whenever any item may have changed."""
        ...


_registered: dict[str, list[Provider]] = {slot: [] for slot in SLOTS}


def register(slot: str, provider: Provider) -> None:
    """Let a room fill a slot; raise `KeyError` for a slot that no page has."""
    _registered[slot].append(provider)


def unregister(slot: str, provider: Provider) -> None:
    """Take a provider out again."""
    _registered[slot].remove(provider)


def provided(subject: Subject, language: str) -> tuple[Filled, ...]:
    """Return the slots that have something to say about a subject, in the order of the page."""
    found = (
        Filled(slot, provider.heading(language), provider.items(subject, language))
        for slot in SLOTS
        for provider in _registered[slot]
    )
    return tuple(filled for filled in found if filled.items)


def version() -> str:
    """Return what changes whenever the content of any slot may have."""
    return "|".join(provider.version() for slot in SLOTS for provider in _registered[slot])
