"""The map: what is drawn, what a screen reader hears, what a hostile name cannot do, and that both writers agree."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from portulan.atlas.charts.geometry.world import load_world
from portulan.atlas.charts.mapsvg import to_print_svg, to_web_svg, to_web_swatch, world_svg
from portulan.atlas.charts.palettes import LIGHT
from portulan.atlas.charts.scales import fixed_scale, quantile_scale
from portulan.atlas.charts.words import number_text, word
from portulan.atlas.charts.worldmap import MapValue, draw_world
from portulan.atlas.errors import BadInputError, UnknownCodeError

SVG = "{http://www.w3.org/2000/svg}"
VALUES = {
    "BEL": MapValue(115.4e6),
    "CHE": MapValue(105.3e6),
    "CAN": MapValue(77e6),
    "USA": MapValue(90e6, "estimated"),
    "SGP": MapValue(0.0),
    "TWN": MapValue(2e6, "partial"),
    "XKX": MapValue(1e5),
    "ITA": MapValue(55e6),
}
LABELS = {
    "BEL": "Belgium", "CHE": "Switzerland", "CAN": "Canada", "USA": "United States", "SGP": "Singapore",
    "TWN": "Taiwan", "XKX": "Kosovo", "ITA": "Italy", "FRA": "France", "DEU": "Germany", "REU": "Réunion",
}  # fmt: skip


def draw(values=VALUES, **options):
    scale = quantile_scale([value.value for value in values.values()], "USD", 4)
    settings = {
        "scale": scale, "title": "Books", "description": "Imports from France", "labels": LABELS, "exporter": "FRA",
        "href": lambda country: f"/en/{country}?a=1&b=2",
    } | options  # fmt: skip
    return draw_world(values, **settings)


def marks(drawing, country):
    return [mark for mark in drawing.marks if mark.country == country]


def test_every_piece_is_drawn_exactly_once():
    pieces = [piece for mark in draw().marks for piece in mark.pieces]
    assert sorted(pieces) == sorted(load_world().pieces)


def test_a_country_is_named_with_its_value_and_status():
    drawing = draw()
    assert marks(drawing, "BEL")[0].label == "Belgium: 115\u00a0M$, reported"
    assert marks(drawing, "USA")[0].label == "United States: 90\u00a0M$, estimated"
    assert marks(drawing, "TWN")[0].label == "Taiwan: 2\u00a0M$, partial"
    assert marks(drawing, "DEU")[0].label == "Germany: no figure"
    assert marks(draw(lang="fr"), "BEL")[0].label == "Belgium\u00a0: 115\u00a0M$, déclaré"


def test_missing_is_not_zero():
    drawing = draw()
    zero, missing = marks(drawing, "SGP")[0], marks(drawing, "DEU")[0]
    assert (zero.kind, zero.fill) == ("value", "q1")
    assert (missing.kind, missing.fill) == ("missing", "missing")


def test_estimated_is_striped_and_the_legend_says_so():
    drawing = draw()
    assert {mark.country for mark in drawing.marks if mark.striped} == {"USA"}
    assert [entry.count for entry in drawing.legend if entry.striped] == [1]
    plain = draw({"BEL": MapValue(1.0), "ITA": MapValue(2.0)})
    assert not [entry for entry in plain.legend if entry.striped]


def test_the_legend_gives_numbers_and_counts_that_add_up():
    drawing = draw()
    classes = [entry for entry in drawing.legend if entry.low is not None]
    assert sum(entry.count for entry in classes) == len(VALUES)
    assert [entry.low for entry in classes[1:]] == [entry.high for entry in classes[:-1]]
    assert (classes[0].low, classes[-1].high) == (0.0, 115.4e6)
    assert re.fullmatch(r"[\d.]+\u00a0M\$ – 115\u00a0M\$", classes[-1].text)
    missing = next(entry for entry in drawing.legend if entry.fill == "missing")
    assert missing.count == len({mark.country for mark in drawing.marks if mark.kind == "missing"})


def test_values_beyond_fixed_limits_open_the_ends():
    values = {"BEL": MapValue(0.5), "ITA": MapValue(9.0), "CHE": MapValue(0.01)}
    drawing = draw(values, scale=fixed_scale([0.1, 1, 5], "ratio"))
    assert [entry.text for entry in drawing.legend[:2]] == ["< 1", "≥ 1"]


def test_disputed_pieces_have_no_figure_and_their_reason_as_name():
    drawing = draw(VALUES | {"ESH": MapValue(5e6), "CYP": MapValue(4e6)})
    disputed = {mark.pieces[0]: mark for mark in drawing.marks if mark.kind == "disputed"}
    assert set(disputed) == {"ESH", "XNC", "XSI", "XKU"}
    assert disputed["ESH"].href is None and "Western Sahara" in disputed["ESH"].label
    assert drawing.off_map == ("ESH",)  # its figure is not shown: the page can say so
    seen = draw(VALUES | {"CYP": MapValue(4e6)}, view="un")
    assert set(marks(seen, "CYP")[0].pieces) == {"CYP", "XNC"}


def test_overseas_pieces_show_the_figure_that_covers_them_unless_they_have_their_own():
    abroad = draw({"FRA": MapValue(7e6), "BEL": MapValue(1.0)}, exporter="BEL")
    assert {piece for mark in marks(abroad, "FRA") for piece in mark.pieces} == {
        "FRA", "GUF", "GLP", "MTQ", "REU", "MYT", "MCO",
    }  # fmt: skip
    assert "Réunion (France): 7\u00a0M$, reported" in {mark.label for mark in marks(abroad, "FRA")}
    own = draw({"FRA": MapValue(7e6), "REU": MapValue(2e6)}, exporter="BEL")
    assert marks(own, "REU")[0].label == "Réunion: 2\u00a0M$, reported"


def test_the_exporter_is_no_market():
    drawing = draw(VALUES | {"FRA": MapValue(9e9)})
    assert {mark.kind for mark in marks(drawing, "FRA")} == {"home"}


def test_a_code_without_a_piece_is_reported():
    assert draw(VALUES | {"ANT": MapValue(1.0)}).off_map == ("ANT",)


def test_unknown_view_language_and_nan_are_refused():
    with pytest.raises(UnknownCodeError):
        draw(view="elsewhere")
    with pytest.raises(UnknownCodeError):
        draw(lang="de")
    with pytest.raises(BadInputError):
        draw({"BEL": MapValue(float("nan"))}, scale=fixed_scale([0, 1], "share"))


def test_reading_order_is_the_ranking_and_only_twenty_take_the_tab_key():
    codes = [piece.id for piece in load_world().pieces.values() if not piece.dot and not piece.id.startswith("X")]
    skip = {"FRA", "ESH", "GUF", "PRI"}
    values = {code: MapValue(1000.0 - at) for at, code in enumerate(code for code in codes if code not in skip)}
    drawing = draw(values)
    tab = [mark.country for mark in drawing.marks if mark.focusable]
    assert tab == list(values)[:20]
    root = ElementTree.fromstring(to_web_svg(drawing, "/world.svg"))
    links = root.findall(f".//{SVG}a")
    assert sum(link.get("tabindex") is None for link in links) == 20
    assert {link.get("tabindex") for link in links} == {None, "-1"}


def test_dots_are_drawn_after_the_shapes_that_would_hide_them():
    pieces = load_world().pieces
    kinds = [all(pieces[piece].dot for piece in mark.pieces) for mark in draw().marks]
    assert kinds == sorted(kinds)


# --- writers -----------------------------------------------------------------------------------------------------


def test_web_map_is_small_well_formed_and_brings_neither_style_nor_script():
    text = to_web_svg(draw(), "/static/world.svg")
    root = ElementTree.fromstring(text)
    assert len(text) < 60_000
    for node in root.iter():
        assert node.tag not in (f"{SVG}style", f"{SVG}script")
        assert "style" not in node.attrib
        assert not [name for name in node.attrib if name.startswith("on")]
        fill = node.get("fill")
        assert fill is None or re.fullmatch(r"url\(#map-[a-z-]+\)", fill)
    assert root.get("role") == "group"
    ids = {node.get("id") for node in root.iter()}
    assert set(root.get("aria-labelledby").split()) | {root.get("aria-describedby")} <= ids


def test_each_country_is_a_named_link_and_without_addresses_there_are_none():
    root = ElementTree.fromstring(to_web_svg(draw(), "/static/world.svg"))
    names = {link.get("aria-label"): link for link in root.findall(f".//{SVG}a")}
    link = names["Belgium: 115\u00a0M$, reported"]
    assert link.get("href") == "/en/BEL?a=1&b=2"
    assert link.find(f"{SVG}title").text == "Belgium: 115\u00a0M$, reported"
    assert link.find(f"{SVG}use").get("href") == "/static/world.svg#BEL"
    plain = ElementTree.fromstring(to_web_svg(draw(href=None), "/static/world.svg"))
    assert not plain.findall(f".//{SVG}a")
    assert "Belgium: 115\u00a0M$, reported" in {node.text for node in plain.iter(f"{SVG}title")}


def test_every_reference_of_the_page_exists_in_the_world_file():
    shapes = {node.get("id") for node in ElementTree.fromstring(world_svg()).iter()}
    drawing = draw()
    for node in ElementTree.fromstring(to_web_svg(drawing, "/w.svg")).iter(f"{SVG}use"):
        assert node.get("href").removeprefix("/w.svg#") in shapes
    alone = ElementTree.fromstring(to_web_svg(drawing))
    ids = [node.get("id") for node in alone.iter() if node.get("id")]
    assert len(ids) == len(set(ids))
    for node in alone.iter(f"{SVG}use"):
        assert node.get("href").removeprefix("#") in ids


def test_two_maps_on_a_page_do_not_share_identifiers():
    one, two = (
        {node.get("id") for node in ElementTree.fromstring(to_web_svg(draw(), "/w.svg", prefix)).iter()} - {None}
        for prefix in ("map", "other")
    )
    assert not one & two


def test_print_and_web_draw_the_same_countries_in_the_same_classes():
    drawing = draw()
    fills = {f"pt-{name}": LIGHT[name] for name in LIGHT}
    web = []
    for node in ElementTree.fromstring(to_web_svg(drawing, "w")):
        if node.tag in (f"{SVG}a", f"{SVG}g") and not node.get("aria-hidden"):
            uses = list(node.findall(f"{SVG}use"))
            inks = [(use.get("fill") or fills[use.get("class").split()[1]]).replace("#map-", "#p-") for use in uses]
            web.append((node.find(f"{SVG}title").text, inks))
    printed = []
    for node in ElementTree.fromstring(to_print_svg(drawing)).iter(f"{SVG}g"):
        title = node.find(f"{SVG}title")
        if title is not None:
            printed.append((title.text, [shape.get("fill") for shape in node if shape is not title]))
    assert len(web) > 200
    assert printed == web


def test_print_file_stands_alone():
    text = to_print_svg(draw())
    root = ElementTree.fromstring(text)
    assert "class=" not in text and "var(" not in text and "<use" not in text and "href" not in text
    ids = {node.get("id") for node in root.iter()}
    assert set(re.findall(r"url\(#([^)]+)\)", text)) <= ids
    words = " ".join(node.text or "" for node in root.iter(f"{SVG}text"))
    assert "Books" in words and "no figure" in words and word("note", "en")[:40] in words
    bare = ElementTree.fromstring(to_print_svg(draw(), furniture=False))
    assert not bare.findall(f".//{SVG}text")


def test_hostile_names_are_only_text():
    nasty = "\"><script>alert(1)</script>&'<!--"
    drawing = draw(
        labels=dict.fromkeys(LABELS, nasty), title=nasty, description=nasty, href=lambda country: f"/{nasty}{country}"
    )
    for text in (to_web_svg(drawing, '/w.svg"><x'), to_print_svg(drawing)):
        root = ElementTree.fromstring(text)
        assert not [node.tag for node in root.iter() if node.tag in (f"{SVG}script", f"{SVG}x")]
        assert "<script" not in text
        assert root.find(f"{SVG}title").text == nasty


def test_swatches_match_the_map():
    drawing = draw()
    for entry in drawing.legend:
        root = ElementTree.fromstring(to_web_swatch(entry))
        assert root.get("aria-hidden") == "true"
        if entry.low is not None:
            assert f"pt-{entry.fill}" in root[0].get("class")


def test_the_same_drawing_is_written_the_same_twice():
    assert to_web_svg(draw(), "w") == to_web_svg(draw(), "w")
    assert to_print_svg(draw()) == to_print_svg(draw())


# --- words -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "unit", "en", "fr"),
    [
        (115_400_000, "USD", "115 M$", "115 M$"),
        (1_234_000_000, "USD", "1.23 bn$", "1,23 Md$"),
        (2.5e12, "USD", "2.5 tn$", "2 500 Md$"),
        (12_345, "USD", "12.3 k$", "12,3 k$"),
        (999_999, "USD", "1 M$", "1 M$"),
        (0, "USD", "0 $", "0 $"),
        (0.1234, "share", "12.3 %", "12,3 %"),
        (-0.05, "share", "−5 %", "−5 %"),
        (1234.5, "km", "1,234 km", "1 234 km"),
        (2.594199, "ratio", "2.59", "2,59"),
    ],
)
def test_numbers_as_each_language_writes_them(value, unit, en, fr):
    def plain(text):
        return text.replace("\u00a0", " ").replace("\u202f", " ")

    assert plain(number_text(value, unit, "en")) == en
    assert plain(number_text(value, unit, "fr")) == fr


def test_the_note_is_there_in_both_languages():
    assert "recognises" in draw().note
    assert "reconnaissance" in draw(lang="fr").note
