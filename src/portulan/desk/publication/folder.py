"""The folder of a publication: its mark, its lock, and what may be written or taken away in it."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from portulan.desk.publication.making import write_whole

MARK = ".portulan-publication.json"
"""Says that a folder is a publication, of what, and what it holds: no other folder is ever written into or cleaned."""
LOCK = ".portulan-publication.lock"
"""Held by the run that writes; an empty file."""
_TEMPORARY = re.compile(r"\.(.+)\.[0-9]+", re.DOTALL)


class PublicationError(Exception):
    """The publication cannot be written; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Held:
    """What the last run left: the identity of what it wrote (empty where it was cut short), and the print of each file.

    The print of a file that was only meant to be written is empty.
    """

    identity: str
    files: Mapping[str, str]

    def whole(self, out: Path) -> bool:
        """Return whether every file is there as it was written."""
        return all(print_of(out / name) == noted for name, noted in self.files.items())


def last(out: Path) -> Held | None:
    """Return what the last run left, or None for a new folder; refuse a folder that is somebody else's."""
    mark = out / MARK
    if mark.is_file():
        try:
            found = json.loads(mark.read_text(encoding="utf-8"))
            files = found["files"]
            noted = files if isinstance(files, dict) else dict.fromkeys(files, "")
            if not isinstance(files, dict | list) or not all(_plain(name) for name in noted):
                raise ValueError("names that are no files of a publication")
            return Held(str(found["identity"]), {name: str(digest) for name, digest in noted.items()})
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise PublicationError(f"{mark} is damaged; give another folder, or empty this one") from error
    if out.exists() and (not out.is_dir() or any(not _ours(path.name) for path in out.iterdir())):
        raise PublicationError(f"{out} holds something that is not a publication; give a new or an empty folder")
    return None


def _plain(name: object) -> bool:
    """Return whether a name of the mark stays in the folder, whatever the system makes of it."""
    if not isinstance(name, str) or not name or "\\" in name or ":" in name or not name.isprintable():
        return False
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and str(path) == name


def _ours(name: str) -> bool:
    """Return whether a run that was cut short before its mark leaves a file of this name."""
    found = _TEMPORARY.fullmatch(name)
    return name == LOCK or (found is not None and found[1] == MARK)


def mark(out: Path, identity: str, files: Mapping[str, str]) -> None:
    """Say what the folder holds."""
    text = json.dumps({"identity": identity, "files": dict(sorted(files.items()))}, indent=0)
    write_whole(out / MARK, text.encode())


def print_of(path: Path) -> str:
    """Return the SHA-256 of a file, or nothing where there is none."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return "missing"


def stays_inside(out: Path, names: Iterable[str]) -> None:
    """Refuse a folder in which one of these files would stand elsewhere, by a link to another folder."""
    root = out.resolve()
    for parent in {PurePosixPath(name).parent for name in names}:
        if not (root / parent).resolve().is_relative_to(root):
            raise PublicationError(f"{out / parent} leads out of {out}; take this link away, or give another folder")


@contextmanager
def alone(out: Path) -> Iterator[None]:
    """Be the only run that writes into a folder; refuse while another is."""
    out.mkdir(parents=True, exist_ok=True)
    # A link in place of the lock is not followed: nothing is made elsewhere.
    held = os.open(out / LOCK, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o644)
    try:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise PublicationError(f"another run is writing in {out}; wait until it is done") from error
        yield
    finally:
        os.close(held)


def sweep(out: Path, names: Collection[str]) -> None:
    """Take away what a run that was killed was just writing."""
    known = {*names, MARK}
    for folder, _, files in os.walk(out):
        for file in files:
            found = _TEMPORARY.fullmatch(file)
            if found and (Path(folder, found[1]).relative_to(out)).as_posix() in known:
                Path(folder, file).unlink(missing_ok=True)


def take_away(out: Path, names: Iterable[str]) -> int:
    """Take files away, with the folders that they leave empty; return how many there were."""
    gone = 0
    for name in names:
        path = out / name
        try:
            path.unlink()
        except FileNotFoundError:
            continue
        gone += 1
        with suppress(OSError):
            for parent in path.relative_to(out).parents[:-1]:
                (out / parent).rmdir()
    return gone
