"""Everything a page must stand, crossed: pairwise in `make test`, whole in `make test-all`."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, product

LANGUAGES, WIDTHS, SCRIPTS, SCHEMES = ("en", "fr"), (1280, 390), (True, False), ("light", "dark")


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
    Way("en", 1280, True, "light"),
    Way("en", 390, False, "dark"),
    Way("fr", 1280, False, "dark"),
    Way("fr", 390, True, "dark"),
    Way("fr", 390, False, "light"),
    Way("en", 1280, True, "dark"),
)


def pairs(ways: tuple[Way, ...]) -> set[tuple[object, ...]]:
    """Return every pair of values that these ways put together."""
    return {
        (one, getattr(way, one), other, getattr(way, other))
        for way in ways
        for one, other in combinations(("language", "width", "script", "scheme"), 2)
    }
