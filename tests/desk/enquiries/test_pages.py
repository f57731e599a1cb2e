"""The pages of the room: asked as a reader would, read as each of those concerned would."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from portulan.desk.core import limits
from portulan.desk.core.incoming.services import handle_mail, keep_mail
from portulan.desk.enquiries import cards, promises, services
from portulan.desk.enquiries.keys import key_of
from portulan.desk.enquiries.models import AnswerCard, CardState, Enquiry, Message, Need, Promise
from portulan.desk.people.models import Organisation, OrganisationKind, Role
from portulan.desk.people.services import add_person, grant_role
from tests.desk.enquiries.conftest import As, Desk, ask, in_days, text_of

FORM = {
    "market": "JPN", "sector": "games", "topic": "partners", "nonce": "5f0c", "name": "Paule Studio",
    "text": "We look for a publisher of our game in Japan.", "email": "paule@example.com", "asking": "company",
    "organisation": "Studio P", "website": "",
}  # fmt: skip


def test_asking_leads_to_a_page_of_ones_own(client: Client) -> None:
    first = client.get("/en/ask/?market=JPN&sector=games&topic=partners")
    assert "Your question goes to: Embassy in jpn." in text_of(first)
    sent = client.post("/en/ask/", FORM)
    enquiry = Enquiry.objects.get()
    assert sent.status_code == 303
    assert sent["Location"] == f"/en/ask/{enquiry.reference}/{key_of(enquiry)}/?done=new"
    mine = client.get(sent["Location"])
    said = text_of(mine)
    assert "Your question was received" in said and "Sent to Embassy in jpn" in said
    assert (mine["Referrer-Policy"], mine["Cache-Control"]) == ("same-origin", "private, no-store")


def test_where_nobody_is_designated_the_page_says_so_as_the_letter_does(client: Client, desk: Desk) -> None:
    enquiry, need = ask(market="EST", sector="")
    own = f"/en/ask/{enquiry.reference}/{key_of(enquiry)}/"
    nobody = "Nobody is designated for this at present"
    assert nobody in text_of(client.get(own)) and "No answer yet" not in text_of(client.get(own))
    Need.objects.filter(pk=need.pk).update(opened_at=need.opened_at - timedelta(days=3))
    assert "No answer yet, after 3 days." in text_of(client.get(own))
    # A colleague who hands a question to the coordination desk is somebody, and it is with the desk.
    enquiry, need = ask()
    services.pass_on(desk.reach(desk.owner), need, None, "Not for a post.")
    said = text_of(client.get(f"/en/ask/{enquiry.reference}/{key_of(enquiry)}/"))
    assert nobody not in said and "Sent to Coordination desk." in said


def test_sent_twice_it_is_one_question_and_the_same_page(client: Client) -> None:
    first, second = client.post("/en/ask/", FORM), client.post("/en/ask/", FORM)
    assert first["Location"] == second["Location"] and Enquiry.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("market", "XXX", "This market is not known"),
        ("sector", "", "Choose a sector"),
        ("topic", "nothing", "Choose what your question is about"),
        ("text", "Hi", "Write your question in a sentence"),
        ("text", "x" * 7000, "too long"),
        ("name", "", "Write your name"),
        ("email", "not an address", "not an e-mail address"),
        ("email", "a@b.fr\nBcc: c@d.fr", "not an e-mail address"),
        ("asking", "king", "Choose who you ask for"),
        ("website", "http://spam.example", "catch machines"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(client: Client, field: str, value: str, sentence: str) -> None:
    answer = client.post("/en/ask/", {**FORM, field: value})
    assert answer.status_code == 422 and sentence in text_of(answer)
    assert Enquiry.objects.count() == 0
    if field not in ("market", "sector", "topic"):
        kept = "Paule Studio" if field != "name" else "paule@example.com"
        assert kept in answer.content.decode()


def test_too_many_questions_wait(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "spend", lambda budget, who: 61)
    answer = client.post("/en/ask/", FORM)
    assert answer.status_code == 429 and "in 2 minutes" in text_of(answer)


def test_a_wrong_key_opens_nothing_and_an_erased_question_is_gone(client: Client) -> None:
    enquiry, need = ask()
    here = f"/en/ask/{enquiry.reference}/{key_of(enquiry)}/"
    for other in (f"/en/ask/{enquiry.reference}/{'0' * 32}/", f"/en/ask/AAAA-AAAA/{key_of(enquiry)}/"):
        for tail in ("", "data.json", "withdraw/"):
            assert client.get(other + tail).status_code == 404
    assert client.get(f"{here}data.json").json()["email"] == "paule@example.com"
    assert "cannot be undone" in text_of(client.get(f"{here}withdraw/"))
    assert "is erased" in text_of(client.post(f"{here}withdraw/"))
    assert client.get(here).status_code == 404
    assert Need.objects.get(pk=need.pk).closing == "withdrawn"


def test_the_asker_reads_answers_and_never_notes(client: Client, desk: Desk) -> None:
    enquiry, need = ask()
    reach = desk.reach(desk.owner)
    services.note(reach, need, "A difficult one, this.", "Owner Exemple")
    services.answer(reach, need, "Three publishers.", "Owner Exemple")
    here = f"/en/ask/{enquiry.reference}/{key_of(enquiry)}/"
    said = text_of(client.get(here))
    assert "Three publishers." in said and "difficult" not in said
    assert "difficult" not in client.get(f"{here}data.json").content.decode()
    assert client.post(here, {"need": need.pk, f"text-{need.pk}": ""}).status_code == 422
    assert client.post(here, {"need": need.pk, f"text-{need.pk}": "Thank you", "nonce": "n"}).status_code == 303
    assert client.post(here, {"need": need.pk, "rating": "3"}).status_code == 303
    assert Need.objects.get(pk=need.pk).satisfied == 3
    assert client.post(here, {"need": need.pk + 99, "rating": "3"}).status_code == 404


def test_the_inbox_shows_what_waits_and_for_whom(at: As, desk: Desk) -> None:
    ask()
    ask(sector="book")
    ask(market="EST")
    mine = at(desk.owner).get("/en/desk/?view=mine")
    assert len(re.findall(r'role="row"', mine.content.decode())) == 2
    both = at(desk.owner).get("/en/desk/")
    assert "Video games, Japan" in text_of(both) and "Books, Japan" in text_of(both)
    assert "Books, Estonia" not in text_of(both) and "Video games, Estonia" not in text_of(both)
    assert "Video games, Estonia" in text_of(at(desk.stranger).get("/en/desk/"))


def test_a_promise_to_somebody_invented_is_said_to_be_one_also_where_no_question_of_theirs_stands(
    at: As, desk: Desk
) -> None:
    enquiry, need = ask()
    Enquiry.objects.filter(pk=enquiry.pk).update(invented=True)
    promises.promise(desk.reach(desk.owner), need, "Send the list", in_days(4), "Owner Exemple")
    shown = text_of(at(desk.owner).get("/en/desk/?view=late"))
    assert "Send the list" in shown and "Promises to invented people are among these" in shown


def test_who_works_at_the_desk_finds_it_from_their_account(at: As, desk: Desk) -> None:
    assert "/en/desk/" in at(desk.owner).get("/en/account/").content.decode()
    assert "/en/desk/" in at(None, Role.COORDINATION).get("/en/account/").content.decode()
    assert "/en/desk/" not in at(None).get("/en/account/").content.decode()


def test_no_way_leads_the_coordination_desk_to_partners_that_are_not_for_it(at: As, desk: Desk) -> None:
    assert "/desk/partners/" in at(desk.owner).get("/en/desk/").content.decode()
    assert "/desk/partners/" in at(desk.owner, Role.COORDINATION).get("/en/desk/").content.decode()
    assert "/desk/partners/" not in at(None, Role.COORDINATION).get("/en/desk/").content.decode()


def test_every_act_of_the_page_does_what_it_says(at: As, desk: Desk) -> None:
    _, need = ask()
    here = f"/en/desk/questions/{need.pk}/"
    browser = at(desk.owner)
    acts: list[tuple[str, dict[str, Any], str]] = [
        ("take", {}, "You have it in hand"),
        ("answer", {"answer": "Three publishers.", "nonce": "a"}, "Your answer was sent"),
        ("note", {"note": "Called them.", "nonce": "b"}, "The note was left"),
        ("promise", {"what": "Send the list", "due": in_days(4).isoformat()}, "stands in the ledger"),
        ("put-aside", {"until": in_days(3).isoformat()}, "put aside until that day"),
        ("take-back", {}, "back in your list"),
        ("split", {"market": "PHL", "sector": "games", "topic": "market"}, "second question"),
        ("close", {"closing": "helped", "where_to": ""}, "It is closed"),
        ("reopen", {}, "It is open again"),
    ]
    for act, fields, sentence in acts:
        done = browser.post(f"{here}{act}/", fields)
        assert done.status_code == 303, (act, done.status_code)
        assert sentence in text_of(browser.get(done["Location"])), act
    made = Promise.objects.get()
    assert browser.post(f"{here}settle/", {"promise": made.pk, "how": "kept"}).status_code == 303
    gone = browser.post(f"{here}pass-on/", {"to": desk.designations["stranger"].pk, "reason": "Theirs"})
    assert gone.status_code == 303
    assert browser.post(f"{here}nothing/", {}).status_code == 404
    assert browser.get(f"{here}take/").status_code == 405


@pytest.mark.parametrize(
    ("act", "fields", "sentence"),
    [
        ("answer", {"answer": "  "}, "Write something first"),
        ("promise", {"what": "x", "due": "tomorrow"}, "Give a day"),
        ("promise", {"what": "x", "due": "2020-01-01"}, "This day has passed"),
        ("pass-on", {"to": "", "reason": "x"}, "Choose to whom"),
        ("pass-on", {"to": "999999", "reason": "x"}, "no longer designated"),
        ("pass-on", {"to": "coordination", "reason": ""}, "Write something first"),
        ("close", {"closing": ""}, "Choose how it ended"),
        ("close", {"closing": "not_for_us"}, "Say where the person should ask"),
        ("close", {"closing": "withdrawn"}, "Choose how it ended"),
        ("split", {"market": "JPN", "sector": "games", "topic": "partners"}, "already asked"),
        ("split", {"market": "??", "sector": "games", "topic": "partners"}, "Choose a market"),
        ("settle", {"promise": "12"}, "not there"),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_changes(
    at: As, desk: Desk, act: str, fields: Any, sentence: str
) -> None:
    _, need = ask()
    answer = at(desk.owner).post(f"/en/desk/questions/{need.pk}/{act}/", {**fields, "reason": fields.get("reason", "")})
    assert answer.status_code == 422 and sentence in text_of(answer)
    assert Message.objects.count() == 0 and Need.objects.count() == 1


def test_an_answer_becomes_a_card_that_somebody_else_publishes_and_the_next_asker_finds(at: As, desk: Desk) -> None:
    _, need = ask()
    services.answer(desk.reach(desk.owner), need, "Dear Paule, three publishers take foreign games.", "Owner Exemple")
    browser = at(desk.owner)
    form = text_of(browser.get(f"/en/desk/answers/new/{need.pk}/"))
    assert "Dear [...], three publishers" in form
    typed = {
        "question": "Who publishes foreign games in Japan?", "answer": "Three publishers take foreign games.",
        "language": "en", "market": "JPN", "sector": "games", "topic": "partners",
        "expires_on": in_days(300).isoformat(),
    }  # fmt: skip
    named = browser.post(f"/en/desk/answers/new/{need.pk}/", {**typed, "answer": "As we told PAULE of the studio."})
    assert named.status_code == 422 and "still stands here" in text_of(named)
    written = browser.post(f"/en/desk/answers/new/{need.pk}/", typed)
    card = AnswerCard.objects.get()
    assert written["Location"] == f"/en/desk/answers/{card.pk}/" and card.state == CardState.REVIEW
    own = browser.post(f"/en/desk/answers/{card.pk}/", {"act": "publish"})
    assert own.status_code == 422 and "Somebody else must read" in text_of(own)
    assert browser.get(f"/en/answers/{card.pk}/").status_code == 404
    assert at(desk.stranger).post(f"/en/desk/answers/{card.pk}/", {"act": "publish"}).status_code == 303
    assert "Three publishers" in text_of(browser.get(f"/en/answers/{card.pk}/"))
    assert "Who publishes foreign games" in text_of(browser.get("/en/ask/?market=JPN&sector=games&topic=partners"))
    assert "Who publishes foreign games" in text_of(browser.get("/en/answers/?q=publishers"))
    assert "Owner Exemple" not in text_of(browser.get(f"/en/answers/{card.pk}/"))
    at(desk.mate).post(f"/en/desk/answers/{card.pk}/", {"act": "withdraw"})
    assert browser.get(f"/en/answers/{card.pk}/").status_code == 404
    assert cards.find("publishers") == ()


def test_who_would_get_a_question_is_shown_with_what_each_lacks(at: As, desk: Desk) -> None:
    said = text_of(at(desk.owner).get("/en/desk/who-answers/?market=JPN&sector=book&topic=market&language=fr"))
    assert "It would go to Mate Exemple" in said and "is not designated for this sector" in said
    said = text_of(at(desk.owner).get("/en/desk/who-answers/?market=JPN&sector=book&topic=market&language=ja"))
    assert "The coordination desk would get it" in said


DESK_PAGES = (
    "/en/desk/", "/en/desk/?view=closed", "/en/desk/answers/", "/en/desk/who-answers/", "/en/desk/measures/",
    "/en/desk/measures/measures.csv",
)  # fmt: skip
WAYS_IN = ("/en/desk/questions/new/", "/en/desk/letters/", "/en/desk/letters/N/", "/en/desk/questions/table/")


def test_each_role_reaches_the_ways_in_that_are_theirs(
    at: As, desk: Desk, record_property: Callable[[str, object], None]
) -> None:
    """The walk of the pages on which questions come in: written down, made of a letter, taken from a table."""
    letter = handle_mail(keep_mail(b"From: ann@label.example\nTo: office@elsewhere.example\n\nHello", "pipe")[0])
    pages = [page.replace("N", str(letter.pk)) for page in WAYS_IN]
    operator = Organisation.objects.create(name="Operator", kind=OrganisationKind.OPERATOR)
    officer = add_person("Olive", "Exemple", email="olive@example.org")
    grant_role(officer, Role.OPERATOR_OFFICER, organisation=operator)
    walk: dict[str, tuple[Any, tuple[Role, ...], list[int]]] = {
        "owner": (desk.owner, (), [200, 403, 404, 403]),
        "stranger": (desk.stranger, (), [200, 403, 404, 403]),
        "operator officer": (officer, (), [200, 403, 404, 403]),
        "coordination": (None, (Role.COORDINATION,), [200] * 4),
        "committee": (None, (Role.COMMITTEE,), [403, 403, 404, 403]),
        "no role": (None, (), [403, 403, 404, 403]),
        "administrator, power off": (None, (Role.ADMINISTRATOR,), [403, 403, 404, 403]),
    }
    anonymous = Client(SERVER_NAME="localhost")
    assert [anonymous.get(page).status_code for page in pages] == [302] * 4
    record_property("access", ("anonymous", WAYS_IN, [302] * 4))
    for who, (person, roles, expected) in walk.items():
        browser = at(person, *roles)
        found = [browser.get(page).status_code for page in pages]
        record_property("access", (who, WAYS_IN, found))
        assert found == expected, who


def test_each_role_reaches_what_is_theirs_and_no_more(
    at: As, desk: Desk, record_property: Callable[[str, object], None]
) -> None:
    """The walk: who opens what. 200 open, 403 no desk, 404 not to be known of."""
    _, need = ask()
    card = cards.write(
        desk.reach(desk.owner), need, cards.Written("Who?", "They.", "en", "", "", "partners", in_days(9)), "Owner"
    )
    pages = (
        *DESK_PAGES,
        f"/en/desk/questions/{need.pk}/",
        f"/en/desk/answers/new/{need.pk}/",
        f"/en/desk/answers/{card.pk}/",
        f"/en/desk/questions/{need.pk}/introduce/",
        f"/en/desk/questions/{need.pk}/twins/",
    )
    walk: dict[str, tuple[Any, tuple[Role, ...], list[int]]] = {
        "owner": (desk.owner, (), [200] * 11),
        "team-mate": (desk.mate, (), [200] * 11),
        "stranger": (desk.stranger, (), [200, 200, 200, 200, 200, 200, 404, 404, 200, 404, 404]),
        "coordination": (None, (Role.COORDINATION,), [200] * 11),
        "committee": (None, (Role.COMMITTEE,), [403, 403, 403, 403, 403, 403, 404, 404, 404, 404, 404]),
        "no role": (None, (), [403, 403, 403, 403, 403, 403, 404, 404, 404, 404, 404]),
        "administrator, power off": (
            None,
            (Role.ADMINISTRATOR,),
            [403, 403, 403, 403, 403, 403, 404, 404, 404, 404, 404],
        ),
    }
    anonymous = Client(SERVER_NAME="localhost")
    record_property("access", ("anonymous", [re.sub(r"[0-9]+", "N", page) for page in pages], [302] * len(pages)))
    for page in pages:
        sent = anonymous.get(page)
        assert sent.status_code == 302 and sent["Location"].startswith("/en/account/sign-in/?next=%2Fen%2Fdesk"), page
    for who, (person, roles, expected) in walk.items():
        browser = at(person, *roles)
        found = [browser.get(page).status_code for page in pages]
        record_property("access", (who, [re.sub(r"[0-9]+", "N", page) for page in pages], found))
        assert found == expected, who
