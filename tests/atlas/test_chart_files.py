"""A chart as a file: bars, groups and lines under one title, over their passport, sources and release."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from portulan.atlas import api

pytestmark = pytest.mark.slow

SVG = "{http://www.w3.org/2000/svg}"
BARS = (api.ChartRow("Belgium", 2e6, "2 M$", href="/en/"), api.ChartRow("Japan", None))
LINES = (api.Series("Belgium", (api.YearPoint(2023, 1e6), api.YearPoint(2024, 2e6))),)
DRAWN = {"bars": BARS, "groups": (api.ChartGroup("Books", BARS, "/en/"),), "lines": LINES}


def made(release: api.Release, kind: str, lang: str = "en", **more: str) -> str:
    passport = api.leaders(release, sector="book").passport
    return api.chart_file(DRAWN[kind], title="Bought", passport=passport, release=release, lang=lang, **more)


@pytest.mark.parametrize("kind", DRAWN)
@pytest.mark.parametrize("lang", ["en", "fr"])
def test_each_kind_of_chart_says_what_it_is_and_where_it_comes_from(
    made_release: api.Release, kind: str, lang: str
) -> None:
    text = made(made_release, kind, lang, remark="Codes changed.")
    words = " ".join(node.text or "" for node in ElementTree.fromstring(text).iter(f"{SVG}text"))
    assert words.startswith("Bought") and "Belgium" in words
    for said in ({"en": "Goods, perimeter", "fr": "Biens, périmètre"}[lang], "BACI", "Etalab 2.0", "Codes changed."):
        assert said in words
    assert made_release.id in words
    assert "class=" not in text and "href" not in text
    assert api.png(text, 300).startswith(b"\x89PNG")


def test_a_gap_stays_a_gap(made_release: api.Release) -> None:
    for kind in ("bars", "groups"):
        assert "not known" in made(made_release, kind)


def test_one_year_is_no_line(made_release: api.Release) -> None:
    passport = api.leaders(made_release, sector="book").passport
    alone = (api.Series("Belgium", (api.YearPoint(2024, 2e6),)),)
    with pytest.raises(api.BadInputError):
        api.chart_file(alone, title="Bought", passport=passport, release=made_release)
