"""Everything a page must stand, crossed: pairs in `make test`, whole in `make test-all`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations, product

WIDE, PHONE = 1280, 360
LANGUAGES, WIDTHS, SCRIPTS, SCHEMES = ("en", "fr"), (WIDE, PHONE), (True, False), ("light", "dark")


@dataclass(frozen=True)
class Way:
    """One way of looking at a page."""

    language: str
    width: int
    script: bool
    scheme: str

    def __str__(self) -> str:
        return f"{self.language}-{self.width}-{'script' if self.script else 'bare'}-{self.scheme}"


ALL = tuple(Way(*values) for values in product(LANGUAGES, WIDTHS, SCRIPTS, SCHEMES))
PAIRWISE = (
    Way("en", WIDE, True, "light"),
    Way("en", PHONE, False, "dark"),
    Way("fr", WIDE, False, "dark"),
    Way("fr", PHONE, True, "dark"),
    Way("fr", PHONE, False, "light"),
    Way("en", WIDE, True, "dark"),
)


def pairs(ways: tuple[Way, ...]) -> set[tuple[object, ...]]:
    """Return every pair of values that these ways put together."""
    return {
        (one, getattr(way, one), other, getattr(way, other))
        for way in ways
        for one, other in combinations(("language", "width", "script", "scheme"), 2)
    }


_TURNS = (
    (Way("en", WIDE, True, "light"), Way("fr", PHONE, True, "dark"), Way("en", PHONE, False, "dark")),
    (Way("fr", WIDE, True, "light"), Way("en", PHONE, True, "dark"), Way("fr", WIDE, False, "dark")),
    (Way("en", WIDE, True, "dark"), Way("fr", PHONE, True, "light"), Way("fr", PHONE, False, "light")),
    (Way("fr", WIDE, True, "dark"), Way("en", PHONE, True, "light"), Way("en", WIDE, False, "light")),
)


def spread(pages: Iterable[str]) -> dict[Way, list[str]]:
    """Give each page three ways: both languages, widths and schemes, scripts on and off; twice with scripts, for axe.

    The turns follow one another, so that all of them together meet every pair of values.
    """
    return _given((page, _TURNS[number % len(_TURNS)]) for number, page in enumerate(pages))


def spread_thin(states: Iterable[str]) -> dict[Way, list[str]]:
    """Give each state of one kind of page two ways, with scripts and without.

    Eight states together meet every pair of values.
    """
    turns = [(turn[first], turn[2]) for first in (0, 1) for turn in _TURNS]
    return _given((state, turns[number % len(turns)]) for number, state in enumerate(states))


def spread_once(states: Iterable[str], after: int = 0) -> dict[Way, list[str]]:
    """Give each state of one kind of page one way: six together meet every pair of values; `make test-all` has the rest.

    ``after``: how many states of the same page had theirs before.
    """
    return _given((state, (PAIRWISE[number % len(PAIRWISE)],)) for number, state in enumerate(states, after))


def _given(pages: Iterable[tuple[str, tuple[Way, ...]]]) -> dict[Way, list[str]]:
    found: dict[Way, list[str]] = {}
    for page, ways in pages:
        for way in ways:
            found.setdefault(way, []).append(page)
    return found
