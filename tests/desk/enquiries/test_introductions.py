"""A warm introduction: both are asked, nobody learns a name or an address before both said yes, and it can end."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from portulan.desk.core import limits
from portulan.desk.core.models import Event
from portulan.desk.enquiries import forgetting, introductions, services
from portulan.desk.enquiries.introductions import Proposal, gives_away
from portulan.desk.enquiries.keys import key_of, side_key
from portulan.desk.enquiries.models import Closing, Message, Need
from portulan.desk.enquiries.models_after import Agreement, Ending, Introduction, Side
from portulan.desk.enquiries.rights import NotYoursError
from portulan.desk.enquiries.services import DeskError
from portulan.desk.network import partners
from portulan.desk.network.partners import Contact
from portulan.desk.people.services import open_account
from tests.desk.enquiries.conftest import Desk, ask, text_of
from tests.desk.enquiries.test_by_mail import HERE, reply_to, send
from tests.desk.posted import Letters

SAID = Proposal(
    "A publisher of games in Osaka", "Hanae Muster", "hanae@example.net", "en", "A game looks for a publisher."
)
ASKER, OTHER, COLLEAGUE = "paule@example.com", "hanae@example.net", "owner@example.org"


@pytest.fixture
def need(desk: Desk) -> Need:
    return ask()[1]


@pytest.fixture
def proposed(desk: Desk, need: Need, letters: Letters) -> Introduction:
    letters.clear()
    return introductions.propose(desk.reach(desk.owner), need, SAID, "Owner Exemple", nonce="one")


def page(introduction: Introduction, side: Side) -> str:
    return f"/en/introductions/{introduction.pk}/{side_key(introduction, side)}/"


@pytest.fixture
def client(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setattr(limits, "spend", lambda budget, who: 0)
    return Client(SERVER_NAME="localhost")


@pytest.mark.parametrize(
    ("text", "names", "found"),
    [
        ("A publisher of games", ("Hanae Muster",), False),
        ("Ask Hanae, she knows", ("Hanae Muster",), True),
        ("MUSTÉR and sons", ("Hanae Muster",), True),
        ("Write to somebody@example.org", (), True),
        ("La maison de Li", ("Li",), False),  # too short to say anything
        ("The mustering of forces", ("Hanae Muster",), False),
        ("", ("Hanae",), False),
    ],
)
def test_what_names_somebody_is_seen(text: str, names: tuple[str, ...], found: bool) -> None:
    assert gives_away(text, *names) is found


def test_both_are_asked_and_neither_learns_who_the_other_is(proposed: Introduction, letters: Letters) -> None:
    asker, other = letters
    assert (asker["to"], asker["language"], other["to"], other["language"]) == (ASKER, "fr", OTHER, "en")
    assert SAID.body in asker["text"] and "Studio P" in other["text"]
    for letter in (asker, other):
        assert "A game looks for a publisher." in letter["text"] and "Owner Exemple" in letter["text"]
    assert not re.search("hanae|muster", asker["text"], re.IGNORECASE)
    assert not re.search("paule@|Paule Studio", other["text"] + other["reply"])
    assert side_key(proposed, Side.ASKER) in asker["text"] and side_key(proposed, Side.OTHER) in other["text"]
    assert side_key(proposed, Side.OTHER) not in asker["text"]


def test_the_same_form_sent_twice_asks_once(desk: Desk, proposed: Introduction, letters: Letters) -> None:
    again = introductions.propose(desk.reach(desk.owner), proposed.need, SAID, "Owner Exemple", nonce="one")
    assert again == proposed and len(letters) == 2


def test_when_both_said_yes_one_letter_brings_them_together(proposed: Introduction, letters: Letters) -> None:
    introductions.say(proposed, Side.ASKER, agreed=True)
    letters.clear()
    introductions.say(proposed, Side.OTHER, agreed=True)
    introductions.say(proposed, Side.OTHER, agreed=True)  # sent twice
    asker, other, colleague = letters
    assert (asker["to"], other["to"], colleague["to"]) == (ASKER, OTHER, COLLEAGUE)
    for letter in (asker, other):
        assert ASKER in letter["text"] and OTHER in letter["text"]
    assert OTHER in asker["reply"] and ASKER in other["reply"]
    proposed.refresh_from_db()
    assert proposed.ending == Ending.MADE
    rows = Agreement.objects.values_list("side", "agreed", "how", "withdrawn_at")
    assert sorted(rows) == [(side, True, introductions.BY_PAGE, None) for side in ("asker", "other")]
    assert Event.objects.filter(verb="introduction made").count() == 1


@pytest.mark.parametrize(("refuses", "told"), [(Side.ASKER, OTHER), (Side.OTHER, ASKER)])
def test_a_no_is_told_gently_and_what_was_written_with_it_to_the_colleague_alone(
    proposed: Introduction, letters: Letters, refuses: Side, told: str
) -> None:
    letters.clear()
    introductions.say(proposed, refuses, agreed=False, word="I know them, and would rather not.")
    gentle, colleague = letters
    assert (gentle["to"], colleague["to"]) == (told, COLLEAGUE)
    assert "rather not" not in gentle["text"] and "rather not" in colleague["text"]
    assert ASKER not in gentle["text"] and OTHER not in gentle["text"]
    with pytest.raises(DeskError):
        introductions.say(proposed, Side.OTHER if refuses is Side.ASKER else Side.ASKER, agreed=True)
    assert "rather not" not in str(Event.objects.values_list("said", flat=True))


def test_a_yes_is_taken_back_before_the_other_answers_and_the_row_says_when(proposed: Introduction) -> None:
    introductions.say(proposed, Side.ASKER, agreed=True)
    introductions.take_back(proposed, Side.ASKER)
    assert Agreement.objects.get().withdrawn_at is not None
    introductions.say(proposed, Side.OTHER, agreed=True)
    proposed.refresh_from_db()
    assert proposed.ending == ""
    introductions.say(proposed, Side.ASKER, agreed=True)
    proposed.refresh_from_db()
    assert proposed.ending == Ending.MADE
    with pytest.raises(DeskError):
        introductions.take_back(proposed, Side.ASKER)


def test_after_thirty_days_it_is_over_and_whoever_said_yes_is_told_once(
    proposed: Introduction, letters: Letters
) -> None:
    introductions.say(proposed, Side.OTHER, agreed=True)
    letters.clear()
    due = proposed.lapses_at
    assert introductions.lapse(due - timedelta(seconds=1)) == 0
    assert introductions.lapse(due) == 1 and introductions.lapse(due) == 0
    assert [one["to"] for one in letters] == [OTHER, COLLEAGUE]
    with pytest.raises(DeskError):
        introductions.say(proposed, Side.ASKER, agreed=True, at=due)


def test_past_its_day_nobody_says_yes_even_before_the_daily_job(proposed: Introduction) -> None:
    with pytest.raises(DeskError):
        introductions.say(proposed, Side.ASKER, agreed=True, at=proposed.lapses_at)


def test_a_colleague_withdraws_it_and_both_are_told(desk: Desk, proposed: Introduction, letters: Letters) -> None:
    with pytest.raises(NotYoursError):
        introductions.withdraw(desk.reach(desk.stranger), proposed)
    letters.clear()
    introductions.withdraw(desk.reach(desk.mate), proposed)
    assert [one["to"] for one in letters] == [ASKER, OTHER]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"email": "PAULE@example.com"}, "oneself"),
        ({"purpose": "Paule looks for a publisher."}, "gives_away"),
        ({"body": "Hanae, a publisher"}, "gives_away"),
        ({"purpose": "Call a@example.org"}, "gives_away"),
    ],
)
def test_what_should_not_be_proposed_is_refused(desk: Desk, need: Need, change: dict[str, str], code: str) -> None:
    said = Proposal(**{**{name: getattr(SAID, name) for name in Proposal.__slots__}, **change})
    with pytest.raises(DeskError, match=code):
        introductions.propose(desk.reach(desk.owner), need, said, "Owner Exemple")


def test_the_two_are_asked_once_at_a_time_by_those_of_the_question_and_while_it_is_open(
    desk: Desk, proposed: Introduction
) -> None:
    need, owner = proposed.need, desk.reach(desk.owner)
    with pytest.raises(DeskError, match="proposed"):
        introductions.propose(owner, need, SAID, "Owner Exemple", nonce="two")
    for reach in (desk.reach(desk.stranger), desk.reach(None)):
        with pytest.raises(NotYoursError):
            introductions.propose(reach, need, SAID, "x")
    services.close(owner, need, Closing.HELPED, "")
    with pytest.raises(DeskError, match="closed"):
        introductions.propose(owner, need, SAID, "Owner Exemple")


def test_whoever_asked_is_erased_with_their_introductions_and_the_other_is_told(
    desk: Desk, proposed: Introduction, letters: Letters
) -> None:
    introductions.say(proposed, Side.OTHER, agreed=True, word="Gladly.")
    letters.clear()
    forgetting.erase_asker(proposed.need.enquiry)
    assert [one["to"] for one in letters] == [OTHER]
    proposed.refresh_from_db()
    assert (proposed.other_email, proposed.purpose, proposed.body) == ("", "", "")
    assert not Agreement.objects.exists()


def test_the_other_is_erased_on_their_word_and_nothing_of_them_stays(
    client: Client, proposed: Introduction, letters: Letters
) -> None:
    theirs = page(proposed, Side.OTHER)
    assert client.get(f"{theirs}data.json").json()["email"] == OTHER
    letters.clear()
    assert "Nothing here names you" in text_of(client.post(theirs, {"act": "erase"}))
    assert client.get(theirs).status_code == 404
    proposed.refresh_from_db()
    assert (proposed.other_name, proposed.other_email, proposed.body) == ("", "", "")
    assert [one["to"] for one in letters] == [ASKER, COLLEAGUE]
    assert not any(re.search("hanae|muster|osaka", one["text"], re.IGNORECASE) for one in letters)
    assert client.post(page(proposed, Side.ASKER), {"act": "erase"}).status_code == 404


def test_after_a_year_no_name_is_left(proposed: Introduction) -> None:
    introductions.say(proposed, Side.ASKER, agreed=False)
    later = timezone.now() + timedelta(days=366)
    assert introductions.forget_introductions(later - timedelta(days=400)) == 0
    assert introductions.forget_introductions(later, dry_run=True) == 1
    assert introductions.forget_introductions(later) == 1
    proposed.refresh_from_db()
    assert (proposed.other_email, proposed.by, proposed.ending) == ("", None, Ending.DECLINED)


def test_opening_a_page_says_nothing_and_a_button_does(client: Client, proposed: Introduction) -> None:
    mine, theirs = page(proposed, Side.ASKER), page(proposed, Side.OTHER)
    for address in (mine, theirs):
        for query in ("", "?act=yes", "?act=no"):
            assert client.get(address + query).status_code == 200
    assert not Agreement.objects.exists()
    assert client.get(f"/en/introductions/{proposed.pk}/{'0' * 32}/").status_code == 404
    assert "hanae" not in client.get(mine).content.decode().lower()
    assert "paule" not in client.get(theirs).content.decode().lower()
    assert client.post(mine, {"act": "nothing"}).status_code == 404
    assert client.post(mine, {"act": "yes", "word": "x" * 2001}).status_code == 422
    done = client.post(mine, {"act": "yes", "word": "Gladly."})
    assert done.status_code == 303 and "your yes was kept" in text_of(client.get(done["Location"]))
    assert "Take your yes back" in text_of(client.get(mine))
    assert client.post(theirs, {"act": "yes"}).status_code == 303
    for address, name in ((mine, "Hanae Muster"), (theirs, "Paule Studio")):
        assert name in text_of(client.get(address))
    late = client.post(mine, {"act": "no"})
    assert late.status_code == 422 and "It is over" in text_of(late)
    assert client.get(mine)["Cache-Control"] == "private, no-store"


@pytest.fixture
def owner(client: Client, desk: Desk) -> Client:
    browser = Client(SERVER_NAME="localhost")
    browser.force_login(open_account(desk.owner))
    return browser


FORM: dict[str, Any] = {
    "partner": "", "name": "Hanae Muster", "email": "hanae@example.net", "body": "A publisher of games",
    "purpose": "A game looks for a publisher.", "language": "en", "nonce": "n",
}  # fmt: skip


def test_it_is_proposed_on_a_page_and_stands_on_those_of_the_question(
    owner: Client, client: Client, desk: Desk, need: Need
) -> None:
    here = f"/en/desk/questions/{need.pk}/"
    assert "Ask both" in text_of(owner.get(f"{here}introduce/"))
    sent = owner.post(f"{here}introduce/", FORM)
    assert sent.status_code == 303 and "Both sides were asked" in text_of(owner.get(sent["Location"]))
    introduction = Introduction.objects.get()
    introductions.say(introduction, Side.OTHER, agreed=True, word="Gladly, in May.")
    desk_said = text_of(owner.get(here))
    assert "the other person said yes" in desk_said and "Gladly, in May." in desk_said
    own = f"/en/ask/{need.enquiry.reference}/{key_of(need.enquiry)}/"
    asker_said = text_of(client.get(own))
    assert "proposes an introduction to: A publisher of games" in asker_said and "in May" not in asker_said
    assert "Hanae" not in client.get(f"{own}data.json").content.decode()
    assert page(introduction, Side.ASKER) in client.get(own).content.decode()
    gone = owner.post(f"{here}withdraw-introduction/", {"introduction": str(introduction.pk)})
    assert "both sides were told" in text_of(owner.get(gone["Location"]))
    over = owner.post(f"{here}withdraw-introduction/", {"introduction": str(introduction.pk)})
    assert over.status_code == 422 and "is over" in text_of(over)


def test_a_partner_of_the_post_is_chosen_without_typing_them(
    owner: Client, desk: Desk, need: Need, letters: Letters
) -> None:
    today = timezone.localdate()
    for name, email in (("Kota Muster", "kota@example.net"), ("Without", "")):
        partners.add_partner(
            desk.reach(desk.owner).actor, "jpn", Contact("Game fair of Osaka", "venue", name, email), today
        )
    here = f"/en/desk/questions/{need.pk}/introduce/"
    shown = text_of(owner.get(here))
    assert "Kota Muster, Game fair of Osaka" in shown and "Without, Game" not in shown
    number = partners.partners_for(desk.reach(desk.owner).actor, today)[0].pk
    letters.clear()
    assert owner.post(here, {**FORM, "partner": number, "name": "", "email": "", "body": ""}).status_code == 303
    assert [one["to"] for one in letters] == [ASKER, "kota@example.net"]
    assert owner.post(here, {**FORM, "partner": number + 99}).status_code == 422


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "", "Write something first"),
        ("email", "nobody", "not an e-mail address"),
        ("email", "paule@example.com", "address of the person who asked"),
        ("body", "", "Write something first"),
        ("purpose", "", "Write something first"),
        ("purpose", "Hanae is kind", "names one of them"),
        ("language", "xx", "Choose the language"),
    ],
)
def test_what_is_wrong_in_the_form_is_said_and_what_was_typed_stays(
    owner: Client, need: Need, field: str, value: str, sentence: str
) -> None:
    answer = owner.post(f"/en/desk/questions/{need.pk}/introduce/", {**FORM, field: value})
    assert answer.status_code == 422 and sentence in text_of(answer)
    assert "A publisher of games" in answer.content.decode() or field == "body"
    assert not Introduction.objects.exists()


def test_what_the_other_answers_by_mail_is_a_note_and_never_a_yes(
    desk: Desk, need: Need, letters: Letters, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "PORTULAN_REPLY_ADDRESS", HERE)
    letters.clear()
    introduction = introductions.propose(desk.reach(desk.owner), need, SAID, "Owner Exemple")
    theirs = reply_to(letters, OTHER)
    assert send(f"Else <{ASKER}>", theirs, "Let me read.").state == "failed"
    assert send(f"Hanae <{OTHER}>", theirs, "Yes, gladly.").state == "handled"
    note = Message.objects.get()
    assert (note.need, note.voice, note.text) == (need, "note", "Yes, gladly.")
    assert not Agreement.objects.exists()
    introductions.erase_other(introduction)
    assert not Message.objects.exists()
    send(f"Hanae <{OTHER}>", theirs, "Hello?")
    assert not Message.objects.exists()
