"""Importers that do not report: their effect from GDP and population, with the variance of both stages.

Second stage, least squares over the importers that report, each counting by the square root of its GDP:

    b_j = g0 + g1 ln GDP_j + g2 ln POP_j + u_j

The expected flow needs E[exp(u)], not exp(E[u]): Duan's (1983) smearing, the mean of exp(u), here weighted by GDP, for
errors are larger in small markets and the money is in the large ones. (Of nine variants tried on the real file, this
one came nearest to the imports of the sixty largest economies when held out; docs/method.md.)
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from portulan.atlas.errors import BadInputError
from portulan.atlas.estimate.effects import Floats, cross, solve_normal
from portulan.atlas.estimate.gravity import GravityFit, Mask

_FEWEST = 20


@dataclass(frozen=True, slots=True)
class Context:
    """What is known of the importers: natural logarithms, NaN where not known; one value a country."""

    log_gdp: Floats
    log_population: Floats

    @property
    def known(self) -> Mask:
        """Say for which countries both are known."""
        out: Mask = np.isfinite(self.log_gdp) & np.isfinite(self.log_population)
        return out

    def design(self) -> Floats:
        """Return the regressors: constant, ln GDP, ln population."""
        return np.column_stack([np.ones_like(self.log_gdp), self.log_gdp, self.log_population])


@dataclass(frozen=True, slots=True)
class ImporterModel:
    """The second stage: ``coefficients`` (constant, ln GDP, ln population) and their ``covariance``; ``variance`` of u;
    ``log_smearing`` = ln of Duan's factor; ``importers`` it was estimated on.
    """

    coefficients: Floats
    covariance: Floats
    variance: float
    log_smearing: float
    importers: int

    def impute(self, context: Context) -> tuple[Floats, Floats]:
        """Return, for every country, the effect (smearing included) and the standard deviation of its error.

        The variance is that of u plus that of the coefficients; NaN where GDP or population is not known.
        """
        z = context.design()
        effect = np.sum(z * self.coefficients, axis=1) + self.log_smearing
        of_coefficients = np.sum(z[:, :, None] * self.covariance[None] * z[:, None, :], axis=(1, 2))
        return effect, np.sqrt(self.variance + of_coefficients)


def _least_squares(z: Floats, y: Floats, weights: Floats) -> Floats:
    return solve_normal(cross(z, z, weights), cross(z, y[:, None], weights))[:, 0]


def model_importers(fit: GravityFit, context: Context) -> ImporterModel:
    """Estimate the second stage on the importers whose effect was estimated and whose context is known.

    Raises BadInputError where fewer than twenty are left.
    """
    usable = context.known & np.isfinite(fit.importer_effects)
    if int(usable.sum()) < _FEWEST:
        raise BadInputError(
            f"only {int(usable.sum())} importers with an effect and with GDP and population",
            todo="show a gap for the importers that do not report",
        )
    z, b = context.design()[usable], fit.importer_effects[usable]
    weights = np.exp(z[:, 1] / 2.0)
    weights = weights / np.mean(weights)
    coefficients = _least_squares(z, b, weights)
    u = b - np.sum(z * coefficients, axis=1)
    free = b.size / (b.size - 3.0)
    bread = solve_normal(cross(z, z, weights), np.eye(3))
    meat = cross(z, z, (weights * u) ** 2) * free
    half = np.sum(bread[:, :, None] * meat[None, :, :], axis=1)
    size = np.exp(z[:, 1] - np.max(z[:, 1]))
    return ImporterModel(
        coefficients=coefficients,
        covariance=np.sum(half[:, :, None] * bread[None, :, :], axis=1),
        variance=float(np.sum(weights * u * u) / np.sum(weights)) * free,
        log_smearing=float(np.log(np.sum(size * np.exp(u)) / np.sum(size))),
        importers=int(b.size),
    )


def exporter_spread(flows: Floats, expected: Floats, used: Mask) -> Floats:
    """Return the standard deviation of each exporter effect, from the flows that made it (first stage).

    Sandwich with the other parameters held: sqrt(sum_j (X_ij - mu_ij)^2) / sum_j mu_ij. The sums run over importers
    that report: what an exporter sells to the others is unknown, and its effect says nothing of it but through the
    model.
    """
    error = np.where(used & np.isfinite(expected), flows - expected, 0.0)
    total = np.where(used & np.isfinite(expected), expected, 0.0).sum(axis=1)
    out: Floats = np.full(total.size, np.nan)
    some = total > 0.0
    out[some] = np.sqrt(np.sum(error[some] ** 2, axis=1)) / total[some]
    return out
