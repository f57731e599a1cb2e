"""Signing in without proof: only in a demonstration, on the reader's own machine, while nobody real has an account."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from portulan.desk.markets.services import keep_reference
from portulan.desk.network import demo
from portulan.desk.people.actors import Power
from portulan.desk.people.models import Account, Grant, Role
from tests.desk.people.conftest import account, browser
from tests.desk.reading import read

pytestmark = pytest.mark.django_db
PAGE = "/en/account/sign-in/"


@pytest.fixture
def invented(settings: Any) -> Account:
    """A demonstration with two people, and a role."""
    settings.PORTULAN_DEMO = True
    account("Basile", invented=True)
    coline = account("Coline", invented=True)
    assert coline.person is not None
    Grant.objects.create(person=coline.person, role=Role.COORDINATION, since=date(2026, 1, 1))
    return coline


def offered(client: Client) -> list[str]:
    """Return the numbers of those whom the page of sign-in offers."""
    page = read(client.get(PAGE).content.decode())
    forms = [one for one in page.all("form") if one.attributes["action"].endswith("/invented/")]
    return [
        one.attributes["value"]
        for form in forms
        for one in form.all("button", "option")
        if one.attributes.get("value", "").isdigit()
    ]


def tries(client: Client, who: Account) -> int:
    """Try to sign in as somebody without proof; return the status of the answer."""
    return int(client.post("/en/account/sign-in/invented/", {"who": who.pk}).status_code)


def test_one_click_signs_in_as_somebody_invented(invented: Account) -> None:
    client = browser()
    assert offered(client) == [str(invented.pk), str(Account.objects.get(email="basile@example.org").pk)]
    assert tries(client, invented) == 302
    page = client.get("/en/account/").content.decode()
    assert "Coline Exemple" in page and "This person is invented." in page and "Coordination desk" in page


@pytest.mark.parametrize("why", ["no demonstration", "https", "another host", "somebody real"])
def test_where_it_could_matter_nobody_is_let_in(invented: Account, settings: Any, why: str) -> None:
    client, host = browser(), "localhost"
    if why == "no demonstration":
        settings.PORTULAN_DEMO = False
    elif why == "https":
        settings.HTTPS = True
    elif why == "another host":
        settings.ALLOWED_HOSTS, host = ["portulan.example"], "portulan.example"
        client = Client(SERVER_NAME=host)
    else:
        account("Real")
    assert offered(client) == []
    assert tries(client, invented) == 404
    assert client.get("/en/account/").status_code == 302


def test_somebody_real_is_never_offered_and_no_number_helps(invented: Account) -> None:
    client = browser()
    assert tries(client, Account(pk=10**6)) == 404
    assert client.post("/en/account/sign-in/invented/", {"who": "x"}).status_code == 404
    assert client.post("/en/account/sign-in/invented/").status_code == 404
    assert client.get("/en/account/sign-in/invented/").status_code == 405


def test_everybody_invented_has_an_account_and_one_keeps_the_coordination_desk(settings: Any) -> None:
    from portulan.desk.people import selectors

    settings.PORTULAN_DEMO = True
    keep_reference()
    loaded = demo.load(date(2026, 11, 22))
    assert Account.objects.count() == loaded.people
    assert all(one.email.endswith("@example.org") and one.email.isascii() for one in Account.objects.all())
    coline = selectors.account_at("coordination@example.org")
    assert coline is not None and coline.person is not None
    assert selectors.rights_of(coline.person.pk).roles == {Role.COORDINATION}
    assert Power.COORDINATION in offered_powers(coline)
    assert len(offered(browser())) == loaded.people
    demo.remove()
    assert not Account.objects.exists()


def offered_powers(who: Account) -> frozenset[Power]:
    """Return the powers of somebody who came in by one click."""
    from django.contrib.auth import get_user
    from django.test import RequestFactory

    from portulan.desk.people.actors import actor_of

    client = browser()
    assert tries(client, who) == 302
    request = RequestFactory(SERVER_NAME="localhost").get("/")
    request.session = client.session
    request.user = get_user(request)
    return actor_of(request).powers
