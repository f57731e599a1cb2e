"""Signing in with a provider, in a real browser: there and back, with scripts and without, and out of both."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import serve
from tests.journeys.crossing import PHONE, WIDE, Way
from tests.journeys.window import violations, window

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("desk")]

WAYS = (Way("en", WIDE, True, "light"), Way("fr", PHONE, False, "dark"))
SAID = {
    "en": ("Sign in with Culture Connect", "Sign out"),
    "fr": ("Se connecter avec Culture Connect", "Se déconnecter"),
}


@dataclass(frozen=True)
class Desk:
    """The site, and the provider it names."""

    address: str
    issuer: str


@pytest.fixture(scope="module")
def desk(two_years: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    import oidc_provider_mock
    from oidc_provider_mock._server import _threaded_server

    app = oidc_provider_mock.app(require_nonce=True)
    with _threaded_server(app, host="127.0.0.1", poll_interval=0.05) as server:
        issuer = f"http://127.0.0.1:{server.server_port}"
        chosen = {
            "PORTULAN_OPENID": issuer, "PORTULAN_OPENID_CLIENT": "portulan", "PORTULAN_OPENID_SECRET": "secret",
            "PORTULAN_OPENID_NAME": "Culture Connect",
        }  # fmt: skip
        home = tmp_path_factory.mktemp("provided")
        for address in serve("portulan", home, two_years, PORTULAN_DEMO="1", DATABASE_URL="", **chosen):
            yield Desk(address, issuer)


def somebody(page: Page, desk: Desk, way: Way) -> tuple[str, str]:
    """Let the provider know one of the invented people; return their number there, and their name."""
    page.goto(f"{desk.address}/{way.language}/account/sign-in/")
    option = page.locator("#field-who option").nth(WAYS.index(way) + 2).inner_text()
    name, email = re.findall(r"(.*) \((.*)\)", option)[0]
    number = f"number-{WAYS.index(way)}"
    httpx.put(f"{desk.issuer}/users/{number}", json={"email": email, "email_verified": True}).raise_for_status()
    return number, name


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_there_and_back_and_out_of_both(browser: Browser, desk: Desk, way: Way) -> None:
    button, out = SAID[way.language]
    with window(browser, way) as (page, complaints):
        page.route("**/cdn.jsdelivr.net/**", lambda route: route.abort())
        number, name = somebody(page, desk, way)
        assert not way.script or violations(page) == []
        page.get_by_role("button", name=button).click()
        page.wait_for_url(f"{desk.issuer}/**")
        page.locator("input[name=sub]").fill(number)
        page.locator("button[type=submit]").first.click()
        expect(page).to_have_url(f"{desk.address}/{way.language}/account/")
        expect(page.locator("h1")).to_have_text(name)
        expect(page.locator("main")).to_contain_text("Culture Connect")
        assert not way.script or violations(page) == []
        page.get_by_role("button", name=out, exact=True).first.click()
        page.wait_for_url(f"{desk.issuer}/**")
        page.goto(f"{desk.address}/{way.language}/account/")
        expect(page).to_have_url(re.compile(f"/{way.language}/account/sign-in/"))
        # What the pages of the provider ask for is its own affair.
        ours = (desk.address, "Content Security Policy")
        assert [said for said in complaints if any(word in said for word in ours)] == []


def test_somebody_whom_nobody_vouches_for_reads_what_to_do(browser: Browser, desk: Desk) -> None:
    way = WAYS[1]  # without scripts, in French
    with window(browser, way) as (page, _complaints):
        page.route("**/cdn.jsdelivr.net/**", lambda route: route.abort())
        number, _name = somebody(page, desk, way)
        httpx.put(f"{desk.issuer}/users/{number}x", json={"email": "a@example.org"}).raise_for_status()
        page.get_by_role("button", name=SAID[way.language][0]).click()
        page.wait_for_url(f"{desk.issuer}/**")
        page.locator("input[name=sub]").fill(f"{number}x")
        page.locator("button[type=submit]").first.click()
        expect(page.locator("html")).to_have_attribute("lang", "fr")
        expect(page).to_have_url(re.compile("/openid/back/"))
