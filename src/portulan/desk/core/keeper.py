"""The process between the site and its worker: it starts the worker again when that dies, and dies with the site.

It loads neither Django nor a room, so that it takes no room and nothing of theirs can break it. The site cannot do it
itself: its server forks, waits for every child of the process, and would take ours for one of its own.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time

_MODULE = "portulan.desk.core.keeper"
_PR_SET_PDEATHSIG = 1
LONGEST, STEADY = 60.0, 60.0
"""Seconds: the longest wait before the worker is started again, and how long it must have lived for a short one."""
_LOOK = 0.5
_GRACE = 8.0


def start() -> subprocess.Popen[bytes]:
    """Start the keeper, with a worker, as a child of this process."""
    return _run("keep")


def _run(what: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", _MODULE, what, str(os.getpid())])  # noqa: S603 - our own words


def stop(keeper: subprocess.Popen[bytes]) -> None:
    """Tell the keeper to stop. A mail under way is sent to its end, and nobody waits for a slow server."""
    keeper.terminate()
    try:
        keeper.wait(_GRACE)
    except subprocess.TimeoutExpired:
        keeper.kill()


def die_with(parent: int) -> bool:
    """Be told to stop when the parent dies, however it dies; return whether it still lives."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    # It may have died before that: then nobody would tell. Other systems are asked again and again.
    return os.getppid() == parent


class Keeper:
    """Starts the worker, and starts it again."""

    def __init__(self, parent: int) -> None:
        self._parent = parent
        self._stopping = False
        self._worker: subprocess.Popen[bytes] | None = None

    def run(self) -> int:
        """Keep a worker until told to stop, or until the parent is gone."""
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, self._told)
        wait = 1.0
        while not self._done():
            began = time.monotonic()
            self._worker = _run("work")
            code = self._until_it_ends(self._worker)
            if self._done():
                break
            wait = 1.0 if time.monotonic() - began > STEADY else min(LONGEST, wait * 2)
            print(f"portulan: the worker ended ({code}); it is started again in {wait:.0f} s", file=sys.stderr)  # noqa: T201
            self._sleep(wait)
        return 0

    def _until_it_ends(self, worker: subprocess.Popen[bytes]) -> int:
        while True:
            try:
                return worker.wait(_LOOK)
            except subprocess.TimeoutExpired:
                if self._done():
                    worker.terminate()
                    return worker.wait()

    def _sleep(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while not self._done() and time.monotonic() < end:
            time.sleep(_LOOK)

    def _done(self) -> bool:
        return self._stopping or os.getppid() != self._parent

    def _told(self, *_: object) -> None:
        self._stopping = True


def main(what: str, parent: int) -> int:
    """Be the keeper or, with ``work``, its worker."""
    if not die_with(parent):
        return 0
    if what == "keep":
        return Keeper(parent).run()
    import django

    django.setup()
    from portulan.desk.core import work

    return work.run(parent)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2])))
