"""Where goods do not measure a sector nothing is called a potential, from whatever door it is asked."""

from __future__ import annotations

import pytest

from portulan.atlas import api
from portulan.atlas.indicators import INDICATORS
from portulan.atlas.mcp import answers

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
