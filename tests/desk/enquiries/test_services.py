"""A question from the form to its end: who is asked, what is told to whom, and what stays."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from portulan.desk.core.models import OutgoingMail
from portulan.desk.enquiries import cards, forgetting, promises, services, taking_in
from portulan.desk.enquiries.keys import key_of
from portulan.desk.enquiries.models import Closing, Enquiry, Match, Message, Need, Status
from portulan.desk.enquiries.rights import NotYoursError
from portulan.desk.enquiries.services import DeskError
from portulan.desk.network import services as network
from portulan.desk.people.actors import Power
from portulan.desk.people.services import erase_person
from tests.desk.enquiries.conftest import Desk, ask, asked, in_days
from tests.desk.posted import Letters


def to(letters: Letters, address: str) -> list[dict[str, str]]:
    return [one for one in letters if one["to"] == address]


def test_a_question_reaches_the_one_designated_for_it_and_both_are_written_to(desk: Desk, letters: Letters) -> None:
    enquiry, need = ask()
    match = need.matches.get()
    assert (match.person, match.name, match.body) == (desk.owner, "Owner Exemple", "Embassy in jpn")
    assert need.status == Status.OPEN
    (mine,) = to(letters, "paule@example.com")
    assert "Ambassade à jpn" in mine["text"] and key_of(enquiry) in mine["text"] and mine["language"] == "fr"
    (theirs,) = to(letters, "owner@example.org")
    assert "> We look for a publisher" in theirs["text"]
    # The secret of the asker's page is for the asker alone.
    assert key_of(enquiry) not in theirs["text"]


def test_the_same_form_sent_twice_is_one_question(desk: Desk, letters: Letters) -> None:
    first = services.ask(asked(nonce="one"), "fr")
    assert services.ask(asked(nonce="one"), "fr") == first
    assert Enquiry.objects.count() == 1 and len(letters) == 2


def test_the_same_form_sent_again_with_other_words_is_another_question(desk: Desk) -> None:
    first = services.ask(asked(nonce="one"), "fr")
    again = services.ask(asked(nonce="one", text="We look for a publisher, and for a translator."), "fr")
    # Nor does whoever guesses the number of a form see the page of another.
    stranger = services.ask(asked(nonce="one", email="stranger@example.com"), "fr")
    assert len({first.pk, again.pk, stranger.pk}) == 3


def test_a_reference_that_is_taken_is_not_given_twice(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter(["AAAA-AAAA", "AAAA-AAAA", "BBBB-BBBB"])
    monkeypatch.setattr(taking_in, "_reference", lambda: next(drawn))
    assert [services.ask(asked(), "fr").reference for _ in range(2)] == ["AAAA-AAAA", "BBBB-BBBB"]


def test_an_answer_and_a_note_of_one_page_are_both_kept(desk: Desk) -> None:
    _, need = ask()
    reach = desk.reach(desk.owner)
    services.note(reach, need, "I called them.", "Owner Exemple", nonce="page")
    services.answer(reach, need, "I called them.", "Owner Exemple", nonce="page")
    assert sorted(Message.objects.values_list("voice", flat=True)) == ["answer", "note"]


def test_where_nobody_is_designated_the_coordination_desk_has_it_and_the_asker_is_told(
    desk: Desk, letters: Letters
) -> None:
    network.end_designation(desk.designations["stranger"], timezone.localdate() - timedelta(days=1))
    _, need = ask(market="EST", sector="book")
    match = need.matches.get()
    assert (match.level, match.post) == ("coordination", None)
    assert [one["to"] for one in letters] == ["paule@example.com"]
    assert "coordination" in letters[0]["text"]


def test_an_answer_is_sent_once_and_moves_the_need(desk: Desk, letters: Letters) -> None:
    _, need = ask()
    reach = desk.reach(desk.owner)
    services.take(reach, need, "Owner Exemple")
    need.refresh_from_db()
    assert need.status == Status.TAKEN
    for _twice in range(2):
        services.answer(reach, need, "Three publishers, here they are.", "Owner Exemple", nonce="n1")
    need.refresh_from_db()
    assert need.status == Status.ANSWERED and need.first_answer_at is not None
    assert Message.objects.count() == 1
    assert len([one for one in letters if "Three publishers" in one["text"]]) == 1


def test_what_the_asker_adds_wakes_it_up_again(desk: Desk, letters: Letters) -> None:
    _, need = ask()
    reach = desk.reach(desk.owner)
    services.answer(reach, need, "An answer.", "Owner Exemple")
    services.close(reach, need, Closing.HELPED, "")
    need.refresh_from_db()
    assert need.status == Status.CLOSED
    services.hear(need, "One more thing.")
    need.refresh_from_db()
    assert (need.status, need.closing) == (Status.TAKEN, "")
    assert "> One more thing." in to(letters, "owner@example.org")[-1]["text"]


def test_strangers_learn_nothing_and_do_nothing(desk: Desk) -> None:
    _, need = ask()
    stranger, anonymous = desk.reach(desk.stranger), desk.reach(None)
    for reach in (stranger, anonymous):
        for act in (
            lambda reach=reach: services.take(reach, need, "x"),
            lambda reach=reach: services.answer(reach, need, "x", "x"),
            lambda reach=reach: services.note(reach, need, "x", "x"),
            lambda reach=reach: services.pass_on(reach, need, None, "x"),
            lambda reach=reach: services.close(reach, need, Closing.HELPED, ""),
            lambda reach=reach: services.snooze(reach, need, in_days(3)),
            lambda reach=reach: services.add_need(reach, need, "SGP", "book", "rights"),
            lambda reach=reach: promises.promise(reach, need, "x", in_days(1), "x"),
        ):
            with pytest.raises(NotYoursError):
                act()
    need.refresh_from_db()
    assert need.status == Status.OPEN and Match.objects.count() == 1


def test_a_team_mate_who_answers_has_it_from_then_on(desk: Desk) -> None:
    _, need = ask()
    services.answer(desk.reach(desk.mate), need, "I know this one.", "Mate Exemple")
    match = need.matches.get()
    assert (match.person, match.name) == (desk.mate, "Mate Exemple")


def test_handed_over_the_new_one_is_asked_and_the_asker_told(desk: Desk, letters: Letters) -> None:
    _, need = ask()
    services.pass_on(desk.reach(desk.owner), need, desk.designations["stranger"].pk, "Their region.")
    old, new = need.matches.order_by("pk")
    assert (old.current, old.held) == (False, "passed")
    assert (new.person, new.current) == (desk.stranger, True)
    assert to(letters, "stranger@example.org") and len(to(letters, "paule@example.com")) == 2
    # The post that had it may still read it, the new one works on it.
    services.answer(desk.reach(desk.stranger), need, "An answer.", "Stranger Exemple")
    need.refresh_from_db()
    assert need.status == Status.ANSWERED
    with pytest.raises(DeskError):
        services.pass_on(desk.reach(desk.stranger), need, 999_999, "x")


def test_the_coordination_desk_places_what_nobody_had(desk: Desk) -> None:
    _, need = ask(market="", sector="games")
    reach = desk.reach(desk.deputy, Power.COORDINATION)
    services.pass_on(reach, need, desk.designations["mate"].pk, "They know.")
    assert need.matches.get(current=True).person == desk.mate


def test_not_for_us_says_where_to_ask_instead(desk: Desk, letters: Letters) -> None:
    _, need = ask()
    reach = desk.reach(desk.owner)
    with pytest.raises(DeskError):
        services.close(reach, need, Closing.NOT_FOR_US, "")
    with pytest.raises(DeskError):
        services.close(reach, need, Closing.WITHDRAWN, "")
    services.close(reach, need, Closing.NOT_FOR_US, "The chamber of commerce in Tokyo")
    assert "chamber of commerce" in letters[-1]["text"]
    services.reopen(reach, need)
    need.refresh_from_db()
    assert need.status == Status.OPEN


def test_reminders_go_once_each_and_at_last_the_truth(desk: Desk, letters: Letters) -> None:
    _, need = ask()
    letters.clear()
    start = need.opened_at
    seen = []
    for day in range(50):
        letters.clear()
        services.remind(start + timedelta(days=day, minutes=1))
        seen += [(day, one["to"]) for one in letters]
    assert seen == [
        (7, "owner@example.org"), (14, "owner@example.org"), (21, "owner@example.org"),
        (45, "owner@example.org"), (45, "paule@example.com"),
    ]  # fmt: skip
    services.answer(desk.reach(desk.owner), need, "At last.", "Owner Exemple")
    letters.clear()
    assert services.remind(start + timedelta(days=400)) == 0


def test_an_asker_erased_leaves_the_counts_and_nothing_else(desk: Desk) -> None:
    enquiry, need = ask()
    reach = desk.reach(desk.owner)
    services.answer(reach, need, "Dear Paule Studio", "Owner Exemple")
    services.note(reach, need, "Paule called again", "Owner Exemple")
    before = list(Need.objects.values("territory", "sector", "topic", "opened_at", "first_answer_at"))
    forgetting.erase_asker(enquiry)
    assert list(Need.objects.values("territory", "sector", "topic", "opened_at", "first_answer_at")) == before
    enquiry.refresh_from_db()
    mails = [*OutgoingMail.objects.values()]
    assert len(mails) == 3
    kept = " ".join(
        str(value)
        for row in (*Enquiry.objects.values(), *Need.objects.values(), *Message.objects.values(), *mails)
        for value in row.values()
    )
    assert not [word for word in ("Paule", "paule", "Studio P", "publisher") if word in kept]
    assert Need.objects.get().closing == Closing.WITHDRAWN
    with pytest.raises(DeskError):
        services.answer(reach, need, "x", "x")


def test_reasons_that_name_an_asker_lose_the_name_with_them(desk: Desk) -> None:
    enquiry, need = ask(name="Zoé Müller")
    reach = desk.reach(desk.owner)
    services.pass_on(reach, need, desk.designations["mate"].pk, "ZOE MULLER is known to you.")
    services.close(desk.reach(desk.mate), need, Closing.NOT_FOR_US, "Zoé should ask the fair")
    forgetting.erase_asker(enquiry)
    need.refresh_from_db()
    assert need.where_to == "[...] should ask the fair"
    reason = need.matches.get(current=True).why["by_hand"]
    assert reason == "[...] [...] is known to you."


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Paule called", "[...] called"),
        ("PAULE, of Studio P", "[...], of Studio P"),
        ("paule@example.com", "[...]@[...].com"),
        ("Pauletta and paul", "Pauletta and paul"),
        ("Pa\u0301ule", "[...]"),
        ("nothing", "nothing"),
        ("Write to Li, not to the list of li", "Write to [...], not to the list of li"),
        ("de Li, DE LI", "de [...], DE [...]"),
        ("", ""),
    ],
)
def test_names_are_taken_out_however_they_are_written(text: str, left: str) -> None:
    enquiry = Enquiry(asker_name="Páule de Li Studio", asker_email="paule@example.com")
    assert cards.without_names(text, enquiry) == left
    assert cards.without_names(text, None) == text


def test_a_colleague_who_is_gone_stays_named_on_what_they_had(desk: Desk) -> None:
    _, need = ask()
    erase_person(desk.owner)
    match = need.matches.get()
    assert (match.person, match.name) == (None, "Owner Exemple")
    services.answer(desk.reach(desk.mate), need, "Taken over.", "Mate Exemple")


def test_a_promise_stands_until_it_is_settled_once(desk: Desk) -> None:
    _, need = ask()
    reach = desk.reach(desk.owner)
    made = promises.promise(reach, need, "Send the list of fairs", in_days(10), "Owner Exemple")
    with pytest.raises(DeskError):
        promises.promise(reach, need, "x", in_days(-1), "x")
    promises.settle(reach, made)
    promises.settle(reach, made, "too late to let it go")
    made.refresh_from_db()
    assert made.kept_at and not made.dropped_at and made.post_id == "jpn"


def test_one_more_market_is_one_more_need_for_whoever_answers_there(desk: Desk) -> None:
    _, need = ask()
    new = services.add_need(desk.reach(desk.owner), need, "PHL", "games", "partners")
    assert new.matches.get().person == desk.stranger
    with pytest.raises(DeskError):
        services.add_need(desk.reach(desk.owner), need, "PHL", "games", "partners")


def test_a_long_list_is_read_page_by_page_each_question_once_the_longest_waiting_first(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    from portulan.desk.enquiries import selectors
    from portulan.desk.enquiries.selectors import View

    monkeypatch.setattr(selectors, "PAGE", 3)
    now = timezone.now()
    for days in (3, 1, 2, 2, 5, 4, 2):
        services.ask(asked(), "fr", at=now - timedelta(days=days))
    reach, seen, after = desk.reach(desk.owner), [], None
    while True:
        shown = selectors.inbox(reach, View.POST, after=after)
        seen += list(shown.needs)
        if shown.next is None:
            break
        after = shown.next
    assert [(now - need.opened_at).days for need in seen] == [5, 4, 3, 2, 2, 2, 1]
    assert len({need.pk for need in seen}) == 7
