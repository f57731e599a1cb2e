"""What a file is, by what it holds. Pure: neither its name nor what its sender says is believed."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from functools import partial

ACCEPTED = {
    "application/pdf": "pdf",
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/webp": "webp",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "pptx",
    "application/vnd.oasis.opendocument.text": "odt",
    "application/vnd.oasis.opendocument.spreadsheet": "ods",
    "application/vnd.oasis.opendocument.presentation": "odp",
    "text/plain": "txt",
    "text/csv": "csv",
    "text/calendar": "ics",
}
"""The types that are accepted, with the end that their names get."""
_OPEN_XML = "application/vnd.openxmlformats-officedocument."
_OPEN_DOCUMENT = "application/vnd.oasis.opendocument."
# How the index of a document names its main part, without macros and with them.
_MAIN_PARTS = {
    f"{_OPEN_XML}wordprocessingml.document": ("wordprocessingml.document.main", "ms-word.document.macroEnabled.main"),
    f"{_OPEN_XML}spreadsheetml.sheet": ("spreadsheetml.sheet.main", "ms-excel.sheet.macroEnabled.main"),
    f"{_OPEN_XML}presentationml.presentation": (
        "presentationml.presentation.main",
        "ms-powerpoint.presentation.macroEnabled.main",
    ),
}
_MOST_ENTRIES = 5000
_MOST_INDEX = 1_000_000
_SAME_END = {"jpeg": "jpg", "jpe": "jpg", "text": "txt", "log": "txt", "md": "txt"}
# Text that a browser, or a shell, might run.
_NOT_PLAIN = (
    b"<!doctype",
    b"<html",
    b"<head",
    b"<body",
    b"<script",
    b"<svg",
    b"<?xml",
    b"<?php",
    b"<!--",
    b"<iframe",
    b"#!",
)


@dataclass(frozen=True, slots=True)
class Found:
    """A type; ``macros`` where it would be accepted without them."""

    kind: str
    macros: bool = False

    @property
    def accepted(self) -> bool:
        """Whether files like this are accepted."""
        return self.kind in ACCEPTED and not self.macros


UNKNOWN = Found("application/octet-stream")


def type_of(data: bytes, name: str = "") -> Found:
    """Return what bytes are. The name only tells one plain text from another."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return Found("image/png")
    if data.startswith(b"\xff\xd8\xff"):
        return Found("image/jpeg")
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return Found("image/webp")
    # Readers of PDF forgive what stands above; what stands there must be nothing that another program would run.
    if b"%PDF-" in data[:1024] and not data[: data.find(b"%PDF-")].strip(b"\0\r\n\t \xef\xbb\xbf"):
        return Found("application/pdf")
    if data.startswith(b"PK\x03\x04"):
        return _packed(data)
    return _text(data, name)


def _packed(data: bytes) -> Found:
    """Tell an office document from another archive: by what its own index says it is."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            if len(entries) > _MOST_ENTRIES:
                return Found("application/zip")
            names = {entry.filename for entry in entries}
            read = partial(_entry, archive)
            said = read("mimetype").decode("ascii", errors="replace").strip()
            if said.startswith(_OPEN_DOCUMENT):
                scripts = any(name.startswith(("Basic/", "Scripts/")) for name in names)
                return Found(said, macros=scripts)
            index = read("[Content_Types].xml").decode("utf-8", errors="replace")
            for kind, (plain, enabled) in _MAIN_PARTS.items():
                if enabled in index:
                    return Found(kind, macros=True)
                if plain in index:
                    return Found(kind, macros=any(name.lower().endswith("vbaproject.bin") for name in names))
    except Exception:  # noqa: BLE001 - an archive may be damaged in as many ways as it may be written
        return Found("application/zip")
    return Found("application/zip")


def _entry(archive: zipfile.ZipFile, name: str) -> bytes:
    """Return one entry of an archive, empty where it is not there or larger than any of its kind."""
    try:
        if archive.getinfo(name).file_size > _MOST_INDEX:
            return b""
        with archive.open(name) as file:
            return file.read(_MOST_INDEX)
    except KeyError:
        return b""


def _text(data: bytes, name: str) -> Found:
    """Tell plain text: no control characters, and nothing that a browser would take for a page."""
    if not data.strip() or b"\0" in data:
        return UNKNOWN
    if any(byte < 32 and byte not in b"\t\n\r\x0c\x1b" for byte in set(data)):
        return UNKNOWN
    start = data.removeprefix(b"\xef\xbb\xbf").lstrip()[:2000].lower()
    if start.startswith(_NOT_PLAIN) or b"<script" in start or b"<html" in start:
        return Found("text/html")
    if start.startswith(b"begin:vcalendar"):
        return Found("text/calendar")
    if name.lower().endswith(".csv"):
        return Found("text/csv")
    return Found("text/plain")


def named(name: str, kind: str) -> str:
    """Return a name that ends as its type does: what a name says otherwise is not believed."""
    end = ACCEPTED[kind]
    stem, dot, said = name.rpartition(".")
    if dot and _SAME_END.get(said.lower(), said.lower()) == end:
        return name
    return f"{(stem if dot and len(said) <= 5 else name)[: 119 - len(end)]}.{end}"
