"""Posting: the mail stands or falls with its act, and what is nobody's never leaves."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.mail import EmailMultiAlternatives, send_mail
from django.db import transaction
from django.utils import timezone

from portulan.desk.config import settings as ours
from portulan.desk.core import outbox
from portulan.desk.core.models import Event, MailState, OutgoingMail, Territory
from portulan.desk.core.outbox import MailError, post_mail
from portulan.desk.core.servers import Secrecy, Server


@pytest.fixture
def server(settings: LazySettings) -> None:
    """A mail server is configured; nothing here speaks to it."""
    settings.PORTULAN_SMTP = Server("127.0.0.1", 9, Secrecy.NONE)
    settings.PORTULAN_MAIL_FROM = ("The desk", "desk@culture.test")
    settings.PORTULAN_MAIL_DOMAIN = "culture.test"
    # Test runners of Django put a list in its place.
    settings.EMAIL_BACKEND = ours.EMAIL_BACKEND


def post(to: Any = "ada@studio.test", **more: Any) -> OutgoingMail:
    return post_mail(**{"to": to, "subject": "Hello", "text": "Hello", "kind": "enquiry", "language": "en", **more})


@pytest.mark.django_db
def test_a_mail_waits_in_the_outbox_whole(server: None) -> None:
    row = Territory.objects.create(code="JPN", name_en="Japan", name_fr="Japon")
    mail = post(("Ada L.", "ada@studio.test"), reply_to="desk+7@culture.test", subject_row=row)
    mail.refresh_from_db()
    found = message_from_bytes(bytes(mail.message), policy=default)
    assert mail.state == MailState.QUEUED and mail.next_try_at == mail.posted_at
    assert found["Message-ID"] == mail.message_id and mail.message_id.endswith("@culture.test>")
    assert found["From"] == "The desk <desk@culture.test>" and found["To"].addresses[0].display_name == "Ada L."
    assert outbox.about(row) == [mail] and mail.about == "core.territory:JPN"


@pytest.mark.django_db(transaction=True)
def test_a_mail_stands_and_falls_with_its_act(server: None) -> None:
    with pytest.raises(RuntimeError, match="transaction of its act"):
        post()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        post()
        _ = 1 / 0
    assert not OutgoingMail.objects.exists()
    with transaction.atomic():
        post()
    assert OutgoingMail.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "to",
    ["ada@example.org", "a@b.example.com", "ada@desk.invalid", "ada@x.example", "ada@localhost", "a@EXAMPLE.net"],
)
def test_what_is_nobodys_never_leaves(server: None, to: str) -> None:
    mail = post(to)
    assert mail.state == MailState.KEPT and mail.next_try_at is None


@pytest.mark.django_db
def test_without_a_server_every_mail_is_kept() -> None:
    assert post().state == MailState.KEPT


@pytest.mark.django_db
def test_what_cannot_be_a_mail_is_refused_to_whoever_posts_it(server: None) -> None:
    for to in ("ada", "ada@studio.test\nBcc: all@studio.test"):
        with pytest.raises(MailError):
            post(to)
    assert not OutgoingMail.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_mails_of_django_go_the_same_way(server: None) -> None:
    assert send_mail("Your code", "1234", None, ["Ada <ada@studio.test>", "bob@studio.test"]) == 1
    first, second = OutgoingMail.objects.order_by("pk")
    assert (first.recipient, second.recipient) == ("ada@studio.test", "bob@studio.test")
    # A copy shows nobody else, and each has its own state.
    assert b"bob@" not in bytes(first.message) and first.message_id != second.message_id
    assert first.secret and first.kind == "account"
    rich = EmailMultiAlternatives("Terms", "as text", to=["ada@studio.test"], bcc=["eve@studio.test"])
    rich.attach_alternative("<p>as a page</p>", "text/html")
    rich.attach("terms.txt", "one", "text/plain")
    assert rich.send() == 1
    held = message_from_bytes(bytes(OutgoingMail.objects.order_by("pk")[2].message), policy=default)
    assert [part.get_filename() for part in held.iter_attachments()] == ["terms.txt"]
    assert OutgoingMail.objects.count() == 4
    assert send_mail("No", "No", None, ["nobody"], fail_silently=True) == 0
    with pytest.raises(MailError):
        send_mail("No", "No", None, ["nobody"])
    assert OutgoingMail.objects.count() == 4


@pytest.mark.django_db
def test_a_mail_given_up_can_be_sent_again_and_one_erased_cannot(server: None) -> None:
    now = timezone.now()
    mail = post()
    OutgoingMail.objects.filter(pk=mail.pk).update(state=MailState.FAILED, settled_at=now, next_try_at=None, tries=11)
    assert outbox.send_again(mail, "desk")
    mail.refresh_from_db()
    assert (mail.state, mail.tries, mail.settled_at) == (MailState.QUEUED, 0, None) and mail.next_try_at is not None
    assert Event.objects.get().verb == "mail sent again"
    assert not outbox.send_again(mail)  # it is on its way
    OutgoingMail.objects.filter(pk=mail.pk).update(state=MailState.SENT, settled_at=now)
    assert not outbox.send_again(mail)
    OutgoingMail.objects.filter(pk=mail.pk).update(state=MailState.REFUSED, message=b"")
    assert not outbox.send_again(mail)


@pytest.mark.django_db
def test_old_mail_is_forgotten_and_what_is_under_way_is_not(server: None) -> None:
    now = timezone.now()
    old, young, waiting = post(), post(), post()
    for mail, days in ((old, 91), (young, 89)):
        settled = now - timedelta(days=days)
        OutgoingMail.objects.filter(pk=mail.pk).update(state=MailState.SENT, settled_at=settled, reason="250 ada@x")
    before = now - timedelta(days=90)
    assert outbox.forget_old_mail(before, dry_run=True) == 1
    old.refresh_from_db()
    assert old.recipient and old.message
    assert outbox.forget_old_mail(before) == 1
    old.refresh_from_db()
    assert (bytes(old.message), old.recipient, old.reason) == (b"", "", "")
    assert (old.state, old.kind) == (MailState.SENT, "enquiry") and old.settled_at is not None
    for mail in (young, waiting):
        mail.refresh_from_db()
        assert mail.message and mail.recipient
    assert outbox.forget_old_mail(before) == 0
