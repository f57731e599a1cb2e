"""People with accounts, mails that can be read, and a site without limits left over from another test."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.core.cache import caches
from django.test import Client

from portulan.desk.people.models import Account, Person
from portulan.desk.people.services import add_person, open_account
from tests.desk.posted import Letters

CODE = re.compile(r"\b[B-Z]{4}-[B-Z]{4}\b")


@pytest.fixture(autouse=True)
def _no_limits_spent() -> Iterator[None]:
    """What another test used up is forgotten."""
    caches["default"].clear()
    yield
    caches["default"].clear()


@pytest.fixture
def ada(db: None) -> Account:
    """Ada, with an account."""
    return account("Ada")


def account(given: str, **more: object) -> Account:
    return open_account(add_person(given, "Exemple", email=f"{given}@example.org", **more))  # type: ignore[arg-type]


def browser(**more: object) -> Client:
    """A browser that holds the site to its forms."""
    return Client(SERVER_NAME="localhost", **more)  # type: ignore[arg-type]


def last_code() -> str:
    """Return the code of the last mail."""
    found = CODE.search(Letters()[-1]["text"])
    assert found is not None, Letters()[-1]["text"]
    return found[0]


def signed_in(who: Account) -> Client:
    """Return the browser of somebody who signed in with a code."""
    client = browser()
    client.post("/en/account/sign-in/", {"email": who.email})
    answer = client.post("/en/account/code/", {"code": last_code()})
    assert answer.status_code == 302 and answer["Location"] == "/en/account/", answer.content[:500]
    return client


def person_of(who: Account) -> Person:
    assert who.person is not None
    return who.person
