"""Two colleagues at the same question at the same moment: each with a connection of their own, on a real database.

On SQLite that is a file in the mode in which the site keeps it; on PostgreSQL the database of the tests.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier, Event
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.http import HttpResponse
from django.test import Client

from portulan.desk.core import limits
from portulan.desk.enquiries import forgetting, introductions, joining, services
from portulan.desk.enquiries.introductions import Proposal
from portulan.desk.enquiries.keys import key_of
from portulan.desk.enquiries.models import Closing, Enquiry, Match, Message, Need, Status
from portulan.desk.enquiries.models_after import Ending, Side
from portulan.desk.people.models import Account, Person
from portulan.desk.people.services import open_account
from tests.desk.enquiries.conftest import Desk, ask, text_of
from tests.desk.enquiries.conftest import desk as make_desk
from tests.desk.enquiries.test_pages import FORM
from tests.desk.posted import Letters

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
TIMES = 8
TOLD = "Somebody has handed this question on meanwhile"


@pytest.fixture
def on_disk(transactional_db: None, tmp_path: Path) -> Iterator[None]:
    """Put the database where several connections can meet; the one in memory is for a single one."""
    if connection.vendor != "sqlite":
        yield
        return
    held, name = connection.connection, connection.settings_dict["NAME"]
    path = tmp_path / "desk.sqlite3"
    with sqlite3.connect(path) as copy:
        held.backup(copy)
    copy.close()
    connection.connection, connection.settings_dict["NAME"] = None, str(path)
    with connection.cursor() as cursor:
        assert cursor.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    yield
    connection.close()
    connection.connection, connection.settings_dict["NAME"] = held, name


@pytest.fixture
def people(on_disk: None, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A desk whose readers may send as much as they like."""
    monkeypatch.setattr(limits, "spend", lambda budget, who: 0)
    return make_desk.__wrapped__(None)  # type: ignore[attr-defined,no-any-return]


def browser_of(person: Person) -> Client:
    # What breaks is shown as a reader sees it: a page that says so.
    browser = Client(SERVER_NAME="localhost", raise_request_exception=False)
    browser.force_login(Account.objects.filter(person=person).first() or open_account(person))
    return browser


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Do several things at the same moment, each on a connection of its own."""
    gate = Barrier(len(acts))

    def one(act: Callable[[], Any]) -> Any:
        try:
            gate.wait(10)
            return act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts))


def sent(browser: Client, need: Need, act: str, **fields: Any) -> Callable[[], HttpResponse]:
    return lambda: browser.post(f"/en/desk/questions/{need.pk}/{act}/", fields)  # type: ignore[return-value]


def is_whole(need: Need) -> None:
    """Whatever came first, one has it in hand, and the status says what is."""
    (now,) = Match.objects.filter(need=need, current=True)
    need.refresh_from_db()
    assert need.status == {"asked": Status.OPEN, "taken": Status.TAKEN, "answered": Status.ANSWERED}[now.held]


def done_or_told(answers: Sequence[HttpResponse], texts: Sequence[str]) -> None:
    """Each was done, or says why not with what was typed still there."""
    for answer, text in zip(answers, texts, strict=True):
        assert answer.status_code in (303, 422), (answer.status_code, text_of(answer))
        if answer.status_code == 422:
            assert TOLD in text_of(answer) and text in answer.content.decode()


def test_answered_and_passed_on_at_the_same_moment(people: Desk) -> None:
    owner, mate = browser_of(people.owner), browser_of(people.mate)
    for number in range(TIMES):
        _, need = ask()
        text, reason = f"Three publishers, number {number}.", f"Theirs, number {number}."
        answers = at_once(
            sent(owner, need, "answer", answer=text, nonce=f"n{number}"),
            sent(mate, need, "pass-on", to=people.designations["stranger"].pk, reason=reason),
        )
        done_or_told(answers, (text, reason))
        assert Message.objects.filter(need=need, text=text).count() == (answers[0].status_code == 303)
        is_whole(need)


def test_passed_on_twice_at_the_same_moment(people: Desk) -> None:
    owner, mate = browser_of(people.owner), browser_of(people.mate)
    for number in range(TIMES):
        _, need = ask()
        answers = at_once(
            sent(owner, need, "pass-on", to=people.designations["stranger"].pk, reason="To Singapore."),
            sent(mate, need, "pass-on", to="coordination", reason="To the desk."),
        )
        done_or_told(answers, ("To Singapore.", "To the desk."))
        assert sorted(answer.status_code for answer in answers) == [303, 422], number
        is_whole(need)


def test_everything_said_at_the_same_moment_is_there(people: Desk) -> None:
    enquiry, need = ask()
    owner, mate, asker = browser_of(people.owner), browser_of(people.mate), Client(SERVER_NAME="localhost")
    own = f"/en/ask/{enquiry.reference}/{key_of(enquiry)}/"
    words = [f"Word {number}." for number in range(9)]

    def more(text: str) -> Callable[[], Any]:
        return lambda: asker.post(own, {"need": need.pk, f"text-{need.pk}": text, "nonce": text})

    acts = [
        *(sent(owner, need, "answer", answer=text, nonce=text) for text in words[:3]),
        *(sent(mate, need, "note", note=text, nonce=text) for text in words[3:6]),
        *(more(text) for text in words[6:]),
    ]
    assert [answer.status_code for answer in at_once(*acts)] == [303] * 9
    assert sorted(Message.objects.values_list("text", flat=True)) == words
    is_whole(need)


def test_the_same_form_sent_several_times_at_once_is_done_once(people: Desk, letters: list[dict[str, str]]) -> None:
    owner = browser_of(people.owner)
    for number in range(TIMES):
        form = {**FORM, "nonce": f"form{number}"}
        asking = [Client(SERVER_NAME="localhost", raise_request_exception=False) for _ in range(4)]
        pages = at_once(*(lambda one=one, form=form: one.post("/en/ask/", form) for one in asking))
        assert [page.status_code for page in pages] == [303] * 4
        assert len({page["Location"] for page in pages}) == 1
        assert Enquiry.objects.count() == number + 1
        need = Need.objects.order_by("pk").last()
        assert need is not None
        text = f"Answer {number}."
        act = sent(owner, need, "answer", answer=text, nonce=f"answer{number}")
        assert [answer.status_code for answer in at_once(act, act, act)] == [303] * 3
        assert Message.objects.filter(need=need).count() == 1
        assert len([one for one in letters if text in one["text"]]) == 1


def test_answered_while_the_one_who_asked_is_erased_leaves_nothing_of_them(people: Desk) -> None:
    owner = browser_of(people.owner)
    for number in range(TIMES):
        enquiry, need = ask()
        asker = Client(SERVER_NAME="localhost", raise_request_exception=False)
        gone = f"/en/ask/{enquiry.reference}/{key_of(enquiry)}/withdraw/"
        answers = at_once(
            sent(owner, need, "answer", answer="Dear Paule", nonce=f"n{number}"),
            lambda asker=asker, gone=gone: asker.post(gone),
        )
        assert answers[0].status_code in (303, 422) and answers[1].status_code == 200
        assert not Message.objects.filter(need=need).exists()
        need.refresh_from_db()
        assert need.status == Status.CLOSED


def test_whoever_writes_while_they_are_erased_waits_and_is_refused(people: Desk) -> None:
    """Also to a question closed long ago, of which the erasure changes nothing but the person."""
    enquiry, need = ask()
    services.close(people.reach(people.owner), need, Closing.HELPED, "")
    erased = Event()

    def erase() -> None:
        with transaction.atomic():
            forgetting.erase_asker(enquiry)
            erased.set()
            time.sleep(0.5)

    def write() -> str:
        erased.wait(10)
        with pytest.raises(services.DeskError) as refused:
            services.hear(need, "It is Paule again.")
        return str(refused.value)

    assert at_once(erase, write) == [None, "erased"]
    assert not Message.objects.exists() and Need.objects.get().status == Status.CLOSED


def test_both_sides_say_yes_at_the_same_moment_and_are_introduced_once(people: Desk, letters: Letters) -> None:
    for number in range(TIMES):
        _, need = ask()
        said = Proposal("A fair", "Kota Muster", f"kota{number}@example.net", "en", "They look for games.")
        met = introductions.propose(people.reach(people.owner), need, said, "Owner Exemple")
        letters.clear()
        at_once(*(lambda side=side, met=met: introductions.say(met, side, agreed=True) for side in Side))
        met.refresh_from_db()
        assert met.ending == Ending.MADE
        assert sorted(one["to"] for one in letters) == [
            f"kota{number}@example.net", "owner@example.org", "paule@example.com",
        ]  # fmt: skip


def test_joined_both_ways_at_the_same_moment_one_stands(people: Desk) -> None:
    reach = people.reach(people.owner)
    for number in range(TIMES):
        email = f"paule{number}@example.com"
        one, two = ask(email=email)[1], ask(email=email)[1]

        def join(kept: Need, gone: Need) -> str:
            try:
                joining.join(reach, kept, gone, "Owner Exemple")
            except services.DeskError as error:
                return str(error)
            return "done"

        found = at_once(lambda one=one, two=two: join(one, two), lambda one=one, two=two: join(two, one))
        assert sorted(found) == ["done", "joined"]
        assert Need.objects.filter(pk__in=(one.pk, two.pk), closing=Closing.JOINED).count() == 1
