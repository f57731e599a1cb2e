"""Measures of skill against an independent implementation."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import spearmanr

from portulan.atlas.estimate.heldout import _pooled_spearman
from portulan.atlas.estimate.metrics import (
    log_error,
    spearman,
    top_decile_hits,
    weighted_correlation,
    weighted_ranks,
)


@given(st.integers(0, 10_000))
def test_spearman_with_ties_is_that_of_scipy(seed: int) -> None:
    rng = np.random.default_rng(seed)
    x, y = rng.integers(0, 6, 40).astype(float), rng.integers(0, 9, 40).astype(float)
    expected = spearmanr(x, y).statistic
    np.testing.assert_allclose(spearman(x, y), expected, atol=1e-12)
    np.testing.assert_allclose(_pooled_spearman(x, y), expected, atol=1e-12)


@given(st.integers(0, 10_000))
def test_weights_are_repetitions(seed: int) -> None:
    rng = np.random.default_rng(seed)
    x, y = rng.integers(0, 6, 30).astype(float), rng.normal(size=30)
    times = rng.multinomial(30, np.full(30, 1 / 30))
    w = times.astype(float)[:, None]
    found = weighted_correlation(weighted_ranks(x, w), weighted_ranks(y, w), w)[0]
    np.testing.assert_allclose(found, spearmanr(np.repeat(x, times), np.repeat(y, times)).statistic, atol=1e-12)


def test_top_decile() -> None:
    actual = np.arange(40.0)
    predicted = actual.copy()
    assert top_decile_hits(actual, predicted) == 1.0
    predicted[[39, 38]] = -1.0
    assert top_decile_hits(actual, predicted) == 0.5


def test_log_error_counts_flows_of_a_thousand_dollars_and_floors_predictions() -> None:
    error = log_error(np.array([0.0, 999.0, 1e3, 1e6]), np.array([5.0, 5.0, 0.0, 1e3]))
    np.testing.assert_allclose(error, [np.nan, np.nan, 0.0, np.log(1e3)])
