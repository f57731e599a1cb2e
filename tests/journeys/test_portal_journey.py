"""A newcomer before the whole portal, in a real browser: from a question to a brief, by name, astray and back."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from pypdf import PdfReader

from tests.journeys.crossing import ALL, PHONE, WIDE, Way, pairs, spread_thin
from tests.journeys.kinds import ANSWERS, KINDS
from tests.journeys.window import violations, wide, window

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("portal")]

NARROW = (360, 320)
"""The narrowest phone; a window of 1280 at 400 %."""

PAIRED = spread_thin(KINDS)


def _stand(browser: Browser, site: str, way: Way, kinds: Iterable[str]) -> None:
    """Open kinds of pages one after another in one window: what they share is fetched once."""
    with window(browser, way) as (page, complaints):
        for kind in kinds:
            expected = ANSWERS.get(kind, 200)
            page.set_viewport_size({"width": way.width, "height": 900})
            answer = page.goto(f"{site}/{way.language}{KINDS[kind]}")
            assert answer is not None
            assert answer.status == expected, kind
            expect(page.get_by_role("heading", level=1)).to_have_count(1)
            assert page.locator("html").get_attribute("lang") == way.language
            if expected == 200 and kind != "embed":
                read = page.inner_text("main")
                assert re.search(r"</?(details|div|p|span|li)\b", read) is None, kind  # markup is never read
            if way.script:
                page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
                assert violations(page) == [], kind
            for width in {way.width, *NARROW}:
                page.set_viewport_size({"width": width, "height": 800})
                assert wide(page) <= width, kind
            assert [text for text in complaints if expected == 200 or "status of 404" not in text] == [], kind
            complaints.clear()


def test_the_ways_meet_each_kind() -> None:
    for kind in KINDS:
        mine = [way for way, kinds in PAIRED.items() if kind in kinds]
        assert {way.script for way in mine} == {True, False}, kind
    assert pairs(tuple(PAIRED)) == pairs(ALL)
    # What axe needs is a page with its scripts: all kinds together meet it in both languages and both schemes.
    seen = {(way.language, way.width, way.scheme) for way in PAIRED if way.script}
    assert len(seen) == 8


@pytest.mark.parametrize("way", PAIRED, ids=str)
def test_every_kind_of_page_stands(browser: Browser, portal_site: str, way: Way) -> None:
    _stand(browser, portal_site, way, PAIRED[way])


@pytest.mark.full
@pytest.mark.parametrize("way", ALL, ids=str)
def test_every_kind_of_page_stands_every_way(browser: Browser, portal_site: str, way: Way) -> None:
    _stand(browser, portal_site, way, KINDS)


class Clicks:
    """Follows a newcomer and counts what is clicked; a choice in a list is none."""

    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0

    def link(self, name: re.Pattern[str], within: str = "main") -> None:
        self.count += 1
        self.page.locator(within).get_by_role("link", name=name).first.click()

    def button(self, name: re.Pattern[str]) -> None:
        self.count += 1
        self.page.locator("main").get_by_role("button", name=name).click()


TO_A_BRIEF = (
    Way("en", WIDE, True, "light"),
    Way("fr", PHONE, True, "dark"),
    Way("fr", WIDE, False, "light"),
    Way("en", PHONE, False, "dark"),
)
SAID = {"en": ("Japan", "Books", "Belgium"), "fr": ("Japon", "Livre", "Belgique")}


def _as_a_file(route: Route) -> None:
    """Keep what a browser would show in a viewer of its own, where it has one."""
    answer = route.fetch()
    route.fulfill(response=answer, headers={**answer.headers, "content-disposition": "attachment"})


@pytest.mark.parametrize(
    "way", [*TO_A_BRIEF[:2], pytest.param(TO_A_BRIEF[2], marks=pytest.mark.full), TO_A_BRIEF[3]], ids=str
)
def test_a_newcomer_has_a_brief_in_four_clicks(browser: Browser, portal_site: str, way: Way, tmp_path: Path) -> None:
    market, sector, exporter = SAID[way.language]
    with window(browser, way) as (page, complaints):
        page.goto(portal_site)
        assert f"/{way.language}/" in page.url
        page.locator("[name=sector]").select_option("book")
        page.locator("[name=exporter]").select_option("BEL")
        step = Clicks(page)
        step.button(re.compile("Show me|Montrer"))
        expect(page.get_by_role("heading", level=1)).to_contain_text(sector)
        step.link(re.compile(f"^{market}$"), "main table")
        expect(page.get_by_role("heading", level=1)).to_contain_text(market)
        page.route("**/*.pdf*", _as_a_file)
        with page.expect_download() as download:
            step.link(re.compile("PDF"))
        assert step.count <= 4
        download.value.save_as(path := tmp_path / "brief.pdf")
        brief = PdfReader(path)
        words = " ".join(one.extract_text() for one in brief.pages)
        assert brief.trailer["/Root"]["/Lang"] == way.language
        assert market in words and sector in words and exporter in words
        assert complaints == []


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_search_field_leads_by_keyboard_to_a_market_and_sector(
    browser: Browser, portal_site: str, language: str
) -> None:
    market, sector, _ = SAID[language]
    with window(browser, Way(language, WIDE, True, "light")) as (page, complaints):
        page.goto(f"{portal_site}/{language}/legal/")
        for _step in range(12):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.id") == "search":
                break
        field = page.get_by_role("combobox", name=re.compile("Find a market|Chercher un marché"))
        expect(field).to_be_focused()
        page.keyboard.type(f"{sector[:3].lower()} {market[:4].upper()}")
        options = page.get_by_role("option")
        expect(options.first).to_be_visible()
        expect(field).to_have_attribute("aria-expanded", "true")
        assert violations(page) == []
        for _step in range(options.count()):
            page.keyboard.press("ArrowDown")
            active = page.locator(f"#{field.get_attribute('aria-activedescendant')}")
            expect(active).to_have_attribute("aria-selected", "true")
            if market in active.inner_text() and sector in active.inner_text():
                break
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile(f"/{language}/markets/JPN/book/$"))
        expect(page.get_by_role("heading", level=1)).to_contain_text(market)
        assert complaints == []


def test_the_search_field_says_that_it_found_nothing(browser: Browser, portal_site: str) -> None:
    with window(browser, Way("en", PHONE, True, "dark")) as (page, complaints):
        page.goto(f"{portal_site}/en/")
        field = page.get_by_role("combobox", name="Find a market")
        field.fill("atlantis")
        expect(page.get_by_role("status").get_by_text("Nothing of that name")).to_be_attached()
        page.keyboard.press("Enter")
        field.fill("norw")
        expect(page.get_by_role("listbox").get_by_role("option", name="Norway")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.locator("#search-found")).to_be_hidden()
        expect(field).to_be_focused()
        assert page.url == f"{portal_site}/en/"
        assert complaints == []


@pytest.mark.parametrize("way", [TO_A_BRIEF[1], pytest.param(TO_A_BRIEF[2], marks=pytest.mark.full)], ids=str)
def test_from_a_market_to_the_map_and_back(browser: Browser, portal_site: str, way: Way) -> None:
    market, sector, _ = SAID[way.language]
    with window(browser, way) as (page, complaints):
        page.goto(f"{portal_site}/{way.language}/markets/JPN/?exporter=BEL&year=2023")
        page.locator("#by-sector").get_by_role("link", name=sector, exact=True).click()
        page.wait_for_url(re.compile(r"/markets/JPN/book/\?"))
        sold = page.locator("[data-figure=imports_from]").first.get_attribute("value")
        page.get_by_role("link", name=re.compile("on the map|sur la carte")).click()
        page.wait_for_url(re.compile("/map/"))
        for asked in ("exporter=BEL", "year=2023", "sector=book", "market=JPN"):
            assert asked in page.url  # the way back and the link to share carry the whole state
        row = page.locator("#ranked [data-market=JPN]")
        assert row.locator("[data-figure=imports_from]").get_attribute("value") == sold
        page.go_back()
        page.wait_for_url(re.compile(r"/markets/JPN/book/\?"))
        page.locator("main").get_by_role("link", name=market).first.click()
        page.wait_for_url(re.compile(r"/markets/JPN/\?"))
        assert "exporter=BEL" in page.url and "year=2023" in page.url
        assert complaints == []


@pytest.mark.parametrize(
    ("address", "meant", "leads"),
    [
        ("/en/markets/Japn/", "Japan", "/en/markets/JPN/"),
        ("/fr/sectors/musiq/", "Musique", "/fr/sectors/music/"),
        ("/en/markets/JPN/boks/", "Books", "book"),
        ("/fr/map/?exporter=Belgiqe", "Belgique", "exporter=BEL"),
    ],
)
def test_a_lost_address_is_met_half_way(
    browser: Browser, portal_site: str, address: str, meant: str, leads: str
) -> None:
    with window(browser, Way(address[1:3], PHONE, False, "light")) as (page, _):
        answer = page.goto(f"{portal_site}{address}")
        assert answer is not None and answer.status == 404
        expect(page.locator("main")).to_contain_text(re.compile("Did you mean|Vouliez-vous dire"))
        page.locator("main").get_by_role("link", name=meant, exact=True).first.click()
        assert leads in page.url
        expect(page.get_by_role("heading", level=1)).to_contain_text(meant)


def test_an_address_in_small_letters_is_the_same_page(browser: Browser, portal_site: str) -> None:
    with window(browser, Way("en", WIDE, False, "light")) as (page, _):
        page.goto(f"{portal_site}/en/markets/jpn/book/?exporter=BEL")
        expect(page).to_have_url(f"{portal_site}/en/markets/JPN/book/?exporter=BEL")
