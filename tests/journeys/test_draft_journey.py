"""A question begun on a line that is cut: its words are kept, and found again when the tab was closed."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.crossing import PHONE, Way
from tests.journeys.window import LEFT, violations, window

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("portal")]
CUT = "net::ERR_INTERNET_DISCONNECTED"


def test_a_cut_line_and_a_closed_tab_lose_nothing(browser: Browser, portal_site: str) -> None:
    with window(browser, Way("en", PHONE, True, "light")) as (page, complaints):
        page.goto(f"{portal_site}/en/ask/?market=JPN&sector=games&topic=partners")
        state = page.locator("[data-draft-state]")
        page.locator("#field-text").fill("We look for a publisher.")
        expect(state).to_have_text("Kept as a draft.")
        page.context.set_offline(True)
        page.locator("#field-name").fill("Paule Studio")
        expect(state).to_contain_text("Not kept yet")
        page.context.set_offline(False)
        expect(state).to_have_text("Kept as a draft.")
        again = page.context.new_page()
        page.close()
        again.goto(f"{portal_site}/en/ask/")
        again.get_by_role("link", name="Go on with it").click()
        expect(again.locator("#field-text")).to_have_value("We look for a publisher.")
        expect(again.locator("#field-name")).to_have_value("Paule Studio")
        again.locator("#draft > summary").click()
        assert again.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        assert not violations(again)
        again.get_by_role("button", name="Throw the draft away").click()
        expect(again.get_by_text("The draft was erased.")).to_be_visible()
        assert [said for said in complaints if CUT not in said and LEFT not in said] == []
