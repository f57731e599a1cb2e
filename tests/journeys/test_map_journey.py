"""A reader before the map, in a real browser: seen, heard, by keyboard, without scripts, on a phone, in the dark."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.crossing import ALL, PAIRWISE, Way, pairs, spread, spread_once, spread_thin
from tests.journeys.test_explorer_journey import PAIRED as EXPLORED
from tests.journeys.window import violations, wide, window

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("explorers")]

STATES = {
    "default": "/map/",
    "market": "/map/?exporter=FRA&sector=book&perimeter=core&by=potential_gravity&market=ITA&rows=all",
    "no measure": "/map/?sector=games",
    "unknown": "/map/?exporter=XXX",
    "lost": "/nowhere/",
}
PAIRED = spread_once(STATES)


def _stands(browser: Browser, site: str, way: Way, state: str) -> None:
    with window(browser, way) as (page, complaints):
        answer = page.goto(f"{site}/{way.language}{STATES[state]}")
        assert answer is not None
        page.wait_for_load_state("networkidle" if way.script else "load")
        expected = {"unknown": 404, "lost": 404}.get(state, 200)
        assert answer.status == expected
        assert [text for text in complaints if not (expected == 404 and "status of 404" in text)] == []
        assert page.locator("html").get_attribute("lang") == way.language
        assert (across := wide(page)) <= way.width, f"the page is {across} wide in a window of {way.width}"
        if state == "no measure" and page.locator("#ranked").count() == 0:
            expect(page.get_by_text(re.compile("not known for any market|inconnu pour tous")).first).to_be_visible()
        elif expected == 200:
            assert page.locator("svg[role=group] use").count() > 200
            assert page.locator("#ranked tbody tr").count() >= 20
            expect(page.locator("svg[role=group] .pt-home").first).to_be_visible()
        if way.script:
            assert violations(page) == []


def test_the_pairs_are_all_there() -> None:
    assert pairs(PAIRWISE) == pairs(ALL)
    assert pairs(tuple(spread("four"))) == pairs(ALL)
    assert pairs(tuple(spread_thin("eightway"))) == pairs(ALL)
    assert pairs(tuple(spread_once("sixway"))) == pairs(ALL)
    # The explorer is the same page in other states.
    assert pairs((*PAIRED, *EXPLORED)) == pairs(ALL)


@pytest.mark.slow
@pytest.mark.parametrize("way", PAIRED, ids=str)
def test_every_state_stands(browser: Browser, small_site: str, way: Way) -> None:
    for state in PAIRED[way]:
        _stands(browser, small_site, way, state)


@pytest.mark.slow
@pytest.mark.full
@pytest.mark.parametrize("way", ALL, ids=str)
@pytest.mark.parametrize("state", STATES)
def test_every_state_stands_every_way(browser: Browser, small_site: str, real_site: str, way: Way, state: str) -> None:
    _stands(browser, small_site, way, state)
    _stands(browser, real_site, way, state)


@pytest.mark.slow
@pytest.mark.parametrize("way", [PAIRWISE[0], pytest.param(PAIRWISE[3], marks=pytest.mark.full)], ids=str)
def test_a_fresh_start_serves_the_map(browser: Browser, real_site: str, way: Way) -> None:
    for state in ("default", "market"):
        _stands(browser, real_site, way, state)
    with window(browser, way) as (page, _):
        page.goto(real_site)
        expect(page).to_have_url(f"{real_site}/{way.language}/")
        page.goto(f"{real_site}/{way.language}/map/")
        warning = {
            "en": "Every value here is an estimate.",
            "fr": "Toutes les valeurs de cette page sont des estimations.",
        }
        expect(page.get_by_text(warning[way.language])).to_be_visible()
        statuses = page.locator("#ranked [data-figure]").evaluate_all(
            "all => [...new Set(all.map(e => e.dataset.status))]"
        )
        assert set(statuses) <= {"estimated", "modelled", "gap"}


@pytest.mark.slow
def test_everything_works_without_scripts(browser: Browser, small_site: str) -> None:
    with window(browser, Way("en", 1280, False, "light")) as (page, complaints):
        page.goto(f"{small_site}/en/map/")
        page.get_by_label("Exporter", exact=True).fill("Belgium")
        page.get_by_label("Sector", exact=True).select_option("fashion")
        page.get_by_label("Indicator", exact=True).select_option("imports_from")
        page.get_by_role("button", name="Show").click()
        chosen = parse_qs(urlsplit(page.url).query)
        assert (chosen["exporter"], chosen["sector"], chosen["by"]) == (["BEL"], ["fashion"], ["imports_from"])
        expect(page.get_by_role("heading", level=1)).to_contain_text("Fashion")
        page.get_by_role("link", name="Leave out jewellery and leather goods").click()
        assert "core_without_jewellery_leather" in page.url
        page.get_by_label("Find a market").fill("swe")
        page.get_by_role("button", name="Apply").click()
        expect(page.locator("#ranked tbody tr")).to_have_count(1)
        page.get_by_role("link", name="Français").click()
        expect(page.locator("html")).to_have_attribute("lang", "fr")
        assert parse_qs(urlsplit(page.url).query)["find"] == ["swe"]
        expect(page.locator("#ranked tbody tr th")).to_have_text("Suède")
        page.get_by_text("Comment est calculé « Importations depuis l’exportateur »").first.click()
        expect(page.locator("#how-imports_from code").last).to_contain_text("SELECT")
        assert complaints == []


@pytest.mark.slow
def test_from_the_map_to_a_market_and_back(browser: Browser, small_site: str) -> None:
    with window(browser, PAIRWISE[0]) as (page, _):
        page.goto(f"{small_site}/en/map/")
        page.get_by_role("link", name=re.compile("^China: ")).click()
        expect(page.get_by_role("heading", name="China: all the figures")).to_be_in_viewport()
        page.get_by_role("link", name="Back to all markets").click()
        assert "market=" not in page.url
        expect(page.get_by_role("heading", name="Ranking of markets")).to_be_in_viewport()


@pytest.mark.slow
def test_the_keyboard_reaches_everything_and_can_pass_the_map(browser: Browser, small_site: str) -> None:
    with window(browser, PAIRWISE[0]) as (page, _):
        page.goto(f"{small_site}/en/map/")
        page.keyboard.press("Tab")
        first = page.locator(":focus")
        expect(first).to_have_text("Go to the content")
        expect(first).to_be_in_viewport()
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Ranking of markets")).to_be_focused()
        stops = page.locator("svg[role=group] a:not([tabindex='-1'])").count()
        assert 10 <= stops <= 20
        # Whatever has the focus shows it.
        page.locator("#field-sector").focus()
        page.keyboard.press("Tab")
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none"


@pytest.mark.slow
def test_map_and_table_light_up_together(browser: Browser, small_site: str) -> None:
    with window(browser, PAIRWISE[0]) as (page, _):
        page.goto(f"{small_site}/en/map/")
        row = page.locator("#row-ITA")
        page.locator("svg[role=group] a[href*='market=ITA']").first.focus()
        expect(row).to_have_class(re.compile("is-lit"))
        row.hover()
        expect(page.locator("svg[role=group] a[href*='market=ITA']").first).to_have_class(re.compile("is-lit"))


@pytest.mark.slow
def test_a_question_mark_opens_the_answer(browser: Browser, small_site: str) -> None:
    with window(browser, PAIRWISE[0]) as (page, _):
        page.goto(f"{small_site}/en/map/")
        expect(page.locator("#how-share code").first).to_be_hidden()
        page.get_by_role("link", name="How is “Market share” computed?").click()
        expect(page.locator("#how-share code").first).to_be_visible()


@pytest.mark.slow
def test_a_screen_reader_hears_the_map_and_the_table(browser: Browser, small_site: str) -> None:
    with window(browser, PAIRWISE[0]) as (page, _):
        page.goto(f"{small_site}/en/map/")
        heard = page.locator("svg[role=group]").aria_snapshot()
        assert re.search(r"link \"Belgium: 12[12][.\d]* M\$, partial\"", heard.replace("\u00a0", " "))
        expect(page.get_by_role("table").first).to_have_accessible_name(re.compile("Goods, 2024"))
        expect(page.get_by_role("columnheader", name=re.compile("^Rank"))).to_have_count(2)
        cell = page.get_by_role("row", name=re.compile("Italy")).get_by_role("cell").nth(3)
        assert "90 % interval" in page.locator("#row-ITA").inner_text() or cell


@pytest.mark.full
@pytest.mark.slow
def test_no_width_makes_the_page_scroll_sideways(browser: Browser, small_site: str) -> None:
    with window(browser, Way("fr", 1920, True, "light")) as (page, _):
        for state in STATES.values():
            page.goto(f"{small_site}/fr{state}")
            for width in (1920, 1024, 768, 390, 320):
                page.set_viewport_size({"width": width, "height": 800})
                assert wide(page) <= width, (state, width)


@pytest.mark.slow
def test_what_is_touched_is_large_enough(browser: Browser, small_site: str) -> None:
    with window(browser, Way("en", 390, True, "light")) as (page, _):
        page.goto(f"{small_site}/en/map/")
        for selector, least in (("select, input[type=search], button", 44), ("summary", 36), (".p-help", 24)):
            boxes = [handle.bounding_box() for handle in page.locator(selector).element_handles()]
            assert boxes
            assert all(box is None or box["height"] >= least for box in boxes), selector


@pytest.mark.slow
def test_paper_gets_figures_not_controls(browser: Browser, small_site: str) -> None:
    with window(browser, PAIRWISE[0]) as (page, _):
        page.goto(f"{small_site}/en/map/")
        page.emulate_media(media="print")
        expect(page.locator("form").first).to_be_hidden()
        expect(page.get_by_role("navigation", name="Language")).to_be_hidden()
        expect(page.locator("#ranked")).to_be_visible()
        expect(page.locator("#passport")).to_be_visible()
        assert page.locator("#ranked").bounding_box()["width"] <= 1280  # type: ignore[index]
        assert page.pdf(format="A4").startswith(b"%PDF")


@pytest.mark.slow
def test_forced_colours_keep_the_map_readable(browser: Browser, small_site: str) -> None:
    with window(browser, PAIRWISE[0]) as (page, _):
        page.emulate_media(forced_colors="active")
        page.goto(f"{small_site}/en/map/")
        fills = page.locator("svg[role=group] use.pt-area").evaluate_all(
            "all => [...new Set(all.map(e => getComputedStyle(e).fill))]"
        )
        assert len(fills) >= 6


@pytest.mark.slow
def test_the_map_starts_above_the_fold(browser: Browser, small_site: str) -> None:
    with window(browser, PAIRWISE[0]) as (page, _):
        page.set_viewport_size({"width": 1280, "height": 800})
        page.goto(f"{small_site}/en/map/")
        box = page.locator("svg[role=group]").bounding_box()
        assert box is not None
        assert box["y"] < 520, "less than a third of the screen is left for the map"


@pytest.mark.slow
def test_on_a_phone_the_market_stays_while_the_figures_slide(browser: Browser, small_site: str) -> None:
    with window(browser, Way("fr", 390, True, "light")) as (page, _):
        page.goto(f"{small_site}/fr/map/")
        expect(page.get_by_text("Faites glisser le tableau de côté")).to_be_visible()
        page.evaluate("document.querySelector('#ranked').parentElement.scrollLeft = 600")
        for place in (page.locator("#ranked .p-table__frozen"), page.locator("#row-ITA th")):
            box = place.bounding_box()
            assert box is not None
            assert 0 <= box["x"] < 40


@pytest.mark.slow
@pytest.mark.parametrize("script", [True, False])
def test_paper_holds_the_reasons_and_the_licence(browser: Browser, small_site: str, script: bool) -> None:
    with window(browser, Way("en", 1280, script, "light")) as (page, _):
        page.goto(f"{small_site}/en/map/")
        page.emulate_media(media="print")
        expect(page.locator("#apart").locator("..").get_by_role("link", name="Germany")).to_be_visible()
        expect(page.get_by_text("Licence:").first).to_be_visible()
        expect(page.get_by_text("Each figure is one documented statement")).to_be_hidden()
