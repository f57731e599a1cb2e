"""Asked twice, joined, introduced to somebody who agrees; and it is said that it helped."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import clean_environment
from tests.journeys.crossing import PHONE, WIDE, Way
from tests.journeys.letterbox import text_of
from tests.journeys.test_desk_journey import Site, sent, sign_in_as, site, unfold  # noqa: F401 - a fixture among them
from tests.journeys.window import violations, wide, window

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("desk")]
OTHER = "hanae@publisher.example"
WAYS = (
    Way("en", WIDE, True, "light"),
    pytest.param(Way("fr", PHONE, False, "dark"), marks=pytest.mark.full),
)


def seen(page: Page, way: Way) -> None:
    """Have the page looked at, with what axe knows and for what does not fit."""
    assert not way.script or violations(page) == []
    assert wide(page) <= way.width


def asked(page: Page, site: Site, way: Way, asker: str, text: str) -> tuple[str, str]:  # noqa: F811
    """Ask by the form; return the reference, and the page of one's own."""
    page.goto(f"{site.address}/{way.language}/ask/?market=JPN&sector=games&topic=partners")
    page.locator("#field-text").fill(text)
    page.locator("#field-name").fill("Paule Dupuis-Lorme")
    page.locator("#field-email").fill(asker)
    page.locator("input[name=asking]").first.check()
    page.locator("form:has(#field-text) button[type=submit]:not([name])").click()
    expect(page).to_have_url(re.compile(r"done=new"))
    own = page.url.partition("?")[0]
    return own.split("/")[-3], own


def led(letter: EmailMessage, site: Site, word: str) -> str:  # noqa: F811
    """Return where a letter leads, on the served site."""
    found = re.search(rf"https?://[^/\s]+(/\S*{word}\S*)", text_of(letter))
    assert found is not None
    return site.address + found[1]


def opened(page: Page, site: Site, way: Way, reference: str) -> None:  # noqa: F811
    """Open a question from the list of the one who has it."""
    page.goto(f"{site.address}/{way.language}/desk/?view=mine")
    page.locator("#questions tbody th", has_text=reference).locator("a").click()


def joined(page: Page, site: Site, way: Way, reference: str) -> str:  # noqa: F811
    """Compare a question with the other one and join them; return where the colleague works on it."""
    opened(page, site, way, reference)
    page.locator("a[href$='/twins/']").click()
    seen(page, way)
    page.locator("form:has(input[name=other]) button[type=submit]").first.click()
    expect(page).to_have_url(re.compile(r"done=joined"))
    expect(page.get_by_text("Did you get my question?")).to_be_visible()
    seen(page, way)
    return page.url.partition("?")[0]


def proposed(page: Page, way: Way) -> None:
    """Propose somebody to meet."""
    page.locator("a[href$='/introduce/']").click()
    seen(page, way)
    page.locator("#field-name").fill("Hanae Muster")
    page.locator("#field-email").fill(OTHER)
    page.locator("#field-body").fill("A publisher of games in Osaka")
    page.locator("#field-purpose").fill("A game made in Lyon looks for a publisher.")
    sent(page, "#field-purpose")
    page.context.clear_cookies()


def agreed(page: Page, site: Site, way: Way, asker: str) -> None:  # noqa: F811
    """Have each say yes on the page of their letter; opening it says nothing."""
    mine, theirs = (led(site.letters.last(one), site, "introductions") for one in (asker, OTHER))
    for address in (mine, theirs):
        page.goto(address)
        seen(page, way)
        expect(page.get_by_text("Hanae")).to_have_count(0)
        page.locator("button[name=act][value=yes]").click()
        expect(page).to_have_url(re.compile(r"done=yes"))
    assert OTHER in str(site.letters.last(asker)["Reply-To"])
    assert asker in str(site.letters.last(OTHER)["Reply-To"])
    page.goto(mine)
    expect(page.get_by_text("Hanae Muster")).to_be_visible()
    seen(page, way)


def later(site: Site, days: int) -> None:  # noqa: F811
    """Have done what is due once a day, some days from now."""
    on = f"{datetime.now(UTC) + timedelta(days=days):%Y-%m-%d}"
    done = subprocess.run(
        [sys.executable, "-m", "portulan", "daily", "--on", on],
        env={**clean_environment(site.home), "DATABASE_URL": ""},
        capture_output=True,
        check=False,
    )
    assert b"what came of it: 1 letters" in done.stdout, done.stderr.decode()


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_asked_twice_joined_and_introduced(browser: Browser, site: Site, way: Way) -> None:  # noqa: F811
    asker = f"paule-{way.language}-{way.width}@twice.example"
    with window(browser, way) as (page, complaints):
        first, _own = asked(page, site, way, asker, "We look for somebody who would publish our game in Japan.")
        _second, other_own = asked(page, site, way, asker, "Did you get my question? We look for a publisher in Japan.")
        colleague = site.colleague(first)

        sign_in_as(page, site, way, colleague)
        desk = joined(page, site, way, first)
        proposed(page, way)
        agreed(page, site, way, asker)

        # Closed; the letter leads to one button.
        sign_in_as(page, site, way, colleague)
        page.goto(desk)
        seen(page, way)
        unfold(page, "to-close")
        page.locator("input[name=closing][value=helped]").check()
        sent(page, "input[name=closing]")
        page.context.clear_cookies()
        page.goto(led(site.letters.last(asker), site, "helped"))
        seen(page, way)
        page.locator("button[name=rating]").click()
        expect(page).to_have_url(re.compile(r"done=rated"))
        expect(page.get_by_text("Did you get my question?")).to_be_visible()
        seen(page, way)
        # Months later they are asked what came of it.
        later(site, 92)
        page.goto(led(site.letters.last(asker), site, "what-came"))
        page.locator("input[name=came][value=signed]").check()
        page.locator("form:has(input[name=came]) button[type=submit]").click()
        seen(page, way)  # what was signed is not said yet
        page.locator("input[name=signed][value=licence]").check()
        sent(page, "input[name=signed]")
        seen(page, way)

        # The page of the second question says where it is now, and leads whoever only typed the address nowhere.
        page.goto(other_own)
        expect(page.get_by_text(first).first).to_be_visible()
        expect(page.get_by_text("Did you get my question?")).to_have_count(0)
        seen(page, way)
        page.locator("button[name=act][value=again]").click()
        assert first in str(site.letters.last(asker)["Subject"])
        # A form sent back is answered by 422, which the browser reports.
        assert [one for one in complaints if "422" not in one] == []
