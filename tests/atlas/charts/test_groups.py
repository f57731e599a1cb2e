"""Bars in groups: one scale for all, a name and a number after each, nothing clipped on a phone, gaps in words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.atlas.charts.chartmaking import NASTY, assert_print, assert_web, by_class, parsed, texts

from portulan.atlas import api
from portulan.atlas.charts.groups import LEAST_PLOT, group_chart, group_scene
from portulan.atlas.charts.rows import ChartRow
from portulan.atlas.charts.scene import NARROW, Row, Words, text_width
from portulan.atlas.errors import BadInputError

GROUPS = (
    api.ChartGroup("Books", (ChartRow("Belgium", 80.0, "80 M$", 40.0, 100.0), ChartRow("Japan", None)), "/books"),
    api.ChartGroup("Music", (ChartRow("Belgium", 20.0, "20 M$", status="estimated"), ChartRow("Japan", 0.0, "0 $"))),
)


def drawn(groups=GROUPS, **options):
    return group_chart(groups, **{"title": "Bought from France", **options})


def test_all_bars_stand_on_one_scale():
    root = parsed(drawn().svg)
    widths = [node.get("width") for name in ("bar", "bar-estimated") for node in by_class(root, name)]
    assert [width for width in widths if width.endswith("%") or width == "0"] == ["80%", "0", "20%"]


def test_each_bar_says_whose_it_is_and_how_much():
    found = texts(parsed(drawn().svg))
    assert {"Books", "Music", "Belgium: 80 M$", "Japan: not known", "Belgium: 20 M$", "Japan: 0 $"} <= set(found)
    assert "Belgium\u00a0: 80 M$" in texts(parsed(drawn(lang="fr").svg))


def test_the_sentence_says_the_first_group_and_what_is_not_known():
    said = drawn().description
    assert said.startswith("Bars in groups, 2 groups, 4 rows. Books: Belgium: 80 M$; Japan: not known.")
    assert "Estimated: 1." in said and "Not known: 1." in said and "interval" in said
    assert drawn(lang="fr").description.startswith("Barres groupées, 2 groupes, 4 lignes.")


def test_a_heading_leads_to_its_page_and_hostile_names_stay_names():
    root = parsed(drawn().svg)
    assert [node.get("href") for node in root.iter() if node.tag.endswith("}a")] == ["/books"]
    nasty = drawn([api.ChartGroup(NASTY, (ChartRow(NASTY, 1.0),), "/x?a=1&b=2")])
    assert "<script" not in nasty.svg and parsed(nasty.svg) is not None


def test_both_writers_keep_their_promises():
    assert_web(drawn().svg)
    assert_print(drawn(writer="print", furniture=True).svg)


@given(st.lists(st.tuples(st.text("aWé ’", min_size=1, max_size=60), st.floats(0, 1e12)), min_size=1, max_size=8))
def test_nothing_leaves_the_drawing_on_a_phone(rows):
    made = [ChartRow(label, value) for label, value in rows]
    scene = group_scene([api.ChartGroup("x", tuple(made))], title="t", unit="USD", lang="en")
    plot = NARROW - scene.right
    assert plot >= LEAST_PLOT
    for item in scene.items:
        for words in item.items if isinstance(item, Row) else (item,):
            if isinstance(words, Words):
                assert words.x.part * plot + words.x.em + text_width(words.text, words.small) <= NARROW + 0.01


@pytest.mark.parametrize(
    "groups",
    [
        [],
        [api.ChartGroup("x", ())],
        [api.ChartGroup("x", (ChartRow("a", float("nan")),))],
        [api.ChartGroup("x", (ChartRow("a", 1.0),) * 26)],
        [api.ChartGroup("x", (ChartRow("a", 1.0, low=2.0, high=3.0),))],
    ],
)
def test_what_cannot_be_drawn_is_refused(groups):
    with pytest.raises(BadInputError):
        drawn(groups)
