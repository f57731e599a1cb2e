"""Importers that do not report: what is said of them, and whether the intervals hold."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.atlas.estimate.worlds import World, make_world

from portulan.atlas.errors import BadInputError
from portulan.atlas.estimate.gravity import fit_gravity, usable_cells
from portulan.atlas.estimate.heldout import (
    Problem,
    estimate_importers,
    flow_dispersion,
    importer_groups,
    importer_skill,
    leave_importers_out,
)
from portulan.atlas.estimate.intervals import calibrate, calibrate_whole, covered, scores
from portulan.atlas.estimate.missing import Context, model_importers


def _problem(world: World) -> Problem:
    return Problem(world.flows, world.covariates, usable_cells(world.flows, world.covariates), world.context)


def test_second_stage_finds_what_made_the_effects() -> None:
    found = []
    for seed in range(6):
        world = make_world(seed, size=100, noise=0.3)
        problem = _problem(world)
        model = model_importers(fit_gravity(world.flows, world.covariates, problem.used), world.context)
        assert 0.0 < model.log_smearing < 0.4
        found.append([*model.coefficients[1:], np.sqrt(model.variance)])
    gdp, population, deviation = np.mean(found, axis=0)
    np.testing.assert_allclose([gdp, population], [0.9, -0.1], atol=0.06)
    assert 0.3 < deviation < 0.6  # that of the truth, and the error of the first stage with it


def test_smearing_corrects_the_total_and_not_the_median() -> None:
    ratios = []
    for seed in range(8):
        world = make_world(seed, size=80, noise=0.9)
        problem = _problem(world)
        full = fit_gravity(world.flows, world.covariates, problem.used)
        found = leave_importers_out(problem, full, importer_groups(problem).folds, flow_dispersion(problem, full))
        ratios.append(np.nansum(found.totals) / world.flows.sum())
    assert 0.7 < np.exp(np.mean(np.log(ratios))) < 1.4  # exp(0.9 ** 2 / 2) = 1.5 times too little without it


def test_what_an_importer_reported_has_no_part_in_its_own_estimate() -> None:
    world = make_world(2)
    problem = _problem(world)
    full = fit_gravity(world.flows, world.covariates, problem.used)
    dispersion = flow_dispersion(problem, full)
    held = np.zeros(60, dtype=bool)
    held[[4, 9]] = True
    before = leave_importers_out(problem, full, [held], dispersion)
    world.flows[:, held] *= 1000.0
    after = leave_importers_out(problem, full, [held], dispersion)
    np.testing.assert_array_equal(before.cells, after.cells)
    np.testing.assert_array_equal(before.total_spread, after.total_spread)


def test_unknown_context_is_a_gap_and_not_a_zero() -> None:
    world = make_world(3)
    world.context.log_gdp[5] = np.nan
    problem = _problem(world)
    full = fit_gravity(world.flows, world.covariates, problem.used)
    wanted = np.zeros(60, dtype=bool)
    wanted[[5, 6]] = True
    found = estimate_importers(problem, full, wanted, flow_dispersion(problem, full))
    assert np.isnan(found.totals[5])
    assert np.isnan(found.cells[:, 5]).all()
    assert found.totals[6] > 0.0


def test_too_few_importers_are_refused() -> None:
    world = make_world(4, size=15)
    problem = _problem(world)
    with pytest.raises(BadInputError, match="importers"):
        model_importers(fit_gravity(world.flows, world.covariates, problem.used), world.context)


def test_unknown_and_known_context() -> None:
    context = Context(np.array([1.0, np.nan, 2.0]), np.array([1.0, 1.0, np.nan]))
    np.testing.assert_array_equal(context.known, [True, False, False])


@pytest.mark.slow
def test_ninety_percent_intervals_hold_what_was_held_out_in_a_world_with_known_truth() -> None:
    totals, cells = [], []
    for seed in range(12):
        world = make_world(100 + seed, size=90)
        problem = _problem(world)
        full = fit_gravity(world.flows, world.covariates, problem.used)
        _, _, skill = importer_skill(problem, full, flow_dispersion(problem, full))
        totals.append(skill["importers_folds"]["total_coverage"])
        cells.append(skill["importers_folds"]["cell_coverage"])
    assert 0.87 <= np.mean(totals) <= 0.95
    assert 0.87 <= np.mean(cells) <= 0.95


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), spread=st.floats(0.3, 3.0))
def test_calibrated_intervals_cover_new_draws(seed: int, spread: float) -> None:
    rng = np.random.default_rng(seed)
    estimate = np.exp(rng.normal(12, 3, 6000))
    actual = estimate * np.exp(spread * rng.standard_t(4, 6000))  # tails that a normal law does not have
    rule = calibrate(scores(actual[:3000], estimate[:3000]), estimate[:3000])
    low, high = rule.bounds(estimate[3000:])
    assert 0.87 <= covered(actual[3000:], low, high) <= 0.93
    assert (low <= estimate[3000:]).all()
    assert (high >= estimate[3000:]).all()


def test_where_zeros_are_usual_the_lower_bound_is_zero_and_coverage_still_nominal() -> None:
    rng = np.random.default_rng(0)
    estimate = np.full(5000, 5e5)
    actual = np.where(rng.random(5000) < 0.3, 0.0, estimate * np.exp(rng.normal(size=5000)))
    rule = calibrate(scores(actual, estimate), estimate)
    low, high = rule.bounds(estimate)
    assert (low == 0.0).all()
    assert covered(actual, low, high) == pytest.approx(0.9, abs=0.002)


def test_few_scores_give_conservative_quantiles() -> None:
    rule = calibrate_whole(np.arange(19.0))
    assert (rule.lower, rule.upper) == ((0.0,), (18.0,))


def test_a_size_class_with_few_scores_borrows_from_its_neighbours_in_size() -> None:
    estimate = np.concatenate([np.full(500, 5e4), np.full(100, 5e5), np.full(5, 5e7)])
    score = np.concatenate([np.full(500, -9.0), np.linspace(-1, 1, 100), np.full(5, 3.0)])
    rule = calibrate(score, estimate)
    assert rule.lower[1] == -9.0
    assert -1.0 <= rule.lower[4] < -0.5  # five of its own, the rest from the class of 5e5, none from that of 5e4
    assert rule.upper[4] == 3.0
