"""The questions of somebody who is signed in: theirs by signing in, or claimed from a proved address."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client

from portulan.desk.core.models import Event
from portulan.desk.enquiries import forgetting, mine
from portulan.desk.enquiries.models import Enquiry
from portulan.desk.people.models import Account, Person
from portulan.desk.people.services import add_person, open_account
from tests.desk.enquiries.conftest import Desk, ask, text_of
from tests.desk.enquiries.test_pages import FORM

PAGE = "/en/ask/mine/"


def of(name: str) -> tuple[Client, Person]:
    """Return the browser of somebody without role, signed in."""
    person = add_person(name, "Exemple", email=f"{name}@example.com")
    browser = Client(SERVER_NAME="localhost")
    browser.force_login(open_account(person))
    return browser, person


def test_what_is_asked_while_signed_in_is_ones_own(client: Client) -> None:
    browser, paule = of("paule")
    assert "You have not asked anything yet." in text_of(browser.get(PAGE))
    browser.post("/en/ask/", FORM)
    enquiry = Enquiry.objects.get()
    assert enquiry.asker_id == paule.pk
    assert Event.objects.get(verb="enquiry received").actor == f"person:{paule.pk}"
    said = text_of(browser.get(PAGE))
    assert enquiry.reference in said and "games" in said.lower()
    way = next(one for one in browser.get(PAGE).content.decode().split('"') if enquiry.reference in one and "/" in one)
    assert "three publishers" not in text_of(browser.get(way)) and browser.get(way).status_code == 200
    held = browser.get("/en/account/data/").json()["questions"]
    assert [one["text"] for one in held] == [FORM["text"]]
    assert "My questions" in text_of(browser.get("/en/account/"))


def test_what_is_asked_without_signing_in_is_nobodys_until_claimed(client: Client) -> None:
    client.post("/en/ask/", {**FORM, "email": "PAULE@example.com"})
    client.post("/en/ask/", {**FORM, "email": "paula@example.com", "nonce": "other"})
    assert set(Enquiry.objects.values_list("asker", flat=True)) == {None}
    browser, paule = of("paule")
    said = text_of(browser.get(PAGE))
    assert "1 question was sent from paule@example.com" in said and "You have not asked anything yet." in said
    assert browser.post(PAGE)["Location"] == f"{PAGE}?done=claimed"
    assert [one.asker_email for one in mine.questions_of(paule.pk)] == ["PAULE@example.com"]
    assert browser.post(PAGE)["Location"] == f"{PAGE}?done=", "there is nothing left to claim"
    event = Event.objects.get(verb="enquiry claimed")
    assert event.actor == f"person:{paule.pk}" and "paule" not in str(event.said)


def test_what_is_another_persons_or_erased_is_not_to_be_claimed(client: Client) -> None:
    browser, _paule = of("paule")
    browser.post("/en/ask/", {**FORM, "email": "basile@example.com"})
    client.post("/en/ask/", {**FORM, "email": "basile@example.com", "nonce": "other"})
    forgetting.erase_asker(Enquiry.objects.get(asker=None))
    other, basile = of("basile")
    assert mine.claimable("basile@example.com") == 0
    other.post(PAGE)
    assert mine.questions_of(basile.pk) == []


def test_letters_that_look_alike_claim_nothing(db: None, desk: Desk) -> None:
    ask()
    Enquiry.objects.update(asker_email="kim@example.com")
    assert (
        mine.claimable("\u212aim@example.com") == 0
        and mine.claim(desk.owner.pk, "\u212aim@example.com", actor="x") == 0
    )
    assert mine.claimable("k_m@example.com") == 0 and mine.claimable("%@example.com") == 0


def test_what_is_erased_leaves_the_list(client: Client) -> None:
    browser, _paule = of("paule")
    browser.post("/en/ask/", FORM)
    forgetting.erase_asker(Enquiry.objects.get())
    assert "You have not asked anything yet." in text_of(browser.get(PAGE))
    assert browser.get("/en/account/data/").json()["questions"] == []


def test_a_list_costs_the_same_whatever_its_length(client: Client, django_assert_max_num_queries: object) -> None:
    browser, paule = of("paule")
    for number in range(4):
        browser.post("/en/ask/", {**FORM, "nonce": str(number)})
    assert len(mine.questions_of(paule.pk)) == 4
    with django_assert_max_num_queries(10):  # type: ignore[operator]
        browser.get(PAGE)


def test_each_reaches_their_own_questions_alone(client: Client, record_property: Callable[[str, object], None]) -> None:
    browser, _paule = of("paule")
    browser.post("/en/ask/", FORM)
    reference = Enquiry.objects.get().reference
    stranger, _charlie = of("charlie")
    found = {who: one.get(PAGE) for who, one in (("anonymous", client), ("owner", browser), ("stranger", stranger))}
    for who, answer in found.items():
        record_property("access", (who, [PAGE], [answer.status_code]))
    assert [one.status_code for one in found.values()] == [302, 200, 200]
    assert reference in text_of(found["owner"]) and reference not in text_of(found["stranger"])
    assert client.post(PAGE)["Location"] == "/en/account/sign-in/"
    assert {"no-store", "private"} <= set(found["owner"]["Cache-Control"].split(", "))


def test_a_closed_account_asks_as_anybody(client: Client) -> None:
    browser, _paule = of("paule")
    Account.objects.update(is_active=False)
    browser.post("/en/ask/", FORM)
    assert Enquiry.objects.get().asker is None
