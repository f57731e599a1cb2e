"""A reader of the pages of reference, in a real browser: on a phone, in the dark, without scripts, on paper."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.crossing import ALL, Way, spread_thin
from tests.journeys.window import violations, wide, window

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("desk")]

PATHS = ("method/", "method/crosswalk/EBOPS2010/", "sources/", "releases/", "accessibility/", "legal/")
PAIRED = spread_thin(PATHS)


def _stand(browser: Browser, site: str, way: Way, paths: Iterable[str]) -> None:
    with window(browser, way) as (page, complaints):
        for path in paths:
            answer = page.goto(f"{site}/{way.language}/{path}")
            assert answer is not None and answer.status == 200
            assert (across := wide(page)) <= way.width, f"{path} is {across} wide in a window of {way.width}"
            expect(page.get_by_role("heading", level=1)).to_be_visible()
            if way.script:
                page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
                assert violations(page) == [], path
        assert complaints == []


@pytest.mark.parametrize("way", PAIRED, ids=str)
def test_every_page_of_reference_stands(browser: Browser, real_site: str, way: Way) -> None:
    _stand(browser, real_site, way, PAIRED[way])


@pytest.mark.full
@pytest.mark.parametrize("way", ALL, ids=str)
def test_every_page_of_reference_stands_every_way(browser: Browser, real_site: str, way: Way) -> None:
    _stand(browser, real_site, way, PATHS)


def test_a_table_on_a_phone_keeps_its_rows_and_names_its_columns(browser: Browser, real_site: str) -> None:
    with window(browser, Way("fr", 360, True, "light")) as (page, _):
        page.goto(f"{real_site}/fr/method/")
        table = page.get_by_role("table", name="Ce que mesurent les biens et les services")
        expect(table.get_by_role("row").nth(1).get_by_role("cell")).to_have_count(2)
        expect(table.get_by_role("rowheader").first).to_have_text("Livre")
        cell = table.get_by_role("cell").first
        assert cell.evaluate("one => getComputedStyle(one, '::before').content") == '"Biens"'
        assert cell.evaluate("one => one.getBoundingClientRect().right") <= 360


def test_an_address_leads_to_the_indicator_and_paper_shows_it(browser: Browser, real_site: str) -> None:
    with window(browser, Way("en", 1280, True, "light")) as (page, _):
        page.goto(f"{real_site}/en/method/#rca")
        heading = page.get_by_role("heading", name="Comparative advantage (RCA)", exact=True)
        expect(heading).to_be_in_viewport()
        page.get_by_text("The statements of “Comparative advantage (RCA)”").click()
        expect(page.locator("#sql-rca code")).to_contain_text("SELECT")
        page.emulate_media(media="print")
        assert page.locator(".p-equation").count() >= 15
        assert page.evaluate("getComputedStyle(document.body).fontSize") != "17px"
