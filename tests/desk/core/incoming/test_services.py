"""Incoming mail: kept whatever it is, handled once, never half."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import LazySettings, settings
from django.db import OperationalError

from portulan.desk.core import incoming, private
from portulan.desk.core.incoming import selectors, services
from portulan.desk.core.incoming.letters import Letter
from portulan.desk.core.incoming.models import Reason, ReceivedMail, Source, State
from portulan.desk.core.models import Event, Territory
from tests.desk.core.incoming.conftest import LETTERS, Room, mail

pytestmark = pytest.mark.django_db


def received(raw: bytes) -> ReceivedMail:
    row, _ = services.keep_mail(raw, Source.PIPE)
    return row


def handled(raw: bytes) -> ReceivedMail:
    return services.handle_mail(received(raw))


def test_a_mail_is_kept_as_it_came_and_becomes_what_a_room_makes_of_it(room: Room) -> None:
    raw = mail()
    row, new = services.keep_mail(raw, Source.IMAP)
    assert new and (row.state, row.size, row.message_id) == (State.RECEIVED, len(raw), "one@studio.example")
    assert selectors.raw_of(row) == raw
    row = services.handle_mail(row)
    assert (row.state, row.subject, row.reason) == (State.HANDLED, f"enquiries.enquiry:{row.pk}", "")
    assert list(selectors.became(row.subject)) == [row]
    assert list(Event.objects.values_list("verb", flat=True)) == ["mail received", "mail handled"]
    assert not any("ana" in str(event.said).lower() for event in Event.objects.all())


@pytest.mark.parametrize("path", sorted(LETTERS.glob("*.eml")), ids=lambda path: path.stem)
def test_every_letter_is_kept_to_the_byte_and_handled(path: Path, room: Room) -> None:
    raw = path.read_bytes()
    row = handled(raw)
    assert selectors.raw_of(row) == raw
    assert row.state == (State.IGNORED if selectors.letter_of(row).automatic else State.HANDLED)


@pytest.mark.parametrize(
    "raw", [b"", b"\0", b"\xff\xfe\0\0", b"Message-ID: <" + b"x" * 5000 + b">\n\n", b"Subject: \xed\xa0\x80\0\n\n"]
)
def test_what_cannot_be_read_is_kept_and_shown(raw: bytes, room: Room) -> None:
    row = handled(raw)
    assert (row.state, row.reason) == (State.FAILED, Reason.UNREADABLE) and row.detail
    assert selectors.raw_of(row) == raw and row in selectors.to_look_at()
    assert selectors.glance_of(row).from_address == ""


def test_the_same_bytes_are_one_row(room: Room) -> None:
    raw = mail()
    first, new = services.keep_mail(raw, Source.PIPE)
    services.handle_mail(first)
    for again in (raw, raw.replace(b"\n", b"\r\n"), b"From ana Mon Nov 23\n" + raw, raw + b"\n\n"):
        row, newer = services.keep_mail(again, Source.IMAP)
        assert (row.pk, new, newer) == (first.pk, True, False)
        assert services.handle_mail(row).state == State.HANDLED
    assert len(room.seen) == 1 and len(list(private.folder("mail").glob("*/*"))) >= 1


def test_one_mail_that_came_two_ways_is_handled_once(room: Room) -> None:
    first = handled(b"Delivered-To: desk@desk.example\nReceived: by mx1\n" + mail())
    second = handled(b"Delivered-To: bureau@desk.example\nReceived: by mx2\n" + mail())
    assert (second.state, second.reason, second.subject) == (State.IGNORED, Reason.DUPLICATE, first.subject)
    assert len(room.seen) == 1
    token = b"Delivered-To: reply+abcdefghij234567klmn@desk.example\n"
    assert handled(token + mail()).state == State.HANDLED, "sent to a thread of its own, it is another mail"
    assert handled(mail("Other words, same identifier")).state == State.HANDLED
    assert handled(mail(message_id="")).state == handled(b"X-Way: 2\n" + mail(message_id="")).state == State.HANDLED


def test_a_fault_of_a_room_leaves_nothing_half_written_and_stops_no_other(room: Room) -> None:
    rows = [received(mail(text, f"{n}@x.example")) for n, text in enumerate(["first", "fault here", "third"])]
    done = services.handle_waiting()
    assert [row.state for row in done] == [State.HANDLED, State.FAILED, State.HANDLED]
    assert done[1].reason == Reason.ERROR and done[1].detail == "ValueError: this room does not like it"
    assert not Territory.objects.filter(code="fault he").exists() and Territory.objects.filter(code="third").exists()
    assert [row.pk for row in selectors.failed()] == [rows[1].pk]


def test_the_first_room_that_takes_a_letter_has_it(room: Room) -> None:
    room.takes = lambda letter: "Japan" not in letter.text
    second = Room()
    incoming.register(second)
    assert handled(mail("Japan?", "a@x")).state == handled(mail("Chile?", "b@x")).state == State.HANDLED
    assert room.seen == ["Japan?", "Chile?"] and second.seen == ["Japan?"]


def test_what_nobody_takes_waits_for_somebody() -> None:
    row = handled(mail())
    assert (row.state, row.reason) == (State.FAILED, Reason.NOBODY)
    incoming.register(Room())
    [again] = services.retry_failed("desk")
    assert again.state == State.HANDLED and not selectors.failed()


def test_what_machines_write_is_shown_to_those_who_ask_for_it_only(room: Room) -> None:
    row = handled((LETTERS / "automatic-answer.eml").read_bytes())
    assert (row.state, row.reason, row.detail) == (State.IGNORED, Reason.AUTOMATIC, "Auto-Submitted: auto-replied")
    bounce = received((LETTERS / "bounce.eml").read_bytes())
    outgoing = Room(takes=lambda letter: letter.bounce is not None)
    incoming.register(outgoing, automatic=True)
    assert services.handle_mail(bounce).state == State.HANDLED
    late = handled((LETTERS / "out-of-office-subject.eml").read_bytes())
    assert (late.state, late.reason) == (State.IGNORED, Reason.AUTOMATIC)
    assert room.seen == [] and len(outgoing.seen) == 2


def test_what_was_taken_for_a_machine_can_be_handled_as_written(room: Room) -> None:
    row = handled((LETTERS / "mailing-list.eml").read_bytes())
    assert row in selectors.ignored() and not room.seen
    assert services.retry(row, "desk").state == State.IGNORED
    assert services.retry(row, "desk", as_written=True).state == State.HANDLED and len(room.seen) == 1


def test_mail_is_set_aside_or_handled_by_hand_with_its_reason(room: Room) -> None:
    row = handled(mail("fault"))
    row = services.set_aside(row, "an advertisement", "desk")
    assert (row.state, row.reason, row.detail) == (State.IGNORED, Reason.BY_HAND, "an advertisement")
    row = services.handled_by_hand(row, "enquiries.enquiry:7", "desk")
    assert (row.state, row.subject) == (State.HANDLED, "enquiries.enquiry:7")
    for act in (
        lambda: services.set_aside(row, "again", "desk"),
        lambda: services.retry(row, "desk"),
        lambda: services.handled_by_hand(row, "x", "desk"),
    ):
        with pytest.raises(services.IncomingError, match="handled already"):
            act()
    assert Event.objects.filter(actor="desk").count() == 2 and "advertisement" not in str(Event.objects.last().said)  # type: ignore[union-attr]


def test_what_is_too_large_is_kept_as_refused_and_shown(settings: LazySettings, room: Room) -> None:
    settings.MOST_MAIL_BYTES = 1000
    raw = mail("x" * 2000)
    row, new = services.keep_mail(raw, Source.PIPE)
    assert new and (row.state, row.reason, row.size) == (State.REFUSED, Reason.TOO_LARGE, len(raw))
    assert services.keep_mail(raw, Source.IMAP) == (row, False)
    assert services.handle_mail(row).state == State.REFUSED and not room.seen
    assert row in selectors.to_look_at() and selectors.glance_of(row).from_address == "ana@studio.example"
    assert services.set_aside(row, "seen", "desk").state == State.IGNORED


class Away:
    """A room whose database is away."""

    times = 0

    def handle(self, received: ReceivedMail, letter: Letter) -> str | None:
        self.times += 1
        raise OperationalError("the server closed the connection")


def test_mail_waits_while_the_database_is_away_but_not_for_ever() -> None:
    away = Away()
    incoming.register(away)
    row = received(mail())
    for _ in range(services.MOST_ATTEMPTS):
        assert services.handle_waiting() == []
        assert selectors.waiting().get() == row
    [row] = services.handle_waiting()
    assert (row.state, row.reason, away.times) == (State.FAILED, Reason.STUCK, services.MOST_ATTEMPTS)
    incoming.unregister(away)
    incoming.register(Room())
    assert services.retry(row, "desk").state == State.HANDLED


def test_a_mail_whose_file_is_gone_is_said_so(room: Room) -> None:
    row = received(mail())
    private.remove("mail", row.kept_as)
    row = services.handle_mail(row)
    assert (row.state, row.reason) == (State.FAILED, Reason.ERROR) and "file" in row.detail
    assert selectors.glance_of(row).subject == ""


def test_erasing_takes_the_bytes_too(room: Room, django_capture_on_commit_callbacks) -> None:  # type: ignore[no-untyped-def]
    row = handled(mail())
    with django_capture_on_commit_callbacks(execute=True):
        services.erase_mail(row)
    assert not ReceivedMail.objects.exists()
    with pytest.raises(FileNotFoundError):
        private.read("mail", row.kept_as)


def test_files_without_a_row_are_swept_and_no_other() -> None:
    row = received(mail())
    lost = private.new_name()
    private.write("mail", lost, b"left by a killed process")
    assert services.sweep() == 0, "a row may still come"
    assert private.sweep("mail", lambda names: {row.kept_as}, older_than=-1) >= 1
    assert selectors.raw_of(row) == mail()
    with pytest.raises(FileNotFoundError):
        private.read("mail", lost)


def test_private_files_are_the_owners_alone_and_served_by_nobody() -> None:
    name = private.new_name()
    private.write("mail", name, b"secret")
    path = private.folder("mail") / name[:2] / name
    assert path.stat().st_mode & 0o077 == 0 and path.parent.parent.parent.stat().st_mode & 0o077 == 0
    served = [Path(one[1] if isinstance(one, tuple) else one) for one in settings.STATICFILES_DIRS]
    assert not [folder for folder in served if path.is_relative_to(folder)]
    for wrong in ("../../secret_key", "", name.upper(), name + "0"):
        with pytest.raises(ValueError, match="no name of ours"):
            private.read("mail", wrong)
