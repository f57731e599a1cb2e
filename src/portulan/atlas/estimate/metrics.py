"""What a prediction is worth: rank correlation, log error, top-decile hits, on weighted importers.

Weights are whole numbers: how many times a bootstrap drew each importer. Ranks are then sums of whole and half
numbers, exact in floating point whatever the order, so that BLAS may compute them.
"""

from __future__ import annotations

import numpy as np

from portulan.atlas.estimate.effects import Floats

FLOOR_USD = 1_000.0  # predictions below are raised to it before a logarithm: BACI itself is in thousand dollars


def weighted_ranks(values: Floats, weights: Floats) -> Floats:
    """Return the average ranks of m values in each of d samples where value l counts weights[l, d] times: m x d."""
    below = (values[:, None] > values[None, :]).astype(np.float64)
    equal = (values[:, None] == values[None, :]).astype(np.float64)
    ranks: Floats = (below + equal / 2.0) @ weights + 0.5
    return ranks


def weighted_correlation(left: Floats, right: Floats, weights: Floats) -> Floats:
    """Return the Pearson correlation of m x d columns under m x d weights; NaN where one of them is constant."""
    total = weights.sum(axis=0)
    x = left - np.sum(weights * left, axis=0) / total
    y = right - np.sum(weights * right, axis=0) / total
    product = np.sum(weights * x * y, axis=0)
    scale = np.sqrt(np.sum(weights * x * x, axis=0) * np.sum(weights * y * y, axis=0))
    out: Floats = np.divide(product, scale, out=np.full(product.shape, np.nan), where=scale > 0.0)
    return out


def spearman(left: Floats, right: Floats) -> float:
    """Return Spearman's rank correlation (ties at their average rank) of two vectors."""
    ones = np.ones((left.size, 1))
    return float(weighted_correlation(weighted_ranks(left, ones), weighted_ranks(right, ones), ones)[0])


def log_error(actual: Floats, predicted: Floats) -> Floats:
    """Return ln(actual / predicted) where the actual flow is at least the floor, NaN elsewhere."""
    out: Floats = np.full(actual.shape, np.nan)
    some = actual >= FLOOR_USD
    out[some] = np.log(actual[some] / np.maximum(predicted[some], FLOOR_USD))
    return out


def top_decile_hits(actual: Floats, predicted: Floats) -> float:
    """Return the share of the tenth of markets with most actual trade that is also in the predicted top tenth.

    Ties at the edge are broken by position, the same in both, as a printed list would.
    """
    size = max(1, actual.size // 10)
    best = np.argsort(-actual, kind="stable")[:size]
    chosen = np.argsort(-predicted, kind="stable")[:size]
    return float(np.isin(best, chosen).mean())
