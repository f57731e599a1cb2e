"""Writes of this room: the folder of a publication, in two processes, and only what changed."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import portulan
from portulan.desk.markets import selectors
from portulan.desk.publication import making, robots
from portulan.desk.publication.pages import Page, Wanted

MARK = ".portulan-publication.json"
"""Says that a folder is a publication, of what, and what it holds: no other folder is ever written into or cleaned."""
CHUNK = 45
"""Pages a process makes before it is given more: less than a second of work, so that progress moves."""
Progress = Callable[[int, int], None]


class PublicationError(Exception):
    """The publication cannot be written; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Published:
    """What a run did: files there are, written because they changed, taken away because they are no more.

    ``fresh`` is true where the last run had already written this release with this program.
    """

    files: int
    pages: int
    written: int
    removed: int
    fresh: bool


def publish(
    out: Path,
    wanted: Wanted,
    live: str = "",
    *,
    at: str = "",
    processes: int = 2,
    progress: Progress = lambda done, total: None,
) -> Published:
    """Write the public atlas of one exporter into `out`; return what was done.

    Nothing is made where the last run wrote the same release with the same program. A file is replaced whole, and only
    where its content changed. `at` is the public address of the files, as `robots.public_address` gives it. Raises
    `PublicationError` where `out` holds something else, or cannot be written.
    """
    try:
        return _publish(out, wanted, live, at, processes, progress)
    except OSError as error:
        reason = error.strerror or str(error)
        raise PublicationError(
            f"{error.filename or out} cannot be written ({reason}); what was whole is still there"
        ) from error


def _publish(out: Path, wanted: Wanted, live: str, at: str, processes: int, progress: Progress) -> Published:
    before = _last(out)
    held = set(before["files"]) if before else set()
    identity = _identity(wanted, live, at)
    every = making.pages_of(wanted)
    if before and before["identity"] == identity and all((out / name).is_file() for name in held):
        return Published(len(held), len(every), 0, 0, fresh=True)
    out.mkdir(parents=True, exist_ok=True)
    # Marked first: a run that is cut short leaves a folder that the next one knows for its own.
    _mark(out, "", held)
    made: set[str] = set()
    written = 0
    for name, changed in (*making.write_common(out, wanted, live), *robots.write(out, every, at)):
        made.add(name)
        written += changed
    done = 0
    for files, pages in _in_parallel(out, wanted, live, every, processes):
        for name, changed in files:
            made.add(name)
            written += changed
        done += pages
        progress(done, len(every))
    gone = held - made
    for name in gone:
        (out / name).unlink(missing_ok=True)
    _mark(out, identity, made)
    return Published(len(made), len(every), written, len(gone), fresh=False)


def _in_parallel(
    out: Path, wanted: Wanted, live: str, every: Sequence[Page], processes: int
) -> Iterator[tuple[list[tuple[str, bool]], int]]:
    """Yield the files of one chunk of pages after another, as they are ready."""
    chunks = [every[start : start + CHUNK] for start in range(0, len(every), CHUNK)]
    if processes < 2:
        worker = making.Maker(out, wanted, live)
        for chunk in chunks:
            yield worker.write(chunk), len(chunk)
        return
    # Started anew, not forked: a connection to the release must not be shared.
    context = multiprocessing.get_context("spawn")
    given = (str(selectors.release_path()), out, wanted, live)
    with ProcessPoolExecutor(processes, mp_context=context, initializer=making.start_worker, initargs=given) as pool:
        waiting: dict[Future[list[tuple[str, bool]]], int] = {
            pool.submit(making.write_in_worker, chunk): len(chunk) for chunk in chunks
        }
        while waiting:
            ready, _ = wait(waiting, return_when=FIRST_COMPLETED)
            for future in ready:
                yield future.result(), waiting.pop(future)


def _last(out: Path) -> dict[str, Any] | None:
    """Return what the last run left, or None for a new folder; refuse a folder that is somebody else's."""
    mark = out / MARK
    if mark.is_file():
        try:
            found = json.loads(mark.read_text(encoding="utf-8"))
            return {"identity": str(found["identity"]), "files": [str(name) for name in found["files"]]}
        except (ValueError, KeyError, TypeError) as error:
            raise PublicationError(f"{mark} is damaged; give another folder, or empty this one") from error
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise PublicationError(f"{out} holds something that is not a publication; give a new or an empty folder")
    return None


def _mark(out: Path, identity: str, files: Iterable[str]) -> None:
    text = json.dumps({"identity": identity, "files": sorted(files)}, indent=0)
    making.write_whole(out / MARK, text.encode())


def _identity(wanted: Wanted, live: str, at: str) -> str:
    """Return what the content of every file follows from: release, program, and what was asked."""
    digest = hashlib.sha256(json.dumps([asdict(wanted), live, at, making.release_id(), portulan.__version__]).encode())
    root = Path(portulan.__file__).parent
    for path in sorted(root.rglob("*")):
        if path.is_file() and path.suffix in (".py", ".html", ".css", ".js", ".po", ".svg", ".csv", ".toml"):
            digest.update(path.relative_to(root).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()
