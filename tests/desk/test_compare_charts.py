"""The comparison at a glance: what is drawn is what the tables say, gaps stay gaps, and nothing is promised."""

from __future__ import annotations

from pathlib import Path

import pytest

from portulan.atlas import api
from tests.atlas import worlds
from tests.desk.reading import Element, read

pytestmark = pytest.mark.slow

ONE = "/{}/compare/?sector=book&market=BEL&market=JPN&market=USA"
WHOLE = "/{}/compare/?market=BEL&market=JPN"


@pytest.fixture(scope="module")
def one_year(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("glance")
    api.build(folder / "r", [f"baci={worlds.published_zip(folder, worlds.rows(seed=5))}"])
    return folder / "r"


def _page(portal, address: str) -> Element:  # type: ignore[no-untyped-def]
    answer = portal.get(address)
    assert answer.status_code == 200, address
    return read(answer.content.decode())


def _drawing(page: Element, ident: str) -> Element:
    section = page.by_id(ident).parent
    assert section is not None
    return next(section.all("figure"))


def _has(page: Element, ident: str) -> bool:
    return any(one.attributes["id"] == ident for one in page.with_data("id"))


def _table(page: Element, ident: str) -> dict[str, list[str]]:
    rows = next(page.by_id(ident).all("tbody")).all("tr")
    return {next(row.all("th")).text: [cell.text for cell in row.all("td")] for row in rows}


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_sector_is_drawn_market_by_market_with_its_gaps(portal, language: str) -> None:  # type: ignore[no-untyped-def]
    page = _page(portal, ONE.format(language))
    gap = {"en": "not known", "fr": "non connu"}[language]
    for ident in ("imports_from", "imports_world"):
        drawing = _drawing(page, f"glance-{ident}")
        words = [one.text for one in drawing.all("text")]
        shown = [one.text for one in page.all("data") if one.attributes["data-figure"] == ident]
        assert len(shown) >= 2
        drawn = {word for word in words if word.endswith("$")}
        assert len(drawn) >= 2 and drawn <= set(shown)
        assert gap in words, "the United States do not report: unknown, and not zero"
        assert len(list(drawing.all("rect"))) == 2


def test_the_potential_stands_beside_what_is_sold(portal) -> None:  # type: ignore[no-untyped-def]
    page = _page(portal, ONE.format("en"))
    drawing = _drawing(page, "glance-potential")
    words = " ".join(one.text for one in drawing.all("text"))
    assert "sold today: " in words and "potential: " in words and "90 % interval" in words
    assert "potential: not known" in words


def test_the_years_are_a_line_and_a_table(portal, two_years: Path) -> None:  # type: ignore[no-untyped-def]
    release = api.open_release(two_years)
    page = _page(portal, ONE.format("en"))
    rows = _table(page, "compared-years")
    assert list(rows) == [str(year) for year in release.years]
    assert all("not known" in cells[2] for cells in rows.values())
    for at, market in enumerate(("BEL", "JPN")):
        for year in release.years:
            figure = api.figure(
                release, exporter="FRA", market=market, sector="book", indicator="imports_from", year=year
            )
            row = next(r for r in page.by_id("compared-years").all("tr") if r.text.startswith(str(year)))
            value = list(list(row.all("td"))[at].all("data"))
            if isinstance(figure, api.Figure):
                assert float(value[0].attributes["value"]) == figure.value
                assert value[0].attributes["data-year"] == str(year)
            else:
                assert not value
    assert len(list(_drawing(page, "glance-trend").all("circle"))) >= 3


def test_one_year_has_no_line(portal, one_year: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    from django.conf import settings

    monkeypatch.setattr(settings, "PORTULAN_RELEASE", str(one_year))
    page = _page(portal, ONE.format("en"))
    assert not _has(page, "glance-trend") and not _has(page, "by-year")
    assert _has(page, "glance-imports_from")


@pytest.mark.parametrize("language", ["en", "fr"])
def test_all_sectors_are_groups_of_the_sectors_that_are_measured(portal, language: str) -> None:  # type: ignore[no-untyped-def]
    page = _page(portal, WHOLE.format(language))
    names = {one.id: one.name(language) for one in api.sectors()}
    headings = {}
    for ident in ("imports_from", "imports_world"):
        drawing = _drawing(page, f"glance-{ident}")
        headings[ident] = [one.text for one in drawing.all("a")]
        assert 1 <= len(headings[ident]) <= 6
        assert names["games"] not in headings[ident]
    rows = _table(page, "compared-world")
    assert len(rows) == 14
    assert set(headings["imports_world"]) <= set(rows)


def test_nothing_is_promised_where_goods_measure_nothing(portal) -> None:  # type: ignore[no-untyped-def]
    page = _page(portal, "/en/compare/?sector=games&market=BEL&market=JPN")
    assert not _has(page, "glance-potential")


def test_one_estimate_is_not_drawn_as_two(portal, shipped_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    from django.conf import settings

    monkeypatch.setattr(settings, "PORTULAN_RELEASE", str(shipped_folder))
    page = _page(portal, ONE.format("en"))
    assert _has(page, "glance-imports_from") and not _has(page, "glance-potential")
