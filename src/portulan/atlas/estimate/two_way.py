"""Two-way effects on dense matrices (exporters x importers): sums, projections, and the solver behind them."""

from __future__ import annotations

import numpy as np

from portulan.atlas.estimate.effects import Floats

TIGHT, LOOSE = 1e-12, 1e-7  # of the solver: for a result, for a step
_CG_STEPS = 500


def cross_matrices(columns: Floats, weights: Floats) -> Floats:
    """Return the weighted cross products of q matrices, each entry one numpy sum."""
    count = columns.shape[0]
    out = np.empty((count, count))
    for row in range(count):
        weighted = weights * columns[row]
        for column in range(row, count):
            out[row, column] = out[column, row] = np.sum(weighted * columns[column])
    return out


def two_way(weights: Floats, columns: Floats) -> tuple[Floats, Floats]:
    """Return the exporter (q x n) and importer (q x m) effects of the weighted regression of q matrices on both."""
    weighted = weights * columns
    return matrix_effects(weights, weighted.sum(axis=2), weighted.sum(axis=1), TIGHT)


def matrix_effects(weights: Floats, by_row: Floats, by_column: Floats, tolerance: float) -> tuple[Floats, Floats]:
    """Solve the normal equations of two-way effects for q right-hand sides, given as sums over rows and columns.

    Rows are eliminated; what is left for the columns is solved by conjugate gradients, scaled by the diagonal.
    """
    across = np.ascontiguousarray(weights.T)
    rows, totals = weights.sum(axis=1), weights.sum(axis=0)
    rows, totals = np.where(rows > 0.0, rows, 1.0), np.where(totals > 0.0, totals, 1.0)
    row_means = by_row / rows
    rest = by_column - np.einsum("ji,qi->qj", across, row_means)
    importer = np.zeros_like(rest)
    scaled = rest / totals
    direction, size = scaled, np.sum(rest * scaled, axis=1)
    # At the optimum the right-hand side of the target is rounding alone: nothing under 1e-13 of an effect is pursued.
    wanted = np.sum(by_column**2 / totals, axis=1) + np.sum(by_row * row_means, axis=1)
    stop = np.maximum(tolerance**2 * wanted, 1e-26 * float(np.sum(totals)))
    for _ in range(_CG_STEPS):
        going = size > stop
        if not going.any():
            break
        inner = np.einsum("ij,qj->qi", weights, direction) / rows
        image = totals * direction - np.einsum("ji,qi->qj", across, inner)
        curvature = np.sum(direction * image, axis=1)
        going &= curvature > 0.0
        step = np.where(going, size / np.where(going, curvature, 1.0), 0.0)
        importer = importer + step[:, None] * direction
        rest = rest - step[:, None] * image
        scaled = rest / totals
        before, size = size, np.sum(rest * scaled, axis=1)
        direction = scaled + (size / np.where(before > 0.0, before, 1.0))[:, None] * direction
    exporter = row_means - np.einsum("ij,qj->qi", weights, importer) / rows
    return exporter, importer
