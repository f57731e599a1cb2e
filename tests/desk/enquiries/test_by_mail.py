"""Questions and answers by e-mail, as real letters: each side answers the one it got."""

from __future__ import annotations

from email.message import EmailMessage
from email.utils import make_msgid
from typing import Any

import pytest
from django.conf import settings

from portulan.desk.core.incoming.models import ReceivedMail
from portulan.desk.core.incoming.selectors import raw_of
from portulan.desk.core.incoming.services import handle_mail, keep_mail
from portulan.desk.core.models import OutgoingMail
from portulan.desk.enquiries import forgetting
from portulan.desk.enquiries.models import Enquiry, Message, Status
from tests.desk.enquiries.conftest import Desk, ask
from tests.desk.posted import Letters

HERE = "reply@desk.example"


@pytest.fixture(autouse=True)
def _answers_come_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "PORTULAN_REPLY_ADDRESS", HERE)


def send(sender: str, to: str, text: str, subject: str = "Re: a question") -> ReceivedMail:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"], mail["Message-ID"] = (
        sender,
        to,
        subject,
        make_msgid(domain="far.example"),
    )
    mail.set_content(text)
    received, _new = keep_mail(mail.as_bytes(), "pipe")
    return handle_mail(received)


def reply_to(letters: Letters, address: str) -> str:
    return next(one["reply"] for one in letters if one["to"] == address)


def test_both_sides_go_on_by_mail(desk: Desk, letters: Letters) -> None:
    _, need = ask()
    colleague, asker = reply_to(letters, "owner@example.org"), reply_to(letters, "paule@example.com")
    assert colleague != asker and {one.partition("+")[0] for one in (colleague, asker)} == {"reply"}
    letters.clear()
    done = send("Owner <OWNER@example.org>", colleague, "Three publishers.\n\nOn Monday, desk wrote:\n> A question")
    assert (done.state, done.subject) == ("handled", f"enquiries.need:{need.pk}")
    need.refresh_from_db()
    assert need.status == Status.ANSWERED
    assert [one["to"] for one in letters] == ["paule@example.com"]
    assert "Three publishers." in letters[0]["text"] and "A question" not in Message.objects.get().text
    assert letters[0]["reply"] == asker
    letters.clear()
    send("Paule <paule@example.com>", asker, "And by when?")
    need.refresh_from_db()
    assert need.status == Status.TAKEN
    assert [one["to"] for one in letters] == ["owner@example.org"] and "> And by when?" in letters[0]["text"]


def test_a_letter_handed_on_does_not_let_another_answer_in_a_colleagues_name(desk: Desk, letters: Letters) -> None:
    _, need = ask()
    done = send("Somebody <else@example.net>", reply_to(letters, "owner@example.org"), "Buy from me.")
    assert done.state == "failed" and "not from them" in done.detail
    assert not Message.objects.exists()
    need.refresh_from_db()
    assert need.status == Status.OPEN


def test_a_new_letter_is_a_question_for_the_coordination_desk(desk: Desk, letters: Letters) -> None:
    text = "Hello, we are a small label and would like to know who can help us with our tour in Kenya."
    done = send("Ann Label <ann@label.example>", HERE, text, "Tour in Kenya")
    enquiry = Enquiry.objects.get()
    assert done.subject == f"enquiries.enquiry:{enquiry.pk}"
    assert (enquiry.asker_email, enquiry.language, enquiry.channel) == ("ann@label.example", "en", "mail")
    assert enquiry.text.startswith("Tour in Kenya\n\nHello")
    assert enquiry.needs.get().matches.get().level == "coordination"
    assert letters[0]["to"] == "ann@label.example"


def test_nothing_comes_in_for_somebody_erased(desk: Desk, letters: Letters) -> None:
    enquiry, _ = ask()
    asker, colleague = reply_to(letters, "paule@example.com"), reply_to(letters, "owner@example.org")
    forgetting.erase_asker(enquiry)
    for sender, to in (("paule@example.com", asker), ("owner@example.org", colleague)):
        assert send(sender, to, "Still there?").state == "failed"
    assert not Message.objects.exists() and not OutgoingMail.objects.exclude(message=b"").exists()


def test_letters_that_came_in_are_erased_with_whoever_asked(
    desk: Desk, letters: Letters, django_capture_on_commit_callbacks: Any
) -> None:
    enquiry, _ = ask()
    ask(nonce="other")
    asker, colleague = reply_to(letters, "paule@example.com"), reply_to(letters, "owner@example.org")
    theirs = [
        send("paule@example.com", asker, "It is Paule again."),
        send("owner@example.org", colleague, "Dear Paule Studio, three."),
    ]
    ones = [one["reply"] for one in letters if one["to"] == "owner@example.org"]
    kept = send("owner@example.org", next(one for one in ones if one != colleague), "Of the other question.")
    assert {one.state for one in (*theirs, kept)} == {"handled"}
    assert all(raw_of(one) for one in theirs)
    with django_capture_on_commit_callbacks(execute=True):
        forgetting.erase_asker(enquiry)
    assert list(ReceivedMail.objects.all()) == [kept]
    for one in theirs:
        with pytest.raises(OSError):
            raw_of(one)
    assert raw_of(kept)


def test_an_automatic_answer_is_no_message(desk: Desk, letters: Letters) -> None:
    ask()
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "paule@example.com", reply_to(letters, "paule@example.com"), "Away"
    mail["Auto-Submitted"] = "auto-replied"
    mail.set_content("I am on holiday.")
    received, _new = keep_mail(mail.as_bytes(), "pipe")
    assert handle_mail(received).state == "ignored"
    assert not Message.objects.exists()
