"""Files with questions and letters: kept with what they came with, opened by those who may, erased with the person."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from email.message import EmailMessage
from email.utils import make_msgid
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from portulan.desk.core.files.models import StoredFile
from portulan.desk.core.incoming.models import ReceivedMail
from portulan.desk.core.incoming.services import handle_mail, keep_mail
from portulan.desk.enquiries import uploads
from portulan.desk.enquiries.attaching import SentFile
from portulan.desk.enquiries.keys import key_of
from portulan.desk.enquiries.models import Attachment, Enquiry, Message, Need
from portulan.desk.enquiries.services import add_need, ask, hear
from portulan.desk.people.models import Role
from tests.desk.enquiries.conftest import As, Desk, asked, text_of
from tests.desk.enquiries.test_pages import FORM
from tests.desk.posted import Letters

HERE = "reply@desk.example"
PDF = b"%PDF-1.4 our catalogue"


@pytest.fixture(autouse=True)
def _home_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bytes outlive the rows of a test that is undone: they go with its folder."""
    monkeypatch.setattr(settings, "HOME", tmp_path)


def pdf(name: str = "catalogue.pdf", data: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, content_type="text/html")


def with_file(text: str = "ours") -> tuple[Enquiry, Need, StoredFile]:
    enquiry = ask(asked(), "en", files=[SentFile(f"{text}.pdf", PDF)])
    return enquiry, enquiry.needs.get(), Attachment.objects.get(enquiry=enquiry).file


def own(enquiry: Enquiry) -> str:
    return f"/en/ask/{enquiry.reference}/{key_of(enquiry)}/"


def test_a_file_sent_with_the_form_is_shown_and_sent_to_both_sides(client: Client, at: As, desk: Desk) -> None:
    sent = client.post("/en/ask/", {**FORM, "files": [pdf(), pdf("été 2026.pdf", PDF + b"2")]})
    enquiry, need = Enquiry.objects.get(), Need.objects.get()
    assert sent.status_code == 303
    mine = client.get(own(enquiry))
    assert "catalogue.pdf" in text_of(mine) and "not checked for viruses" in text_of(mine)
    file = StoredFile.objects.get(name="été 2026.pdf")
    for browser, path in ((client, own(enquiry)), (at(desk.owner), f"/en/desk/questions/{need.pk}/")):
        assert str(file.pk) in browser.get(path).content.decode()
        answer = browser.get(f"{path}files/{file.pk}/")
        assert answer.content == PDF + b"2"
        assert answer["Content-Disposition"] == "attachment; filename*=utf-8''%C3%A9t%C3%A9%202026.pdf"
        assert (answer["X-Content-Type-Options"], answer["Content-Type"]) == ("nosniff", "application/pdf")
        assert "private, no-store" in answer["Cache-Control"]


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("list.pdf", b"MZ\x90\x00 a program", "list.pdf: Files of this type are not accepted."),
        ("page.txt", b"<html><script>alert(1)</script>", "not accepted"),
        ("empty.pdf", b"", "The file is empty."),
    ],
)
def test_a_refused_file_is_named_and_the_text_is_not_lost(
    client: Client, name: str, data: bytes, sentence: str
) -> None:
    answer = client.post("/en/ask/", {**FORM, "files": [pdf(), pdf(name, data)]})
    assert answer.status_code == 422 and sentence in text_of(answer) and "choose the files again" in text_of(answer)
    assert FORM["text"] in answer.content.decode()
    assert not Enquiry.objects.exists() and not StoredFile.objects.exists()


def test_a_form_that_comes_back_for_another_reason_asks_for_the_files_again(client: Client) -> None:
    answer = client.post("/en/ask/", {**FORM, "email": "", "files": [pdf()]})
    assert "Choose your files again" in text_of(answer)


def docm() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("[Content_Types].xml", "application/vnd.ms-word.document.macroEnabled.main+xml")
    return held.getvalue()


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ([pdf()] * 6, "Choose 5 files at most."),
        ([pdf(data=PDF + b"x" * 600), pdf(data=PDF + b"x" * 600)], "too large"),
        ([pdf("a.docx", docm())], "macros"),
        ([pdf("../../etc/passwd", b"\x7fELF\x00\x01")], "passwd: Files of this type"),
    ],
)
def test_what_cannot_be_taken_is_said(
    monkeypatch: pytest.MonkeyPatch, files: list[SimpleUploadedFile], sentence: str
) -> None:
    monkeypatch.setattr(settings, "MOST_FILE_BYTES", 1000)
    for one in files:
        one.seek(0)
    kept, wrong = uploads.read(files)
    assert kept == () and len(wrong) == 1 and sentence in wrong[0][1]


def test_what_is_added_later_may_bring_files(client: Client) -> None:
    enquiry, need, first = with_file()
    here = own(enquiry)
    field = f"files-{need.pk}"
    wrong = client.post(here, {"need": need.pk, f"text-{need.pk}": "Here it is", field: pdf("x.exe", b"MZ\x00\x01")})
    assert wrong.status_code == 422 and "Here it is" in wrong.content.decode() and "x.exe" in text_of(wrong)
    sent = client.post(here, {"need": need.pk, f"text-{need.pk}": "Here it is", "nonce": "n", field: pdf("more.pdf")})
    assert sent.status_code == 303
    assert [one.file.name for one in Message.objects.get().attachments.all()] == ["more.pdf"]
    # Sent twice, it is kept once.
    client.post(here, {"need": need.pk, f"text-{need.pk}": "Here it is", "nonce": "n", field: pdf("more.pdf")})
    assert Attachment.objects.count() == 2
    held = json.loads(client.get(f"{here}data.json").content)
    assert held["files"][0]["name"] == first.name and held["files"][0]["address"].endswith(f"/files/{first.pk}/")
    assert held["needs"][0]["messages"][0]["files"][0]["name"] == "more.pdf"


def test_who_may_open_a_file(
    client: Client, at: As, desk: Desk, record_property: Callable[[str, object], None]
) -> None:
    enquiry, need, file = with_file()
    other, _need, _file = with_file("theirs")
    page = f"/en/desk/questions/{need.pk}/files/{file.pk}/"
    walk = {
        "owner": (desk.owner, (), 200), "team-mate": (desk.mate, (), 200), "stranger": (desk.stranger, (), 404),
        "coordination": (None, (Role.COORDINATION,), 200), "committee": (None, (Role.COMMITTEE,), 404),
        "no role": (None, (), 404), "administrator, power off": (None, (Role.ADMINISTRATOR,), 404),
    }  # fmt: skip
    assert client.get(page).status_code == 302
    record_property("access", ("anonymous", ["/en/desk/questions/N/files/F/"], [302]))
    for who, (person, roles, expected) in walk.items():
        found = at(person, *roles).get(page).status_code
        record_property("access", (who, ["/en/desk/questions/N/files/F/"], [found]))
        assert found == expected, who
    # Nor does the secret of one question open the file of another.
    assert client.get(f"{own(enquiry)}files/{file.pk}/").status_code == 200
    assert client.get(f"{own(other)}files/{file.pk}/").status_code == 404
    assert client.get(f"/en/ask/{enquiry.reference}/{'0' * 32}/files/{file.pk}/").status_code == 404


def test_a_file_said_about_one_need_is_not_seen_from_another_of_the_same_person(at: As, desk: Desk) -> None:
    _enquiry, need, file = with_file()
    second = add_need(desk.reach(desk.owner), need, "PHL", "games", "market")
    hear(need, "For Japan only", files=[SentFile("japan.pdf", PDF)])
    mine = Attachment.objects.exclude(message=None).get().file
    browser = at(desk.stranger)
    assert browser.get(f"/en/desk/questions/{second.pk}/files/{mine.pk}/").status_code == 404
    # What came with the question itself is everybody's who answers a part of it.
    assert browser.get(f"/en/desk/questions/{second.pk}/files/{file.pk}/").status_code == 200


def kept_files() -> list[Path]:
    return [path for path in (Path(settings.HOME) / "private" / "files").glob("*/*") if path.is_file()]


@pytest.mark.django_db(transaction=True)
def test_erasing_the_person_erases_files_rows_and_bytes(client: Client) -> None:
    before = set(kept_files())
    enquiry, need, file = with_file()
    hear(need, "More", files=[SentFile("more.pdf", PDF), SentFile("bad.exe", b"MZ\x00\x01")])
    assert len(set(kept_files()) - before) == 2
    client.post(f"{own(enquiry)}withdraw/")
    assert not StoredFile.objects.exists() and not Attachment.objects.exists()
    assert set(kept_files()) == before
    assert client.get(f"{own(enquiry)}files/{file.pk}/").status_code == 404


def test_a_file_that_waits_for_the_scanner_is_not_sent(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "PORTULAN_CLAMAV", "127.0.0.1:9")
    enquiry, _need, file = with_file()
    assert "Being checked for viruses" in text_of(client.get(own(enquiry)))
    answer = client.get(f"{own(enquiry)}files/{file.pk}/")
    assert answer.status_code == 409 and "try again in a moment" in text_of(answer)


# -- by mail -------------------------------------------------------------------


def letter(sender: str, to: str, *files: tuple[str, bytes, str]) -> ReceivedMail:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, to, "Our catalogue"
    mail["Message-ID"] = make_msgid(domain="far.example")
    mail.set_content("Hello, here is our catalogue, who would read it in Japan?")
    for name, data, kind in files:
        mail.add_attachment(data, maintype=kind.partition("/")[0], subtype=kind.partition("/")[2], filename=name)
    return handle_mail(keep_mail(mail.as_bytes(), "pipe")[0])


@pytest.fixture
def by_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "PORTULAN_REPLY_ADDRESS", HERE)


@pytest.mark.usefixtures("by_mail")
def test_files_of_a_letter_come_with_the_question_and_its_sender_hears_of_those_refused(
    desk: Desk, letters: Letters
) -> None:
    done = letter(
        "Ann <ann@label.example>", HERE,
        ("catalogue.pdf", PDF, "application/pdf"), ("tool.exe", b"MZ\x00\x01", "application/x-program"),
        ("signature.asc", b"-----BEGIN PGP SIGNATURE-----", "application/pgp-signature"),
    )  # fmt: skip
    assert done.state == "handled"
    kept = [(one.file.name, one.file.state) for one in Enquiry.objects.get().attachments.all()]
    assert kept == [("catalogue.pdf", "unchecked"), ("tool.exe", "refused")]
    said = [one["text"] for one in letters if one["to"] == "ann@label.example"]
    assert len(said) == 2 and "tool.exe: Files of this type are not accepted." in said[1]


@pytest.mark.usefixtures("by_mail")
def test_both_sides_send_files_by_mail(desk: Desk, letters: Letters, client: Client) -> None:
    enquiry = ask(asked(), "en")
    colleague, asker = (
        next(one["reply"] for one in letters if one["to"] == address)
        for address in ("owner@example.org", "paule@example.com")
    )
    letters.clear()
    assert letter("owner@example.org", colleague, ("publishers.pdf", PDF, "application/pdf")).state == "handled"
    assert "- publishers.pdf" in letters[0]["text"]
    letter("paule@example.com", asker, ("game.png", b"\x89PNG\r\n\x1a\n", "image/png"))
    names = [one.file.name for one in Attachment.objects.order_by("pk")]
    assert names == ["publishers.pdf", "game.png"]
    said = text_of(client.get(own(enquiry)))
    assert "publishers.pdf" in said and "game.png" in said
