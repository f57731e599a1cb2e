"""The settings of a provider: read, or refused with what to do."""

from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured

from portulan.desk.config.openid import openid
from portulan.desk.people.issuer import OpenId, is_safe

WHOLE = {
    "PORTULAN_OPENID": "https://auth.example/realms/x",
    "PORTULAN_OPENID_CLIENT": "c",
    "PORTULAN_OPENID_SECRET": "s",
}


def test_no_provider_is_the_usual_case() -> None:
    assert openid({}) is None and openid({"PORTULAN_OPENID": " ", "PORTULAN_OPENID_CLIENT": "c"}) is None


def test_what_is_not_said_is_the_careful_choice() -> None:
    assert openid(WHOLE) == OpenId(
        "https://auth.example/realms/x", "c", "s", "auth.example", ("openid", "profile", "email"),
        trusted=False, newcomers=False, strong=frozenset(),
    )  # fmt: skip


def test_all_may_be_said() -> None:
    said = {
        "PORTULAN_OPENID_NAME": "ProConnect", "PORTULAN_OPENID_SCOPES": "openid  email", "PORTULAN_OPENID_TRUSTED": "1",
        "PORTULAN_OPENID_NEWCOMERS": "1", "PORTULAN_OPENID_STRONG": "eidas2 eidas3",
    }  # fmt: skip
    given = openid(WHOLE | said)
    assert given is not None
    assert (given.name, given.scopes, given.strong) == ("ProConnect", ("openid", "email"), {"eidas2", "eidas3"})
    assert given.trusted and given.newcomers
    careful = openid(WHOLE | {"PORTULAN_OPENID_TRUSTED": "yes", "PORTULAN_OPENID_NEWCOMERS": "true"})
    assert careful is not None and not careful.trusted and not careful.newcomers


@pytest.mark.parametrize(
    "changed",
    [
        {"PORTULAN_OPENID_CLIENT": ""},
        {"PORTULAN_OPENID_SECRET": " "},
        {"PORTULAN_OPENID": "http://auth.example"},
        {"PORTULAN_OPENID": "auth.example"},
        {"PORTULAN_OPENID": "https://"},
        {"PORTULAN_OPENID": "https://[x"},
        {"PORTULAN_OPENID": "https://auth.example/?tenant=1"},
        {"PORTULAN_OPENID": "https://auth.example/" + "x" * 200},
        {"PORTULAN_OPENID_SCOPES": "profile email"},
    ],
)
def test_what_cannot_work_is_refused_without_repeating_the_secret(changed: dict[str, str]) -> None:
    with pytest.raises(ImproperlyConfigured) as refused:
        openid({**WHOLE, "PORTULAN_OPENID_SECRET": "hush-hush", **changed})
    assert "PORTULAN_OPENID" in str(refused.value) and "hush" not in str(refused.value)


@pytest.mark.parametrize(
    ("address", "safe"),
    [
        ("https://auth.example/token", True),
        ("http://127.0.0.1:8080/x", True),
        ("http://localhost/x", True),
        ("http://[::1]/x", True),
        ("http://auth.example/x", False),
        ("http://127.0.0.1.example/x", False),
        ("https://user@auth.example/x", False),
        ("javascript:alert(1)", False),
        ("//auth.example", False),
        ("", False),
    ],
)
def test_secrets_go_by_https_or_stay_on_this_machine(address: str, safe: bool) -> None:
    assert is_safe(address) is safe
