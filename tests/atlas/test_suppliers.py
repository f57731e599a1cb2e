"""The suppliers of a market: those that the rows say, estimates, and gaps where nobody knows."""

from __future__ import annotations

import json
import shutil
from collections import defaultdict

import numpy as np
import pytest

from portulan.atlas import api, estimate_tables, manifest
from portulan.atlas.answers import DECLARED
from portulan.atlas.engine import open_engine
from portulan.atlas.errors import AtlasError
from tests.atlas import test_honesty as honesty
from tests.atlas import worlds

pytestmark = pytest.mark.slow

BOOK = {"490110", "490191", "490199", "490300"}


@pytest.fixture
def release(made_release):
    return made_release


@pytest.fixture
def shipped(shipped_release):
    return shipped_release


def sold(made_flows, market, codes=BOOK, year=2024):
    """Dollars by exporter, from the rows alone."""
    out: dict[str, int] = defaultdict(int)
    for when, exporter, to, code, dollars in made_flows:
        if (when, to) == (year, market) and code in codes:
            out[exporter] += dollars
    return out


# Suppliers.
@pytest.mark.parametrize("market", ["BEL", "JPN", "TWN"])
def test_suppliers_are_those_of_the_rows(release, made_flows, market):
    expected = sold(made_flows, market)
    total = sum(expected.values())
    found = api.suppliers(release, market=market, sector="book", top=50)
    ordered = sorted(expected.items(), key=lambda item: -item[1])
    assert [(s.exporter, s.imports_from.value) for s in found.rows] == [(c, float(v)) for c, v in ordered]
    assert [s.rank for s in found.rows] == list(range(1, len(expected) + 1))
    assert [s.share.value for s in found.rows] == pytest.approx([v / total for _, v in ordered], rel=1e-12)
    assert found.count == len(expected)
    assert found.imports_world.value == total
    assert found.hhi.value == pytest.approx(sum((v / total) ** 2 for v in expected.values()), rel=1e-9)
    assert (found.market, found.sector, found.flow, found.year) == (market, "book", "goods", 2024)
    assert found.fitness == "measures the sector"


def test_the_first_ones_are_the_first_of_all(release):
    every = api.suppliers(release, market="BEL", sector="all", top=100).rows
    assert api.suppliers(release, market="BEL", sector="all", top=2).rows == every[:2]
    assert api.suppliers(release, market="BEL", sector="all", top=0).rows == ()
    with pytest.raises(AtlasError, match="from 0 up"):
        api.suppliers(release, market="BEL", sector="all", top=-1)


@pytest.mark.parametrize("perimeter", [p.id for p in api.perimeters()])
def test_shares_of_all_suppliers_sum_to_one(release, perimeter):
    for market in worlds.COUNTRIES:
        for sector in api.sectors():
            found = api.suppliers(release, market=market, sector=sector.id, perimeter=perimeter, top=100)
            if found.rows:
                assert sum(s.share.value for s in found.rows) == pytest.approx(1, abs=1e-9)
                assert len(found.rows) == found.count


def test_a_supplier_is_said_as_its_cell_is(release):
    for supplier in api.suppliers(release, market="BEL", sector="book", top=50).rows:
        cell = {f.indicator: f for f in api.show(release, exporter=supplier.exporter, sector="book", market="BEL")[:20]}
        assert supplier.imports_from == cell["imports_from"]
        assert supplier.share == cell["share"]
        assert supplier.rank == cell["supplier_rank"].value


def test_equal_suppliers_share_a_rank(tmp_path):
    flows = [(2024, exporter, "BEL", "490199", dollars) for exporter, dollars in (("FRA", 7), ("ITA", 7), ("CHE", 3))]
    flows += [(2024, "BEL", market, "490199", 5) for market in ("FRA", "ITA", "CHE", "JPN")]
    api.build(tmp_path / "r", [f"baci={worlds.published_zip(tmp_path, flows)}"])
    found = api.suppliers(api.open_release(tmp_path / "r"), market="BEL", sector="book")
    assert [(s.rank, s.exporter) for s in found.rows] == [(1, "FRA"), (1, "ITA"), (3, "CHE")]


def test_a_market_that_does_not_report_has_unknown_suppliers_not_none(release):
    found = api.suppliers(release, market="USA", sector="book")
    assert found.rows == ()
    assert found.count is None
    assert found.imports_world.reason == found.hhi.reason == "market_not_reporting"
    assert "USA" in found.passport.coverage.importers_missing


def test_suppliers_of_what_is_not_there_are_gaps(release):
    nothing = api.suppliers(release, market="BEL", sector="book", flow="services")
    assert (nothing.rows, nothing.year, nothing.imports_world.reason) == ((), None, "flow_not_loaded")
    assert api.suppliers(release, market="BEL", sector="performing_arts").imports_world.reason == "no_code"
    assert api.suppliers(release, market="BEL", sector="book", year=1999).imports_world.reason == "flow_not_loaded"


def test_suppliers_of_the_shipped_release_are_estimates_with_intervals(shipped):
    for market in ("BEL", "USA", "KEN"):
        found = api.suppliers(shipped, market=market, sector="book", top=300)
        assert len(found.rows) > 100
        assert {s.imports_from.status for s in found.rows} == {"estimated"}
        # Values are kept in millionths of a dollar, bounds are not.
        assert all(s.imports_from.low < s.imports_from.value < s.imports_from.high + 1e-6 for s in found.rows)
        assert sum(s.share.value for s in found.rows) == pytest.approx(1, abs=1e-9)
        assert found.count is None, "a number of estimated suppliers is no fact"
        assert found.imports_world.status == found.hhi.status == "estimated"
        cell = {f.indicator: f for f in api.show(shipped, exporter="FRA", sector="book", market=market, flow="goods")}
        [france] = [s for s in found.rows if s.exporter == "FRA"]
        assert france.imports_from == cell["imports_from"]


# Where a market does not report: what a gravity expects, what an exporter declares.
def with_estimates(folder, expected, *, flow="goods", sector="book", market="USA"):
    """Add to a release what a gravity expects a market to buy in 2024: exporter -> dollars."""
    said = estimate_tables.CELL_COLUMNS
    rows = [
        (flow, 2024, "core", sector, one, market, value, value / 2, value * 2, 1)
        for one, value in sorted(expected.items())
    ]
    types = {"string": object, "integer": np.int64, "number": np.float64}
    path = folder / "estimates" / f"{flow}-2024.parquet"
    path.parent.mkdir()
    with open_engine() as engine:
        columns = {c.name: np.array([row[n] for row in rows], dtype=types[c.type]) for n, c in enumerate(said)}
        engine.insert("rows_of_estimates", columns)
        engine.write_parquet("SELECT * FROM rows_of_estimates ORDER BY exporter", path)
    told = json.loads((folder / "datapackage.json").read_text())
    resource = manifest.Resource("estimates", f"estimates/{flow}-2024.parquet", said, len(rows))
    told["resources"].append(manifest.describe(folder, resource))
    (folder / "datapackage.json").write_text(json.dumps(told))
    return api.open_release(folder)


def test_where_a_market_does_not_report_its_suppliers_are_estimated(made_folder, tmp_path):
    folder = tmp_path / "r"
    shutil.copytree(made_folder, folder)
    fitted = with_estimates(folder, {"CAN": 50.0, "FRA": 30.0, "ITA": 30.0, "BEL": 10.0})
    found = api.suppliers(fitted, market="USA", sector="book")
    assert [(s.rank, s.exporter, s.imports_from.value) for s in found.rows] == [
        (1, "CAN", 50.0), (2, "FRA", 30.0), (2, "ITA", 30.0), (4, "BEL", 10.0),
    ]  # fmt: skip
    assert {(s.imports_from.status, s.share.reason) for s in found.rows} == {("estimated", "market_not_reporting")}
    assert (found.rows[0].imports_from.low, found.rows[0].imports_from.high) == (25.0, 100.0)
    assert found.count is None
    shown = {f.indicator: f for f in api.show(fitted, exporter="FRA", sector="book", market="USA", flow="goods")}
    assert found.rows[1].imports_from == shown["imports_from"]
    assert found.rows[1].share == shown["share"]
    book = api.profile(fitted, exporter="FRA", market="USA").rows[0]
    assert book.first_suppliers == found.rows[:3]
    # What is reported stays what it was.
    assert api.suppliers(fitted, market="BEL", sector="book").rows == (
        api.suppliers(api.open_release(made_folder), market="BEL", sector="book").rows
    )


def test_what_one_exporter_declares_does_not_make_it_the_first_supplier(tmp_path):
    """Belgium does not report; France declares what it sells there, and others may sell more."""
    records = [*honesty.declared((2024,), [c for c in honesty.C if c != "BEL"])]
    records += [honesty.record("FRA", "BEL", "X", code, 9e6, 2024) for code in honesty.HEADS]
    release = honesty.built(tmp_path, f"comtrade={honesty.comtrade(tmp_path, records)}")
    question = {"market": "BEL", "sector": "all", "flow": "services"}
    found = api.suppliers(release, **question)
    assert (found.rows, found.count, found.imports_world.reason) == ((), None, "market_not_reporting")
    row = api.profile(release, exporter="FRA", market="BEL", flow="services").rows[-1]
    assert (row.first_suppliers, row.rank) == ((), None)
    assert (row.figures["imports_from"].value, row.figures["imports_from"].passport.note) == (18e6, DECLARED)
    lines = api.lines(release, exporter="FRA", **question)
    told = [line.imports_from for line in lines if isinstance(line.imports_from, api.Figure)]
    assert [(f.value, f.passport.note) for f in told] == [(9e6, DECLARED), (9e6, DECLARED)]
    assert sum(f.value for f in told) == row.figures["imports_from"].value
    assert {line.imports_world.reason for line in lines} <= {"market_not_reporting", "code_not_published"}
    assert all(check.passed for check in api.verify(release.path))


def test_services_have_suppliers_and_lines_too(tmp_path):
    release = honesty.built(tmp_path, f"comtrade={honesty.comtrade(tmp_path, [*honesty.declared((2024,))])}")
    found = api.suppliers(release, market="BEL", sector="all", flow="services")
    assert [(s.rank, s.imports_from.value) for s in found.rows] == [(1, 2e6)] * 7
    assert found.count == 7
    lines = api.lines(release, exporter="FRA", market="BEL", sector="all", flow="services")
    published = [line for line in lines if isinstance(line.imports_world, api.Figure)]
    assert {line.scheme for line in lines} == {"EBOPS2010"}
    assert sum(line.weight * line.imports_from.value for line in published) == 2e6
    assert any(line.weight is None and line.imports_from.reason == "code_not_published" for line in lines)


# The real file: the cultural rows alone, which is enough for suppliers and lines (not for ease).
@pytest.mark.real
@pytest.mark.full
def test_real_books_of_belgium(shared_data, tmp_path):
    source = shared_data / "baci" / "baci_hs17_2024_cultural.parquet"
    api.build(tmp_path / "r", [f"baci={source}"])
    release = api.open_release(tmp_path / "r")
    with open_engine() as engine:
        rows = engine.execute(
            "SELECT i, k, CAST(ROUND(v * 1000) AS BIGINT) FROM read_parquet(?) WHERE j = 'BEL' AND k IN "
            "('490110', '490191', '490199', '490300')",
            (str(source),),
        )
    rows = [("TWN" if exporter == "S19" else exporter, code, dollars) for exporter, code, dollars in rows]
    expected: dict[str, int] = defaultdict(int)
    for exporter, _, dollars in rows:
        expected[exporter] += dollars
    found = api.suppliers(release, market="BEL", sector="book", top=500)
    assert {s.exporter: s.imports_from.value for s in found.rows} == {c: v for c, v in expected.items() if v}
    assert [s.exporter for s in found.rows[:3]] == ["NLD", "FRA", "DEU"]
    assert found.imports_world.value == sum(expected.values())
    mine = {
        line.code: line.imports_from.value for line in api.lines(release, exporter="FRA", market="BEL", sector="book")
    }
    assert mine == {code: dollars for exporter, code, dollars in rows if exporter == "FRA"}
    assert all(check.passed for check in api.verify(release.path))
