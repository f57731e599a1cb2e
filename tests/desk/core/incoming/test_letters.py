"""Letters as mail programs write them: each is read as its writer meant it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from portulan.desk.core.incoming.letters import Letter, UnreadableLetterError, glance, read_letter

FOLDER = Path(__file__).parent / "letters"

# What a reader of each letter sees; what is not said is empty. `at` is the date.
EXPECTED: dict[str, dict[str, Any]] = {
    "gmail-answer": {
        "from": ("Léa Exemple", "lea.exemple@mail.example"),
        "to": ("reply+abcdefghij234567klmn@desk.example",),
        "subject": "Re: Votre question sur le Japon – jeux vidéo",
        "fresh": "Bonjour,\n\nMerci, c’est très clair. Deux questions :\n"
        "- le salon de Tokyo accepte-t-il les studios de moins de cinq personnes ?\n- qui paie le stand ?\n\nLéa",
        "message_id": "CAF=gm41l-0001@mail.example",
        "in_reply_to": "enquiry-12.2@desk.example",
        "references": ("enquiry-12.1@desk.example", "enquiry-12.2@desk.example"),
        "at": datetime(2026, 11, 23, 9, 12, 31, tzinfo=UTC),
        "holds": "> Le salon ouvre ses inscriptions en janvier.",
    },
    "outlook-french": {
        "from": ("EXEMPLE Paul (Editions du Chene)", "paul@editions.example"),
        "to": ("bureau@desk.example", "anne.martin@editions.example"),
        "subject": "RE: Droits étrangers",
        "fresh": "Bonjour Madame,\n\nVoici notre catalogue’: notre site <https://editions.example/catalogue>."
        " Prix : 12 €.\n\nCordialement,\nPaul Exemple",
        "holds": "Pouvez-vous nous envoyer votre catalogue ?",
    },
    "apple-mail-between": {
        "fresh": "Dear all,\n\nYes, since March: a small one in Osaka that also publishes us on paper.\n\n"
        "PC and Switch.\n\nAna",
        "holds": "> Do you have a distributor?",
    },
    "thunderbird": {
        "from": ("Jürgen Beispiel", "juergen@verlag.example"),
        "fresh": "Ja, wir kommen mit 12 Titeln und würden gern zwei französische Verlage treffen.\n\nGrüße\nJürgen",
        "holds": "Beispiel Verlag GmbH · Amtsgericht Leipzig",
    },
    "phone": {
        "fresh": "Bonjour j’ai un studio d’animation à Dakar, qui peut m’aider pour le Maroc ?",
        "holds": "Envoyé de mon iPhone",
    },
    "mailing-list": {
        "fresh": "Chi va alla fiera?\n\nChiara",
        "automatic": "Precedence: list",
        "holds": "https://lists.example/listinfo/export",
    },
    "automatic-answer": {
        "subject": "Réponse automatique : Droits étrangers",
        "automatic": "Auto-Submitted: auto-replied",
    },
    "out-of-office-subject": {"automatic": "out of office"},
    "japanese": {
        "from": ("山田 花子", "hanako@game.example"),
        "subject": "フランスのゲーム",
        "fresh": "お世話になっております。\n東京のゲームショウに出展したいのですが、費用はいくらですか。",
    },
    "chinese": {
        "from": ("王芳", "wang@yishu.example"),
        "subject": "书展合作",
        "fresh": "您好，我们想购买法国漫画的版权，请联系朱镕先生。",
        "holds": "发送时间: 2026年11月22日",
    },
    "chinese-unlabelled": {
        "fresh": "您好，我们是一家出版社，想购买法国漫画的版权。请问应该联系哪位先生？谢谢。",
        "defects": ("character set: gb18030 was guessed",),
    },
    "russian": {"from": ("Иван Пример", "ivan@izdat.example"), "subject": "Книги", "fresh": "Здравствуйте, да."},
    "wrong-label": {
        "fresh": "Le théâtre d’Évry tourne à l’étranger.",
        "defects": ("character set: it is UTF-8",),
    },
    "wrong-label-utf8": {
        "fresh": "Le théâtre d’Évry coûte 12 €.",
        "defects": ("character set: it is not utf-8, cp1252 was guessed",),
    },
    "unknown-label": {"fresh": "Évry", "defects": ("unknown character set x-unknown-8bit",)},
    "utf8-mark": {"fresh": "À Évry"},
    "bare": {
        "from": ("Zoé Exemple", "zoe@studio.example"),
        "subject": "Où écrire ?",
        "fresh": "Où ?",
        "message_id": "",
        "at": None,
        "defects": ("character set: cp1252 was guessed", "no date"),
    },
    "bare-utf8": {"from": ("Zoé, Exemple", "zoe@studio.example"), "subject": "Où écrire ?", "defects": ("no date",)},
    "nested": {
        "to": ("desk@desk.example", "desk2@desk.example", "bureau@desk.example"),
        "fresh": "Dzień dobry, oto nasz portfolio.\n\n- teatr\n- cyrk\n\nLogo\n\nA last word.",
        "attached": (
            ("logo.png", "image/png", 70),
            ("dossier de presse – théâtre.pdf", "application/pdf", 45),
            ("dépenses.csv", "text/csv", 7),
        ),
    },
    "winmail": {
        "fresh": "Ci-joint le catalogue – merci.",
        "attached": (("winmail.dat", "application/ms-tnef", 35),),
        "defects": ("winmail.dat: packed by Outlook, its files are not read",),
    },
    "invitation": {
        "fresh": "You are invited to the salon.",
        "attached": (("attachment-1.ics", "text/calendar", 139),),
    },
    "only-attachment": {"subject": "", "fresh": "", "attached": (("scan.pdf", "application/pdf", 45),)},
    "injected-headers": {
        "from": ("Eve Bcc: victim@example.org", "eve@studio.example"),
        "to": ("desk@desk.example",),
        "subject": "Hello Bcc: victim@example.org body",
        "fresh": "Hithere",
        "in_reply_to": "a@b",
    },
    "forwarded": {"fresh": None, "holds": "Bonjour, je cherche un distributeur."},
    "cut-short": {
        "fresh": "The text is whole.",
        "attached": (("photo.png", "image/png", 38),),
        "defects": ("CloseBoundaryNotFoundDefect",),
    },
    "signed": {
        "fresh": "Signed words.",
        "attached": (("OpenPGP_signature.asc", "application/pgp-signature", 62),),
    },
    "message-within": {"fresh": "See attached.", "attached": (("Question.eml", "message/rfc822", 89),)},
    "outlook-english": {"fresh": "Yes please, book two nights.", "holds": "How many nights?"},
    "bounce": {"automatic": "report on a delivery"},
    "bounce-delayed": {"automatic": "report on a delivery"},
}


def letter(name: str) -> Letter:
    return read_letter((FOLDER / f"{name}.eml").read_bytes())


def test_every_letter_has_its_expectation() -> None:
    assert {path.stem for path in FOLDER.glob("*.eml")} == set(EXPECTED)


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_letter_is_read_as_it_was_meant(name: str) -> None:
    wanted, read = EXPECTED[name], letter(name)
    if "from" in wanted:
        assert (read.from_name, read.from_address) == wanted["from"]
    for field in ("to", "subject", "message_id", "in_reply_to", "references"):
        if field in wanted:
            assert getattr(read, field) == wanted[field], field
    if "fresh" in wanted:
        # None: nothing is taken away.
        assert read.fresh == (wanted["fresh"] if wanted["fresh"] is not None else read.text)
    assert wanted.get("holds", "") in read.text
    assert read.automatic == wanted.get("automatic", "")
    assert read.defects == wanted.get("defects", ())
    if "at" in wanted:
        assert read.date == wanted["at"]
    if "attached" in wanted:
        assert tuple((one.name, one.declared_type, len(one.data)) for one in read.attachments) == wanted["attached"]


def test_line_ends_change_nothing() -> None:
    for path in sorted(FOLDER.glob("*.eml")):
        raw = path.read_bytes()
        lines, wire = read_letter(raw), read_letter(raw.replace(b"\n", b"\r\n"))
        assert (lines.text, lines.fresh, lines.subject) == (wire.text, wire.fresh, wire.subject), path.stem


def test_a_report_tells_which_mail_did_not_arrive() -> None:
    failed = letter("bounce").bounce
    assert failed is not None and failed.final
    assert (failed.recipient, failed.status) == ("gone@studio.example", "5.1.1")
    assert failed.message_id == "enquiry-20.4@desk.example" and "no such user" in failed.diagnostic
    late = letter("bounce-delayed").bounce
    assert late is not None and not late.final
    assert (late.recipient, late.status) == ("slow@studio.example", "4.4.1")
    assert late.message_id == "enquiry-21.1@desk.example"


@pytest.mark.parametrize(
    ("headers", "said"),
    [
        ("Auto-Submitted: no", ""),
        ("Auto-Submitted: auto-generated (by a machine)", "Auto-Submitted: auto-generated (by a machine)"),
        ("Precedence: bulk", "Precedence: bulk"),
        ("Precedence: first-class", ""),
        ("X-Autoreply: yes", "X-Autoreply"),
        ("Return-Path: <>", "no return path"),
        ("Return-Path: <a@b.example>", ""),
        ("Subject: Out of Office: back on Monday", "out of office"),
        ("Subject: Absence du bureau", "out of office"),
        ("Subject: Out of office space for rent in Lyon", ""),
        ("Subject: 自動返信", "out of office"),
    ],
)
def test_what_a_machine_wrote_is_known(headers: str, said: str) -> None:
    assert read_letter(f"From: a@b.example\n{headers}\n\nText".encode()).automatic == said


@pytest.mark.parametrize("raw", [b"", b"\r\n\r\n", b"Subject: only this\n\n", b"\0\0\n\n", b"To: a@b.example\n\n  \n"])
def test_where_nothing_can_be_read_it_is_said_why(raw: bytes) -> None:
    with pytest.raises(UnreadableLetterError, match=r"empty|no sender"):
        read_letter(raw)


def test_a_letter_without_sender_but_with_words_is_a_letter() -> None:
    read = read_letter(b"Subject: who am I\n\nSomebody.")
    assert (read.from_address, read.text) == ("", "Somebody.") and "no sender" in read.defects


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ('filename="../../../etc/passwd"', "passwd"),
        ('filename="C:\\\\folder\\\\plan.pdf"', "plan.pdf"),
        ("filename*=utf-8''%E2%80%AEfdp.exe", "fdp.exe"),
        ('filename="a\tb\x01c.pdf"', "a bc.pdf"),
        ('filename=".htaccess"', "htaccess"),
        ('filename="..."', "attachment-1"),
        (f'filename="{"x" * 300}.pdf"', "x" * 116 + ".pdf"),
        ('filename="CON: <aux>?.txt"', "CON_ _aux__.txt"),
        ("", "attachment-1"),
    ],
)
def test_names_of_attachments_are_safe(said: str, kept: str) -> None:
    head = "From: a@b.example\nContent-Type: application/x-thing\nContent-Disposition: attachment; "
    [attached] = read_letter(f"{head}{said}\n\nbytes".encode()).attachments
    assert attached.name == kept


def test_what_a_list_shows_is_read_off_the_beginning() -> None:
    raw = (FOLDER / "gmail-answer.eml").read_bytes()
    seen = glance(raw[:700])
    assert (seen.from_address, seen.subject[:9]) == ("lea.exemple@mail.example", "Re: Votre")
    assert glance(b"").subject == ""


@pytest.mark.parametrize(
    ("value", "name", "address"),
    [
        ("a@b.example (Ann)", "Ann", "a@b.example"),
        ('"Doe, Jane" <J.Doe@B.example>', "Doe, Jane", "j.doe@b.example"),
        ("=?utf-8?q?J=C3?= =?utf-8?q?=A9r=C3=B4me?= <j@b.example>", "Jérôme", "j@b.example"),
        ("=?utf-8?b?SsOpcsO0bWU?= <j@b.example>", "Jérôme", "j@b.example"),
        ("Jane at a@b.example for now", "", "a@b.example"),
        ("<a@b.example>, <c@d.example>", "", "a@b.example"),
        ("undisclosed-recipients:;", "", ""),
    ],
)
def test_senders_however_they_are_written(value: str, name: str, address: str) -> None:
    read = read_letter(f"From: {value}\n\nText".encode())
    assert (read.from_name, read.from_address) == (name, address)
