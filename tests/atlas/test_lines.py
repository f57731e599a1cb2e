"""The codes behind a cell: the same as the rows say, summing to the cell, and gaps where nobody knows."""

from __future__ import annotations

import pytest

from portulan.atlas import api
from tests.atlas import worlds

BOOK = {"490110", "490191", "490199", "490300"}


@pytest.fixture
def release(made_release):
    return made_release


@pytest.fixture
def shipped(shipped_release):
    return shipped_release


# Lines.
def test_lines_are_those_of_the_rows(release, made_flows):
    found = api.lines(release, exporter="FRA", market="BEL", sector="book")
    assert [line.code for line in found] == sorted(BOOK)
    year = [row for row in made_flows if row[0] == 2024]
    for line in found:
        told = api.crosswalk("HS2017")
        [said] = [one for one in told if (one["sector"], one["code"]) == ("book", line.code)]
        assert (line.scheme, line.label, line.role, line.weight) == ("HS2017", said["label"], said["role"], 1.0)
        assert (line.confidence, line.source) == (said["confidence"], said["source"])
        assert (line.label_fr, line.source_fr) == (said["label_fr"], said["source_fr"])
        mine = [v for _, i, j, k, v in year if (i, j, k) == ("FRA", "BEL", line.code)]
        bought = sum(v for _, _, j, k, v in year if (j, k) == ("BEL", line.code))
        assert line.imports_world.value == bought
        if mine:
            assert line.imports_from.value == sum(mine)
        else:
            assert line.imports_from.reason == "no_trade_recorded"
        x_ik = sum(v for _, i, _, k, v in year if (i, k) == ("FRA", line.code))
        x_k = sum(v for _, _, _, k, v in year if k == line.code)
        x_i = sum(v for _, i, _, _, v in year if i == "FRA")
        x = sum(v for *_, v in year)
        assert line.rca.value == pytest.approx((x_ik / x_i) / (x_k / x), rel=1e-9)
        hypothetical = 0.0
        for product in worlds.PRODUCTS:
            world = sum(v for _, _, _, k, v in year if k == product)
            mine_of = sum(v for _, i, _, k, v in year if (i, k) == ("FRA", product))
            hypothetical += mine_of / world * sum(v for _, _, j, k, v in year if (j, k) == ("BEL", product))
        ease = sum(v for _, i, j, _, v in year if (i, j) == ("FRA", "BEL")) / hypothetical
        assert line.potential_static.value == pytest.approx(x_ik / x_k * bought * ease, rel=1e-9)


@pytest.mark.parametrize("perimeter", [p.id for p in api.perimeters()])
def test_weighted_lines_sum_to_the_cell(release, perimeter):
    compared = 0
    for market in ("BEL", "JPN", "MAR"):
        for sector in api.sectors():
            cell = {
                f.indicator: f
                for f in api.show(
                    release, exporter="ITA", sector=sector.id, market=market, perimeter=perimeter, flow="goods"
                )
            }
            found = api.lines(release, exporter="ITA", market=market, sector=sector.id, perimeter=perimeter)
            for name in ("imports_from", "imports_world", "potential_static"):
                known = [line for line in found if isinstance(getattr(line, name), api.Figure)]
                if isinstance(cell[name], api.Gap):
                    assert not known
                    continue
                total = sum(line.weight * getattr(line, name).value for line in known)
                assert total == pytest.approx(cell[name].value, rel=1e-9), (sector.id, name)
                compared += 1
    assert compared > 30


def test_the_status_of_a_line_is_that_of_its_own_code(release):
    """Nothing of the world is missing from one code of one market; RCA and potential divide by a world without one."""
    for line in api.lines(release, exporter="FRA", market="BEL", sector="book"):
        assert {v.status for v in (line.imports_from, line.imports_world) if isinstance(v, api.Figure)} <= {"reported"}
        assert {v.status for v in (line.potential_static, line.rca) if isinstance(v, api.Figure)} <= {
            "partial",
            "modelled",
        }


def test_a_code_that_nobody_trades_is_not_published_and_not_zero(release):
    found = {line.code: line for line in api.lines(release, exporter="FRA", market="BEL", sector="all")}
    absent = [line for code, line in found.items() if code not in worlds.PRODUCTS]
    assert absent
    for line in absent:
        reasons = {v.reason for v in (line.imports_from, line.imports_world, line.potential_static, line.rca)}
        assert reasons == {"code_not_published"}


def test_lines_of_a_market_that_does_not_report_are_gaps(release):
    for line in api.lines(release, exporter="FRA", market="USA", sector="book"):
        reasons = {v.reason for v in (line.imports_from, line.imports_world, line.potential_static)}
        assert reasons == {"market_not_reporting"}
        assert line.rca.value > 0


def test_a_country_is_not_its_own_market(release):
    for line in api.lines(release, exporter="FRA", market="FRA", sector="book"):
        assert line.imports_from.reason == line.potential_static.reason == "own_market"
        assert isinstance(line.imports_world, api.Figure)


def test_a_sector_without_a_code_has_no_line(release):
    assert api.lines(release, exporter="FRA", market="BEL", sector="performing_arts") == ()
    assert api.lines(release, exporter="FRA", market="BEL", sector="book", year=1999) == ()


def test_a_group_tells_the_role_nearest_to_the_core(release):
    found = api.lines(release, exporter="FRA", market="BEL", sector="audiovisual+games+music", perimeter="broad")
    assert {(line.code, line.role) for line in found} >= {("852380", "core")}


def test_lines_of_the_shipped_release_say_what_to_load(shipped):
    found = api.lines(shipped, exporter="FRA", market="BEL", sector="book")
    assert {line.code for line in found} == BOOK
    for line in found:
        figures = (line.imports_from, line.imports_world, line.potential_static, line.rca)
        assert {v.reason for v in figures} == {"no_product_flows"}


def test_an_old_release_answers_all_but_the_flows_by_code(older_release, release):
    for line in api.lines(older_release, exporter="FRA", market="BEL", sector="book"):
        assert {v.reason for v in (line.imports_from, line.imports_world, line.potential_static)} == {"no_lines"}
        assert isinstance(line.rca, api.Figure)
    one, other = (api.suppliers(each, market="BEL", sector="book").rows for each in (older_release, release))
    assert one == other
    assert api.profile(older_release, exporter="FRA", market="BEL") == api.profile(
        release, exporter="FRA", market="BEL"
    )
