"""What a file is: by what it holds, whatever it is called."""

from __future__ import annotations

import io
import zipfile

import openpyxl
import pytest

from portulan.desk.core.files.types import ACCEPTED, named, type_of

OPEN_XML = "application/vnd.openxmlformats-officedocument."
OPEN_DOCUMENT = "application/vnd.oasis.opendocument."


def archive(entries: dict[str, str]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in entries.items():
            file.writestr(name, text)
    return made.getvalue()


def office(part: str, main: str, **more: str) -> bytes:
    index = f'<Types><Override PartName="/{part}" ContentType="application/{main}+xml"/></Types>'
    return archive({"[Content_Types].xml": index, part: "<x/>", **more})


def spreadsheet() -> bytes:
    made = io.BytesIO()
    openpyxl.Workbook().save(made)
    return made.getvalue()


WORD = office("word/document.xml", "vnd.openxmlformats-officedocument.wordprocessingml.document.main")
SLIDES = office("ppt/presentation.xml", "vnd.openxmlformats-officedocument.presentationml.presentation.main")
GOOD = {
    "pdf": (b"%PDF-1.7\n...", "application/pdf"),
    "pdf after a mark": (b"\xef\xbb\xbf\r\n%PDF-1.7\n...", "application/pdf"),
    "png": (b"\x89PNG\r\n\x1a\n....", "image/png"),
    "jpeg": (b"\xff\xd8\xff\xe0\0\x10JFIF", "image/jpeg"),
    "webp": (b"RIFF\x24\0\0\0WEBPVP8 ", "image/webp"),
    "docx": (WORD, f"{OPEN_XML}wordprocessingml.document"),
    "xlsx": (spreadsheet(), f"{OPEN_XML}spreadsheetml.sheet"),
    "pptx": (SLIDES, f"{OPEN_XML}presentationml.presentation"),
    "odt": (archive({"mimetype": f"{OPEN_DOCUMENT}text", "content.xml": ""}), f"{OPEN_DOCUMENT}text"),
    "ods": (archive({"mimetype": f"{OPEN_DOCUMENT}spreadsheet"}), f"{OPEN_DOCUMENT}spreadsheet"),
    "odp": (archive({"mimetype": f"{OPEN_DOCUMENT}presentation"}), f"{OPEN_DOCUMENT}presentation"),
    "text": ("Été à Évry\n".encode(), "text/plain"),
    "old text": ("Été à Évry\n".encode("cp1252"), "text/plain"),
    "calendar": (b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n", "text/calendar"),
}
BAD = {
    "program": b"MZ\x90\0\x03",
    "program for Linux": b"\x7fELF\x02\x01",
    "archive": archive({"a.txt": "x"}),
    "archive called document": archive({"word/document.xml": "<x/>"}),
    "damaged archive": WORD[:60],
    "page": b"<!DOCTYPE html><html><script>alert(1)</script>",
    "page after spaces": b"\xef\xbb\xbf \n<HTML>",
    "script in text": b"hello <script src=//x.example></script>",
    "drawing": b"<svg xmlns='http://www.w3.org/2000/svg' onload='x'/>",
    "shell": b"#!/bin/sh\nrm -rf /\n",
    "old office": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    "pdf behind a page": b"<html><script>x</script>%PDF-1.4",
    "nothing": b"",
    "bytes": bytes(range(256)),
    "other open document": archive({"mimetype": f"{OPEN_DOCUMENT}base"}),
    "index that is too large": archive({"[Content_Types].xml": "wordprocessingml.document.main" + " " * 2_000_000}),
}
ENABLED = "vnd.ms-word.document.macroEnabled.main"
MACROS = {
    "docm": office("word/document.xml", ENABLED),
    "docx with a project": office(
        "word/document.xml",
        "vnd.openxmlformats-officedocument.wordprocessingml.document.main",
        **{"word/vbaProject.bin": "x"},
    ),
    "odt with scripts": archive({"mimetype": f"{OPEN_DOCUMENT}text", "Basic/Standard/Module1.xml": "x"}),
}


@pytest.mark.parametrize("name", sorted(GOOD))
def test_what_is_accepted(name: str) -> None:
    data, kind = GOOD[name]
    found = type_of(data, "whatever.exe")
    assert (found.kind, found.accepted) == (kind, True) and kind in ACCEPTED


@pytest.mark.parametrize("name", sorted(BAD))
def test_what_is_not(name: str) -> None:
    assert not type_of(BAD[name], "report.pdf").accepted


@pytest.mark.parametrize("name", sorted(MACROS))
def test_documents_with_macros_are_told_apart(name: str) -> None:
    found = type_of(MACROS[name])
    assert found.macros and not found.accepted and found.kind in ACCEPTED


def test_a_name_tells_one_plain_text_from_another_only() -> None:
    assert type_of(b"a;b\n1;2\n", "x.csv").kind == "text/csv"
    assert type_of(b"a;b\n1;2\n", "x.pdf").kind == "text/plain"


@pytest.mark.parametrize(
    ("name", "kind", "kept"),
    [
        ("photo.JPEG", "image/jpeg", "photo.JPEG"),
        ("photo.pdf", "image/png", "photo.png"),
        ("invoice.pdf.exe", "application/pdf", "invoice.pdf.pdf"),
        ("report", "application/pdf", "report.pdf"),
        ("Dr. Who and the letter", "text/plain", "Dr. Who and the letter.txt"),
        ("x" * 120, "application/pdf", "x" * 116 + ".pdf"),
    ],
)
def test_a_name_ends_as_its_type_does(name: str, kind: str, kept: str) -> None:
    assert named(name, kind) == kept
