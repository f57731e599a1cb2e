"""The noise law of doubt: what it says of any flow, and that the committed one is what the panel gives."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portulan.atlas.doubt import NoiseModel, load_noise
from portulan.atlas.doubt.fit_noise import estimate_noise
from portulan.atlas.engine import open_engine
from portulan.atlas.errors import BadInputError

pytestmark = pytest.mark.full

NOISE = load_noise()

# --- the noise ---------------------------------------------------------------------------------------------------


@given(st.floats(1, 1e13), st.floats(1, 1e13))
def test_small_flows_are_noisier_and_never_beyond_what_was_measured(a: float, b: float) -> None:
    low, high = sorted((a, b))
    first, second = NOISE.sd(np.array([low, high]))
    assert second <= first
    assert NOISE.floor <= second
    assert first <= NOISE.ceiling


@pytest.mark.parametrize(
    ("field", "value"), [("cap", -1.0), ("slope", float("nan")), ("half_usd", 0.0), ("ceiling", 0.01)]
)
def test_noise_that_makes_no_sense_is_refused(field: str, value: float) -> None:
    values = {name: getattr(NOISE, name) for name in NOISE.__slots__} | {field: value}
    with pytest.raises(BadInputError, match=field):
        NoiseModel(**values)


def test_what_products_of_a_pair_share_makes_up_the_measured_noise_of_their_sum() -> None:
    rng = np.random.default_rng(4)
    value = rng.lognormal(11, 2, 40)
    own = (NOISE.relative_variance(value) * value**2).sum()
    shared = NOISE.pair_sd(np.array([value.sum()]), np.array([own]))[0]
    assert shared > 0
    draws = value * np.exp(NOISE.sd(value) * rng.standard_normal((200_000, 40)) - NOISE.sd(value) ** 2 / 2)
    total = draws.sum(axis=1) * np.exp(shared * rng.standard_normal(200_000) - shared**2 / 2)
    assert total.mean() == pytest.approx(value.sum(), rel=0.02)
    assert total.var() / value.sum() ** 2 == pytest.approx(
        float(NOISE.relative_variance(np.array([value.sum()]))[0]), rel=0.1
    )


def simulated_panel(law: NoiseModel, countries: int = 45, years: int = 18) -> tuple[np.ndarray, ...]:
    """A panel whose truth is a random walk with common shocks, reported with the noise of `law`."""
    rng = np.random.default_rng(11)
    shape = (countries, countries, years)
    start = rng.normal(16, 3, shape[:2])
    steps = (
        rng.normal(0, 0.12, shape)
        + rng.normal(0, 0.05, (countries, 1, years))
        + rng.normal(0, 0.05, (1, countries, years))
    )
    truth = start[:, :, None] + np.cumsum(steps, axis=2)
    sd = law.sd(np.exp(truth))
    observed = np.exp(truth + sd * rng.standard_normal(shape) - sd**2 / 2)
    exporter, market, year = (index.ravel() for index in np.indices(shape))
    keep = exporter != market
    return exporter[keep], market[keep], year[keep] + 1990, observed.ravel()[keep]


def test_the_estimate_finds_the_law_that_made_a_panel() -> None:
    law = NoiseModel(1.6, 5e5, 0.5, 0.05, 1.4, 0.0, 0.0, 0.0)
    found = estimate_noise(*simulated_panel(law)).model
    size = np.array([1e5, 1e6, 1e7, 1e8])
    assert found.sd(size) == pytest.approx(law.sd(size), rel=0.2)
    # Real change of exporters and importers (sd 0.05 a year) is all that is common to find.
    assert 0.02 < found.tau_exporter < 0.08
    assert 0 < found.log_error < 0.2


def test_a_panel_too_short_is_refused() -> None:
    exporter, market, year, value = simulated_panel(NOISE)
    keep = year < 1996
    with pytest.raises(BadInputError, match="too few years"):
        estimate_noise(exporter[keep], market[keep], year[keep], value[keep])


@pytest.mark.real
def test_committed_parameters_are_what_the_panel_gives(shared_data: Path) -> None:
    with open_engine("1GB", 1) as engine:
        rows = engine.columns(
            "SELECT exporter, importer, CAST(year AS BIGINT) AS year, trade * 1e6 AS value FROM read_parquet(?) "
            "WHERE exporter <> importer",
            [str(shared_data / "bench" / "agtpa_applications.parquet")],
        )
    exporter, market = (np.unique(rows[name].astype(str), return_inverse=True)[1] for name in ("exporter", "importer"))
    found = estimate_noise(exporter, market, rows["year"], rows["value"])
    for name in ("cap", "half_usd", "slope", "floor", "ceiling", "tau_exporter", "tau_market", "log_error"):
        assert getattr(found.model, name) == pytest.approx(getattr(NOISE, name), rel=0.005), name
    # The law stays near every class it was fitted on, where noise can be told from change.
    told = [part for part in found.classes if part.sd > NOISE.floor]
    assert len(told) >= 9
    for part in told:
        assert NOISE.sd(np.array([part.size_usd]))[0] == pytest.approx(part.sd, rel=0.12)
