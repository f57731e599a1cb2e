"""One bar of shares: as wide as they are, with what is not named and not known in sight."""

from __future__ import annotations

import pytest
from tests.atlas.charts.chartmaking import NASTY, assert_print, assert_web, parsed, texts

from portulan.atlas.charts.rows import ChartRow
from portulan.atlas.charts.shares import share_bar
from portulan.atlas.errors import BadInputError

ROWS = (
    ChartRow("Germany", 0.4),
    ChartRow("France", 0.25, highlight=True),
    ChartRow("Italy", 0.05, status="estimated"),
    ChartRow("Monaco", None),
)


def drawn(rows=ROWS, **options):
    return share_bar(rows, **{"title": "Who sells books", "others": 0.2, "unknown": 0.1, **options})


def test_parts_are_as_wide_as_the_shares_and_follow_each_other():
    root = parsed(drawn().svg)
    parts = [n for n in root.iter() if n.get("y") == "0.1em" and n.get("width", "").endswith("%")]
    assert [float(n.get("width").rstrip("%")) for n in parts] == [40, 25, 5, 20, 10]
    assert [n.get("x") for n in parts] == ["0", "40%", "65%", "70%", "90%"]
    assert parts[-1].get("class") == "pc-part-unknown" and parts[1].get("class") == "pc-part-home"


def test_every_part_is_named_in_words_below():
    words = texts(parsed(drawn().svg))
    assert {"Germany", "40\u00a0%", "Italy, estimated", "Monaco", "not known", "others", "20\u00a0%"} <= set(words)
    assert "autres" in texts(parsed(drawn(lang="fr").svg))
    assert "1" in words and words.count("3") == 1  # a small part holds no number, its line does


def test_the_description_names_the_first_three_and_the_rest():
    said = drawn().description
    assert "First: Germany, 40\u00a0%; France, 25\u00a0%; Italy, estimated, 5\u00a0%." in said
    assert "Others, 20\u00a0%; not known, 10\u00a0%." in said


def test_both_writers_keep_their_promises():
    assert_web(drawn().svg)
    assert_print(drawn(writer="print", furniture=True).svg)
    assert "<script" not in drawn([ChartRow(NASTY, 0.5)], title=NASTY).svg


@pytest.mark.parametrize("rows", [[ChartRow("a", 1.2)], [ChartRow("a", -0.1)], [ChartRow("a", 0.8)], []])
def test_what_is_more_than_the_whole_is_refused(rows):
    with pytest.raises(BadInputError):
        drawn(rows)
