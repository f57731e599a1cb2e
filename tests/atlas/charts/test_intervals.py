"""Dot and whisker: on one axis, in order, hidden from screen readers."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portulan.atlas.charts.intervals import (
    WIDTH,
    Axis,
    interval_axis,
    interval_plot,
    interval_to_print_svg,
    interval_to_web_svg,
)
from portulan.atlas.errors import BadInputError

TRIPLES = st.lists(
    st.tuples(*[st.floats(0.01, 1e9)] * 3).map(lambda three: (sorted(three)[1], min(three), max(three))), min_size=1
)


@given(TRIPLES, st.sampled_from(["linear", "log"]))
def test_places_keep_the_order_of_the_values_and_stay_in_the_cell(rows, kind):
    axis = interval_axis(rows, kind)
    plots = [interval_plot(*row, axis=axis) for row in rows]
    for plot in plots:
        assert 0 < plot.low <= plot.value <= plot.high < WIDTH
        assert not plot.cut_low and not plot.cut_high
    pairs = sorted(zip([row[0] for row in rows], [plot.value for plot in plots], strict=True))
    assert [place for _, place in pairs] == sorted(place for _, place in pairs)


def test_a_linear_axis_starts_at_zero_and_a_log_axis_spaces_ratios_evenly():
    linear = interval_axis([(50, 25, 100)], "linear")
    assert linear.low == 0
    assert linear.at(100) - linear.at(50) == pytest.approx(linear.at(50) - linear.at(0))
    log = interval_axis([(10, 1, 100)], "log")
    assert log.at(100) - log.at(10) == pytest.approx(log.at(10) - log.at(1))


def test_an_end_beyond_the_axis_is_an_arrow_and_says_so():
    plot = interval_plot(5, 0, 500, axis=Axis("log", 1, 100))
    assert (plot.cut_low, plot.cut_high) == (True, True)
    whole = interval_plot(5, 2, 50, axis=Axis("log", 1, 100))
    assert interval_to_web_svg(plot) != interval_to_web_svg(whole)


def test_no_interval_draws_no_whisker():
    axis = Axis("linear", 0, 10)
    assert "pt-whisker" not in interval_to_web_svg(interval_plot(5, None, None, axis=axis))
    assert "pt-whisker" in interval_to_web_svg(interval_plot(5, 4, 6, axis=axis))


@pytest.mark.parametrize("row", [(5, 6, 7), (5, 4, 4.5), (5, None, 7), (float("nan"), 1, 2), (5, 4, float("inf"))])
def test_what_is_no_interval_is_refused(row):
    with pytest.raises(BadInputError, match="not an interval"):
        interval_plot(*row, axis=Axis("linear", 0, 10))


def test_an_axis_of_nothing_is_refused():
    with pytest.raises(BadInputError):
        interval_axis([], "linear")
    with pytest.raises(BadInputError):
        interval_axis([(0, 0, 0)], "log")


def test_both_writers_are_well_formed_and_the_web_one_brings_no_colour():
    plot = interval_plot(5, 4, 6, axis=Axis("linear", 0, 10), hollow=True)
    web = ElementTree.fromstring(interval_to_web_svg(plot))
    assert web.get("aria-hidden") == "true"
    names = {name for node in web.iter() for name in node.attrib}
    assert not names & {"style", "fill", "stroke"}
    assert "#" in interval_to_print_svg(plot) and "class=" not in interval_to_print_svg(plot)
    shapes = [[node.get("d") or node.get("cx") for node in ElementTree.fromstring(text).iter()] for text in
              (interval_to_web_svg(plot), interval_to_print_svg(plot))]  # fmt: skip
    assert shapes[0] == shapes[1]
