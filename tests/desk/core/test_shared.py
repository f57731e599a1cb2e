"""The small cache that workers share: what one keeps another sees, and of two who add at once one does."""

from __future__ import annotations

import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest

from portulan.desk.core.shared import Shared


def _add(path: Path) -> bool:
    return Shared(path, {}).add("once", "y", 60)


def test_what_one_keeps_another_sees(tmp_path: Path) -> None:
    one, other = (Shared(tmp_path / "limits.sqlite3", {}) for _ in range(2))
    assert other.get("a") is None and other.get("a", 3) == 3
    one.set("a", [1.5, 2], 60)
    assert other.get("a") == [1.5, 2]
    assert not other.add("a", 1) and other.get("a") == [1.5, 2]
    assert one.delete("a") and not other.delete("a") and other.get("a") is None
    one.set("b", True, None)
    one.clear()
    assert other.get("b") is None


def test_what_is_over_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept, now = Shared(tmp_path / "limits.sqlite3", {}), time.time()
    kept.set("a", 1, 60)
    assert not kept.add("a", 2, 60)
    monkeypatch.setattr(time, "time", lambda: now + 61)
    assert kept.get("a") is None and kept.add("a", 2, 60)


def test_of_many_who_add_at_once_one_does(tmp_path: Path) -> None:
    path = tmp_path / "limits.sqlite3"
    with ThreadPoolExecutor(8) as threads:
        assert sorted(threads.map(_add, [path] * 24)).count(True) == 1


@pytest.mark.slow
def test_the_same_between_processes(tmp_path: Path) -> None:
    path = tmp_path / "limits.sqlite3"
    with ProcessPoolExecutor(4, mp_context=get_context("spawn")) as processes:
        assert list(processes.map(_add, [path] * 12)).count(True) == 1


def test_it_keeps_beside_the_counts_of_the_same_file(tmp_path: Path) -> None:
    kept = Shared(tmp_path / "limits.sqlite3", {})
    kept.set("a", 1, 60)
    assert kept.count("a", 0, 10**12) == 1 and kept.count("a", 0, 10**12) == 2 and kept.get("a") == 1
