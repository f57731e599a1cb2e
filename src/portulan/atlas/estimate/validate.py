"""Gravity against the static potential, on flows that neither has seen.

Cells (exporter, importer) of a basket are held out in ten folds. Before either method predicts a cell, its flows are
taken out of the fit of the gravity, and out of the static potential's supply X_ik, demand M_jk and world X_k. Its ease
is that of the other products alone: the basket is taken out of V_ij and of what V_ij is compared with. What is held
out makes the static totals smaller, so that each method is rescaled by one number a fold, learnt on the other folds.

Judged by exporter, over the markets that report, zeros included: Spearman's rank correlation, the top tenth, and the
logarithm of what was really sold (from 1,000 dollars up). Intervals: bootstrap of importers (all flows of an importer
are drawn together), 90 %.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from portulan.atlas.errors import BadInputError
from portulan.atlas.estimate.effects import Floats
from portulan.atlas.estimate.gravity import Mask, fit_gravity, usable_cells
from portulan.atlas.estimate.heldout import cell_folds
from portulan.atlas.estimate.metrics import log_error, weighted_correlation, weighted_ranks
from portulan.atlas.estimate.parameters import BasketId

FOLDS = 10
DRAWS = 200
ALL_EXPORTERS = "all"
MEASURES = ("spearman", "rmse_log", "top_decile_hits")
_FEWEST_MARKETS = 20
_SEED = 20_241_122


@dataclass(frozen=True, slots=True)
class ProductFlows:
    """Flows of cultural products: positions of exporter and importer in ``countries``, of the code in ``codes``, and
    US dollars. ``trade`` is V_ij over all products, ``hypothetical`` the sum over all products of X_ik / X_k x M_jk
    (both n x n; column NaN where the importer does not report).
    """

    countries: tuple[str, ...]
    codes: tuple[str, ...]
    exporter: NDArray[np.int64]
    importer: NDArray[np.int64]
    code: NDArray[np.int64]
    value: Floats
    trade: Floats
    hypothetical: Floats


@dataclass(frozen=True, slots=True)
class Measured:
    """A measure with its 90 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """One measure of both methods on the same cells, and ``difference`` = gravity - static.

    ``exporter`` is an ISO3 code or ``all``: every exporter of the basket with at least twenty markets, each counting
    the same (Spearman, hits) or each flow (log error). A smaller ``rmse_log`` is better, a larger other measure.
    """

    sector: str
    perimeter: str
    exporter: str
    measure: str
    exporters: int
    gravity: Measured
    static: Measured
    difference: Measured


@dataclass(frozen=True, slots=True)
class HeldOut:
    """What was sold and what both methods said of it without having seen it; NaN outside the cells compared."""

    actual: Floats
    gravity: Floats
    static: Floats


def predict_held_out(basket: Mapping[str, float], data: ProductFlows, covariates: Floats) -> HeldOut:
    """Predict every usable cell of a basket (code -> weight) by both methods, each cell from the other nine folds."""
    size = len(data.countries)
    chosen, column, weight = _rows_of(basket, data)
    pair = data.exporter[chosen] * size + data.importer[chosen]
    plain, value = data.value[chosen], data.value[chosen] * weight[column]
    flows: Floats = np.bincount(pair, value, size * size).reshape(size, size).astype(np.float64)
    flows[:, ~np.isfinite(data.trade).any(axis=0)] = np.nan
    used = usable_cells(flows, covariates)
    ease = _ease_without(data, pair, column, plain, weight.size)
    full = fit_gravity(flows, covariates, used, precise=False)
    gravity, static = np.full(flows.shape, np.nan), np.full(flows.shape, np.nan)
    for held in cell_folds(used, FOLDS):
        train = used & ~held
        fit = fit_gravity(flows, covariates, train, start=full, precise=False)
        expected = np.nan_to_num(fit.expected(covariates))
        seen = ~held.ravel()[pair]
        potential = _potential(pair[seen], column[seen], plain[seen], weight, size) * ease
        for out, predicted in ((gravity, expected), (static, potential)):
            scale = float(np.sum(flows[train])) / max(float(np.sum(predicted[train])), 1e-300)
            out[held] = scale * predicted[held]
    return HeldOut(np.where(used, flows, np.nan), gravity, static)


def _rows_of(basket: Mapping[str, float], data: ProductFlows) -> tuple[Mask, NDArray[np.int64], Floats]:
    """Return which rows are of the basket, the place of each one's code in it, and the weights."""
    kept = [position for position, code in enumerate(data.codes) if code in basket]
    place = np.full(len(data.codes), -1, dtype=np.int64)
    place[kept] = np.arange(len(kept))
    chosen: Mask = place[data.code] >= 0
    if not chosen.any():
        raise BadInputError("no flow of this basket", todo="give the product flows of its codes", field="flows")
    return chosen, place[data.code[chosen]], np.array([float(basket[data.codes[position]]) for position in kept])


def _potential(pair: NDArray[np.int64], column: NDArray[np.int64], value: Floats, weight: Floats, size: int) -> Floats:
    """Return the sum over products of w x X_ik / X_k x M_jk, before ease."""
    count = weight.size
    supply = np.bincount(pair // size * count + column, value, size * count).reshape(size, count)
    demand = np.bincount(pair % size * count + column, value, size * count).reshape(size, count)
    world = supply.sum(axis=0)
    share = supply * np.divide(weight, world, out=np.zeros_like(world), where=world > 0.0)
    out: Floats = share @ demand.T
    return out


def _ease_without(
    data: ProductFlows, pair: NDArray[np.int64], column: NDArray[np.int64], value: Floats, count: int
) -> Floats:
    """Return ease_ij over all products but those of the basket; 0 where the two have nothing else to trade."""
    size = len(data.countries)
    own = np.bincount(pair, value, size * size).reshape(size, size)
    rest = np.nan_to_num(data.trade) - own
    compared = np.nan_to_num(data.hypothetical) - _potential(pair, column, value, np.ones(count), size)
    # A difference of two sums: what is left of rounding is not trade.
    some = compared > 1e-9 * np.nan_to_num(data.hypothetical)
    ease: Floats = np.divide(rest, compared, out=np.zeros_like(rest), where=some)
    return np.maximum(ease, 0.0)


def compare(name: BasketId, held: HeldOut, countries: Sequence[str], exporters: Sequence[str] = ()) -> list[Comparison]:
    """Measure both methods over all exporters, and for each of ``exporters`` (ISO3) with at least twenty markets."""
    known = np.isfinite(held.actual)
    markets = np.sum(known & (np.nan_to_num(held.actual) > 0.0), axis=1)
    eligible = np.flatnonzero(markets >= _FEWEST_MARKETS)
    rng = np.random.default_rng(_SEED)
    size = len(countries)
    present = np.flatnonzero(known.any(axis=0))
    drawn = rng.multinomial(present.size, np.full(present.size, 1.0 / present.size), DRAWS).T.astype(np.float64)
    weights = np.zeros((size, DRAWS + 1))
    weights[present, 0] = 1.0  # the sample itself comes first
    weights[present, 1:] = drawn
    by_exporter = {int(i): _measure_exporter(held, int(i), known[int(i)], weights) for i in eligible}
    out = []
    if by_exporter:
        out += _comparisons(name, ALL_EXPORTERS, list(by_exporter.values()))
    for code in exporters:
        position = list(countries).index(code)
        if position in by_exporter:
            out += _comparisons(name, code, [by_exporter[position]])
    return out


_Sums = dict[str, Floats]
"""For each measure: method (gravity, static) x draws, and the denominators that averages need."""


def _measure_exporter(held: HeldOut, exporter: int, known: Mask, weights: Floats) -> _Sums:
    """Return what one exporter adds to each measure, in the sample (column 0) and in each draw."""
    actual, w = held.actual[exporter, known], weights[known]
    ranks = weighted_ranks(actual, w)
    best = _top(actual)
    spearman, errors, hits = [], [], []
    error_weight = np.zeros(w.shape[1])
    for predictions in (held.gravity, held.static):
        predicted = predictions[exporter, known]
        spearman.append(weighted_correlation(ranks, weighted_ranks(predicted, w), w))
        error = log_error(actual, predicted)
        some = np.isfinite(error)
        errors.append(np.sum(w[some] * (error[some] ** 2)[:, None], axis=0))
        error_weight = np.sum(w[some], axis=0)
        hits.append(np.sum(w[best & _top(predicted)], axis=0) / np.maximum(np.sum(w[best], axis=0), 1e-300))
    return {
        "spearman": np.array(spearman),
        "rmse_log": np.array(errors),
        "errors": error_weight[None, :],
        "top_decile_hits": np.array(hits),
    }


def _top(values: Floats) -> Mask:
    out = np.zeros(values.size, dtype=bool)
    out[np.argsort(-values, kind="stable")[: max(1, values.size // 10)]] = True
    return out


def _comparisons(name: BasketId, exporter: str, parts: Sequence[_Sums]) -> list[Comparison]:
    count = np.sum([part["errors"] for part in parts], axis=0)
    squares = np.sum([part["rmse_log"] for part in parts], axis=0)
    found = {
        "spearman": np.nanmean([part["spearman"] for part in parts], axis=0),
        "rmse_log": np.sqrt(squares / np.maximum(count, 1e-300)),
        "top_decile_hits": np.nanmean([part["top_decile_hits"] for part in parts], axis=0),
    }
    return [
        Comparison(
            *name,
            exporter,
            measure,
            len(parts),
            _measured(found[measure][0]),
            _measured(found[measure][1]),
            _measured(found[measure][0] - found[measure][1]),
        )
        for measure in MEASURES
    ]


def _measured(draws: Floats) -> Measured:
    low, high = np.nanquantile(draws[1:], [0.05, 0.95])
    return Measured(*(float(f"{value:.6g}") for value in (draws[0], low, high)))


def validate_all(
    baskets: Mapping[BasketId, Mapping[str, float]],
    data: ProductFlows,
    covariates: Floats,
    exporters: Sequence[str] = ("FRA",),
) -> Iterator[Comparison]:
    """Yield the comparisons of every basket (code -> weight), in the order of their names."""
    for name in sorted(baskets):
        try:
            held = predict_held_out(baskets[name], data, covariates)
        except BadInputError:
            continue  # no flow at all: nothing to compare, and `fit_all` says so
        yield from compare(name, held, data.countries, exporters)


def shown_first(comparisons: Sequence[Comparison]) -> dict[BasketId, str]:
    """Return ``potential_gravity`` for the baskets in which it ranks markets better beyond doubt, over all exporters:
    the 90 % interval of the difference of Spearman's correlations is above zero; else ``potential_static``.
    """
    return {
        (one.sector, one.perimeter): "potential_gravity" if one.difference.low > 0.0 else "potential_static"
        for one in comparisons
        if one.exporter == ALL_EXPORTERS and one.measure == "spearman"
    }
