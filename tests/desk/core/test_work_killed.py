"""Workers that are killed at every point of a mail: none is lost, and one leaves twice only where nobody can know."""

from __future__ import annotations

import random
import signal
import subprocess
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.desk.core import office, peers
from tests.desk.core.office import Office
from tests.desk.core.peers import CUT_BEFORE, Peer, once_at

pytestmark = [pytest.mark.full, pytest.mark.slow]


def kill(worker: subprocess.Popen[str]) -> None:
    worker.send_signal(signal.SIGKILL)
    worker.wait()


def killed_at(desk: Office, peer: Peer, point: str, *, once: bool, text: str = "Hello") -> str:
    """Post a mail, kill the worker at a point of it, and let another one go on; return the Message-ID."""
    worker = desk.worker()
    gone: list[float] = []
    peer.at = once_at(point, lambda: (kill(worker), gone.append(time.monotonic()))[0])
    sent: str = desk.ask("post", to="ada@studio.test", once=once, text=text)
    desk.until(lambda: gone)
    desk.worker()
    return sent


@pytest.mark.parametrize("once", [False, True], ids=["enquiry", "newsletter"])
@pytest.mark.parametrize("point", ["recipient", "before the mail"])
def test_killed_before_it_is_written_that_the_mail_leaves(desk: Office, peer: Peer, point: str, once: bool) -> None:
    sent = killed_at(desk, peer, point, once=once)
    assert desk.until_settled() == {sent: "sent"}
    assert peer.ids == [sent] and desk.ask("events") == []


@pytest.mark.parametrize("once", [False, True], ids=["enquiry", "newsletter"])
def test_killed_in_the_middle_of_the_mail(desk: Office, peer: Peer, once: bool) -> None:
    peer.data[:] = [CUT_BEFORE]
    sent = killed_at(desk, peer, "part of the mail", once=once, text="x" * 9_000_000)
    if once:
        # It did not leave, but nobody here can know: it is reported, and not sent again.
        assert desk.until_settled("unknown") == {sent: "unknown"}
        assert peer.ids == [] and desk.ask("events") == ["mail in doubt"]
    else:
        assert desk.until_settled() == {sent: "sent"}
        assert peer.ids == [sent]


@pytest.mark.parametrize("once", [False, True], ids=["enquiry", "newsletter"])
def test_killed_when_the_server_has_the_mail_and_has_not_said_so(desk: Office, peer: Peer, once: bool) -> None:
    sent = killed_at(desk, peer, "whole mail", once=once)
    the_window(desk, peer, sent, once=once)


@pytest.mark.parametrize("once", [False, True], ids=["enquiry", "newsletter"])
def test_killed_between_the_answer_and_its_commit(desk: Office, peer: Peer, once: bool) -> None:
    """The database is held, so that the worker has the answer and cannot write it."""
    worker = desk.worker()
    held: list[bool] = []
    peer.at = once_at("whole mail", lambda: held.append(desk.ask("lock") is None))
    sent = desk.ask("post", to="ada@studio.test", once=once)
    desk.until(lambda: held and peer.taken)
    time.sleep(1.0)  # the answer takes milliseconds
    kill(worker)
    desk.ask("release")
    assert desk.ask("states") == {sent: "sending"}
    desk.worker()
    the_window(desk, peer, sent, once=once)


def the_window(desk: Office, peer: Peer, sent: str, *, once: bool) -> None:
    """Assert what is promised where a mail left and nobody could write it down."""
    if once:
        assert desk.until_settled("unknown") == {sent: "unknown"}
        time.sleep(2.5)
        assert peer.ids == [sent] and desk.ask("events") == ["mail in doubt"]
    else:
        assert desk.until_settled() == {sent: "sent"}
        assert peer.ids == [sent, sent]
        assert peer.taken[0].data == peer.taken[1].data


def test_killed_again_and_again_no_mail_is_lost(desk: Office, peer: Peer) -> None:
    chance = random.Random(20)
    peer.slow = 0.03
    ids = [desk.ask("post", to=f"p{number}@studio.test", once=number % 5 == 0) for number in range(120)]
    kills = 6
    for _ in range(kills):
        worker, before = desk.worker(), len(peer.taken)
        desk.until(lambda before=before: len(peer.taken) > before)  # type: ignore[misc] # bound now
        time.sleep(chance.uniform(0.02, 0.5))
        kill(worker)
    desk.worker()
    desk.worker()
    states = desk.until_settled("unknown", seconds=60)
    assert list(states) == ids
    newsletters, enquiries = set(ids[::5]), set(ids) - set(ids[::5])
    assert {states[one] for one in enquiries} == {"sent"} and enquiries <= set(peer.ids)
    doubtful = [one for one in newsletters if states[one] == "unknown"]
    assert desk.ask("events") == ["mail in doubt"] * len(doubtful)
    assert all(peer.ids.count(one) == 1 for one in newsletters - set(doubtful))
    assert all(peer.ids.count(one) <= 1 for one in doubtful)
    twice = [one for one in set(peer.ids) if peer.ids.count(one) > 1]
    assert len(twice) + len(doubtful) <= kills and all(peer.ids.count(one) <= kills for one in twice)


def test_a_locked_database_and_a_server_that_is_away_are_outlived(empty: str, tmp_path: Path) -> None:
    port = peers.free_port()
    mail = {"PORTULAN_SMTP": f"smtp://127.0.0.1:{port}", "PORTULAN_MAIL_FROM": "desk@culture.test"}
    with ExitStack() as stack:
        desk = stack.enter_context(office.office(empty, tmp_path / "home", **mail))
        worker = desk.worker()
        sent = desk.ask("post", to="ada@studio.test")
        desk.until(lambda: desk.ask("states") == {sent: "waiting, due"})
        desk.ask("lock")
        time.sleep(8)  # longer than a statement waits
        peer = stack.enter_context(peers.peer(port))
        desk.ask("release")
        began = time.monotonic()
        assert desk.until_settled() == {sent: "sent"}
        assert peer.ids == [sent] and worker.poll() is None
        assert time.monotonic() - began < 15
        # And what is posted now leaves at once.
        began, second = time.monotonic(), desk.ask("post", to="bob@studio.test")
        desk.until(lambda: second in peer.ids)
        assert time.monotonic() - began < 3
