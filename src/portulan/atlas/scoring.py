"""Scores of markets from weighted criteria. Plain arithmetic, in one stated order.

The page does the same sums in the reader's browser (``theme/scan.js``). Both add in the order of the criteria, so both
reach the same numbers to the last bit; a test holds them together.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

ENOUGH = 0.5
"""More than this share of the weight must be known of a market for it to take a rank: half unknown says too little."""
_STEP = 1e9
"""Scores nearer than a billionth are one score: what separates them is the rounding of the computer."""


@dataclass(frozen=True, slots=True)
class Scale:
    """The places of markets on one criterion: from 0, the worst known, to ``of``, the best known.

    Kept as whole numbers: the same division gives the same value wherever it is done.
    """

    of: int
    places: Mapping[str, int]

    def at(self, market: str) -> float | None:
        """Return the place of a market from 0 to 1, or None where the criterion is not known."""
        place = self.places.get(market)
        return None if place is None else place / self.of


@dataclass(frozen=True, slots=True)
class Part:
    """What one criterion brings to a score.

    ``scaled`` is the place of the market from 0 to 1, None where the criterion is not known. ``points`` is weight x
    scaled over the known weight: the points of a market add up to its score.
    """

    criterion: str
    weight: float
    scaled: float | None
    points: float | None


@dataclass(frozen=True, slots=True)
class Scored:
    """A market with its score, its rank and the share of the weight that is known of it.

    Where half of the weight or less is known, ``score``, ``rank`` and the points of the parts are None.
    """

    market: str
    rank: int | None
    score: float | None
    known: float
    parts: tuple[Part, ...]


def scale(values: Mapping[str, float], higher_is_better: bool) -> Scale:
    """Return the percentile rank of each market among those where the value is known.

    Place = (2 x markets worse + markets equal - 1) / (2 x (n - 1)), the others counted: 0 the worst, 1 the best, ties
    share their mean. It has no unit and no outlier moves it. A market known alone stands in the middle.

    Raises:
        ValueError: for a value that is not a finite number.
    """
    if not all(math.isfinite(value) for value in values.values()):
        raise ValueError("a criterion holds a value that is not a finite number")
    if len(values) == 1:
        return Scale(2, dict.fromkeys(values, 1))
    ordered = sorted(values.values(), reverse=not higher_is_better)
    first: dict[float, int] = {}
    count: dict[float, int] = {}
    for position, value in enumerate(ordered):
        first.setdefault(value, position)
        count[value] = count.get(value, 0) + 1
    places = {market: 2 * first[value] + count[value] - 1 for market, value in values.items()}
    return Scale(max(2 * (len(values) - 1), 1), places)


def same_score(score: float) -> int:
    """Return the score as a whole number of billionths: equal for scores that only rounding separates."""
    return math.floor(score * _STEP + 0.5)


def score_markets(
    markets: Iterable[str], scales: Mapping[str, Scale], weights: Mapping[str, float]
) -> tuple[tuple[Scored, ...], tuple[Scored, ...]]:
    """Return the ranked markets, best first, and those that take no rank, the best known first.

    Score = Σ weight x scaled / Σ weight, over the criteria known for the market: what is missing is left out of both
    sums, never counted as zero. Criteria count in the order of `scales`; those without weight do not count. Equal
    scores share a rank, and stand by code.
    """
    used = [name for name in scales if weights.get(name, 0) > 0]
    total = _added(weights[name] for name in used)
    ranked: list[tuple[int, str, Scored]] = []
    apart: list[Scored] = []
    for market in markets:
        made = _scored(market, used, scales, weights, total)
        if made.score is None:
            apart.append(made)
        else:
            ranked.append((-same_score(made.score), market, made))
    ranked.sort(key=lambda item: item[:2])
    apart.sort(key=lambda one: (-one.known, one.market))
    rows: list[Scored] = []
    for position, (key, _, made) in enumerate(ranked, start=1):
        tie = position > 1 and ranked[position - 2][0] == key
        rank = rows[-1].rank if tie else position
        rows.append(Scored(made.market, rank, made.score, made.known, made.parts))
    return tuple(rows), tuple(apart)


def _added(values: Iterable[float]) -> float:
    """Add from left to right. `sum` compensates its rounding on some versions of Python, and browsers do not."""
    total = 0.0
    for value in values:
        total += value
    return total


def _scored(
    market: str, used: Sequence[str], scales: Mapping[str, Scale], weights: Mapping[str, float], total: float
) -> Scored:
    places = [scales[name].at(market) for name in used]
    known = _added(weights[name] for name, place in zip(used, places, strict=True) if place is not None)
    enough = known > ENOUGH * total
    parts = tuple(
        Part(name, weights[name], place, weights[name] * place / known if enough and place is not None else None)
        for name, place in zip(used, places, strict=True)
    )
    score = _added(part.points for part in parts if part.points is not None) if enough else None
    return Scored(market, None, score, known / total if total else 0.0, parts)
