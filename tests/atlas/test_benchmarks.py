"""The benchmarks of the atlas: every line has its limit, and the table says what was measured and what was not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from benchmarks import command
from benchmarks.cases import CASES, Bench, Case, chosen
from benchmarks.processes import FailedRunError
from benchmarks.table import Limit, Observation, printed, row

LIMITS = [limit for case in CASES for limit in case.limits]


def test_every_case_has_limits_and_every_limit_a_name_of_its_own() -> None:
    assert all(case.limits for case in CASES)
    assert all(limit.limit >= 0 and limit.what for limit in LIMITS)
    assert len({limit.key for limit in LIMITS}) == len(LIMITS)
    assert all(limit.reference for limit in LIMITS if limit.on == "ratio")


def test_the_promised_limits_are_there() -> None:
    promised = {
        "build": (6, "ratio"), "build_memory": (3, "measure"), "fit": (60, "measure"), "doubt": (20, "measure"),
        "default": (30, "measure"), "years": (1.3, "ratio"), "years_memory": (6, "measure"), "show": (0.5, "measure"),
        "api_again": (10, "measure"), "rca_econcomplex_pandas": (1, "ratio"),
        "rca_economic_complexity_pandas": (1, "ratio"), "rca_equal_econcomplex_pandas": (1e-9, "measure"),
    }  # fmt: skip
    held = {limit.key: (limit.limit, limit.on) for limit in LIMITS}
    assert promised.items() <= held.items()


def test_the_ratio_is_the_median_of_the_ratios_of_each_round() -> None:
    limit = Limit("a", "a build", "s", 6, "ratio", "reading")
    found = row(limit, [Observation(10, 2), Observation(40, 5), Observation(9, 3)])
    assert (found.measured, found.reference, found.ratio, found.verdict) == (10, 3, 5, "within")
    assert row(limit, [Observation(13, 2)]).verdict == "OVER"


def test_faster_means_faster() -> None:
    assert row(Limit("a", "RCA", "s", 1, "ratio", "peer", strict=True), [Observation(2, 2)]).verdict == "OVER"
    assert row(Limit("a", "RCA", "s", 1, "ratio", "peer"), [Observation(2, 2)]).verdict == "within"


def test_what_did_not_run_gives_its_reason_and_no_figure() -> None:
    limit = Limit("a", "RCA", "s", 1, "ratio", "peer")
    found = row(limit, [Observation(2, 4)], "no network")
    assert (found.measured, found.ratio, found.verdict, found.note) == (None, None, "not run", "no network")
    assert "not run" in printed([found])[2] and "RCA: no network" in printed([found])


def test_a_case_that_fails_is_told_and_the_others_go_on(tmp_path: Path) -> None:
    def fails(bench: Bench) -> dict[str, Observation | str]:
        raise FailedRunError("the disk is full")

    cases = [
        Case("one", (Limit("one", "the first", "s", 1),), fails),
        Case("two", (Limit("two", "the second", "s", 1),), lambda bench: {"two": Observation(0.5)}),
        Case("three", (Limit("three", "once", "s", 1),), lambda bench: {"three": Observation(0.5)}, once=True),
    ]
    rows = command.measure(Bench(tmp_path, tmp_path), cases, 3, lambda text: None)
    assert [(one.verdict, one.rounds) for one in rows] == [("not run", 0), ("within", 3), ("within", 1)]
    assert rows[0].note == "the disk is full"


def test_a_case_that_does_not_exist_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["--only", "build,speed"]) == 2
    assert "speed" in capsys.readouterr().err
    assert [case.name for case in chosen(["api", "build"])] == ["build", "api"]


@pytest.mark.slow
def test_the_table_is_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept = tmp_path / "out.json"
    words = ["--only", "build,api", "--quick", "--rows", "20000"]
    assert command.main([*words, "--temp", str(tmp_path), "--json", str(kept)]) == 0
    out = capsys.readouterr().out
    wanted = [limit for case in chosen(["build", "api"]) for limit in case.limits]
    assert "SYNTHETIC DATA, 20,000 rows" in out and f"{len(wanted)} limits" in out
    for limit in wanted:
        line = next(line for line in out.splitlines() if line.startswith(limit.what))
        assert "not run" not in line and ("at most" in line or "under" in line)
    content = json.loads(kept.read_text(encoding="utf-8"))
    assert [one["key"] for one in content["rows"]] == [limit.key for limit in wanted]
    assert content["machine"]["cores"] and content["machine"]["versions"]["duckdb"]
    assert list(tmp_path.iterdir()) == [kept], "the folder is left as it was"
