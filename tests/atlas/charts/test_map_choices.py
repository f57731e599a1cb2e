"""Choices of a map: its classes, the side of zero, and what is in doubt visible on the map itself."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.atlas.charts.chartmaking import SVG, parsed
from tests.atlas.charts.test_small_maps import ranking

from portulan.atlas import maps
from portulan.atlas.charts.mapsvg import to_print_svg, to_web_svg, to_web_swatch
from portulan.atlas.charts.scales import diverging_scale
from portulan.atlas.errors import BadInputError, UnknownCodeError


def test_the_default_is_quantiles_as_before():
    assert maps.draw(ranking(), lang="en") == maps.draw(ranking(), lang="en", scale="quantile")
    assert maps.draw(ranking(), lang="en").legend_title == "classes of about equal number"


def test_each_scale_states_its_limits_in_words():
    log = maps.draw(ranking(), lang="en", scale="log")
    assert log.legend_title == "logarithmic classes"
    fixed = maps.draw(ranking(), lang="fr", scale="fixed")
    assert fixed.legend_title == "classes fixes"
    assert next(entry.text for entry in fixed.legend if entry.low is not None) == "0\u00a0$ – 100\u00a0k$"
    chosen = maps.draw(ranking(), lang="en", breaks=[0, 1e6, 1e7])
    assert [entry.count for entry in chosen.legend if entry.low is not None] == [2, 3]


def test_the_same_value_has_the_same_colour_in_two_fixed_maps():
    fills = []
    for values in ({"BEL": 5e6, "CHE": 2e3}, {"BEL": 5e6, "CHE": 8e9}):
        drawing = maps.draw(ranking(values=values), lang="en", scale="fixed")
        fills.append(next(mark.fill for mark in drawing.marks if mark.country == "BEL"))
    assert fills[0] == fills[1]


def test_wrong_choices_are_refused():
    with pytest.raises(UnknownCodeError):
        maps.draw(ranking(), lang="en", scale="rainbow")
    with pytest.raises(BadInputError):
        maps.draw(ranking(), lang="en", scale="log", breaks=[0, 1])
    with pytest.raises(BadInputError):
        maps.draw(ranking(), lang="en", breaks=[1, 0])


def test_growth_has_its_classes_on_either_side_of_zero():
    drawing = maps.draw(ranking(by="growth", values={"BEL": 12.0, "CHE": 2.0, "CAN": 0.0, "JPN": -3.0}), lang="en")
    fills = {mark.country: mark.fill for mark in drawing.marks if mark.kind == "value"}
    assert fills["JPN"].startswith("n") and {fills[c][0] for c in ("BEL", "CHE", "CAN")} == {"p"}
    assert drawing.legend_title == "classes on either side of zero"
    assert any("to 0\u00a0% a year" in entry.text for entry in drawing.legend)
    assert "pt-n" in to_web_svg(drawing, "w") and "#" in to_print_svg(drawing)


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=50))
@example([5e-324])
@example([-5e-324, 5e-324])
def test_a_class_never_crosses_zero(values):
    scale = diverging_scale(values, "percent per year")
    assert list(scale.bounds) == sorted(set(scale.bounds)) and len(scale.fills) == scale.classes
    for value in values:
        fill = scale.fills[scale.class_of(value)]
        assert fill[0] == ("n" if value < 0 else "p")


DOUBT = {"BEL": (1, 2, 8e6, 1e7), "CAN": (1, 5, 1e6, 3e6), "MAR": (5, 5, 1e2, 9e4)}


def test_a_wide_interval_of_value_or_rank_is_dotted_with_a_legend_line():
    drawing = maps.draw(ranking(**DOUBT), lang="en")
    assert {mark.country for mark in drawing.marks if mark.doubtful} == {"CAN", "MAR"}
    entry = next(entry for entry in drawing.legend if entry.doubtful)
    assert entry.count == 2 and "uncertain" in entry.text and "90\u00a0%" in entry.text
    web, printed = to_web_svg(drawing, "w"), to_print_svg(drawing)
    for text, name in ((web, "map"), (printed, "p")):
        ids = {node.get("id") for node in parsed(text).iter()}
        used = set(re.findall(r"url\(#([^)]+)\)", text))
        assert used <= ids and any(each.startswith(f"{name}-doubt") for each in used)
    assert "doubt" in to_web_swatch(entry)


def test_without_intervals_nothing_changes_and_where_all_are_wide_words_say_it():
    assert "doubt" not in to_web_svg(maps.draw(ranking(), lang="en"), "w")
    wide = dict.fromkeys(("BEL", "CHE", "CAN", "JPN", "MAR"), (1, 5, 1.0, 100.0))
    drawing = maps.draw(ranking(**wide), lang="en")
    assert not any(mark.doubtful for mark in drawing.marks)
    assert drawing.legend_title.endswith(", all uncertain") and len(drawing.legend_title) < 80
    assert drawing.note.startswith("Uncertain: the 90\u00a0% interval"), "what it means is said, in the note"
    off = maps.draw(ranking(**DOUBT), lang="en", doubt=False)
    assert not any(mark.doubtful for mark in off.marks)


def test_dots_and_classes_are_the_same_on_page_and_in_print():
    drawing = maps.draw(ranking(**DOUBT), lang="en")
    counts = [len(re.findall(rf"url\(#{name}-doubt", text)) for name, text in
              (("map", to_web_svg(drawing, "w")), ("p", to_print_svg(drawing, furniture=False)))]  # fmt: skip
    assert counts[0] == counts[1] > 0
    assert parsed(to_print_svg(drawing)).find(f"{SVG}title") is not None
