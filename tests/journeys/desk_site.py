"""A desk with invented people, served, with its letterbox: where the journeys of the desk take place."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.message import EmailMessage
from email.utils import make_msgid
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.journeys.conftest import clean_environment, serve
from tests.journeys.crossing import Way
from tests.journeys.letterbox import Letterbox, text_of
from tests.journeys.window import violations, wide

REPLIES = {"PORTULAN_REPLY_ADDRESS": "reply@desk.example"}
_SET_UP = "import django\ndjango.setup()\n"


@dataclass(frozen=True)
class Site:
    """A desk with invented people, and its letterbox."""

    address: str
    home: Path
    letters: Letterbox

    def rows(self, sql: str, *values: object) -> list[tuple[object, ...]]:
        """Return what the database answers, as the journeys cannot see all of it on a page."""
        with sqlite3.connect(self.home / "portulan.sqlite3", timeout=10) as database:
            return database.execute(sql, values).fetchall()

    def colleague(self, reference: str) -> str:
        """Return the address of the one who has a question in hand; empty for the coordination desk."""
        found = self.rows(
            "SELECT p.email FROM enquiries_enquiry e JOIN enquiries_need n ON n.enquiry_id = e.id"
            " JOIN enquiries_match m ON m.need_id = n.id AND m.current LEFT JOIN people_person p ON p.id = m.person_id"
            " WHERE e.reference = ?",
            reference,
        )
        return str(found[0][0] or "")

    def run(self, *command: str, given: bytes = b"") -> str:
        """Run something beside the site, as whoever keeps it would; return what it says."""
        done = subprocess.run(
            [sys.executable, *command],
            input=given,
            env={
                **clean_environment(self.home), **REPLIES, "DATABASE_URL": "",
                "DJANGO_SETTINGS_MODULE": "portulan.desk.config.settings",
            },
            capture_output=True,
            check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode()

    def act(self, program: str) -> str:
        """Do with the services what no page of the site does."""
        return self.run("-c", _SET_UP + program)

    def receive(self, sender: str, to: str, text: str) -> None:
        """Hand a letter over as a mail server does."""
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = sender, to, "Re: a question"
        mail["Message-ID"] = make_msgid(domain="far.example")
        mail.set_content(text)
        self.run("-m", "portulan", "mail", "receive", given=mail.as_bytes())


def today() -> date:
    """Return the day it is where the site is."""
    return datetime.now(UTC).date()


def serve_desk(home: Path, release: Path, **settings: str) -> Iterator[Site]:
    """Serve a desk with invented people, whose letters can be answered."""
    for address in serve("portulan", home, release, PORTULAN_DEMO="1", DATABASE_URL="", **REPLIES, **settings):
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


def sign_in_by_code(page: Page, site: Site, way: Way, email: str) -> None:
    """Sign in with the code of a letter, as people who exist do."""
    page.context.clear_cookies()
    page.goto(f"{site.address}/{way.language}/account/sign-in/")
    before = len(site.letters.all(email))
    page.locator("#field-email").fill(email)
    page.locator("main form:has(#field-email) button").first.click()
    text = text_of(site.letters.last(email, beyond=before))
    found = re.search(r"\b[B-Z]{4}-[B-Z]{4}\b", text)
    assert found is not None, text
    page.locator("#field-code").fill(found[0])
    page.locator("main form button").first.click()
    expect(page).to_have_url(re.compile(rf"/{way.language}/account/$"))


def ask(page: Page, site: Site, way: Way, about: str, name: str, email: str, text: str) -> str:
    """Ask a question as a visitor, see one's own page, and return its address."""
    page.context.clear_cookies()
    page.goto(f"{site.address}/{way.language}/ask/?{about}")
    page.locator("#field-text").fill(text)
    page.locator("#field-name").fill(name)
    page.locator("#field-email").fill(email)
    page.locator("input[name=asking]").first.check()
    stands(page, way)
    page.locator("form:has(#field-text) button[type=submit]:not([name])").click()
    expect(page).to_have_url(re.compile(r"/ask/[0-9A-Z]{4}-[0-9A-Z]{4}/[0-9a-f]{32}/\?done=new"))
    stands(page, way)
    return page.url.partition("?")[0]


def reference_of(own: str) -> str:
    """Return the reference in the address of an asker's own page."""
    return own.split("/")[-3]


def unfold(page: Page, ident: str) -> None:
    """Open a part of the page that is folded."""
    page.locator(f"#{ident} > summary").click()


def sent(page: Page, form: str) -> None:
    """Send a form that holds a field, and see that something was done."""
    page.locator(f"form:has({form}) button[type=submit]").first.click()
    expect(page).to_have_url(re.compile(r"done="))


def stands(page: Page, way: Way) -> None:
    """See that nobody is kept from a page: as wide as the window at most, and nothing that axe finds."""
    assert (across := wide(page)) <= way.width, f"{page.url} is {across} wide in a window of {way.width}"
    if way.script:
        assert violations(page) == [], page.url
