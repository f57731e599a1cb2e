"""`python -m benchmarks`: rounds, table, JSON."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from benchmarks import data, machine
from benchmarks.cases import CASES, YEARS, Bench, Case, chosen
from benchmarks.processes import FailedRunError
from benchmarks.table import Observation, Row, as_dict, printed, row

ROUNDS = 3
QUICK_YEARS = 3
Say = Callable[[str], None]


def parser() -> argparse.ArgumentParser:
    """Return the options."""
    names = ", ".join(case.name for case in CASES)
    made = argparse.ArgumentParser(
        prog="python -m benchmarks", description="What Portulan costs, with limits and peers."
    )
    made.add_argument("--only", default="", metavar="NAMES", help=f"some cases only, separated by commas: {names}")
    made.add_argument("--rounds", type=int, default=ROUNDS, help=f"rounds behind the medians (default {ROUNDS})")
    made.add_argument(
        "--quick",
        action="store_true",
        help=f"one round, {QUICK_YEARS} years, fewer cards, a tenth of the desk",
    )
    made.add_argument("--years", type=int, default=None, help=f"years that the case `years` makes (default {YEARS})")
    made.add_argument("--rows", type=int, default=None, help="a synthetic file of so many rows, not the real one")
    made.add_argument("--temp", type=Path, default=None, help=f"folder to work in; {YEARS} years need 4 GB there")
    made.add_argument("--json", type=Path, default=None, metavar="FILE", help="write the same as JSON")
    return made


def main(words: Sequence[str] | None = None) -> int:
    """Measure what is asked and print the table; the code tells that it ran, never that it was fast."""
    arguments = parser().parse_args(words)
    try:
        cases = chosen([name.strip() for name in arguments.only.split(",") if name.strip()])
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    # Only the case `desk` is for that server, in a database of its own: the others are measured as they come.
    postgres = os.environ.pop("DATABASE_URL", "")
    postgres = postgres if postgres.startswith("postgres") else ""
    rounds = 1 if arguments.quick else max(1, arguments.rounds)
    years = arguments.years or (QUICK_YEARS if arguments.quick else YEARS)
    with (
        machine.two_cores() as cores,
        tempfile.TemporaryDirectory(prefix="portulan-bench-", dir=arguments.temp) as name,
    ):
        facts = machine.facts(cores)
        folder = Path(name).resolve()
        path, note = data.one_year(folder, arguments.rows)
        bench = Bench(folder, path, years, arguments.quick, postgres)
        rows = measure(bench, cases, rounds, lambda text: print(text, file=sys.stderr, flush=True))
    for line in report(rows, facts, note, rounds):
        print(line)
    if arguments.json is not None:
        lines = [as_dict(one) for one in rows]
        content = {"machine": facts, "data": note or path.name, "rounds": rounds, "rows": lines}
        arguments.json.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return 0


def measure(bench: Bench, cases: Sequence[Case], rounds: int, say: Say) -> list[Row]:
    """Run every case once a round, so that a machine that slows down slows them all, and sum up."""
    seen: dict[str, list[Observation]] = defaultdict(list)
    why_not: dict[str, str] = {}
    for turn in range(rounds):
        for case in cases:
            if case.once and turn > 0:
                continue
            say(f"round {turn + 1} of {rounds}: {case.name}")
            try:
                found = case.measure(bench)
            except FailedRunError as error:
                found = {limit.key: str(error) for limit in case.limits}
            for key, what in found.items():
                if isinstance(what, str):
                    why_not[key] = what
                else:
                    seen[key].append(what)
    return [row(limit, seen[limit.key], why_not.get(limit.key, "")) for case in cases for limit in case.limits]


def report(rows: Sequence[Row], facts: dict[str, Any], note: str, rounds: int) -> list[str]:
    """Return what is printed: what was measured on what, the table, and how to read it."""
    versions = ", ".join(f"{name} {version}" for name, version in facts["versions"].items())
    lines = [
        f"{facts['cores']} of {facts['cores_of_the_machine']} cores ({facts['processor']}), "
        f"{facts['memory_gb']} GB, {facts['system']}",
        f"{versions}, Python {facts['python']}, commit {facts['commit']}",
        f"medians of {rounds} round{'s' if rounds > 1 else ''}; the cases of many years run once",
        *([note] if note else []),
    ]
    if machine.busy(facts):
        load = facts["load_at_start"]
        lines.append(f"OTHER PROGRAMS WERE AT WORK (load {load} before the first measure): trust ratios, not seconds")
    lines += ["", *printed(rows), ""]
    within, over, missing = (sum(one.verdict == word for one in rows) for word in ("within", "OVER", "not run"))
    return [*lines, f"{len(rows)} limits: {within} within, {over} over, {missing} not run"]
