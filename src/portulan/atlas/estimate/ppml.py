"""Poisson pseudo maximum likelihood with any number of high-dimensional fixed effects, in numpy alone.

Model: E[y | x, effects] = exp(x b + sum of effects), zeros included (Santos Silva & Tenreyro 2006, "The Log of
Gravity"). Method: iteratively reweighted least squares, effects projected out at each step, separated observations
dropped first (Correia, Guimarães & Zylkin 2020, "Fast Poisson estimation with high-dimensional fixed effects").
Standard errors: sandwich, clustered, times G / (G - 1); without clusters, each observation is its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from portulan.atlas.errors import AtlasError, BadInputError
from portulan.atlas.estimate.effects import Absorber, Codes, Floats, cross, encode, independent, solve_normal
from portulan.atlas.estimate.separation import separated_by_effects, separated_by_regressors

_MAX_ITERATIONS = 200


@dataclass(frozen=True, slots=True)
class PpmlFit:
    """A fitted model. Arrays over observations have the length of the input; NaN where an observation was not used.

    ``coefficients`` and ``standard_errors`` are NaN for a regressor in ``dropped`` (explained by the effects or by
    the regressors before it). ``separated`` marks the zeros that were dropped because no estimate exists with them.
    ``effects`` is the sum of all effects at each observation, ``expected`` the fitted value.
    """

    names: tuple[str, ...]
    coefficients: Floats
    standard_errors: Floats
    covariance: Floats
    expected: Floats
    effects: Floats
    separated: NDArray[np.bool_]
    dropped: tuple[str, ...]
    observations: int
    clusters: int
    iterations: int
    deviance: float


def poisson_deviance(y: Floats, expected: Floats) -> float:
    """Return twice the log-likelihood lost against a perfect fit; a zero counts its expected value."""
    positive = y > 0.0
    logs = np.zeros_like(y)
    logs[positive] = y[positive] * np.log(y[positive] / expected[positive])
    return float(2.0 * np.sum(logs - (y - expected)))


def fit_ppml(
    y: Floats,
    x: Floats,
    effects: Sequence[NDArray[np.generic]] = (),
    *,
    clusters: NDArray[np.generic] | None = None,
    names: Sequence[str] | None = None,
    tolerance: float = 1e-10,
) -> PpmlFit:
    """Fit E[y] = exp(x b + effects).

    ``y``: n outcomes, >= 0, zeros kept. ``x``: n x p regressors. ``effects``: for each effect, n labels of any type
    (with none, a constant must be among the regressors). ``clusters``: n labels. ``names``: p names.
    Raises BadInputError on shapes, missing or negative values; AtlasError where the iteration does not converge.
    """
    y, x = np.asarray(y, dtype=np.float64), np.asarray(x, dtype=np.float64)
    labels = tuple(names) if names is not None else tuple(f"x{position + 1}" for position in range(x.shape[-1]))
    _refuse_bad(y, x, effects, clusters, labels)
    separated = _separated(y, x, effects)
    used = ~separated
    if not used.any():
        raise BadInputError("every outcome is zero", todo="give at least one positive flow", field="y")
    groups = [encode(np.asarray(effect)[used]) for effect in effects]
    beta, keep, eta, iterations = _iterate(y[used], x[used], groups, tolerance)
    mu = np.exp(eta)
    members = encode(np.asarray(clusters)[used]) if clusters is not None else np.arange(mu.size, dtype=np.int64)
    inner_covariance = _sandwich(y[used], x[used][:, keep], mu, groups, members)
    covariance = np.full((x.shape[1], x.shape[1]), np.nan)
    covariance[np.ix_(keep, keep)] = inner_covariance
    coefficients = np.full(x.shape[1], np.nan)
    coefficients[keep] = beta
    expected, remainder = np.full(y.size, np.nan), np.full(y.size, np.nan)
    expected[used] = mu
    remainder[used] = eta - np.sum(x[used][:, keep] * beta, axis=1)
    return PpmlFit(
        names=labels,
        coefficients=coefficients,
        standard_errors=np.sqrt(np.diagonal(covariance)),
        covariance=covariance,
        expected=expected,
        effects=remainder,
        separated=separated,
        dropped=tuple(name for name, kept in zip(labels, keep, strict=True) if not kept),
        observations=int(used.sum()),
        clusters=int(members.max()) + 1,
        iterations=iterations,
        deviance=poisson_deviance(y[used], mu),
    )


def _separated(y: Floats, x: Floats, effects: Sequence[NDArray[np.generic]]) -> NDArray[np.bool_]:
    """Return the zeros that effects, then regressors among what is left, predict perfectly: they tell nothing."""
    found = separated_by_effects(y, [encode(effect) for effect in effects])
    left = ~found
    inner = [encode(np.asarray(effect)[left]) for effect in effects]
    more = separated_by_regressors(y[left], x[left], inner)
    found[np.flatnonzero(left)[more]] = True
    return found


def _refuse_bad(
    y: Floats,
    x: Floats,
    effects: Sequence[NDArray[np.generic]],
    clusters: NDArray[np.generic] | None,
    names: tuple[str, ...],
) -> None:
    if x.ndim != 2 or y.ndim != 1:
        raise BadInputError("y must have one dimension and x two", todo="give x as n rows and p columns")
    others = [("effects", np.asarray(effect)) for effect in effects]
    others += [("clusters", np.asarray(clusters))] if clusters is not None else []
    for field, values in [("x", x), *others]:
        if values.shape[0] != y.shape[0]:
            raise BadInputError(
                f"{values.shape[0]} rows where y has {y.shape[0]}", todo="give arrays of one length", field=field
            )
    if len(names) != x.shape[1]:
        raise BadInputError(f"{len(names)} names for {x.shape[1]} regressors", todo="name each one", field="names")
    if not np.isfinite(y).all() or not np.isfinite(x).all():
        raise BadInputError(
            "missing or infinite values", todo="leave out the rows that are not known; a gap is never a zero"
        )
    if (y < 0.0).any():
        raise BadInputError("negative outcomes", todo="check the flows: a trade flow is never negative", field="y")


def _iterate(
    y: Floats, x: Floats, effects: Sequence[Codes], tolerance: float
) -> tuple[Floats, NDArray[np.bool_], Floats, int]:
    """Return coefficients of the kept regressors, which are kept, the linear predictor, and the number of steps."""
    mu = (y + np.mean(y)) / 2.0
    eta = np.log(mu)
    keep = np.ones(x.shape[1], dtype=bool)
    last = poisson_deviance(y, mu)
    for iteration in range(1, _MAX_ITERATIONS + 1):
        absorber = Absorber(effects, mu)
        working = eta + (y - mu) / mu
        tilde = absorber.residuals(np.column_stack([working, x[:, keep]]))
        target, regressors = tilde[:, :1], tilde[:, 1:]
        products = cross(regressors, regressors, mu)
        if iteration == 1:
            kept = independent(products, np.sum(mu[:, None] * x * x, axis=0))
            keep, regressors, products = kept, regressors[:, kept], products[np.ix_(kept, kept)]
        beta = solve_normal(products, cross(regressors, target, mu))[:, 0]
        step = working - (target[:, 0] - np.sum(regressors * beta, axis=1)) - eta
        for _ in range(30):  # a step that makes the fit worse is halved
            mu = np.exp(eta + step)
            deviance = poisson_deviance(y, mu) if np.isfinite(mu).all() else np.inf
            if deviance <= last * (1.0 + 1e-8) or iteration == 1:
                break
            step = step / 2.0
        eta = eta + step
        moved = float(np.max(mu * step * step))
        scale = max(deviance, tolerance * float(np.sum(y)))  # a perfect fit has no deviance to compare with
        if abs(last - deviance) <= tolerance * scale and moved <= tolerance * float(np.max(y)):
            return beta, keep, eta, iteration
        last = deviance
    raise AtlasError(f"the Poisson fit did not converge in {_MAX_ITERATIONS} steps; check for separated observations")


def _sandwich(y: Floats, x: Floats, mu: Floats, effects: Sequence[Codes], members: Codes) -> Floats:
    tilde = Absorber(effects, mu).residuals(x)
    size = x.shape[1]
    bread = solve_normal(cross(tilde, tilde, mu), np.eye(size))
    by_column = [np.bincount(members, tilde[:, position] * (y - mu)) for position in range(size)]
    scores = np.column_stack(by_column).astype(np.float64)
    count = scores.shape[0]
    meat = cross(scores, scores, np.ones(count)) * (count / (count - 1.0))
    half = cross(bread.T, meat, np.ones(size))
    return cross(half.T, bread, np.ones(size))
