"""Would other weights give other markets? Each weight alone left out and doubled, then all of them drawn at random."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from portulan.atlas.scoring import Scale, Scored, score_markets

TOP = 10
DRAWS = 500
SEED = 20240229
CONCENTRATION = 4
"""Times the number of criteria: drawn around equal weights, each is then off by a little under half (see `draw`)."""

How = Literal["without", "doubled"]


@dataclass(frozen=True, slots=True)
class Change:
    """What happens to the first markets where one weight is left out or doubled.

    ``stay`` of the ``of`` first ones are still among the first; ``entering`` and ``leaving`` name the others, best
    first. ``of`` is 0 where nothing could be ranked: no other criterion has a weight.
    """

    criterion: str
    how: How
    stay: int
    of: int
    entering: tuple[str, ...]
    leaving: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Drawn:
    """Where a market stands over the draws: median rank, 90 % interval, and how often among the first ten."""

    rank_median: float
    rank_low: float
    rank_high: float
    p_top10: float


def changes(
    rows: Sequence[Scored], markets: Sequence[str], scales: Mapping[str, Scale], weights: Mapping[str, float]
) -> tuple[Change, ...]:
    """Return, for each criterion with a weight, what its absence and its double do to the first ten."""
    first = [row.market for row in rows[:TOP]]
    found: list[Change] = []
    for name in [name for name in scales if weights.get(name, 0) > 0]:
        ways: tuple[tuple[How, float], ...] = (("without", 0.0), ("doubled", 2 * weights[name]))
        for how, weight in ways:
            other, _ = score_markets(markets, scales, {**weights, name: weight})
            now = [row.market for row in other[:TOP]]
            entering = tuple(market for market in now if market not in first)
            leaving = tuple(market for market in first if market not in now) if now else ()
            stay = sum(market in now for market in first)
            found.append(Change(name, how, stay, len(first) if now else 0, entering, leaving))
    return tuple(found)


def draw(
    rows: Sequence[Scored], scales: Mapping[str, Scale], weights: Mapping[str, float], draws: int = DRAWS
) -> dict[str, Drawn]:
    """Rank the ranked markets under `draws` sets of weights around the chosen ones; return where each stood.

    Weights are Dirichlet, their mean the chosen ones (p_c = w_c / Σ w), their concentration κ = 4 K for K criteria with
    a weight. So the standard deviation of a weight is √(p (1 - p) / (κ + 1)): with six equal weights, 45 % of the
    weight. The seed is fixed: the same question has the same answer. With one criterion nothing can move.

    A market that is not known on every criterion is ranked among the others, but nothing is returned of it: other
    weights cannot move what is not known, so its score would look surer than those of markets known whole.
    """
    if not rows or draws < 1:
        return {}
    import numpy as np  # not at the top: a question on the command line does not wait for it

    used = [name for name in scales if weights.get(name, 0) > 0]
    chosen = np.array([weights[name] for name in used], dtype=float)
    places = np.array([[_or_nan(scales[name].at(row.market)) for name in used] for row in rows])
    known = ~np.isnan(places)
    concentration = CONCENTRATION * len(used) * chosen / chosen.sum()
    drawn = np.random.default_rng(SEED).gamma(concentration, size=(draws, len(used)))
    drawn = np.maximum(drawn, 1e-300)  # a tiny weight can come out as nothing: it then divides nothing
    scores = (drawn @ np.where(known, places, 0.0).T) / (drawn @ known.T.astype(float))
    scores = -np.round(scores, 9)
    ordered = np.sort(scores, axis=1)
    ranks = np.stack([np.searchsorted(line, one) for line, one in zip(ordered, scores, strict=True)]) + 1
    low, middle, high = np.quantile(ranks, (0.05, 0.5, 0.95), axis=0, method="inverted_cdf")
    often = (ranks <= TOP).mean(axis=0)
    return {
        row.market: Drawn(float(middle[n]), float(low[n]), float(high[n]), float(often[n]))
        for n, row in enumerate(rows)
        if known[n].all()
    }


def _or_nan(value: float | None) -> float:
    return float("nan") if value is None else value
