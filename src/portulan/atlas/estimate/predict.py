"""From parameters to figures: every cell of every basket, with its interval, in seconds and without any data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from portulan.atlas.estimate.effects import Floats
from portulan.atlas.estimate.gravity import Mask, expected_flows
from portulan.atlas.estimate.heldout import spreads
from portulan.atlas.estimate.inputs import covariate_matrices
from portulan.atlas.estimate.parameters import BasketParameters, Parameters


@dataclass(frozen=True, slots=True)
class Prediction:
    """What the gravity expects in one basket, in US dollars of the fitted year; NaN is a gap, never a zero.

    ``cells``, ``low``, ``high``: n x n, row exporter, column market, 90 % intervals. ``imputed``: markets that do not
    report. ``totals``: imports of each market from the world, that is the sum of its cells; where the market
    reports, the model reproduces by construction the total it was fitted on, and ``total_low`` and ``total_high`` are
    NaN; where it does not, they bound a 90 % interval.
    """

    sector: str
    perimeter: str
    cells: Floats
    low: Floats
    high: Floats
    imputed: Mask
    totals: Floats
    total_low: Floats
    total_high: Floats


def predict_basket(basket: BasketParameters, reports: Mask, covariates: Floats) -> Prediction:
    """Return the expected flows of one basket: ``potential_gravity`` where the market reports, else an estimate."""
    cells = expected_flows(basket.exporter_effects, basket.importer_effects, basket.coefficients, covariates)
    low, high = basket.calibrations["between_reporting"].bounds(cells)
    spread, totals, total_spread = spreads(cells, basket.importer_spread, basket.exporter_spread, basket.dispersion)
    imputed_low, imputed_high = basket.calibrations["imputed_cells"].bounds(cells, spread)
    total_low, total_high = basket.calibrations["imputed_totals"].bounds(totals, total_spread)
    imputed: Mask = ~reports & np.isfinite(basket.importer_effects)
    return Prediction(
        sector=basket.sector,
        perimeter=basket.perimeter,
        cells=cells,
        low=np.where(imputed[None, :], imputed_low, low),
        high=np.where(imputed[None, :], imputed_high, high),
        imputed=imputed,
        totals=totals,
        total_low=np.where(imputed, total_low, np.nan),
        total_high=np.where(imputed, total_high, np.nan),
    )


def predict(parameters: Parameters, covariates: Floats | None = None) -> Iterator[Prediction]:
    """Yield the prediction of every basket; the shipped covariates unless others are given."""
    matrices = covariate_matrices(parameters.countries) if covariates is None else covariates
    for basket in parameters.baskets:
        yield predict_basket(basket, parameters.reports, matrices)
