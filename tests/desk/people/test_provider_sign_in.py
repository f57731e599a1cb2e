"""Sign-in by a provider of OpenID Connect, over HTTP: who gets in, by which proofs, and out again."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import httpx
import pytest
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.contrib.sessions.models import Session

from portulan.desk.core.models import Event
from portulan.desk.people import openid, services
from portulan.desk.people.issuer import OpenId
from portulan.desk.people.models import Account
from tests.desk.people.app_codes import six
from tests.desk.people.conftest import browser, signed_in
from tests.desk.people.provider_ways import BACK, come_back, enter, events, leave, set_
from tests.desk.people.provider_ways import there as there  # a provider that knows Ada
from tests.desk.people.providers import Strict
from tests.desk.people.test_sign_in import who_is_there

pytestmark = pytest.mark.django_db

# -- who gets in --------------------------------------------------------------


def test_an_address_the_provider_vouches_for_opens_the_account_that_is_there(there: Strict, ada: Account) -> None:
    client = browser()
    answer = enter(there, client, next="/en/account/?from=there")
    assert (answer.status_code, answer["Location"]) == (302, "/en/account/?from=there")
    assert who_is_there(client) == "Ada Exemple", "the name stays what the desk wrote"
    asked = there.asked["authorize"]
    assert asked["redirect_uri"] == BACK and set(asked["scope"].split()) == {"openid", "profile", "email"}
    assert there.asked["token"]["code_verifier"] and asked["claims"] == '{"id_token":{"amr":{"essential":true}}}'
    row = SocialAccount.objects.get()
    assert (row.user_id, row.provider, row.uid, row.extra_data) == (ada.pk, there.issuer, "ada-there", {})
    assert not SocialToken.objects.exists() and Account.objects.count() == 1
    assert events() == ["provider linked", "signed in with provider"]
    assert not [one for one in Event.objects.all() if "ada" in str(one.said).lower() + one.verb]


def test_once_linked_the_number_there_opens_it_whatever_the_address(there: Strict, ada: Account) -> None:
    enter(there, browser())
    there.person.update(email="ada@elsewhere.example", email_verified=False)
    client = browser()
    assert enter(there, client)["Location"] == "/en/account/" and who_is_there(client) == "Ada Exemple"
    assert SocialAccount.objects.count() == 1


def test_the_page_of_return_speaks_the_language_in_which_one_left(there: Strict) -> None:
    client = browser()
    answer = client.post("/fr/account/sign-in/provider/")
    there.person["email_verified"] = False
    answer = come_back(there, client, answer["Refresh"].removeprefix("0; url="))
    assert answer.status_code == 403 and '<html lang="fr"' in answer.content.decode()


def test_papers_may_be_signed_and_the_token_may_hold_them(there: Strict) -> None:
    there.signed_papers = True
    client = browser()
    enter(there, client)
    assert who_is_there(client) == "Ada Exemple"
    there.said["userinfo_endpoint"] = None
    there.token.update(there.person)
    openid.forget()
    again = browser()
    enter(there, again)
    assert who_is_there(again) == "Ada Exemple"


def test_no_challenge_is_sent_to_a_provider_that_reads_none(there: Strict) -> None:
    there.said.update(code_challenge_methods_supported=["plain"], claims_parameter_supported=False)
    asked = parse_qs(urlsplit(leave(browser())).query)
    assert set(asked) == {"client_id", "redirect_uri", "response_type", "scope", "state", "nonce"}


def test_what_the_reader_adds_is_not_asked_of_the_provider(there: Strict) -> None:
    client = browser()
    page = client.post(
        "/en/account/sign-in/provider/?scope=admin&auth_params=prompt%3Dnone&process=connect", {"process": "redirect"}
    )
    asked = parse_qs(urlsplit(page["Refresh"]).query)
    assert "prompt" not in asked and "admin" not in asked["scope"][0]
    come_back(there, client, page["Refresh"].removeprefix("0; url="))
    assert who_is_there(client) == "Ada Exemple"


def test_whoever_was_there_before_is_signed_out(there: Strict) -> None:
    basile = services.open_account(services.add_person("Basile", "Exemple", email="basile@example.org"))
    client = signed_in(basile)
    answer = client.post("/en/account/sign-in/provider/")
    come_back(there, client, answer["Refresh"].removeprefix("0; url="))
    assert who_is_there(client) == "Ada Exemple" and SocialAccount.objects.get().user_id != basile.pk


# -- the second proof ---------------------------------------------------------


def test_the_second_proof_of_the_account_is_asked_for_before_anything_is_linked(there: Strict, ada: Account) -> None:
    secret = with_app(ada)
    there.token["amr"] = ["pwd", "mfa"]
    client = browser()
    answer = enter(there, client)
    assert answer["Location"] == "/en/account/sign-in/factor/" and who_is_there(client) == ""
    assert not SocialAccount.objects.exists(), "an address alone links nothing"
    assert not [one for one in Session.objects.all() if "bearer" in str(one.get_decoded())]
    client.post("/en/account/sign-in/factor/", {"code": six(secret)})
    assert who_is_there(client) == "Ada Exemple" and SocialAccount.objects.get().user_id == ada.pk


@pytest.mark.parametrize(
    ("token", "asked"),
    [({}, True), ({"amr": ["pwd"]}, True), ({"amr": "mfa"}, True), ({"amr": ["otp", "mfa"]}, False),
     ({"acr": "eidas1"}, True), ({"acr": "eidas2"}, False)],
)  # fmt: skip
def test_once_linked_several_proofs_there_are_enough(
    there: Strict, ada: Account, settings: Any, token: dict[str, Any], asked: bool
) -> None:
    set_(settings, strong=frozenset({"eidas2"}))
    enter(there, browser())
    with_app(ada)
    there.token.update(token)
    client = browser()
    enter(there, client)
    assert who_is_there(client) == ("" if asked else "Ada Exemple")


def with_app(who: Account) -> str:
    """Let an account ask for codes of an app; return the secret."""
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    secret: str = generate_totp_secret()
    TOTP.activate(who, secret)
    return secret


# -- the way out --------------------------------------------------------------


def test_signing_out_ends_the_session_there_too(there: Strict) -> None:
    client = browser()
    enter(there, client)
    answer = client.post("/en/account/sign-out/")
    assert "You are signed out here" in answer.content.decode() and who_is_there(client) == ""
    way = urlsplit(answer["Refresh"].removeprefix("0; url="))
    asked = dict(parse_qsl(way.query))
    assert f"{way.scheme}://{way.netloc}{way.path}" == f"{there.issuer}/end"
    assert (
        asked["id_token_hint"].count(".") == 2 and asked["post_logout_redirect_uri"] == "http://localhost/openid/left/"
    )
    assert client.get("/openid/left/", {"state": asked["state"]})["Location"] == "/en/account/sign-in/"
    assert client.get("/openid/left/?state=fr-x")["Location"] == "/fr/account/sign-in/"


def test_signing_out_is_whole_where_the_provider_has_no_part_in_it(there: Strict, ada: Account) -> None:
    client = browser()
    enter(there, client)
    openid.forget()
    there.broken = "openid-configuration"
    assert client.post("/en/account/sign-out/")["Location"] == "/en/account/sign-in/" and who_is_there(client) == ""
    there.broken, there.said = "", {"end_session_endpoint": None}
    enter(there, client)
    assert client.post("/en/account/sign-out/").status_code == 302
    # Whoever came with a code has no session there.
    assert signed_in(ada).post("/en/account/sign-out/").status_code == 302


# -- a provider that others wrote ---------------------------------------------


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # what it is made of speaks of its own future
def test_the_whole_way_with_a_provider_that_others_wrote(settings: Any, ada: Account) -> None:
    import oidc_provider_mock
    from oidc_provider_mock._server import _threaded_server

    openid.forget()
    known = oidc_provider_mock.User(sub="a-1", claims={"email": "ada@example.org", "email_verified": True})
    app = oidc_provider_mock.app(require_client_registration=True, require_nonce=True, user_claims=[known])
    with _threaded_server(app, host="127.0.0.1", poll_interval=0.01) as server:
        issuer = f"http://127.0.0.1:{server.server_port}"
        registered = httpx.post(
            f"{issuer}/oauth2/clients",
            json={"redirect_uris": [BACK], "token_endpoint_auth_method": "client_secret_basic"},
        ).json()
        settings.PORTULAN_OPENID = OpenId(
            issuer, registered["client_id"], registered["client_secret"], "Culture Connect"
        )
        client = browser()
        way = leave(client)
        assert "Authorize" in httpx.get(way).text
        back = httpx.post(way, data={"sub": "a-1"}).headers["Location"]
        assert back.startswith(BACK)
        assert client.get("/openid/back/?" + urlsplit(back).query)["Location"] == "/en/account/"
        assert who_is_there(client) == "Ada Exemple"
        out = client.post("/en/account/sign-out/")["Refresh"].removeprefix("0; url=")
        assert httpx.get(out).status_code in (200, 302, 303) and who_is_there(client) == ""
        way = leave(client)
        denied = httpx.post(way, data={"action": "deny"}).headers["Location"]
        state = dict(parse_qsl(urlsplit(way).query))["state"]
        answer = client.get("/openid/back/", {"state": state, **dict(parse_qsl(urlsplit(denied).query))})
        assert answer.status_code == 403 and "you stopped there" in answer.content.decode()
    openid.forget()


# -- the page of the account --------------------------------------------------


def test_a_link_is_shown_told_and_taken_away_by_its_owner_alone(there: Strict, ada: Account) -> None:
    client = browser()
    enter(there, client)
    number = SocialAccount.objects.get().pk
    page = client.get("/en/account/").content.decode()
    assert "Culture Connect" in page
    assert client.get("/en/account/data/").json()["account"]["providers"][0]["issuer"] == there.issuer
    other = signed_in(services.open_account(services.add_person("Basile", "Exemple", email="basile@example.org")))
    for wrong in (str(number), "x", "", "9" * 30):
        assert other.post("/en/account/unlink/", {"link": wrong}).status_code == 400
    assert client.post("/en/account/unlink/", {"link": number})["Location"] == "/en/account/#proofs"
    assert not SocialAccount.objects.exists() and events()[-1] == "provider unlinked"
