"""The worker as a process: one mail leaves once, soon, and the last one whole."""

from __future__ import annotations

import os
import signal
import time

import pytest

from tests.desk.core.office import Office
from tests.desk.core.peers import Peer, once_at

pytestmark = pytest.mark.slow


def test_three_workers_send_each_mail_once(desk: Office, peer: Peer) -> None:
    ids = [desk.ask("post", to=f"p{number}@studio.test") for number in range(100)]
    for _ in range(3):
        desk.worker()
    assert set(desk.until_settled().values()) == {"sent"}
    assert sorted(peer.ids) == sorted(ids)


def test_told_to_stop_a_worker_ends_the_mail_under_way_and_begins_no_other(desk: Office, peer: Peer) -> None:
    worker = desk.worker()
    peer.slow = 1.0
    peer.at = once_at("before the mail", lambda: os.kill(worker.pid, signal.SIGTERM))
    ids = [desk.ask("post", to=f"p{number}@studio.test") for number in range(3)]
    assert worker.wait(20) == 0
    states = desk.ask("states")
    assert [states[one] for one in ids] == ["sent", "queued, due", "queued, due"] and peer.ids == ids[:1]


def test_what_is_posted_while_the_worker_idles_leaves_within_two_seconds(desk: Office, peer: Peer) -> None:
    desk.worker()
    first = desk.ask("post", to="ada@studio.test")
    desk.until(lambda: first in peer.ids)
    began, second = time.monotonic(), desk.ask("post", to="ada@studio.test")
    desk.until(lambda: second in peer.ids)
    assert time.monotonic() - began < 2.0
