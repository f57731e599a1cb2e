"""Signing in, in a real browser: by the code of a real mail, by a passkey, by an app; and the page of the account."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.desk.people.app_codes import six
from tests.journeys.conftest import serve
from tests.journeys.crossing import PHONE, WIDE, Way
from tests.journeys.letterbox import Letterbox, text_of
from tests.journeys.window import violations, window

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("desk")]

WAYS = (Way("en", WIDE, True, "light"), Way("fr", PHONE, True, "dark"))
BARE = (Way("en", PHONE, False, "dark"), Way("fr", WIDE, False, "light"))
ONCE = [WAYS[0], pytest.param(WAYS[1], marks=pytest.mark.full)]


@dataclass(frozen=True)
class Desk:
    """The site at an address with a name, as passkeys want it, and its letterbox."""

    address: str
    letters: Letterbox


@pytest.fixture(scope="module")
def desk(two_years: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    home = tmp_path_factory.mktemp("mailed")
    for address in serve("portulan", home, two_years, PORTULAN_DEMO="1", DATABASE_URL=""):
        yield Desk(address.replace("127.0.0.1", "localhost"), Letterbox(home))


def troubles(complaints: list[str]) -> list[str]:
    """Return what is wrong; that the site has a name here is not."""
    return [said for said in complaints if not said.startswith("http://localhost:")]


def somebody(page: Page, desk: Desk, way: Way, number: int) -> str:
    """Return the address of one of the invented people, another for each way."""
    page.goto(f"{desk.address}/{way.language}/account/sign-in/")
    named = page.locator("#field-who option").nth(number + 7 * (WAYS + BARE).index(way)).inner_text()
    return re.findall(r"\((.*)\)", named)[0]


def ask_for_code(page: Page, desk: Desk, way: Way, email: str) -> str:
    """Ask for a code, and return the mail that brings it."""
    page.goto(f"{desk.address}/{way.language}/account/sign-in/?next=/{way.language}/account/%23data")
    page.locator("#field-email").fill(email.upper())
    page.locator("main form button").first.click()
    expect(page).to_have_url(re.compile(rf"/{way.language}/account/code/"))
    return text_of(desk.letters.last(email))


def by_code(page: Page, desk: Desk, way: Way, email: str) -> None:
    """Sign in by the code of the mail."""
    text = ask_for_code(page, desk, way, email)
    found = re.search(r"\b[B-Z]{4}-[B-Z]{4}\b", text)
    assert found is not None, text
    page.locator("#field-code").fill(found[0])
    page.locator("main form button").first.click()


def sign_out(page: Page) -> None:
    page.locator("form[action$='/account/sign-out/'] button").click()
    expect(page.locator("#field-email")).to_be_visible()


@pytest.mark.parametrize("way", [*WAYS, BARE[0], pytest.param(BARE[1], marks=pytest.mark.full)], ids=str)
def test_a_code_by_mail_and_the_page_of_the_account(browser: Browser, desk: Desk, way: Way) -> None:
    with window(browser, way) as (page, complaints):
        email = somebody(page, desk, way, 0)
        if way.script:
            assert violations(page) == []
        by_code(page, desk, way, email)
        expect(page).to_have_url(f"{desk.address}/{way.language}/account/#data")
        expect(page.locator("main")).to_contain_text(email)
        if way.script:
            assert violations(page) == []
        first = page.locator("#agreements ~ * form button, section[aria-labelledby=agreements] form button").first
        before = first.inner_text()
        first.click()
        expect(first).not_to_have_text(before)
        with page.expect_download() as taken:
            page.locator("a[href$='/account/data/']").click()
        assert email in taken.value.path().read_text(encoding="utf-8")
        sign_out(page)
        page.goto(f"{desk.address}/{way.language}/account/")
        expect(page.locator("#field-email")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= way.width if way.script else True
        assert troubles(complaints) == []


@pytest.mark.parametrize("way", ONCE, ids=str)
def test_the_link_of_the_mail_in_this_browser_and_in_another(browser: Browser, desk: Desk, way: Way) -> None:
    with window(browser, way) as (page, complaints), window(browser, way) as (other, _):
        email = somebody(page, desk, way, 1)
        (link,) = re.findall(r"http://\S+", ask_for_code(page, desk, way, email))
        other.goto(link)
        expect(other.locator("#code")).to_be_visible()
        expect(other.locator("#field-code")).to_have_count(0)
        assert violations(other) == []
        page.goto(link)
        expect(page.locator("#field-code")).not_to_have_value("")
        assert violations(page) == []
        page.locator("main form button").first.click()
        expect(page.locator("main")).to_contain_text(email)
        assert troubles(complaints) == []


@pytest.mark.parametrize("way", ONCE, ids=str)
def test_a_passkey_is_made_and_signs_in(browser: Browser, desk: Desk, way: Way) -> None:
    with window(browser, way) as (page, complaints):
        keys = page.context.new_cdp_session(page)
        keys.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
            "isUserVerified": True, "automaticPresenceSimulation": True,
        }  # fmt: skip
        authenticator = keys.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]
        email = somebody(page, desk, way, 2)
        by_code(page, desk, way, email)
        page.locator("a[href$='/proofs/passkeys/add/']").click()
        page.locator("#field-name").fill("My device")
        assert violations(page) == []
        page.locator("form[data-passkey=make] button").click()
        # Recovery codes come with the first other proof, without asking again for the one just given.
        expect(page.locator("#codes li")).to_have_count(10)
        assert violations(page) == []
        page.goto(f"{desk.address}/{way.language}/account/")
        expect(page.locator("main")).to_contain_text("My device")
        sign_out(page)
        page.locator("form[data-passkey=prove] button").click()
        expect(page.locator("main")).to_contain_text(email)
        # By mail, the passkey is the second proof; taking it away asks for it once more.
        sign_out(page)
        by_code(page, desk, way, email)
        assert violations(page) == []
        page.locator("form[data-passkey=prove] button").click()
        expect(page.locator("main")).to_contain_text(email)
        page.locator("a[href*='/proofs/passkeys/'][href$='/remove/']").click()
        expect(page.locator("form[data-passkey=prove]")).to_be_visible()
        assert violations(page) == []
        page.locator("form[data-passkey=prove] button").click()
        page.locator("main form button").first.click()
        expect(page.locator("main")).not_to_contain_text("My device")
        # A device without a passkey says so in words, and nothing breaks.
        sign_out(page)
        keys.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": authenticator})
        keys.send("WebAuthn.addVirtualAuthenticator", {"options": {**options, "isUserVerified": False}})
        page.locator("form[data-passkey=prove] button").click()
        expect(page.locator("[data-failed]")).to_be_visible()
        assert troubles(complaints) == []


@pytest.mark.parametrize("way", [WAYS[0], pytest.param(BARE[1], marks=pytest.mark.full)], ids=str)
def test_an_app_is_set_up_from_its_letters(browser: Browser, desk: Desk, way: Way) -> None:
    with window(browser, way) as (page, complaints):
        email = somebody(page, desk, way, 3)
        by_code(page, desk, way, email)
        page.locator("a[href$='/proofs/app/']").click()
        expect(page.locator("[role=img] svg")).to_be_visible()
        if way.script:
            assert violations(page) == []
        secret = page.locator("#secret").inner_text().replace(" ", "")
        page.locator("#field-code").fill(six(secret))
        page.locator("main form button").first.click()
        expect(page.locator("#codes li")).to_have_count(10)
        code = page.locator("#codes li").nth(4).inner_text()
        page.goto(f"{desk.address}/{way.language}/account/")
        sign_out(page)
        by_code(page, desk, way, email)
        expect(page).to_have_url(re.compile("/account/sign-in/factor/"))
        page.locator("#field-code").fill(code)
        page.locator("main form button").last.click()
        expect(page.locator("main")).to_contain_text(email)
        assert troubles(complaints) == []


def test_where_there_are_no_passkeys_none_are_offered(browser: Browser, desk: Desk) -> None:
    with window(browser, WAYS[0]) as (page, _):
        page.goto(f"{desk.address.replace('localhost', '127.0.0.1')}/en/account/sign-in/")
        expect(page.locator("#field-email")).to_be_visible()
        expect(page.locator("form[data-passkey]")).to_be_hidden()


@pytest.mark.parametrize("way", [WAYS[1], BARE[0]], ids=str)
def test_a_reader_of_the_demonstration_signs_in_in_one_click(browser: Browser, desk: Desk, way: Way) -> None:
    with window(browser, way) as (page, complaints):
        page.goto(f"{desk.address}/{way.language}/account/sign-in/")
        page.locator("form[action$='/invented/'] button").first.click()
        expect(page.locator("main")).to_contain_text("coordination@example.org")
        assert troubles(complaints) == []
