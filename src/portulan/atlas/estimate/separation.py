"""Separated observations: zeros that a Poisson model can fit exactly by sending a coefficient to infinity.

Source: Correia, Guimarães & Zylkin (2019), "Verifying the existence of maximum likelihood estimates for generalized
linear models", the iterative rectifier of section 3. No estimate exists while they are in; dropping them changes no
other coefficient.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from portulan.atlas.estimate.effects import Absorber, Codes, Floats, cross, independent, solve_normal

_HEAVY = 1e8  # weight of the positive observations: their fitted value is then zero to about 1e-8
_POSITIVE = 1e-4  # a combination below this is taken for zero ...
_NEGATIVE = 1e-6  # ... and rectifying goes on until nothing below zero is larger than this
_MAX_ROUNDS = 1_000


def separated_by_effects(y: Floats, effects: Sequence[Codes]) -> NDArray[np.bool_]:
    """Mark the observations of a group of any effect in which every outcome is zero."""
    out: NDArray[np.bool_] = np.zeros(y.shape[0], dtype=np.bool_)
    for codes in effects:
        out |= (np.bincount(codes, y) == 0.0)[codes]
    return out


def separated_by_regressors(y: Floats, x: Floats, effects: Sequence[Codes]) -> NDArray[np.bool_]:
    """Mark the zeros that some combination of regressors and effects separates from all positive observations.

    A combination z with z = 0 wherever y > 0, and z >= 0 (not all 0) wherever y = 0, is looked for by regressing and
    rectifying in turn; the zeros where z > 0 are separated.
    """
    zero: NDArray[np.bool_] = y == 0.0
    if not zero.any():
        return zero
    weights = np.where(zero, 1.0, _HEAVY)
    absorber = Absorber(effects, weights, tolerance=1e-13)
    tilde = absorber.residuals(x)
    products = cross(tilde, tilde, weights)
    keep = independent(products, np.sum(weights[:, None] * x * x, axis=0), tolerance=1e-14)
    tilde, products = tilde[:, keep], products[np.ix_(keep, keep)]
    target = zero.astype(np.float64)
    for _ in range(_MAX_ROUNDS):
        residual = absorber.residuals(target[:, None])
        if tilde.shape[1]:
            residual = residual - tilde @ solve_normal(products, cross(tilde, residual, weights))
        fitted = target - residual[:, 0]
        found: NDArray[np.bool_] = zero & (fitted > _POSITIVE)
        if not found.any() or np.all(fitted[zero] >= -_NEGATIVE):
            return found
        target = np.where(zero, np.maximum(fitted, 0.0), 0.0)
    return found
