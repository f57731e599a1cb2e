"""Pictures and charts that leave a page: of the size that sites expect, and with what must be known of them."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from portulan.atlas import api
from portulan.atlas.charts.card import CardTexts, figures_svg

pytestmark = pytest.mark.slow

LONG = "A sentence that is much too long for a picture, for it goes on and on about the market. " * 6


def _size(data: bytes) -> tuple[int, int]:
    assert data.startswith(b"\x89PNG\r\n")
    return int.from_bytes(data[16:20]), int.from_bytes(data[20:24])


def _texts(svg: str) -> list[str]:
    return [element.text or "" for element in ElementTree.fromstring(svg).iter() if element.tag.endswith("text")]


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_a_page_has_a_picture_with_or_without_a_map(lang: str, made_release: api.Release) -> None:
    ranking = api.rank(made_release, exporter="FRA", sector="book")
    figures = [("12 M$", "bought, 2024"), ("not known", "share, 2024")]
    for more in ({"ranking": ranking}, {"figures": figures, "passport": ranking.passport}, {}):
        data = api.page_card("Title <b>&", LONG, release=made_release, lang=lang, **more)  # type: ignore[arg-type]
        assert _size(data) == (1200, 630)


def test_a_picture_shows_four_figures_and_nothing_leaves_it() -> None:
    figures = [(f"{number} M$", f"label {number}") for number in range(6)]
    svg = figures_svg(CardTexts("<Title> " * 20, LONG, "Source", "Goods, 2024"), figures)
    texts = _texts(svg)
    assert [text for text in texts if text.endswith("M$")] == ["0 M$", "1 M$", "2 M$", "3 M$"]
    assert "Goods, 2024" in texts and "Source" in texts
    assert sum(text.endswith("…") for text in texts) == 2
    assert all(0 <= int(y) <= 630 for y in re.findall(r'<text x="\d+" y="(\d+)"', svg))


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_a_chart_taken_away_says_where_it_comes_from(lang: str, made_release: api.Release) -> None:
    passport = api.profile(made_release, exporter="FRA", market="JPN").passport
    rows = [api.ChartRow("Books", 3e6, "3 M$", status="estimated"), api.ChartRow("Music", None)]
    svg = api.chart_file(rows, title="What is <bought>", passport=passport, release=made_release, lang=lang)
    said = " ".join(_texts(svg))
    assert "What is <bought>" in said
    assert made_release.id in said.replace(" ", "")
    assert str(passport.year) in said and "Etalab 2.0" in said
    assert ("périmètre" if lang == "fr" else "perimeter") in said
    assert _size(api.png(svg, 900))[0] == 900
