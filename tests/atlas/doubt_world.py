"""Worlds of trade with known truth, as sparse and as unequal as the real one, and noisy reports of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from portulan.atlas.doubt import FlowArrays, NoiseModel


def true_world(seed: int, countries: int = 60, products: int = 100) -> FlowArrays:
    """Return true flows: unequal sizes, advantage, distance, many zeros, sizes as at HS6 (median ~10 kUSD)."""
    rng = np.random.default_rng(seed)
    place = rng.uniform(0, 1, (countries, 2))
    distance = np.linalg.norm(place[:, None] - place[None, :], axis=2) + 0.03
    mass = rng.normal(0, 1.9, countries)
    taste = mass[:, None] + rng.normal(0, 0.9, (countries, products))
    skill = mass[:, None] + rng.normal(0, 1.6, (countries, products))
    pair = -1.1 * np.log(distance) + rng.normal(0, 0.7, (countries, countries))
    level = rng.normal(0, 1.2, products)
    logs = skill[:, None, :] + taste[None, :, :] + pair[:, :, None] + level
    logs = logs + rng.normal(0, 1.3, logs.shape) + np.log(150)
    value = np.round(np.exp(logs))
    # Small trade is often no trade at all: only the larger flows are nearly sure to exist.
    value[(value < 300) | (rng.random(value.shape) > 0.9 / (1 + (3e5 / np.maximum(value, 1)) ** 0.4))] = 0
    value[np.arange(countries), np.arange(countries)] = 0
    exporter, market, product = np.nonzero(value)
    names = [f"C{n:0{2 if countries <= 100 else 3}d}" for n in range(countries)]
    codes = [f"{n:06d}" for n in range(products)]
    return FlowArrays.build((names, names, codes), exporter, market, product, value[exporter, market, product])


def pair_sd(flows: FlowArrays, noise: NoiseModel) -> NDArray[np.float64]:
    """Return the sd of the factor of pairs, computed here on its own (docs/method-doubt.md, equation 3)."""
    total = np.zeros((len(flows.exporters), len(flows.markets)))
    own = np.zeros_like(total)
    np.add.at(total, (flows.exporter, flows.market), flows.value)
    np.add.at(own, (flows.exporter, flows.market), (np.exp(noise.sd(flows.value) ** 2) - 1) * flows.value**2)
    with np.errstate(divide="ignore", invalid="ignore"):
        left = np.log(np.exp(noise.sd(total) ** 2) / (1 + own / total**2))
    return np.sqrt(np.nan_to_num(np.maximum(left, 0)))


def report(flows: FlowArrays, noise: NoiseModel, seed: int) -> FlowArrays:
    """Return one noisy report of these flows: every value times log-normal factors of mean one."""
    rng = np.random.default_rng(seed)

    def factor(sd: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.exp(sd * rng.standard_normal(sd.shape) - sd**2 / 2)

    exporter = factor(np.full(len(flows.exporters), noise.tau_exporter))
    market = factor(np.full(len(flows.markets), noise.tau_market))
    pair = factor(pair_sd(flows, noise))
    value = flows.value * factor(noise.sd(flows.value)) * exporter[flows.exporter] * market[flows.market]
    value = value * pair[flows.exporter, flows.market]
    return FlowArrays.build(
        (flows.exporters, flows.markets, flows.products), flows.exporter, flows.market, flows.product, value
    )
