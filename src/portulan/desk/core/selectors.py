"""What may be read of the mails that are kept on this machine."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from email import message_from_string
from email.message import EmailMessage
from email.policy import default as modern
from typing import cast

from django.db.models import BinaryField
from django.db.models.functions import Substr
from django.utils import timezone

from portulan.desk.core.models import MailState, OutgoingMail

NEWEST = 100
_HEAD = 16_384
_LATE = timedelta(minutes=10)
_ADDRESS = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)\]]", re.ASCII)


@dataclass(frozen=True, slots=True)
class KeptMail:
    """A mail of the list."""

    number: int
    at: datetime
    to: str
    subject: str
    kind: str
    language: str


@dataclass(frozen=True, slots=True)
class File:
    """A file that goes with a mail."""

    name: str
    size: int


@dataclass(frozen=True, slots=True)
class WholeMail:
    """A mail as its reader would see it. ``text`` is in parts: what is no address, then the address, and so on."""

    line: KeptMail
    headers: tuple[tuple[str, str], ...]
    text: tuple[str, ...]
    files: tuple[File, ...]


def kept_mails() -> tuple[list[KeptMail], bool]:
    """Return the newest mails that are kept here, and whether there are older ones."""
    rows = OutgoingMail.objects.filter(state=MailState.KEPT, forgotten_at__isnull=True).order_by("-pk")
    # Only the beginning is read: a mail may carry a film.
    headed = rows.annotate(head=Substr("message", 1, _HEAD, output_field=BinaryField())).defer("message")
    found = [_line(row, _read(bytes(row.head))) for row in headed[: NEWEST + 1]]
    return found[:NEWEST], len(found) > NEWEST


def kept_mail(number: int) -> WholeMail | None:
    """Return a mail that is kept here, whole."""
    row = OutgoingMail.objects.filter(pk=number, state=MailState.KEPT, forgotten_at__isnull=True).first()
    if row is None:
        return None
    mail = _read(bytes(row.message))
    body = mail.get_body(("plain",))
    text = str(body.get_content()).replace("\r\n", "\n") if body is not None else ""
    files = tuple(
        File(part.get_filename() or "", len(cast("bytes", part.get_payload(decode=True)) or b""))
        for part in mail.iter_attachments()
    )
    headers = tuple((name, " ".join(str(value).split())) for name, value in mail.items())
    return WholeMail(_line(row, mail), headers, in_parts(text.strip("\n")), files)


def in_parts(text: str) -> tuple[str, ...]:
    """Cut a text at its web addresses: every second part is one."""
    parts, last = [], 0
    for found in _ADDRESS.finditer(text):
        parts += [text[last : found.start()], found[0]]
        last = found.end()
    return (*parts, text[last:])


def mail_is_late(now: datetime | None = None) -> bool:
    """Tell whether a mail is due for so long that nobody can be sending: no worker runs, or it has no server."""
    return OutgoingMail.objects.filter(next_try_at__lt=(now or timezone.now()) - _LATE).exists()


def _read(message: bytes) -> EmailMessage:
    return message_from_string(message.decode("utf-8", "replace"), policy=modern)


def _line(row: OutgoingMail, mail: EmailMessage) -> KeptMail:
    return KeptMail(row.pk, row.posted_at, str(mail["To"]), str(mail["Subject"]), row.kind, row.language)
