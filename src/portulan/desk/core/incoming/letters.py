"""A letter as it is read: pure, from bytes to plain values, whatever the bytes are."""

from __future__ import annotations

import email
import email.policy
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import Message
from email.utils import parsedate_to_datetime

from portulan.desk.core.incoming import headers, machines, parts
from portulan.desk.core.incoming.fresh import fresh_text
from portulan.desk.core.incoming.machines import Bounce
from portulan.desk.core.incoming.parts import Attachment

MOST_REFERENCES = 100


class UnreadableLetterError(Exception):
    """Nothing can be read in these bytes; the text says why."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter, as plain values without anything that a database refuses.

    ``to`` holds every address it was sent or delivered to, lower-case. ``fresh`` is ``text`` without what it quotes and
    without signature. ``automatic`` says how it is known that no person wrote it, empty for a person's. ``defects``
    says what is wrong with it, in English.
    """

    from_name: str
    from_address: str
    reply_to: tuple[str, ...]
    to: tuple[str, ...]
    subject: str
    date: datetime | None
    message_id: str
    in_reply_to: str
    references: tuple[str, ...]
    text: str
    fresh: str
    attachments: tuple[Attachment, ...]
    automatic: str
    bounce: Bounce | None
    defects: tuple[str, ...]


def read_letter(raw: bytes) -> Letter:
    """Return a letter from its bytes. Raises `UnreadableLetterError`, and nothing else, where nothing can be read."""
    if not raw.strip():
        raise UnreadableLetterError("the message is empty")
    try:
        return _read(raw)
    except UnreadableLetterError:
        raise
    except Exception as error:  # whatever a message does to us, it is kept, and looked at
        raise UnreadableLetterError(f"reading the message meets a fault ({type(error).__name__})") from error


def _read(raw: bytes) -> Letter:
    defects: list[str] = []
    message = _parse(raw, defects)
    body = parts.read_body(message, defects)
    name, address = headers.sender(message)
    if not address and not body.text.strip() and not body.attachments:
        raise UnreadableLetterError("the message has no sender, and neither text nor attachment")
    if not address:
        defects.append("no sender")
    in_reply_to = headers.message_ids(headers.first(message, "In-Reply-To"))
    references = headers.message_ids(headers.first(message, "References"))[-MOST_REFERENCES:]
    subject = headers.words(headers.first(message, "Subject"))
    bounce = machines.read_bounce(message)
    return Letter(
        from_name=name,
        from_address=address,
        reply_to=headers.addresses(message, "Reply-To"),
        to=headers.addresses(message, *headers.RECIPIENTS),
        subject=subject,
        date=_date(headers.first(message, "Date"), defects),
        message_id=(headers.message_ids(headers.first(message, "Message-ID")) or ("",))[0],
        in_reply_to=in_reply_to[0] if in_reply_to else "",
        references=references,
        text=body.text,
        fresh=fresh_text(body.text, subject, answers=bool(in_reply_to or references)),
        attachments=body.attachments,
        automatic=machines.why_automatic(message, subject, bounce),
        bounce=bounce,
        defects=tuple(dict.fromkeys(defects)),
    )


@dataclass(frozen=True, slots=True)
class Glance:
    """What a list shows of a letter; empty where it cannot be read."""

    from_name: str
    from_address: str
    subject: str
    date: datetime | None


def glance(head: bytes) -> Glance:
    """Return what a list shows, off the beginning of a message; nothing in it can fail."""
    message = _parse(head, [])
    return Glance(
        *headers.sender(message),
        headers.words(headers.first(message, "Subject")),
        _date(headers.first(message, "Date"), []),
    )


def _parse(raw: bytes, defects: list[str]) -> Message:
    """Read the bytes as a message; where its parts are too deep to be read, as headers and one text."""
    if raw.startswith(b"From "):
        raw = raw.partition(b"\n")[2]
    try:
        message: Message = email.message_from_bytes(raw, policy=email.policy.compat32)
        for part in message.walk():
            defects.extend(type(defect).__name__ for defect in part.defects)
        return message
    except Exception:  # noqa: BLE001 - the parser raises many things on what nobody should send
        defects.append("the parts of the message cannot be told apart")
    head, _, rest = raw.replace(b"\r\n", b"\n").partition(b"\n\n")
    message = Message(policy=email.policy.compat32)
    try:
        for name, value in email.message_from_bytes(head + b"\n\n", policy=email.policy.compat32).raw_items():
            if not name.lower().startswith("content-"):
                message[name] = value
    except Exception:  # noqa: BLE001 - the same
        defects.append("the headers cannot be read")
    message.set_payload(rest.decode("ascii", errors="surrogateescape"))
    return message


def _date(said: str, defects: list[str]) -> datetime | None:
    try:
        date = parsedate_to_datetime(said)
        return (date if date.tzinfo else date.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError, AttributeError):
        defects.append("no date that can be read" if said else "no date")
        return None
