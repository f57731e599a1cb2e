"""What a reader relies on of the comparison: columns, what is first beyond doubt, and what differs in the papers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from portulan.atlas import api
from tests.atlas import worlds
from tests.desk.reading import Element, read

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("compare")
    api.build(folder / "r", [f"baci={worlds.published_zip(folder, worlds.rows(seed=5, density=0.9))}"])
    return folder / "r"


@pytest.fixture
def site(built: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[object]:
    from django.conf import settings
    from django.test import Client

    monkeypatch.setattr(settings, "PORTULAN_RELEASE", str(built))
    return Client(SERVER_NAME="localhost")


def _page(site, address: str, status: int = 200) -> Element:  # type: ignore[no-untyped-def]
    answer = site.get(address)
    assert answer.status_code == status, answer.content[:2000]
    return read(answer.content.decode())


def _heads(page: Element) -> list[str]:
    return [th.attributes["data-market"] for th in page.by_id("compared-trade").with_data("data-market")]


def test_each_market_has_a_column_and_each_value_its_papers(site) -> None:  # type: ignore[no-untyped-def]
    page = _page(site, "/en/compare/?sector=book&market=BEL&market=JPN&market=USA")
    assert _heads(page) == ["BEL", "JPN", "USA"]
    for table in ("compared-trade", "compared-context"):
        for row in next(page.by_id(table).all("tbody")).all("tr"):
            cells = list(row.all("td"))
            assert len(cells) == 3
            for cell in cells:
                (figure,) = cell.with_data("data-figure")
                assert figure.attributes["data-status"] and figure.attributes["data-unit"]


def test_values_are_those_of_the_atlas(site, built: Path) -> None:  # type: ignore[no-untyped-def]
    page = _page(site, "/en/compare/?sector=book&market=BEL&market=JPN")
    release = api.open_release(built)
    told = {
        f.indicator: f.value
        for f in api.show(release, exporter="FRA", sector="book", market="JPN", flow="goods")
        if isinstance(f, api.Figure)
    }
    for row in next(page.by_id("compared-trade").all("tbody")).all("tr"):
        data = list(list(row.all("td"))[1].all("data"))
        if data and data[0].attributes["data-figure"] != "rank":
            assert float(data[0].attributes["value"]) == told[data[0].attributes["data-figure"]]


def test_names_in_either_language_are_understood(site) -> None:  # type: ignore[no-untyped-def]
    for language in ("en", "fr"):
        page = _page(site, f"/{language}/compare/?sector=book&market=belgique&market=Japan&market=&market=che")
        assert _heads(page) == ["BEL", "JPN", "CHE"]
        (link,) = (a for a in page.all("a") if a.text in ("Link to this comparison", "Lien vers cette comparaison"))
        assert parse_qs(urlsplit(link.attributes["href"]).query)["market"] == ["BEL", "JPN", "CHE"]


def test_a_market_asked_twice_has_one_column(site) -> None:  # type: ignore[no-untyped-def]
    assert _heads(_page(site, "/en/compare/?sector=book&market=BEL&market=Belgium&market=JPN")) == ["BEL", "JPN"]


def test_with_no_market_or_one_the_first_ones_are_offered(site) -> None:  # type: ignore[no-untyped-def]
    page = _page(site, "/en/compare/?sector=book")
    assert "Two markets at least" in page.text
    offers = [a for a in page.by_id("content").all("a") if "market=" in a.attributes["href"]]
    assert len(parse_qs(urlsplit(offers[0].attributes["href"]).query)["market"]) == 4
    assert _heads(_page(site, offers[0].attributes["href"]))
    one = _page(site, "/en/compare/?sector=book&market=BEL")
    assert "Belgium is chosen." in one.text
    for link in [a for a in one.by_id("content").all("a") if "market=" in a.attributes["href"]][:3]:
        assert parse_qs(urlsplit(link.attributes["href"]).query)["market"][0] == "BEL"
    games = _page(site, "/en/compare/?sector=games")
    assert [a for a in games.by_id("content").all("a") if "market=" in a.attributes["href"]]


def test_five_markets_are_given_back_as_four_and_nothing_is_computed(site, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    from portulan.desk.markets import compare_page

    monkeypatch.setattr(compare_page, "blocks", None)
    query = "&".join(f"market={code}" for code in ("BEL", "JPN", "CHE", "CAN", "MAR"))
    page = _page(site, f"/en/compare/?sector=book&{query}", 400)
    assert "At most four stand side by side." in page.text
    typed = [one.attributes.get("value") for one in page.all("input") if one.attributes.get("name") == "market"]
    assert typed == ["Belgium", "Japan", "Switzerland", "Canada"]
    assert "One more market" not in page.text


def test_an_unknown_market_is_said_in_place_with_what_may_have_been_meant(site) -> None:  # type: ignore[no-untyped-def]
    answer = site.get("/en/compare/", {"sector": "book", "market": ["Belgum", "JPN", "<script>alert(1)</script>"]})
    assert answer.status_code == 404
    assert "<script>alert" not in answer.content.decode()
    page = read(answer.content.decode())
    link = next(a for a in page.by_id("content").all("a") if a.text == "Belgium")
    assert parse_qs(urlsplit(link.attributes["href"]).query)["market"] == ["JPN", "BEL"]
    wrong = [field for field in page.all("input") if field.attributes.get("aria-invalid")]
    assert {field.attributes["value"] for field in wrong} == {"Belgum", "<script>alert(1)</script>"}
    for field in wrong:
        assert "is not a market we know" in page.by_id(field.attributes["aria-describedby"]).text


def test_no_potential_where_goods_measure_nothing(site) -> None:  # type: ignore[no-untyped-def]
    page = _page(site, "/en/compare/?sector=games&market=BEL&market=JPN")
    shown = {figure.attributes["data-figure"] for figure in page.with_data("data-figure")}
    assert shown and not {n for n in shown if n.startswith(("potential", "unrealised", "realised"))}
    assert "do not measure" in next(next(page.all("main")).all("strong")).text


def test_what_is_not_known_is_said_with_its_reason(site) -> None:  # type: ignore[no-untyped-def]
    page = _page(site, "/en/compare/?sector=book&market=BEL&market=USA")
    section = page.by_id("differences").parent
    assert section is not None
    assert "United States, not known (the source has no imports of this market" in section.text
    (blank,) = set(re.findall(r"[^.]*growth needs two years[^.]*", page.text))
    assert "Growth of the market" in blank and "Growth of imports from the exporter" in blank


def test_all_sectors_are_told_one_by_one(site) -> None:  # type: ignore[no-untyped-def]
    page = _page(site, "/fr/compare/?market=BEL&market=JPN")
    rows = list(next(page.by_id("compared-sectors").all("tbody")).all("tr"))
    assert len(rows) == 14
    (games,) = (row for row in rows if "Jeux vidéo" in row.text)
    assert "pas une mesure du secteur" in games.text


def _figure(value: float, low: float | None = None, high: float | None = None, status: str = "reported") -> api.Figure:
    papers = api.Passport("goods", "core", 2024, ("baci",), None)
    return api.Figure("FRA", "BEL", "book", "imports_world", value, "USD", status, papers, low, high)  # type: ignore[arg-type]


def test_a_first_is_marked_only_beyond_doubt() -> None:
    from portulan.desk.markets.compare_blocks import _best

    assert _best([_figure(1), _figure(3), _figure(2)]) == 1
    assert _best([_figure(3), _figure(3)]) is None
    assert _best([_figure(10, 8, 12), _figure(9, 7, 11)]) is None
    assert _best([_figure(10, 8, 12), _figure(5, 4, 6)]) == 0
    assert _best([_figure(10, status="estimated"), _figure(5)]) is None
    assert _best([_figure(10)]) is None
    nearer = [replace(_figure(v), indicator="distance_km") for v in (100, 50)]
    assert _best(nearer) == 1
    assert _best([replace(_figure(v), indicator="supplier_rank") for v in (1, 2)]) is None
