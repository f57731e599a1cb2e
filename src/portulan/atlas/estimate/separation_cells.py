"""Separated cells of a matrix of flows with two-way effects: the same as `separation` finds, without its long sums.

Source of the idea: Correia, Guimarães & Zylkin (2019), see `separation`. What is looked for is z = a_i + b_j + c z_ij
that is zero on the positive cells and nowhere negative; the zeros where it is above zero are separated. That z is zero
on the positive cells leaves little free: one constant for each set of countries that positive cells link, and the
combinations of covariates that are a sum of effects on the positive cells. So the regressions are small.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from portulan.atlas.estimate.effects import Floats, encode, independent, solve_normal
from portulan.atlas.estimate.separation import separated_by_regressors
from portulan.atlas.estimate.two_way import cross_matrices, two_way

Mask = NDArray[np.bool_]

_SURELY, _NEARLY = 1e-13, 1e-8  # squared: what is left of a covariate once effects are out, against what it was
_POSITIVE = 1e-4  # as in `separation`
_NEGATIVE = 1e-6
_NOISE = 1e-9  # a combination below this share of its covariate is zero
_DEPENDENT = 1e-10  # a column is explained by those before it
_MAX_ROUNDS = 10_000


def separated_cells(y: Floats, covariates: Floats, alive: Mask) -> Mask:
    """Mark the zeros among the cells ``alive`` (n x n) that effects and covariates (p x n x n) separate."""
    out = np.zeros_like(alive)
    rows, columns = alive.any(axis=1), alive.any(axis=0)
    here = np.ix_(rows, columns)
    inside = np.where(alive[here][None], covariates[:, rows][:, :, columns], 0.0)
    out[here] = _separated(y[here], inside, alive[here])
    return out


def _separated(y: Floats, covariates: Floats, alive: Mask) -> Mask:
    positive = y > 0.0
    out = separated_by_order(positive, alive)
    left = alive & ~out
    rest, products, totals = _rest(covariates, positive)
    kept = independent(products, totals, _SURELY)
    if not np.array_equal(kept, independent(products, totals, _NEARLY)):
        return out | _by_regressors(y, covariates, left)  # too near to call: no shortcut
    if kept.all() or kept.sum() == independent(*_rest(covariates, left)[1:], _NEARLY).sum():
        # A combination of covariates that is a sum of effects on the positive cells is one on all cells.
        return out
    rows, columns = np.nonzero(left & ~positive)
    free = _free(rest, products, kept)[:, rows, columns]
    scale = np.max(np.abs(covariates[~kept]), axis=(1, 2))
    free = free[np.max(np.abs(free), axis=1, initial=0.0) > _NOISE * scale]
    if not free.size:
        return out
    sold_by, bought_by = _linked(positive)
    found = _rectified(free, sold_by[rows], bought_by[columns])
    out[rows[found], columns[found]] = True
    # One z need not be above zero wherever another could be: what is left is looked at again.
    return out | _separated(y, covariates, alive & ~out) if found.any() else out


def separated_by_order(positive: Mask, alive: Mask) -> Mask:
    """Mark the cells (exporter x importer) that effects alone separate; exact, by reaching along cells.

    Let z = a_i + b_j be zero on the positive cells and nowhere negative on those alive. Then a_i >= -b_j along a cell,
    and -b_j >= a_i along a positive one: who can be reached from one another share a constant, and z is zero between
    them. All other cells have a z above zero (any numbering of the sets in that order gives one).
    """
    if _all_reach_all(positive, alive):
        return np.zeros_like(alive)
    reach = np.eye(alive.shape[0], dtype=np.bool_)  # from exporter to exporter
    for importer in range(alive.shape[1]):
        reach |= alive[:, importer, None] & positive[None, :, importer]
    for between in range(reach.shape[0]):
        reach |= reach[:, between, None] & reach[None, between]
    returns = np.zeros_like(alive)  # from importer to exporter
    for between in range(reach.shape[0]):
        returns |= reach[between, :, None] & positive[None, between]
    return alive & ~returns


def _all_reach_all(positive: Mask, alive: Mask) -> bool:
    """Say whether all exporters and importers that are alive reach one another: the usual case, seen at once."""
    rows: Mask = np.asarray(alive.any(axis=1))
    columns: Mask = np.asarray(alive.any(axis=0))
    first = int(np.argmax(rows))
    forth: Mask = np.arange(rows.size) == first  # exporters that can be reached
    back: Mask = positive[first]  # importers from which the first can be reached
    while True:
        before = int(forth.sum()) + int(back.sum())
        forth = np.asarray(positive[:, alive[forth].any(axis=0)].any(axis=1)) | forth
        back = np.asarray(positive[alive[:, back].any(axis=1)].any(axis=0)) | back
        if int(forth.sum()) + int(back.sum()) == before:
            return bool(forth[rows].all() and back[columns].all())


def _rest(covariates: Floats, cells: Mask) -> tuple[Floats, Floats, Floats]:
    """Return the covariates less what effects explain of them over these cells (everywhere), the cross products of
    that over these cells, and what they were before.
    """
    weights = cells.astype(np.float64)
    inside = np.where(cells[None], covariates, 0.0)
    exporter, importer = two_way(weights, inside)
    rest = covariates - exporter[:, :, None] - importer[:, None, :]
    return rest, cross_matrices(np.where(cells[None], rest, 0.0), weights), np.sum(inside**2, axis=(1, 2))


def _free(rest: Floats, products: Floats, kept: NDArray[np.bool_]) -> Floats:
    """Return the combinations of covariates and effects that are zero on all positive cells, one a covariate left."""
    free: Floats = rest[~kept]
    if kept.any():
        shares = solve_normal(products[np.ix_(kept, kept)], products[np.ix_(kept, ~kept)])
        free = free - np.einsum("kd,kij->dij", shares, rest[kept])
    return free


def _linked(positive: Mask) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return for every exporter and importer the number of its set: those that positive cells link."""
    rows, columns = np.nonzero(positive)
    exporters = np.arange(positive.shape[0])
    importers = np.full(positive.shape[1], positive.shape[0])
    while True:
        before = exporters.copy()
        np.minimum.at(importers, columns, exporters[rows])
        np.minimum.at(exporters, rows, importers[columns])
        if (exporters == before).all():
            break
    names = encode(np.concatenate([exporters, importers]))
    return names[: exporters.size], names[exporters.size :]


def _rectified(free: Floats, sold_by: NDArray[np.int64], bought_by: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Regress and rectify in turn, over zeros given by their free combinations (d x m) and the sets they link."""
    free = free / np.max(np.abs(free), axis=1, keepdims=True)
    sets = int(max(sold_by.max(), bought_by.max())) + 1
    depth = free.shape[0]

    def sums(target: Floats) -> Floats:
        by_set = np.bincount(sold_by, target, sets) - np.bincount(bought_by, target, sets)
        return np.concatenate([np.sum(free * target, axis=1), by_set])

    products = np.zeros((depth + sets, depth + sets))
    for row in range(depth):
        products[row] = products[:, row] = sums(free[row])
    links = np.bincount(sold_by * sets + bought_by, minlength=sets * sets).reshape(sets, sets)
    both = (links + links.T).astype(np.float64)
    products[depth:, depth:] = np.diag(both.sum(axis=1)) - both
    inverse = _inverse(products)
    target = np.ones(sold_by.size)
    for _ in range(_MAX_ROUNDS):
        share = inverse @ sums(target)
        constants = share[depth:]
        fitted = np.sum(free * share[:depth, None], axis=0) + constants[sold_by] - constants[bought_by]
        found: NDArray[np.bool_] = fitted > _POSITIVE
        # Against the largest: where nothing is separated all of it shrinks to nothing, what is below zero first.
        if not found.any() or fitted.min() >= -_NEGATIVE * fitted.max():
            return found
        target = np.maximum(fitted, 0.0)
    return found


def _inverse(products: Floats) -> Floats:
    """Return an inverse of a symmetric matrix on its independent columns, zero elsewhere (Gauss-Jordan, no BLAS)."""
    size = products.shape[0]
    work = np.concatenate([products, np.eye(size)], axis=1)
    scale = np.diag(products).copy()
    kept = np.zeros(size, dtype=np.bool_)
    for pivot in range(size):
        if work[pivot, pivot] <= _DEPENDENT * scale[pivot]:
            continue
        kept[pivot] = True
        work[pivot] /= work[pivot, pivot]
        column = work[:, pivot].copy()
        column[pivot] = 0.0
        work -= column[:, None] * work[pivot]
    return np.where(kept[:, None] & kept[None], work[:, size:], 0.0)


def _by_regressors(y: Floats, covariates: Floats, left: Mask) -> Mask:
    rows, columns = np.nonzero(left)
    bad = separated_by_regressors(y[left], covariates[:, rows, columns].T, [encode(rows), encode(columns)])
    out = np.zeros_like(left)
    out[rows[bad], columns[bad]] = True
    return out
