"""From the day a handover opens to the day somebody else answers: what is handed, and what everybody is told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from portulan.desk.core import passing_on
from portulan.desk.core.models import Event
from portulan.desk.enquiries import promises
from portulan.desk.enquiries import services as enquiries
from portulan.desk.enquiries.keys import key_of
from portulan.desk.enquiries.models import Closing, Need, Promise, Status
from portulan.desk.handover import content, services
from portulan.desk.handover.models import Handover, State, Why
from portulan.desk.handover.rights import NotYoursError
from portulan.desk.handover.services import HandoverError
from portulan.desk.network import services as network
from portulan.desk.network.models import Designation
from portulan.desk.people.actors import Power
from portulan.desk.people.models import Person
from portulan.desk.people.services import erase_person
from tests.desk.enquiries.conftest import Desk, ask, in_days
from tests.desk.handover.conftest import TODAY, day_of, leaves, reach
from tests.desk.network.conftest import sectors

Told = Callable[[str], list[str]]
ASKER = "paule@example.com"


def with_whom(need: Need) -> list[str]:
    return [f"{one.name or one.level}@{one.post_id}" for one in need.matches.filter(current=True)]


def desk_of(person: Person):  # type: ignore[no-untyped-def]
    return reach(person, Power.COORDINATION)


def test_one_opens_for_each_designation_that_ends_within_ninety_days_and_once(desk: Desk, told: Told) -> None:
    network.end_designation(desk.designations["owner"], TODAY + timedelta(days=90))
    network.end_designation(desk.designations["mate"], TODAY + timedelta(days=91))
    network.end_designation(desk.designations["deputy"], TODAY - timedelta(days=4))  # nothing ran for four days
    opened = services.open_due(TODAY)
    assert {one.designation for one in opened} == {desk.designations["owner"], desk.designations["deputy"]}
    assert services.open_due(TODAY) == []
    (mine,) = told("owner@example.org")
    assert "/fr/desk/handovers/" in mine and "Ambassade à jpn" in mine
    assert [one.designation for one in services.open_due(TODAY + timedelta(days=1))] == [desk.designations["mate"]]


def test_a_designation_renewed_is_no_departure(desk: Desk) -> None:
    ends = TODAY + timedelta(days=20)
    network.end_designation(desk.designations["owner"], ends)
    network.designate_correspondent(desk.owner, desk.posts["jpn"], since=ends + timedelta(days=1))
    assert services.open_due(TODAY) == []
    # In another post it is one.
    network.end_designation(desk.designations["mate"], ends)
    network.designate_correspondent(desk.mate, desk.posts["sgp"], since=ends + timedelta(days=1))
    assert [one.leaver for one in services.open_due(TODAY)] == [desk.mate]


def test_the_day_follows_the_designation_where_it_is_moved(desk: Desk) -> None:
    handover = leaves(desk, in_days=30)
    assert day_of(handover) == TODAY + timedelta(days=31)
    network.end_designation(desk.designations["owner"], TODAY + timedelta(days=60))
    services.daily(TODAY)
    assert day_of(handover) == TODAY + timedelta(days=61)
    Designation.objects.filter(pk=desk.designations["owner"].pk).update(until=None)
    services.daily(TODAY)
    handover.refresh_from_db()
    assert handover.switch_on is None
    assert services.switch(TODAY + timedelta(days=400)) == (0, 0)


def test_leaver_to_vacancy_to_arriver_and_everybody_is_told_the_truth(
    desk: Desk, told: Told, arriver: Person, coordination: Person
) -> None:
    """The owner leaves, nobody comes, the post and the region stand in, then somebody arrives."""
    for who in ("mate", "deputy"):
        network.end_designation(desk.designations[who], TODAY - timedelta(days=1))
    services.daily(TODAY)
    enquiry, need = ask()
    owed = promises.promise(desk.reach(desk.owner), need, "The list of fairs", in_days(40), "Owner Exemple")
    _, done = ask(nonce="done")
    enquiries.close(desk.reach(desk.owner), done, Closing.HELPED, "")
    handover = leaves(desk)
    before = len(told(ASKER))

    day = day_of(handover)
    assert services.switch(day - timedelta(days=1)) == (0, 0)
    assert services.switch(day) == (1, 0) and services.switch(day) == (0, 0)
    handover.refresh_from_db()
    assert handover.state == State.VACANT
    # Nobody else covers Japan: the coordination desk has it, and the asker is told that nobody is designated.
    assert with_whom(need) == ["coordination@None"]
    (letter,) = told(ASKER)[before:]
    assert "Personne n" in letter or "Nobody is designated" in letter
    assert "The list of fairs" in letter and key_of(enquiry) in letter
    owed.refresh_from_db()
    assert (owed.person, owed.post) == (None, None)
    # What was closed is nobody's to take over.
    assert with_whom(done) == ["Owner Exemple@jpn"]

    services.name_arriver(desk_of(coordination), handover, arriver, day + timedelta(days=10))
    assert services.switch(day + timedelta(days=9)) == (0, 0)
    assert with_whom(need) == ["coordination@None"]
    assert services.switch(day + timedelta(days=10)) == (0, 1)
    handover.refresh_from_db()
    need.refresh_from_db()
    assert handover.state == State.SWITCHED
    assert with_whom(need) == ["Arriver Exemple@jpn"] and need.status == Status.OPEN
    owed.refresh_from_db()
    assert (owed.person, owed.post_id, owed.name) == (arriver, "jpn", "Arriver Exemple")
    assert "Ambassade à jpn" in told(ASKER)[-1] and "The list of fairs" in told(ASKER)[-1]
    assert "> We look for a publisher" in told("arriver@example.org")[-1]
    assert services.switch(day + timedelta(days=11)) == (0, 0)


def test_where_somebody_is_there_on_the_day_all_goes_to_them(
    desk: Desk, told: Told, arriver: Person, coordination: Person
) -> None:
    _, taken = ask()
    enquiries.take(desk.reach(desk.owner), taken, "Owner Exemple")
    _, answered = ask(nonce="a")
    enquiries.answer(desk.reach(desk.owner), answered, "Three publishers.", "Owner Exemple")
    promises.promise(desk.reach(desk.owner), answered, "Their addresses", in_days(5), "Owner Exemple")
    _, of_mate = ask(nonce="m", sector="book")
    handover = leaves(desk)
    services.name_arriver(desk_of(coordination), handover, arriver, TODAY + timedelta(days=20))
    before = len(told(ASKER))
    services.switch(day_of(handover))
    assert with_whom(taken) == with_whom(answered) == ["Arriver Exemple@jpn"]
    assert with_whom(of_mate) == ["Mate Exemple@jpn"]
    assert Promise.objects.get().person == arriver
    assert len(told(ASKER)[before:]) == 2
    answered.refresh_from_db()
    # They were answered once: nobody is reminded of a first answer.
    assert answered.first_answer_at is not None
    # The place is the same: role, sectors, territories.
    made = Designation.objects.get(person=arriver)
    assert list(made.sectors.all()) == sectors("games") and made.role == desk.designations["owner"].role


def test_a_vacancy_is_routed_to_the_post_first_then_to_the_region(desk: Desk, told: Told) -> None:
    _, games = ask()
    handover = leaves(desk)
    services.switch(day_of(handover))
    assert with_whom(games) == ["Mate Exemple@jpn"]
    assert "Ambassade à jpn" in told(ASKER)[-1]
    gone = leaves(desk, "mate")
    services.switch(day_of(gone))
    assert with_whom(games) == ["Deputy Exemple@jpn"]
    # The agent of Singapore covers Japan as well.
    network.cover(desk.posts["sgp"], desk.posts["jpn"].seat)
    last = leaves(desk, "deputy")
    services.switch(day_of(last))
    assert with_whom(games) == ["Stranger Exemple@sgp"]
    assert "Ambassade à sgp" in told(ASKER)[-1]


def test_a_regional_agent_with_four_countries_hands_each_on_to_whoever_covers_it(
    desk: Desk, arriver: Person, coordination: Person
) -> None:
    network.cover(desk.posts["sgp"], desk.posts["jpn"].seat)
    asked = {code: ask(nonce=code, market=code, sector="book")[1] for code in ("SGP", "PHL", "EST")}
    asked["JPN"] = ask(nonce="JPN", sector="book")[1]
    handed = enquiries.pass_on(
        desk.reach(desk.mate), asked["JPN"], desk.designations["stranger"].pk, "They know the house."
    )
    assert handed.person == desk.stranger
    handover = leaves(desk, "stranger")
    services.switch(day_of(handover))
    assert {code: with_whom(need) for code, need in asked.items()} == {
        "SGP": ["coordination@None"], "PHL": ["coordination@None"], "EST": ["coordination@None"],
        "JPN": ["Mate Exemple@jpn"],
    }  # fmt: skip
    # The one of Japan was taken in hand meanwhile, and stays there.
    enquiries.take(desk.reach(desk.mate), asked["JPN"], "Mate Exemple")
    services.name_arriver(desk_of(coordination), handover, arriver, day_of(handover))
    assert services.switch(day_of(handover) + timedelta(days=1)) == (0, 1)
    assert {code: with_whom(need) for code, need in asked.items()} == {
        "SGP": ["Arriver Exemple@sgp"], "PHL": ["Arriver Exemple@sgp"], "EST": ["Arriver Exemple@sgp"],
        "JPN": ["Mate Exemple@jpn"],
    }  # fmt: skip


def test_a_sudden_departure_ends_it_now_and_hands_over_where_the_day_has_passed(
    desk: Desk, told: Told, coordination: Person
) -> None:
    _, need = ask()
    seat = desk.designations["owner"]
    with pytest.raises(NotYoursError):
        services.open_suddenly(reach(desk.mate), seat, TODAY, TODAY)
    with pytest.raises(HandoverError, match="last_day"):
        services.open_suddenly(desk_of(coordination), seat, seat.since - timedelta(days=1), TODAY)
    handover = services.open_suddenly(desk_of(coordination), seat, TODAY - timedelta(days=1), TODAY)
    handover.refresh_from_db()
    assert (handover.why, handover.state) == (Why.SUDDEN, State.VACANT)
    assert with_whom(need) == ["Mate Exemple@jpn"]
    assert handover.frozen is not None and handover.signed_at is None
    assert told("owner@example.org")
    with pytest.raises(HandoverError, match="opened"):
        services.open_suddenly(desk_of(coordination), seat, TODAY - timedelta(days=2), TODAY)


def test_one_under_way_goes_on_sooner_and_those_who_stay_may_write(desk: Desk, coordination: Person) -> None:
    handover = leaves(desk)
    with pytest.raises(HandoverError):
        services.write_field(reach(desk.mate), handover, "urgent", "The fair in May.")
    again = services.open_suddenly(reach(desk.owner), desk.designations["owner"], TODAY, TODAY)
    assert again == handover and day_of(handover) == TODAY + timedelta(days=1)
    services.write_field(reach(desk.mate), handover, "urgent", "The fair in May.")
    services.write_field(desk_of(coordination), handover, "urgent", "The fair in June.")
    assert content.written(handover)["urgent"] == "The fair in June."
    assert list(content.written(handover)) == [
        "market", "urgent", "decides", "obstacles", "unfinished", "money", "worked", "not_again",
    ]  # fmt: skip


def test_contested_then_mended_and_accepted(desk: Desk, told: Told, arriver: Person, coordination: Person) -> None:
    handover = leaves(desk)
    services.write_field(reach(desk.owner), handover, "market", "Growing.")
    services.name_arriver(desk_of(coordination), handover, arriver, TODAY + timedelta(days=31))
    with pytest.raises(HandoverError):
        services.accept(reach(arriver), handover)  # nothing is signed
    asked = services.ask(reach(arriver), handover, "Who pays the stand?", "Arriver Exemple", nonce="q")
    assert services.ask(reach(arriver), handover, "Who pays the stand?", "Arriver Exemple", nonce="q") == asked
    services.reply(reach(desk.owner), handover, asked, "The ministry does.", "Owner Exemple")
    services.sign(reach(desk.owner), handover)
    handover.refresh_from_db()
    first = handover.digest
    with pytest.raises(HandoverError):
        services.write_field(reach(desk.owner), handover, "market", "Too late.")
    services.contest(reach(arriver), handover, "The contract of May is missing.")
    assert "The contract of May" in told("owner@example.org")[-1]
    services.write_field(reach(desk.owner), handover, "money", "A contract ends in May.")
    services.sign(reach(desk.owner), handover)
    services.accept(reach(arriver), handover)
    handover.refresh_from_db()
    assert handover.state == State.ACCEPTED and handover.digest != first and not handover.contested_because
    assert handover.frozen["fr"]["questions"][0]["answer"] == "The ministry does."
    assert content.digest(handover.frozen) == handover.digest
    with pytest.raises(HandoverError):
        services.contest(reach(arriver), handover, "On second thoughts")


def test_whoever_arrives_late_accepts_what_was_left_for_them(desk: Desk, arriver: Person, coordination: Person) -> None:
    handover = leaves(desk)
    services.sign(reach(desk.owner), handover)
    services.switch(day_of(handover))
    services.name_arriver(desk_of(coordination), handover, arriver, day_of(handover) + timedelta(days=3))
    services.contest(reach(arriver), handover, "Nothing about the fair.")
    services.accept(reach(arriver), handover)
    handover.refresh_from_db()
    assert handover.accepted_at is not None and handover.state == State.VACANT
    # Who left writes and signs nothing any more.
    for act in (
        lambda: services.write_field(reach(desk.owner), handover, "market", "x"),
        lambda: services.sign(reach(desk.owner), handover),
    ):
        with pytest.raises(HandoverError):
            act()


def test_a_name_can_be_taken_back_and_another_given(desk: Desk, arriver: Person, coordination: Person) -> None:
    handover = leaves(desk)
    office = desk_of(coordination)
    with pytest.raises(HandoverError, match="same"):
        services.name_arriver(office, handover, desk.owner, TODAY)
    with pytest.raises(HandoverError, match="until"):
        services.name_arriver(office, handover, arriver, TODAY, TODAY - timedelta(days=1))
    services.name_arriver(office, handover, arriver, TODAY + timedelta(days=31))
    with pytest.raises(HandoverError):
        services.name_arriver(office, handover, desk.mate, TODAY)
    services.take_back_name(office, handover, TODAY)
    assert not Designation.objects.filter(person=arriver).exists()
    services.name_arriver(office, handover, desk.mate, TODAY + timedelta(days=31))
    handover.refresh_from_db()
    assert handover.arriver == desk.mate


def test_who_opens_a_closed_question_again_is_heard_though_the_one_who_had_it_left(desk: Desk, told: Told) -> None:
    _, need = ask()
    enquiries.close(desk.reach(desk.owner), need, Closing.HELPED, "")
    services.open_suddenly(reach(desk.owner), desk.designations["owner"], TODAY - timedelta(days=1), TODAY)
    assert with_whom(need) == ["Owner Exemple@jpn"]
    before = len(told("owner@example.org"))
    enquiries.hear(need, "One more thing.")
    assert with_whom(need) == ["Mate Exemple@jpn"]
    assert "> One more thing." in told("mate@example.org")[-1]
    assert len(told("owner@example.org")) == before


def test_each_act_is_one_event_that_names_nobody(desk: Desk, arriver: Person, coordination: Person) -> None:
    ask()
    handover = leaves(desk)
    services.write_field(reach(desk.owner), handover, "market", "Owner knows Paule")
    services.name_arriver(desk_of(coordination), handover, arriver, day_of(handover))
    services.sign(reach(desk.owner), handover)
    services.daily(day_of(handover))
    verbs = list(Event.objects.filter(subject=f"handover.handover:{handover.pk}").values_list("verb", flat=True))
    assert verbs == ["handover opened", "handover written", "arriver named", "handover signed", "handover switched"]
    said = " ".join(str(one) for one in Event.objects.values_list("said", flat=True))
    assert not [word for word in ("Exemple", "Paule", "example.org", "Owner") if word in said]


def test_a_leaver_who_is_erased_leaves_what_was_signed(desk: Desk) -> None:
    handover = leaves(desk)
    services.sign(reach(desk.owner), handover)
    erase_person(desk.owner)
    services.daily(TODAY + timedelta(days=60))
    handover = Handover.objects.get()
    assert (handover.leaver, handover.leaver_name) == (None, "Owner Exemple")
    assert handover.frozen is not None


def test_nothing_but_the_day_is_done_twice(desk: Desk) -> None:
    ask()
    leaves(desk)
    on = TODAY + timedelta(days=31)
    services.daily(on)
    before = Event.objects.count()
    assert services.daily(on) == "0 handovers opened, 0 places handed over, 0 vacancies filled"
    assert Event.objects.count() == before


def test_handovers_of_the_demonstration_say_so_and_go_with_its_people(desk: Desk) -> None:
    Person.objects.filter(pk=desk.owner.pk).update(invented=True)
    handover = leaves(desk)
    frozen, _digest = content.freeze(handover, handover.opened_at)
    assert "invented" in frozen["en"]["leaver"]
    Person.objects.filter(invented=True).delete()
    services.daily(TODAY)
    assert not Handover.objects.exists()


def test_rooms_read_in_few_queries_whatever_is_open(desk: Desk, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    handover = leaves(desk)
    for number in range(12):
        _, need = ask(nonce=str(number))
        promises.promise(desk.reach(desk.owner), need, "A list", in_days(4), "Owner Exemple")
    with django_assert_max_num_queries(8):
        given = content.live(handover, "en")
    assert [len(one.rows) for one in given] == [0, 12, 12]


def test_one_place_that_cannot_be_handed_over_keeps_no_other_from_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = leaves(desk, in_days=5), leaves(desk, "stranger", in_days=6)
    day = day_of(second)

    def broken(leaving: passing_on.Leaving, to: int | None, on: date) -> int:
        if leaving.post == "jpn":
            raise OSError("no disk")
        return 0

    monkeypatch.setattr(passing_on, "_switches", {"broken": broken})
    with pytest.raises(OSError, match="no disk"):
        services.switch(day)
    assert {one.pk: one.state for one in Handover.objects.all()} == {first.pk: State.OPEN, second.pk: State.VACANT}
    monkeypatch.setattr(passing_on, "_switches", {})
    assert services.switch(day) == (1, 0)
