"""Files that are nobody's but the desk's: random names in the home, readable by its owner only, never served.

A file is written in the transaction of the row that names it: it is on the disk before that is committed, so that no
row names what is not there. What is undone, or killed, leaves a file without a row; `sweep` takes it away.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from django.conf import settings

A_DAY = 24 * 3600


def folder(kind: str) -> Path:
    """Return the folder of one kind of files (``mail``, ``files``), made if it is not there."""
    path = Path(settings.HOME) / "private" / kind
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.parent.chmod(0o700)
    return path


def new_name() -> str:
    """Return a name that no file has, and that nobody guesses."""
    return secrets.token_hex(16)


def write(kind: str, name: str, data: bytes) -> None:
    """Write bytes under a new name; when this returns they are on the disk. Raises `OSError` where they are not."""
    path = _path(kind, name)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    making = path.with_suffix(".part")
    try:
        with os.fdopen(os.open(making, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        making.replace(path)
        for parent in (path.parent, path.parent.parent):
            _on_disk(parent)
    except OSError:
        making.unlink(missing_ok=True)
        raise


def read(kind: str, name: str) -> bytes:
    """Return what was written under a name. Raises `OSError` where it is gone."""
    return _path(kind, name).read_bytes()


def remove(kind: str, name: str) -> None:
    """Take a file away; one that is gone already is no fault."""
    if name:
        _path(kind, name).unlink(missing_ok=True)


def sweep(kind: str, known: Callable[[Iterable[str]], set[str]], older_than: float = A_DAY) -> int:
    """Take away files that no row names and that are older than any transaction lasts; return how many.

    ``known`` is given names and returns those that a row names.
    """
    gone = 0
    before = time.time() - older_than
    for shelf in sorted(path for path in folder(kind).iterdir() if path.is_dir()):
        old = [path for path in shelf.iterdir() if path.stat().st_mtime < before]
        named = known([path.name for path in old])
        for path in old:
            if path.name not in named:
                path.unlink(missing_ok=True)
                gone += 1
    return gone


def _path(kind: str, name: str) -> Path:
    """Return where a name stands: in one of 256 shelves, for folders of a million files are slow."""
    if len(name) != 32 or set(name) - set("0123456789abcdef"):
        raise ValueError(f"{name!r} is no name of ours")
    return folder(kind) / name[:2] / name


def _on_disk(parent: Path) -> None:
    """Have a folder's entries on the disk too, where the system knows how."""
    with contextlib.suppress(OSError):
        descriptor = os.open(parent, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
