"""A mail as the bytes that go to the server: built once, whole, so that what is sent again is the same mail.

Plain values in, bytes out. Headers are written here, and not by `email.message`, which folds long names and references
in ways that change them; the body and the attachments are its work.
"""

from __future__ import annotations

import re
import unicodedata
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

MOST = 20 * 1024 * 1024
"""Bytes of a mail, as it travels: most servers take no more."""
_LONGEST_LINE, _LONGEST_ADDRESS, _LONGEST_LOCAL = 76, 254, 64
_SUBJECT, _NAME, _FILE, _REFERENCES = 200, 100, 120, 20
_LOCAL = re.compile(r"[^\s()<>\[\]:;@\\,\"\x00-\x20\x7f-\xa0]+")
_HOST = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(?:\.(?!-)[a-z0-9-]{1,63}(?<!-))*", re.ASCII | re.IGNORECASE)
_ID = re.compile(r"<[!-;=?A-~]{1,200}@[!-;=?A-~]{1,200}>", re.ASCII)
_TYPE = re.compile(r"(?!multipart/|message/)[a-z0-9][a-z0-9.+-]{0,60}/[a-z0-9][a-z0-9.+-]{0,100}", re.ASCII)
_PLAIN_NAME = re.compile(r"[A-Za-z0-9 ]+", re.ASCII)
# Every server takes it, also one that was made before letters had accents.
_SEVEN_BITS = SMTP.clone(cte_type="7bit")
_INVISIBLE = frozenset({"Cc", "Cs", "Co", "Cn", "Zl", "Zp"})


class MailError(ValueError):
    """A mail that cannot be built; the text says why."""


@dataclass(frozen=True, slots=True)
class Mailbox:
    """An address that was checked, in the letters that travel, and the name before it."""

    address: str
    name: str = ""

    @property
    def is_wide(self) -> bool:
        """Whether the part before the @ needs a server that takes more than ASCII (SMTPUTF8)."""
        return not self.address.isascii()


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a mail."""

    name: str
    content_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Letter:
    """All that a mail says, before it is bytes. ``automatic``: no person wrote it, and no machine should answer it."""

    sender: Mailbox
    to: Mailbox
    subject: str
    text: str
    language: str
    at: datetime
    message_id: str
    reply_to: Mailbox | None = None
    in_reply_to: str = ""
    references: str = ""
    attachments: Sequence[Attachment] = ()
    automatic: bool = True


def mailbox(said: str | tuple[str, str]) -> Mailbox:
    """Read an address, alone or with a name before it: ``(name, address)``.

    Raises `MailError` for what is no address: whoever asked for it must know before anything is promised.
    """
    name, address = said if isinstance(said, tuple) else ("", said)
    local, _, host = address.strip().rpartition("@")
    try:
        # A host in other letters travels in the ASCII of the name system; the part before the @ has no such form.
        host = host.encode("idna").decode("ascii").lower()
    except UnicodeError as error:
        raise MailError(f"no mail can go to {address[:80]!r}: its host is no name") from error
    local = unicodedata.normalize("NFC", local)
    fits = len(local.encode("utf-8", "replace")) <= _LONGEST_LOCAL and len(local) + len(host) < _LONGEST_ADDRESS
    if not (fits and _LOCAL.fullmatch(local) and _HOST.fullmatch(host)) or ".." in local or local.strip(".") != local:
        raise MailError(f"{address[:80]!r} is no mail address")
    if not local.isprintable():
        raise MailError(f"{address[:80]!r} is no mail address")
    return Mailbox(f"{local}@{host}", one_line(name, _NAME))


def one_line(text: str, most: int) -> str:
    """Return a text on one line, without what cannot be seen: a header that a stranger wrote cannot begin another."""
    seen = "".join(" " if unicodedata.category(letter) in _INVISIBLE else letter for letter in text)
    line = " ".join(unicodedata.normalize("NFC", seen).split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def plain_text(text: str) -> str:
    """Return the body with one kind of line end, and without what cannot be seen."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(one for one in lines if one in "\n\t" or unicodedata.category(one) not in {"Cc", "Cs"})
    return kept.rstrip("\n") + "\n"


def new_id(domain: str) -> str:
    """Return a Message-ID that no other mail has."""
    return f"<{uuid.uuid4().hex}@{domain}>"


def build(letter: Letter) -> bytes:
    """Return the whole message (RFC 5322), lines ended by CRLF. Raises `MailError` where it is too large."""
    headers = [
        _mailbox_line("From", letter.sender),
        _mailbox_line("To", letter.to),
        *([_mailbox_line("Reply-To", letter.reply_to)] if letter.reply_to else []),
        _text_line("Subject", one_line(letter.subject, _SUBJECT)),
        f"Date: {format_datetime(letter.at)}",
        f"Message-ID: {letter.message_id}",
        *_ids_line("In-Reply-To", letter.in_reply_to, 1),
        *_ids_line("References", letter.references, _REFERENCES),
        f"Content-Language: {one_line(letter.language, 20)}",
        *(["Auto-Submitted: auto-generated", "X-Auto-Response-Suppress: All"] if letter.automatic else []),
    ]
    _check_size(sum(len(one.data) for one in letter.attachments))
    body = EmailMessage(policy=_SEVEN_BITS)
    body.set_content(plain_text(letter.text))
    for attached in letter.attachments:
        kind = attached.content_type.strip().lower()
        main, _, sub = (kind if _TYPE.fullmatch(kind) else "application/octet-stream").partition("/")
        body.add_attachment(bytes(attached.data), maintype=main, subtype=sub, filename=file_name(attached.name))
    data = ("\r\n".join(headers) + "\r\n").encode() + body.as_bytes()
    _check_size(len(data))
    # A lone CR or LF is a line to some servers and none to others: what follows could become a second mail.
    return re.sub(rb"\r\n|\r|\n", b"\r\n", data)


def _check_size(size: int) -> None:
    if size > MOST:
        raise MailError(f"the mail has {size:,} bytes and may have {MOST:,}: send a link to the files instead")


def file_name(name: str) -> str:
    """Return the name of a file that goes with a mail: no folder, one line."""
    return one_line(re.split(r"[/\\]", name)[-1].replace('"', "'"), _FILE).strip(". ") or "file"


def _mailbox_line(header: str, who: Mailbox) -> str:
    if not who.name:
        return f"{header}: {who.address}"
    if _PLAIN_NAME.fullmatch(who.name):
        return f"{header}: {who.name}\r\n <{who.address}>"
    if who.name.isascii() and "=?" not in who.name:
        quoted = re.sub(r'(["\\])', r"\\\1", who.name)
        return f'{header}: "{quoted}"\r\n <{who.address}>'
    return f"{header}: {_encoded(header, who.name)}\r\n <{who.address}>"


def _text_line(header: str, text: str) -> str:
    if text.isascii() and "=?" not in text and len(text) < _LONGEST_LINE * 10:
        return f"{header}: {text}"
    return f"{header}: {_encoded(header, text)}"


def _encoded(header: str, text: str) -> str:
    return Header(text, "utf-8", maxlinelen=_LONGEST_LINE, header_name=header).encode(linesep="\r\n")


def _ids_line(header: str, said: str, most: int) -> list[str]:
    """Return the line of the mails that this one follows; what is no Message-ID is left out, the first stays."""
    found = _ID.findall(said)
    kept = found if len(found) <= most else [*found[:1], *found[len(found) - most + 1 :]]
    return [f"{header}: " + "\r\n ".join(kept[:most])] if kept else []
