"""What is put into the search and what comes out of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

Snippet = tuple[tuple[str, bool], ...]
"""Pieces of a text in their order, and whether each is a word that was looked for."""


@dataclass(frozen=True, slots=True)
class Document:
    """Something to be found. An empty ``market``, ``sector`` or ``topic`` means: for any."""

    kind: str
    key: str
    language: str
    title: str
    text: str
    market: str = ""
    sector: str = ""
    topic: str = ""
    expires: date | None = None
    """The last day on which it is found."""


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found, with the place of its text that answers best."""

    kind: str
    key: str
    score: float
    title: str
    snippet: Snippet
