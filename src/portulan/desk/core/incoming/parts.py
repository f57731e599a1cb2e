"""The parts of a letter: which are its text, which are attached."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from email.utils import collapse_rfc2231_value

from portulan.desk.core.incoming import headers, plain

MOST_PARTS = 500
MOST_TEXT = 2_000_000
"""Characters of text that are read; the message is kept whole in any case."""
_FORBIDDEN = re.compile(r'[\\/:*?"<>|]')
_TEXTS = ("text/plain", "text/html", "text/enriched", "text/richtext")
_EXTENSIONS = {"message/rfc822": "eml", "text/calendar": "ics", "image/png": "png", "image/jpeg": "jpg"}


@dataclass(frozen=True, slots=True)
class Attachment:
    """What came with a letter: a name without folders, the type that the sender says, the bytes."""

    name: str
    declared_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Body:
    """The text of a letter and what came with it."""

    text: str
    attachments: tuple[Attachment, ...]


def safe_name(name: str, otherwise: str = "attachment") -> str:
    """Return a name that is no path, holds no sign a system minds, and is no longer than 120 characters."""
    name = plain.one_line(name).replace("\\", "/").rpartition("/")[2]
    name = "".join(sign for sign in _FORBIDDEN.sub("_", name) if sign.isprintable()).strip(" .")
    stem, dot, extension = name.rpartition(".")
    if dot and len(extension) <= 10:
        name = f"{stem[: 119 - len(extension)].strip(' .') or otherwise}.{extension}"
    return name[:120] or otherwise


def read_body(message: Message, defects: list[str]) -> Body:
    """Return text and attachments of a message, whatever its parts are."""
    texts: list[str] = []
    attached: list[Attachment] = []
    for number, (part, alternatives) in enumerate(_leaves(message)):
        if number >= MOST_PARTS:
            defects.append(f"more than {MOST_PARTS} parts: the others were not read")
            break
        if alternatives:
            texts.append(_best(alternatives, defects))
        elif _is_text(part):
            texts.append(_text(part, defects))
        else:
            attached.append(_attachment(part, len(attached) + 1, defects))
    text = "\n\n".join(one.strip("\n") for one in texts if one.strip())
    if len(text) > MOST_TEXT:
        defects.append("the text is too long: its end was not read")
    return Body(text[:MOST_TEXT], tuple(attached))


def inner(part: Message) -> list[Message]:
    """Return the parts of a part, or the messages within it."""
    below = part.get_payload() if part.is_multipart() else []
    return [one for one in below if isinstance(one, Message)] if isinstance(below, list) else []


def _leaves(message: Message) -> Iterator[tuple[Message, list[Message]]]:
    """Yield each part that holds something; of several forms of one text, the texts together."""
    waiting = [message]
    while waiting:
        part = waiting.pop(0)
        kind = part.get_content_type()
        if not part.is_multipart() or kind in ("message/rfc822", "message/delivery-status"):
            yield part, []
        elif kind == "multipart/alternative":
            found = list(_flat(part))
            texts = [one for one in found if _is_text(one)]
            if texts:
                yield part, texts
            for one in found:
                if not _is_text(one):
                    yield one, []
        else:
            waiting[:0] = inner(part)


def _flat(part: Message) -> Iterator[Message]:
    waiting = [part]
    while waiting:
        one = waiting.pop(0)
        if one.is_multipart() and one.get_content_type() != "message/rfc822":
            waiting[:0] = inner(one)
        else:
            yield one


def _is_text(part: Message) -> bool:
    """Tell whether a part is read with the letter: a text with a name, or said to be attached, is a file."""
    return (
        part.get_content_type() in _TEXTS
        and not part.is_multipart()
        and not headers.first(part, "Content-Disposition").strip().lower().startswith("attachment")
        and not _name(part)
    )


def _best(forms: list[Message], defects: list[str]) -> str:
    """Return the plain form of a text, unless it is empty and another is not."""
    for kind in ("text/plain", *_TEXTS[1:]):
        said = [_text(part, defects) for part in forms if part.get_content_type() == kind]
        if text := "\n\n".join(one for one in said if one.strip()):
            return text
    return ""


def _text(part: Message, defects: list[str]) -> str:
    data = bytes_of(part, defects)
    text, wrong = plain.decode(data, _parameter(part, "charset"))
    if wrong:
        defects.append(wrong)
    if part.get_content_type() != "text/plain":
        return plain.from_html(text)
    if _parameter(part, "format").lower() == "flowed":
        text = unflow(text, _parameter(part, "delsp").lower() == "yes")
    return "\n".join(line.rstrip() if line != "-- " else line for line in text.split("\n"))


def unflow(text: str, without_space: bool) -> str:
    """Join the lines that a mail program cut (RFC 3676); those of a quotation only to those as deep."""
    lines: list[list[str]] = []
    open_depth = -1
    for line in text.split("\n"):
        bare = line.lstrip(">")
        depth = len(line) - len(bare)
        bare = bare.removeprefix(" ")
        flows = bare.endswith(" ") and bare != "-- "
        piece = bare[:-1] if flows and without_space else bare
        if open_depth == depth and bare != "-- ":
            lines[-1].append(piece)
        else:
            lines.append([(">" * depth + " " if depth else "") + piece])
        open_depth = depth if flows else -1
    return "\n".join("".join(line) for line in lines)


def bytes_of(part: Message, defects: list[str]) -> bytes:
    """Return what a part holds, as far as it can be decoded."""
    try:
        data = part.get_payload(decode=True)
    except Exception:  # noqa: BLE001 - what is said to be encoded, and is not, meets more than one fault below
        data = None
    if isinstance(data, bytes):
        return data
    defects.append("a part cannot be decoded")
    return b""


def _attachment(part: Message, number: int, defects: list[str]) -> Attachment:
    kind = plain.one_line(part.get_content_type(), 100)
    data = _whole(part, defects) if part.is_multipart() else bytes_of(part, defects)
    extension = _EXTENSIONS.get(kind)
    otherwise = f"attachment-{number}" + (f".{extension}" if extension else "")
    if kind == "application/ms-tnef":
        defects.append("winmail.dat: packed by Outlook, its files are not read")
    return Attachment(safe_name(_name(part) or otherwise, otherwise), kind, data)


def _whole(part: Message, defects: list[str]) -> bytes:
    """Return what stands inside a part of messages as bytes."""
    try:
        return b"\n".join(one.as_bytes() for one in inner(part))
    except Exception:  # noqa: BLE001 - the same
        defects.append("a message within the message cannot be read")
        return b""


def _name(part: Message) -> str:
    for header, parameter in (("Content-Disposition", "filename"), ("Content-Type", "name")):
        if said := _parameter(part, parameter, header):
            return headers.words(said)
    return ""


def _parameter(part: Message, name: str, header: str = "Content-Type") -> str:
    """Return a parameter of a header, however it is written."""
    try:
        said = part.get_param(name, "", header)
        return collapse_rfc2231_value(said, errors="replace") if said else ""
    except Exception:  # noqa: BLE001 - the same
        return ""
