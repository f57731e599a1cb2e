"""Sending, before real mail servers: what becomes of a mail whatever they answer, and when they do not."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import connections, transaction
from django.utils import timezone

from portulan.desk.core import presence, sending
from portulan.desk.core.models import Event, MailState, OutgoingMail, Worker
from portulan.desk.core.outbox import Attachment, post_mail
from portulan.desk.core.sending import Sender
from portulan.desk.core.servers import Secrecy, Server
from tests.desk.core import certificates, peers
from tests.desk.core.peers import CUT_AFTER, CUT_BEFORE, Peer

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def peer(settings: LazySettings) -> Iterator[Peer]:
    """A mail server, and our settings that name it."""
    with peers.peer() as made:
        use(settings, made.server())
        yield made


@pytest.fixture
def sender() -> Iterator[Sender]:
    with presence.present() as me:
        yield Sender(me)


def use(settings: LazySettings, server: Server) -> None:
    settings.PORTULAN_SMTP = server
    settings.PORTULAN_MAIL_FROM = ("The desk", "desk@culture.test")
    settings.PORTULAN_MAIL_DOMAIN = "culture.test"


def post(to: str = "ada@studio.test", text: str = "Good morning", **more: Any) -> OutgoingMail:
    with transaction.atomic():
        return post_mail(**{"to": to, "subject": "Hé", "text": text, "kind": "enquiry", "language": "en", **more})


def again(mail: OutgoingMail) -> OutgoingMail:
    mail.refresh_from_db()
    return mail


def due_now(mail: OutgoingMail) -> None:
    OutgoingMail.objects.filter(pk=mail.pk).update(next_try_at=timezone.now())


def test_a_mail_leaves_as_it_was_built(peer: Peer, sender: Sender) -> None:
    mail = post(text=".hidden\n..\n.\nFrom here\né" + "x" * 2000, once=True)
    assert sender.send_due() == 1
    (taken,) = peer.taken
    assert (taken.sender, taken.recipients) == ("desk@culture.test", ["ada@studio.test"])
    assert taken.data.rstrip() == bytes(mail.message).rstrip() and taken.message_id == mail.message_id
    assert again(mail).state == MailState.SENT and mail.settled_at and mail.tries == 1 and mail.holder is None
    assert sender.send_due() == 0 and len(peer.taken) == 1
    assert not Event.objects.exists()  # an event would make every page of the atlas again


def test_many_leave_over_one_connection_the_oldest_first(peer: Peer, sender: Sender) -> None:
    ids = [post().message_id for _ in range(5)]
    assert sender.send_due() == 5
    assert [taken.message_id for taken in peer.taken] == ids and peer.connections == 1


def test_nothing_is_sent_within_a_transaction(peer: Peer, sender: Sender) -> None:
    post()
    with transaction.atomic(), pytest.raises(RuntimeError, match="cannot be taken back"):
        sender.send_due()
    assert not peer.taken


def test_what_the_server_refuses_for_good_is_refused_and_said(peer: Peer, sender: Sender) -> None:
    peer.rcpt[:] = ["550 5.1.1 no such person"]
    mail, next_one = post(), post("bob@studio.test")
    assert sender.send_due() == 2
    assert again(mail).state == MailState.REFUSED and "550 5.1.1 no such person" in mail.reason
    assert mail.next_try_at is None and mail.settled_at is not None
    event = Event.objects.get()
    assert event.verb == "mail refused" and "ada" not in str(event.said)
    assert again(next_one).state == MailState.SENT


@pytest.mark.parametrize("step", ["mail", "rcpt", "data"])
def test_what_the_server_does_not_take_now_is_tried_again(peer: Peer, sender: Sender, step: str) -> None:
    getattr(peer, step)[:] = ["451 4.7.1 come back later"]
    mail = post()
    before = timezone.now()
    sender.send_due()
    assert again(mail).state == MailState.WAITING and "come back later" in mail.reason
    assert mail.next_try_at is not None
    assert timedelta(0) < mail.next_try_at - before - sending.PAUSES[0] < timedelta(seconds=20)
    assert sender.send_due() == 0
    due_now(mail)
    sender.send_due()
    assert again(mail).state == MailState.SENT and mail.tries == 2
    assert [taken.message_id for taken in peer.taken] == [mail.message_id]


def test_a_sender_that_is_not_let_is_no_fault_of_the_mail(peer: Peer, sender: Sender) -> None:
    peer.mail[:] = ["553 5.7.1 not your address", "552 5.3.4 too large"]
    first, second = post(), post()
    sender.send_due()
    assert again(first).state == MailState.WAITING and again(second).state == MailState.REFUSED


def test_after_the_last_try_a_mail_is_given_up(peer: Peer, sender: Sender) -> None:
    peer.data[:] = ["451 no"] * 20
    mail = post()
    pauses = []
    while again(mail).state != MailState.FAILED:
        due_now(mail)
        sender.send_due()
        if again(mail).next_try_at is not None:
            pauses.append(mail.next_try_at - timezone.now())
    assert mail.tries == len(sending.PAUSES) + 1 and not peer.taken
    assert pauses == sorted(pauses) and timedelta(hours=40) < sum(pauses, timedelta()) < timedelta(days=2)
    assert Event.objects.get().verb == "mail given up"


def test_a_line_cut_before_the_end_is_tried_again_even_if_once(peer: Peer, sender: Sender) -> None:
    peer.data[:] = [CUT_BEFORE]
    # More than both systems hold between them, so that the last bytes are never out.
    mail = post(attachments=[Attachment("film.mp4", "video/mp4", bytes(12_000_000))], once=True)
    sender.send_due()
    assert again(mail).state == MailState.WAITING
    due_now(mail)
    sender.send_due()
    assert again(mail).state == MailState.SENT and len(peer.taken) == 1


def test_a_line_cut_after_the_end_leaves_a_doubt_and_the_same_mail_leaves_again(peer: Peer, sender: Sender) -> None:
    peer.data[:] = [CUT_AFTER]
    mail, newsletter = post(), post(once=True, secret=True)
    sender.send_due()
    assert again(mail).state == MailState.UNKNOWN and mail.next_try_at is not None
    due_now(mail)
    sender.send_due()
    assert again(mail).state == MailState.SENT
    assert [taken.message_id for taken in peer.taken].count(mail.message_id) == 2
    assert again(newsletter).state == MailState.SENT
    assert not Event.objects.exists()


def test_what_is_sent_once_stays_in_doubt_and_is_reported(peer: Peer, sender: Sender) -> None:
    peer.data[:] = [CUT_AFTER]
    mail = post(once=True)
    sender.send_due()
    assert again(mail).state == MailState.UNKNOWN and mail.next_try_at is None and mail.settled_at is not None
    assert Event.objects.get().verb == "mail in doubt"
    assert sender.send_due() == 0 and len(peer.taken) == 1


def test_while_the_server_is_away_mail_waits_and_the_server_is_left_alone(
    settings: LazySettings, sender: Sender
) -> None:
    port = peers.free_port()
    use(settings, Server("127.0.0.1", port, Secrecy.NONE))
    mail, other = post(), post()
    assert sender.send_due() == 1  # the second is not even tried
    assert again(mail).state == MailState.WAITING and mail.tries == 0 and again(other).state == MailState.QUEUED
    assert sender.send_due() == 0
    with peers.peer(port) as peer:
        sender.pause.until = 0
        due_now(mail)
        assert sender.send_due() == 2
        assert {taken.message_id for taken in peer.taken} == {mail.message_id, other.message_id}
    assert sender.pause.seconds == 0


def test_a_server_that_stays_away_for_two_days_is_no_longer_waited_for(settings: LazySettings, sender: Sender) -> None:
    use(settings, Server("127.0.0.1", peers.free_port(), Secrecy.NONE))
    mail = post()
    sender.send_due()
    OutgoingMail.objects.filter(pk=mail.pk).update(first_tried_at=timezone.now() - timedelta(hours=49))
    due_now(mail)
    sender.pause.until = 0
    sender.send_due()
    assert again(mail).state == MailState.FAILED and "refused" in mail.reason.lower()


def test_the_text_of_a_secret_is_erased_once_it_left(peer: Peer, sender: Sender) -> None:
    mail = post(text="Your code is 123456", secret=True)
    sender.send_due()
    assert b"123456" in peer.taken[0].data
    assert again(mail).state == MailState.SENT and bytes(mail.message) == b"" and mail.recipient


def test_a_slow_server_is_waited_for(peer: Peer, sender: Sender) -> None:
    peer.slow = 1.0
    mail = post()
    sender.send_due()
    assert again(mail).state == MailState.SENT


def test_an_address_beyond_ascii_needs_a_server_that_takes_it(settings: LazySettings, sender: Sender) -> None:
    with peers.peer(enable_SMTPUTF8=False) as plain:
        use(settings, plain.server())
        mail = post("élodie@studio.test")
        sender.send_due()
        assert again(mail).state == MailState.REFUSED and "SMTPUTF8" in mail.reason
    with peers.peer() as wide:
        use(settings, wide.server())
        mail = post("élodie@éditions.test")
        sender.send_due()
        assert wide.taken[0].recipients == ["élodie@xn--ditions-9xa.test"]


def test_a_password_is_said_and_a_wrong_one_keeps_the_mail(settings: LazySettings, sender: Sender) -> None:
    how = {"authenticator": peers.opens("desk", "right"), "auth_required": True, "auth_require_tls": False}
    with peers.peer(**how) as peer:
        use(settings, peer.server(user="desk", password="wrong"))
        mail = post()
        sender.send_due()
        assert again(mail).state == MailState.WAITING and "535" in mail.reason and not peer.taken
        use(settings, peer.server(user="desk", password="right"))
        due_now(mail)
        sender.pause.until = 0
        sender.send_due()
        assert again(mail).state == MailState.SENT


@pytest.mark.parametrize("secrecy", [Secrecy.STARTTLS, Secrecy.DIRECT])
def test_the_way_to_the_server_is_hidden_and_the_server_is_who_it_says(
    settings: LazySettings, sender: Sender, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, secrecy: Secrecy
) -> None:
    trusted, context = certificates.made(tmp_path)
    how = (
        {"tls_context": context, "require_starttls": True} if secrecy is Secrecy.STARTTLS else {"ssl_context": context}
    )
    with peers.peer(**how) as peer:
        use(settings, peer.server(secrecy))
        mail = post()
        sender.send_due()
        # Nobody vouches for it yet.
        assert again(mail).state == MailState.WAITING and "certificate" in mail.reason.lower() and not peer.taken
        monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
        due_now(mail)
        sender.pause.until = 0
        sender.send_due()
        assert again(mail).state == MailState.SENT and peer.ids == [mail.message_id]


def test_a_server_that_cannot_hide_the_way_gets_nothing(settings: LazySettings, sender: Sender) -> None:
    with peers.peer() as peer:
        use(settings, peer.server(Secrecy.STARTTLS, user="desk", password="secret"))
        mail = post()
        sender.send_due()
        assert again(mail).state == MailState.WAITING and "STARTTLS" in mail.reason and not peer.taken


def test_a_claim_that_ran_out_is_no_longer_ours(peer: Peer, sender: Sender) -> None:
    """A worker that slept with a mail in hand finds, before it hands it over, that another one took it."""
    mail = post()

    def sleep(point: str) -> None:
        if point == "recipient" and len(peer.taken) == 0:
            peer.at = lambda _: None
            OutgoingMail.objects.filter(pk=mail.pk).update(next_try_at=timezone.now() - timedelta(seconds=1))
            connections.close_all()
            other.append(threading.Thread(target=_send))
            other[0].start()
            other[0].join(20)

    def _send() -> None:
        with presence.present() as me:
            Sender(me).send_due()
        connections.close_all()

    other: list[threading.Thread] = []
    peer.at = sleep
    sender.send_due()
    assert len(peer.taken) == 1 and again(mail).state == MailState.SENT


def worker_of_the_past(seen: timedelta, kernel: str = "another machine") -> Worker:
    at = timezone.now() - seen
    return Worker.objects.create(kernel=kernel, started_at=at, seen_at=at)


def test_what_a_worker_left_behind_is_taken_up_again(peer: Peer, sender: Sender) -> None:
    lost = worker_of_the_past(presence.UNSEEN + timedelta(minutes=1))
    held, sent, once = post(), post(), post(once=True)
    OutgoingMail.objects.update(holder=lost.pk, tries=1, next_try_at=timezone.now() + sending.CLAIM)
    for mail in (sent, once):
        OutgoingMail.objects.filter(pk=mail.pk).update(state=MailState.SENDING, next_try_at=None)
    assert sending.recover(timezone.now()) == 3
    assert again(held).state == MailState.QUEUED and again(sent).state == MailState.UNKNOWN
    assert again(once).state == MailState.UNKNOWN and once.next_try_at is None
    sender.send_due()
    assert {taken.message_id for taken in peer.taken} == {held.message_id, sent.message_id}
    assert sending.recover(timezone.now()) == 0


def test_a_worker_seen_lately_or_whose_process_lives_keeps_its_mail(peer: Peer, sender: Sender) -> None:
    mails = [post(), post()]
    elsewhere = worker_of_the_past(presence.UNSEEN - timedelta(minutes=1))
    # Ours lives, however long ago it was seen: it may sleep with the machine.
    Worker.objects.filter(pk=sender.me.pk).update(seen_at=timezone.now() - timedelta(days=3))
    for mail, holder in zip(mails, (elsewhere, sender.me), strict=True):
        OutgoingMail.objects.filter(pk=mail.pk).update(state=MailState.SENDING, holder=holder.pk, next_try_at=None)
    assert sending.recover(timezone.now()) == 0
    assert {again(mail).state for mail in mails} == {MailState.SENDING}
