"""Our Poisson estimator: against a known truth, a reference implementation, and a published panel."""

from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog, minimize

from portulan.atlas.errors import BadInputError
from portulan.atlas.estimate.ppml import PpmlFit, fit_ppml, poisson_deviance
from portulan.atlas.estimate.separation import separated_by_regressors

pytestmark = pytest.mark.slow

NAMES = ("log_distance", "contiguous", "common_language", "colonial_tie")


def _panel(shared_data: Path) -> dict[str, np.ndarray]:
    path = shared_data / "bench" / "agtpa_applications.parquet"
    return (
        duckdb.connect()
        .execute(
            "SELECT exporter || year AS ey, importer || year AS iy, pair_id, trade, dist, cntg, lang, clny "
            "FROM read_parquet(?) WHERE year IN (1986, 1990, 1994, 1998, 2002, 2006) AND exporter <> importer",
            [str(path)],
        )
        .fetchnumpy()
    )


def _fit_panel(panel: dict[str, np.ndarray]) -> PpmlFit:
    x = np.column_stack([np.log(panel["dist"]), panel["cntg"], panel["lang"], panel["clny"]])
    effects = [panel["ey"].astype(str), panel["iy"].astype(str)]
    return fit_ppml(panel["trade"], x, effects, clusters=panel["pair_id"], names=NAMES)


@pytest.mark.real
def test_published_panel_gives_the_reference_coefficients(shared_data: Path) -> None:
    fit = _fit_panel(_panel(shared_data))
    assert fit.observations == 28_152
    assert fit.clusters == 2_346
    np.testing.assert_allclose(fit.coefficients, [-0.8409, 0.4374, 0.2475, -0.2225], atol=5e-5)
    assert fit.standard_errors[0] == pytest.approx(0.032, abs=5e-4)


@pytest.mark.real
@pytest.mark.oracle
def test_pyfixest_gives_the_same_on_the_published_panel(shared_data: Path) -> None:
    pf = pytest.importorskip("pyfixest", reason="pyfixest is not installed: it is in the group `oracle`")
    pd = pytest.importorskip("pandas")
    panel = _panel(shared_data)
    frame = pd.DataFrame(panel).assign(ldist=np.log(panel["dist"]))
    theirs = pf.fepois(
        "trade ~ ldist + cntg + lang + clny | ey + iy",
        frame,
        vcov={"CRV1": "pair_id"},
        ssc=pf.ssc(k_adj=False, G_adj=True),
    )
    ours = _fit_panel(panel)
    np.testing.assert_allclose(ours.coefficients, theirs.coef().to_numpy(), rtol=1e-6)
    np.testing.assert_allclose(ours.standard_errors, theirs.se().to_numpy(), rtol=1e-5)


@pytest.mark.oracle
def test_pyfixest_drops_the_same_separated_observations() -> None:
    pf = pytest.importorskip("pyfixest", reason="pyfixest is not installed: it is in the group `oracle`")
    pd = pytest.importorskip("pandas")
    y, x, effects = _synthetic(3, zero_share=0.3)
    x[:, 1] = (np.arange(y.size) % 7 == 0).astype(float)
    y[x[:, 1] == 1.0] = 0.0  # the dummy separates all its observations
    ours = fit_ppml(y, x, effects)
    frame = pd.DataFrame({"y": y, "a": x[:, 0], "b": x[:, 1], "e": effects[0], "i": effects[1]})
    theirs = pf.fepois("y ~ a + b | e + i", frame, separation_check=["fe", "ir"])
    assert ours.dropped == ("x2",)
    assert ours.observations == theirs._N
    np.testing.assert_allclose(ours.coefficients[0], theirs.coef()["a"], rtol=1e-6)


def _synthetic(seed: int, size: int = 40, zero_share: float = 0.2) -> tuple[np.ndarray, np.ndarray, list[np.ndarray]]:
    rng = np.random.default_rng(seed)
    exporter, importer = (grid.ravel() for grid in np.meshgrid(np.arange(size), np.arange(size), indexing="ij"))
    x = np.column_stack([rng.normal(size=size**2), rng.normal(size=size**2)])
    a, b = rng.normal(size=size), rng.normal(size=size)
    mean = np.exp(-0.8 * x[:, 0] + 0.5 * x[:, 1] + a[exporter] + b[importer])
    # Zeros come at random; positive values are raised so that the mean stays what it is.
    alive = rng.random(size**2) >= zero_share
    y = alive * mean * rng.gamma(4.0, 0.25, size**2) / (1.0 - zero_share)
    return y, x, [exporter, importer]


def test_known_truth_is_found_within_its_standard_errors() -> None:
    y, x, effects = _synthetic(20, size=80)
    fit = fit_ppml(y, x, effects)
    assert np.all(np.abs(fit.coefficients - [-0.8, 0.5]) < 3.5 * fit.standard_errors)
    assert np.all(fit.standard_errors < 0.05)


def test_ninety_percent_intervals_hold_the_truth() -> None:
    hits = 0
    for seed in range(60):
        y, x, effects = _synthetic(seed, size=25)
        fit = fit_ppml(y, x, effects)
        hits += int(abs(fit.coefficients[1] - 0.5) < 1.645 * fit.standard_errors[1])
    assert 46 <= hits <= 60  # binomial(60, 0.9): 99.8 % between 46 and 60


def test_effects_absorbed_equal_dummies_written_out() -> None:
    y, x, effects = _synthetic(5, size=9)
    dummies = np.concatenate([np.eye(9)[effects[0]], np.eye(9)[effects[1]][:, 1:]], axis=1)
    full = fit_ppml(y, np.column_stack([x, dummies]))
    np.testing.assert_allclose(fit_ppml(y, x, effects).coefficients, full.coefficients[:2], rtol=1e-8)


def test_maximum_is_the_one_a_general_optimiser_finds() -> None:
    y, x, effects = _synthetic(8, size=8)
    design = np.column_stack([x, np.eye(8)[effects[0]], np.eye(8)[effects[1]][:, 1:]])
    found = minimize(
        lambda b: np.sum(np.exp(design @ b) - y * (design @ b)),
        np.zeros(design.shape[1]),
        jac=lambda b: design.T @ (np.exp(design @ b) - y),
        method="BFGS",
        options={"gtol": 1e-9, "maxiter": 2000},
    )
    np.testing.assert_allclose(fit_ppml(y, x, effects).coefficients, found.x[:2], atol=1e-6)


def test_three_effects() -> None:
    y, x, effects = _synthetic(6, size=20)
    third = (np.arange(y.size) * 7) % 5
    dummies = np.concatenate([np.eye(20)[effects[0]], np.eye(20)[effects[1]][:, 1:], np.eye(5)[third][:, 1:]], axis=1)
    full = fit_ppml(y, np.column_stack([x, dummies]))
    np.testing.assert_allclose(fit_ppml(y, x, [*effects, third]).coefficients, full.coefficients[:2], rtol=1e-8)


def test_fitted_values_keep_the_total_of_every_group() -> None:
    y, x, effects = _synthetic(7)
    fit = fit_ppml(y, x, effects)
    for codes in effects:
        np.testing.assert_allclose(np.bincount(codes, fit.expected), np.bincount(codes, y), rtol=1e-7)
    assert fit.deviance == pytest.approx(poisson_deviance(y, fit.expected))


def test_a_group_of_zeros_is_dropped_and_named_nan() -> None:
    y, x, effects = _synthetic(9)
    y[effects[0] == 4] = 0.0
    fit = fit_ppml(y, x, effects)
    assert fit.separated.sum() == 40
    assert np.isnan(fit.expected[effects[0] == 4]).all()
    kept = effects[0] != 4
    np.testing.assert_allclose(
        fit.coefficients, fit_ppml(y[kept], x[kept], [e[kept] for e in effects]).coefficients, rtol=1e-9
    )


def test_a_regressor_explained_by_the_effects_is_dropped_and_said() -> None:
    y, x, effects = _synthetic(10)
    constant_by_exporter = np.cos(effects[0])[:, None]
    fit = fit_ppml(y, np.column_stack([x[:, :1], constant_by_exporter, x[:, 1:]]), effects, names=("a", "size", "b"))
    assert fit.dropped == ("size",)
    assert np.isnan(fit.coefficients[1])
    np.testing.assert_allclose(fit.coefficients[[0, 2]], fit_ppml(y, x, effects).coefficients, rtol=1e-8)


def _separated_by_linear_programme(y: np.ndarray, design: np.ndarray) -> np.ndarray:
    """For each zero: can some z = design g, with z = 0 on positives and 0 <= z <= 1 on zeros, be positive there?"""
    zero = np.flatnonzero(y == 0)
    out = np.zeros(y.size, dtype=bool)
    above = np.vstack([-design[zero], design[zero]])
    bound = np.concatenate([np.zeros(zero.size), np.ones(zero.size)])
    rows = design[y > 0]
    for row in zero:
        answer = linprog(-design[row], A_ub=above, b_ub=bound, A_eq=rows, b_eq=np.zeros(len(rows)), bounds=(None, None))
        assert answer.success
        out[row] = -answer.fun > 1e-7
    return out


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10_000), zeros=st.floats(0.3, 0.9))
def test_separation_is_what_a_linear_programme_finds(seed: int, zeros: float) -> None:
    rng = np.random.default_rng(seed)
    groups = rng.integers(0, 4, 30)
    x = np.column_stack([rng.integers(0, 2, 30), rng.integers(0, 3, 30)]).astype(float)
    y = np.where(rng.random(30) < zeros, 0.0, 1.0 + rng.random(30))
    alive = np.isin(groups, groups[y > 0])  # groups of zeros go first, as in the estimator
    if not alive.any():
        return
    groups, x, y = np.unique(groups[alive], return_inverse=True)[1], x[alive], y[alive]
    design = np.column_stack([x, np.eye(groups.max() + 1)[groups]])
    np.testing.assert_array_equal(separated_by_regressors(y, x, [groups]), _separated_by_linear_programme(y, design))


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 1000), scale=st.floats(1e-6, 1e9))
def test_the_unit_of_money_changes_nothing(seed: int, scale: float) -> None:
    y, x, effects = _synthetic(seed, size=12)
    one, other = fit_ppml(y, x, effects), fit_ppml(y * scale, x, effects)
    np.testing.assert_allclose(one.coefficients, other.coefficients, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda y, x: (y - 100.0, x), "negative"),
        (lambda y, x: (np.where(y > 1, np.nan, y), x), "missing"),
        (lambda y, x: (y[:-1], x), "rows"),
        (lambda y, x: (y * 0.0, x), "zero"),
    ],
)
def test_bad_input_is_refused_with_what_to_do(change: object, says: str) -> None:
    y, x, effects = _synthetic(1, size=6)
    y, x = change(y, x)  # type: ignore[operator]
    with pytest.raises(BadInputError, match=says):
        fit_ppml(y, x, [e[: y.size] for e in effects])
