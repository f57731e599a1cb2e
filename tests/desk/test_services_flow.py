"""Services, beside goods or alone in a release: every page answers, says what they measure and promises nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from portulan.atlas import api
from tests.atlas import worlds
from tests.desk.conftest import _forget
from tests.desk.reading import Element, read

pytestmark = pytest.mark.slow

ADS = '10.2.2,"Advertising, market research and public opinion polling"'
MEDIA = "11.1,Audiovisual and related services"
PARTNERS = {"FRA": "FR,France", "IRL": "IE,Ireland", "JPN": "JP,Japan"}
# Direction, service, partner, year, million pounds
TRADE = [
    ("Imports", ADS, "FRA", 2019, 90), ("Imports", ADS, "FRA", 2020, 100), ("Imports", ADS, "IRL", 2019, 250),
    ("Imports", ADS, "IRL", 2020, 300), ("Exports", ADS, "FRA", 2019, 500), ("Exports", ADS, "FRA", 2020, 600),
    ("Exports", ADS, "JPN", 2020, 40), ("Imports", MEDIA, "FRA", 2020, 30), ("Imports", MEDIA, "IRL", 2020, 20),
]  # fmt: skip
Opened = Callable[[str], Any]


def source(folder: Path) -> Path:
    """Write a small table of the services of the United Kingdom as its office publishes them."""
    lines = ["Direction,Service type code,Service type,Country code,Country,year,gbp_million"]
    lines += [f"{way},{service},{PARTNERS[partner]},{year},{value}" for way, service, partner, year, value in TRADE]
    path = folder / "ons.csv"
    path.write_text("\n".join([*lines, ""]), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Goods and services in one release; services alone in another."""
    folder = tmp_path_factory.mktemp("services")
    services = f"ons={source(folder)}"
    api.build(folder / "both", [f"baci={worlds.published_zip(folder, worlds.rows(seed=5, density=0.9))}", services])
    api.build(folder / "alone", [services])
    return folder


@pytest.fixture
def opened(releases: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Opened]:
    """Serve one of the releases."""
    from django.conf import settings
    from django.test import Client

    def serve(name: str) -> Any:
        monkeypatch.setattr(settings, "PORTULAN_RELEASE", str(releases / name))
        _forget()
        return Client(SERVER_NAME="localhost")

    yield serve
    _forget()


def page(site: Any, address: str) -> Element:
    answer = site.get(address)
    assert answer.status_code == 200, address
    return read(answer.content.decode())


def test_goods_and_services_stand_in_one_release_as_in_two(releases: Path, tmp_path: Path) -> None:
    both, alone = (api.open_release(releases / name) for name in ("both", "alone"))
    assert set(both.flows) == {"goods", "services"}
    asked = {"exporter": "FRA", "market": "GBR", "sector": "advertising", "flow": "services"}
    for one in ("imports_from", "imports_world", "growth", "supplier_rank"):
        values = [api.figure(release, indicator=one, **asked) for release in (both, alone)]
        assert [type(value) for value in values] == [api.Figure] * 2, one
        assert values[0].value == values[1].value, one  # type: ignore[union-attr] # figures, see above


PATHS = [
    "", "markets/", "sectors/", "map/", "map/?sector=all", "map/?view=sectors", "map/?sector=advertising&market=GBR",
    "markets/GBR/", "markets/GBR/advertising/", "markets/GBR/book/", "markets/JPN/", "markets/JPN/advertising/",
    "sectors/advertising/", "sectors/book/", "sectors/all/", "scan/?sector=advertising", "scan/?sector=book",
    "compare/?sector=advertising&market=GBR&market=JPN", "evidence/", "embed/map/?sector=advertising", "releases/",
]  # fmt: skip


@pytest.mark.parametrize(("name", "language"), list(product(["both", "alone"], ["en", "fr"])))
def test_every_page_answers_in_services(opened: Opened, name: str, language: str) -> None:
    site = opened(name)
    flow = "flow=services" if name == "both" else ""
    for path, exporter in product(PATHS, ("FRA", "IRL")):
        address = f"/{language}/{path}"
        asked = "&".join(part for part in (f"exporter={exporter}", flow) if part)
        if not path.startswith("releases") and path != "evidence/":
            address += ("&" if "?" in address else "?") + asked
        found = page(site, address)
        said = " ".join(found.text.split())
        assert not re.search(r"(?:are|sont) ?[.:] ?\.|\bNone\b(?![.:])|\bnan\b|%\(", said), address


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_a_site_of_services_alone_starts_with_them(opened: Opened, lang: str) -> None:
    site = opened("alone")
    first = page(site, f"/{lang}/map/?sector=advertising")
    assert [row.attributes["data-market"] for row in first.by_id("ranked").all("tr") if "data-market" in row.attributes]
    assert site.get(f"/{lang}/map/?flow=goods").status_code == 404
    lost = site.get(f"/{lang}/map/?flow=goods").content.decode()
    for link in read(lost).by_id("content").all("a"):
        if "/map/" in link.attributes["href"]:
            assert site.get(link.attributes["href"]).status_code == 200, link.attributes["href"]


def test_a_world_of_one_buyer_gives_no_potential_no_share_of_it_and_no_advantage(opened: Opened) -> None:
    site = opened("both")
    shown = page(site, "/en/map/?sector=advertising&flow=services")
    assert "Imports from the exporter, 2020" in " ".join(shown.text.split())
    sector = page(site, "/en/sectors/advertising/?flow=services")
    said = " ".join(sector.text.split())
    assert "Today the first market is United Kingdom." in said
    assert "Export potential" not in next(one.text for one in sector.all("h2") if "First markets" in one.text)
    sold = {
        one.exporter: one for one in api.exporters(api.open_release(_served()), sector="advertising", flow="services")
    }
    assert {one.share for one in sold.values()} == {one.rca for one in sold.values()} == {None}
    assert sold["IRL"].rank == 1
    ranking = api.rank(api.open_release(_served()), exporter="FRA", sector="advertising", flow="services")
    assert ranking.by == "imports_from" and [row.market for row in ranking.rows] == ["GBR"]


def _served() -> Path:
    from django.conf import settings

    return Path(settings.PORTULAN_RELEASE)


@pytest.mark.parametrize(
    "path", ["markets/GBR/advertising/?", "markets/GBR/?", "sectors/advertising/?", "map/?sector=advertising&"]
)
def test_a_page_of_services_owes_nothing_to_a_source_of_goods(opened: Opened, path: str) -> None:
    site = opened("both")
    services, goods = (page(site, f"/en/{path}flow={flow}").text for flow in ("services", "goods"))
    assert "Office for National Statistics" in services and "CEPII" not in services
    assert "CEPII" in goods and "Office for National Statistics" not in goods


def test_a_market_of_services_is_not_told_of_consoles(opened: Opened) -> None:
    site = opened("both")
    assert "Consoles" not in page(site, "/en/markets/GBR/?flow=services").text
    assert "Consoles" in page(site, "/en/markets/BEL/").text


def test_growth_of_what_only_the_exporter_declares_lacks_a_year_not_a_market(opened: Opened, releases: Path) -> None:
    opened("both")
    release = api.open_release(releases / "both")
    asked = {"exporter": "GBR", "sector": "advertising", "flow": "services", "indicator": "growth"}
    assert isinstance(api.figure(release, market="FRA", **asked), api.Figure)
    assert api.figure(release, market="JPN", **asked).reason == "window_start_missing"  # type: ignore[union-attr]
    assert api.figure(release, market="IRL", **asked).reason == "market_not_reporting"  # type: ignore[union-attr]


@pytest.fixture(scope="module")
def kingdom(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The published goods of culture and the published services of the United Kingdom, in one release."""
    folder = tmp_path_factory.mktemp("kingdom") / "r"
    given = [shared_data / "baci/baci_hs17_2024_cultural.parquet"]
    given.append(shared_data / "services/uk_services_by_type_country_2016_2020.csv")
    api.build(folder, [f"{name}={path}" for name, path in zip(("baci", "ons"), given, strict=True)])
    return folder


@pytest.mark.real
@pytest.mark.slow
def test_published_services_walk_through_every_page(
    kingdom: Path, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.conf import settings

    site = opened("both")
    monkeypatch.setattr(settings, "PORTULAN_RELEASE", str(kingdom))
    _forget()
    for path, exporter, language in product(PATHS, ("FRA", "USA"), ("en", "fr")):
        if path in ("releases/", "evidence/"):
            continue
        address = f"/{language}/{path}"
        page(site, address + ("&" if "?" in address else "?") + f"flow=services&exporter={exporter}")
    cell = page(site, "/en/markets/GBR/advertising/?flow=services")
    # 197 million pounds at 1.2829 dollars (ONS, 2020): France is seventh.
    [sold] = {
        value.attributes["value"]
        for value in cell.all("data")
        if value.attributes.get("data-figure") == "imports_from" and value.text.startswith("252.7")
    }
    assert float(sold) == pytest.approx(197e6 * 1.2829)
    answer = site.get("/api/v1/figures?sector=advertising&flow=services&market=GBR&exporter=FRA").json()
    told = {one["indicator"]: one for one in answer["data"]} if "data" in answer else {}
    assert not told or told["imports_from"]["value"] == pytest.approx(197e6 * 1.2829)
