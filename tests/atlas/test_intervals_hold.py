"""An interval holds its value exactly; where it had to be widened for that, the figure says so."""

from __future__ import annotations

import pytest

from portulan.atlas import api
from portulan.atlas.remarks import SKEWED, holding, remark

pytestmark = pytest.mark.full


@pytest.mark.parametrize("by", ["potential_gravity", "imports_from", "imports_world"])
@pytest.mark.parametrize("sector", ["book", "all", "music"])
def test_every_interval_of_the_shipped_release_holds_its_value(shipped_release, sector, by):
    ranking = api.rank(shipped_release, exporter="FRA", sector=sector, by=by)
    figures = [row.figure for row in ranking.rows if row.figure.low is not None]
    assert figures and all(figure.low <= figure.value <= figure.high for figure in figures)
    at_an_end = {figure.market for figure in figures if figure.value == figure.high}
    assert at_an_end <= {figure.market for figure in figures if figure.passport.note == SKEWED}
    assert by == "imports_world" or 0 < len(at_an_end) < len(figures)


def test_every_interval_of_the_suppliers_holds_its_value(shipped_release):
    found = api.suppliers(shipped_release, market="CAN", sector="book", top=300)
    sold = [row.imports_from for row in found.rows]
    assert sold and all(figure.low <= figure.value <= figure.high for figure in sold)
    assert {figure.passport.note for figure in sold} == {"", SKEWED}


@pytest.mark.parametrize("sector", ["book", "all"])
def test_every_interval_of_a_built_release_holds_its_value(made_release, sector):
    rows = api.rank(made_release, exporter="FRA", sector=sector, by="potential_static").rows
    bounded = [row.figure for row in rows if row.figure.low is not None]
    assert bounded and all(figure.low <= figure.value <= figure.high for figure in bounded)


def test_a_value_at_an_end_of_its_interval_is_said_in_both_languages():
    assert holding(10.0, 1.0, 20.0) == (1.0, 20.0, "")
    assert holding(10.0, 1.0, 9.9999999) == (1.0, 10.0, SKEWED)
    assert holding(10.0, 10.0, 20.0) == (10.0, 20.0, SKEWED)
    assert remark(SKEWED, "en") == SKEWED and "espérance" in remark(SKEWED, "fr")
