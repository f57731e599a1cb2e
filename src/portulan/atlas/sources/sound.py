"""Is this the kind of file its name says? Asked of the first bytes, then of the whole, before it is accepted."""

from __future__ import annotations

import gzip
import zipfile
import zlib
from pathlib import Path

BLOCK = 1 << 20
ZIPS = frozenset({".zip", ".xlsx"})
CHECKED = ZIPS | {".gz"}  # kinds whose own bytes tell a whole file from a cut one
PAGES = frozenset({".html", ".htm", ".xhtml"})


class UnsoundError(Exception):
    """The bytes are not a whole file of the kind expected; the text says how it shows."""


def check_start(head: bytes, name: str, content_type: str = "") -> None:
    """Refuse at the first bytes what can never become the file: a web page, or anything but a zip for a zip."""
    suffix = Path(name).suffix.lower()
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:20].lower()
    page = text.startswith((b"<!doctype html", b"<html")) or content_type.lower().startswith("text/html")
    if page and suffix not in PAGES:
        raise UnsoundError("a web page came instead of the file")
    magic = b"PK" if suffix in ZIPS else b"\x1f\x8b" if suffix == ".gz" else b""
    if len(head) >= len(magic) and not head.startswith(magic):
        raise UnsoundError(f"what came is no {suffix} file")


def check_file(path: Path, name: str) -> None:
    """Refuse a file that is empty, a web page, or a compressed file that does not read to its end."""
    with path.open("rb") as file:
        head = file.read(1024)
    if not head:
        raise UnsoundError("the file is empty")
    check_start(head, name)
    suffix = Path(name).suffix.lower()
    if suffix in ZIPS:
        _check_zip(path)
    elif suffix == ".gz":
        _check_gzip(path)


def _check_zip(path: Path) -> None:
    """Read the directory at the end, then every member against its CRC-32."""
    try:
        with zipfile.ZipFile(path) as archive:
            if not archive.namelist():
                raise UnsoundError("the zip archive holds nothing")
            bad = archive.testzip()
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as fault:
        raise UnsoundError(f"the zip archive is damaged or cut ({fault})") from fault
    if bad is not None:
        raise UnsoundError(f"the zip archive is damaged: {bad} does not match its checksum")


def _check_gzip(path: Path) -> None:
    try:
        with gzip.open(path) as file:
            while file.read(BLOCK):
                pass
    except (gzip.BadGzipFile, zlib.error, EOFError) as fault:
        raise UnsoundError(f"the gzip file is damaged or cut ({fault})") from fault
