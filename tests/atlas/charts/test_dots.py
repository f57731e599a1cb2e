"""Values and ranks with their intervals: on one axis with stated ticks, doubt as a line, gaps without a dot."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.atlas.charts.chartmaking import ROWS, SVG, assert_print, assert_web, by_class, parsed, texts

from portulan.atlas.charts.axes import axis_for, linear_axis, log_axis, rank_axis, year_ticks
from portulan.atlas.charts.dots import interval_chart
from portulan.atlas.charts.rows import ChartRow
from portulan.atlas.errors import BadInputError

RANKS = (
    ChartRow("Belgium", 2, low=1, high=4),
    ChartRow("Canada", 3.5, low=1, high=9, highlight=True),
    ChartRow("Oman", None),
)


def drawn(rows=ROWS, **options):
    return interval_chart(rows, **{"title": "Books", **options})


def dots(text):
    return [node for node in parsed(text).iter(f"{SVG}circle") if node.get("cx") == "0" or node.get("cx").endswith("%")]


@pytest.mark.parametrize("kind", ["linear", "log"])
def test_one_dot_a_known_row_and_a_line_for_each_interval(kind):
    text = drawn(axis=kind).svg
    assert len(dots(text)) == 4
    spans = [*by_class(parsed(text), "range"), *by_class(parsed(text), "range-home")]
    assert len(spans) == 3  # two rows and the key
    assert len(by_class(parsed(text), "gap")) == 2


def test_a_logarithmic_axis_says_so_and_points_at_what_lies_below_it():
    words = texts(parsed(drawn(axis="log").svg))
    assert "logarithmic scale" in words and "‹" in words
    assert "logarithmic scale" not in texts(parsed(drawn().svg))


def test_ranks_say_their_interval_and_the_first_is_at_the_left():
    text = drawn(RANKS, axis="rank").svg
    words = texts(parsed(text))
    assert "2 (1\u00a0to\u00a04)" in words and "rank, first at the left" in words and "not known" in words
    first, second = (float(dot.get("cx").rstrip("%")) for dot in dots(text))
    assert 0 < first < second
    assert "1" in words  # the axis starts at the first rank, there is no rank 0
    assert "0" not in words


def test_both_writers_keep_their_promises():
    for kind, rows in (("linear", ROWS), ("log", ROWS), ("rank", RANKS)):
        assert_web(drawn(rows, axis=kind).svg)
        assert_print(drawn(rows, axis=kind, writer="print").svg)


def test_the_description_names_the_first_three():
    assert "First: Belgium, 120 M$; Canada, 60 M$; Viet Nam, 30 M$." in drawn().description
    assert drawn(RANKS, axis="rank", lang="fr").description.startswith("Rangs avec leurs intervalles, 3 lignes.")


def test_a_logarithmic_axis_of_nothing_positive_is_refused():
    with pytest.raises(BadInputError, match="linear"):
        drawn([ChartRow("a", 0.0)], axis="log")
    with pytest.raises(BadInputError):
        drawn([ChartRow("a", float("inf"))])


NUMBERS = st.lists(st.floats(0.001, 1e12), min_size=1, max_size=25)


@given(NUMBERS, st.sampled_from(["linear", "log", "rank"]))
def test_an_axis_holds_its_values_in_order_and_few_ticks(values, kind):
    values = [max(1.0, value) for value in values] if kind == "rank" else values
    axis = axis_for(kind, values)
    parts = [axis.part(value) for value in sorted(values)]
    assert parts == sorted(parts) and all(0 <= part <= 1 for part in parts)
    assert axis.low <= min(values) * (1 + 1e-9) and axis.high >= max(values) * (1 - 1e-9)
    assert 1 <= len(axis.ticks) <= 7 and list(axis.ticks) == sorted(set(axis.ticks))
    assert all(axis.low <= tick <= axis.high * (1 + 1e-9) for tick in axis.ticks)


def test_axes_stand_on_round_numbers():
    assert linear_axis([87], tight=False).ticks == (0, 50, 100)
    assert log_axis([3e3, 4e7]).ticks == (1e3, 1e5, 1e7) or log_axis([3e3, 4e7]).ticks[0] == 1e3
    assert rank_axis([37]).ticks[0] == 1
    assert linear_axis([-5, 10], tight=False).ticks == (-5, 0, 5, 10)


@given(st.integers(1950, 2030), st.integers(0, 80))
def test_years_under_a_line_are_the_ends_and_some_between(first, span):
    ticks = year_ticks(first, first + span, 9.0, 2.0)
    assert ticks[0] == first and ticks[-1] == first + span
    assert list(ticks) == sorted(set(ticks)) and len(ticks) <= 5
