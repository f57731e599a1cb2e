"""Holding out: whole importers (as if they did not report) and single cells, and what the model says of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from portulan.atlas.estimate.effects import Floats
from portulan.atlas.estimate.gravity import GravityFit, Mask, expected_flows, fit_gravity
from portulan.atlas.estimate.intervals import (
    EDGES_USD,
    Calibration,
    calibrate,
    calibrate_whole,
    covered,
    scores,
    size_class,
)
from portulan.atlas.estimate.metrics import log_error, spearman
from portulan.atlas.estimate.missing import Context, exporter_spread, model_importers

CELL_FOLDS = 5
IMPORTER_FOLDS = 6
LARGEST = 10
JOINTLY = 6
_SEED = 20_240_901

Skill = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Problem:
    """One basket: flows (n x n, US dollars), covariates (p x n x n), cells that may enter, context of the importers."""

    flows: Floats
    covariates: Floats
    used: Mask
    context: Context


@dataclass(frozen=True, slots=True)
class Estimate:
    """What is said of importers that do not report: cells, totals, and the standard deviation of their logarithms."""

    cells: Floats
    cell_spread: Floats
    totals: Floats
    total_spread: Floats


def estimate_importers(problem: Problem, fit: GravityFit, wanted: Mask, dispersion: Floats) -> Estimate:
    """Estimate the columns of the ``wanted`` importers from a fit they took no part in.

    ``dispersion``: see `flow_dispersion`. NaN where the exporter has no effect (it sells to no importer that was in
    the fit) or the importer's context is unknown: a gap, not a zero.
    """
    effect, importer_sd = model_importers(fit, problem.context).impute(problem.context)
    effect = np.where(wanted, effect, np.nan)
    cells = expected_flows(fit.exporter_effects, effect, fit.coefficients, problem.covariates)
    seen = problem.used & ~wanted[None, :]
    exporter_sd = exporter_spread(problem.flows, fit.expected(problem.covariates), seen)
    return Estimate(cells, *spreads(cells, importer_sd, exporter_sd, dispersion))


def spreads(
    cells: Floats, importer_sd: Floats, exporter_sd: Floats, dispersion: Floats
) -> tuple[Floats, Floats, Floats]:
    """Return the standard deviations of the cells, the totals of the importers, and theirs (log scale).

    Variance of a cell: of the importer (second stage) + of the exporter (first stage) + of single flows around what
    is expected. In a total, the errors of the exporters and of the flows are taken for independent.
    """
    own = exporter_sd[:, None] ** 2 + dispersion[size_class(cells)] ** 2
    cell_spread = np.sqrt(importer_sd[None, :] ** 2 + own)
    totals = np.nansum(cells, axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        shared = np.nansum(cells**2 * own, axis=0) / totals**2
    totals = np.where(totals > 0.0, totals, np.nan)
    return cell_spread, totals, np.sqrt(importer_sd**2 + shared)


def flow_dispersion(problem: Problem, fit: GravityFit) -> Floats:
    """Return the spread of ln(flow / expected) over positive flows, by size class of what is expected.

    1.4826 x the median absolute deviation: the log of a tiny flow has tails that a variance does not survive.
    """
    expected = fit.expected(problem.covariates)
    some = problem.used & (problem.flows > 0.0) & np.isfinite(expected)
    errors, sizes = np.log(problem.flows[some] / expected[some]), size_class(expected[some])
    out: list[float] = []
    for size in range(len(EDGES_USD) + 1):
        one = errors[sizes == size]
        # A class with few flows takes the spread of the one below it, or of all flows.
        out.append(_deviation(one) if one.size >= 30 else out[-1] if out else _deviation(errors))
    return np.array(out)


def _deviation(errors: Floats) -> float:
    return float(1.4826 * np.median(np.abs(errors - np.median(errors))))


def leave_importers_out(problem: Problem, full: GravityFit, groups: Sequence[Mask], dispersion: Floats) -> Estimate:
    """Estimate each group of importers from a fit without it; the groups do not overlap."""
    size = problem.flows.shape[0]
    cells, spread = np.full((size, size), np.nan), np.full((size, size), np.nan)
    totals, total_spread = np.full(size, np.nan), np.full(size, np.nan)
    for held in groups:
        fit = fit_gravity(problem.flows, problem.covariates, problem.used & ~held[None, :], start=full, precise=False)
        found = estimate_importers(problem, fit, held, dispersion)
        cells[:, held], spread[:, held] = found.cells[:, held], found.cell_spread[:, held]
        totals[held], total_spread[held] = found.totals[held], found.total_spread[held]
    return Estimate(cells, spread, totals, total_spread)


@dataclass(frozen=True, slots=True)
class Groups:
    """Who is held out: folds (every size in each), the largest economies and the largest importers of the basket
    (one by one), the largest economies together.
    """

    folds: list[Mask]
    economies: list[Mask]
    importers: list[Mask]
    jointly: list[Mask]


def importer_groups(problem: Problem) -> Groups:
    """Choose whom to hold out, among importers that report and whose GDP and population are known.

    The largest economies are chosen before looking; the largest importers of the basket are chosen by the outcome,
    which no model can foresee: their coverage is below nominal by construction, and said beside the other.
    """
    imports = np.where(problem.used, problem.flows, 0.0).sum(axis=0)
    eligible = problem.context.known & (imports > 0.0)

    def ordered(size: Floats) -> list[int]:
        return [int(j) for j in np.argsort(-np.where(eligible, size, -np.inf), kind="stable") if eligible[j]]

    def mask(chosen: Sequence[int]) -> Mask:
        out = np.zeros(imports.size, dtype=bool)
        out[list(chosen)] = True
        return out

    economies, importers = ordered(problem.context.log_gdp), ordered(imports)
    return Groups(
        folds=[mask(economies[start::IMPORTER_FOLDS]) for start in range(IMPORTER_FOLDS)],
        economies=[mask([j]) for j in economies[:LARGEST]],
        importers=[mask([j]) for j in importers[:LARGEST]],
        jointly=[mask(economies[:JOINTLY])],
    )


def importer_skill(problem: Problem, full: GravityFit, dispersion: Floats) -> tuple[Calibration, Calibration, Skill]:
    """Return how intervals of imputed cells and totals are calibrated, and the skill measured on held-out importers.

    The coverage of a fold is that of intervals calibrated on the other folds; of the largest, on all the others.
    """
    groups = importer_groups(problem)
    found = leave_importers_out(problem, full, groups.folds, dispersion)
    alone = _once(groups.economies + groups.importers)
    single = leave_importers_out(problem, full, alone, dispersion)
    together = leave_importers_out(problem, full, groups.jointly, dispersion)
    skill = {
        "importers_folds": _measure(problem, found, found, groups.folds),
        "importers_ten_largest_economies": _measure(problem, single, found, groups.economies),
        "importers_ten_largest_of_basket": _measure(problem, single, found, groups.importers),
        "importers_six_largest_economies_jointly": _measure(problem, together, found, groups.jointly),
    }
    return *_calibrations(problem, found, np.any(groups.folds, axis=0)), skill


def _once(groups: Sequence[Mask]) -> list[Mask]:
    chosen: dict[bytes, Mask] = {held.tobytes(): held for held in groups}
    return list(chosen.values())


def _scored(problem: Problem, found: Estimate, importers: Mask) -> tuple[Mask, Floats, Floats]:
    """Return which cells of these importers have an estimate, and the scores of cells and of totals."""
    cells = problem.used & importers[None, :] & np.isfinite(found.cells)
    score = scores(problem.flows[cells], found.cells[cells], found.cell_spread[cells])
    actual = np.where(problem.used, problem.flows, 0.0).sum(axis=0)
    totals = scores(actual[importers], found.totals[importers], found.total_spread[importers])
    return cells, score, totals


def _calibrations(problem: Problem, found: Estimate, importers: Mask) -> tuple[Calibration, Calibration]:
    cells, score, totals = _scored(problem, found, importers)
    return calibrate(score, found.cells[cells]), calibrate_whole(totals)


def _measure(problem: Problem, found: Estimate, basis: Estimate, groups: Sequence[Mask]) -> dict[str, float]:
    """Measure ``found`` on the importers of ``groups``; intervals calibrated on ``basis`` without each group."""
    everyone = np.any(groups, axis=0)
    measured = everyone & np.isfinite(found.totals)
    actual = np.where(problem.used, problem.flows, 0.0).sum(axis=0)
    total_inside, cell_inside, inside, estimates = [], [], [], []
    for held in groups:
        rest = np.isfinite(basis.totals) & ~held
        of_cells, of_totals = _calibrations(problem, basis, rest)
        low, high = of_totals.bounds(found.totals[held], found.total_spread[held])
        total_inside.append(covered(actual[held], low, high))
        cells, _, _ = _scored(problem, found, held)
        low, high = of_cells.bounds(found.cells[cells], found.cell_spread[cells])
        cell_inside.append(covered(problem.flows[cells], low, high))
        inside.append((problem.flows[cells] >= low) & (problem.flows[cells] <= high))
        estimates.append(found.cells[cells])
    sizes = [int(held.sum()) for held in groups]
    errors = np.log(actual[measured] / found.totals[measured])
    cells, _, _ = _scored(problem, found, everyone)
    cell_errors = log_error(problem.flows[cells], found.cells[cells])
    cell_errors = cell_errors[np.isfinite(cell_errors)]
    return {
        "importers": float(measured.sum()),
        "total_rmse_log": float(np.sqrt(np.mean(errors**2))),
        "total_median_abs_log": float(np.median(np.abs(errors))),
        "total_mean_log": float(np.mean(errors)),
        "total_spearman": spearman(actual[measured], found.totals[measured]),
        "total_coverage": float(np.average(total_inside, weights=sizes)),
        "cells": float(cells.sum()),
        "cell_rmse_log": float(np.sqrt(np.mean(cell_errors**2))) if cell_errors.size else float("nan"),
        "cell_spearman": _pooled_spearman(problem.flows[cells], found.cells[cells]),
        "cell_coverage": float(np.average(cell_inside, weights=sizes)),
        "cell_coverage_from_10k": _coverage_from(np.concatenate(inside), np.concatenate(estimates)),
    }


def _coverage_from(inside: Mask, estimate: Floats) -> float:
    """Return the coverage where the estimate is at least 10,000 dollars; under it nearly all flows are zero."""
    some = estimate >= EDGES_USD[0]
    return float(np.mean(inside[some])) if some.any() else float("nan")


def _pooled_spearman(actual: Floats, predicted: Floats) -> float:
    """Spearman by sorting: the pairwise ranks of `metrics` would need a square matrix of all cells."""

    def ranks(values: Floats) -> Floats:
        _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
        ends = np.cumsum(counts)
        return ((ends - counts + 1 + ends) / 2.0)[inverse]

    x, y = ranks(actual), ranks(predicted)
    x, y = x - x.mean(), y - y.mean()
    scale = float(np.sqrt(np.sum(x * x) * np.sum(y * y)))
    return float(np.sum(x * y)) / scale if scale > 0.0 else float("nan")


def cell_folds(used: Mask, folds: int = CELL_FOLDS) -> list[Mask]:
    """Divide the used cells into folds of equal size, at random from a fixed seed."""
    place = np.flatnonzero(used.ravel())
    label = np.random.default_rng(_SEED).permutation(place.size) % folds
    out = []
    for fold in range(folds):
        mask = np.zeros(used.size, dtype=bool)
        mask[place[label == fold]] = True
        out.append(mask.reshape(used.shape))
    return out


def cell_skill(problem: Problem, full: GravityFit) -> tuple[Calibration, Skill]:
    """Return how intervals of cells between countries that report are calibrated, and the skill on held-out cells."""
    predicted = np.full(problem.flows.shape, np.nan)
    folds = cell_folds(problem.used)
    for held in folds:
        fit = fit_gravity(problem.flows, problem.covariates, problem.used & ~held, start=full, precise=False)
        predicted[held] = fit.expected(problem.covariates)[held]
    known = problem.used & np.isfinite(predicted)
    inside, sizes, single, estimates = [], [], [], []
    for held in folds:
        rest, mine = known & ~held, known & held
        rule = calibrate(scores(problem.flows[rest], predicted[rest]), predicted[rest])
        low, high = rule.bounds(predicted[mine])
        inside.append(covered(problem.flows[mine], low, high))
        sizes.append(int(mine.sum()))
        single.append((problem.flows[mine] >= low) & (problem.flows[mine] <= high))
        estimates.append(predicted[mine])
    errors = log_error(problem.flows[known], predicted[known])
    measured = {
        "cells": float(known.sum()),
        "cell_rmse_log": float(np.sqrt(np.nanmean(errors**2))),
        "cell_spearman": _pooled_spearman(problem.flows[known], predicted[known]),
        "cell_coverage": float(np.average(inside, weights=sizes)),
        "cell_coverage_from_10k": _coverage_from(np.concatenate(single), np.concatenate(estimates)),
    }
    rule = calibrate(scores(problem.flows[known], predicted[known]), predicted[known])
    return rule, {"cells_folds": measured}
