"""From draws to what is shown: intervals on values and ranks, and the chance of being among the first ten."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from portulan.atlas.doubt.world import Matrix

LEVEL = 0.90
TOP = 10
EXCLUDES_YEARS = "excludes year-to-year change"
INCLUDES_YEARS = "includes year-to-year change"
MIN_YEARS = 3


@dataclass(frozen=True, slots=True)
class DoubtTable:
    """Doubt on one ranking, one entry a market with a potential, the largest first.

    ``value`` is the potential as computed (USD), ``value_low`` to ``value_high`` its 90 % interval and ``value_median``
    the middle of it; ``rank_low`` (best) to ``rank_high`` (worst) the 90 % interval of the rank among these markets,
    ``rank_median`` its middle, ``p_top10`` the probability of being among the first ten. ``label`` says whether the
    interval holds year-to-year change, ``years`` how many years were drawn, ``draws`` how many draws were made.
    """

    market: tuple[str, ...]
    value: NDArray[np.float64]
    value_low: NDArray[np.float64]
    value_median: NDArray[np.float64]
    value_high: NDArray[np.float64]
    rank_median: NDArray[np.float64]
    rank_low: NDArray[np.int32]
    rank_high: NDArray[np.int32]
    p_top10: NDArray[np.float64]
    label: str
    years: int
    draws: int


@dataclass(frozen=True, slots=True)
class YearDraws:
    """One year and basket: the potential as computed (market) and drawn (draw x market), USD; nan where none."""

    value: NDArray[np.float64]
    draws: Matrix


def mirrored(year: YearDraws) -> Matrix:
    """Return log potentials a truth may have: the draws turned around the value as computed.

    A draw is the value as computed plus the noise of one more report; the truth is the value minus the noise of the
    report we have. Both noises have one law, so the truth is at ``2 log P - log P*`` (the basic bootstrap interval of
    Davison & Hinkley 1997, section 5.2). It also takes out the bias of a ratio of noisy sums.
    """
    result: Matrix = 2.0 * np.log(year.value) - np.log(year.draws)
    return result


def _pooled(years: Sequence[YearDraws]) -> Matrix:
    """Return log potentials over several years, scaled to the exporter's total of the last one (equation 9)."""
    logs = np.stack([np.log(year.value) for year in years])
    totals = np.array([np.nansum(year.value) for year in years])
    logs += np.log(totals[-1] / totals)[:, None]
    noise = [mirrored(year) - np.log(year.value) for year in years]
    middle = np.nanmean(logs, axis=0)
    between = np.nanmean(np.nanvar(logs, axis=0, ddof=1))
    within = np.mean([np.nanmean(np.nanvar(part, axis=0)) for part in noise])
    # Part of the movement between years is the noise of each report, which is drawn anyway: only the rest is kept.
    keep = np.sqrt(max(0.0, 1.0 - within / between)) if between > 0 else 0.0
    return np.concatenate([middle + keep * (line - middle) + part for line, part in zip(logs, noise, strict=True)])


def ranks(values: Matrix) -> NDArray[np.int32]:
    """Return the rank of every column in every row, 1 for the largest."""
    order = np.argsort(-values, axis=1, kind="stable")
    result = np.empty(values.shape, dtype=np.int32)
    np.put_along_axis(result, order, np.arange(1, values.shape[1] + 1, dtype=np.int32)[None, :], axis=1)
    return result


def rank_interval(drawn: NDArray[np.int32], level: float = LEVEL) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return for each column of drawn ranks the interval that leaves half of `1 - level` on either side.

    As nearly as whole ranks allow. The usual quantiles always leave less, and then hold the truth too often.
    """
    draws, size = drawn.shape
    if size == 0:
        return np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.int32)
    counts = np.zeros((size, size + 2))
    np.add.at(counts, (np.broadcast_to(np.arange(size), drawn.shape), drawn), 1.0)
    below = np.cumsum(counts, axis=1) / draws  # share of draws at or under each rank 0 ... size + 1
    tail = (1.0 - level) / 2.0
    # Of equally near ends the inner one: the largest low, the smallest high.
    low = size - np.abs(below[:, :size] - tail)[:, ::-1].argmin(axis=1)
    high = np.abs((1.0 - below[:, 1 : size + 1]) - tail).argmin(axis=1) + 1
    return low.astype(np.int32), np.maximum(high, low).astype(np.int32)


def doubt_table(markets: Sequence[str], years: Sequence[YearDraws]) -> DoubtTable:
    """Return the table of one basket; ``years`` in order, the last one is the year shown."""
    last = years[-1]
    kept = np.flatnonzero(
        np.all([year.value > 0 for year in years] + [(y.draws > 0).all(axis=0) for y in years], axis=0)
    )
    kept = kept[np.argsort(-last.value[kept], kind="stable")]
    part = [YearDraws(year.value[kept], year.draws[:, kept]) for year in years]
    logs = _pooled(part) if len(part) >= MIN_YEARS else mirrored(part[-1])
    tail = (1.0 - LEVEL) / 2.0
    low, middle, high = np.exp(np.quantile(logs, [tail, 0.5, 1.0 - tail], axis=0))
    drawn = ranks(logs)
    rank_low, rank_high = rank_interval(drawn)
    return DoubtTable(
        market=tuple(markets[int(n)] for n in kept),
        value=last.value[kept],
        value_low=low,
        value_median=middle,
        value_high=high,
        rank_median=np.median(drawn, axis=0),
        rank_low=rank_low,
        rank_high=rank_high,
        p_top10=(drawn <= TOP).mean(axis=0),
        label=INCLUDES_YEARS if len(part) >= MIN_YEARS else EXCLUDES_YEARS,
        years=len(part),
        draws=len(drawn),
    )
