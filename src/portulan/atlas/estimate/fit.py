"""Fitting every basket: the pure core of `portulan atlas fit`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from portulan.atlas.errors import AtlasError, BadInputError
from portulan.atlas.estimate.effects import Floats
from portulan.atlas.estimate.gravity import fit_gravity, usable_cells
from portulan.atlas.estimate.heldout import Problem, cell_skill, flow_dispersion, importer_skill
from portulan.atlas.estimate.intervals import Calibration
from portulan.atlas.estimate.missing import Context, exporter_spread, model_importers
from portulan.atlas.estimate.parameters import (
    BasketId,
    BasketParameters,
    Origin,
    Parameters,
    rounded,
)


def fit_all(
    flows: Mapping[BasketId, Floats],
    countries: Sequence[str],
    covariates: Floats,
    context: Context,
    origin: Origin,
    *,
    workers: int = 2,
) -> Parameters:
    """Fit every basket, measure its skill on held-out importers and cells, and impute the importers that are missing.

    ``flows``: for each basket an n x n matrix of US dollars, row exporter, column importer, in the order of
    ``countries``; the whole column of an importer that does not report is NaN, an absent flow elsewhere 0.
    ``covariates`` and ``context``: see `inputs`. A basket that cannot be fitted becomes a gap with its reason. The
    result does not depend on ``workers``. Raises BadInputError where shapes differ or columns are NaN in part.
    """
    reports = _reporting(flows, len(countries))
    names = sorted(flows)

    def one(name: BasketId) -> BasketParameters | str:
        try:
            return fit_basket(name, flows[name], covariates, context)
        except AtlasError as error:
            return str(error)

    with ThreadPoolExecutor(max_workers=workers) as pool:
        found = dict(zip(names, pool.map(one, names), strict=True))
    return Parameters(
        origin=origin,
        countries=tuple(countries),
        reports=reports,
        baskets=tuple(result for result in found.values() if isinstance(result, BasketParameters)),
        gaps={name: result for name, result in found.items() if isinstance(result, str)},
    )


def _reporting(flows: Mapping[BasketId, Floats], size: int) -> np.typing.NDArray[np.bool_]:
    """Return which importers report; the same in every basket, a column is known whole or not at all."""
    if not flows:
        raise BadInputError("no flows to fit", todo="give at least one basket", field="flows")
    seen = None
    for (sector, perimeter), matrix in flows.items():
        if matrix.shape != (size, size):
            raise BadInputError(
                f"{sector}/{perimeter} is {matrix.shape} for {size} countries", todo="give n x n flows", field="flows"
            )
        off = ~np.eye(size, dtype=bool)
        known = np.isfinite(matrix) | ~off
        whole, none = known.all(axis=0), ~(np.isfinite(matrix) & off).any(axis=0)
        if not (whole | none).all():
            raise BadInputError(
                f"{sector}/{perimeter} has importers known for some exporters only",
                todo="an importer reports, with zeros, or does not, with NaN",
                field="flows",
            )
        if seen is not None and (seen != whole).any():
            raise BadInputError(
                f"{sector}/{perimeter} has other importers than the baskets before it",
                todo="fit one year of one source at a time",
                field="flows",
            )
        seen = whole
    return np.asarray(seen)


def fit_basket(name: BasketId, flows: Floats, covariates: Floats, context: Context) -> BasketParameters:
    """Fit one basket (see `fit_all`); raise BadInputError or AtlasError where it cannot be."""
    used = usable_cells(flows, covariates)
    full = fit_gravity(flows, covariates, used)
    problem = Problem(flows, covariates, used, context)
    dispersion = flow_dispersion(problem, full)
    imputed_cells, imputed_totals, skill = importer_skill(problem, full, dispersion)
    between, more = cell_skill(problem, full)
    model = model_importers(full, context)
    effect, spread = model.impute(context)
    absent = ~np.isfinite(flows).any(axis=0)
    second = [*model.coefficients, model.variance, model.log_smearing, float(model.importers)]
    rules = {"between_reporting": between, "imputed_cells": imputed_cells, "imputed_totals": imputed_totals}
    return BasketParameters(
        sector=name[0],
        perimeter=name[1],
        coefficients=rounded(full.coefficients),
        standard_errors=rounded(full.standard_errors),
        cells=full.cells,
        separated=full.separated,
        exporter_effects=rounded(full.exporter_effects),
        exporter_spread=rounded(exporter_spread(flows, full.expected(covariates), used)),
        importer_effects=rounded(np.where(absent, effect, full.importer_effects)),
        importer_spread=rounded(np.where(absent, spread, np.nan)),
        dispersion=rounded(dispersion),
        second_stage=rounded(np.array(second)),
        calibrations={kind: _rounded_rule(rule) for kind, rule in rules.items()},
        skill={kind: _rounded_skill(of) for kind, of in {**skill, **more}.items()},
    )


def _rounded_rule(rule: Calibration) -> Calibration:
    lower, upper = rounded(np.array(rule.lower)), rounded(np.array(rule.upper))
    return Calibration(tuple(map(float, lower)), tuple(map(float, upper)), rule.count)


def _rounded_skill(values: Mapping[str, float]) -> dict[str, float]:
    return {key: float(f"{value:.6g}") for key, value in values.items()}
