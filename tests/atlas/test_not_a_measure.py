"""Where goods do not measure a sector nothing is called a potential, from whatever door it is asked."""

from __future__ import annotations

import pytest

from portulan.atlas import api, difference
from portulan.atlas.indicators import INDICATORS
from portulan.atlas.mcp import answers
from tests.atlas import worlds

pytestmark = pytest.mark.slow

PROMISES = tuple(one.id for one in INDICATORS if one.promises)
WHERE = {"sector": "games", "perimeter": "broad"}
"""Consoles stand for games among the wider codes: goods record them, and they are no measure of games."""


@pytest.fixture(params=["made_release", "shipped_release"])
def release(request):
    return request.getfixturevalue(request.param)


def test_every_potential_is_a_gap_with_this_reason(release):
    cell = {f.indicator: f for f in api.show(release, exporter="FRA", market="BEL", flow="goods", **WHERE)}
    assert {cell[name].reason for name in PROMISES} == {"not_a_measure"}
    [row] = [
        row
        for row in api.profile(release, exporter="FRA", market="BEL", perimeter="broad").rows
        if row.sector == "games"
    ]
    assert {row.figures[name].reason for name in PROMISES} == {"not_a_measure"}
    assert (row.rank, row.ranked) == (None, 0)
    codes = api.lines(release, exporter="FRA", market="BEL", **WHERE)
    assert not any(isinstance(line.potential_static, api.Figure) for line in codes)


@pytest.mark.parametrize("by", ["potential_static", "potential_gravity", "unrealised_static", "realised_share"])
def test_a_ranking_by_a_potential_ranks_nobody(release, by):
    found = api.rank(release, exporter="FRA", by=by, **WHERE)
    assert found.rows == () and found.total == 0
    assert {row.figure.reason for row in found.apart} == {"not_a_measure"}


def test_a_ranking_starts_with_what_the_pages_show_first(release):
    book = api.rank(release, exporter="FRA", sector="book")
    assert book.by == book.lead and book.rows
    assert api.rank(release, exporter="FRA", **WHERE).by == "imports_from"
    asked = {"exporter": "FRA", "by": None, "flow": "goods", "year": None, "lang": "en"}
    told = answers.ranking(release, top=5, with_estimates=False, **asked, **WHERE)
    assert told["by"] == "imports_from"


def test_where_the_flow_is_not_loaded_that_is_the_reason(release):
    asked = {"exporter": "FRA", "market": "BEL", "indicator": "potential_static", "flow": "services"}
    assert api.figure(release, **asked, **WHERE).reason == "flow_not_loaded"


@pytest.fixture
def consoles_moved(tmp_path):
    """Two releases in which nothing but what is paid for game consoles, and for books in Belgium, is not the same."""
    flows = worlds.rows(seed=11)
    places = []
    for name, times in (("old", 1), ("new", 3)):
        moved = [
            (y, x, m, k, v * times if k == "950450" or (m == "BEL" and k[:4] == "4901") else v)
            for y, x, m, k, v in flows
        ]
        (tmp_path / name).mkdir()
        api.build(tmp_path / name / "r", [f"baci={worlds.published_zip(tmp_path / name, moved)}"])
        places.append(tmp_path / name / "r")
    return places


def test_no_potential_is_compared_between_releases_either(consoles_moved):
    found = difference.compare(*consoles_moved, perimeter="broad", top=10_000)
    by_sector = {
        name: {change.indicator for change in found.changes if change.sector == name} for name in ("games", "book")
    }
    assert by_sector == {"games": {"imports_from"}, "book": {"imports_from", "potential_static", "unrealised_static"}}
    assert found.total == len(found.changes) == sum(found.by_sector.values())
    assert "games" in found.unmeasured and "book" not in found.unmeasured
    [said] = [line for line in found.lines() if "not compared" in line]
    assert "games" in said


def test_what_did_not_move_is_not_said_to_be_left_out(consoles_moved):
    same = difference.compare(consoles_moved[0], consoles_moved[0], perimeter="broad")
    assert same.unmeasured == () and not any("not compared" in line for line in same.lines())
