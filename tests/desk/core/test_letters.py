"""A mail as bytes: what was said is what is read, and nothing that a stranger writes becomes a header."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime
from email import message_from_string
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import default
from email.utils import parseaddr
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portulan.desk.core import letters
from portulan.desk.core.letters import Attachment, Letter, Mailbox, MailError

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
OURS = {
    "from", "to", "reply-to", "subject", "date", "message-id", "in-reply-to", "references", "content-language",
    "auto-submitted", "x-auto-response-suppress", "content-type", "content-transfer-encoding", "mime-version",
}  # fmt: skip
HOSTILE = "\r\nBcc: everybody@example.org\r\n\r\nBuy"


def letter(**more: Any) -> Letter:
    said: dict[str, Any] = {
        "sender": Mailbox("desk@culture.test", "The desk"),
        "to": Mailbox("ada@studio.test", "Ada"),
        "subject": "Your question",
        "text": "Good morning",
        "language": "en",
        "at": AT,
        "message_id": "<1@culture.test>",
    }
    return Letter(**{**said, **more})


def read(data: bytes) -> EmailMessage:
    return cast("EmailMessage", message_from_string(data.decode(), policy=default))


def body(message: EmailMessage) -> str:
    part = message.get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def test_a_mail_says_who_when_and_that_a_machine_wrote_it() -> None:
    found = read(letters.build(letter(reply_to=Mailbox("desk+7@culture.test"), in_reply_to="<0@studio.test>")))
    assert found["From"] == "The desk <desk@culture.test>" and found["To"] == "Ada <ada@studio.test>"
    assert found["Reply-To"] == "desk+7@culture.test" and found["In-Reply-To"] == "<0@studio.test>"
    assert found["Date"].datetime == AT and found["Content-Language"] == "en"
    assert found["Auto-Submitted"] == "auto-generated" and found["Message-ID"] == "<1@culture.test>"
    by_hand = read(letters.build(letter(automatic=False)))
    assert by_hand["Auto-Submitted"] is None


ANY = st.text(max_size=300)
NAMES = st.text(max_size=80) | st.sampled_from(['O"Neil', "a\\b", "=?utf-8?q?x?=", "Élodie, d’Arc", "A" * 90, HOSTILE])


@settings(max_examples=60, deadline=None)
@given(subject=ANY | st.just(HOSTILE), text=st.text(max_size=2000), name=NAMES, sender=NAMES)
def test_what_is_said_is_what_is_read(subject: str, text: str, name: str, sender: str) -> None:
    to, origin = letters.mailbox((name, "ada@studio.test")), letters.mailbox((sender, "desk@culture.test"))
    data = letters.build(letter(subject=subject, text=text, to=to, sender=origin))
    found = read(data)
    assert {key.lower() for key in found} <= OURS
    assert [key.lower() for key in found].count("subject") == 1
    assert str(found["Subject"]) == letters.one_line(subject, 200)
    assert body(found) == letters.plain_text(text)
    for header, who in (("To", to), ("From", origin)):
        # Not as `found` reads them: it sees a space between two encoded words where RFC 2047 says that there is none.
        read_name, address = parseaddr(message_from_string(data.decode())[header])
        assert (str(make_header(decode_header(read_name))), address) == (who.name, who.address)
        assert len(found[header].addresses) == 1
    # Nothing but whole lines, none longer than a server takes: no line of ours is two of theirs.
    assert not re.search(rb"\r(?!\n)|(?<!\r)\n", data)
    assert max(map(len, data.split(b"\r\n"))) <= 998
    assert data == letters.build(letter(subject=subject, text=text, to=to, sender=origin))


@settings(max_examples=30, deadline=None)
@given(
    files=st.lists(
        st.tuples(st.text(max_size=60), st.text(max_size=30) | st.just("application/pdf"), st.binary(max_size=500)),
        min_size=1,
        max_size=3,
    ),
    text=st.text(max_size=300),
)
def test_files_arrive_as_they_left(files: list[tuple[str, str, bytes]], text: str) -> None:
    found = read(letters.build(letter(text=text, attachments=[Attachment(*one) for one in files])))
    parts = list(found.iter_attachments())
    assert [part.get_payload(decode=True) for part in parts] == [data for _name, _kind, data in files]
    assert [part.get_filename() for part in parts] == [letters.file_name(name) for name, _kind, _data in files]
    assert body(found) == letters.plain_text(text)
    assert {key.lower() for part in parts for key in part} <= OURS | {"content-disposition"}


@pytest.mark.parametrize(
    ("said", "address"),
    [
        ("ada@studio.test", "ada@studio.test"),
        (" Ada.L@STUDIO.test ", "Ada.L@studio.test"),
        ("ada@éditions.test", "ada@xn--ditions-9xa.test"),
        ("élodie@studio.test", "élodie@studio.test"),
        ("a+b_c'd@studio.test", "a+b_c'd@studio.test"),
    ],
)
def test_an_address_is_read(said: str, address: str) -> None:
    assert letters.mailbox(said).address == address
    assert letters.mailbox(("Ada", said)) == Mailbox(address, "Ada")
    assert letters.mailbox(said).is_wide is not address.isascii()


@pytest.mark.parametrize(
    "said",
    [
        "", "ada", "@studio.test", "ada@",
        "ada@studio..test", "ada@-studio.test", "a b@studio.test", "ada@stu dio.test",
        "ada@studio.test\r\nBcc: all@studio.test", "ada\n@studio.test", "a@b@studio.test", "<ada@studio.test>",
        "ada@studio.test,bob@studio.test", ".ada@studio.test", "ada..l@studio.test", "a" * 65 + "@studio.test",
        "ada@" + "a" * 64 + ".test", "ada@" + "a." * 130 + "test", '"ada"@studio.test', "ada\u202e@studio.test",
        "ada@[127.0.0.1]", "ada\u2028@studio.test", "ada\ud800@studio.test",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused(said: str) -> None:
    with pytest.raises(MailError):
        letters.mailbox(said)


@settings(max_examples=100, deadline=None)
@given(
    said=st.text(max_size=60) | st.emails() | st.builds("{}@{}".format, st.text(max_size=20), st.just("studio.test"))
)
def test_an_address_that_is_taken_is_one_word_that_others_read_alike(said: str) -> None:
    try:
        found = letters.mailbox(said)
    except MailError:
        return
    assert not any(unicodedata.category(letter)[0] in "CZ" for letter in found.address)
    assert parseaddr(f"{found.address}")[1] == found.address
    to = read(letters.build(letter(to=found)))["To"]
    assert [one.addr_spec for one in to.addresses] == [found.address]


def test_only_what_is_a_reference_is_one_and_the_thread_keeps_its_beginning() -> None:
    many = " ".join(f"<{number}@studio.test>" for number in range(60))
    found = read(letters.build(letter(references=f"rubbish {many} <no\r\nBcc: x@y.test>", in_reply_to="rubbish")))
    kept = str(found["References"]).split()
    assert len(kept) == 20 and kept[0] == "<0@studio.test>" and kept[-1] == "<59@studio.test>"
    assert found["In-Reply-To"] is None and found["Bcc"] is None


def test_a_mail_that_no_server_takes_is_refused_before_it_is_promised() -> None:
    with pytest.raises(MailError, match="send a link"):
        letters.build(letter(attachments=[Attachment("film.mp4", "video/mp4", bytes(letters.MOST + 1))]))


def test_two_mails_never_have_the_same_id() -> None:
    assert letters.new_id("culture.test") != letters.new_id("culture.test")
    assert re.fullmatch(r"<[0-9a-f]{32}@culture\.test>", letters.new_id("culture.test"))
