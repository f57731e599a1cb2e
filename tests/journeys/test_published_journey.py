"""The publication behind a plain file server: all reading without scripts; search, scan and compare with them."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import urldefrag

import pytest
from playwright.sync_api import Browser, Page, expect

from portulan.atlas import api
from tests.desk.reading import Element, read
from tests.journeys.conftest import ROOT, clean_environment
from tests.journeys.crossing import Way
from tests.journeys.window import violations, wide, window

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("portal")]

MARKETS = ("JPN", "CAN", "USA", "ITA")
SECTORS = ("book", "games")
BARE = (Way("en", 1280, False, "light"), Way("fr", 360, False, "dark"))
WITH = (Way("fr", 1280, True, "light"), Way("en", 360, True, "dark"))
PAGES = (
    "/",
    "/markets/JPN/",
    "/markets/JPN/book/",
    "/sectors/book/",
    "/map/book/imports_world/",
    "/scan/book/",
    "/scan/games/?w_population=2",
    "/compare/",
    "/compare/?sector=book&market=JPN&market=CAN",
)
NAMES = {"en": ("Books", "Japan", "Canada"), "fr": ("Livre", "Japon", "Canada")}


class _Files(SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="session")
def folder(two_years: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the command writes."""
    made = tmp_path_factory.mktemp("published")
    asked = [*(f"--market={one}" for one in MARKETS), *(f"--sector={one}" for one in SECTORS)]
    done = subprocess.run(
        [sys.executable, "-m", "portulan", "publish", str(made / "site"), "--release", str(two_years), *asked],
        env=clean_environment(made),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return made / "site"


@pytest.fixture(scope="session")
def published(folder: Path) -> Iterator[str]:
    """The folder behind a server that knows nothing but files."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Files, directory=str(folder)))
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def _alive(page: Page, site: str, seen: set[str]) -> None:
    """Nothing that is seen is dead: no field, no button, no link but to a page that is there."""
    for control in page.locator("form, button, input, select, textarea").all():
        expect(control).not_to_be_visible()
    assert page.locator("a.p-button:not([href])").count() == 0
    links = page.locator("a[href]").evaluate_all(
        "all => all.map(one => one.href.baseVal ? one.href.baseVal : one.href)"
    )
    for link in {urldefrag(str(one)).url.replace(site, "") for one in links}:
        if link.startswith("/") and link not in seen:
            assert page.request.get(site + link).status == 200, f"{page.url}: {link}"
            seen.add(link)


@pytest.mark.parametrize("way", [pytest.param(BARE[0], marks=pytest.mark.full), BARE[1]], ids=str)
def test_a_reader_without_scripts_goes_everywhere(browser: Browser, published: str, way: Way) -> None:
    sector, market, _ = NAMES[way.language]
    seen: set[str] = set()
    with window(browser, way) as (page, complaints):
        page.goto(published)
        page.get_by_role("link", name={"en": "English", "fr": "Français"}[way.language]).click()
        _alive(page, published, seen)
        page.locator("#sectors ~ * >> nth=0").first.wait_for(state="attached")
        page.locator("main").get_by_role("link", name=sector, exact=True).first.click()
        expect(page.get_by_role("heading", level=1)).to_contain_text(sector)
        _alive(page, published, seen)
        page.locator("main table").get_by_role("link", name=market, exact=True).first.click()
        expect(page).to_have_url(f"{published}/{way.language}/markets/JPN/book/")
        _alive(page, published, seen)
        page.locator("header").get_by_role("link", name=re.compile("^(Map|Carte)$")).click()
        page.wait_for_url(re.compile(f"/{way.language}/map/book/"))
        expect(page.locator("#ranked tbody tr").first).to_be_visible()
        _alive(page, published, seen)
        page.locator("#ranked").get_by_role("link", name=market, exact=True).first.click()
        expect(page.get_by_role("heading", level=1)).to_contain_text(market)
        page.locator("footer").get_by_role("link", name=re.compile("^(Method|Méthode)$")).click()
        page.wait_for_url(re.compile(f"/{way.language}/method/"))
        _alive(page, published, seen)
        other = {"en": "Français", "fr": "English"}[way.language]
        page.get_by_role("link", name=other, exact=True).click()
        expect(page.locator("html")).to_have_attribute("lang", {"en": "fr", "fr": "en"}[way.language])
        assert complaints == []


def _shown(element: Element) -> bool:
    return "hidden" not in element.attributes and (element.parent is None or _shown(element.parent))


def test_no_page_shows_a_control_that_cannot_work(folder: Path) -> None:
    pages = sorted(folder.rglob("*.html"))
    assert len(pages) > 120
    for path in pages:
        page = read(path.read_text(encoding="utf-8"))
        dead = [one for one in page.all("form", "button", "input", "select", "textarea") if _shown(one)]
        assert dead == [], path.relative_to(folder)
        for link in page.all("a"):
            assert "href" in link.attributes or "p-button" not in link.attributes.get("class", ""), path


@pytest.mark.parametrize("way", (*WITH, *(pytest.param(way, marks=pytest.mark.full) for way in BARE)), ids=str)
def test_published_pages_stand(browser: Browser, published: str, way: Way) -> None:
    with window(browser, way) as (page, complaints):
        for address in PAGES:
            page.goto(f"{published}/{way.language}{address}")
            if way.script:
                if "market=" in address:
                    expect(page.locator("#compared-caption")).to_be_visible()
                assert violations(page) == [], address
            for width in {way.width, 360, 320}:
                page.set_viewport_size({"width": width, "height": 800})
                assert wide(page) <= width, (address, width)
            page.set_viewport_size({"width": way.width, "height": 800})
        assert complaints == []


@pytest.mark.parametrize("language", ["en", "fr"])
def test_search_leads_to_a_published_page(browser: Browser, published: str, language: str) -> None:
    sector, market, _ = NAMES[language]
    with window(browser, Way(language, 1280, True, "light")) as (page, complaints):
        page.goto(f"{published}/{language}/")
        field = page.get_by_role("combobox", name=re.compile("Find a market|Chercher un marché"))
        field.fill(f"{sector} {market}")
        expect(page.locator("#search-found [role=option]").first).to_be_visible()
        page.keyboard.press("Enter")
        expect(page).to_have_url(f"{published}/{language}/markets/JPN/book/")
        # What was not published is not offered.
        page.get_by_role("combobox").first.fill("norv" if language == "fr" else "norw")
        expect(page.locator("#search-found [role=option]")).to_have_count(0)
        assert complaints == []


def _order(page: Page) -> list[list[object]]:
    rows = page.locator("#scored tbody tr").evaluate_all(
        "all => all.map(row => [row.dataset.market, Number(row.cells[0].textContent)])"
    )
    return [list(row) for row in rows]


def test_a_scan_moves_ranks_and_is_shared_by_link(browser: Browser, published: str, two_years: Path) -> None:
    with window(browser, WITH[0]) as (page, complaints):
        page.goto(f"{published}/fr/scan/book/")
        before = _order(page)
        page.locator("main details summary").first.click()
        fields = {"distance_km": "10", "population": "7"}
        for name, weight in fields.items():
            page.locator(f"[data-weight={name}]").fill(weight)
        expect(page).to_have_url(re.compile("w_population=7"))
        expect(page.locator("[data-moved]").first).to_be_visible()
        moved, shared = _order(page), page.url
        assert moved != before
        weights = {
            str(one): int(value)
            for one, value in page.locator("[data-weight]").evaluate_all(
                "all => all.map(f => [f.dataset.weight, f.value])"
            )
            if value
        }
        assert complaints == []
    with window(browser, WITH[1]) as (page, complaints):
        page.goto(shared.replace("/fr/", "/en/"))
        expect(page.locator("[data-moved]").first).to_be_visible()
        assert _order(page) == moved
        assert complaints == []
    found = api.scan(api.open_release(two_years), exporter="FRA", sector="book", weights=weights)
    expected = [[row.market, row.rank] for row in found.rows]
    assert moved == expected[: len(moved)]
    assert len(moved) > 5


def _table(page: Page) -> dict[str, list[str]]:
    """Return the values of a comparison by the name of their row, as they are read."""
    rows = page.locator("main table tbody tr").evaluate_all(
        """all => all.map(row => {
            const read = cell => [...cell.querySelectorAll('.p-figure')].map(one => one.textContent).join(' ');
            const name = row.cells[0].cloneNode(true);
            name.querySelectorAll('span').forEach(one => one.remove());
            return [name.textContent, ...[...row.cells].slice(1).map(read)];
        })"""
    )
    return {" ".join(name.split()): [" ".join(one.split()) for one in cells] for name, *cells in rows}


@pytest.mark.parametrize("language", ["en", "fr"])
def test_two_markets_typed_by_name_are_compared(
    browser: Browser, published: str, portal_site: str, language: str
) -> None:
    _, market, other = NAMES[language]
    with window(browser, Way(language, 1280, True, "light")) as (page, complaints):
        page.goto(f"{published}/{language}/compare/")
        page.locator("select[name=sector]").select_option("book")
        page.locator("[name=market]").nth(0).fill(market.lower())
        page.locator("[name=market]").nth(1).fill(other)
        page.locator("main form button").click()
        expect(page).to_have_url(re.compile(r"sector=book&market=JPN&market=CAN$"))
        expect(page.locator("main thead th")).to_have_text([market, other])
        mine = _table(page)
        page.locator("[name=market]").nth(2).fill("Atlantis")
        page.locator("main form button").click()
        expect(page.locator("[aria-invalid=true]")).to_have_count(1)
        page.goto(f"{portal_site}/{language}/compare/?sector=book&market=JPN&market=CAN")
        theirs = _table(page)
        shared = set(mine) & set(theirs)
        assert len(shared) >= 8, (sorted(mine), sorted(theirs))
        assert {name: mine[name] for name in shared} == {name: theirs[name] for name in shared}
        assert complaints == []
