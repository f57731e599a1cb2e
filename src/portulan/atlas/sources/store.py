"""Where pulled files live, and how a new one takes its place without ever endangering the old one.

Layout: ``<home>/<name>/<vintage>/<file>`` with ``receipt.json`` beside it. While a file is on its way,
``<file>.part`` holds the bytes received and ``<file>.part.json`` what must be known to go on later.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

from portulan.atlas.errors import AtlasError

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

BLOCK = 1 << 20


class FetchError(AtlasError):
    """A file could not be pulled; the text says why and what to do, and the old copy is untouched."""

    def __init__(self, problem: str, *, todo: str) -> None:
        self.problem, self.todo = problem, todo
        super().__init__(f"{problem}; {todo}")


@dataclass(frozen=True, slots=True)
class Receipt:
    """What is known of a pulled file: where it came from, how long it is, its hash, when and by which tool.

    ``vouched`` is true where the SHA-256 was known beforehand (passport or ``--sha256``) and matched.
    """

    source: str
    url: str
    file: str
    length: int
    sha256: str
    vouched: bool
    etag: str
    last_modified: str
    fetched_at: str
    tool: str


@dataclass(frozen=True, slots=True)
class Note:
    """What the sidecar of a part remembers: the entity the bytes belong to."""

    url: str
    etag: str
    last_modified: str
    total: int | None

    @property
    def validator(self) -> str:
        """Return what may stand in ``If-Range``: a strong ETag, else the date, else nothing."""
        return self.etag if self.etag and not self.etag.startswith("W/") else self.last_modified


def data_home(environ: Mapping[str, str] | None = None) -> Path:
    """Return the folder of pulled files: ``PORTULAN_DATA``, else ``portulan`` in the XDG data folder."""
    env = os.environ if environ is None else environ
    if env.get("PORTULAN_DATA"):
        return Path(env["PORTULAN_DATA"]).expanduser().absolute()
    xdg = env.get("XDG_DATA_HOME", "")
    # The XDG specification: a relative path there is to be ignored.
    base = Path(xdg) if Path(xdg).is_absolute() else Path.home() / ".local" / "share"
    return base / "portulan"


def folder(name: str, vintage: str, edition: str = "", home: Path | None = None) -> Path:
    """Return the folder of one vintage of one source; each edition (an HS revision) has its own."""
    return (home or data_home()) / name / (f"{vintage}-{edition}" if edition else vintage)


def read_receipt(path: Path) -> Receipt | None:
    """Return the receipt written there, or nothing where it is absent or not readable as one."""
    try:
        return Receipt(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def write_json(path: Path, value: Mapping[str, Any]) -> None:
    """Write a small JSON file whole or not at all."""
    draft = path.with_name(path.name + ".new")
    with draft.open("w", encoding="utf-8") as out:
        json.dump(value, out, ensure_ascii=False, indent=2, sort_keys=True)
        out.write("\n")
        out.flush()
        os.fsync(out.fileno())
    draft.replace(path)


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file, read by blocks."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()


class Part:
    """The bytes of a file on its way, beside the place it will take."""

    def __init__(self, target: Path) -> None:
        self.target = target
        self.path = target.with_name(target.name + ".part")
        self.sidecar = target.with_name(target.name + ".part.json")

    def size(self) -> int:
        """Return the number of bytes kept so far."""
        return self.path.stat().st_size if self.path.exists() else 0

    def note(self) -> Note | None:
        """Return what the sidecar says, or nothing where it is absent or damaged."""
        try:
            note = Note(**json.loads(self.sidecar.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None
        return note if note.total is None or isinstance(note.total, int) else None

    def begun(self, url: str, *, vouched: bool) -> tuple[Note | None, int]:
        """Return the entity and the length of what may be continued, or nothing and 0.

        Without a validator only a hash known beforehand (``vouched``) can answer for bytes of two answers.
        """
        note, have = self.note(), self.size()
        good = note is not None and have > 0 and note.url == url and (note.total or have) >= have
        if note and good and (note.validator or vouched):
            return note, have
        return None, 0

    def begin(self, note: Note) -> IO[bytes]:
        """Forget earlier bytes, remember the entity, and open for writing from the start."""
        # Bytes go before the note: a kill in between must not leave old bytes under a new note.
        self.path.open("wb").close()
        write_json(self.sidecar, asdict(note))
        return self.path.open("wb", buffering=0)

    def resume(self) -> IO[bytes]:
        """Open for writing after the bytes already there."""
        return self.path.open("ab", buffering=0)

    def discard(self) -> None:
        """Remove what was kept."""
        self.path.unlink(missing_ok=True)
        self.sidecar.unlink(missing_ok=True)

    def install(self, receipt: Receipt, receipt_path: Path) -> None:
        """Put the part in the place of the old copy in one step, then write its receipt."""
        with self.path.open("rb+") as file:
            os.fsync(file.fileno())
        self.path.replace(self.target)
        # A stop here leaves the new file under the old receipt; its hash tells, so the next pull starts over.
        write_json(receipt_path, asdict(receipt))
        self.sidecar.unlink(missing_ok=True)
        _sync_folder(self.target.parent)


@contextlib.contextmanager
def locked(target: Path) -> Iterator[None]:
    """Hold the right to pull into this place; the system frees it even if the process is killed."""
    path = target.with_name(f".{target.name}.lock")
    while True:
        file = path.open("ab")
        try:
            _lock(file)
        except (BlockingIOError, PermissionError):
            file.close()
            raise FetchError(
                f"another pull is already writing {target}", todo="wait for it to end, or stop it, then run this again"
            ) from None
        # Whoever held it before removed the file: a lock on a removed file protects nothing, take it again.
        if path.exists() and path.stat().st_ino == os.fstat(file.fileno()).st_ino:
            break
        file.close()
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)
        file.close()


def _lock(file: IO[bytes]) -> None:
    if sys.platform == "win32":
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _sync_folder(path: Path) -> None:
    # Without it a power cut may undo the rename. Windows cannot open a folder: nothing to do there.
    with contextlib.suppress(OSError):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
