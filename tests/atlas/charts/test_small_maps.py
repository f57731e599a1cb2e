"""Small maps: one path a class on one shared land, light over the wire, under the same or their own classes."""

from __future__ import annotations

import gzip
import re

import pytest
from tests.atlas.charts.chartmaking import SVG, parsed

from portulan.atlas import api
from portulan.atlas.charts.geometry.world import load_world
from portulan.atlas.charts.palettes import LIGHT
from portulan.atlas.errors import BadInputError
from portulan.atlas.rankings import Ranking, RankRow

pytestmark = pytest.mark.slow

PAPERS = api.Passport("goods", "core", 2024, ("baci",), None)
SINGLE = [sector.id for sector in api.sectors() if sector.kind == "sector"]


def ranking(sector="book", by="imports_from", values=None, gap=(), **doubt):
    """A ranking made by hand; ``doubt`` holds (rank low, rank high, low, high) by market."""
    values = values if values is not None else {"BEL": 9e6, "CHE": 5e6, "CAN": 2e6, "JPN": 1e5, "MAR": 3e3}
    unit = api.indicator(by).unit
    rows = []
    for rank, (market, value) in enumerate(values.items(), start=1):
        first, last, low, high = doubt.get(market, (None,) * 4)
        figure = api.Figure("FRA", market, sector, by, value, unit, "reported", PAPERS, low, high)
        rows.append(RankRow(rank, market, figure, None if first is None else rank, first, last))
    apart = [RankRow(None, m, api.Gap("FRA", m, sector, by, unit, "market_not_reporting", PAPERS)) for m in gap]
    return Ranking(
        exporter="FRA", sector=sector, perimeter="core", flow="goods", year=2024, by=by, rows=tuple(rows),
        apart=tuple(apart), passport=PAPERS, fitness="partial", fitness_reason_en="", fitness_reason_fr="",
        lead="potential_static", skill={}, total=len(rows),
    )  # fmt: skip


def test_one_map_a_ranking_named_and_linked():
    drawn = api.small_maps([ranking(sector) for sector in SINGLE], href=lambda one: f"/en/{one.sector}")
    assert [one.title for one in drawn.maps][:2] == ["Books", "Press"]
    assert drawn.maps[0].href == "/en/book" and len(drawn.maps) == 14
    assert drawn.maps[0].description == "First: Belgium, Switzerland, Canada."
    assert "recognises" in drawn.note


def test_the_land_is_drawn_once_and_referred_to():
    first, second = (parsed(one.svg) for one in api.small_maps([ranking(), ranking("press")]).maps)
    ids = [node.get("id") for node in first.iter() if node.get("id")]
    assert len(ids) == 1 and [node.get("href") for node in second.iter(f"{SVG}use")] == [f"#{ids[0]}"]
    assert not [node for node in second.iter() if node.get("id")]
    for root in (first, second):
        assert root.get("role") == "img" and root.find(f"{SVG}title").text
        assert not [node for node in root.iter() if {"style", "fill", "stroke"} & set(node.attrib)]


def test_a_country_without_a_figure_has_no_class():
    empty = api.small_maps([ranking(values={}, gap=("BEL",))]).maps[0]
    assert {node.get("class") for node in parsed(empty.svg).iter(f"{SVG}path")} == {"pt-tiny-land", "pt-home"}
    assert empty.description == "No figure."


def test_fourteen_full_maps_stay_small_over_the_wire():
    codes = [code for code in load_world().pieces if not code.startswith("X") and code != "FRA"]
    full = [
        ranking(sector, values={code: 1e3 * ((at * (7 + n)) % 211 + 1) for at, code in enumerate(codes)})
        for n, sector in enumerate(SINGLE)
    ]
    page = "".join(one.svg for one in api.small_maps(full).maps).encode()
    assert len(gzip.compress(page)) < 90_000


def test_the_same_classes_or_classes_of_their_own_are_stated():
    two = [ranking(), ranking("press", values={"BEL": 9e9, "CHE": 1e9})]
    same = api.small_maps(two)
    assert "the same classes on all maps" in same.legend_title and same.legend and not same.maps[0].legend
    own = api.small_maps(two, same_classes=False, lang="fr")
    assert "chaque carte a ses propres classes" in own.legend_title and not own.legend and own.maps[0].legend


def test_print_maps_stand_alone():
    text = api.small_maps([ranking()], writer="print").maps[0].svg
    assert "class=" not in text and "href" not in text and LIGHT["home"] in text
    assert re.search(r'viewBox="0 0 400 \d+"', text)


def test_mixed_indicators_none_or_too_many_are_refused():
    for wrong in ([], [ranking()] * 16, [ranking(), ranking(by="share")]):
        with pytest.raises(BadInputError):
            api.small_maps(wrong)
    with pytest.raises(BadInputError):
        api.small_maps([ranking()], names=["a", "b"])
