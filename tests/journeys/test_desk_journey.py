"""A question from a reader to an answer that serves the next: asked, answered by mail, closed, made a card."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import make_msgid
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import clean_environment, serve
from tests.journeys.crossing import PHONE, WIDE, Way
from tests.journeys.letterbox import Letterbox, text_of
from tests.journeys.window import violations, window

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("journeys")]
REPLIES = {"PORTULAN_REPLY_ADDRESS": "reply@desk.example"}
ASKER = "paule@studio.example"
WAYS = (
    Way("en", WIDE, True, "light"),
    pytest.param(Way("fr", PHONE, False, "dark"), marks=pytest.mark.full),
)


@dataclass(frozen=True)
class Site:
    """A desk with invented people, and its letterbox."""

    address: str
    home: Path
    letters: Letterbox

    def colleague(self, reference: str) -> str:
        """Return the address of the one who was asked to answer a question."""
        with sqlite3.connect(self.home / "portulan.sqlite3", timeout=10) as database:
            (found,) = database.execute(
                "SELECT p.email FROM enquiries_enquiry e JOIN enquiries_need n ON n.enquiry_id = e.id"
                " JOIN enquiries_match m ON m.need_id = n.id JOIN people_person p ON p.id = m.person_id"
                " WHERE e.reference = ?",
                (reference,),
            ).fetchone()
        return str(found)

    def receive(self, sender: str, to: str, text: str) -> None:
        """Hand a letter over as a mail server does."""
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = sender, to, "Re: a question"
        mail["Message-ID"] = make_msgid(domain="far.example")
        mail.set_content(text)
        done = subprocess.run(
            [sys.executable, "-m", "portulan", "mail", "receive"],
            input=mail.as_bytes(),
            env={**clean_environment(self.home), **REPLIES, "DATABASE_URL": ""},
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode()


@pytest.fixture(scope="module")
def site(two_years: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    home = tmp_path_factory.mktemp("desk")
    for address in serve("portulan", home, two_years, PORTULAN_DEMO="1", DATABASE_URL="", **REPLIES):
        yield Site(address, home, Letterbox(home))


def sign_in_as(page: Page, site: Site, way: Way, email: str) -> None:
    """Sign in as one of the invented people, in one click."""
    page.context.clear_cookies()
    page.goto(f"{site.address}/{way.language}/account/sign-in/")
    listed = page.locator("#field-who option", has_text=email)
    if listed.count():
        page.locator("#field-who").select_option(listed.first.get_attribute("value"))
        page.locator("form:has(#field-who) button").click()
    else:
        page.locator("button[name=who]").first.click()
    expect(page).to_have_url(re.compile(rf"/{way.language}/account/$"))


def unfold(page: Page, ident: str) -> None:
    """Open a part of the page that is folded."""
    page.locator(f"#{ident} > summary").click()


def sent(page: Page, form: str) -> None:
    """Send a form that holds a field, and see that something was done."""
    page.locator(f"form:has({form}) button[type=submit]").first.click()
    expect(page).to_have_url(re.compile(r"done="))


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
        page.locator("form:has(#field-text) button[type=submit]").click()
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
