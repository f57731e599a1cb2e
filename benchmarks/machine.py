"""What the figures were measured on."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

CORES = 2
"""The limits are those of two cores."""


@contextmanager
def two_cores() -> Iterator[int]:
    """Bind this process and those it starts to two cores where the system can; give how many it has then."""
    if not hasattr(os, "sched_setaffinity"):
        yield os.cpu_count() or 1
        return
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, sorted(allowed)[:CORES])
    try:
        yield min(CORES, len(allowed))
    finally:
        os.sched_setaffinity(0, allowed)


def facts(cores: int) -> dict[str, Any]:
    """Return cores, memory, system, load and versions."""
    names = ("portulan", "duckdb", "numpy")
    return {
        "cores": cores,
        "cores_of_the_machine": os.cpu_count(),
        "processor": _processor(),
        "memory_gb": round(_memory() / 1e9, 1),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "versions": {name: _version(name) for name in names},
        "commit": _commit(),
        "load_at_start": _load(),
    }


def busy(facts_at_start: dict[str, Any]) -> bool:
    """Say whether other programs were at work before anything was measured."""
    load = facts_at_start["load_at_start"]
    return load is not None and load > CORES / 4


def free_gb(folder: Path) -> float:
    """Return the free space of the disk that holds a folder."""
    return shutil.disk_usage(folder).free / 1e9


def _load() -> float | None:
    return round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None


def _memory() -> int:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (ValueError, OSError):
        return 0


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor()


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def _commit() -> str:
    here = Path(__file__).resolve().parent
    words = ["git", "-C", str(here), "describe", "--always", "--dirty"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"
