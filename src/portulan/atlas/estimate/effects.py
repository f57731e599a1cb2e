"""Taking fixed effects out of columns: weighted projections, accelerated by conjugate gradients.

The projection on the complement of several sets of dummies is the limit of projecting on each in turn. Going
through the sets forth and back makes one sweep self-adjoint, so that conjugate gradients may replace the plain
iteration (Correia 2017, "Linear Models with High-Dimensional Fixed Effects", section 3).

Every sum is a `bincount` or a numpy reduction: one thread, one order, the same bits in each run.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

_MAX_SWEEPS = 5_000


def encode(values: NDArray[np.generic]) -> Codes:
    """Return the values of one categorical effect as codes 0, 1, 2 ... in sorted order."""
    codes: Codes = np.unique(values, return_inverse=True)[1].astype(np.int64).ravel()
    return codes


class Absorber:
    """Takes the (weighted) group means of any number of categorical effects out of columns.

    ``effects``: one array of codes an effect (see `encode`), all of length n; ``weights``: n positive weights.
    """

    def __init__(self, effects: Sequence[Codes], weights: Floats, tolerance: float = 1e-12) -> None:
        self._effects = tuple(effects)
        self._weights = weights
        self._tolerance = tolerance
        self._sums = [np.bincount(codes, weights) for codes in self._effects]

    def residuals(self, columns: Floats) -> Floats:
        """Return the columns (n x p) less what the effects explain of them."""
        if not self._effects:
            return columns.copy()
        out = np.empty_like(columns)
        for position in range(columns.shape[1]):
            out[:, position] = self._residual(columns[:, position])
        return out

    def _without(self, column: Floats, effect: int) -> Floats:
        codes = self._effects[effect]
        means: Floats = np.bincount(codes, self._weights * column) / self._sums[effect]
        centred: Floats = column - means[codes]
        return centred

    def _sweep(self, column: Floats) -> Floats:
        last = len(self._effects) - 1
        for effect in range(last + 1):
            column = self._without(column, effect)
        for effect in range(last - 1, -1, -1):
            column = self._without(column, effect)
        return column

    def _residual(self, column: Floats) -> Floats:
        if len(self._effects) == 1:
            return self._without(column, 0)
        weights, start = self._weights, column
        stop = self._tolerance**2 * float(np.sum(weights * start * start))
        current = self._sweep(column)
        gradient = current - self._sweep(current)
        direction, size = gradient, float(np.sum(weights * gradient * gradient))
        for _ in range(_MAX_SWEEPS):
            if size <= stop:
                break
            image = direction - self._sweep(direction)
            curvature = float(np.sum(weights * direction * image))
            if curvature <= 0.0:  # nothing left but rounding
                break
            step = size / curvature
            current = current - step * direction
            gradient = gradient - step * image
            before, size = size, float(np.sum(weights * gradient * gradient))
            direction = gradient + (size / before) * direction
        return current


def solve_normal(matrix: Floats, right: Floats) -> Floats:
    """Solve a small symmetric positive definite system by Gaussian elimination in a stated order (no BLAS)."""
    a, b = matrix.astype(np.float64).copy(), right.astype(np.float64).copy()
    size = a.shape[0]
    for row in range(size):
        pivot = a[row, row]
        for below in range(row + 1, size):
            factor = a[below, row] / pivot
            a[below] -= factor * a[row]
            b[below] -= factor * b[row]
    for row in range(size - 1, -1, -1):
        for column in range(row + 1, size):
            b[row] -= a[row, column] * b[column]
        b[row] /= a[row, row]
    return b


def cross(left: Floats, right: Floats, weights: Floats) -> Floats:
    """Return left' diag(weights) right, each entry one numpy sum (the same bits whatever the number of threads)."""
    weighted = left * weights[:, None]
    out = np.empty((left.shape[1], right.shape[1]))
    for row in range(left.shape[1]):
        for column in range(right.shape[1]):
            out[row, column] = np.sum(weighted[:, row] * right[:, column])
    return out


def independent(matrix: Floats, totals: Floats, tolerance: float = 1e-9) -> NDArray[np.bool_]:
    """Say which columns are not explained by those before them, from their cross products after the effects.

    ``totals``: the sums of squares before the effects were taken out (the yardstick).
    """
    left = matrix.copy()
    size = left.shape[0]
    keep = np.zeros(size, dtype=bool)
    for row in range(size):
        if left[row, row] <= tolerance * totals[row]:
            continue
        keep[row] = True
        column = left[:, row].copy()
        left -= column[:, None] * column[None, :] / column[row]
    return keep
