"""Second factors: codes from an app, recovery codes, and what asks for them again. Passkeys: the browser journeys."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from portulan.desk.people import services
from portulan.desk.people.models import Account, Role
from tests.desk.people.app_codes import six
from tests.desk.people.conftest import browser, last_code, person_of, signed_in
from tests.desk.posted import Letters
from tests.desk.reading import read

pytestmark = pytest.mark.django_db
APP = "/en/account/proofs/app/"


def with_app(client: Client) -> tuple[str, list[str]]:
    """Ask for codes from an app; return its secret and the recovery codes."""
    page = client.get(APP).content.decode()
    (secret,) = re.findall(r"<code>([A-Z2-7 ]{39})</code>", page)
    secret = secret.replace(" ", "")
    answer = client.post(APP, {"code": six(secret)})
    assert answer["Location"] == "/en/account/proofs/codes/", answer.content[-3000:]
    codes = re.findall(r"<code>(\d{8})</code>", client.get(answer["Location"]).content.decode())
    assert len(set(codes)) == 10
    return secret, codes


def at_the_factor(who: Account) -> Client:
    """Return a browser that gave the code of the mail, and is asked for more."""
    client = browser()
    client.post("/en/account/sign-in/", {"email": who.email})
    assert client.post("/en/account/code/", {"code": last_code()})["Location"] == "/en/account/sign-in/factor/"
    assert client.get("/en/account/").status_code == 302, "a first proof is not enough"
    return client


@pytest.mark.django_db(transaction=True)  # the mail goes when the change is written
def test_an_app_is_asked_for_beside_the_mail(ada: Account) -> None:
    secret, codes = with_app(signed_in(ada))
    assert "Codes from an app are now asked for" in Letters()[-1]["text"]
    client = at_the_factor(ada)
    assert "not the code" in client.post("/en/account/sign-in/factor/", {"code": "000000"}).content.decode()
    client.post("/en/account/sign-in/factor/", {"code": six(secret, 1)})
    assert client.get("/en/account/").status_code == 200
    # The same six figures do not open a second time, in any worker.
    again = at_the_factor(ada)
    again.post("/en/account/sign-in/factor/", {"code": six(secret, 1)})
    assert again.get("/en/account/").status_code == 302
    # A recovery code opens once.
    again.post("/en/account/sign-in/factor/", {"code": codes[3]})
    assert again.get("/en/account/").status_code == 200


def test_a_recovery_code_opens_once_and_is_shown_once(ada: Account) -> None:
    here = signed_in(ada)
    _secret, codes = with_app(here)
    client = at_the_factor(ada)
    client.post("/en/account/sign-in/factor/", {"code": codes[0]})
    assert client.get("/en/account/").status_code == 200
    third = at_the_factor(ada)
    third.post("/en/account/sign-in/factor/", {"code": codes[0]})
    assert third.get("/en/account/").status_code == 302
    page = here.get("/en/account/proofs/codes/", follow=True).content.decode()
    assert codes[1] not in page


def test_the_square_code_needs_no_picture_of_another_kind(ada: Account) -> None:
    answer = signed_in(ada).get(APP)
    page = answer.content.decode()
    assert re.search(r'<div[^>]*role="img"[^>]*>\s*<svg', page) and "data:" not in page
    assert "default-src 'self'" in answer["Content-Security-Policy"] and "unsafe" not in str(answer.headers)
    assert "no-store" in answer["Cache-Control"]


def test_guesses_at_the_second_factor_are_rationed(ada: Account) -> None:
    secret, _ = with_app(signed_in(ada))
    client = at_the_factor(ada)
    for _ in range(6):
        answer = client.post("/en/account/sign-in/factor/", {"code": "000000"})
    assert "Too many attempts" in answer.content.decode()
    client.post("/en/account/sign-in/factor/", {"code": six(secret, 1)})
    assert client.get("/en/account/").status_code == 302


def test_what_weakens_an_account_asks_for_the_proof_again(ada: Account) -> None:
    _secret, codes = with_app(signed_in(ada))
    client = at_the_factor(ada)
    client.post("/en/account/sign-in/factor/", {"code": codes[4]})
    answer = client.post(f"{APP}remove/")
    assert answer["Location"].startswith("/en/account/again/")
    page = client.get(answer["Location"]).content.decode()
    assert "Is it still you?" in page
    client.post(answer["Location"], {"code": codes[5], "next": f"{APP}remove/"})
    client.post(f"{APP}remove/")
    assert "no longer asked for" in Letters()[-1]["text"]
    assert signed_in(ada).get("/en/account/").status_code == 200


def test_the_power_of_an_administrator_asks_for_the_second_factor_they_have(ada: Account) -> None:
    services.grant_role(person_of(ada), Role.ADMINISTRATOR)
    _secret, codes = with_app(signed_in(ada))
    client = at_the_factor(ada)
    client.post("/en/account/sign-in/factor/", {"code": codes[1]})
    answer = client.post("/en/account/power/", {"do": "on"})
    assert answer["Location"].startswith("/en/account/again/")
    assert "until" not in read(client.get("/en/account/").content.decode()).by_id("power").text
    client.post(answer["Location"], {"code": codes[0]})
    client.post("/en/account/power/", {"do": "on"})
    assert "switched on" in client.get("/en/account/").content.decode()
