"""What makes two deliveries one mail. Read off the bytes alone: keeping a mail must not depend on understanding it."""

from __future__ import annotations

import hashlib
import re

from portulan.desk.core.incoming.plain import one_line
from portulan.desk.core.incoming.tokens import IN_BYTES

_HEAD = 262_144
_EMPTY_LINE = re.compile(rb"\r?\n\r?\n")
_SAME = (b"message-id", b"date", b"from")


def digest_of(raw: bytes) -> str:
    """Return what the same bytes have in common, however their lines end and whatever an mbox put above them."""
    if raw.startswith(b"From "):
        raw = raw.partition(b"\n")[2]
    return hashlib.sha256(raw.replace(b"\r\n", b"\n").rstrip(b"\n")).hexdigest()


def message_id_of(raw: bytes) -> str:
    """Return the identifier that a mail gives itself, empty where there is none."""
    found = re.search(r"<([^<>]+)>", said := _header(_head(raw)[0], b"message-id"))
    return "".join((found[1] if found else said).split())[:255]


def likeness_of(raw: bytes) -> str:
    """Return what one mail that came two ways has in common: identifier, day, sender, text, our token if any.

    Empty where a mail has no identifier. Servers on the way write headers of their own: those do not count.
    """
    head, body = _head(raw)
    if not message_id_of(raw):
        return ""
    found = hashlib.sha256()
    for name in _SAME:
        found.update(_header(head, name).encode() + b"\0")
    found.update(b"".join(sorted({token.lower() for token in IN_BYTES.findall(head)})) + b"\0")
    found.update(body.replace(b"\r\n", b"\n").rstrip(b"\n"))
    return found.hexdigest()


def _head(raw: bytes) -> tuple[bytes, bytes]:
    end = _EMPTY_LINE.search(raw, 0, _HEAD)
    return (raw[: end.start() + 1], raw[end.end() :]) if end else (raw[:_HEAD], raw[_HEAD:])


def _header(head: bytes, name: bytes) -> str:
    found = re.search(rb"^" + name + rb"[ \t]*:([^\n]*(?:\n[ \t][^\n]*)*)", head, re.IGNORECASE | re.MULTILINE)
    return one_line(found[1].decode("utf-8", errors="replace")) if found else ""
