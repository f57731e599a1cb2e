"""Homes of Portulan that tests start from."""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def clean_environment(home: Path, **variables: str) -> dict[str, str]:
    """Return an environment with this home, and nothing else of ours but what is given."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("PORTULAN_") and name not in ("PORT", "DATABASE_URL")
    }
    return {**kept, "PORTULAN_HOME": str(home), **variables}


def _made(*command: str) -> Path:
    home = Path(tempfile.mkdtemp(prefix="portulan-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    done = subprocess.run(
        [sys.executable, "-m", "portulan", *command], env=clean_environment(home), cwd=ROOT, capture_output=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode()
    return home


@cache
def with_tables() -> Path:
    """Return a home whose database has its tables and nothing in them, made once in a process: it takes seconds."""
    return _made("manage", "migrate", "-v", "0")


@cache
def inhabited() -> Path:
    """Return a home with the people and questions of the demonstration, made once in a process."""
    return _made("demo")
