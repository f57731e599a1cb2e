"""From flows to parameters to figures: nothing lost on the way, gaps stay gaps, any number of threads."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.atlas.estimate.worlds import World, make_world

from portulan.atlas.errors import BadInputError, UnknownCodeError
from portulan.atlas.estimate.fit import fit_all
from portulan.atlas.estimate.inputs import flow_matrix
from portulan.atlas.estimate.parameters import (
    TOTAL,
    Origin,
    Parameters,
    input_digest,
    read_parameters,
    write_parameters,
)
from portulan.atlas.estimate.predict import predict, predict_basket

pytestmark = pytest.mark.slow

ORIGIN = Origin(2024, "a test", "made up", "2026-11-22", "0" * 64)
MISSING = [3, 8]


def _flows(world: World) -> dict[tuple[str, str], np.ndarray]:
    flows = world.flows.copy()
    flows[5] = 0.0  # sells nothing
    flows[:, MISSING] = np.nan
    nothing = np.where(np.isnan(flows), np.nan, 0.0)
    return {("book", "core"): flows, ("press", "core"): flows * 0.1, TOTAL: flows * 50.0, ("games", "core"): nothing}


@pytest.fixture(scope="module")
def world() -> World:
    return make_world(11)


@pytest.fixture(scope="module")
def fitted(world: World) -> Parameters:
    return fit_all(_flows(world), world.countries, world.covariates, world.context, ORIGIN, workers=2)


def test_files_give_back_exactly_what_was_written(fitted: Parameters, tmp_path: Path) -> None:
    write_parameters(fitted, tmp_path / "one")
    again = read_parameters(tmp_path / "one")
    write_parameters(again, tmp_path / "two")
    names = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert names == sorted(path.name for path in (tmp_path / "two").iterdir())
    for name in names:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    assert again.origin == ORIGIN
    book, read = fitted.basket("book", "core"), again.basket("book", "core")
    assert book.importer_effects.tobytes() == read.importer_effects.tobytes()
    assert book.calibrations == read.calibrations
    assert book.skill == read.skill


def test_threads_change_nothing(world: World, fitted: Parameters, tmp_path: Path) -> None:
    alone = fit_all(_flows(world), world.countries, world.covariates, world.context, ORIGIN, workers=1)
    write_parameters(fitted, tmp_path / "two")
    write_parameters(alone, tmp_path / "one")
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()


def test_a_basket_without_flows_is_a_gap_with_its_reason(fitted: Parameters) -> None:
    assert "no flow" in fitted.gaps["games", "core"]
    with pytest.raises(UnknownCodeError, match="no flow"):
        fitted.basket("games", "core")


def test_predictions_keep_reported_totals_and_leave_gaps(world: World, fitted: Parameters) -> None:
    book = predict_basket(fitted.basket("book", "core"), fitted.reports, world.covariates)
    flows = _flows(world)["book", "core"]
    reported = fitted.reports
    np.testing.assert_allclose(book.totals[reported], flows[:, reported].sum(axis=0), rtol=1e-7)
    assert np.isnan(book.cells[5]).all()  # no flow to any importer that reports: unknown, not zero
    assert np.isnan(np.diagonal(book.cells)).all()
    np.testing.assert_array_equal(np.flatnonzero(book.imputed), MISSING)
    assert (book.total_low[MISSING] < book.totals[MISSING]).all()
    assert (book.total_high[MISSING] > book.totals[MISSING]).all()
    assert np.isnan(book.total_low[reported]).all()
    known = np.isfinite(book.cells)
    assert (book.low[known] <= book.cells[known]).all()
    assert (book.high[known] >= book.cells[known]).all()


def test_missing_importers_are_estimated_to_the_right_order_of_magnitude(world: World, fitted: Parameters) -> None:
    book = predict_basket(fitted.basket("book", "core"), fitted.reports, world.covariates)
    truth = np.delete(world.flows, 5, axis=0).sum(axis=0)[MISSING]
    assert (np.abs(np.log(book.totals[MISSING] / truth)) < 2.5).all()


def test_the_unit_of_a_basket_does_not_change_its_skill(fitted: Parameters) -> None:
    one, other = (fitted.basket(*name).skill["importers_folds"] for name in (("book", "core"), TOTAL))
    assert one["total_rmse_log"] == pytest.approx(other["total_rmse_log"], rel=1e-4)


def test_columns_known_in_part_are_refused(world: World) -> None:
    flows = _flows(world)
    flows["book", "core"][0, 20] = np.nan
    with pytest.raises(BadInputError, match="some exporters only"):
        fit_all(flows, world.countries, world.covariates, world.context, ORIGIN)


def test_baskets_of_two_years_are_refused(world: World) -> None:
    flows = _flows(world)
    flows["press", "core"] = world.flows
    with pytest.raises(BadInputError, match="other importers"):
        fit_all(flows, world.countries, world.covariates, world.context, ORIGIN)


def test_the_cache_key_sees_every_input(world: World) -> None:
    flows = _flows(world)
    key = input_digest(flows, world.countries, world.covariates, world.context)
    assert key == input_digest(dict(reversed(flows.items())), world.countries, world.covariates, world.context)
    changed = {name: matrix.copy() for name, matrix in flows.items()}
    changed["book", "core"][1, 2] += 1.0
    assert key != input_digest(changed, world.countries, world.covariates, world.context)
    richer = replace(world.context, log_gdp=world.context.log_gdp + 0.1)
    assert key != input_digest(flows, world.countries, world.covariates, richer)


def test_missing_or_foreign_files_say_what_to_do(fitted: Parameters, tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="atlas fit"):
        read_parameters(tmp_path)
    write_parameters(fitted, tmp_path)
    (tmp_path / "importer_effects.csv").unlink()
    with pytest.raises(BadInputError, match="importer_effects"):
        read_parameters(tmp_path)
    write_parameters(fitted, tmp_path)
    manifest = tmp_path / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"format": 1', '"format": 99'))
    with pytest.raises(BadInputError, match="99"):
        read_parameters(tmp_path)


def test_flow_matrix_separates_unknown_from_zero() -> None:
    found = flow_matrix(
        ("AAA", "BBB", "CCC"), np.array(["AAA", "AAA"]), np.array(["BBB", "BBB"]), np.array([2, 3]), {"BBB"}
    )
    assert found[0, 1] == 5.0
    assert found[2, 1] == 0.0
    assert np.isnan(found[:, [0, 2]]).all()
    with pytest.raises(BadInputError, match="CCC"):
        flow_matrix(("AAA", "CCC"), np.array(["AAA"]), np.array(["CCC"]), np.array([2]), set())
    with pytest.raises(UnknownCodeError, match="ZZZ"):
        flow_matrix(("AAA",), np.array(["ZZZ"]), np.array(["AAA"]), np.array([2]), {"AAA"})


def test_shipped_parameters_estimate_everything_without_data() -> None:
    shipped = read_parameters()
    assert shipped.origin.year == 2024
    assert "Gaulier" in shipped.origin.citation
    missing = {c for c, known in zip(shipped.countries, shipped.reports, strict=True) if not known}
    assert missing == {"DEU", "ESP", "FRA", "GBR", "NLD", "USA"}
    france = shipped.countries.index("FRA")
    seen = 0
    for one in predict(shipped):
        seen += 1
        at = [shipped.countries.index(c) for c in sorted(missing)]
        assert np.isfinite(one.totals[at]).all()
        assert (one.total_low[at] < one.totals[at]).all()
        if one.sector in ("book", "all", "total"):
            assert np.isfinite(one.cells[france]).sum() > 190
    assert seen == len(shipped.baskets) >= 25
    book = shipped.basket("book", "core")
    assert book.skill["importers_folds"]["importers"] > 150
    assert 0.8 < book.skill["importers_folds"]["cell_coverage"] <= 1.0
