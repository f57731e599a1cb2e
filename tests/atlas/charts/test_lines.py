"""Lines over years: broken at gaps, named at their end without touching, hollow where estimated."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.atlas.charts.chartmaking import NASTY, SVG, assert_print, assert_web, by_class, parsed, texts

from portulan.atlas.charts.lines import Series, YearPoint, line_chart, one_year_text
from portulan.atlas.errors import BadInputError

FRANCE = Series(
    "France",
    (
        YearPoint(2019, 50e6),
        YearPoint(2020, 52e6),
        YearPoint(2021, None),
        YearPoint(2022, 60e6, low=55e6, high=66e6),
        YearPoint(2023, 61e6, low=57e6, high=68e6),
        YearPoint(2024, 64e6, "estimated", 50e6, 80e6),
    ),
    True,
)
ITALY = Series("Italy", tuple(YearPoint(year, 40e6 + 1e6 * (year - 2019)) for year in range(2019, 2025)))


def drawn(series=(FRANCE, ITALY), **options):
    return line_chart(series, **{"title": "Imports of books", **options})


def strokes(text, role):
    return [node for node in by_class(parsed(text), role) if node.get("x1").endswith(("%", "0"))]


def test_a_year_not_known_breaks_the_line():
    assert len([n for n in by_class(parsed(drawn().svg), "line-home") if not n.get("x2").endswith("em")]) == 3
    assert len(by_class(parsed(drawn([ITALY]).svg), "line-1")) == 5
    assert "a broken line: years not known" in texts(parsed(drawn().svg))
    assert "a broken line: years not known" not in texts(parsed(drawn([ITALY]).svg))


def test_estimates_are_hollow_and_intervals_a_band():
    root = parsed(drawn().svg)
    assert len(by_class(root, "point-home-estimated")) == 2  # the point and the key
    assert len(by_class(root, "band-home", f"{SVG}polygon")) == 1


def test_one_year_is_no_line_and_two_are():
    alone = Series("France", (YearPoint(2024, 1.0), YearPoint(2023, None)))
    assert drawn([alone]) is None
    assert "needs two" in one_year_text("en") and "deux" in one_year_text("fr")
    two = drawn([Series("France", (YearPoint(2023, 1.0), YearPoint(2024, 2.0)))])
    assert len(by_class(parsed(two.svg), "line-1")) == 1


def test_lines_are_named_at_their_end_with_their_last_value():
    words = texts(parsed(drawn().svg))
    assert {"France", "Italy", "64\u00a0M$", "45\u00a0M$", "2019", "2024"} <= set(words)
    assert "0\u00a0$" in words  # the scale starts at zero
    short = Series("Spain", (YearPoint(2019, 10e6), YearPoint(2022, 12e6)))
    assert "(2022)" in " ".join(texts(parsed(drawn([ITALY, short]).svg)))


@given(st.lists(st.floats(0, 1e9), min_size=5, max_size=5))
def test_names_at_the_ends_never_touch(values):
    series = [
        Series(f"A long name {n}", (YearPoint(2023, 1.0), YearPoint(2024, value))) for n, value in enumerate(values)
    ]
    root = parsed(drawn(series, writer="print").svg)
    places = sorted(
        float(node.get("y"))
        for node in root.iter(f"{SVG}text")
        if float(node.get("x")) > 500 and not node.get("font-size")
    )
    assert len(places) >= 15
    assert all(after - before >= 15 for before, after in itertools.pairwise(places))


def test_both_writers_keep_their_promises_and_names_are_only_text():
    assert_web(drawn().svg)
    assert_print(drawn(writer="print", furniture=True, note="Source").svg)
    for writer in ("web", "print"):
        text = drawn([Series(NASTY, ITALY.points)], title=NASTY, writer=writer).svg
        assert "<script" not in text
        parsed(text)
    assert drawn() == drawn()


def test_the_description_says_the_first_and_last_value_of_each():
    said = drawn().description
    assert "2 lines, from 2019 to 2024." in said
    assert "France: 50\u00a0M$ (2019), 64\u00a0M$ (2024)." in said
    assert "2 courbes, de 2019 à 2024." in drawn(lang="fr").description


@pytest.mark.parametrize(
    "series",
    [
        [],
        [ITALY] * 2,
        [Series("a", (YearPoint(2024, 1.0), YearPoint(2024, 2.0)))],
        [Series("a", (YearPoint(2023, float("nan")), YearPoint(2024, 2.0)))],
        [Series("a", (YearPoint(2023, 1.0, low=2.0, high=3.0), YearPoint(2024, 2.0)))],
    ],
)
def test_what_cannot_be_drawn_is_refused(series):
    with pytest.raises(BadInputError):
        drawn(series)
