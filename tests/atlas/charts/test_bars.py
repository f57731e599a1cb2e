"""Bars: one a row, as long as its value, none for a gap; the doubt and the estimate in sight; nothing clipped."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.atlas.charts.chartmaking import NASTY, ROWS, SVG, assert_print, assert_web, by_class, parsed, texts

from portulan.atlas import api
from portulan.atlas.charts.bars import bar_chart
from portulan.atlas.charts.rows import ChartRow
from portulan.atlas.charts.scene import text_width, wrapped
from portulan.atlas.errors import BadInputError


def drawn(rows=ROWS, **options):
    return bar_chart(rows, **{"title": "Books, imports from France, 2024", **options})


def bars(text):
    root = parsed(text)
    found = [*by_class(root, "bar"), *by_class(root, "bar-estimated"), *by_class(root, "bar-home")]
    return [node for node in found if node.get("width").endswith("%") or node.get("width") == "0"]


def test_one_bar_a_known_row_and_none_for_a_gap():
    text = drawn().svg
    assert len(bars(text)) == 4
    assert "not known" in texts(parsed(text))
    assert len(by_class(parsed(text), "gap")) == 2  # the row and the key
    nothing = drawn([ChartRow("Germany", None), ChartRow("Spain", None)]).svg
    assert bars(nothing) == [] and texts(parsed(nothing)).count("not known") == 2


@given(st.lists(st.just(0.0) | st.floats(1e-9, 1e12), min_size=1, max_size=25))
def test_a_bar_is_as_long_as_its_value(values):
    rows = [ChartRow(f"m{at}", value) for at, value in enumerate(values)]
    widths = [float(node.get("width").rstrip("%")) for node in bars(drawn(rows).svg)]
    assert len(widths) == len(values)
    most = max(values)
    for value, width in zip(values, widths, strict=True):
        assert width == pytest.approx(100 * value / most if most else 0, abs=0.001)


def test_print_bars_have_the_same_proportions_as_the_web_ones():
    web = [float(node.get("width").rstrip("%")) for node in bars(drawn().svg)]
    root = parsed(drawn(writer="print").svg)
    shapes = [node for node in root.iter(f"{SVG}rect") if node.get("height") == "12.75"]
    printed = [float(node.get("width")) for node in shapes]
    assert sorted(width / max(printed) for width in printed) == pytest.approx(
        sorted(width / max(web) for width in web), abs=0.001
    )


def test_what_may_shrink_starts_at_zero_on_either_side():
    rows = [ChartRow("a", 10.0), ChartRow("b", -5.0)]
    first, second = bars(drawn(rows, unit="percent per year").svg)
    assert float(first.get("x").rstrip("%")) == pytest.approx(100 / 3, abs=0.01)
    assert second.get("x") == "0" and float(second.get("width").rstrip("%")) == pytest.approx(100 / 3, abs=0.01)


def test_an_interval_is_a_whisker_from_low_to_high():
    whiskers = [node for node in by_class(parsed(drawn().svg), "whisker") if node.get("y1") == node.get("y2")]
    ends = [(node.get("x1"), node.get("x2")) for node in whiskers]
    assert ("66.667%", "100%") in ends and len(ends) == 3  # two rows and the key


def test_marks_are_explained_only_where_they_occur():
    words = " ".join(texts(parsed(drawn().svg)))
    assert "hollow: estimated" in words and "90\u00a0% interval" in words and "not zero" in words
    plain = " ".join(texts(parsed(drawn([ChartRow("Belgium", 1.0)]).svg)))
    assert "hollow" not in plain and "interval" not in plain and "not known" not in plain


def test_both_writers_keep_their_promises():
    for layout in ("above", "beside"):
        assert_web(drawn(layout=layout).svg)
        assert_print(drawn(writer="print", layout=layout, furniture=True, note="Source: BACI").svg)
    assert drawn().css_needed and not drawn(writer="print").css_needed


def test_a_row_leads_where_it_says_and_a_chart_of_links_is_no_picture():
    root = parsed(drawn().svg)
    assert [link.get("href") for link in root.iter(f"{SVG}a")] == ["/en/BEL?a=1&b=2"]
    assert root.get("role") == "group"
    assert parsed(drawn(ROWS[1:]).svg).get("role") == "img"


def test_hostile_names_are_only_text():
    rows = [ChartRow(NASTY, 1.0, NASTY, href=f"/{NASTY}")]
    for writer in ("web", "print"):
        text = drawn(rows, title=NASTY, writer=writer, furniture=True, note=NASTY).svg
        assert "<script" not in text
        assert parsed(text).find(f"{SVG}title").text == NASTY


def test_the_description_names_the_first_three_and_counts_the_rest():
    said = drawn().description
    assert said.startswith("Bar chart, 5 rows. First: Belgium, 120 M$; Canada, 60 M$; Viet Nam, 30 M$.")
    assert "Estimated: 1." in said and "Not known: 1." in said and "Tuvalu" not in said
    french = drawn(lang="fr").description
    assert "Graphique en barres, 5 lignes. En tête\u00a0: Belgium" in french and "Non connu\u00a0: 1." in french
    assert parsed(drawn().svg).find(f"{SVG}desc").text == said


def test_a_long_name_is_broken_and_never_leaves_the_narrowest_page():
    name = "Heard Island and the McDonald Islands and every other place of that kind " * 2
    root = parsed(drawn([ChartRow(name.strip(), 1.0)]).svg)
    lines = [node.text for node in by_class(root, "label")]
    assert " ".join(lines) == name.strip() and len(lines) > 3
    assert max(text_width(line) for line in lines) <= 17


@given(st.text(min_size=1, max_size=60), st.floats(1, 20))
def test_wrapping_keeps_every_letter_and_the_width(text, width):
    lines = wrapped(text, width)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(text_width(line) <= width or len(line) == 1 for line in lines)


def test_room_is_kept_for_the_number_at_the_end_of_the_longest_bar():
    found = re.search(r"pc-r(\d+)", drawn([ChartRow("a", 1.0, "1,234.5 M$ (98.7 %)")]).svg)
    assert int(found[1]) >= text_width("1,234.5 M$ (98.7 %)") + 0.5


def test_the_same_rows_are_drawn_the_same_twice_and_two_charts_do_not_share_identifiers():
    assert drawn() == drawn()
    ids = [{node.get("id") for node in parsed(chart.svg).iter()} - {None} for chart in (drawn(), drawn(ROWS[1:]))]
    assert not ids[0] & ids[1]


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [ChartRow("a", 1.0)] * 26,
        [ChartRow("a", float("nan"))],
        [ChartRow("a", 1.0, low=2.0, high=3.0)],
        [ChartRow("a", 1.0, low=0.5)],
    ],
)
def test_what_cannot_be_drawn_is_refused(rows):
    with pytest.raises(BadInputError):
        drawn(rows)


def test_a_figure_becomes_a_row_with_its_interval_and_a_gap_one_without_value():
    papers = api.Passport("goods", "core", 2024, ("baci",), None)
    figure = api.Figure("FRA", "BEL", "book", "share", 0.25, "ratio", "partial", papers, 0.2, 0.3)
    row = api.chart_row("Belgium", figure, "fr", highlight=True)
    assert (row.text, row.low, row.high, row.status, row.highlight) == ("25\u00a0%", 0.2, 0.3, "partial", True)
    gap = api.Gap("FRA", "BEL", "book", "share", "ratio", "one_year", papers)
    assert api.chart_row("Belgium", gap, "fr").value is None
