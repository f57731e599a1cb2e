"""Headers: addresses, words and identifiers, out of whatever stands there."""

from __future__ import annotations

import base64
import binascii
import quopri
import re
from email.message import Message
from email.utils import getaddresses

from portulan.desk.core.incoming.plain import clean, decode, one_line

RECIPIENTS = ("To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To", "X-Delivered-To", "Resent-To", "Bcc")
"""Where the addresses stand that a letter was sent or delivered to."""
LONGEST = 20_000
"""Characters of a header that are read."""
MOST_ADDRESSES = 500
_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"@]+@[^\s<>()\[\],;:\"@]+")
_ENCODED = re.compile(r"=\?([^?*\s]{1,60})(?:\*[^?]*)?\?([bqBQ])\?([^?\n]*)\?=")
_BETWEEN = re.compile(r"(\?=)[ \t\r\n]+(=\?)")
_ID = re.compile(r"<([^<>]{1,900})>")


def every(message: Message, name: str) -> list[str]:
    """Return each value of a header as it came: one text, with bytes above ASCII kept as they are."""
    found = message.get_all(name, [])
    return [value[:LONGEST] for one in found if (value := _text(one))]


def first(message: Message, name: str) -> str:
    """Return the first value of a header, empty where there is none."""
    return next(iter(every(message, name)), "")


def _text(value: object) -> str:
    # A `Header` is what the parser makes of bytes above ASCII; its pieces hold them as half characters.
    pieces = getattr(value, "_chunks", None)
    return "".join(piece for piece, _ in pieces) if pieces is not None else str(value)


def words(value: str) -> str:
    """Return a header as one line of words: encoded words and bytes are decoded, lines that it brings are not kept."""
    value = _BETWEEN.sub(r"\1\2", value.replace("\r", "").replace("\n", " "))
    said: list[str] = []
    end = 0
    held: tuple[str, bytes] | None = None
    for found in _ENCODED.finditer(value):
        label, data = found[1].lower(), _encoded(found[2], found[3])
        between = value[end : found.start()]
        # A character may be cut between two encoded words that follow one another.
        if held is not None and held[0] == label and not between:
            held = (label, held[1] + data)
        else:
            said.extend((decode(held[1], held[0])[0] if held else "", _bytes(between)))
            held = (label, data)
        end = found.end()
    said.extend((decode(held[1], held[0])[0] if held else "", _bytes(value[end:])))
    return one_line("".join(said))


def _encoded(kind: str, text: str) -> bytes:
    data = _raw(text)
    if kind in "qQ":
        return quopri.decodestring(data.replace(b"_", b" "), header=False)
    data = re.sub(rb"[^A-Za-z0-9+/]", b"", data)
    try:
        # A single letter left over is half a byte; two or three lack their padding.
        return base64.b64decode(data[:-1] if len(data) % 4 == 1 else data + b"=" * (-len(data) % 4))
    except binascii.Error:
        return data


def _bytes(text: str) -> str:
    """Decode what stands in a header as bytes above ASCII."""
    if text.isascii():
        return text
    return decode(_raw(text), None)[0]


def _raw(text: str) -> bytes:
    """Return what the parser made half characters of as the bytes it was."""
    try:
        return text.encode("utf-8", errors="surrogateescape")
    except UnicodeEncodeError:
        return clean(text).encode()


def pairs(message: Message, *names: str) -> list[tuple[str, str]]:
    """Return names and addresses of headers; the addresses lower-case, the names decoded."""
    values = [value for name in names for value in every(message, name)]
    try:
        found = getaddresses(values)
    except Exception:  # noqa: BLE001 - brackets within brackets meet more than one fault of the standard library
        found = []
    named = [(words(name), one_line(address).lower()) for name, address in found]
    good = [(name, address) for name, address in named if _ADDRESS.fullmatch(address) and len(address) <= 320]
    if not good:
        loose = [one for value in values for one in _ADDRESS.findall(words(value))]
        good = [("", one.lower()) for one in loose if len(one) <= 320]
    return good[:MOST_ADDRESSES]


def addresses(message: Message, *names: str) -> tuple[str, ...]:
    """Return the addresses of headers, each once, in order."""
    return tuple(dict.fromkeys(address for _, address in pairs(message, *names)))


def sender(message: Message) -> tuple[str, str]:
    """Return name and address of whoever wrote: both empty where nobody is said."""
    for name in ("From", "Sender", "Reply-To", "Return-Path"):
        if found := pairs(message, name):
            return found[0]
    return "", ""


def message_ids(value: str) -> tuple[str, ...]:
    """Return the identifiers in a header, without their angle brackets."""
    plain = one_line(value, LONGEST)
    found = _ID.findall(plain)
    if not found and plain and " " not in plain:
        found = [plain]
    return tuple("".join(one.split())[:900] for one in found)
