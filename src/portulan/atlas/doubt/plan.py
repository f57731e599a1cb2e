"""What does not change from draw to draw: sums, the rows that are drawn one by one, and the moments of the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from portulan.atlas.doubt.arrays import FlowArrays
from portulan.atlas.doubt.noise import NoiseModel
from portulan.atlas.doubt.world import (
    Baskets,
    Matrix,
    Sums,
    exporter_shares,
    noise_sums,
    row_of,
    sums,
    weights_table,
)
from portulan.atlas.errors import BadInputError

Drawn = Literal["baskets", "all"]


@dataclass(frozen=True, slots=True)
class DrawnRows:
    """The flows that are drawn one by one, sorted by (product, market, exporter); `cell` is a (product, market)."""

    codes: NDArray[np.int64]
    value: NDArray[np.float32]
    sd: NDArray[np.float32]
    exporter: NDArray[np.int32]
    market: NDArray[np.int32]
    code: NDArray[np.int64]
    cell_start: NDArray[np.int64]
    cell_market: NDArray[np.int32]
    cell_code: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Plan:
    """One year made ready: everything that all exporters share."""

    flows: FlowArrays
    noise: NoiseModel
    totals: Sums
    share: Matrix
    baskets: tuple[str, ...]
    weights: Matrix
    pair_sd: NDArray[np.float32]
    pair_start: NDArray[np.int64]
    demand_variance: Matrix
    rows: DrawnRows
    rest: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class ExporterPlan:
    """What one exporter adds: its own rows outside the drawn codes, and the moments of everybody else's.

    ``others`` G_aj = sum_k s_ik v_ajk over the products of `rest` (row i is zero); ``root`` is a triangular root of the
    covariance over markets of the relative noise of the demand it meets (delta method, docs/method-doubt.md).
    """

    index: int
    potential: Matrix
    own_value: NDArray[np.float32]
    own_sd: NDArray[np.float32]
    own_market: NDArray[np.int32]
    own_product: NDArray[np.int64]
    market_start: NDArray[np.int64]
    market_of: NDArray[np.int32]
    demand_others: Matrix
    expected_others: NDArray[np.float64]
    others: Matrix
    root: Matrix


def _drawn_rows(flows: FlowArrays, noise: NoiseModel, codes: NDArray[np.int64]) -> DrawnRows:
    wanted = np.zeros(len(flows.products), dtype=bool)
    wanted[codes] = True
    rows = np.flatnonzero(wanted[flows.product])
    # The input is sorted by (exporter, market, product); a stable sort by (product, market) keeps exporters in order.
    key = flows.product[rows].astype(np.int64) * len(flows.markets) + flows.market[rows]
    rows = rows[np.argsort(key, kind="stable")]
    key = flows.product[rows].astype(np.int64) * len(flows.markets) + flows.market[rows]
    start = np.flatnonzero(np.r_[True, key[1:] != key[:-1]]) if len(key) else np.zeros(0, dtype=np.int64)
    place = np.searchsorted(codes, flows.product[rows])
    return DrawnRows(
        codes=codes,
        value=flows.value[rows].astype(np.float32),
        sd=noise.sd(flows.value[rows]).astype(np.float32),
        exporter=flows.exporter[rows],
        market=flows.market[rows],
        code=place,
        cell_start=start,
        cell_market=flows.market[rows][start],
        cell_code=place[start],
    )


def make_plan(flows: FlowArrays, baskets: Baskets, noise: NoiseModel, drawn: Drawn = "baskets") -> Plan:
    """Prepare one year. ``drawn`` says which products are drawn flow by flow: those of the baskets, or all (slow)."""
    if not len(flows):
        raise BadInputError("no flow to draw", todo="load flows of at least one exporter and market")
    if drawn not in ("baskets", "all"):
        raise BadInputError(f"cannot draw {drawn!r}", todo='give drawn="baskets" or drawn="all"')
    table = weights_table(flows, baskets)
    codes = np.arange(len(flows.products)) if drawn == "all" else np.flatnonzero(table.any(axis=0))
    totals = sums(flows)
    by_demand, by_pair = noise_sums(flows, noise)
    pair = flows.exporter.astype(np.int64) * len(flows.markets) + flows.market
    return Plan(
        flows=flows,
        noise=noise,
        totals=totals,
        share=exporter_shares(totals),
        baskets=tuple(baskets),
        weights=table[:, codes],
        pair_sd=noise.pair_sd(totals.bilateral, by_pair).astype(np.float32),
        pair_start=np.flatnonzero(np.r_[True, pair[1:] != pair[:-1]]),
        demand_variance=by_demand,
        rows=_drawn_rows(flows, noise, codes),
        rest=np.setdiff1d(np.arange(len(flows.products)), codes),
    )


def _others(plan: Plan, index: int, share: NDArray[np.float64]) -> Matrix:
    """Return G_aj: what each exporter's flows weigh in the demand that exporter `index` meets."""
    flows = plan.flows
    result = np.zeros((len(flows.exporters), len(flows.markets)))
    first = plan.pair_start
    result[flows.exporter[first], flows.market[first]] = np.add.reduceat(share[flows.product] * flows.value, first)
    result[index] = 0.0
    return result


def covariance_root(covariance: Matrix) -> Matrix:
    """Return a lower triangular L with L L' = covariance (Cholesky; rows without variance give zeros).

    Written out rather than taken from LAPACK, whose last digits depend on the number of threads.
    """
    size = len(covariance)
    root = np.zeros_like(covariance)
    for n in range(size):
        column = covariance[n:, n] - np.einsum("ij,j->i", root[n:, :n], root[n, :n])
        if column[0] > 1e-12 * covariance[n, n] and covariance[n, n] > 0:
            root[n:, n] = column / np.sqrt(column[0])
    return root


def _demand_root(
    share: NDArray[np.float64], world: NDArray[np.float64], demand: Matrix, variance: Matrix, expected: Matrix
) -> Matrix:
    """Return the root of the covariance of the relative noise that others' flows put in the expected trade D_j.

    To first order ``dD_j = sum_k s_k (dM_jk - m_jk dX_k)`` with ``dX_k = sum_j dM_jk`` and ``m_jk = M_jk / X_k``.
    """
    part = demand / np.where(world > 0, world, 1.0)
    weighted = variance * share**2
    cross = np.einsum("jk,lk->jl", weighted, part)
    total = weighted.sum(axis=0)
    covariance = np.diag(weighted.sum(axis=1)) - cross - cross.T + np.einsum("jk,lk->jl", part * total, part)
    safe = np.where(expected > 0, expected, 1.0)
    relative = covariance / safe[:, None] / safe[None, :]
    relative[expected <= 0] = 0.0
    relative[:, expected <= 0] = 0.0
    # A log-normal of relative variance c has log variance log(1 + c): it matters where a market buys very little.
    spread = np.maximum(np.diag(relative), 1e-300)
    scale = np.sqrt(np.log1p(spread) / spread)
    return covariance_root(relative * scale[:, None] * scale[None, :])


def exporter_plan(plan: Plan, exporter: str) -> ExporterPlan:
    """Prepare one exporter."""
    flows, rest = plan.flows, plan.rest
    index = row_of(exporter, flows)
    low, high = np.searchsorted(flows.exporter, [index, index + 1])
    place = np.full(len(flows.products), -1)
    place[rest] = np.arange(len(rest))
    own = np.arange(low, high)[place[flows.product[low:high]] >= 0]
    product, market, value = place[flows.product[own]], flows.market[own], flows.value[own]
    share = plan.share[index]
    demand_others = plan.totals.demand[:, rest].copy()
    np.subtract.at(demand_others, (market, product), value)
    variance = plan.demand_variance[:, rest].copy()
    np.subtract.at(variance, (market, product), plan.noise.relative_variance(value) * value**2)
    expected_others = np.einsum("k,jk->j", share[rest], demand_others)
    outside = np.zeros(len(flows.products))
    outside[rest] = share[rest]
    return ExporterPlan(
        index=index,
        potential=base_potential(plan, index),
        own_value=value.astype(np.float32),
        own_sd=plan.noise.sd(value).astype(np.float32),
        own_market=market,
        own_product=product,
        market_start=_starts(market),
        market_of=market[_starts(market)],
        demand_others=np.maximum(demand_others, 0.0),
        expected_others=expected_others,
        others=_others(plan, index, outside),
        root=_demand_root(
            share[rest],
            plan.totals.world[rest],
            plan.totals.demand[:, rest],
            np.maximum(variance, 0.0),
            expected_others,
        ),
    )


def _starts(sorted_values: NDArray[Any]) -> NDArray[np.int64]:
    """Return where each run of equal values begins."""
    if not len(sorted_values):
        return np.zeros(0, dtype=np.int64)
    return np.flatnonzero(np.r_[True, sorted_values[1:] != sorted_values[:-1]])


def base_potential(plan: Plan, index: int) -> Matrix:
    """Return the potential as computed from the flows as they are, basket x market (USD)."""
    share, demand = plan.share[index], plan.totals.demand
    expected = np.einsum("k,jk->j", share, demand)
    ease = plan.totals.bilateral[index] / np.where(expected > 0, expected, 1.0)
    codes = plan.rows.codes
    wanted = np.einsum("bk,jk->bj", plan.weights * share[codes], demand[:, codes])
    result: Matrix = wanted * ease
    return result
