"""The site has one worker, started again when it dies, and gone when the site is, however it went."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.desk.core.office import Office
from tests.desk.core.peers import Peer, free_port

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="children are found in /proc, which only Linux has"),
]


def children(pid: int) -> dict[int, str]:
    """Return the children of a process, with what they were started as."""
    found = {}
    for path in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((path / "stat").read_text().rpartition(")")[2].split()[1])
            words = (path / "cmdline").read_text().replace("\0", " ")
        except OSError:
            continue
        if parent == pid and words.strip():
            found[int(path.name)] = words
    return found


def lives(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def keeper_of(site: subprocess.Popen[str]) -> int | None:
    return next((pid for pid, words in children(site.pid).items() if "keeper keep" in words), None)


def worker_of(site: subprocess.Popen[str]) -> int | None:
    keeper = keeper_of(site)
    return next((pid for pid, words in children(keeper).items() if "keeper work" in words), None) if keeper else None


def serve(desk: Office, *words: str) -> subprocess.Popen[str]:
    site = desk.start("-m", "tests.desk.run_fake", "serve", "--port", str(free_port()), "--workers", "1", *words)
    desk.until(lambda: "Portulan is at" in desk.log(), 60)
    return site


def post_and_see(desk: Office, peer: Peer) -> None:
    sent = desk.ask("post", to="ada@studio.test")
    desk.until(lambda: sent in peer.ids)


def test_mail_leaves_beside_the_site_also_after_the_worker_died(desk: Office, peer: Peer) -> None:
    site = serve(desk)
    post_and_see(desk, peer)
    first = worker_of(site)
    assert first is not None
    os.kill(first, signal.SIGKILL)
    post_and_see(desk, peer)
    assert worker_of(site) not in (None, first) and not lives(first)
    assert "the worker ended (-9)" in desk.log()
    keeper, second = keeper_of(site), worker_of(site)
    assert keeper and second
    site.terminate()
    assert site.wait(20) == 0
    desk.until(lambda: not lives(keeper) and not lives(second))
    assert "Traceback" not in desk.log()


def test_a_site_that_is_killed_leaves_no_worker(desk: Office, peer: Peer) -> None:
    site = serve(desk)
    desk.until(lambda: worker_of(site))
    keeper, worker = keeper_of(site), worker_of(site)
    assert keeper and worker
    site.kill()
    site.wait()
    desk.until(lambda: not lives(keeper) and not lives(worker))


def test_a_keeper_that_is_killed_leaves_no_worker(desk: Office, peer: Peer) -> None:
    site = serve(desk)
    desk.until(lambda: worker_of(site))
    keeper, worker = keeper_of(site), worker_of(site)
    assert keeper and worker
    os.kill(keeper, signal.SIGKILL)
    desk.until(lambda: not lives(worker))
    assert lives(site.pid)


def test_a_site_may_have_no_worker(desk: Office, peer: Peer) -> None:
    site = serve(desk, "--no-worker")
    assert keeper_of(site) is None
