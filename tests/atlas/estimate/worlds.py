"""Small worlds whose truth is known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from portulan.atlas.estimate.missing import Context

BETA = np.array([-0.9, 0.5, 0.7, 0.6])


@dataclass(frozen=True)
class World:
    countries: tuple[str, ...]
    covariates: np.ndarray
    context: Context
    expected: np.ndarray
    flows: np.ndarray


def make_world(seed: int, size: int = 60, noise: float = 0.6, zero_share: float = 0.3, level: float = 1e5) -> World:
    """Flows that follow the gravity, importer effects that follow GDP and population, errors of both kinds."""
    rng = np.random.default_rng(seed)
    place = rng.uniform(-1, 1, (size, 2))
    distance = np.log(200 + 8000 * np.sqrt(((place[:, None] - place[None]) ** 2).sum(axis=2)))
    tie = [rng.random((size, size)) < share for share in (0.06, 0.2, 0.05)]
    covariates = np.stack([distance, *((one | one.T).astype(float) for one in tie)])
    log_gdp = rng.normal(24.0, 1.8, size)
    log_population = 0.8 * log_gdp - 3.0 + rng.normal(0, 0.7, size)
    importer = 0.9 * (log_gdp - 24) - 0.1 * (log_population - 16) + rng.normal(0, noise, size)
    exporter = rng.normal(0, 1.5, size)
    expected = level * np.exp(
        exporter[:, None]
        + importer[None, :]
        + np.tensordot(BETA, covariates - covariates.mean(axis=(1, 2), keepdims=True), 1)
    )
    alive = rng.random((size, size)) >= zero_share
    flows = np.round(alive * expected * rng.gamma(1.5, 1 / 1.5, (size, size)) / (1 - zero_share))
    np.fill_diagonal(flows, 0.0)
    names = tuple(f"C{n:02d}" for n in range(size))
    return World(names, covariates, Context(log_gdp, log_population), expected, flows)
