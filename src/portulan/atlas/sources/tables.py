"""Opening somebody's file safely: text, CSV, JSON, gzip and zip, with every bad file told as it is.

Everything streams and everything is bounded: a line of five gigabytes, an archive that swells, a path that climbs out
of its folder or a page of HTML saved under the name of a CSV each end in a ``BadInputError`` that says what to do.
Nothing here extracts to disk, and nothing here knows what a source means.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import stat
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any, NoReturn

from portulan.atlas.errors import BadInputError

AGAIN = "download the file again from its publisher"
HEAD = 65_536
_OTHER_FORMATS: tuple[tuple[bytes, str, str], ...] = (
    (b"\xd0\xcf\x11\xe0", "an Excel workbook (.xls)", "open it in a spreadsheet and save the sheet as CSV (UTF-8)"),
    (b"PAR1", "a Parquet file", "give the published text file"),
    (b"%PDF", "a PDF document", AGAIN),
    (b"7z\xbc\xaf", "a 7z archive", "unpack it and give the file inside"),
    (b"<stata_dta>", "a Stata file", "export it as CSV (UTF-8)"),
)


@dataclass(frozen=True, slots=True)
class ZipMember:
    """One file of an archive: its name, its size in bytes once unpacked, and packed."""

    name: str
    size: int
    packed: int


@dataclass(frozen=True, slots=True)
class Table:
    """A delimited text whose header was checked: ``column`` gives the place of each name in a row of ``rows``.

    ``rows`` yields (line number in the file, fields); a row may have too few or too many fields: the reader counts it.
    """

    file: str
    header: tuple[str, ...]
    column: Mapping[str, int]
    delimiter: str
    rows: Iterator[tuple[int, list[str]]]

    def has(self, *names: str) -> bool:
        """Tell whether every one of these columns is there."""
        return all(name in self.column for name in names)


def label(path: Path, member: str | None = None) -> str:
    """Return the name under which a file (or a member of an archive) is spoken of: never the folder of a machine."""
    return f"{path.name}/{member}" if member else path.name


def is_zip(path: Path) -> bool:
    """Tell whether the file begins as a zip archive does (a truncated one included)."""
    return _head(path, 4) in (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")


def checked_members(
    zip_path: Path, *, max_total: int = 64 << 30, max_ratio: int = 250, max_members: int = 10_000
) -> list[ZipMember]:
    """Return the files of an archive, refusing it whole when a name, a size or a kind is hostile.

    ``max_total`` bounds the unpacked bytes, ``max_ratio`` unpacked over packed for anything of more than 16 MB.
    """
    with _told(zip_path.name), zipfile.ZipFile(zip_path) as archive:
        infos = archive.infolist()
        packed = max(1, zip_path.stat().st_size)
    if not infos:
        _refuse(zip_path, "the archive is empty", AGAIN)
    if len(infos) > max_members:
        _refuse(zip_path, f"the archive holds {len(infos)} files, at most {max_members} are read", AGAIN)
    seen: set[str] = set()
    for info in infos:
        _check_name(zip_path, info)
        if info.filename in seen:
            _refuse(zip_path, f"the archive holds {info.filename!r} twice", "keep one of the two")
        seen.add(info.filename)
        if info.flag_bits & 0x1:
            _refuse(zip_path, f"{info.filename!r} is encrypted", "give the published archive, without a password")
    total = sum(info.file_size for info in infos)
    if total > max_total or (total > 16 << 20 and total > max_ratio * packed):
        _refuse(zip_path, f"the archive would swell from {packed} to {total} bytes", "do not open it; " + AGAIN)
    return [ZipMember(i.filename, i.file_size, i.compress_size) for i in infos if not i.is_dir()]


def _check_name(zip_path: Path, info: zipfile.ZipInfo) -> None:
    """Refuse a member whose name climbs, is absolute, hides a character, or which is a link."""
    name = info.orig_filename
    parts = PurePosixPath(name.replace("\\", "/")).parts
    hostile = (
        not name.strip()
        or ".." in parts
        or name.startswith(("/", "\\"))
        or (len(name) > 1 and name[1] == ":")
        or "\\" in name
        or any(ord(character) < 32 for character in name)
    )
    if hostile:
        _refuse(zip_path, f"the archive holds a hostile path {name[:80]!r}", "do not unpack it; " + AGAIN)
    if stat.S_ISLNK(info.external_attr >> 16):
        _refuse(zip_path, f"{name[:80]!r} is a symbolic link", "do not unpack it; " + AGAIN)


@contextmanager
def open_bytes(path: Path, member: str | None = None) -> Iterator[IO[bytes]]:
    """Open a file, a gzip file (unpacked as it is read) or one member of a checked archive, as bytes."""
    if member is not None:
        if member not in {m.name for m in checked_members(path)}:
            _refuse(path, f"the archive holds no file {member!r}", AGAIN)
        with _told(label(path, member)), zipfile.ZipFile(path) as archive, archive.open(member) as stream:
            yield stream
        return
    with _told(path.name):
        if _head(path, 2) == b"\x1f\x8b":
            with gzip.open(path) as unpacked:
                yield unpacked  # type: ignore[misc]  # GzipFile is a binary stream in all but its declared type
        else:
            with path.open("rb") as plain:
                yield plain


def detect_encoding(path: Path, member: str | None = None, fallback: str | None = None) -> str:
    """Return the encoding of a text: a byte-order mark, else UTF-16 seen by its zero bytes, else UTF-8.

    With a ``fallback`` (a source known to publish, say, Latin-1) the whole file is tried as UTF-8 first.
    """
    with open_bytes(path, member) as stream:
        head = stream.read(HEAD)
        _refuse_other_formats(label(path, member), head)
        if head.startswith(b"\xef\xbb\xbf"):
            return "utf-8-sig"
        if head.startswith((b"\xff\xfe", b"\xfe\xff")):
            return "utf-16"
        # Latin letters in UTF-16 have a zero in every second byte; a file of nothing but zeros is not text at all.
        even, odd = head[0::2].count(0), head[1::2].count(0)
        if max(even, odd) > len(head) // 5 and min(even, odd) * 4 < max(even, odd):
            return "utf-16-le" if odd > even else "utf-16-be"
        return "utf-8" if fallback is None or _is_utf8(head, stream) else fallback


def _is_utf8(head: bytes, stream: IO[bytes]) -> bool:
    import codecs

    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        decoder.decode(head)
        while chunk := stream.read(1 << 20):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def open_text(
    path: Path,
    member: str | None = None,
    max_line: int = 1_000_000,
    *,
    encoding: str | None = None,
    fallback: str | None = None,
) -> Iterator[tuple[int, str]]:
    """Yield (line number from 1, line without its end) of a text, gzip or archived text; a line is read bounded.

    A line of more than ``max_line`` characters, a byte that is not of the encoding, a truncated archive or an empty
    file is a ``BadInputError``. Lines end at LF, CR LF or CR, and nowhere else.
    """
    name = label(path, member)
    chosen = encoding or detect_encoding(path, member, fallback)
    number = 0
    with open_bytes(path, member) as stream:
        text = io.TextIOWrapper(stream, encoding=chosen, errors="strict", newline=None)
        try:
            while line := text.readline(max_line + 1):
                number += 1
                if len(line) > max_line and line[-1] != "\n":
                    raise BadInputError(
                        f"a line of more than {max_line} characters", todo=AGAIN, file=name, line=number
                    )
                yield number, line[:-1] if line[-1] == "\n" else line
        except UnicodeError as error:
            # A decoder works on a block; every whole line before that block was handed out already.
            block = error.object[: error.start] if isinstance(error, UnicodeDecodeError) else b""
            bad = number + 1 + block.count(b"\n")
            todo = "save it as UTF-8, or " + AGAIN
            raise BadInputError(f"a byte is not {chosen}", todo=todo, file=name, line=bad) from error
    if number == 0:
        raise BadInputError("the file is empty", todo=AGAIN, file=name)


def open_table(
    path: Path,
    needed: Sequence[str],
    *,
    member: str | None = None,
    delimiters: str = ",",
    skip: int = 0,
    encoding: str | None = None,
    fallback: str | None = None,
) -> Table:
    """Open a delimited text whose header holds the ``needed`` columns; ``delimiters`` are those the source may use.

    ``skip`` lines come before the header (the World Bank puts four). A record over several lines is refused: no source
    read here has one, and an unbalanced quote would otherwise swallow the rows that follow it.
    """
    name = label(path, member)
    lines = open_text(path, member, encoding=encoding, fallback=fallback)
    line, first = next(((n, text) for n, text in lines if n > skip), (0, ""))
    if not line:
        raise BadInputError("the file ends before its header", todo=AGAIN, file=name)
    delimiter = _delimiter(first, needed, delimiters, name, line)
    header = _split(first, delimiter, name, line)
    column = require_columns(header, needed, name, line)
    return Table(name, tuple(header), column, delimiter, _records(lines, delimiter, name, line))


def _records(
    lines: Iterator[tuple[int, str]], delimiter: str, name: str, offset: int
) -> Iterator[tuple[int, list[str]]]:
    """Yield the records after the header with their line (an empty line is none); a table without any is refused."""
    reader = csv.reader((text + "\n" for _, text in lines), delimiter=delimiter, strict=True)
    expected, found = 0, False
    try:
        for fields in reader:
            expected += 1
            if reader.line_num != expected:
                todo = "look for a quotation mark that is not closed"
                problem = "a quoted field runs over several lines"
                raise BadInputError(problem, todo=todo, file=name, line=offset + expected)
            if fields and (fields[0].strip() or any(field.strip() for field in fields)):
                found = True
                yield offset + expected, fields
    except csv.Error as error:
        todo = "look for a quotation mark that is not closed; " + AGAIN
        raise BadInputError(f"not a table: {error}", todo=todo, file=name, line=offset + expected + 1) from error
    if not found:
        raise BadInputError("there is no row after the header", todo=AGAIN, file=name, line=offset)


def _split(text: str, delimiter: str, name: str, line: int) -> list[str]:
    try:
        return [field.strip() for field in next(csv.reader([text], delimiter=delimiter, strict=True), [])]
    except csv.Error as error:
        raise BadInputError(f"the header is not a table: {error}", todo=AGAIN, file=name, line=line) from error


def _delimiter(text: str, needed: Sequence[str], delimiters: str, name: str, line: int) -> str:
    """Return the accepted delimiter under which the header holds most needed names; refuse another one by name."""

    def found(delimiter: str) -> int:
        # csv stays lenient here: a strict parse would refuse a header before we can say which delimiter it has.
        header = [field.strip() for field in next(csv.reader([text], delimiter=delimiter), [])]
        return len(set(needed) & set(header))

    best = max(delimiters, key=found)
    other = max(",;\t|", key=found)
    if found(other) > max(1, found(best)):
        shown = {"\t": "tab"}
        wants = " or ".join(shown.get(d, d) for d in delimiters)
        problem = f"columns are separated by {shown.get(other, other)!r}, {wants!r} expected"
        raise BadInputError(problem, todo="save it with the published delimiter", file=name, line=line)
    return best


def require_columns(header: Sequence[str], needed: Sequence[str], file: str | Path, line: int = 1) -> dict[str, int]:
    """Return the place of each column, refusing a header without one of ``needed`` or with one of them twice."""
    for wanted in needed:
        count = list(header).count(wanted)
        if count != 1:
            problem = "the column is missing" if count == 0 else f"the column is there {count} times"
            seen = ", ".join(header)[:200]
            todo = f"the header reads: {seen}. Give the file as published"
            raise BadInputError(problem, todo=todo, file=file, line=line, field=wanted)
    return {name: place for place, name in reversed(list(enumerate(header)))}


def read_json(path: Path, member: str | None = None, max_bytes: int = 1 << 30) -> Any:
    """Return a JSON document of at most ``max_bytes``; an object naming a key twice is refused (one would be lost)."""
    name = label(path, member)
    with open_bytes(path, member) as stream:
        raw = stream.read(max_bytes + 1)
    if not raw.strip():
        raise BadInputError("the file is empty", todo=AGAIN, file=name)
    if len(raw) > max_bytes:
        raise BadInputError(f"more than {max_bytes} bytes of JSON", todo="ask for fewer years at a time", file=name)
    _refuse_other_formats(name, raw[:HEAD])

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            raise BadInputError("an object names a key twice", todo=AGAIN, file=name)
        return found

    try:
        return json.loads(raw, object_pairs_hook=once)
    except json.JSONDecodeError as error:
        raise BadInputError(f"not JSON: {error.msg}", todo=AGAIN, file=name, line=error.lineno) from error
    except (ValueError, RecursionError) as error:
        raise BadInputError(f"not JSON: {error}", todo=AGAIN, file=name) from error


def _refuse_other_formats(name: str, head: bytes) -> None:
    """Say what a file is when it is clearly not the text it should be."""
    for magic, what, todo in _OTHER_FORMATS:
        if head.startswith(magic):
            raise BadInputError(f"this is {what}", todo=todo, file=name)
    if head.startswith(b"PK\x03\x04"):
        raise BadInputError("this is a zip archive (or .xlsx)", todo="give the text file inside", file=name)
    start = head[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html")):
        raise BadInputError("this is a web page, not data", todo=AGAIN + " (an error page was saved)", file=name)


def _head(path: Path, size: int) -> bytes:
    with _told(path.name), path.open("rb") as stream:
        return stream.read(size)


@contextmanager
def _told(name: str) -> Iterator[None]:
    """Turn what the system and the archive libraries raise into a ``BadInputError``."""
    try:
        yield
    except FileNotFoundError as error:
        raise BadInputError("there is no such file", todo="check the path", file=name) from error
    except IsADirectoryError as error:
        raise BadInputError("this is a folder", todo="give the file itself", file=name) from error
    except (zipfile.BadZipFile, zlib.error, gzip.BadGzipFile, EOFError) as error:
        raise BadInputError(f"the archive is damaged or truncated ({error})", todo=AGAIN, file=name) from error
    except (NotImplementedError, RuntimeError) as error:
        raise BadInputError(f"the archive cannot be unpacked ({error})", todo=AGAIN, file=name) from error
    except OSError as error:
        raise BadInputError(f"the file cannot be read ({error.strerror})", todo="check it", file=name) from error


def _refuse(path: Path, problem: str, todo: str) -> NoReturn:
    raise BadInputError(problem, todo=todo, file=path.name)
