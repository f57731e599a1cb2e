"""The gravity of one basket of one year: two-way PPML on a dense matrix of exporters x importers.

E[X_ij] = exp(a_i + b_j + sum_c beta_c z_cij), i != j, zeros kept: an absent flow between a known exporter and an
importer that reports is a zero; an importer that does not report is left out whole, it is never a zero.

Same estimator as `ppml`, some fifty times faster: the effects are solved from their normal equations (exporters
eliminated, importers by conjugate gradients). Sums are einsum and numpy reductions, never BLAS: one thread, one
order, the same bits in each run on one machine.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from portulan.atlas.errors import AtlasError, BadInputError
from portulan.atlas.estimate.effects import Floats, independent, solve_normal
from portulan.atlas.estimate.separation_cells import separated_cells
from portulan.atlas.estimate.two_way import LOOSE, cross_matrices, matrix_effects, two_way

Mask = NDArray[np.bool_]

COVARIATES = ("log_distance", "contiguous", "common_language", "colonial_tie")
_MAX_ITERATIONS = 100


@dataclass(frozen=True, slots=True)
class GravityFit:
    """Coefficients (NaN where dropped), their errors, and the effects (NaN where the country has no flow at all).

    Only a_i + b_j is identified: the exporter effects are shifted so that their mean is zero.
    ``standard_errors``: sandwich, clustered by pair of countries (both directions together).
    """

    coefficients: Floats
    standard_errors: Floats
    exporter_effects: Floats
    importer_effects: Floats
    cells: int
    separated: int
    iterations: int
    deviance: float

    def expected(self, covariates: Floats) -> Floats:
        """Return the matrix of expected flows, in the unit of the input; NaN where an effect is unknown."""
        return expected_flows(self.exporter_effects, self.importer_effects, self.coefficients, covariates)


def expected_flows(exporter_effects: Floats, importer_effects: Floats, beta: Floats, covariates: Floats) -> Floats:
    """Return exp(a_i + b_j + beta z_ij); a coefficient that is NaN (dropped) adds nothing."""
    out = exporter_effects[:, None] + importer_effects[None, :]
    for coefficient, values in zip(beta, covariates, strict=True):
        if np.isfinite(coefficient):
            out = out + coefficient * values
    out = np.exp(out)
    np.fill_diagonal(out, np.nan)
    return out


def usable_cells(flows: Floats, covariates: Floats) -> Mask:
    """Say which cells may enter a fit: flow known (the column of an importer that does not report is NaN), covariates
    known, not the diagonal.
    """
    used: Mask = np.isfinite(flows) & np.isfinite(covariates).all(axis=0)
    np.fill_diagonal(used, False)
    return used


def fit_gravity(
    flows: Floats, covariates: Floats, used: Mask, start: GravityFit | None = None, *, precise: bool = True
) -> GravityFit:
    """Fit one basket.

    ``flows``: n x n money, row exporter, column importer. ``covariates``: p x n x n, finite wherever ``used``.
    ``used``: cells that enter (see `usable_cells`; held-out cells are taken out here). ``start``: a fit of nearly
    the same cells, to begin from. ``precise``: go on to rounding (what is committed), or stop at five digits and leave
    the standard errors out (the many fits with something held out). Raises BadInputError where nothing can be fitted.
    """
    y, used, separated = _prepare(flows, covariates, used)
    z = np.where(used[None], covariates, 0.0)
    system = _Solver(y, z, used)
    beta, (exporter, importer, _), mu, iterations, deviance = system.run(start, precise)
    errors = system.standard_errors(mu) if precise else np.full(beta.size, np.nan)
    exporter[~used.any(axis=1)] = np.nan
    importer[~used.any(axis=0)] = np.nan
    shift = float(np.mean(exporter[np.isfinite(exporter)]))
    return GravityFit(
        coefficients=np.where(system.kept, beta, np.nan),
        standard_errors=errors,
        exporter_effects=exporter - shift,
        importer_effects=importer + shift,
        cells=int(used.sum()),
        separated=separated,
        iterations=iterations,
        deviance=deviance,
    )


def _prepare(flows: Floats, covariates: Floats, used: Mask) -> tuple[Floats, Mask, int]:
    """Return the outcomes, the cells left after separation, and how many separation took."""
    size = flows.shape[0]
    if flows.shape != (size, size) or used.shape != flows.shape or covariates.shape[1:] != flows.shape:
        raise BadInputError("matrices of different shapes", todo="give n x n flows and mask, p x n x n covariates")
    if not np.isfinite(flows[used]).all() or not np.isfinite(covariates[:, used]).all():
        raise BadInputError("missing values in the cells to fit", todo="leave these cells out of the mask")
    y = np.where(used, flows, 0.0)
    if (y < 0.0).any():
        raise BadInputError("negative flows", todo="check the source: a trade flow is never negative")
    if not (y > 0.0).any():
        raise BadInputError("no flow at all in this basket", todo="show a gap: nothing can be estimated")
    alive = used & (y.sum(axis=1) > 0.0)[:, None] & (y.sum(axis=0) > 0.0)[None, :]
    alive &= ~separated_cells(y, covariates, alive)
    return y, alive, int(used.sum()) - int(alive.sum())


def _predictor(exporter: Floats, importer: Floats, beta: Floats, z: Floats) -> Floats:
    out: Floats = exporter[:, None] + importer[None, :]
    for coefficient, values in zip(beta, z, strict=True):
        out = out + coefficient * values
    return out


_State = tuple[Floats, Floats, Floats]  # exporter effects, importer effects, coefficients of the kept covariates


class _Solver:
    """Newton's method on one matrix.

    Each step solves for what to add to the parameters, from the gradient: what the inner solver leaves is caught by
    the next step, and the end does not depend on it.
    """

    def __init__(self, y: Floats, z: Floats, used: Mask) -> None:
        self._y, self._used = y, used
        self._count = z.shape[0]
        weights = np.where(used, (y + np.mean(y[used])) / 2.0, 0.0)
        exporter, importer = two_way(weights, z)
        rest = np.where(used[None], z - exporter[:, :, None] - importer[:, None, :], 0.0)
        self.kept = independent(cross_matrices(rest, weights), np.sum(weights * z * z, axis=(1, 2)))
        self._z = np.ascontiguousarray(z[self.kept])
        self._flat = self._z.reshape(self._z.shape[0], -1)
        flows = y[y > 0.0]
        self._perfect = float(np.sum(flows * np.log(flows) - flows))
        self._scale = 1e-9 * float(np.sum(flows))  # a deviance below this share of the flows is nil

    def run(self, start: GravityFit | None, precise: bool) -> tuple[Floats, _State, Floats, int, float]:
        """Return all coefficients (zero where dropped), the state, expected flows, steps and deviance."""
        y, used = self._y, self._used
        if start is None:
            # The first step of reweighted least squares, from means between each flow and the average one.
            mu = np.where(used, (y + np.mean(y[used])) / 2.0, 1.0)
            state = self._newton(np.where(used, mu, 0.0), np.where(used, mu * np.log(mu) + y - mu, 0.0))
        else:
            state = self._from(start)
        mu, last = self._expected(state)
        settled = 0
        for iteration in range(1, _MAX_ITERATIONS + 1):
            step = self._newton(mu, np.where(used, y - mu, 0.0))
            state, mu, deviance = self._line_search(state, step, last)
            # Once the deviance stands still, two steps more bring the parameters to rounding.
            still = abs(last - deviance) <= 1e-9 * max(deviance, self._scale)
            settled, last = settled + 1 if still else 0, deviance
            if settled == (3 if precise else 1):
                full = np.zeros(self._count)
                full[self.kept] = state[2]
                return full, state, mu, iteration, deviance
        raise AtlasError(f"the gravity did not converge in {_MAX_ITERATIONS} steps; check the flows of this basket")

    def _expected(self, state: _State) -> tuple[Floats, float]:
        """Return the expected flows (zero where not used) and the deviance, infinite where they are."""
        eta = _predictor(*state, self._z)
        with np.errstate(over="ignore"):
            mu = np.where(self._used, np.exp(eta), 0.0)
        return mu, 2.0 * (self._perfect - float(np.sum(self._y * eta)) + float(np.sum(mu)))

    def _from(self, start: GravityFit) -> _State:
        beta = np.nan_to_num(start.coefficients[self.kept])
        rows, columns = self._used.any(axis=1), self._used.any(axis=0)
        low = float(np.nanmin(start.exporter_effects)), float(np.nanmin(start.importer_effects))
        exporter = np.where(rows, np.nan_to_num(start.exporter_effects, nan=low[0]), 0.0)
        importer = np.where(columns, np.nan_to_num(start.importer_effects, nan=low[1]), 0.0)
        return exporter, importer, beta

    def _newton(self, weights: Floats, right: Floats) -> _State:
        """Return effects and coefficients of the regression whose target, times the weights, is ``right``."""
        weighted = weights * self._z
        rows = np.concatenate([right.sum(axis=1)[None], weighted.sum(axis=2)])
        columns = np.concatenate([right.sum(axis=0)[None], weighted.sum(axis=1)])
        exporter, importer = matrix_effects(weights, rows, columns, LOOSE)
        explained = np.einsum("pi,qi->pq", exporter, rows) + np.einsum("pj,qj->pq", importer, columns)
        products = np.einsum("pk,qk->pq", weighted.reshape(self._flat.shape), self._flat) - explained[1:, 1:]
        slope = np.einsum("pk,k->p", self._flat, right.ravel()) - explained[0, 1:]
        beta = solve_normal((products + products.T) / 2.0, slope[:, None])[:, 0]
        return (
            exporter[0] - np.sum(beta[:, None] * exporter[1:], axis=0),
            importer[0] - np.sum(beta[:, None] * importer[1:], axis=0),
            beta,
        )

    def _line_search(self, state: _State, step: _State, last: float) -> tuple[_State, Floats, float]:
        """Add the step, halved as long as it makes the fit worse."""
        share = 1.0
        for _ in range(40):
            new = (state[0] + share * step[0], state[1] + share * step[1], state[2] + share * step[2])
            mu, deviance = self._expected(new)
            if deviance <= last + 1e-9 * max(last, self._scale):
                break
            share /= 2.0
        return new, mu, deviance

    def standard_errors(self, mu: Floats) -> Floats:
        """Return the sandwich errors (NaN for a covariate that was dropped), clustered by pair of countries."""
        exporter, importer = two_way(mu, self._z)
        rest = np.where(mu > 0.0, self._z - exporter[:, :, None] - importer[:, None, :], 0.0)
        count = rest.shape[0]
        bread = solve_normal(cross_matrices(rest, mu), np.eye(count))
        scores = rest * np.where(self._used, self._y - mu, 0.0)
        scores = scores + scores.transpose(0, 2, 1)
        pairs = int((np.triu(self._used | self._used.T)).sum())
        upper = np.triu(np.ones(mu.shape))
        meat = cross_matrices(scores, upper) * (pairs / (pairs - 1.0))
        half = np.sum(bread[:, :, None] * meat[None, :, :], axis=1)
        covariance = np.sum(half[:, :, None] * bread[None, :, :], axis=1)
        out = np.full(self._count, np.nan)
        out[self.kept] = np.sqrt(np.diagonal(covariance))
        return out
