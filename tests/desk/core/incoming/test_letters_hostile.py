"""Letters that nobody should send: whatever the bytes are, they are read or said to be unreadable, and soon."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portulan.desk.core.incoming import likeness
from portulan.desk.core.incoming.letters import Letter, UnreadableLetterError, glance, read_letter

pytestmark = pytest.mark.full

LETTERS = [path.read_bytes() for path in sorted((Path(__file__).parent / "letters").glob("*.eml"))]
HEAD = b"From: a@b.example\nSubject: s\n"

# What mail programs get wrong, and what those who mean harm put in.
PIECES = st.sampled_from(
    [
        *(b"=?utf-8?b?", b"?=", b"=?x?q?", b"charset=", b'"', b"(", b"<", b">", b"\n", b"\r", b"\0", b"--", b";"),
        *(
            b"Content-Type: ",
            b"multipart/mixed; boundary=",
            b"message/rfc822",
            b"text/html\n\n<p>",
            b"\xff\xfe",
            b"\xe9",
        ),
        *(b"\nContent-Transfer-Encoding: base64\n", b"uuencode", b"begin 644 x\n", b"''%", b"*0*=", b"utf-7", b"hz"),
        *(
            b"idna",
            b"iso-2022-kr",
            b"\nFrom: ",
            b"format=flowed",
            b"\n> ",
            b"\nOn 1 a wrote:\n",
            b"\n-- \n",
            b"\xed\xa0\x80",
        ),
    ]
)


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A letter of the collection, cut, spliced and sprinkled."""
    raw = bytearray(draw(st.sampled_from(LETTERS)))
    for _ in range(draw(st.integers(1, 8))):
        at = draw(st.integers(0, len(raw)))
        raw[at : at + draw(st.integers(0, 80))] = draw(st.one_of(PIECES, st.binary(max_size=12)))
    return bytes(raw)


def storable(letter: Letter) -> bool:
    """Tell whether a database takes every text of a letter: no NUL, no half character."""
    texts: list[str] = []
    values: list[object] = [getattr(letter, name) for name in letter.__slots__]
    if letter.bounce is not None:
        values += [getattr(letter.bounce, name) for name in letter.bounce.__slots__]
    values += [value for one in letter.attachments for value in (one.name, one.declared_type)]
    for value in values:
        texts += (
            [value]
            if isinstance(value, str)
            else [one for one in value if isinstance(one, str)]
            if isinstance(value, tuple)
            else []
        )  # type: ignore[misc]
    return all("\0" not in text and text.encode("utf-8", errors="strict") is not None for text in texts)


def read(raw: bytes) -> Letter | None:
    try:
        letter = read_letter(raw)
    except UnreadableLetterError as error:
        assert error.__cause__ is None, f"a fault of ours: {error.__cause__!r}"
        return None
    assert storable(letter)
    assert "\n" not in letter.subject + letter.from_name + letter.from_address + letter.message_id
    return letter


def same_whatever_the_way(raw: bytes) -> None:
    assert likeness.digest_of(raw) == likeness.digest_of(raw.replace(b"\r\n", b"\n"))
    assert "\0" not in likeness.message_id_of(raw) and len(likeness.message_id_of(raw)) <= 255
    assert len(likeness.likeness_of(raw)) in (0, 64)
    glance(raw)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.one_of(damaged(), st.binary(max_size=400)))
def test_any_bytes_are_read_or_said_to_be_unreadable(raw: bytes) -> None:
    read(raw)
    same_whatever_the_way(raw)


@pytest.mark.full
@settings(max_examples=8_000, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.one_of(damaged(), damaged(), st.binary(max_size=2000)))
def test_any_bytes_at_length(raw: bytes) -> None:
    read(raw)
    same_whatever_the_way(raw)


HTML = HEAD + b"Content-Type: text/html\n\n"
HOSTILE = {
    "brackets": b"From: " + b"(" * 50_000 + b"\n\nx",
    "addresses": HEAD + b"To: " + b"a@b," * 50_000 + b"\n\nx",
    "encoded words": b"Subject: " + b"=?utf-8?q?a?= " * 10_000 + b"\nFrom: a@b.example\n\nx",
    "parts within parts": HEAD
    + b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(2000)),
    "messages within messages": HEAD + b"Content-Type: message/rfc822\n\n" * 2000 + b"x",
    "parts": HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 10_000,
    "forms": HEAD + b"Content-Type: multipart/alternative; boundary=b\n\n" + b"--b\n\nx\n" * 10_000,
    "names in pieces": HEAD
    + b"Content-Disposition: attachment; "
    + b"".join(b"filename*%d*=a;" % n for n in range(5000)),
    "deep html": HTML + b"<div>" * 100_000 + b"words",
    "deep quotations": HTML + b"<blockquote>" * 2000 + b"words" + b"<p>a</p>" * 2000,
    "comments": HTML + b"words<!--" * 50_000,
    "open tags": HTML + b"words<a " * 50_000,
    "written characters": HTML + (b"&" + b"a" * 40) * 50_000,
    "lines above": HEAD + b"\n" + b"On a:\n" * 50_000,
    "quotations": HEAD + b"\n" + b"> a\n\n" * 50_000,
    "blocks": HEAD + b"\n" + b"From: a\nTo: b\n" * 30_000,
    "signatures": HEAD + b"\n" + b"--\n" * 50_000,
    "feet": HEAD + b"\n" + b"__________\nx\n" * 30_000,
    "flowed": HEAD + b"Content-Type: text/plain; format=flowed\n\n" + b"a \n" * 100_000,
    "spaces": HEAD + b"\nDe : " + b" " * 200_000 + b"x\n",
    "one long line": HEAD + b"\nOn " + b"wrote " * 200_000,
}


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_no_letter_takes_long(name: str) -> None:
    started = time.process_time()
    read(HOSTILE[name])
    same_whatever_the_way(HOSTILE[name])
    assert time.process_time() - started < 2


def test_words_in_hostile_html_are_kept() -> None:
    for name in ("deep html", "deep quotations"):
        letter = read(HOSTILE[name])
        assert letter is not None and "words" in letter.text, name
