"""A question from a reader to an answer that serves the next: asked, answered by mail, closed, made a card."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.crossing import PHONE, WIDE, Way
from tests.journeys.desk_site import Site, sent, serve_desk, sign_in_as, unfold
from tests.journeys.letterbox import text_of
from tests.journeys.window import violations, window

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("desk")]
ASKER = "paule@studio.example"
WAYS = (
    Way("en", WIDE, True, "light"),
    pytest.param(Way("fr", PHONE, False, "dark"), marks=pytest.mark.full),
)


@pytest.fixture(scope="module")
def site(two_years: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    yield from serve_desk(tmp_path_factory.mktemp("desk"), two_years)


def worked(page: Page, site: Site, way: Way, reference: str, word: str) -> str:
    """Promise, keep, close and make a card, as the colleague who answered; return where the card is."""
    page.goto(f"{site.address}/{way.language}/desk/?view=mine")
    page.locator("#questions tbody th", has_text=reference).locator("a").click()
    assert violations(page) == [] if way.script else True
    unfold(page, "to-promise")
    page.locator("#field-what").fill("Send the three addresses")
    page.locator("#field-due").fill(f"{datetime.now(UTC) + timedelta(days=9):%Y-%m-%d}")
    sent(page, "#field-what")
    page.locator("button[name=how][value=kept]").click()
    expect(page).to_have_url(re.compile("done=kept"))
    unfold(page, "to-close")
    page.locator("input[name=closing][value=helped]").check()
    sent(page, "input[name=closing]")
    page.locator("a[href*='/desk/answers/new/']").click()
    page.locator("#field-question").fill(f"Who publishes foreign games in Japan, {word}?")
    page.locator("#field-answer").fill("Three houses do; write to them in autumn.")
    page.locator("form:has(#field-question) button[type=submit]").click()
    expect(page).to_have_url(re.compile(r"/desk/answers/[0-9]+/$"))
    return page.url


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_a_question_is_answered_by_mail_and_serves_the_next_to_ask(browser: Browser, site: Site, way: Way) -> None:
    word = f"signature{way.language}"
    with window(browser, way) as (page, complaints):
        page.goto(f"{site.address}/{way.language}/ask/?market=JPN&sector=games&topic=partners")
        page.locator("#field-text").fill("We look for somebody who would publish our game in Japan next year.")
        page.locator("#field-name").fill("Paule Dupuis-Lorme")
        page.locator("#field-email").fill(ASKER)
        page.locator("input[name=asking]").first.check()
        assert violations(page) == [] if way.script else True
        before = len(site.letters.all(ASKER))
        page.locator("form:has(#field-text) button[type=submit]:not([name])").click()
        expect(page).to_have_url(re.compile(r"/ask/[0-9A-Z]{4}-[0-9A-Z]{4}/[0-9a-f]{32}/\?done=new"))
        mine = page.url.partition("?")[0]
        reference = mine.split("/")[-3]
        assert reference in str(site.letters.last(ASKER, beyond=before)["Subject"])

        # The one designated answers the letter they got.
        colleague = site.colleague(reference)
        letter = next(one for one in reversed(site.letters.all(colleague)) if reference in str(one["Subject"]))
        site.receive(colleague, str(letter["Reply-To"]), f"Three houses take foreign games, {word}.")
        assert word in text_of(site.letters.last(ASKER, beyond=before + 1))
        page.goto(mine)
        expect(page.get_by_text(word)).to_be_visible()

        # At the desk: promised, kept, closed; then made a card, which somebody else reads.
        sign_in_as(page, site, way, colleague)
        card = worked(page, site, way, reference, word)
        sign_in_as(page, site, way, "coordination@example.org")
        page.goto(card)
        page.locator("button[name=act][value=publish]").click()

        # The next to ask finds it before writing; the first takes back all that names them.
        page.context.clear_cookies()
        page.goto(f"{site.address}/{way.language}/ask/?market=JPN&sector=games&topic=partners")
        expect(page.get_by_text(f"Who publishes foreign games in Japan, {word}?")).to_be_visible()
        page.goto(f"{mine}withdraw/")
        page.locator("form[action$='/withdraw/'] button[type=submit]").click()
        gone = page.goto(mine)
        assert gone is not None and gone.status == 404
        assert [one for one in complaints if "404" not in one] == []
