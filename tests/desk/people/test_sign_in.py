"""Sign-in by a code: who gets in, who does not, and what a stranger can learn."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from portulan.desk.core.models import Event
from portulan.desk.people import services
from portulan.desk.people.models import Account
from tests.desk.people.conftest import account, browser, last_code, person_of, signed_in
from tests.desk.posted import Letters
from tests.desk.reading import read

pytestmark = pytest.mark.django_db


def who_is_there(client: Client) -> str:
    """Return the name on the page of the account; empty where nobody is signed in."""
    answer = client.get("/en/account/")
    if answer.status_code == 302:
        assert answer["Location"].startswith("/en/account/sign-in/")
        return ""
    (heading,) = read(answer.content.decode()).all("h1")
    return heading.text


def without_marks(page: bytes) -> str:
    """Return a page without what differs each time."""
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", page.decode())


@pytest.mark.parametrize("written", ["ada@example.org", "ADA@Example.ORG", "  Ada@example.org "])
def test_the_code_of_the_mail_signs_in_whatever_the_capital_letters(ada: Account, written: str) -> None:
    client = browser()
    answer = client.post("/en/account/sign-in/", {"email": written})
    assert (answer.status_code, answer["Location"]) == (302, "/en/account/code/")
    (sent,) = Letters()
    assert sent["to"] == "ada@example.org" and sent["subject"] == f"{last_code()} is your sign-in code"
    assert who_is_there(client) == ""
    client.post("/en/account/code/", {"code": last_code().lower().replace("-", " ")})
    assert who_is_there(client) == "Ada Exemple"


def test_the_mail_and_its_link_speak_the_language_of_the_page(ada: Account) -> None:
    client = browser()
    client.post("/fr/account/sign-in/", {"email": "ada@example.org", "next": "/fr/network/"})
    (link,) = re.findall(r"http://\S+", Letters()[0]["text"])
    assert urlsplit(link).path == "/fr/account/code/"
    assert parse_qs(urlsplit(link).query) == {"code": [last_code()], "next": ["/fr/network/"]}
    # In the browser that asked, the link brings the code to the form; it does not sign in by itself.
    page = read(client.get(link).content.decode())
    assert page.by_id("field-code").attributes["value"] == last_code()
    assert who_is_there(client) == ""
    # In another one, the page says where the code is to be typed.
    other = browser()
    page = read(other.get(link).content.decode())
    assert last_code() in page.by_id("code").text and not [one for one in page.all("form") if "code" in one.text]
    assert who_is_there(other) == ""


def test_known_and_unknown_addresses_are_answered_alike(ada: Account) -> None:
    services.close_account(account("Basile"))
    pages = []
    for address in ("ada@example.org", "basile@example.org", "nobody@example.org"):
        client = browser()
        answer = client.post("/en/account/sign-in/", {"email": address})
        page = client.get(answer["Location"])
        wrong = client.post("/en/account/code/", {"code": "BBBB-BBBB"})
        said = [without_marks(one.content).replace(address, "?") for one in (page, wrong)]
        pages.append((answer.status_code, answer["Location"], page.status_code, wrong.status_code, *said))
        assert set(answer.cookies) == {"sessionid"}
    assert pages[0] == pages[1] == pages[2]
    assert [one["to"] for one in Letters()] == ["ada@example.org"]


def test_a_code_is_for_one_browser_and_one_time(ada: Account) -> None:
    first, second = browser(), browser()
    first.post("/en/account/sign-in/", {"email": "ada@example.org"})
    code = last_code()
    second.post("/en/account/sign-in/", {"email": "ada@example.org"})
    second.post("/en/account/code/", {"code": code})
    assert who_is_there(second) == ""
    first.post("/en/account/code/", {"code": code})
    assert who_is_there(first) == "Ada Exemple"
    first.post("/en/account/sign-out/")
    first.post("/en/account/code/", {"code": code})
    assert who_is_there(first) == ""


def test_a_code_is_over_after_fifteen_minutes_and_after_five_guesses(
    ada: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    import time

    client = browser()
    client.post("/en/account/sign-in/", {"email": "ada@example.org"})
    code, now = last_code(), time.time()
    monkeypatch.setattr(time, "time", lambda: now + 15 * 60 + 1)
    client.post("/en/account/code/", {"code": code})
    assert who_is_there(client) == ""
    client.post("/en/account/sign-in/", {"email": "ada@example.org"})
    for _ in range(5):
        answer = client.post("/en/account/code/", {"code": "BBBB-BBBB"})
    assert answer["Location"] == "/en/account/sign-in/"
    assert "Too many attempts" in client.get(answer["Location"]).content.decode()
    client.post("/en/account/code/", {"code": last_code()})
    assert who_is_there(client) == ""


def test_codes_are_rationed_for_an_address_and_for_a_reader(ada: Account) -> None:
    for _ in range(4):
        answer = browser().post("/en/account/sign-in/", {"email": "ada@example.org"})
    assert answer.status_code == 200 and "Too many attempts" in answer.content.decode()
    assert len(Letters()) == 3
    # The limit is on the address: another one is answered, until this reader has asked for twenty.
    answers = [browser().post("/en/account/sign-in/", {"email": f"n{n}@example.org"}).status_code for n in range(20)]
    assert answers[0] == 302 and answers[-1] == 200
    elsewhere = Client(SERVER_NAME="localhost", REMOTE_ADDR="192.0.2.7")
    assert elsewhere.post("/en/account/sign-in/", {"email": "b@example.org"}).status_code == 302


def test_guesses_are_rationed_for_a_reader_whatever_they_ask(ada: Account) -> None:
    statuses = [browser().post("/en/account/code/", {"code": "BBBB-BBBB"}).status_code for _ in range(31)]
    assert statuses[:30] == [302] * 30 and statuses[30] == 429


@pytest.mark.parametrize(
    ("wanted", "goes"),
    [
        ("/en/network/?market=JPN", "/en/network/?market=JPN"),
        ("https://evil.example/", "/en/account/"),
        ("//evil.example/", "/en/account/"),
        ("http:///evil.example", "/en/account/"),
        ("javascript:alert(1)", "/en/account/"),
        ("\\\\evil.example", "/en/account/"),
        ("http://127.0.0.1/en/", "/en/account/"),
    ],
)
def test_one_is_sent_on_within_the_site_only(ada: Account, wanted: str, goes: str) -> None:
    client = browser()
    answer = client.post("/en/account/sign-in/", {"email": "ada@example.org", "next": wanted})
    answer = client.post(answer["Location"], {"code": last_code(), "next": wanted})
    assert answer["Location"] == goes


def test_a_page_of_the_desk_sends_to_sign_in_and_back(ada: Account) -> None:
    client = browser()
    way = client.get("/en/account/data/?x=1")["Location"]
    assert way == "/en/account/sign-in/?next=%2Fen%2Faccount%2Fdata%2F%3Fx%3D1"
    fields = [one.attributes for one in read(client.get(way).content.decode()).all("input")]
    assert {one["value"] for one in fields if one.get("name") == "next"} == {"/en/account/data/?x=1"}
    # What was sent with a form is not carried: it would be done without being seen.
    assert client.post("/en/account/consent/", {"purpose": "public_name"})["Location"] == "/en/account/sign-in/"


def test_a_closed_account_has_no_session_left_and_no_way_in(ada: Account) -> None:
    client = signed_in(ada)
    waiting = browser()
    waiting.post("/en/account/sign-in/", {"email": ada.email})
    services.close_account(ada)
    assert who_is_there(client) == ""
    answer = waiting.post("/en/account/code/", {"code": last_code()}, follow=True)
    assert "This account is closed." in answer.content.decode() and who_is_there(waiting) == ""
    services.open_account(person_of(ada))
    assert who_is_there(client) == ""
    assert who_is_there(signed_in(ada)) == "Ada Exemple"


def test_signing_out_everywhere_ends_every_session(ada: Account) -> None:
    here, there = signed_in(ada), signed_in(ada)
    answer = here.post("/en/account/everywhere/", follow=True)
    assert "You are signed out everywhere." in answer.content.decode()
    assert who_is_there(here) == who_is_there(there) == ""


def test_forms_without_our_mark_are_refused_in_words(ada: Account) -> None:
    strict = browser(enforce_csrf_checks=True)
    answer = strict.post("/fr/account/sign-in/", {"email": ada.email}, HTTP_ACCEPT_LANGUAGE="fr")
    assert answer.status_code == 403 and not len(Letters())
    assert "<h1>" in answer.content.decode() and "style" not in answer.headers.get("Content-Security-Policy", "")


@pytest.mark.parametrize(
    "path",
    [
        "login/",
        "signup/",
        "password/reset/",
        "password/change/",
        "email/",
        "confirm-email/",
        "logout/",
        "reauthenticate/",
        "login/code/",
        "2fa/",
        "proofs/codes/download/",
        "inactive/",
    ],
)
def test_what_is_not_offered_is_not_there(ada: Account, path: str) -> None:
    assert signed_in(ada).get(f"/en/account/{path}").status_code == 404


def test_a_password_never_signs_in(ada: Account) -> None:
    from django.contrib.auth import authenticate

    assert not ada.has_usable_password()
    assert authenticate(email=ada.email, password=ada.password) is None
    assert authenticate(username=ada.email, password="") is None


def test_a_link_of_the_machine_signs_in_once(ada: Account) -> None:
    secret, other = services.make_link(ada), services.make_link(ada)
    client = browser()
    page = client.get(f"/en/account/sign-in/link/{secret}/")
    assert "This link signs in as Ada Exemple" in page.content.decode()
    assert who_is_there(client) == "", "opening a link does nothing: mail readers open them"
    assert client.post(f"/en/account/sign-in/link/{secret}/")["Location"] == "/en/account/"
    assert who_is_there(client) == "Ada Exemple"
    for used in (secret, other, secret[:-1], "x"):
        answer = browser().post(f"/en/account/sign-in/link/{used}/")
        assert answer.status_code == 410 and "This link no longer works" in answer.content.decode()
    assert list(Event.objects.order_by("pk").values_list("verb", "actor"))[-1] == (
        "sign-in link used",
        f"person:{person_of(ada).pk}",
    )


def test_a_link_of_the_machine_is_over_after_fifteen_minutes_and_with_its_account(
    ada: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    import time

    secret, now = services.make_link(ada), time.time()
    monkeypatch.setattr(time, "time", lambda: now + 15 * 60 + 1)
    assert services.use_link(secret) is None
    monkeypatch.setattr(time, "time", lambda: now)
    services.close_account(ada)
    assert services.use_link(secret) is None
    with pytest.raises(services.PeopleError, match="closed"):
        services.make_link(ada)


def test_presence_is_kept_to_the_hour(ada: Account) -> None:
    client = signed_in(ada)
    client.get("/en/account/")
    ada.refresh_from_db()
    assert ada.last_seen is not None
    before = ada.last_seen - timedelta(minutes=30)
    Account.objects.update(last_seen=before)
    client.get("/en/account/")
    ada.refresh_from_db()
    assert ada.last_seen == before
    Account.objects.update(last_seen=timezone.now() - timedelta(hours=2))
    client.get("/en/account/")
    ada.refresh_from_db()
    assert ada.last_seen is not None and ada.last_seen > before
