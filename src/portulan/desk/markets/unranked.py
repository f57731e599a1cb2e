"""The markets that take no rank because the source does not have their imports: among them are the largest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from portulan.atlas import api
from portulan.desk.markets import selectors

NAMED = 12
"""How many markets a sentence names before it counts the others."""


@dataclass(frozen=True, slots=True)
class Unranked:
    """One market without a rank, and its page."""

    name: str
    href: str


@dataclass(frozen=True, slots=True)
class NotRanked:
    """The largest markets without a rank by name, and how many ``more`` there are."""

    first: tuple[Unranked, ...] = ()
    more: int = 0


def not_reporting(ranking: api.Ranking) -> tuple[str, ...]:
    """Return the markets of a ranking whose imports the source does not have, the largest economies first."""
    coverage, weights = ranking.passport.coverage, selectors.weights()
    missing = set() if coverage is None else {*coverage.importers_missing}
    found = [row.market for row in ranking.apart if row.market in missing]
    return tuple(sorted(found, key=lambda market: -weights.get(market, 0.0)))


def not_ranked(ranking: api.Ranking, href: Callable[[str], str], language: str) -> NotRanked:
    """Return who is not ranked, to stand under every sentence that names the first of those that are."""
    found = not_reporting(ranking) if ranking.rows else ()
    first = tuple(Unranked(selectors.country_name(market, language), href(market)) for market in found[:NAMED])
    return NotRanked(first, max(0, len(found) - NAMED))
