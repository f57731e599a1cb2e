"""The mail that a demonstration kept, read in a real browser at the machine itself."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.desk.core.office import Office
from tests.desk.core.peers import free_port
from tests.journeys.crossing import PHONE, WIDE, Way
from tests.journeys.window import violations, wide, window

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("desk")]

WAYS = (Way("en", WIDE, True, "light"), Way("fr", PHONE, True, "dark"), Way("en", 320, False, "light"))
LONG = "https://desk.example/" + "a" * 120


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A demonstration that wrote two mails."""
    desk, port = Office(tmp_path_factory.mktemp("mail"), {"PORTULAN_DEMO": "1"}), free_port()
    try:
        desk.start("-m", "tests.desk.run_fake", "serve", "--port", str(port))
        desk.until(lambda: "Portulan is at" in desk.log(), 90)
        desk.ask("post", to=["Ada Exemple", "ada@example.org"], subject="First", text=f"Hello\n\n{LONG}\n")
        desk.ask("post", to=["Basile", "basile@example.org"], subject="Ihr Code", text="482913", language="de")
        yield f"http://127.0.0.1:{port}"
    finally:
        desk.close()


@pytest.mark.parametrize("way", [*WAYS[:2], pytest.param(WAYS[2], marks=pytest.mark.full)], ids=str)
def test_kept_mail_is_listed_and_read(browser: Browser, address: str, way: Way) -> None:
    with window(browser, way) as (page, complaints):
        page.goto(f"{address}/{way.language}/dev/mail/")
        rows = page.locator("#mails-table tbody tr")
        # Reminders of the invented months may stand beside them: how many depends on the day.
        expect(rows.filter(has_text="Ihr Code")).to_have_count(1)
        assert not way.script or violations(page) == []
        assert wide(page) <= way.width
        rows.filter(has_text="First").get_by_role("link").click()
        expect(page).to_have_url(re.compile(rf"/{way.language}/dev/mail/\d+/$"))
        expect(page.get_by_role("heading", level=1)).to_have_text("First")
        expect(page.get_by_role("link", name=LONG)).to_be_visible()
        page.locator("summary").click()
        expect(page.get_by_text("auto-generated")).to_be_visible()
        assert not way.script or violations(page) == []
        assert wide(page) <= way.width
        assert complaints == []


def test_the_mail_page_is_nobody_elses(browser: Browser, address: str) -> None:
    with window(browser, WAYS[0]) as (page, _):
        page.context.set_extra_http_headers({"X-Forwarded-For": "192.0.2.1"})
        answer = page.goto(f"{address}/en/dev/mail/")
        assert answer is not None and answer.status == 404
