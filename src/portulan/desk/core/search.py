"""Search (replaced by the branch of search)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Document:
    """What is found."""

    kind: str
    key: str
    language: str
    title: str
    text: str
    market: str = ""
    sector: str = ""
    topic: str = ""
    expires: date | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """What was found."""

    kind: str
    key: str
    score: float
    title: str
    snippet: tuple[tuple[str, bool], ...]


_HELD: dict[tuple[str, str], Document] = {}


def put(document: Document) -> None:
    """Keep a document."""
    _HELD[document.kind, document.key] = document


def forget(kind: str, key: str) -> None:
    """Forget one."""
    _HELD.pop((kind, key), None)


def find(
    query: str, *, kinds: Collection[str], language: str = "", market: str = "", sector: str = "", topic: str = "",
    on: date | None = None, most: int = 10,
) -> tuple[Hit, ...]:  # fmt: skip
    """Find documents."""
    return tuple(
        Hit(one.kind, one.key, 1.0, one.title, ((one.text[:160], False),))
        for one in _HELD.values()
        if one.kind in kinds
        and (not market or one.market in ("", market))
        and (not sector or one.sector in ("", sector))
        and (on is None or one.expires is None or one.expires >= on)
        and all(word in f"{one.title} {one.text}".lower() for word in query.lower().split())
    )[:most]
