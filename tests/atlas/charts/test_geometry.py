"""The committed boundaries: who is where, what is shared, what is not torn by the edge of the map."""

from __future__ import annotations

import csv
import gzip
import json
import random
from pathlib import Path

import numpy as np
import pytest
from tests.atlas.charts.paths import equal_earth, pieces_at, rings

from portulan.atlas.charts.geometry import project
from portulan.atlas.charts.geometry.build import build_world, cut_at_edges, main, spread, world_text
from portulan.atlas.charts.geometry.simplify import heart, inside, ring_area, simplified
from portulan.atlas.charts.geometry.topology import HERE, Special, read_specials, read_topology
from portulan.atlas.charts.geometry.world import load_world, points_of_view, showing
from portulan.atlas.errors import BadInputError, UnknownCodeError

# Places (longitude, latitude) far enough from any border for a map of the world.
PLACES = {
    "Clermont-Ferrand": (3.1, 45.8, "FRA"),
    "Kansas": (-98.0, 38.5, "USA"),
    "Fairbanks": (-147.7, 64.8, "USA"),
    "Alice Springs": (133.9, -23.7, "AUS"),
    "Bloemfontein": (26.2, -29.1, "ZAF"),
    "Maseru district (an enclave)": (28.2, -29.6, "LSO"),
    "Novosibirsk": (83.0, 55.0, "RUS"),
    "Bilibino, beyond 165 E": (166.4, 68.0, "RUS"),
    "east Chukotka, beyond 180": (-176.0, 66.9, "RUS"),
    "Viti Levu": (178.0, -17.8, "FJI"),
    "Cayenne hinterland": (-53.0, 4.0, "GUF"),
    "Kaliningrad oblast": (21.5, 54.7, "RUS"),
    "Cabinda": (12.53, -4.78, "AGO"),
    # What the lines of the file say of disputed places; docs/howto/boundaries.md repeats it.
    "Srinagar": (74.8, 34.08, "IND"),
    "Gilgit": (74.3, 35.92, "PAK"),
    "Aksai Chin": (79.5, 35.2, "CHN"),
    "Tawang": (91.86, 27.59, "IND"),
    "Simferopol (Crimea)": (34.1, 45.0, "UKR"),
    "Golan Heights": (35.78, 33.0, "ISR"),
    "Hebron": (35.1, 31.53, "PSE"),
    "Laayoune": (-12.9, 26.9, "ESH"),
    "Tifariti, east of the berm": (-10.6, 26.2, "ESH"),
    "Pristina": (21.16, 42.66, "XKX"),
    "Nicosia north": (33.3, 35.27, "XNC"),
    "Hargeisa": (44.06, 9.56, "XSL"),
    "Hala'ib triangle": (35.5, 22.6, "EGY"),
    "Abyei": (28.4, 9.9, "SDN"),
    "Iturup": (147.84, 45.09, "XKU"),
    "Taichung": (120.9, 24.1, "TWN"),
}


@pytest.mark.parametrize("place", PLACES)
def test_a_known_place_lies_in_its_piece_and_in_no_other(place):
    lon, lat, piece = PLACES[place]
    assert pieces_at(lon, lat) == [piece]


@pytest.mark.parametrize("place", [(-30.0, 40.0), (-150.0, 20.0), (80.0, -20.0), (51.0, 41.5), (-80.0, -20.0)])
def test_the_sea_belongs_to_nobody(place):
    assert pieces_at(*place) == []


def test_hardly_any_place_lies_in_two_pieces():
    chance = random.Random(7)
    hits = [pieces_at(chance.uniform(-180, 180), chance.uniform(-58, 84)) for _ in range(500)]
    assert sum(len(hit) > 1 for hit in hits) == 0
    assert 120 < sum(len(hit) == 1 for hit in hits) < 260  # land is there at all


def test_nothing_is_torn_across_the_edge_of_the_map():
    world = load_world()
    for piece in world.pieces.values():
        for ring in rings(piece.path):
            xs = [x for x, _ in ring]
            assert max(xs) - min(xs) < world.width / 2, piece.id
            widest = max(abs(a - b) for a, b in zip(xs, xs[1:] + xs[:1], strict=True))
            assert widest < world.width / 8, piece.id
    for piece in ("RUS", "FJI"):
        box = world.pieces[piece].box
        assert box[2] - box[0] < world.width / 2


def test_everything_is_inside_the_frame():
    world = load_world()
    for piece in world.pieces.values():
        x0, y0, x1, y1 = piece.box
        assert 0 <= x0 <= x1 <= world.width, piece.id
        assert 0 <= y0 <= y1 <= world.height, piece.id


def test_shared_borders_are_the_same_line():
    """Neighbours that touch in the source share at least one whole edge, point for point, once simplified."""
    world = load_world()
    edges = {
        piece.id: {
            frozenset(edge) for ring in rings(piece.path) for edge in zip(ring, ring[1:] + ring[:1], strict=True)
        }
        for piece in world.pieces.values()
        if not piece.dot
    }
    together = {"CYP": {"CYP", "XNC"}, "SOM": {"SOM", "XSL"}}
    apart = []
    for a, b, source in contiguity():
        if a in edges and b in edges and source.startswith("shared line"):
            mine = set().union(*(edges[piece] for piece in together.get(a, {a})))
            its = set().union(*(edges[piece] for piece in together.get(b, {b})))
            if not mine & its:
                apart.append((a, b))
    # Both borders are shorter than one unit of the map, about 9 km.
    assert apart == [("EGY", "PSE"), ("HRV", "MNE")]
    everywhere = [edge for piece in edges.values() for edge in piece]
    assert max(everywhere.count(edge) for edge in edges["CHE"]) == 2


def contiguity() -> list[tuple[str, str, str]]:
    path = HERE.parents[1] / "reference" / "contiguity.csv"
    with path.open(encoding="utf-8", newline="") as lines:
        return [(row["a"], row["b"], row["source"]) for row in csv.DictReader(lines)]


def test_areas_keep_their_proportions():
    """Equal Earth keeps areas: total areas in km2 as the Factbook gives them."""

    def area(piece: str) -> float:
        return sum(ring_area(np.array(ring)) for ring in rings(load_world().pieces[piece].path))

    assert area("DZA") / area("DEU") == pytest.approx(2_381_741 / 357_022, rel=0.03)
    assert area("BRA") / area("DZA") == pytest.approx(8_515_770 / 2_381_741, rel=0.03)
    assert area("GRL") / area("COD") == pytest.approx(2_166_086 / 2_344_858, rel=0.05)


def test_small_markets_are_dots_that_can_be_told_apart():
    world = load_world()
    dots = {piece.id: piece.point for piece in world.pieces.values() if piece.dot}
    assert {"SGP", "MLT", "HKG", "MAC", "BHR", "MUS", "LUX", "AND", "REU", "GLP", "GIB", "NRU", "TUV"} <= set(dots)
    assert not {"XNC", "XSI", "XKU", "CYP", "PSE", "LBN"} & set(dots)
    points = np.array(list(dots.values()), dtype=float)
    gaps = np.sqrt(((points[:, None] - points[None]) ** 2).sum(axis=2)) + np.eye(len(points)) * 1e9
    assert gaps.min() > 1.3 * world.radius
    for piece, (lon, lat) in {"SGP": (103.8, 1.35), "MLT": (14.4, 35.9), "TUV": (179.2, -8.5)}.items():
        assert np.hypot(*(np.array(dots[piece]) - equal_earth(lon, lat))) < 30


def test_the_file_is_small_enough_to_be_cached_by_a_phone():
    assert len(gzip.compress((HERE / "world.json").read_bytes(), mtime=0)) < 60_000


# --- points of view ----------------------------------------------------------------------------------------------


def test_every_line_of_the_points_of_view_names_a_piece_and_says_why():
    pieces = set(load_world().pieces)
    for view in points_of_view().values():
        for piece, how in view.items():
            assert piece in pieces
            assert how.country in pieces | {""}
            assert how.reason_en and how.reason_fr and how.source


@pytest.mark.parametrize(
    ("view", "piece", "shown_as", "country"),
    [
        ("portulan", "ESH", "hatched", ""),
        ("portulan", "XNC", "hatched", ""),
        ("portulan", "XKX", "dashed", "XKX"),
        ("portulan", "TWN", "country", "TWN"),
        ("portulan", "UKR", "country", "UKR"),
        ("portulan", "XSL", "dashed", "SOM"),
        ("un", "XNC", "country", "CYP"),
        ("un", "ESH", "hatched", ""),
        ("un", "PRI", "country", "USA"),
    ],
)
def test_points_of_view(view, piece, shown_as, country):
    how = showing(piece, view)
    assert (how.shown_as, how.country) == (shown_as, country)


def test_an_unknown_point_of_view_is_refused():
    with pytest.raises(UnknownCodeError, match="portulan, un"):
        showing("FRA", "mars")


# --- the tools ---------------------------------------------------------------------------------------------------


def test_visvalingam_removes_the_smallest_triangle_first_and_keeps_ends():
    line = np.array([[0, 0], [1, 0.1], [2, 0], [3, 5], [4, 0]], dtype=float)
    assert simplified(line, 0.5).tolist() == [[0, 0], [2, 0], [3, 5], [4, 0]]
    assert simplified(line, 1e9).tolist() == [[0, 0], [4, 0]]
    assert simplified(line, 0.0).tolist() == line.tolist()


def test_simplification_does_not_depend_on_the_direction():
    chance = np.random.default_rng(3)
    for _ in range(20):
        line = chance.normal(size=(60, 2)).cumsum(axis=0)
        assert simplified(line, 1.0).tolist() == simplified(line[::-1], 1.0)[::-1].tolist()


def test_a_ring_across_the_edge_is_cut_in_two_of_the_same_area():
    ring = np.array([[175.0, 0], [185, 0], [185, 10], [175, 10]])
    parts = cut_at_edges(ring)
    assert sorted(round(ring_area(part), 9) for part in parts) == [50, 50]
    assert all((np.abs(part[:, 0]) <= 180).all() for part in parts)
    assert len(cut_at_edges(ring - [10, 0])) == 1


def test_the_heart_of_a_horseshoe_is_inside_it():
    ring = np.array([[0, 0], [10, 0], [10, 10], [8, 10], [8, 2], [2, 2], [2, 10], [0, 10]], dtype=float)
    assert inside(ring, np.array([heart(ring)])).all()


def test_spread_dots_stay_near_their_place():
    points = np.array([[100.0, 100], [101, 100], [100, 101], [500, 500]])
    moved = spread(points)
    assert np.hypot(*(moved - points).T).max() <= 24.001
    assert np.hypot(*(moved[3] - points[3])) < 0.2
    gaps = np.sqrt(((moved[:, None] - moved[None]) ** 2).sum(axis=2)) + np.eye(4) * 1e9
    assert gaps.min() > 14


def test_projection_is_symmetric_and_fills_the_width():
    west, east = project.to_map(np.array([[-180.0, 0.0], [180.0, 0.0]]))
    assert (west[0], east[0]) == pytest.approx((0, project.WIDTH))
    assert project.place(11.0, 0.0)[0] == pytest.approx(project.WIDTH / 2)
    assert project.place(-74.0, 40.7) == pytest.approx(equal_earth(-74.0, 40.7))


# --- the build, on a world of three countries --------------------------------------------------------------------


def small_world(path: Path) -> Path:
    """Two neighbours sharing an arc, and a third far away; unquantised but in the TopoJSON form."""
    shared = [[0, 0], [0, 30]]
    west = [[0, 30], [-30, 0], [0, -30], [30, 0]]
    east = [[0, 30], [30, 0], [0, -30], [-30, 0]]
    island = [[60, -20], [10, 0], [0, 10], [-10, 0], [0, -10]]
    shapes = [("AAA", [[[0, 1]]]), ("BBB", [[[0, 2]]]), ("CCC", [[[3]]])]
    document = {
        "type": "Topology",
        "transform": {"scale": [1, 1], "translate": [0, 0]},
        "arcs": [shared, west, east, island],
        "objects": {
            "countries": {
                "geometries": [
                    {"type": "MultiPolygon", "arcs": arcs, "properties": {"a3": name}} for name, arcs in shapes
                ]
            }
        },
    }
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def test_the_build_gives_every_piece_once_and_is_the_same_twice(tmp_path):
    far = Special("DDD", "", None, (-100.0, 10.0), "Far", "Loin", "made up")
    texts = []
    for _ in range(2):
        world = build_world(read_topology(small_world(tmp_path / "w.json"), (far,)), (far,))
        texts.append(world_text(world))
    assert texts[0] == texts[1]
    rows = {row["id"]: row for row in json.loads(texts[0])["pieces"]}
    assert list(rows) == ["AAA", "BBB", "CCC", "DDD"]
    assert [rows[name]["dot"] for name in rows] == [False, False, False, True]
    left, right = (rings(rows[name]["d"])[0] for name in ("AAA", "BBB"))
    assert len(set(left) & set(right)) == 2


@pytest.mark.parametrize("text", ["", "{}", '{"objects": {"countries": {"geometries": [{}]}}}', "[1]"])
def test_a_file_that_is_no_topojson_is_named_with_what_to_do(tmp_path, text):
    path = tmp_path / "wrong.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadInputError, match=r"wrong\.json.*visionscarto"):
        read_topology(path, ())


def test_a_boundary_file_without_a_piece_we_cut_is_refused(tmp_path):
    path = small_world(tmp_path / "w.json")
    with pytest.raises(BadInputError, match="no shape"):
        read_topology(path, read_specials())
    with pytest.raises(BadInputError, match="nothing of 'AAA'"):
        read_topology(path, (Special("XXA", "AAA", (100.0, 0.0, 120.0, 20.0), None, "", "", ""),))


def test_the_command_needs_one_argument():
    with pytest.raises(SystemExit, match="usage"):
        main([])


# --- against real data -------------------------------------------------------------------------------------------


@pytest.mark.real
def test_every_country_of_the_real_trade_file_is_on_the_map(shared_data):
    duckdb = pytest.importorskip("duckdb")
    path = shared_data / "baci" / "bilateral_totals_i_j_2024.parquet"
    both = "select distinct i from read_parquet($p) union select distinct j from read_parquet($p)"
    rows = duckdb.execute(both, {"p": str(path)}).fetchall()
    codes = {code for (code,) in rows}
    assert len(codes) > 220
    # S19 ("Other Asia, nes") is read as TWN by the source reader.
    assert codes - {"S19"} <= set(load_world().pieces)
