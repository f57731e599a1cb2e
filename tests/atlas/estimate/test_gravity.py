"""The dense gravity: the same estimator as `ppml`, and a missing importer that is never a zero."""

from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.atlas.estimate.worlds import BETA, make_world

from portulan.atlas.errors import BadInputError
from portulan.atlas.estimate.gravity import GravityFit, fit_gravity, usable_cells
from portulan.atlas.estimate.inputs import covariate_matrices, flow_matrix
from portulan.atlas.estimate.ppml import fit_ppml

pytestmark = pytest.mark.slow


def _flat(flows: np.ndarray, covariates: np.ndarray, used: np.ndarray):  # type: ignore[no-untyped-def]
    rows, columns = np.nonzero(used)
    pair = np.minimum(rows, columns) * 1000 + np.maximum(rows, columns)
    return fit_ppml(flows[used], covariates[:, rows, columns].T, [rows, columns], clusters=pair)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000), zeros=st.floats(0.0, 0.9))
def test_equals_the_flat_estimator(seed: int, zeros: float) -> None:
    world = make_world(seed, size=25, zero_share=zeros)
    used = usable_cells(world.flows, world.covariates)
    dense, flat = fit_gravity(world.flows, world.covariates, used), _flat(world.flows, world.covariates, used)
    np.testing.assert_allclose(dense.coefficients, flat.coefficients, rtol=1e-6, atol=1e-8)
    np.testing.assert_allclose(dense.standard_errors, flat.standard_errors, rtol=1e-5, atol=1e-8)
    assert dense.cells == flat.observations


def test_the_truth_is_found() -> None:
    world = make_world(1, size=120)
    fit = fit_gravity(world.flows, world.covariates, usable_cells(world.flows, world.covariates))
    assert np.all(np.abs(fit.coefficients - BETA) < 3.5 * fit.standard_errors)
    error = np.log(fit.expected(world.covariates) / world.expected)
    assert np.nanstd(error) < 0.5  # single flows vary by 100 % and more around the truth


def test_totals_of_exporters_and_importers_are_kept() -> None:
    world = make_world(2)
    used = usable_cells(world.flows, world.covariates)
    expected = np.where(used, fit_gravity(world.flows, world.covariates, used).expected(world.covariates), 0.0)
    np.testing.assert_allclose(expected.sum(axis=0), world.flows.sum(axis=0), rtol=1e-9)
    np.testing.assert_allclose(expected.sum(axis=1), world.flows.sum(axis=1), rtol=1e-9)


def test_an_importer_that_does_not_report_is_left_out_and_not_a_zero() -> None:
    world = make_world(3)
    missing = world.flows.copy()
    missing[:, 7] = np.nan
    fit = fit_gravity(missing, world.covariates, usable_cells(missing, world.covariates))
    assert np.isnan(fit.importer_effects[7])
    assert np.isnan(fit.expected(world.covariates)[:, 7]).all()
    kept = np.arange(60) != 7
    both = np.ix_(kept, kept)
    # The country stays as an exporter: the fit is that of the matrix without the column.
    rows, columns = np.nonzero(usable_cells(missing, world.covariates))
    flat = fit_ppml(missing[rows, columns], world.covariates[:, rows, columns].T, [rows, columns])
    np.testing.assert_allclose(fit.coefficients, flat.coefficients, rtol=1e-7)
    zero = np.where(np.isnan(missing), 0.0, missing)
    without = fit_gravity(zero[both], world.covariates[(slice(None), *both)], ~np.eye(59, dtype=bool))
    assert np.isfinite(without.coefficients).all()


def test_cells_outside_the_mask_change_nothing() -> None:
    world = make_world(4)
    rng = np.random.default_rng(0)
    used = usable_cells(world.flows, world.covariates) & (rng.random(world.flows.shape) > 0.2)
    other = np.where(used, world.flows, 1e9 * rng.random(world.flows.shape))
    one, two = (fit_gravity(flows, world.covariates, used) for flows in (world.flows, other))
    np.testing.assert_array_equal(one.exporter_effects, two.exporter_effects)
    np.testing.assert_array_equal(one.coefficients, two.coefficients)


def test_the_start_changes_nothing_that_is_kept() -> None:
    world = make_world(5)
    used = usable_cells(world.flows, world.covariates)
    cold = fit_gravity(world.flows, world.covariates, used)
    far = GravityFit(*(np.zeros_like(x) for x in (cold.coefficients, cold.coefficients)),
                     np.zeros(60), np.full(60, 5.0), 0, 0, 0, 0.0)  # fmt: skip
    for start in (cold, far):
        warm = fit_gravity(world.flows, world.covariates, used, start=start)
        np.testing.assert_allclose(warm.importer_effects, cold.importer_effects, rtol=1e-11, atol=1e-11)


def test_two_runs_give_the_same_bits() -> None:
    world = make_world(6)
    used = usable_cells(world.flows, world.covariates)
    one, two = (fit_gravity(world.flows.copy(), world.covariates.copy(), used) for _ in range(2))
    assert one.exporter_effects.tobytes() == two.exporter_effects.tobytes()
    assert one.standard_errors.tobytes() == two.standard_errors.tobytes()


def test_an_exporter_without_any_flow_has_no_effect_and_no_prediction() -> None:
    world = make_world(7)
    world.flows[3] = 0.0
    fit = fit_gravity(world.flows, world.covariates, usable_cells(world.flows, world.covariates))
    assert np.isnan(fit.exporter_effects[3])
    assert np.isnan(fit.expected(world.covariates)[3]).all()
    assert fit.separated >= 59


def test_a_covariate_that_only_marks_zeros_is_dropped_with_them() -> None:
    world = make_world(8)
    tied = world.covariates[3] == 1.0
    world.flows[tied] = 0.0
    fit = fit_gravity(world.flows, world.covariates, usable_cells(world.flows, world.covariates))
    assert np.isnan(fit.coefficients[3])
    assert np.isfinite(fit.coefficients[:3]).all()
    assert fit.separated >= int((tied & ~np.eye(60, dtype=bool)).sum())


def test_two_worlds_that_never_trade_are_fitted_as_the_flat_estimator_does() -> None:
    world = make_world(9, size=24)
    world.flows[:12, 12:] = 0.0
    world.flows[12:, :12] = 0.0
    used = usable_cells(world.flows, world.covariates)
    used[:12, 12:] = False  # one direction unknown: the other is then separated
    dense, flat = fit_gravity(world.flows, world.covariates, used), _flat(world.flows, world.covariates, used)
    assert dense.cells == flat.observations
    np.testing.assert_allclose(dense.coefficients, flat.coefficients, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize(
    ("flows", "says"),
    [(np.zeros((6, 6)), "no flow"), (np.full((6, 6), -1.0), "negative"), (np.ones((5, 6)), "shapes")],
)
def test_bad_matrices_are_refused(flows: np.ndarray, says: str) -> None:
    with pytest.raises(BadInputError, match=says):
        fit_gravity(flows, np.zeros((1, 6, 6)), ~np.eye(6, dtype=bool))


def _books(shared_data: Path) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Printed books and brochures (490199) of 2024, with the shipped covariates."""
    path = str(shared_data / "baci" / "baci_hs17_2024_cultural.parquet")
    columns = (
        duckdb.connect()
        .execute(
            "SELECT if(i = 'S19', 'TWN', i) AS i, if(j = 'S19', 'TWN', j) AS j, v * 1000 AS v "
            "FROM read_parquet(?) WHERE k = '490199'",
            [path],
        )
        .fetchnumpy()
    )
    countries = sorted({*columns["i"], *columns["j"]})
    flows = flow_matrix(countries, columns["i"], columns["j"], columns["v"], set(columns["j"]))
    return flows, covariate_matrices(countries), countries


@pytest.mark.real
def test_language_and_history_count_for_books(shared_data: Path) -> None:
    flows, covariates, _ = _books(shared_data)
    fit = fit_gravity(flows, covariates, usable_cells(flows, covariates))
    distance, _, language, colony = fit.coefficients
    assert -1.2 < distance < -0.6
    assert language > 1.0
    assert colony > 0.7


@pytest.mark.real
def test_geodist_tells_nearly_the_same_story_as_the_shipped_covariates(shared_data: Path) -> None:
    flows, covariates, countries = _books(shared_data)
    theirs = np.full_like(covariates, np.nan)
    place = {country: n for n, country in enumerate(countries)}
    rows = duckdb.connect().execute(
        "SELECT iso_o, iso_d, ln(dist), contig, comlang_off, colony "
        "FROM read_csv(?, delim = ';', nullstr = '.') WHERE iso_o <> iso_d",
        [str(shared_data / "cepii" / "dist_cepii.csv")],
    )
    for origin, destination, *values in rows.fetchall():
        if origin in place and destination in place:
            theirs[:, place[origin], place[destination]] = values
    used = usable_cells(flows, covariates) & usable_cells(flows, theirs)
    assert np.corrcoef(covariates[0][used], theirs[0][used])[0, 1] > 0.99
    assert np.corrcoef(covariates[3][used], theirs[3][used])[0, 1] > 0.85
    ours, geodist = (fit_gravity(flows, z, used) for z in (covariates, theirs))
    assert ours.coefficients[0] == pytest.approx(geodist.coefficients[0], abs=0.1)
    assert ours.coefficients[3] == pytest.approx(geodist.coefficients[3], abs=0.25)
    assert ours.coefficients[2] > geodist.coefficients[2] > 0.5  # a share of speakers against yes or no
    assert ours.deviance < 1.03 * geodist.deviance


@pytest.mark.real
@pytest.mark.oracle
def test_pyfixest_gives_the_same_on_real_books(shared_data: Path) -> None:
    pf = pytest.importorskip("pyfixest", reason="pyfixest is not installed: it is in the group `oracle`")
    pd = pytest.importorskip("pandas")
    flows, covariates, _ = _books(shared_data)
    used = usable_cells(flows, covariates)
    rows, columns = np.nonzero(used)
    frame = pd.DataFrame({"y": flows[used] / 1e6, "e": rows, "i": columns})
    frame[["d", "b", "l", "c"]] = covariates[:, rows, columns].T
    frame["pair"] = np.minimum(rows, columns) * 1000 + np.maximum(rows, columns)
    theirs = pf.fepois(
        "y ~ d + b + l + c | e + i", frame, vcov={"CRV1": "pair"}, ssc=pf.ssc(k_adj=False, G_adj=True), iwls_tol=1e-12
    )
    ours = fit_gravity(flows, covariates, used)
    np.testing.assert_allclose(ours.coefficients, theirs.coef().to_numpy(), rtol=1e-5)
    np.testing.assert_allclose(ours.standard_errors, theirs.se().to_numpy(), rtol=1e-3)
