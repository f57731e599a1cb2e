"""Draws of the static potential: noise on the flows, carried through supply, demand and ease together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from portulan.atlas.doubt.plan import ExporterPlan, Plan
from portulan.atlas.doubt.world import Matrix

BLOCK = 20  # draws that share one seed and one pass: results depend on it, speed and memory little


@dataclass(frozen=True, slots=True)
class Common:
    """One draw of what flows share: factors by exporter A, by market B, by pair C, and the scale of the noise."""

    exporter: NDArray[np.float64]
    market: NDArray[np.float64]
    pair: NDArray[np.float32]
    scale: float


def generator(seed: int, *key: int) -> np.random.Generator:
    """Return the stream of one part of one block: independent of threads and of which exporters are asked for."""
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=key))


def draw_common(plan: Plan, rng: np.random.Generator) -> Common:
    """Draw the shared factors, each of mean one."""
    noise, shape = plan.noise, plan.pair_sd.shape
    scale = float(np.exp(noise.log_error * rng.standard_normal()))

    def factor(sd: float, size: int) -> NDArray[np.float64]:
        wide = sd * scale
        result: NDArray[np.float64] = np.exp(wide * rng.standard_normal(size) - wide**2 / 2)
        return result

    exporter, market = factor(noise.tau_exporter, shape[0]), factor(noise.tau_market, shape[1])
    sd = plan.pair_sd * np.float32(scale)
    pair = np.exp(sd * rng.standard_normal(shape, dtype=np.float32) - sd * sd / 2)
    return Common(exporter, market, pair, scale)


def noisy(
    value: NDArray[np.float32], sd: NDArray[np.float32], scale: float, rng: np.random.Generator
) -> NDArray[np.float32]:
    """Return the values times independent log-normal factors of mean one."""
    wide = sd * np.float32(scale)
    draw = rng.standard_normal(len(value), dtype=np.float32)
    draw *= wide
    wide *= wide
    wide *= np.float32(0.5)
    draw -= wide
    np.exp(draw, out=draw)
    draw *= value
    return draw


@dataclass(frozen=True, slots=True)
class Drawn:
    """One draw of the codes that are drawn flow by flow: demand (market x code) and the values by row."""

    demand: Matrix
    value: NDArray[np.float32]


def draw_rows(plan: Plan, common: Common, rng: np.random.Generator) -> Drawn:
    """Draw every flow of the drawn codes; sum them to the demand of every market."""
    rows = plan.rows
    value = noisy(rows.value, rows.sd, common.scale, rng)
    table = common.pair * (common.exporter[:, None] * common.market[None, :]).astype(np.float32)
    value *= table[rows.exporter, rows.market]
    demand = np.zeros((plan.pair_sd.shape[1], len(rows.codes)))
    if len(value):
        demand[rows.cell_market, rows.cell_code] = np.add.reduceat(value, rows.cell_start)
    return Drawn(demand, value)


def draw_world(plan: Plan, commons: Sequence[Common]) -> Matrix:
    """Return X_k of the other products by draw: linear in the exporter and market factors (draw x product)."""
    rest = plan.rest
    exporter = np.stack([common.exporter for common in commons]) - 1.0
    market = np.stack([common.market for common in commons]) - 1.0
    world = plan.totals.world[rest]
    drawn: Matrix = (
        world
        + np.einsum("na,ak->nk", exporter, plan.totals.supply[:, rest])
        + np.einsum("nj,jk->nk", market, plan.totals.demand[:, rest])
    )
    return drawn


@dataclass(frozen=True, slots=True)
class OwnSums:
    """One draw of an exporter's own flows outside the drawn codes."""

    supply: NDArray[np.float64]
    bilateral: NDArray[np.float64]
    expected: NDArray[np.float64]


def _own(
    plan: Plan, one: ExporterPlan, common: Common, world: NDArray[np.float64], rng: np.random.Generator
) -> OwnSums:
    """Draw the exporter's own flows and what they put in X_ik, V_ij and, by way of M_jk, in D_ij."""
    markets, index = plan.pair_sd.shape[1], one.index
    factor = common.exporter[index] * common.market * common.pair[index]
    value = noisy(one.own_value, one.own_sd, common.scale, rng)
    value *= factor.astype(np.float32)[one.own_market]
    supply = np.bincount(one.own_product, weights=value, minlength=len(plan.rest))
    # World exports without this exporter follow the factors of the others; its own part is drawn.
    linear = np.bincount(
        one.own_product,
        weights=one.own_value * (common.exporter[index] + common.market[one.own_market] - 1.0),
        minlength=len(plan.rest),
    )
    base = plan.totals.world[plan.rest]
    others = np.maximum(world - linear, 0.01 * (base - plan.totals.supply[index, plan.rest]))
    total = others + supply
    share = supply / np.where(total > 0, total, 1.0)
    bilateral, expected = np.zeros(markets), np.zeros(markets)
    if len(value):
        bilateral[one.market_of] = np.add.reduceat(value, one.market_start)
        weighted = value * share.astype(np.float32)[one.own_product]
        expected[one.market_of] = np.add.reduceat(weighted, one.market_start)
    return OwnSums(share, bilateral, expected)


def draw_potential(
    plan: Plan,
    one: ExporterPlan,
    commons: Sequence[Common],
    drawn: Sequence[Drawn],
    world: Matrix,
    rng: np.random.Generator,
) -> NDArray[np.float32]:
    """Return the potential of one exporter for a block of draws: draw x basket x market (USD)."""
    index = one.index
    rows = np.flatnonzero(plan.rows.exporter == index)
    code, market = plan.rows.code[rows], plan.rows.market[rows]
    size = len(plan.rows.codes)
    own = [_own(plan, one, common, line, rng) for common, line in zip(commons, world, strict=True)]
    share_rest = np.stack([part.supply for part in own])
    ratio = np.einsum("nk,jk->nj", share_rest, one.demand_others) / np.where(
        one.expected_others > 0, one.expected_others, 1.0
    )
    hit = np.einsum("nj,ij->ni", rng.standard_normal((len(commons), len(one.root))), one.root)
    spread = (one.root**2).sum(axis=1)
    result = np.zeros((len(commons), len(plan.baskets), plan.pair_sd.shape[1]), dtype=np.float32)
    for n, (common, part) in enumerate(zip(commons, drawn, strict=True)):
        value = part.value[rows]
        supply = np.bincount(code, weights=value, minlength=size)
        total = part.demand.sum(axis=0)
        share = supply / np.where(total > 0, total, 1.0)
        bilateral = np.bincount(market, weights=value, minlength=plan.pair_sd.shape[1]) + own[n].bilateral
        luck = np.exp(common.scale * hit[n] - common.scale**2 * spread / 2)
        reach = (one.others * common.pair * common.exporter[:, None]).sum(axis=0) * common.market * luck * ratio[n]
        expected = np.einsum("k,jk->j", share, part.demand) + reach + own[n].expected
        ease = bilateral / np.where(expected > 0, expected, 1.0)
        result[n] = np.einsum("bk,jk->bj", plan.weights * share, part.demand) * ease
    return result
