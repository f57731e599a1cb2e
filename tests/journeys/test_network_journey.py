"""From a market to the person who answers there, in a real browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.crossing import PHONE, WIDE, Way
from tests.journeys.window import window

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("portal")]

WAYS = (Way("en", WIDE, True, "light"), Way("fr", PHONE, False, "dark"))
SAID = {
    "en": ("Who answers at the post", "Embassy of France in Japan", "The people here are invented.", "Japan", "Show"),
    "fr": ("Qui répond au poste", "Ambassade de France au Japon", "Ces personnes sont inventées.", "Japon", "Afficher"),
}


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_from_a_market_to_who_answers(browser: Browser, portal_site: str, way: Way) -> None:
    heading, post, invented, _, _ = SAID[way.language]
    with window(browser, way) as (page, complaints):
        page.goto(f"{portal_site}/{way.language}/markets/JPN/book/")
        expect(page.get_by_role("heading", name=heading)).to_be_visible()
        link = page.locator("main").get_by_role("link", name=post).first
        name = link.inner_text().partition(" (")[0]
        link.click()
        expect(page).to_have_url(re.compile(rf"/{way.language}/network/posts/jpn/#c\d+$"))
        expect(page.get_by_role("heading", level=1)).to_have_text(post)
        expect(page.get_by_text(invented)).to_be_visible()
        expect(page.get_by_role("heading", name=re.compile(name))).to_be_visible()
        assert complaints == []


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_the_directory_answers_for_a_market_and_gives_a_card(browser: Browser, portal_site: str, way: Way) -> None:
    _, post, _, market, show = SAID[way.language]
    with window(browser, way) as (page, complaints):
        page.goto(f"{portal_site}/{way.language}/network/")
        page.locator("#field-market").select_option(label=market)
        page.locator("#field-sector").select_option("games")
        page.get_by_role("button", name=show).click()
        expect(page).to_have_url(re.compile(r"market=JPN&sector=games"))
        row = page.locator("#directory tbody tr").first
        expect(row).to_contain_text(post)
        with page.expect_download() as taken:
            row.get_by_role("link", name="vCard").click()
        assert "BEGIN:VCARD" in taken.value.path().read_text(encoding="utf-8")
        assert complaints == []
