"""Letters of which nothing could be made: seen by the coordination desk alone, and none of them lost."""

from __future__ import annotations

from email.message import EmailMessage
from email.utils import make_msgid
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portulan.desk.core.incoming.models import Reason, ReceivedMail, State
from portulan.desk.core.incoming.services import handle_mail, keep_mail
from portulan.desk.enquiries import forgetting, stray_page
from portulan.desk.enquiries.models import Attachment, Enquiry
from portulan.desk.people.models import Role
from tests.desk.enquiries.conftest import As, Desk, ask, text_of
from tests.desk.posted import Letters

HERE = "reply@desk.example"
LIST = "/en/desk/letters/"


@pytest.fixture(autouse=True)
def _home_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bytes outlive the rows of a test that is undone: they go with its folder."""
    monkeypatch.setattr(settings, "HOME", tmp_path)


def came(to: str = "office@elsewhere.example", text: str = "Hello, who helps with a tour in Kenya?") -> ReceivedMail:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "Ann Label <ann@label.example>", to, "Tour in Kenya"
    mail["Message-ID"] = make_msgid(domain="far.example")
    mail.set_content(text)
    mail.add_alternative("<p>Hello<img src='https://spy.example/a.png'><script>alert(1)</script></p>", subtype="html")
    mail.add_attachment(b"%PDF-1.4 dates", maintype="application", subtype="pdf", filename="dates.pdf")
    return handle_mail(keep_mail(mail.as_bytes(), "pipe")[0])


@pytest.fixture
def browser(at: As, monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setattr(settings, "PORTULAN_REPLY_ADDRESS", HERE)
    return at(None, Role.COORDINATION)


def form(row: ReceivedMail, **more: str) -> dict[str, str]:
    return {
        "letter": str(row.pk), "heard": "letter", "ground": "consent", "language": "en", "topic": "mobility",
        "text": "Hello, who helps with a tour in Kenya?", "name": "Ann Label", "email": "ann@label.example",
        "asking": "company", **more,
    }  # fmt: skip


def test_a_letter_that_nothing_takes_waits_and_is_shown_as_plain_text(browser: Client) -> None:
    row = came()
    assert row.state == State.FAILED
    listed = browser.get(LIST)
    assert "Letters to look at (1)" in text_of(listed) and "Ann Label <ann@label.example>" in text_of(listed)
    page = browser.get(f"{LIST}{row.pk}/")
    assert "who helps with a tour" in text_of(page) and "dates.pdf" in text_of(page)
    assert "<img src=" not in page.content.decode() and "<script>alert" not in page.content.decode()
    assert "(1)" in text_of(browser.get("/en/desk/"))


@pytest.mark.parametrize("raw", [b"", b"\x00\xff\xfe damaged", b"<html><script>alert(1)</script>"])
def test_what_cannot_be_read_at_all_is_shown_too(browser: Client, raw: bytes) -> None:
    row = handle_mail(keep_mail(raw, "pipe")[0])
    page = browser.get(f"{LIST}{row.pk}/")
    assert page.status_code == 200 and "<script>alert" not in page.content.decode()
    assert browser.get(f"/en/desk/questions/new/?letter={row.pk}").status_code == 200
    assert browser.get(LIST).status_code == 200


def test_a_question_is_made_of_it_with_its_files_and_the_sender_is_told(browser: Client, letters: Letters) -> None:
    row = came()
    begun = browser.get(f"/en/desk/questions/new/?letter={row.pk}")
    assert 'value="ann@label.example"' in begun.content.decode() and "dates.pdf" in text_of(begun)
    made = browser.post("/en/desk/questions/new/", form(row))
    enquiry = Enquiry.objects.get()
    row.refresh_from_db()
    assert made.status_code == 303
    assert (row.state, row.subject) == (State.HANDLED, f"enquiries.enquiry:{enquiry.pk}")
    assert (enquiry.channel, enquiry.heard) == ("mail", "letter")
    assert [one.file.name for one in Attachment.objects.filter(enquiry=enquiry)] == ["dates.pdf"]
    assert "ann@label.example" in [one["to"] for one in letters]
    assert "(1)" not in text_of(browser.get(LIST))
    # Sent once more, by somebody who did not see that it was done: nothing is written.
    again = browser.post("/en/desk/questions/new/", form(row, text="Another text, which is long enough."))
    assert again["Location"].endswith("?done=meanwhile") and Enquiry.objects.count() == 1


def test_what_is_wrong_with_the_question_leaves_the_letter_where_it_was(browser: Client) -> None:
    row = came()
    wrong = browser.post("/en/desk/questions/new/", form(row, ground=""))
    row.refresh_from_db()
    assert wrong.status_code == 422 and row.state == State.FAILED
    assert f'name="letter" value="{row.pk}"' in wrong.content.decode()


def test_a_letter_is_put_away_with_a_reason_and_taken_out_again(browser: Client) -> None:
    row = came()
    assert browser.post(f"{LIST}{row.pk}/away/", {"reason": " "}).status_code == 422
    assert browser.post(f"{LIST}{row.pk}/away/", {"reason": "An advertisement"}).status_code == 303
    assert "Every letter found its place." in text_of(browser.get(LIST))
    assert "Put away by a colleague: An advertisement" in text_of(browser.get(f"{LIST}?view=away"))
    back = browser.post(f"{LIST}{row.pk}/again/")
    row.refresh_from_db()
    assert row.state == State.FAILED and "still waits" in text_of(browser.get(back["Location"]))
    assert browser.post(f"{LIST}{row.pk}/burn/").status_code == 404


def test_tried_again_once_the_address_is_known_it_becomes_a_question(
    browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = came()
    monkeypatch.setattr(settings, "PORTULAN_REPLY_ADDRESS", "office@elsewhere.example")
    assert browser.post(f"{LIST}{row.pk}/again/")["Location"].endswith("?done=taken")
    assert Enquiry.objects.get().asker_email == "ann@label.example"
    assert browser.get(f"{LIST}{row.pk}/")["Location"].endswith("?done=meanwhile")
    assert browser.get(f"{LIST}{row.pk + 99}/").status_code == 404


def test_a_letter_to_a_colleague_from_somebody_else_says_so(browser: Client, letters: Letters) -> None:
    ask()
    row = came(to=next(one["reply"] for one in letters if one["to"] == "owner@example.org"))
    assert "It came to the address of a colleague, from somebody else" in text_of(browser.get(f"{LIST}{row.pk}/"))


@pytest.mark.parametrize("reason", Reason.values)
def test_every_reason_is_said_in_plain_words(reason: str) -> None:
    assert stray_page.why(ReceivedMail(reason=reason, detail="KeyError: x")).endswith((".", ": KeyError: x"))


def test_only_the_coordination_desk_reads_letters(browser: Client, at: As, desk: Desk) -> None:
    row = came()
    for person, roles in ((desk.owner, ()), (None, (Role.COMMITTEE,)), (None, (Role.ADMINISTRATOR,))):
        other = at(person, *roles)
        assert other.get(LIST).status_code == 403
        assert other.get(f"{LIST}{row.pk}/").status_code == 404
        assert other.post(f"{LIST}{row.pk}/away/", {"reason": "x"}).status_code == 404
        assert other.get(f"/en/desk/questions/new/?letter={row.pk}").status_code in (403, 404)
    assert "Letters to look at" not in text_of(at(desk.owner).get("/en/desk/"))


def test_erasing_the_person_erases_the_letter_as_it_came(browser: Client) -> None:
    row = came()
    browser.post("/en/desk/questions/new/", form(row))
    forgetting.erase_asker(Enquiry.objects.get())
    assert not ReceivedMail.objects.filter(pk=row.pk).exists() and not Attachment.objects.exists()


def test_the_list_takes_as_many_queries_for_twelve_letters_as_for_two(browser: Client) -> None:
    found = []
    for count in (2, 10):
        for _number in range(count):
            came()
        browser.get(LIST)
        with CaptureQueriesContext(connection) as asked_for:
            browser.get(LIST)
        found.append(len(asked_for))
    assert found[0] == found[1] <= 12
