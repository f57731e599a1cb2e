"""A browser on its way to a provider and back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.core.cache import caches
from django.test import Client

from portulan.desk.core.models import Event
from portulan.desk.people import openid
from portulan.desk.people.issuer import OpenId
from portulan.desk.people.models import Account
from tests.desk.people.providers import CLIENT, SECRET, Strict, strict
from tests.desk.reading import read

BACK = "http://localhost/openid/back/"


@pytest.fixture
def there(settings: Any, ada: Account) -> Iterator[Strict]:
    """A provider that knows Ada by her address, set as that of the site."""
    openid.forget()
    caches["limits"].clear()
    with strict() as provider:
        provider.person.update(email="Ada@example.org", email_verified=True, given_name="Ada", family_name="Autrement")
        settings.PORTULAN_OPENID = OpenId(provider.issuer, CLIENT, SECRET, "Culture Connect")
        yield provider
    openid.forget()


def leave(client: Client, **more: str) -> str:
    """Press the button of the page of sign-in; return where the browser is led to."""
    page = client.get("/en/account/sign-in/").content.decode()
    assert "Sign in with Culture Connect" in page
    answer = client.post("/en/account/sign-in/provider/", more)
    assert answer.status_code == 200, answer.content.decode()
    way = answer["Refresh"].removeprefix("0; url=")
    assert way in [one.attributes["href"] for one in read(answer.content.decode()).all("a") if "href" in one.attributes]
    return way


def come_back(there: Strict, client: Client, way: str, **changed: str) -> Any:
    """Let the provider sign in whoever it knows, and follow where it sends."""
    back = there.authorize(dict(parse_qsl(urlsplit(way).query)))
    assert back.startswith(BACK + "?")
    return client.get("/openid/back/", {**dict(parse_qsl(urlsplit(back).query)), **changed})


def enter(there: Strict, client: Client, **more: str) -> Any:
    return come_back(there, client, leave(client, **more))


def events() -> list[str]:
    return list(Event.objects.filter(verb__contains="provider").order_by("pk").values_list("verb", flat=True))


def set_(settings: Any, **changed: Any) -> None:
    settings.PORTULAN_OPENID = replace(settings.PORTULAN_OPENID, **changed)
