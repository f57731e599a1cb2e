"""What is done every day: each job by itself, and the command that runs them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from portulan import cli
from portulan.desk import cli as desk_cli
from portulan.desk.core import daily

DAY = date(2026, 12, 31)


@pytest.fixture
def jobs(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, daily.Job]]:
    held: dict[str, daily.Job] = {}
    monkeypatch.setattr(daily, "_jobs", held)
    yield held


def test_the_rooms_of_the_desk_are_there() -> None:
    assert {"contacts", "reminders", "handovers"} <= set(daily._jobs)
    # Nobody is reminded of what is handed over on the same day.
    order = list(reversed(daily._jobs))
    assert order.index("handovers") < order.index("reminders")


def test_one_that_fails_does_not_stop_the_others(jobs: dict[str, daily.Job]) -> None:
    def broken(on: date) -> str:
        raise ValueError("no disk")

    daily.register("first", lambda on: f"did {on}")
    daily.register("broken", broken)
    daily.register("last", lambda on: "nothing to do")
    assert [(one.name, one.said, one.failed) for one in daily.run(DAY)] == [
        ("last", "nothing to do", False), ("broken", "ValueError: no disk", True), ("first", "did 2026-12-31", False),
    ]  # fmt: skip


def test_the_command_says_what_was_done_and_fails_where_a_job_did(
    jobs: dict[str, daily.Job], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(desk_cli, "_with_database", lambda: None)
    daily.register("handovers", lambda on: f"{on}: 0 handovers opened")
    assert cli.main(["daily", "--on", "2026-12-31"]) == 0
    assert capsys.readouterr().out == "handovers: 2026-12-31: 0 handovers opened\n"

    def broken(on: date) -> str:
        raise ValueError("no disk")

    daily.register("broken", broken)
    assert cli.main(["daily"]) == 1
    out, err = capsys.readouterr()
    assert "handovers: " in out and "broken: failed, ValueError: no disk" in err
    with pytest.raises(SystemExit):
        cli.main(["daily", "--on", "tomorrow"])
