"""Runs one thing in a process of its own, and tells how long it took and how much memory it held at most.

This side of the benchmarks imports the standard library only: Linux hands the peak memory of a parent on to the child
that it starts, so that a large parent would be measured in the place of a small child.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
LAST_WORDS = 300


class FailedRunError(Exception):
    """A process did not do what it was started for; the message is its last words."""


@dataclass(frozen=True, slots=True)
class Run:
    """One process from start to end."""

    seconds: float
    cpu_seconds: float
    peak_gb: float
    output: str
    steps: tuple[tuple[float, str], ...] = ()
    """Lines it wrote on its error stream, with the time since its start."""
    said: Mapping[str, Any] = field(default_factory=dict)
    """What it measured itself."""


def environment() -> dict[str, str]:
    """Return the environment of a measured process: Python keeps its compiled modules, as it does for a user."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def run(command: Sequence[str | Path]) -> Run:
    """Run a command to its end and measure it; raise `FailedRunError` where it fails."""
    start = time.perf_counter()
    process = subprocess.Popen(
        [str(word) for word in command],
        cwd=ROOT,
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    steps: list[tuple[float, str]] = []
    watcher = threading.Thread(target=_watch, args=(process, start, steps))
    watcher.start()
    assert process.stdout is not None
    output = process.stdout.read()
    watcher.join()
    # Only wait4 tells the peak memory of this child alone; getrusage would give the largest of all children so far.
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - start
    if process.returncode:
        raise FailedRunError(_last_words(steps, output, process.returncode))
    unit = 1 if sys.platform == "darwin" else 1024
    return Run(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * unit / 1e9, output, tuple(steps))


def _watch(process: subprocess.Popen[str], start: float, steps: list[tuple[float, str]]) -> None:
    assert process.stderr is not None
    for line in process.stderr:
        steps.append((time.perf_counter() - start, line.rstrip()))


def _last_words(steps: Sequence[tuple[float, str]], output: str, code: int) -> str:
    lines = [text for _, text in steps if text.strip()] or output.strip().splitlines()
    return (lines[-1].strip()[-LAST_WORDS:] if lines else "no message") + f" (exit code {code})"


def portulan(*words: str | Path) -> Run:
    """Run the command `portulan` as a user would, in a cold process."""
    return run([sys.executable, "-m", "portulan", *words])


def task(name: str, *, python: Path | str = sys.executable, script: Path | None = None, **arguments: Any) -> Run:
    """Run a task of `benchmarks.tasks` (or a script with the same manners); `said` is what it measured itself."""
    start: list[str | Path] = [python, "-m", "benchmarks.tasks", name] if script is None else [python, script]
    done = run([*start, json.dumps(arguments, default=str)])
    return replace(done, said=json.loads(done.output.splitlines()[-1]))
