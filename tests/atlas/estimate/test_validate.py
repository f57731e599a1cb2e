"""The comparison of gravity and static potential is honest: no leak, and each wins in its own world."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.atlas.estimate.worlds import make_world

from portulan.atlas.estimate.heldout import cell_folds
from portulan.atlas.estimate.inputs import product_flows
from portulan.atlas.estimate.report import read_validation, write_validation
from portulan.atlas.estimate.validate import (
    FOLDS,
    ProductFlows,
    compare,
    predict_held_out,
    shown_first,
    validate_all,
)

SIZE, CODES = 36, 6
CULTURE = ("490199", "490110")
COUNTRIES = tuple(f"C{n:02d}" for n in range(SIZE))


def _data(cube: np.ndarray) -> ProductFlows:
    """Everything from one cube exporter x importer x code; the two first codes are cultural."""
    exports, imports = cube.sum(axis=1), cube.sum(axis=0)
    hypothetical = (exports / exports.sum(axis=0)) @ imports.T
    i, j, k = np.nonzero(cube[:, :, : len(CULTURE)])
    columns = {
        "exporter": np.array(COUNTRIES, dtype=object)[i],
        "market": np.array(COUNTRIES, dtype=object)[j],
        "code": np.array(CULTURE, dtype=object)[k],
        "value_usd": cube[i, j, k],
    }
    return product_flows(COUNTRIES, columns, cube.sum(axis=2), hypothetical)


def _gravity_cube(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Culture follows distance and ties; the other products go anywhere, so that ease says nothing of it."""
    world = make_world(seed, size=SIZE, zero_share=0.1)
    rng = np.random.default_rng(seed)
    cube = np.exp(rng.normal(12, 1.5, (SIZE, SIZE, CODES)))
    cube[:, :, 0] = 0.6 * world.flows
    cube[:, :, 1] = 0.4 * world.flows
    cube[np.arange(SIZE), np.arange(SIZE)] = 0.0
    return np.round(cube), world.covariates


def _static_cube(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Every product follows supply x demand x an ease that has nothing to do with the covariates."""
    rng = np.random.default_rng(seed)
    supply, demand = rng.dirichlet(np.ones(SIZE), CODES).T, np.exp(rng.normal(16, 1.5, (SIZE, CODES)))
    ease = np.exp(rng.normal(0, 1.5, (SIZE, SIZE)))
    cube = supply[:, None, :] * demand[None] * ease[:, :, None] * rng.gamma(3, 1 / 3, (SIZE, SIZE, CODES))
    cube[np.arange(SIZE), np.arange(SIZE)] = 0.0
    return np.round(cube), make_world(seed, size=SIZE).covariates


BASKET = {"490199": 1.0, "490110": 0.5}


def test_a_held_out_cell_has_no_part_in_what_is_said_of_it() -> None:
    cube, covariates = _gravity_cube(1)
    before = predict_held_out(BASKET, _data(cube), covariates)
    sold = np.argwhere(cube[:, :, 0] > 10_000)
    for exporter, importer in sold[[5, len(sold) // 2]]:
        changed = cube.copy()
        changed[exporter, importer, 0] *= 50.0
        after = predict_held_out(BASKET, _data(changed), covariates)
        np.testing.assert_allclose(after.gravity[exporter, importer], before.gravity[exporter, importer], rtol=1e-4)
        np.testing.assert_allclose(after.static[exporter, importer], before.static[exporter, importer], rtol=1e-9)
        assert after.actual[exporter, importer] > 20 * before.actual[exporter, importer]
        assert not np.allclose(after.static, before.static, equal_nan=True)  # other cells do learn from it


def test_each_method_wins_where_it_is_the_truth() -> None:
    for cube_of, winner in ((_gravity_cube, "potential_gravity"), (_static_cube, "potential_static")):
        cube, covariates = cube_of(3)
        found = list(validate_all({("book", "core"): BASKET}, _data(cube), covariates, ("C01",)))
        assert shown_first(found) == {("book", "core"): winner}
        assert {one.exporter for one in found} == {"all", "C01"}
        for one in found:
            assert one.difference.low <= one.difference.value <= one.difference.high
            assert one.difference.value == pytest.approx(one.gravity.value - one.static.value, abs=1e-5)


def test_a_tie_goes_to_the_static_potential() -> None:
    cube, covariates = _gravity_cube(4)
    held = predict_held_out(BASKET, _data(cube), covariates)
    same = type(held)(held.actual, held.static, held.static)
    found = compare(("book", "core"), same, COUNTRIES)
    assert shown_first(found) == {("book", "core"): "potential_static"}


def test_static_is_its_equation_on_what_was_not_held_out() -> None:
    cube, covariates = _static_cube(5)
    held = predict_held_out(BASKET, _data(cube), covariates)
    fold = cell_folds(~np.eye(SIZE, dtype=bool), FOLDS)[4]
    train = cube * ~fold[:, :, None]
    exports, imports, world = train.sum(axis=1), train.sum(axis=0), train.sum(axis=(0, 1))
    everything, bought = cube.sum(axis=1), cube.sum(axis=0)
    ease = np.zeros((SIZE, SIZE))
    plain = np.zeros((SIZE, SIZE))
    for i in range(SIZE):
        for j in range(SIZE):
            other = sum(everything[i, k] / everything[:, k].sum() * bought[j, k] for k in range(2, CODES))
            ease[i, j] = cube[i, j, 2:].sum() / other
            parts = (w * exports[i, k] / world[k] * imports[j, k] for k, w in enumerate((1.0, 0.5)))
            plain[i, j] = sum(parts) * ease[i, j]
    known = ~fold & ~np.eye(SIZE, dtype=bool)
    sold = cube[:, :, 0] + 0.5 * cube[:, :, 1]
    scale = sold[known].sum() / plain[known].sum()
    np.testing.assert_allclose(held.static[fold], scale * plain[fold], rtol=1e-9)


def test_the_order_of_rows_changes_nothing() -> None:
    cube, covariates = _gravity_cube(6)
    data = _data(cube)
    order = np.random.default_rng(0).permutation(data.value.size)
    columns = {
        "exporter": np.array(COUNTRIES, dtype=object)[data.exporter[order]],
        "market": np.array(COUNTRIES, dtype=object)[data.importer[order]],
        "code": np.array(data.codes, dtype=object)[data.code[order]],
        "value_usd": data.value[order],
    }
    shuffled = product_flows(COUNTRIES, columns, data.trade, data.hypothetical)
    one, two = (predict_held_out(BASKET, each, covariates) for each in (data, shuffled))
    assert one.static.tobytes() == two.static.tobytes()
    assert one.gravity.tobytes() == two.gravity.tobytes()


def test_results_are_kept(tmp_path: Path) -> None:
    cube, covariates = _gravity_cube(7)
    found = tuple(validate_all({("book", "core"): BASKET}, _data(cube), covariates, ()))
    write_validation(found, tmp_path)
    assert read_validation(tmp_path) == found


def test_shipped_validation_decides_for_every_shipped_basket() -> None:
    first = shown_first(read_validation())
    assert {"potential_static", "potential_gravity"} >= set(first.values())
    assert ("book", "core") in first
