"""Does potential at year t predict imports at t + n better than today's size, past growth or gravity?

What is compared, the scores and their intervals are in docs/method-doubt.md. Nothing here knows a file: panels come in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from portulan.atlas.doubt.arrays import FlowArrays
from portulan.atlas.doubt.world import Baskets, potential_table, sums, trade_table, weights_table
from portulan.atlas.errors import BadInputError, UnknownCodeError

Array = NDArray[np.float64]
MIN_MARKETS = 10  # a top decile of less is no decile
MIN_CLUSTERS = 10  # fewer exporters than this say little on how exporters differ: markets are resampled instead
LEVEL = 0.90


@dataclass(frozen=True, slots=True)
class Case:
    """One question: this exporter, basket and year. Arrays have one entry a market of `markets`; USD.

    ``potential`` and ``imports`` are at `year`, ``past`` the imports `horizon` years before (None where not loaded).
    A market counts only if it reported at `year` and `year + horizon`; there, no flow means zero.
    """

    exporter: str
    basket: str
    year: int
    horizon: int
    markets: tuple[str, ...]
    potential: Array
    imports: Array
    past: Array | None


Predictor = Callable[[Case], "Array | None"]


def potential_static(case: Case) -> Array:
    """Predict by the static export potential."""
    return case.potential


def todays_size(case: Case) -> Array:
    """Predict by the imports of today."""
    return case.imports


def past_growth(case: Case) -> Array | None:
    """Predict by the imports of today, grown as they grew over the last `horizon` years.

    A flow that was not there then has no growth: it is kept as it is. None where the past is not loaded.
    """
    if case.past is None:
        return None
    known = (case.past > 0) & (case.imports > 0)
    growth = case.imports / np.where(known, case.past, 1.0)
    return np.where(known, case.imports * growth, case.imports)


PREDICTORS: Mapping[str, Predictor] = {
    "potential_static": potential_static,
    "imports_from": todays_size,
    "past_growth": past_growth,
}


@dataclass(frozen=True, slots=True)
class Score:
    """A mean over cases with its 90 % interval."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Backtest:
    """What a back-test says.

    ``spearman`` and ``hits`` (top-decile hit rate, 0.1 by chance) by predictor; ``spearman_gain`` and ``hits_gain`` by
    rival: the first predictor less that rival, on the same cases. ``cases`` were scored, ``left_out`` were not (fewer
    than ten markets in common, or nothing to predict). ``resampled`` says over what the intervals were taken;
    ``absent`` names predictors that could not be computed from this panel.
    """

    first: str
    horizon: int
    years: tuple[int, ...]
    exporters: tuple[str, ...]
    cases: int
    left_out: int
    resampled: str
    spearman: Mapping[str, Score]
    hits: Mapping[str, Score]
    spearman_gain: Mapping[str, Score]
    hits_gain: Mapping[str, Score]
    absent: tuple[str, ...] = ()
    note: str = ""


def average_ranks(values: Array) -> Array:
    """Return ranks from 1 (smallest), ties at their mean."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    result: Array = (last - (counts - 1) / 2.0)[inverse]
    return result


def spearman(predicted: Array, actual: Array) -> float:
    """Return Spearman's rank correlation, ties at mean ranks; nan where one side does not vary."""
    a, b = average_ranks(predicted), average_ranks(actual)
    a, b = a - a.mean(), b - b.mean()
    size = float(np.sqrt((a * a).sum() * (b * b).sum()))
    return float((a * b).sum() / size) if size > 0 else float("nan")


def _top_share(values: Array, size: int) -> Array:
    """Return 1 for the `size` largest, 0 for the others; those that tie at the border share the places left."""
    border = np.sort(values)[-size]
    above, tied = values > border, values == border
    result: Array = above + tied * (size - above.sum()) / tied.sum()
    return result


def top_decile_hits(predicted: Array, actual: Array) -> float:
    """Return the share of the true top decile (rounded up) found in the predicted one; 0.1 by chance."""
    size = -(-len(actual) // 10)
    return float((_top_share(predicted, size) * _top_share(actual, size)).sum() / size)


@dataclass(frozen=True, slots=True)
class _Year:
    """One year of the panel, by basket: tables exporter x market."""

    exporters: Mapping[str, int]
    markets: Mapping[str, int]
    potential: Mapping[str, Array]
    trade: Mapping[str, Array]

    def row(self, table: Array, exporter: str, markets: Sequence[str]) -> Array:
        """Return one exporter's row over these markets; zero where reporting markets show no flow."""
        found = np.zeros(len(markets))
        if exporter in self.exporters:
            line = table[self.exporters[exporter]]
            found = np.array([line[self.markets[m]] if m in self.markets else 0.0 for m in markets])
        return found


def _year(flows: FlowArrays, baskets: Baskets) -> _Year:
    totals, table = sums(flows), weights_table(flows, baskets)
    return _Year(
        {name: n for n, name in enumerate(flows.exporters)},
        {name: n for n, name in enumerate(flows.markets)},
        {basket: potential_table(totals, table[n]) for n, basket in enumerate(baskets)},
        {basket: trade_table(flows, table[n]) for n, basket in enumerate(baskets)},
    )


def _cases(
    years: Mapping[int, _Year], exporters: Sequence[str], baskets: Baskets, horizon: int
) -> list[tuple[Case, Array]]:
    found = []
    for start in sorted(years):
        if start + horizon not in years:
            continue
        now, later, before = years[start], years[start + horizon], years.get(start - horizon)
        both = sorted(set(now.markets) & set(later.markets))
        for exporter in exporters:
            markets = tuple(market for market in both if market != exporter)
            for basket in baskets:
                past = before.row(before.trade[basket], exporter, markets) if before else None
                if past is not None and before is not None:
                    # A market that did not report then is unknown, not zero.
                    past[[market not in before.markets for market in markets]] = np.nan
                case = Case(
                    exporter=exporter,
                    basket=basket,
                    year=start,
                    horizon=horizon,
                    markets=markets,
                    potential=now.row(now.potential[basket], exporter, markets),
                    imports=now.row(now.trade[basket], exporter, markets),
                    past=past,
                )
                found.append((case, later.row(later.trade[basket], exporter, markets)))
    return found


@dataclass(frozen=True, slots=True)
class _Scored:
    exporter: str
    markets: tuple[str, ...]
    actual: Array
    predicted: Array  # predictor x market

    def scores(self, pick: NDArray[np.int64] | None = None) -> Array:
        """Return predictor x (Spearman, hits), on all markets or on a resample of them."""
        actual = self.actual if pick is None else self.actual[pick]
        predicted = self.predicted if pick is None else self.predicted[:, pick]
        return np.array([[spearman(line, actual), top_decile_hits(line, actual)] for line in predicted])


def _scored(
    cases: Sequence[tuple[Case, Array]], guesses: Sequence[Mapping[str, Array | None]], names: Sequence[str]
) -> list[_Scored]:
    """Return the cases that every predictor can answer, on the markets where each of them is defined."""
    scored = []
    for (case, actual), guess in zip(cases, guesses, strict=True):
        lines = [guess[name] for name in names]
        if not lines or any(line is None for line in lines):
            continue
        table = np.stack([np.asarray(line, dtype=np.float64) for line in lines])
        known = np.asarray(np.isfinite(table).all(axis=0))
        if known.sum() >= MIN_MARKETS and len(np.unique(actual[known])) > 1:
            kept = tuple(market for market, good in zip(case.markets, known, strict=True) if good)
            scored.append(_Scored(case.exporter, kept, actual[known], table[:, known]))
    return scored


def backtest(
    panel: Mapping[int, FlowArrays],
    exporters: Sequence[str],
    baskets: Baskets,
    horizon: int,
    predictors: Mapping[str, Predictor] | None = None,
    resamples: int = 500,
    seed: int = 20240101,
    note: str = "",
) -> Backtest:
    """Score predictors of imports at t + `horizon`, for every t of the panel that has it.

    ``panel`` holds whole years (all products) of one scheme; ``predictors`` (name -> callable, the first is the one
    compared to the others; default: potential_static, imports_from, past_growth) may add gravity. Every predictor is
    scored on the same markets: those where each is defined. A predictor that no case can compute is named in `absent`.
    Intervals resample exporters where there are ten or more, else markets.

    Raises BadInputError where the panel has no two years `horizon` apart, or no case can be scored.
    """
    if horizon < 1 or not any(year + horizon in panel for year in panel):
        raise BadInputError(f"no two years {horizon} apart", todo="load year t and year t + n", field="horizon")
    present = {name for flows in panel.values() for name in flows.exporters}
    for exporter in exporters:
        if exporter not in present:
            raise UnknownCodeError("exporter", exporter, todo="give the ISO3 code of a country with exports")
    asked = dict(predictors or PREDICTORS)
    cases = _cases({year: _year(flows, baskets) for year, flows in panel.items()}, exporters, baskets, horizon)
    guesses = [{name: predict(case) for name, predict in asked.items()} for case, _ in cases]
    absent = tuple(name for name in asked if all(guess[name] is None for guess in guesses))
    names = [name for name in asked if name not in absent]
    scored = _scored(cases, guesses, names)
    if not scored:
        raise BadInputError("no case can be scored", todo="give more markets, years or predictors", field="panel")
    who, base, drawn = _resample(scored, resamples, seed)
    return Backtest(
        first=names[0],
        horizon=horizon,
        years=tuple(sorted({case.year for case, _ in cases})),
        exporters=tuple(exporters),
        cases=len(scored),
        left_out=len(cases) - len(scored),
        resampled=who,
        spearman={name: _score(base[n, 0], drawn[:, n, 0]) for n, name in enumerate(names)},
        hits={name: _score(base[n, 1], drawn[:, n, 1]) for n, name in enumerate(names)},
        spearman_gain=_gains(names, base[:, 0], drawn[:, :, 0]),
        hits_gain=_gains(names, base[:, 1], drawn[:, :, 1]),
        absent=absent,
        note=note,
    )


def _score(mean: float, drawn: Array) -> Score:
    tail = (1.0 - LEVEL) / 2.0
    low, high = np.nanquantile(drawn, [tail, 1.0 - tail])
    return Score(float(mean), float(low), float(high))


def _gains(names: Sequence[str], base: Array, drawn: Array) -> dict[str, Score]:
    return {name: _score(base[0] - base[n], drawn[:, 0] - drawn[:, n]) for n, name in enumerate(names) if n > 0}


def _resample(scored: Sequence[_Scored], resamples: int, seed: int) -> tuple[str, Array, Array]:
    """Return over what was resampled, mean scores (predictor x score), and resampled means (one more first axis)."""
    rng = np.random.default_rng(np.random.SeedSequence(seed))
    one = np.stack([case.scores() for case in scored])
    base = np.nanmean(one, axis=0)
    exporters = sorted({case.exporter for case in scored})
    if len(exporters) >= MIN_CLUSTERS:
        place = np.array([exporters.index(case.exporter) for case in scored])
        drawn = np.empty((resamples, *base.shape))
        for n in range(resamples):
            times = np.bincount(rng.integers(0, len(exporters), len(exporters)), minlength=len(exporters))[place]
            good = np.isfinite(one) * times[:, None, None]
            drawn[n] = (np.nan_to_num(one) * good).sum(axis=0) / good.sum(axis=0)
        return "exporters", base, drawn
    markets = sorted({market for case in scored for market in case.markets})
    number = {market: n for n, market in enumerate(markets)}
    places = [np.array([number[market] for market in case.markets]) for case in scored]
    drawn = np.empty((resamples, *base.shape))
    for n in range(resamples):
        # One resample of markets serves all cases: a market is alike in all baskets and years.
        times = np.bincount(rng.integers(0, len(markets), len(markets)), minlength=len(markets))
        picks = [np.repeat(np.arange(len(place)), times[place]) for place in places]
        again = [case.scores(pick) for case, pick in zip(scored, picks, strict=True) if len(pick) >= MIN_MARKETS]
        drawn[n] = np.nanmean(np.stack(again), axis=0) if again else np.nan
    return "markets", base, drawn
