"""An estimate that lies at the end of its own interval says so where the interval is printed, and once in words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from portulan.atlas import api
from tests.desk.reading import Element, read

WORDS = {"en": "estimate at the end of its own interval", "fr": "estimation au bout de son propre intervalle"}


@pytest.fixture
def estimated(portal, shipped_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[object]:  # type: ignore[no-untyped-def]
    from django.conf import settings

    monkeypatch.setattr(settings, "PORTULAN_RELEASE", str(shipped_folder))
    yield portal


def _intervals(page: Element) -> dict[str, str]:
    """What is printed as the interval of each value, by the value itself."""
    found = {}
    for value in page.all("data"):
        figure = value.parent
        assert figure is not None and figure.parent is not None
        beside = figure.parent.children
        after = beside[beside.index(figure) + 1 :]
        if after and after[0].attributes.get("class") == "p-interval":
            found[value.attributes["data-figure"]] = after[0].text
    return found


def _at_an_end(release: api.Release, sector: str) -> tuple[str, str]:
    """Return a market whose estimate is marked in the atlas, and one whose is not."""
    rows = api.rank(release, exporter="FRA", sector=sector, by="potential_gravity").rows
    marked = [row.market for row in rows if row.figure.passport.note == api.SKEWED]
    plain = [row.market for row in rows if isinstance(row.figure, api.Figure) and not row.figure.passport.note]
    return marked[0], plain[0]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_only_what_the_atlas_marks_is_marked(estimated, shipped_folder: Path, language: str) -> None:  # type: ignore[no-untyped-def]
    marked, plain = _at_an_end(api.open_release(shipped_folder), "music")
    for market, star in ((marked, True), (plain, False)):
        page = read(estimated.get(f"/{language}/markets/{market}/music/").content.decode())
        printed = _intervals(page)["imports_from"]
        assert printed.endswith("*") is star, (market, printed)
        assert WORDS[language] in page.text
        assert any("*" in item.text and WORDS[language] in item.text for item in page.all("li"))


def test_a_table_explains_the_sign_only_where_it_stands(estimated, shipped_folder: Path) -> None:  # type: ignore[no-untyped-def]
    marked, plain = _at_an_end(api.open_release(shipped_folder), "music")
    for markets, said in (((marked, plain), True), ((plain, "BEL"), False)):
        query = "&".join(f"market={market}" for market in markets)
        text = estimated.get(f"/en/compare/?sector=music&{query}").content.decode()
        assert (WORDS["en"] in text) is said, markets


def test_a_french_page_names_in_french_what_the_estimates_were_fitted_on(estimated) -> None:  # type: ignore[no-untyped-def]
    for address in ("/fr/releases/", "/fr/markets/JPN/music/"):
        text = estimated.get(address).content.decode()
        assert "BACI\u00a0: base de données du commerce international par produit" in text
        assert "BACI: international trade database at the product level" not in text
    assert "BACI: international trade database" in estimated.get("/en/releases/").content.decode()
