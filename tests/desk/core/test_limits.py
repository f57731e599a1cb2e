"""Limits: who asks, and how often; counted exactly whoever counts together, and never in the way where they cannot."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import caches
from django.test import RequestFactory

from portulan.desk.core import keeping, limits

LONG = 100_000_000


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    caches["limits"].clear()
    keeping._said.clear()
    yield
    caches["limits"].clear()
    keeping._said.clear()


@pytest.mark.parametrize(
    ("address", "who"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("192.0.2.1:5050", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.2", "192.0.2.2"),
        ("[::ffff:192.0.2.2]:80", "192.0.2.2"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("[2001:db8:1:2:3::4]:5050", "2001:db8:1:2::/64"),
        ("", "unknown"),
        ("unix:", "unknown"),
        ("192.0.2.1:x", "unknown"),
    ],
)
def test_a_reader_is_an_address_however_it_is_written(address: str, who: str) -> None:
    assert limits.reader(RequestFactory(REMOTE_ADDR=address).get("/")) == who


def test_readers_who_come_together_get_no_more_than_one_after_the_other() -> None:
    budget = limits.Budget("together", 40, LONG)
    with ThreadPoolExecutor(8) as readers:
        waits = list(readers.map(lambda _: limits.spend(budget, "192.0.2.1"), range(120)))
    assert waits.count(0) == 40
    assert limits.spend(budget, "192.0.2.2") == 0


def test_windows_that_ended_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    budget = limits.Budget("windows", 1)
    for minute in range(5):
        monkeypatch.setattr(limits.time, "time", lambda minute=minute: 1_000_000_000.0 + 60 * minute)
        assert limits.spend(budget, "192.0.2.1") == 0
        assert limits.spend(budget, "192.0.2.1") > 0
    with sqlite3.connect(caches["limits"]._path) as connection:
        assert connection.execute("SELECT count(*) FROM spent").fetchone() == (1,)


@pytest.mark.parametrize("damaged", [False, True])
def test_where_nothing_can_be_counted_everything_passes_and_is_said_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, damaged: bool
) -> None:
    blocked = tmp_path / "file"
    blocked.write_bytes(b"not a database, and not a folder " * 100)
    monkeypatch.setattr(caches["limits"], "_path", blocked if damaged else blocked / "limits.sqlite3")
    budget = limits.Budget("nowhere", 1, LONG)
    with caplog.at_level(logging.ERROR):
        assert [limits.spend(budget, "192.0.2.1") for _ in range(3)] == [0, 0, 0]
    assert len(caplog.records) == 1
    monkeypatch.undo()


def test_what_cannot_be_kept_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    blocked = tmp_path / "file"
    blocked.write_bytes(b"")
    files: Any = caches["files"]
    monkeypatch.setattr(files, "_dir", str(blocked / "files"))
    with caplog.at_level(logging.ERROR):
        keeping.keep("files", "key", b"data", 60)
        assert keeping.look("files", "key") is None
        keeping.keep("files", "key", b"data", 60)
    assert len(caplog.records) == 1
