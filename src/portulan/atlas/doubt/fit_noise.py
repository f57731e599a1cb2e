"""Estimate the noise model from a yearly panel of bilateral flows (docs/method-doubt.md: from which, its limits).

The variance of the growth of a flow over h years is ``h q + 2 sd^2``: real change adds up with the years, noise is
there once at each end. The intercept over h, by class of size, is therefore the noise; its slope is not used.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from portulan.atlas.doubt.noise import NoiseModel
from portulan.atlas.errors import BadInputError

LAGS = 5
MIN_YEARS_OF_FLOW = 5  # years of a flow, besides the two compared, that say how large it is
MIN_IN_CLASS = 1000
Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class SizeClass:
    """One class of size: mean size (USD), number of one-year growths, growth variance by lag, log sd of the noise."""

    size_usd: float
    growths: int
    variance: tuple[float, ...]
    sd: float


@dataclass(frozen=True, slots=True)
class NoiseFit:
    """The estimated model, with what it was read from: the classes of size and the common one-year variances."""

    model: NoiseModel
    classes: tuple[SizeClass, ...]
    common_exporter: float
    common_market: float


def panel_table(exporter: NDArray[np.int64], market: NDArray[np.int64], year: NDArray[np.int64], value: Array) -> Array:
    """Return log values as a table exporter x market x year; nan where nothing positive was reported (never zero)."""
    years = np.arange(year.min(), year.max() + 1)
    table = np.full((exporter.max() + 1, market.max() + 1, len(years)), np.nan)
    positive = value > 0
    place = (exporter[positive], market[positive], year[positive] - years[0])
    table[place] = np.log(value[positive])
    return table


def _growth(logs: Array, lag: int) -> tuple[Array, Array]:
    """Return growth over `lag` years and the log size of the flow in its other years (both pair x pair x start)."""
    first, last = logs[:, :, :-lag], logs[:, :, lag:]
    growth = last - first
    others = np.isfinite(logs).sum(axis=2)[:, :, None] - 2
    total = np.nansum(logs, axis=2)[:, :, None] - np.nan_to_num(first) - np.nan_to_num(last)
    known = np.isfinite(growth) & (others >= MIN_YEARS_OF_FLOW)
    return np.where(known, growth, np.nan), np.where(known, total / np.maximum(others, 1), np.nan)


def _weights(size: Array) -> Array:
    """Return weights for means over flows: small flows are noisy and must not drown the others."""
    return np.where(np.isfinite(size), 1.0 / (0.03 + 3.0 * (np.exp(np.nan_to_num(size)) / 1e5) ** -0.45), 0.0)


def _residual(growth: Array, weight: Array) -> Array:
    """Return growth less its exporter and importer effects of the same year (alternating weighted means)."""
    left = np.where(weight > 0, growth, 0.0)
    for _ in range(20):
        for axis in (1, 0):
            total = weight.sum(axis=axis, keepdims=True)
            left = left - (weight * left).sum(axis=axis, keepdims=True) / np.where(total > 0, total, 1.0)
    return np.where(weight > 0, left, np.nan)


def _common_variance(growth: Array, weight: Array) -> tuple[float, float]:
    """Return the covariance of growths that share an exporter, and of those that share an importer, in one year."""
    known = np.where(weight > 0, growth, 0.0)
    mean = (weight * known).sum(axis=(0, 1)) / np.maximum(weight.sum(axis=(0, 1)), 1e-300)
    part = weight * (known - mean)
    found = []
    for axis in (1, 0):
        top = (part.sum(axis=axis) ** 2 - (part**2).sum(axis=axis)).sum()
        bottom = (weight.sum(axis=axis) ** 2 - (weight**2).sum(axis=axis)).sum()
        found.append(float(top / bottom))
    return found[0], found[1]


def _moments(logs: Array, edges: Array) -> tuple[Array, Array, Array]:
    """Return by exporter, class and lag: sum of squared residual growths, their number; and the mean size by class."""
    exporters, classes = logs.shape[0], len(edges) - 1
    squares, counts = np.zeros((exporters, classes, LAGS)), np.zeros((exporters, classes, LAGS))
    sizes = np.zeros((classes, 2))
    for lag in range(1, LAGS + 1):
        growth, size = _growth(logs, lag)
        weight = _weights(size)
        for start in range(growth.shape[2]):
            left = _residual(growth[:, :, start], weight[:, :, start])
            known = np.isfinite(left)
            # The effects removed cost one degree of freedom each.
            lost = known.sum() / max(known.sum() - (known.any(axis=1).sum() + known.any(axis=0).sum() - 1), 1)
            level = size[:, :, start][known]
            group = np.clip(np.digitize(level, edges) - 1, 0, classes - 1)
            cell = np.nonzero(known)[0] * classes + group
            shape, length = (exporters, classes), exporters * classes
            squares[:, :, lag - 1] += np.bincount(cell, left[known] ** 2 * lost, length).reshape(shape)
            counts[:, :, lag - 1] += np.bincount(cell, minlength=length).reshape(shape)
            sizes[:, 0] += np.bincount(group, level, classes)
            sizes[:, 1] += np.bincount(group, minlength=classes)
    return squares, counts, np.exp(sizes[:, 0] / np.maximum(sizes[:, 1], 1))


def _intercept(squares: Array, counts: Array) -> tuple[Array, Array]:
    """Return growth variance by class and lag, and the intercept over lags by class."""
    variance = squares / np.maximum(counts, 1)
    lags = np.arange(1, LAGS + 1)
    slope = np.polyfit(lags, variance.T, 1)[1]
    return variance, slope


def _law(size: Array, sd: Array, count: Array) -> tuple[float, float, float]:
    """Return (cap, half_usd, slope) of ``sd = cap / (1 + (size / half_usd)^slope)``, by least squares on log sd.

    For given cap and slope the best half size is found on a grid too: three nested grids of one part in a hundred are
    finer than the resampling error, and need no optimiser.
    """
    weight = np.sqrt(count)
    caps = sd.max() * np.linspace(0.9, 1.6, 71)
    slopes = np.linspace(0.15, 1.0, 86)
    halves = np.exp(np.linspace(np.log(size.min()), np.log(size.max()), 241))
    best, found = np.inf, (0.0, 0.0, 0.0)
    for slope in slopes:
        shape = np.log1p((size[None, :] / halves[:, None]) ** slope)
        for cap in caps:
            loss = (weight * (np.log(cap) - shape - np.log(sd)) ** 2).sum(axis=1)
            at = int(loss.argmin())
            if loss[at] < best:
                best, found = float(loss[at]), (float(cap), float(halves[at]), float(slope))
    return found


def _log_error(squares: Array, counts: Array, used: NDArray[np.bool_], resamples: int, seed: int) -> float:
    """Return how far all sd move together, in logs, when exporters are resampled."""
    rng = np.random.default_rng(np.random.SeedSequence(seed))
    base = _intercept(squares.sum(axis=0), counts.sum(axis=0))[1]
    spread = []
    for _ in range(resamples):
        pick = rng.integers(0, len(squares), len(squares))
        again = _intercept(squares[pick].sum(axis=0), counts[pick].sum(axis=0))[1]
        good = used & (again > 0)
        spread.append(0.5 * np.log(again[good] / base[good]).mean())
    return float(np.std(spread))


def estimate_noise(
    exporter: NDArray[np.int64],
    market: NDArray[np.int64],
    year: NDArray[np.int64],
    value_usd: Array,
    *,
    resamples: int = 200,
    seed: int = 20240101,
    version: str = "",
) -> NoiseFit:
    """Estimate the model from yearly flows (indices, years, US dollars), by the intercept of growth variance over lags.

    Exporter and importer noise cannot be told from zero this way; half the one-year common variance bounds it and is
    what is kept. The floor is half the one-year variance of the largest class. ``log_error`` comes from resampling
    exporters. Raises BadInputError where the panel is too short or too small.
    """
    if len(value_usd) == 0 or year.max() - year.min() < LAGS + MIN_YEARS_OF_FLOW:
        raise BadInputError(
            "too few years to tell noise from change", todo=f"give {LAGS + MIN_YEARS_OF_FLOW + 1} years"
        )
    logs = panel_table(exporter, market, year, value_usd)
    edges = np.log(10.0 ** np.arange(3.0, 11.01, 0.5))
    squares, counts, size = _moments(logs, edges)
    variance, noise = _intercept(squares.sum(axis=0), counts.sum(axis=0))
    number = counts.sum(axis=0)[:, 0]
    enough = number >= MIN_IN_CLASS
    used = enough & (noise > 0.1 * variance[:, 0])
    if used.sum() < 3:
        raise BadInputError("noise shows in fewer than three classes of size", todo="give a larger panel")
    cap, half, slope = _law(size[used], np.sqrt(noise[used] / 2), number[used])
    floor = float(np.sqrt(variance[enough][-1, 0] / 2))
    growth, level = _growth(logs, 1)
    common = _common_variance(growth, _weights(level))
    model = NoiseModel(
        cap=cap,
        half_usd=half,
        slope=slope,
        floor=floor,
        ceiling=float(np.sqrt(noise[used].max() / 2)),
        tau_exporter=float(np.sqrt(max(common[0], 0.0) / 2)),
        tau_market=float(np.sqrt(max(common[1], 0.0) / 2)),
        log_error=_log_error(squares, counts, used, resamples, seed),
        version=version,
    )
    classes = tuple(
        SizeClass(float(size[n]), int(number[n]), tuple(variance[n].tolist()), float(np.sqrt(max(noise[n], 0.0) / 2)))
        for n in np.flatnonzero(enough)
    )
    return NoiseFit(model, classes, common[0], common[1])
