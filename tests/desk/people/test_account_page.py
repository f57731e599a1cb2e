"""The page of an account: what its owner sees and does there, and that nobody else does."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from django.urls import get_resolver

from portulan.desk.core.models import Event
from portulan.desk.people import services
from portulan.desk.people.models import Account, Consent, OrganisationKind, Purpose, Role
from portulan.desk.people.selectors import public_cards
from tests.desk.people.conftest import account, browser, person_of, signed_in
from tests.desk.reading import read

pytestmark = pytest.mark.django_db


def names() -> list[str]:
    """Return every address of the room, in English, without those that carry something."""
    found = []
    for pattern in get_resolver().url_patterns:
        for group in getattr(pattern, "url_patterns", []):
            if str(group.pattern) == "account/":
                found += [f"/en/account/{one.pattern}" for one in group.url_patterns if "<" not in str(one.pattern)]
    return sorted(set(found))


def test_a_consent_is_given_and_withdrawn_in_one_click(ada: Account) -> None:
    client, ours = signed_in(ada), person_of(ada)
    assert "not agreed" in read(client.get("/en/account/").content.decode()).by_id("content").text
    client.post("/en/account/consent/", {"purpose": Purpose.NAME, "do": "give"})
    (card,) = public_cards([ours]).values()
    assert card.name == "Ada Exemple"
    row = Consent.objects.get()
    assert row.how == "on the page of the account"
    client.post("/en/account/consent/", {"purpose": Purpose.NAME, "do": "withdraw"})
    (card,) = public_cards([ours]).values()
    assert card.name == ""
    assert set(Event.objects.filter(verb__startswith="consent").values_list("actor", flat=True)) == {ada.label}
    for wrong in ({"purpose": "fame", "do": "give"}, {"purpose": Purpose.NAME, "do": "sell"}, {}):
        assert client.post("/en/account/consent/", wrong).status_code == 400
    assert Consent.objects.count() == 1


def test_the_language_of_mails_is_chosen_and_the_page_goes_on_in_it(ada: Account) -> None:
    client = signed_in(ada)
    assert client.post("/en/account/language/", {"language": "fr"})["Location"] == "/fr/account/"
    ada.refresh_from_db()
    assert ada.language == "fr"
    assert client.post("/en/account/language/", {"language": "xx"}).status_code == 400


def test_roles_are_told_with_their_scope(ada: Account) -> None:
    operator = services.add_organisation("Centre Exemple", OrganisationKind.OPERATOR)
    services.grant_role(person_of(ada), Role.OPERATOR_OFFICER, organisation=operator)
    services.grant_role(person_of(ada), Role.COMMITTEE)
    page = signed_in(ada).get("/en/account/").content.decode()
    assert "Operator officer of Centre Exemple (all sectors)" in page and "<li>Committee</li>" in page
    assert "Switch it on" not in page


def test_everything_held_is_handed_over_and_nothing_of_others(ada: Account) -> None:
    basile = account("Basile")
    services.give_consent(person_of(ada), Purpose.NAME, "by letter", actor=ada.label)
    services.give_consent(person_of(basile), Purpose.EMAIL, "by letter", actor=basile.label)
    operator = services.add_organisation("Centre Exemple", OrganisationKind.OPERATOR)
    services.affiliate(person_of(ada), operator)
    services.grant_role(person_of(ada), Role.OPERATOR_OFFICER, organisation=operator)
    answer = signed_in(ada).get("/en/account/data/")
    assert "attachment" in answer["Content-Disposition"] and "no-store" in answer["Cache-Control"]
    held = json.loads(answer.content)
    assert held["person"]["email"] == "Ada@example.org" and held["account"]["email"] == "ada@example.org"
    assert [one["purpose"] for one in held["consents"]] == ["public_name"]
    assert held["organisations"][0]["name"] == held["roles"][0]["organisation"] == "Centre Exemple"
    assert "consent given" in [one["what"] for one in held["acts"]]
    assert held["designations"] == []
    assert "asile" not in answer.content.decode() and str(person_of(basile).pk) not in answer.content.decode()


def test_nobody_is_let_into_a_page_of_the_account_without_signing_in() -> None:
    open_to_all = {
        "/en/account/sign-in/": 200, "/en/account/code/": 302, "/en/account/sign-in/passkey/": 302,
        "/en/account/sign-in/factor/": 302,
    }  # fmt: skip
    found = names()
    assert len(found) > 20
    for way in found:
        answer = browser().get(way)
        if way in open_to_all:
            assert answer.status_code == open_to_all[way], way
        elif answer.status_code != 405:
            assert answer.status_code == 302 and answer["Location"].startswith("/en/account/sign-in/"), way
        posted = browser().post(way, {"do": "on", "purpose": "public_name", "language": "fr", "code": "1"})
        assert posted.status_code in (302, 404, 405) or way in open_to_all, (way, posted.status_code)


def test_no_page_of_the_account_is_kept_or_shown_to_robots(ada: Account) -> None:
    client, shown = signed_in(ada), set()
    for way in names():
        for asking in (client, browser()):
            answer = asking.get(way)
            if answer.status_code != 200:  # sent to sign in, no such method, or nothing to prove oneself again with
                continue
            shown.add(way)
            assert {"no-store", "private"} <= set(answer["Cache-Control"].split(", ")), way
            if answer["Content-Type"].startswith("text/html"):
                assert '<meta name="robots" content="noindex">' in answer.content.decode(), way
    assert len(shown) >= 5


def test_another_passkey_is_nobody_elses_to_take_away(ada: Account) -> None:
    from allauth.mfa.models import Authenticator

    basile = account("Basile")
    theirs = Authenticator.objects.create(user=basile, type="webauthn", data={"name": "theirs"})
    client = signed_in(ada)
    assert client.get(f"/en/account/proofs/passkeys/{theirs.pk}/remove/").status_code == 404
    assert client.post(f"/en/account/proofs/passkeys/{theirs.pk}/remove/").status_code == 404
    assert Authenticator.objects.filter(pk=theirs.pk).exists()


@pytest.fixture
def public(portal: Any, db: None) -> list[str]:
    """A state of every kind of page that anyone may read."""
    from portulan.desk.markets.services import keep_reference
    from portulan.desk.network import demo
    from tests.journeys.kinds import ANSWERS, KINDS

    keep_reference()
    demo.load(date(2026, 11, 22))
    return [f"/en{way}" for kind, way in KINDS.items() if kind not in ANSWERS]


def test_public_pages_do_not_know_who_reads_them(ada: Account, public: list[str]) -> None:
    known, stranger = signed_in(ada), browser()
    for way in public:
        pages = []
        for client in (stranger, known):
            before = dict(client.cookies)
            answer = client.get(way)
            assert answer.status_code == 200, way
            assert "cookie" not in answer.headers.get("Vary", "").lower(), way
            assert not answer.cookies and dict(client.cookies) == before, way
            pages.append(answer.content)
        assert pages[0] == pages[1], way
