"""A reader weighs criteria and compares markets, in a real browser: with and without scripts, by link, by keyboard."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.crossing import ALL, PAIRWISE, Way, spread_once
from tests.journeys.window import violations, window

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("explorers")]

STATES = {
    "scan": "/scan/?sector=book",
    "orientation": "/scan/?sector=games",
    "weights": "/scan/?sector=music&w_ease=3&w_population=1&w_potential_gravity=5&rows=all",
    "no weight": "/scan/?sector=book&preset=none",
    "bad weight": "/scan/?sector=book&w_population=99",
    "lost": "/scan/?sector=boook&w_luck=2",
    "compare": "/compare/?sector=book&market=BEL&market=JPN&market=USA&market=MAR",
    "compare all": "/compare/?market=BEL&market=JPN",
    "compare none": "/compare/?sector=games",
    "compare five": "/compare/?market=BEL&market=JPN&market=USA&market=MAR&market=CAN",
    "compare lost": "/compare/?market=Belgum&market=JPN",
}
PAIRED = spread_once(STATES)
ANSWERS = {"bad weight": 400, "lost": 404, "compare five": 400, "compare lost": 404}
WEIGHTS = (
    {"common_language": 3, "distance_km": 2, "gdp_per_head": 1},
    {"potential_gravity": 7, "imports_world": 1, "internet_users": 10, "population": 4},
    {"population": 1, "internet_users": 1, "gdp_per_head": 1, "common_language": 1},
    {"share": 9, "imports_from": 2, "gdp_per_head": 10},
    {"gdp_per_head": 5},
)

AS_THE_SCRIPT_SAYS = """async ([script, data, weights]) => {
    const { scoreMarkets } = await import(script);
    const document = await (await fetch(data)).json();
    const { ranked, apart } = scoreMarkets(document, weights);
    return [ranked.map((one) => [one.market.id, one.rank, one.score]), apart.map((one) => one.market.id)];
}"""


def _scores(page: Page) -> list[list[object]]:
    rows = page.locator("#scored tbody tr").evaluate_all(
        "all => all.map(r => [r.dataset.market, Number(r.cells[0].textContent), Number(r.dataset.score)])"
    )
    return list(rows)


def _stand(browser: Browser, site: str, way: Way, states: Iterable[str]) -> None:
    with window(browser, way) as (page, complaints):
        for state in states:
            answer = page.goto(f"{site}/{way.language}{STATES[state]}")
            assert answer is not None
            assert answer.status == ANSWERS.get(state, 200), state
            page.wait_for_load_state("networkidle" if way.script else "load")
            assert page.evaluate("document.documentElement.scrollWidth") <= way.width, state
            if way.script:
                assert violations(page) == [], state
        assert [text for text in complaints if "status of 40" not in text] == []


@pytest.mark.parametrize("way", PAIRED, ids=str)
def test_every_state_stands(browser: Browser, real_site: str, way: Way) -> None:
    _stand(browser, real_site, way, PAIRED[way])


@pytest.mark.full
@pytest.mark.parametrize("way", ALL, ids=str)
def test_every_state_stands_every_way(browser: Browser, real_site: str, way: Way) -> None:
    _stand(browser, real_site, way, STATES)


@pytest.mark.full
def test_no_width_makes_the_page_scroll_sideways(browser: Browser, real_site: str) -> None:
    with window(browser, Way("fr", 768, True, "light")) as (page, _):
        for state, address in STATES.items():
            page.goto(f"{real_site}/fr{address}")
            for width in (768, 360, 320):
                page.set_viewport_size({"width": width, "height": 800})
                assert page.evaluate("document.documentElement.scrollWidth") <= width, (state, width)


def test_the_browser_and_the_server_give_the_same_ranks_and_scores(browser: Browser, real_site: str) -> None:
    with window(browser, PAIRWISE[0]) as (page, _):
        for weights in WEIGHTS:
            chosen = "&".join(f"w_{name}={weight}" for name, weight in weights.items())
            page.goto(f"{real_site}/en/scan/?sector=book&{chosen}&rows=all")
            served = _scores(page)
            script = page.locator("script[type=module]").get_attribute("src")
            data = page.locator("[data-scan]").get_attribute("data-scan")
            ranked, apart = page.evaluate(AS_THE_SCRIPT_SAYS, [script, data, weights])
            assert len(served) > 100
            assert [row[:2] for row in ranked] == [row[:2] for row in served]
            for (_m, _r, mine), (_n, _s, theirs) in zip(ranked, served, strict=True):
                assert mine == pytest.approx(theirs, abs=1e-9)
            assert page.locator("#apart").count() == (1 if apart else 0)


def test_moved_weights_are_shared_by_link(browser: Browser, real_site: str) -> None:
    with window(browser, PAIRWISE[0]) as (page, complaints):
        page.goto(f"{real_site}/en/scan/?sector=book")
        before = _scores(page)
        page.get_by_text("More criteria").click()
        with page.expect_response(re.compile("data.json")):
            page.get_by_label("Distance").fill("10")
        expect(page.get_by_text("Computed in your browser")).to_be_visible()
        page.get_by_label("Common language").fill("")
        expect(page).to_have_url(re.compile("w_distance_km=10"))
        expect(page).not_to_have_url(re.compile("w_common_language"))
        moved, shared = _scores(page), page.url
        assert moved != before
        heads = page.locator("#scored thead [data-criterion]").evaluate_all("all => all.map(e => e.dataset.criterion)")
        assert "distance_km" in heads and "common_language" not in heads
        link = page.get_by_role("link", name="Link to this scan").get_attribute("href")
        assert parse_qs(urlsplit(str(link)).query) == parse_qs(urlsplit(shared).query)
        french = str(page.get_by_role("link", name="Français").get_attribute("href"))
        assert parse_qs(urlsplit(french).query) == parse_qs(urlsplit(shared).query)
        compared = str(page.get_by_role("link", name="Compare the first four").get_attribute("href"))
        assert parse_qs(urlsplit(compared).query)["market"] == [row[0] for row in moved[:4]]
        assert violations(page) == []
        assert complaints == []
    with window(browser, Way("fr", 390, False, "dark")) as (page, _):
        page.goto(shared.replace("/en/", "/fr/"))
        other = _scores(page)
        assert [row[:2] for row in other] == [row[:2] for row in moved]
        assert [row[2] for row in other] == pytest.approx([row[2] for row in moved], abs=1e-9)
        expect(page.get_by_label("Distance")).to_have_value("10")


def test_the_button_works_without_scripts(browser: Browser, real_site: str) -> None:
    with window(browser, Way("en", 390, False, "light")) as (page, complaints):
        page.goto(f"{real_site}/en/scan/")
        page.get_by_label("Sector", exact=True).select_option("games")
        page.get_by_role("button", name="Score").click()
        expect(page.get_by_text("Left out, for they say nothing of this sector")).to_be_visible()
        page.get_by_text("More criteria").click()
        page.get_by_label("Internet users").fill("9")
        page.get_by_role("button", name="Score").click()
        assert parse_qs(urlsplit(page.url).query)["w_internet_users"] == ["9"]
        expect(page.get_by_role("heading", level=1)).to_contain_text("games")
        page.get_by_role("link", name="Compare the first four").click()
        expect(page.locator("#compared-context thead th")).to_have_count(5)
        page.get_by_role("link", name=re.compile("^Take .* out of the comparison")).first.click()
        expect(page.locator("#compared-context thead th")).to_have_count(4)
        page.get_by_label("Market 1").fill("Japon")
        page.get_by_role("button", name="Compare").click()
        expect(page.locator("#compared-context thead th").nth(1)).to_contain_text("Japan")
        assert complaints == []


def test_weights_move_by_keyboard(browser: Browser, real_site: str) -> None:
    with window(browser, PAIRWISE[0]) as (page, _):
        page.goto(f"{real_site}/en/scan/?sector=book&w_distance_km=3&w_common_language=1")
        page.get_by_label("Distance").focus()
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
        page.keyboard.press("ArrowUp")
        expect(page).to_have_url(re.compile("w_distance_km=4"))
        page.keyboard.press("Tab")
        expect(page.get_by_label("Common language")).to_be_focused()  # sliders repeat the numbers: no stop for them
        page.keyboard.press("Enter")
        page.wait_for_load_state()
        expect(page.get_by_label("Distance")).to_have_value("4")
        expect(page.get_by_text("Computed in your browser")).to_be_hidden()


def test_without_the_document_the_page_stays_as_it_was(browser: Browser, real_site: str) -> None:
    with window(browser, PAIRWISE[0]) as (page, _):
        page.route("**/data.json*", lambda route: route.fulfill(status=503, body="no"))
        page.goto(f"{real_site}/en/scan/?sector=book")
        before, address = _scores(page), page.url
        page.get_by_text("More criteria").click()
        with page.expect_response(re.compile("data.json")):
            page.get_by_label("Distance").fill("10")
        page.wait_for_load_state("networkidle")
        assert (_scores(page), page.url) == (before, address)
        page.get_by_role("button", name="Score").click()
        expect(page).to_have_url(re.compile("w_distance_km=10"))
