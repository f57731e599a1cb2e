"""Writes of this room: the folder of a publication, in two processes, and only what changed."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import asdict, dataclass
from pathlib import Path

import portulan
from portulan.desk.core import slots
from portulan.desk.markets import selectors
from portulan.desk.publication import folder, making, robots
from portulan.desk.publication.folder import MARK, PublicationError
from portulan.desk.publication.pages import Page, Wanted

__all__ = ["CHUNK", "MARK", "PublicationError", "Published", "publish"]
CHUNK = 45
"""Pages a process makes before it is given more: less than a second of work, so that progress moves."""
Progress = Callable[[int, int], None]


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
    # Before the lock too: nothing is put into a folder that is somebody else's.
    folder.last(out)
    every = making.pages_of(wanted)
    with folder.alone(out):
        before = folder.last(out)
        held = dict(before.files) if before else {}
        expected = [*making.names(wanted), *robots.names(every, at)]
        folder.stays_inside(out, [*held, *expected])
        identity = _identity(wanted, live, at)
        if before and before.identity == identity and before.whole(out):
            return Published(len(held), len(every), 0, 0, fresh=True)
        # Marked first, with what will be written: what a run that is cut short leaves is known to the next one.
        folder.mark(out, "", {**dict.fromkeys(expected, ""), **held})
        folder.sweep(out, {*held, *expected})
        made = _write(out, wanted, live, at, every, processes, progress)
        gone = folder.take_away(out, held.keys() - made.keys())
        folder.mark(out, identity, {name: folder.print_of(out / name) for name in made})
        return Published(len(made), len(every), sum(made.values()), gone, fresh=False)


def _write(
    out: Path, wanted: Wanted, live: str, at: str, every: Sequence[Page], processes: int, progress: Progress
) -> dict[str, bool]:
    """Write every file; return the name of each, and whether it changed."""
    made = {**dict(making.write_common(out, wanted, live)), **dict(robots.write(out, every, at))}
    done = 0
    for files, pages in _in_parallel(out, wanted, live, every, processes):
        made.update(files)
        done += pages
        progress(done, len(every))
    return made


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
    pool = ProcessPoolExecutor(processes, mp_context=context, initializer=making.start_worker, initargs=given)
    try:
        waiting: dict[Future[list[tuple[str, bool]]], int] = {
            pool.submit(making.write_in_worker, chunk): len(chunk) for chunk in chunks
        }
        while waiting:
            ready, _ = wait(waiting, return_when=FIRST_COMPLETED)
            for future in ready:
                yield future.result(), waiting.pop(future)
    except BrokenProcessPool as error:
        raise PublicationError("a process that makes pages was ended; run again, what is whole is kept") from error
    finally:
        pool.shutdown(cancel_futures=True)


def _identity(wanted: Wanted, live: str, at: str) -> str:
    """Return what the content of every file follows from: release, slots, program, and what was asked."""
    said = [asdict(wanted), live, at, making.release_id(), slots.version(), portulan.__version__]
    digest = hashlib.sha256(json.dumps(said).encode())
    root = Path(portulan.__file__).parent
    for path in sorted(root.rglob("*")):
        if path.is_file() and path.suffix in (".py", ".html", ".css", ".js", ".po", ".svg", ".csv", ".toml"):
            digest.update(path.relative_to(root).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()
