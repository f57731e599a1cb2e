"""Intervals that hold what they say: quantiles of errors really made on flows that had been held out.

The score of a held-out flow is ln(actual / estimate) / s, where s is the standard deviation the model gives. The 5 %
and 95 % quantiles of the scores, by size of the estimate, replace the -1.645 and 1.645 of a normal law (split
conformal prediction). A flow that was really zero has the score minus infinity: where more than 5 % were, the lower
bound is zero, and the upper one is the 90 % quantile. An interval always holds its estimate.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from portulan.atlas.estimate.effects import Floats

EDGES_USD = (1e4, 1e5, 1e6, 1e7, 1e8, 1e9)  # seven size classes of the estimate
TAIL = 0.05
_FEWEST = 80


@dataclass(frozen=True, slots=True)
class Calibration:
    """Lower and upper quantile of the scores, and their number, for each size class (see ``EDGES_USD``)."""

    lower: tuple[float, ...]
    upper: tuple[float, ...]
    count: tuple[int, ...]

    def bounds(self, estimate: Floats, spread: Floats | float = 1.0) -> tuple[Floats, Floats]:
        """Return the 90 % interval around estimates (US dollars) whose model standard deviation is ``spread``."""
        sizes = size_class(estimate) if len(self.lower) > 1 else np.zeros(estimate.shape, dtype=np.int64)
        lower, upper = np.asarray(self.lower)[sizes], np.asarray(self.upper)[sizes]
        with np.errstate(invalid="ignore"):
            low, high = estimate * np.exp(lower * spread), estimate * np.exp(upper * spread)
        return np.minimum(low, estimate), np.maximum(high, estimate)


def size_class(estimate: Floats) -> np.typing.NDArray[np.int64]:
    """Return the size class of each estimate, 0 (under 10,000 dollars) to 6 (a billion and more)."""
    return np.searchsorted(np.asarray(EDGES_USD), np.nan_to_num(estimate), side="right").astype(np.int64)


def scores(actual: Floats, estimate: Floats, spread: Floats | float = 1.0) -> Floats:
    """Return ln(actual / estimate) / spread; minus infinity where the actual flow is zero."""
    with np.errstate(divide="ignore"):
        out: Floats = np.log(actual / estimate) / spread
    return out


def calibrate(score: Floats, estimate: Floats) -> Calibration:
    """Return the quantiles by size class; a class with fewer than 80 scores borrows the ones nearest in size."""
    sizes, logs = size_class(estimate), np.log(np.maximum(estimate, 1e-9))
    edges = np.log(np.array([1e-9, *EDGES_USD, 1e30]))
    lower, upper, count = [], [], []
    for size in range(len(EDGES_USD) + 1):
        chosen = np.flatnonzero(sizes == size)
        if chosen.size < _FEWEST:
            away = np.maximum(np.maximum(edges[size] - logs, logs - edges[size + 1]), 0.0)
            chosen = np.argsort(away, kind="stable")[:_FEWEST]
        low, high = _quantiles(score[chosen])
        lower.append(low)
        upper.append(high)
        count.append(int(chosen.size))
    return Calibration(tuple(lower), tuple(upper), tuple(count))


def calibrate_whole(score: Floats) -> Calibration:
    """Return the same quantiles for all sizes: for totals of importers. Classes would fit the folds as well, and cover
    the largest importers of a basket less often.
    """
    low, high = _quantiles(score)
    return Calibration((low,), (high,), (int(score.size),))


def _quantiles(score: Floats) -> tuple[float, float]:
    """Return the conformal quantiles: positions floor and ceil of (n + 1) p, so that coverage is at least nominal."""
    ordered = np.sort(score)
    last = ordered.size - 1
    low = float(ordered[min(max(int(np.floor((ordered.size + 1) * TAIL)) - 1, 0), last)])
    upper_tail = TAIL if np.isfinite(low) else 2.0 * TAIL
    high = float(ordered[min(int(np.ceil((ordered.size + 1) * (1.0 - upper_tail))) - 1, last)])
    return low, high


def covered(actual: Floats, low: Floats, high: Floats) -> float:
    """Return the share of actual values inside their interval."""
    return float(np.mean((actual >= low) & (actual <= high)))
