"""The explorer in a real browser: by keyboard alone, closer, found by name, taken away, shown on another site."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.journeys.crossing import ALL, Way, spread_once
from tests.journeys.window import violations, window

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("explorers")]

WIDE = Way("en", 1280, True, "light")
BARE = Way("en", 1280, False, "light")
PAGES = {
    "sectors": "/map/?view=sectors",
    "one market": "/map/?market=ITA&scale=log",
    "another release": "/map/?release=0123456789abcdef",
    "misspelt": "/map/?exporter=Frence",
    "embed": "/embed/map/?sector=book",
}
PAIRED = spread_once(PAGES, after=5)


def _box(page: Page) -> list[float]:
    return [float(part) for part in str(page.locator("svg.pt-map").get_attribute("viewBox")).split()]


def _still(page: Page) -> None:
    """Nothing glides: what a key does is done when the next line is read."""
    page.emulate_media(reduced_motion="reduce")


def _asked(page: Page) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}


def _stand(browser: Browser, site: str, way: Way, states: Iterable[str]) -> None:
    with window(browser, way) as (page, said):
        for state in states:
            answer = page.goto(f"{site}/{way.language}{PAGES[state]}")
            page.wait_for_load_state("networkidle" if way.script else "load")
            assert answer is not None
            assert answer.status == (404 if state == "misspelt" else 200), state
            assert [text for text in said if "status of 404" not in text] == [], state
            assert page.evaluate("document.documentElement.scrollWidth") <= way.width, state
            if way.script:
                assert violations(page) == [], state


@pytest.mark.parametrize("way", PAIRED, ids=str)
def test_every_page_stands(browser: Browser, small_site: str, way: Way) -> None:
    _stand(browser, small_site, way, PAIRED[way])


@pytest.mark.full
@pytest.mark.parametrize("way", ALL, ids=str)
def test_every_page_stands_every_way(browser: Browser, small_site: str, way: Way) -> None:
    _stand(browser, small_site, way, PAGES)


def test_by_keyboard_alone_from_the_door_to_a_file(browser: Browser, small_site: str, tmp_path: Path) -> None:
    with window(browser, WIDE) as (page, _):
        keys = page.keyboard
        page.goto(f"{small_site}/en/map/")
        for _step in range(60):
            keys.press("Tab")
            if page.evaluate("document.activeElement.id") == "field-exporter":
                break
        keys.type("belgium")
        keys.press("Enter")
        page.wait_for_url(re.compile("exporter=BEL"))
        page.locator("#field-exporter").focus()
        keys.press("Tab")
        keys.type("Fash")
        # An arrow or a letter is a choice, but nothing leaves until the field does.
        assert _asked(page)["sector"] == "book"
        keys.press("Enter")
        page.wait_for_url(re.compile("sector=fashion"))
        page.wait_for_function("document.activeElement.id === 'field-sector'")
        page.evaluate("document.activeElement.blur()")
        page.goto(page.url)
        for _step in range(4):
            keys.press("Tab")
        expect(page.locator(":focus")).to_have_text("Go to the files to take away")
        keys.press("Enter")
        expect(page.get_by_role("heading", name="Take away, cite, embed")).to_be_focused()
        keys.press("Tab")
        expect(page.locator(":focus")).to_have_text("CSV")
        with page.expect_download() as download:
            keys.press("Enter")
        assert download.value.suggested_filename == "bel-fashion-potential-static-2024.csv"
        path = tmp_path / "taken.csv"
        download.value.save_as(path)
        rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))
        assert {(row["exporter"], row["sector"]) for row in rows} == {("BEL", "fashion")}
        shown = page.locator("#ranked tbody tr").first
        assert rows[0]["market"] == shown.get_attribute("data-market")


def test_closer_by_buttons_keys_wheel_and_hand(browser: Browser, small_site: str) -> None:
    with window(browser, WIDE) as (page, complaints):
        _still(page)
        page.goto(f"{small_site}/en/map/")
        whole = _box(page)
        expect(page.get_by_role("button", name="Zoom out")).to_have_attribute("aria-disabled", "true")
        page.get_by_role("button", name="Zoom in").click()
        near = _box(page)
        assert near[2] == pytest.approx(whole[2] / 2)
        expect(page.locator("body > [aria-live]")).to_have_text("Zoom: 2 times")
        page.locator("#x-find").focus()
        for _step in range(20):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.matches('svg.pt-map')"):
                break
        expect(page.locator("#x-keys")).to_be_visible()
        page.keyboard.press("ArrowLeft")
        assert _box(page)[0] < near[0]
        page.keyboard.press("+")
        assert _box(page)[2] == pytest.approx(whole[2] / 4)
        page.keyboard.press("0")
        assert _box(page) == whole
        page.locator("svg.pt-map").scroll_into_view_if_needed()
        frame = page.locator("svg.pt-map").bounding_box()
        assert frame is not None
        x, y = frame["x"] + frame["width"] / 2, frame["y"] + frame["height"] / 3
        page.mouse.move(x, y)
        page.keyboard.down("Control")
        page.mouse.wheel(0, -400)
        page.keyboard.up("Control")
        page.wait_for_function("document.querySelector('svg.pt-map').viewBox.baseVal.width < 3000")
        before, url = _box(page), page.url
        page.mouse.down()
        page.mouse.move(x + 80, y + 10, steps=4)
        page.mouse.up()
        assert _box(page)[0] < before[0]
        assert page.url == url  # a drag is no click
        assert complaints == []


def test_the_view_never_leaves_the_world(browser: Browser, small_site: str) -> None:
    with window(browser, WIDE) as (page, _):
        _still(page)
        page.goto(f"{small_site}/en/map/")
        whole = _box(page)
        page.locator("svg.pt-map").focus()
        for key in ("+",) * 9 + ("ArrowLeft", "ArrowUp") * 40:
            page.keyboard.press(key)
        assert _box(page)[:2] == whole[:2]
        assert _box(page)[2] == pytest.approx(whole[2] / 16)
        expect(page.get_by_role("button", name="Zoom in")).to_have_attribute("aria-disabled", "true")


def test_the_tip_says_what_a_screen_reader_hears(browser: Browser, small_site: str) -> None:
    with window(browser, WIDE) as (page, _):
        page.goto(f"{small_site}/en/map/")
        link = page.locator("svg.pt-map a[href*='market=BRA']").first
        said = link.get_attribute("aria-label")
        link.hover()
        tip = page.locator(".x-tip")
        expect(tip).to_have_text(str(said))
        page.mouse.move(5, 5)
        expect(tip).to_be_hidden()
        page.locator("#x-find").focus()
        page.locator("svg.pt-map").focus()
        page.keyboard.press("Tab")
        expect(tip).to_be_visible()
        assert tip.inner_text() == page.evaluate("document.activeElement.getAttribute('aria-label')")
        page.keyboard.press("Escape")
        expect(tip).to_be_hidden()


def test_a_market_is_found_by_its_name(browser: Browser, small_site: str) -> None:
    with window(browser, Way("fr", 1280, True, "light")) as (page, _):
        _still(page)
        page.goto(f"{small_site}/fr/map/")
        page.get_by_label("Trouver sur la carte").fill("coree du s")
        page.keyboard.press("Enter")
        assert "market=KOR" in page.evaluate("document.activeElement.getAttribute('href')")
        expect(page.locator("#row-KOR")).to_have_class(re.compile("is-lit"))
        assert _box(page)[2] < 2000
        page.get_by_label("Trouver sur la carte").fill("atlantide")
        page.keyboard.press("Enter")
        expect(page.locator("body > [aria-live]")).to_have_text("Aucun marché de ce nom sur la carte")


def test_the_map_follows_a_choice_and_the_way_back_works(browser: Browser, small_site: str) -> None:
    with window(browser, WIDE) as (page, complaints):
        page.goto(f"{small_site}/en/map/")
        page.get_by_label("Indicator", exact=True).select_option("share")
        page.wait_for_url(re.compile("by=share"))
        page.wait_for_function("document.activeElement.id === 'field-by'")
        expect(page.locator("body > [aria-live]")).to_contain_text("The map has changed: Books, France: Market share")
        page.get_by_label("Sector", exact=True).select_option("music")
        page.wait_for_url(re.compile("sector=music"))
        page.go_back()
        page.wait_for_url(re.compile("by=share"))
        expect(page.get_by_label("Sector", exact=True)).to_have_value("book")
        expect(page.get_by_role("heading", level=1)).to_contain_text("Books")
        # An exporter is typed; what was there comes back where nothing was.
        exporter = page.get_by_label("Exporter", exact=True)
        exporter.focus()
        expect(exporter).to_have_value("")
        page.keyboard.press("Tab")
        expect(exporter).to_have_value("France")
        assert complaints == []


def test_three_years_are_a_slider(browser: Browser, small_site: str) -> None:
    def older(route: Route) -> None:
        answer = route.fetch()
        text = answer.text().replace('<option value="2023">', '<option value="2022">2022</option><option value="2023">')
        route.fulfill(response=answer, body=text)

    with window(browser, WIDE) as (page, _):
        page.goto(f"{small_site}/en/map/")
        expect(page.get_by_role("slider")).to_have_count(0)  # two years are a list
        page.route("**/en/map/**", older)
        page.goto(f"{small_site}/en/map/")
        years = page.get_by_role("slider", name="Year")
        expect(years).to_have_attribute("aria-valuetext", "2024")
        years.focus()
        page.keyboard.press("ArrowLeft")
        page.wait_for_url(re.compile("year="))
        assert _asked(page)["year"] in ("2022", "2023")
        expect(page.locator("#x-year")).to_be_focused()


def test_nothing_moves_while_the_tools_come(browser: Browser, small_site: str) -> None:
    for width in (360, 800, 1280):
        with window(browser, Way("fr", width, True, "light")) as (page, _):
            page.goto(f"{small_site}/fr/map/")
            page.wait_for_load_state("networkidle")
            moved = page.evaluate(
                """() => new Promise(done => {
                    let sum = 0;
                    new PerformanceObserver(list => list.getEntries().forEach(entry => { sum += entry.value; }))
                        .observe({type: 'layout-shift', buffered: true});
                    setTimeout(() => done(sum), 300);
                })"""
            )
            assert moved < 0.01, width
            assert page.get_by_role("button", name="Agrandir").bounding_box()["height"] >= 44  # type: ignore[index]


def test_without_scripts_every_control_works(browser: Browser, small_site: str) -> None:
    with window(browser, BARE) as (page, complaints):
        page.goto(f"{small_site}/en/map/")
        assert page.locator(".x-tools, .x-find, .x-copy, .x-tip").count() == 0
        page.get_by_label("Exporter", exact=True).fill("Belgique")
        page.get_by_role("button", name="Show").click()
        assert _asked(page)["exporter"] == "BEL"
        page.get_by_role("link", name="logarithmic").click()
        assert _asked(page)["scale"] == "log"
        expect(page.get_by_text("logarithmic classes", exact=False).first).to_be_visible()
        page.get_by_role("link", name="Services").click()
        assert (_asked(page)["flow"], _asked(page)["scale"]) == ("services", "log")
        page.get_by_role("link", name="Every sector").click()
        expect(page.locator(".x-small")).to_have_count(14)
        page.locator(".x-small a").nth(2).click()
        assert _asked(page)["exporter"] == "BEL"
        assert "view" not in _asked(page)
        with page.expect_download() as download:
            page.get_by_role("link", name="XLSX").click()
        assert download.value.suggested_filename.startswith("bel-")
        assert complaints == []


def test_a_misspelt_exporter_is_met_half_way(browser: Browser, small_site: str) -> None:
    with window(browser, BARE) as (page, _):
        page.goto(f"{small_site}/en/map/?exporter=Belgim&sector=fashion")
        page.get_by_role("link", name="Belgium").click()
        assert (_asked(page)["exporter"], _asked(page)["sector"]) == ("BEL", "fashion")


def test_what_is_to_copy_is_copied(browser: Browser, small_site: str) -> None:
    with window(browser, WIDE) as (page, _):
        page.goto(f"{small_site}/en/map/")
        page.get_by_role("button", name="Copy the code").click()
        expect(page.locator("[data-x-copied]")).to_have_text("Copied")
        selected = page.evaluate("document.getElementById('share-code').selectionEnd")
        assert selected == len(page.locator("#share-code").input_value())


@contextmanager
def _other_site(body: str) -> Iterator[str]:
    """Serve one page from another origin, as an embassy would."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(f"<!DOCTYPE html><title>An embassy</title>{body}".encode())

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


def test_another_site_shows_the_light_page_and_not_the_whole_one(browser: Browser, small_site: str) -> None:
    with window(browser, WIDE) as (page, complaints):
        page.goto(f"{small_site}/en/map/")
        code = page.locator("#share-code").input_value()
        with _other_site(f'{code}<iframe src="{small_site}/en/map/" title="whole"></iframe>') as embassy:
            page.goto(embassy)
            framed = page.frame_locator("iframe").first
            expect(framed.locator("svg.pt-map .pt-area").first).to_be_attached()
            expect(framed.get_by_role("link", name=re.compile("on Portulan"))).to_be_visible()
            assert any("frame-ancestors" in text for text in complaints)
            assert page.frame_locator("iframe").nth(1).locator("main").count() == 0
            framed.get_by_role("link", name=re.compile("on Portulan")).click()
            page.wait_for_url(re.compile("/en/map/"))  # its links open in the place of the other site
