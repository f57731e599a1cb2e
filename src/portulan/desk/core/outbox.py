"""The outbox: a mail is posted in the transaction of the act it belongs to, and leaves once that is committed.

`sending.py` sends it; nothing else speaks to a mail server.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection, models, transaction
from django.utils import timezone

from portulan.desk.core import events, letters
from portulan.desk.core.letters import Attachment, Letter, MailError
from portulan.desk.core.models import MailState, OutgoingMail
from portulan.desk.core.servers import is_nobodys

__all__ = ["Attachment", "MailError", "about", "forget_old_mail", "post_mail", "send_again"]
_NOT_SENT = (MailState.FAILED, MailState.REFUSED, MailState.UNKNOWN)


def post_mail(
    *,
    to: str | tuple[str, str],
    subject: str,
    text: str,
    kind: str,
    language: str,
    reply_to: str | tuple[str, str] = "",
    in_reply_to: str = "",
    references: str = "",
    attachments: Iterable[Attachment] = (),
    subject_row: models.Model | None = None,
    once: bool = False,
    secret: bool = False,
    automatic: bool = True,
) -> OutgoingMail:
    """Write a mail to one person into the outbox, in the transaction under way; return its row, with its Message-ID.

    ``to`` and ``reply_to`` are an address, or ``(name, address)``. ``once``: where nobody can know whether it left, it
    is not sent again, and reported. ``secret``: its text is erased once it left. ``automatic=False``: a person wrote
    it, and an answer by a machine may come.

    Raises `RuntimeError` outside a transaction, where the mail could leave without its act, and `MailError` where
    ``to`` is no address or the mail is too large.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("a mail is posted in the transaction of its act")
    letter = Letter(
        sender=letters.mailbox(settings.PORTULAN_MAIL_FROM),
        to=letters.mailbox(to),
        subject=subject,
        text=text,
        language=language,
        at=timezone.now(),
        message_id=letters.new_id(settings.PORTULAN_MAIL_DOMAIN),
        reply_to=letters.mailbox(reply_to) if reply_to else None,
        in_reply_to=in_reply_to,
        references=references,
        attachments=tuple(attachments),
        automatic=automatic,
    )
    row = f"{subject_row._meta.label_lower}:{subject_row.pk}" if subject_row is not None else ""
    return _posted(letter, kind=kind, about=row, once=once, secret=secret)


def _posted(letter: Letter, **what: Any) -> OutgoingMail:
    """Write the row of a mail, which leaves or is kept."""
    leaves = settings.PORTULAN_SMTP is not None and not is_nobodys(letter.to.address)
    return OutgoingMail.objects.create(
        message_id=letter.message_id,
        language=letter.language,
        recipient=letter.to.address,
        message=letters.build(letter),
        state=MailState.QUEUED if leaves else MailState.KEPT,
        posted_at=letter.at,
        next_try_at=letter.at if leaves else None,
        settled_at=None if leaves else letter.at,
        **what,
    )


def about(row: models.Model) -> list[OutgoingMail]:
    """Return the mails posted about a row, in the order in which they were posted."""
    return list(OutgoingMail.objects.filter(about=f"{row._meta.label_lower}:{row.pk}").order_by("pk"))


@transaction.atomic
def send_again(mail: OutgoingMail, actor: str = events.SYSTEM) -> bool:
    """Have a mail tried again that was refused, given up or left in doubt; return whether there is one to send.

    What was erased cannot be sent again.
    """
    again = OutgoingMail.objects.filter(pk=mail.pk, state__in=_NOT_SENT, settled_at__isnull=False).exclude(message=b"")
    found = again.update(
        state=MailState.QUEUED, next_try_at=timezone.now(), first_tried_at=None, settled_at=None, tries=0, reason=""
    )
    if found:
        events.record("mail sent again", mail, actor)
    return bool(found)


def forget_about(row: models.Model) -> int:
    """Erase text and address of every mail about a row; what is not sent yet never leaves. Return how many."""
    now = timezone.now()
    found = OutgoingMail.objects.filter(about=f"{row._meta.label_lower}:{row.pk}", forgotten_at__isnull=True)
    found.filter(settled_at__isnull=True).update(
        state=MailState.FAILED, reason="erased before it was sent", settled_at=now, next_try_at=None
    )
    return found.update(message=b"", recipient="", forgotten_at=now)


def forget_old_mail(before: datetime, *, dry_run: bool = False) -> int:
    """Erase text and address of what was settled before a moment; return how many. State, kind and times stay."""
    old = OutgoingMail.objects.filter(settled_at__lt=before, forgotten_at__isnull=True)
    if dry_run:
        return old.count()
    return old.update(message=b"", recipient="", reason="", forgotten_at=timezone.now())
