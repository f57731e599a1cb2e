"""Separated cells of a matrix, against a linear programme and against the flat way."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import linprog
from tests.atlas.estimate.worlds import make_world

from portulan.atlas.estimate.effects import encode
from portulan.atlas.estimate.gravity import fit_gravity, usable_cells
from portulan.atlas.estimate.separation import separated_by_regressors
from portulan.atlas.estimate.separation_cells import separated_by_order, separated_cells


def sparse(seed, low=0.1, high=0.5, sizes=(8, 20)):
    """Return flows, covariates, and the cells of exporters and importers that trade, of a world with few flows."""
    rng = np.random.default_rng(seed)
    size = int(rng.integers(*sizes))
    world = make_world(seed, size=size, zero_share=0.0)
    flows = np.where(rng.random((size, size)) < rng.uniform(low, high), world.flows + 1.0, 0.0)
    np.fill_diagonal(flows, 0.0)
    used = usable_cells(flows, world.covariates)
    return flows, world.covariates, used & (flows.sum(axis=1) > 0)[:, None] & (flows.sum(axis=0) > 0)[None]


def by_linear_programme(flows, covariates, alive):
    """Find a z that is zero on positive cells, nowhere negative, and above zero in as many cells as can be."""
    rows, columns = np.nonzero(alive)
    x = covariates[:, rows, columns].T
    size = flows.shape[0]
    scale = np.maximum(np.abs(x).max(axis=0), 1e-9)
    design = np.column_stack([x / scale, np.eye(size)[rows], np.eye(size)[columns]])
    zero = flows[rows, columns] == 0
    count = int(zero.sum())
    out = np.zeros_like(alive)
    if not count:
        return out
    positive, width = design[~zero], design.shape[1]
    answer = linprog(
        np.concatenate([np.zeros(width), -np.ones(count)]),
        A_ub=np.hstack([-design[zero], np.eye(count)]),
        b_ub=np.zeros(count),
        A_eq=np.hstack([positive, np.zeros((len(positive), count))]),
        b_eq=np.zeros(len(positive)),
        bounds=[(None, None)] * width + [(0, 1)] * count,
    )
    assert answer.success
    found = np.flatnonzero(zero)[answer.x[width:] > 1e-6]
    out[rows[found], columns[found]] = True
    return out


@pytest.mark.parametrize("seeds", [range(30, 60), range(60, 90), range(90, 120)])
def test_they_are_what_a_linear_programme_finds(seeds):
    some = 0
    for seed in seeds:
        world = sparse(seed)
        found = separated_cells(*world)
        np.testing.assert_array_equal(found, by_linear_programme(*world), err_msg=str(seed))
        some += bool(found.any())
    assert some, "nothing was separated: the test proved nothing"


def test_they_are_what_the_flat_way_finds():
    for seed in range(20):
        flows, covariates, alive = sparse(seed, 0.1, 0.4, (25, 40))
        rows, columns = np.nonzero(alive)
        flat = separated_by_regressors(flows[alive], covariates[:, rows, columns].T, [encode(rows), encode(columns)])
        np.testing.assert_array_equal(separated_cells(flows, covariates, alive)[rows, columns], flat)


def test_what_is_separated_stays_so_when_cells_are_held_out():
    """A fold takes cells away, which takes no proof away; it may separate more, never less."""
    for seed in range(30, 70):
        flows, covariates, alive = sparse(seed)
        whole = separated_cells(flows, covariates, alive)
        kept = alive & (np.random.default_rng(seed).random(alive.shape) < 0.9)
        left = np.where(kept, flows, 0.0)
        kept &= (left.sum(axis=1) > 0)[:, None] & (left.sum(axis=0) > 0)[None]
        assert not (whole & kept & ~separated_cells(np.where(kept, flows, 0.0), covariates, kept)).any()


def test_effects_alone_separate_what_goes_one_way():
    """Two worlds that trade within themselves: zeros from one to the other are separated where none goes back."""
    positive = np.kron(np.eye(2, dtype=bool), np.ones((3, 3), dtype=bool))
    alive = positive.copy()
    alive[:3, 3:] = True
    np.testing.assert_array_equal(separated_by_order(positive, alive), alive & ~positive)
    alive[3:, :3] = True
    assert not separated_by_order(positive, alive).any()


def test_a_border_that_is_never_crossed_is_separated():
    """A covariate that is seen on zeros alone: its coefficient would go to minus infinity."""
    flows, covariates, _ = sparse(1, 0.9, 0.95, (20, 21))
    covariates = covariates.copy()
    covariates[1] = flows == 0
    used = usable_cells(flows, covariates)
    alive = used & (flows.sum(axis=1) > 0)[:, None] & (flows.sum(axis=0) > 0)[None]
    np.testing.assert_array_equal(separated_cells(flows, covariates, alive), alive & (flows == 0))
    fit = fit_gravity(flows, covariates, used)
    assert np.isnan(fit.coefficients[1])
    assert fit.separated == int((alive & (flows == 0)).sum()) + int((used & ~alive).sum())
