"""Maps to take away: GeoJSON that a geographer can trust, one SVG with its papers, a picture."""

from __future__ import annotations

import builtins
import itertools
import json
import struct
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portulan.atlas import api
from portulan.atlas.charts.geometry.project import CENTRE, from_map
from portulan.atlas.charts.geometry.world import load_world
from portulan.atlas.errors import AtlasError, BadInputError
from tests.atlas.charts.chartmaking import ROWS
from tests.atlas.charts.paths import equal_earth
from tests.atlas.charts.test_small_maps import ranking

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def collection():
    return json.loads(api.map_geojson(ranking(gap=("DEU",), BEL=(1, 2, 8e6, 1e7))))


def features(collection):
    return {feature["id"]: feature for feature in collection["features"] if "id" in feature}


def polygons(collection):
    for feature in collection["features"]:
        if feature["geometry"]["type"] == "MultiPolygon":
            yield from feature["geometry"]["coordinates"]


def area(ring):
    return sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in itertools.pairwise(ring)) / 2


def holds(feature, lon, lat):
    odd = False
    for polygon in feature["geometry"]["coordinates"]:
        for ring in polygon:
            for (x0, y0), (x1, y1) in itertools.pairwise(ring):
                if (y0 > lat) != (y1 > lat) and lon < (x1 - x0) * (lat - y0) / (y1 - y0) + x0:
                    odd = not odd
    return odd


def test_rings_are_closed_and_turn_the_right_way(collection):
    for polygon in polygons(collection):
        for number, ring in enumerate(polygon):
            assert ring[0] == ring[-1] and len(ring) >= 4
            assert (area(ring) > 0) is (number == 0)
            assert all(-180 <= lon <= 180 and -90 <= lat <= 90 for lon, lat in ring)
            # Nothing runs around the world: what crosses the antimeridian was cut there.
            assert all(abs(a[0] - b[0]) < 100 for a, b in itertools.pairwise(ring))


@pytest.mark.parametrize(
    ("country", "lon", "lat"),
    [
        ("FRA", 2.35, 48.85),
        ("FRA", 9.1, 42.2),
        ("RUS", 37.6, 55.75),
        ("RUS", -176.0, 66.9),
        ("RUS", 179.0, 68.0),
        ("FJI", 178.0, -17.8),
        ("LSO", 28.2, -29.6),
        ("USA", -147.7, 64.8),
        ("BRA", -47.9, -15.8),
        ("JPN", 138.5, 36.0),
    ],
)
def test_a_known_place_lies_in_its_country(collection, country, lon, lat):
    assert holds(features(collection)[country], lon, lat)


def test_an_enclave_is_a_hole(collection):
    assert not holds(features(collection)["ZAF"], 28.2, -29.6)


def test_every_country_has_its_figure_or_the_reason(collection):
    found = features(collection)
    assert found["BEL"]["properties"] == {
        "iso3": "BEL", "name": "Belgium", "rank": 1, "value": 9e6, "unit": "USD", "status": "reported", "low": 8e6,
        "high": 1e7, "year": 2024, "source": "baci",
    }  # fmt: skip
    gap = found["DEU"]["properties"]
    assert gap["value"] is None and gap["status"] == "not known" and "unknown, not zero" in gap["reason"]
    assert found["FRA"]["properties"]["status"] == "exporter"
    assert found["ITA"]["properties"]["value"] is None
    codes = {country.iso3 for country in api.countries()}
    assert all(code in codes for code in found) and len(found) > 200
    assert len(found) == sum("id" in feature for feature in collection["features"])


def test_a_small_country_is_the_point_of_its_capital(collection):
    point = features(collection)["SGP"]["geometry"]
    assert point["type"] == "Point" and point["coordinates"] == pytest.approx([103.85, 1.28], abs=0.1)


def test_disputed_pieces_have_no_code_and_no_value(collection):
    disputed = [feature for feature in collection["features"] if "id" not in feature]
    assert any("Western Sahara" in feature["properties"]["name"] for feature in disputed)
    assert all(f["properties"]["iso3"] is None and f["properties"]["value"] is None for f in disputed)


def test_the_papers_travel_with_it_in_both_languages(collection):
    papers = collection["papers"]
    assert papers["year"] == 2024 and "BACI" in papers["source"] and "recognises" in papers["note"]
    french = json.loads(api.map_geojson(ranking(), "fr"))
    assert french["name"].startswith("Importations") and "périmètre" in french["papers"]["passport"]
    assert features(french)["BEL"]["properties"]["name"] == "Belgique"
    assert api.map_geojson(ranking()) == api.map_geojson(ranking())


@given(st.floats(-168, 190), st.floats(-58, 84.9))
def test_the_projection_goes_back_where_it_came_from(lon, lat):
    x, y = equal_earth(lon, lat)
    back = from_map(np.array([[x, y]]))[0]
    assert back[1] == pytest.approx(lat, abs=0.005)
    assert (back[0] + CENTRE - lon + 180) % 360 - 180 == pytest.approx(0, abs=0.005)


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_the_map_as_a_file_holds_title_legend_note_passport_and_source(lang):
    text = api.map_svg_file(ranking(), lang)
    root = ElementTree.fromstring(text)
    words = " ".join(node.text or "" for node in root.iter(f"{SVG}text"))
    expected = {
        "en": ("Books, France, 2024", "no figure", "legal status", "perimeter", "Source: BACI"),
        "fr": ("Livre, France, 2024", "pas de chiffre", "statut juridique", "périmètre", "Source\u00a0: BACI"),
    }
    for phrase in expected[lang]:
        assert phrase in words
    assert "class=" not in text and "href" not in text and text == api.map_svg_file(ranking(), lang)


def test_a_drawing_becomes_a_picture_of_the_asked_width_and_always_the_same():
    svg = api.bar_chart(ROWS, title="Books", writer="print", furniture=True).svg
    picture = api.png(svg, 300)
    assert picture.startswith(b"\x89PNG") and struct.unpack(">I", picture[16:20])[0] == 300
    assert picture == api.png(svg, 300)
    card = api.png(svg, 120, height=63)
    assert struct.unpack(">II", card[16:24]) == (120, 63)


def test_letters_are_in_the_picture():
    with_text = api.bar_chart(ROWS, title="Books", writer="print", furniture=True).svg
    without = api.bar_chart(ROWS, title=" ", writer="print", furniture=True).svg
    assert api.png(with_text, 400) != api.png(without, 400)


def test_what_is_no_printed_drawing_or_absurd_is_refused():
    svg = api.bar_chart(ROWS, title="Books", writer="print").svg
    for wrong in (api.bar_chart(ROWS, title="Books").svg, "", "<svg", '<svg viewBox="0 0 1 1"><use href="#a"/></svg>'):
        with pytest.raises(BadInputError):
            api.png(wrong, 300)
    for width in (0, 10**6):
        with pytest.raises(BadInputError):
            api.png(svg, width)


def test_without_the_extra_a_sentence_says_what_to_install(monkeypatch):
    real = builtins.__import__

    def missing(name, *rest, **named):
        if name == "typst":
            raise ImportError(name)
        return real(name, *rest, **named)

    svg = api.bar_chart(ROWS, title="Books", writer="print").svg
    monkeypatch.setattr(builtins, "__import__", missing)
    with pytest.raises(AtlasError, match=r"portulan\[files\]"):
        api.png(svg, 300)


def test_the_shapes_of_all_pieces_are_in_the_file(collection):
    pieces = {piece.id for piece in load_world().pieces.values() if not piece.dot}
    assert sum(1 for _ in polygons(collection)) > len(pieces)
