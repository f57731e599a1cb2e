"""Questions that somebody of the desk writes down for another: what is asked of them, and what the other is told."""

from __future__ import annotations

import re

import pytest
from django.http import QueryDict
from django.utils import translation

from portulan.desk.core.models import Event
from portulan.desk.enquiries import services, telling
from portulan.desk.enquiries.keys import key_of
from portulan.desk.enquiries.models import Enquiry, Message, Need
from portulan.desk.people.models import Organisation, OrganisationKind, Role
from portulan.desk.people.services import add_person, grant_role
from tests.desk.enquiries.conftest import As, Desk, asked, text_of
from tests.desk.posted import Letters

FORM = {
    "market": "JPN", "sector": "games", "topic": "partners", "nonce": "77", "name": "Paule Studio",
    "heard": "telephone",
    "text": "They look for a publisher of their game in Japan.", "email": "paule@example.com", "asking": "company",
    "organisation": "Studio P", "ground": "consent", "phone": "", "language": "fr",
}  # fmt: skip
HERE = "/en/desk/questions/new/"


def read(**more: str) -> telling.ReadTold:
    sent = QueryDict(mutable=True)
    sent.update({**FORM, **more})
    return telling.read(sent, {"JPN": "Japan"}, {"games": "Video games"}, None, "Owner Exemple")


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"heard": ""}, "heard"),
        ({"ground": ""}, "ground"),
        ({"ground": "because"}, "ground"),
        ({"name": ""}, "name"),
        ({"email": "nothing"}, "email"),
        ({"ground": "task"}, "email"),
        ({"email": "", "phone": ""}, "email"),
        ({"phone": "1" * 41}, "phone"),
        ({"language": "ja"}, "language"),
        ({"market": "XXX"}, "market"),
        ({"sector": "nothing"}, "sector"),
        ({"topic": ""}, "topic"),
        ({"text": "Hi"}, "text"),
        ({"asking": ""}, "asking"),
    ],
)
def test_what_is_wrong_is_said_once_beside_its_field(typed: dict[str, str], field: str) -> None:
    assert [name for name, _said in read(**typed).wrong] == [field]


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"market": "", "sector": ""},
        {"email": "", "phone": "+33 1 23 45 67 89"},
        {"ground": "task", "email": ""},
        {"organisation": ""},
    ],
)
def test_what_a_telephone_call_does_not_say_may_be_left_out(typed: dict[str, str]) -> None:
    assert read(**typed).wrong == ()


def test_the_one_who_asked_is_told_who_wrote_it_down_and_how_to_erase_it(at: As, desk: Desk, letters: Letters) -> None:
    sent = at(desk.stranger).post(HERE, FORM)
    enquiry = Enquiry.objects.get()
    # It is for Japan: whoever wrote it down in Singapore may not read on.
    assert sent["Location"] == f"{HERE}?done={enquiry.reference}"
    assert (enquiry.channel, enquiry.teller, enquiry.heard) == ("behalf", desk.stranger, "telephone")
    (theirs,) = (one for one in letters if one["to"] == "paule@example.com")
    assert theirs["language"] == "fr" and key_of(enquiry) in theirs["text"]
    assert "Stranger Exemple" in theirs["text"] and "> They look for a publisher" in theirs["text"]
    assert [one["to"] for one in letters] == ["paule@example.com", "owner@example.org"]
    assert Event.objects.filter(verb="enquiry received", actor=f"person:{desk.stranger.pk}").count() == 1


def test_sent_twice_it_is_one_question(at: As, desk: Desk) -> None:
    browser = at(desk.owner)
    first, second = browser.post(HERE, FORM), browser.post(HERE, FORM)
    assert first["Location"] == second["Location"] and Enquiry.objects.count() == 1
    said = text_of(browser.get(first["Location"]))
    assert "The question was written down." in said and "Owner Exemple, who heard it by telephone" in said


def test_without_an_address_nobody_is_written_to_and_the_answer_is_said(at: As, desk: Desk, letters: Letters) -> None:
    browser = at(desk.owner)
    browser.post(HERE, {**FORM, "email": "", "phone": "+33 1 23 45"})
    assert [one["to"] for one in letters] == ["owner@example.org"]
    need = Need.objects.get()
    said = text_of(browser.get(f"/en/desk/questions/{need.pk}/"))
    assert "+33 1 23 45" in said and "There is no address to write to" in said
    services.answer(desk.reach(desk.owner), need, "Told on the telephone.", "Owner Exemple")
    assert Message.objects.get().mail == "" and len(letters) == 1


def test_what_is_wrong_keeps_what_was_typed(at: As, desk: Desk) -> None:
    answer = at(desk.owner).post(HERE, {**FORM, "ground": "task"})
    assert answer.status_code == 422 and "Nobody is written to who has not agreed" in text_of(answer)
    assert "They look for a publisher" in answer.content.decode() and not Enquiry.objects.exists()


def test_an_officer_of_an_operator_writes_down_and_a_committee_member_does_not(at: As, desk: Desk) -> None:
    officer = add_person("Olive", "Exemple", email="olive@example.org")
    operator = Organisation.objects.create(name="Operator", kind=OrganisationKind.OPERATOR)
    grant_role(officer, Role.OPERATOR_OFFICER, organisation=operator)
    assert at(officer).get(HERE).status_code == 200
    assert at(officer).post(HERE, FORM)["Location"].startswith(f"{HERE}?done=")
    assert at(None, Role.COMMITTEE).post(HERE, FORM).status_code == 403
    assert Enquiry.objects.count() == 1


def test_the_letter_says_in_french_on_what_ground(desk: Desk, letters: Letters) -> None:
    told = read().told
    with translation.override("en"):
        services.ask(asked(), "en", channel="behalf", told=told)
    assert "you may change your mind" in letters[0]["text"]
    assert re.search(r"by telephone, and Owner Exemple wrote it down", letters[0]["text"])
