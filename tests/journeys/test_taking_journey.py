"""A reader takes a page away: by mouse or by keyboard alone, with and without scripts."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.journeys.crossing import PHONE, WIDE, Way
from tests.journeys.window import window

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("portal")]

PAGES = {
    "market": ("markets/JPN/", "fra-jpn-market-2024.csv", "sectors"),
    "cell": ("markets/JPN/book/", "fra-jpn-book-2024.csv", "facts"),
    "compare": ("compare/?sector=book&market=JPN&market=BEL", "fra-jpn-bel-book-compared-2024.csv", "compared"),
    "scan": ("scan/?sector=book", "fra-book-scan-2024.csv", "scores"),
}
WAYS = {
    "market": Way("en", WIDE, True, "light"),
    "cell": Way("fr", PHONE, False, "dark"),
    "compare": Way("en", PHONE, False, "light"),
    "scan": Way("fr", WIDE, True, "dark"),
}


@pytest.mark.parametrize("kind", PAGES)
def test_the_figures_of_a_page_are_taken_by_keyboard(
    browser: Browser, portal_site: str, kind: str, tmp_path: Path
) -> None:
    (path, name, table), way = PAGES[kind], WAYS[kind]
    with window(browser, way) as (page, complaints):
        page.goto(f"{portal_site}/{way.language}/{path}")
        link = page.locator("section[aria-labelledby='share']").get_by_role("link", name="CSV")
        link.focus()
        with page.expect_download() as taking:
            page.keyboard.press("Enter")
        assert taking.value.suggested_filename == name
        taking.value.save_as(tmp_path / name)
        rows = list(csv.DictReader((tmp_path / name).read_text(encoding="utf-8").splitlines()))
        assert rows[0]["table"] == table
        assert not complaints
