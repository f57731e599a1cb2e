"""Sign-in by a provider of OpenID Connect, over HTTP: every way in which nobody gets in."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount

from portulan.desk.people import services
from portulan.desk.people.models import Account, Person
from tests.desk.people.conftest import browser, person_of
from tests.desk.people.provider_ways import come_back, enter, events, leave, set_
from tests.desk.people.provider_ways import there as there  # a provider that knows Ada
from tests.desk.people.providers import CLIENT, OTHER_KEY, Strict
from tests.desk.people.test_sign_in import who_is_there

pytestmark = pytest.mark.django_db

# -- who does not -------------------------------------------------------------

UNPROVED: dict[str, dict[str, Any]] = {
    "not vouched for": {"email_verified": False},
    "not said": {"email_verified": None},
    "said as a word": {"email_verified": "true"},
    "said as a number": {"email_verified": 1},
    "no address": {"email": None},
    "a list": {"email": ["ada@example.org"]},
}


@pytest.mark.parametrize("changed", UNPROVED.values(), ids=list(UNPROVED))
def test_an_address_nobody_vouches_for_opens_nothing(there: Strict, ada: Account, changed: dict[str, Any]) -> None:
    there.person.update(changed)
    client = browser()
    answer = enter(there, client)
    assert answer.status_code == 403 and "does not vouch for your address" in answer.content.decode()
    assert who_is_there(client) == "" and not SocialAccount.objects.exists()
    assert events() == ["provider sign-in refused"]
    # The same is said where nobody has an account: nothing is learnt.
    there.person["email"] = "nobody@example.org" if isinstance(changed.get("email", ""), str) else changed["email"]
    assert enter(there, browser()).status_code == 403


def test_letters_that_become_ours_when_made_small_are_not_ours(there: Strict) -> None:
    services.open_account(services.add_person("Kim", "Exemple", email="kim@example.org"))
    there.person["email"] = "\u212aim@example.org"
    assert there.person["email"].lower() == "kim@example.org"
    client = browser()
    assert enter(there, client).status_code == 403 and who_is_there(client) == ""


def test_the_word_for_an_address_is_of_the_same_paper_as_the_address(there: Strict) -> None:
    there.token.update(email="mallory@example.org", email_verified=True)
    there.person.update(email="ada@example.org", email_verified=None)
    assert enter(there, browser()).status_code == 403


def test_a_provider_may_be_trusted_without_its_word_but_not_against_it(there: Strict, settings: Any) -> None:
    set_(settings, trusted=True)
    there.person["email_verified"] = False
    assert enter(there, browser()).status_code == 403
    del there.person["email_verified"]
    client = browser()
    enter(there, client)
    assert who_is_there(client) == "Ada Exemple"


def test_strangers_are_told_so_and_no_account_is_made(there: Strict) -> None:
    there.person["email"] = "nobody@example.org"
    answer = enter(there, browser())
    assert answer.status_code == 403 and "Nobody has an account here at your address" in answer.content.decode()
    assert Account.objects.count() == 1 and Person.objects.count() == 1


def test_newcomers_come_in_where_the_settings_let_them_and_hold_nothing(there: Strict, settings: Any) -> None:
    set_(settings, newcomers=True)
    # She stands in the network already, without an account: what is hers is not given to whoever has her address.
    officer = services.add_person("Nadia", "Exemple", email="nadia@example.org")
    there.person.update(sub="n", email="Nadia@example.org", given_name=" Nadia\x00 ", family_name="E" * 200)
    client = browser()
    enter(there, client)
    new = Account.objects.get(email="nadia@example.org")
    assert new.person_id != officer.pk and person_of(new).given_name == "Nadia"
    assert who_is_there(client) == f"Nadia {'E' * 80}" and not person_of(new).grants.exists()
    there.person.update(sub="m", email="mute@example.org", given_name=None, family_name=None, usual_name="Dupont")
    enter(there, browser())
    assert str(Person.objects.get(email="mute@example.org")) == "mute Dupont"


def test_a_closed_account_stays_closed(there: Strict, ada: Account) -> None:
    enter(there, browser())
    services.close_account(ada)
    client = browser()
    answer = enter(there, client)
    assert answer["Location"] == "/en/account/sign-in/" and who_is_there(client) == ""
    SocialAccount.objects.all().delete()
    assert who_is_there(client) == "" and not SocialAccount.objects.exists()
    enter(there, client)
    assert not SocialAccount.objects.exists(), "whoever is not let in is not linked"


LIES: dict[str, dict[str, dict[str, Any]]] = {
    "for somebody else's site": {"token": {"aud": "another"}},
    "for several, made for another": {"token": {"aud": [CLIENT, "another"], "azp": "another"}},
    "for several, made for nobody": {"token": {"aud": [CLIENT, "another"]}},
    "from another provider": {"token": {"iss": "https://another.example"}},
    "over": {"token": {"exp": 1}},
    "without an end": {"token": {"exp": None}},
    "not yet": {"token": {"nbf": 32503680000}},
    "of another sign-in": {"token": {"nonce": "of another"}},
    "of no sign-in": {"token": {"nonce": None}},
    "of nobody": {"token": {"sub": ""}},
    "of a number": {"token": {"sub": None}},
    "of somebody else": {"told": {"sub": "basile-there"}},
    "unsigned": {"head": {"alg": "none"}},
    "signed with our own secret": {"head": {"alg": "HS256"}},
    "by an unknown key": {"head": {"kid": "second"}},
}


@pytest.mark.parametrize("lie", LIES)
def test_a_token_that_is_not_right_opens_nothing(there: Strict, ada: Account, lie: str) -> None:
    for part, changed in LIES[lie].items():
        getattr(there, part).update(changed)
    client = browser()
    answer = enter(there, client)
    assert answer.status_code == 502 and "nothing of it was believed" in answer.content.decode()
    assert who_is_there(client) == "" and not SocialAccount.objects.exists()
    assert events() == ["provider sign-in refused"]


def test_a_token_by_another_key_under_the_same_name_opens_nothing(there: Strict) -> None:
    there.key = OTHER_KEY
    assert enter(there, browser()).status_code == 502
    there.signed_papers = True
    assert enter(there, browser()).status_code == 502


def test_signed_papers_for_another_site_open_nothing(there: Strict) -> None:
    there.signed_papers = True
    there.told["aud"] = "another"
    assert enter(there, browser()).status_code == 502


def test_an_answer_of_another_provider_opens_nothing(there: Strict) -> None:
    client = browser()
    answer = come_back(there, client, leave(client), iss="https://another.example")
    assert answer.status_code == 502 and "token" not in there.asked, "the code is not shown to anybody"


@pytest.mark.parametrize("state", ["", "x" * 43])
def test_an_answer_nobody_asked_for_opens_nothing(there: Strict, state: str) -> None:
    client = browser()
    answer = come_back(there, client, leave(client), state=state)
    assert answer.status_code == 410 and "This sign-in is over" in answer.content.decode()
    assert "token" not in there.asked and who_is_there(client) == ""


def test_a_sign_in_is_for_one_browser_one_time_and_ten_minutes(there: Strict, monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    client, other = browser(), browser()
    way = leave(client)
    back = dict(parse_qsl(urlsplit(there.authorize(dict(parse_qsl(urlsplit(way).query)))).query))
    assert other.get("/openid/back/", back).status_code == 410 and who_is_there(other) == ""
    assert client.get("/openid/back/", back).status_code == 302
    client.post("/en/account/sign-out/")
    assert client.get("/openid/back/", back).status_code == 410
    late = browser()
    way, now = leave(late), time.time()
    monkeypatch.setattr(time, "time", lambda: now + 601)
    assert come_back(there, late, way).status_code == 410


def test_a_code_stolen_from_another_browser_is_refused_by_its_challenge(there: Strict) -> None:
    thief, ada = browser(), browser()
    stolen = dict(parse_qsl(urlsplit(there.authorize(dict(parse_qsl(urlsplit(leave(ada)).query)))).query))
    own = dict(parse_qsl(urlsplit(leave(thief)).query))["state"]
    assert thief.get("/openid/back/", {**stolen, "state": own}).status_code == 502
    assert there.refused == ["code"] and who_is_there(thief) == ""


def test_whoever_stops_there_is_told_so(there: Strict) -> None:
    client = browser()
    state = dict(parse_qsl(urlsplit(leave(client)).query))["state"]
    answer = client.get("/openid/back/", {"error": "access_denied", "state": state})
    assert answer.status_code == 403 and "you stopped there" in answer.content.decode()
    state = dict(parse_qsl(urlsplit(leave(client)).query))["state"]
    answer = client.get("/openid/back/", {"error": "server_error", "state": state})
    assert answer.status_code == 502


@pytest.mark.parametrize("broken", ["openid-configuration", "keys", "who"])
def test_a_provider_that_fails_is_told_and_the_code_by_mail_remains(there: Strict, broken: str) -> None:
    there.broken = broken
    client = browser()
    answer = client.post("/en/account/sign-in/provider/")
    if broken != "openid-configuration":
        answer = come_back(there, client, answer["Refresh"].removeprefix("0; url="))
    page = answer.content.decode()
    assert answer.status_code == 502 and "Culture Connect does not answer" in page and "a code sent" in page
    assert who_is_there(client) == ""


def test_a_provider_that_is_gone_is_told_at_once(there: Strict, settings: Any) -> None:
    set_(settings, issuer="http://127.0.0.1:9")
    answer = browser().post("/en/account/sign-in/provider/")
    assert answer.status_code == 502 and "does not answer" in answer.content.decode()


@pytest.mark.parametrize(
    "said",
    [
        {"issuer": "https://another.example"},
        {"token_endpoint": "http://far.example/token"},
        {"authorization_endpoint": None},
        {"jwks_uri": "file:///etc/passwd"},
        {"end_session_endpoint": "javascript:alert(1)"},
    ],
)
def test_a_provider_that_describes_itself_wrongly_is_not_spoken_to(there: Strict, said: dict[str, Any]) -> None:
    there.said.update(said)
    answer = browser().post("/en/account/sign-in/provider/")
    assert answer.status_code == 502 and "Refresh" not in answer.headers


def test_sign_ins_are_rationed_and_begun_by_a_form_of_ours_alone(there: Strict) -> None:
    assert browser().get("/en/account/sign-in/provider/").status_code == 405
    assert browser(enforce_csrf_checks=True).post("/en/account/sign-in/provider/").status_code == 403
    client = browser()
    assert [client.post("/en/account/sign-in/provider/").status_code for _ in range(31)] == [200] * 30 + [429]


def test_without_a_provider_there_is_neither_button_nor_address(there: Strict, settings: Any) -> None:
    settings.PORTULAN_OPENID = None
    client = browser()
    assert "provider" not in client.get("/en/account/sign-in/").content.decode()
    assert client.post("/en/account/sign-in/provider/").status_code == 404
    assert client.get("/openid/back/?state=x&code=y").status_code == 404
    assert client.get("/openid/left/")["Location"] == "/en/account/sign-in/"


def test_links_of_a_former_provider_open_nothing(there: Strict, ada: Account) -> None:
    SocialAccount.objects.create(user=ada, provider="https://former.example", uid="ada-there")
    there.person.update(email="mallory@example.org")
    assert enter(there, browser()).status_code == 403
