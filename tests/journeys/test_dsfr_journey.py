"""The portal in the look of the State (`PORTULAN_THEME=dsfr`): every kind of page, in a real browser."""

from __future__ import annotations

import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.conftest import serve
from tests.journeys.crossing import PAIRWISE, Way
from tests.journeys.window import violations, wide, window

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.full, pytest.mark.xdist_group("desk")]

MARQUE = "Ministère|de l’Exemple"
SEEN = {
    "home": "/",
    "map": "/map/?exporter=FRA&sector=book&market=ITA",
    "market": "/markets/ITA/",
    "cell": "/markets/ITA/book/",
    "sector": "/sectors/book/",
    "scan": "/scan/",
    "compare": "/compare/?market=ITA&market=BEL",
    "evidence": "/evidence/",
    "method": "/method/",
}
ALSO = ("/markets/", "/sectors/", "/sources/", "/releases/", "/accessibility/", "/legal/", "/map/", "/compare/")
LOADED = re.compile(r'<(?:link|script|img|use|iframe|source)\b[^>]*?\b(?:href|src)="([^"]*)"')
LINK_ONLY = re.compile(r'<link\b[^>]*\brel="(?:canonical|alternate)"[^>]*>')


@pytest.fixture(scope="module")
def state_site(two_years: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The portal as a State body would start it."""
    pytest.importorskip("dsfr", reason="the theme is the extra portulan[dsfr]")
    home = tmp_path_factory.mktemp("state")
    yield from serve("portulan", home, two_years, PORTULAN_THEME="dsfr", PORTULAN_DSFR_MARQUE=MARQUE)


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("path", [*SEEN.values(), *ALSO])
def test_every_page_has_the_frame_and_asks_nothing_of_another_site(state_site: str, language: str, path: str) -> None:
    with urllib.request.urlopen(f"{state_site}/{language}{path}", timeout=60) as answer:
        policy, text = answer.headers["Content-Security-Policy"], answer.read().decode()
    assert "default-src 'self'" in policy
    assert "data:" not in policy
    assert 'class="fr-header"' in text
    assert 'class="fr-footer"' in text
    assert "Ministère<br>de l’Exemple" in text
    said = {"en": "Accessibility: not compliant", "fr": "Accessibilité\u00a0: non conforme"}[language]
    assert f'href="/{language}/accessibility/"' in text
    assert said in text
    assert f'href="/{language}/legal/#personal"' in text
    assert "theme/portulan.css" not in text
    loaded = LOADED.findall(LINK_ONLY.sub("", text))
    assert loaded
    assert all(address.startswith(("/", "#")) and not address.startswith("//") for address in loaded)


@pytest.mark.parametrize("way", PAIRWISE, ids=str)
@pytest.mark.parametrize("name", SEEN)
def test_every_kind_of_page_stands_pairwise(browser: Browser, state_site: str, way: Way, name: str) -> None:
    with window(browser, way) as (page, complaints):
        answer = page.goto(f"{state_site}/{way.language}{SEEN[name]}")
        assert answer is not None
        assert answer.status == 200
        page.wait_for_load_state("networkidle")
        assert complaints == []
        assert (across := wide(page)) <= way.width, f"the page is {across} wide in a window of {way.width}"
        family = page.evaluate("getComputedStyle(document.querySelector('h1')).fontFamily")
        assert "Marianne" in family
        # Maps, charts and pages are in the same light; without scripts the design system is light.
        scheme = way.scheme if way.script else "light"
        assert page.locator("html").get_attribute("data-theme") == scheme
        ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert ground == {"light": "rgb(255, 255, 255)", "dark": "rgb(22, 22, 22)"}[scheme]
        if way.script:
            assert violations(page) == []
        elif way.width < 400:  # the menu of a phone needs a script: without, it is open
            expect(page.locator("#navigation a").first).to_be_visible()
            expect(page.locator(".p-languages a").first).to_be_visible()


def test_a_page_that_is_not_there_says_so(browser: Browser, state_site: str) -> None:
    with pytest.raises(urllib.error.HTTPError) as lost, urllib.request.urlopen(f"{state_site}/fr/nulle-part/"):
        pass
    assert lost.value.code == 404
    with window(browser, PAIRWISE[0]) as (page, _):
        page.goto(f"{state_site}/fr/nulle-part/")
        page.wait_for_load_state("networkidle")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert violations(page) == []


def test_a_map_in_the_page_of_another_site_wears_the_theme(browser: Browser, state_site: str) -> None:
    with window(browser, PAIRWISE[5]) as (page, complaints):
        page.goto(f"{state_site}/en/embed/map/?exporter=FRA&sector=book")
        page.wait_for_load_state("networkidle")
        assert complaints == []
        assert page.locator("html").get_attribute("data-theme") == "dark"
        assert "Marianne" in page.evaluate("getComputedStyle(document.querySelector('h1')).fontFamily")
        assert violations(page) == []


def test_the_keyboard_passes_what_is_repeated(browser: Browser, state_site: str) -> None:
    with window(browser, PAIRWISE[0]) as (page, _):
        page.goto(f"{state_site}/en/map/")
        page.wait_for_load_state("networkidle")
        page.keyboard.press("Tab")
        expect(page.locator(":focus")).to_have_text("Go to the content")
        expect(page.locator(":focus")).to_be_in_viewport()
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Ranking of markets")).to_be_focused()


def test_a_reader_chooses_the_scheme_and_keeps_it(browser: Browser, state_site: str) -> None:
    with window(browser, PAIRWISE[0]) as (page, complaints):
        page.goto(f"{state_site}/fr/scan/")
        page.wait_for_load_state("networkidle")
        page.get_by_role("button", name="Paramètres d’affichage").click()
        expect(page.get_by_role("dialog")).to_be_visible()
        page.get_by_text("Thème sombre").click()
        expect(page.locator("html")).to_have_attribute("data-theme", "dark")
        page.keyboard.press("Escape")
        page.goto(f"{state_site}/fr/map/")
        expect(page.locator("html")).to_have_attribute("data-theme", "dark")
        assert complaints == []


def test_on_a_phone_the_menu_opens_by_keyboard_and_is_left_by_escape(browser: Browser, state_site: str) -> None:
    with window(browser, PAIRWISE[3]) as (page, complaints):
        page.goto(f"{state_site}/fr/")
        page.wait_for_load_state("networkidle")
        expect(page.locator("#navigation")).to_be_hidden()
        page.locator("#menu-button").focus()
        page.keyboard.press("Enter")
        expect(page.locator("#navigation a").first).to_be_visible()
        assert violations(page) == []
        page.keyboard.press("Escape")
        expect(page.locator("#navigation")).to_be_hidden()
        expect(page.locator("#menu-button")).to_be_focused()
        assert complaints == []
