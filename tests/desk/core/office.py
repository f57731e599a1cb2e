"""An installation of its own for one test, with real processes: a clerk who posts, and workers that can be killed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest

from tests.desk import homes

ROOT = Path(__file__).resolve().parents[3]
DATABASES = ("sqlite", pytest.param("postgresql", marks=pytest.mark.postgres))
_SETTLED = {"sent", "refused", "failed", "kept"}


def environment(home: Path, **variables: str) -> dict[str, str]:
    """Return an environment with this home, and nothing else of ours but what is given."""
    return homes.clean_environment(home, DJANGO_SETTINGS_MODULE="portulan.desk.config.settings", **variables)


class Office:
    """Processes of one installation, all of which end with the test."""

    def __init__(self, home: Path, variables: dict[str, str]) -> None:
        self.home = home
        self.variables = variables
        self._started: list[subprocess.Popen[str]] = []
        self._clerk: subprocess.Popen[str] | None = None

    def start(self, *words: str, **variables: str) -> subprocess.Popen[str]:
        """Start a command of Python; what it prints goes to the log of the home."""
        with (self.home / "log").open("a") as log:
            started = subprocess.Popen(
                [sys.executable, *words],
                env=environment(self.home, **self.variables, **variables),
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE if "tests.desk.core.clerk" in words else log,
                stderr=log,
                text=True,
            )
        self._started.append(started)
        return started

    def worker(self) -> subprocess.Popen[str]:
        return self.start("-m", "portulan", "work")

    def ask(self, do: str, **more: Any) -> Any:
        """Ask the clerk."""
        if self._clerk is None:
            self._clerk = self.start("-m", "tests.desk.core.clerk")
        assert self._clerk.stdin is not None and self._clerk.stdout is not None
        self._clerk.stdin.write(json.dumps({"do": do, **more}) + "\n")
        self._clerk.stdin.flush()
        line = self._clerk.stdout.readline()
        assert line, self.log()
        return json.loads(line)

    def log(self) -> str:
        return (self.home / "log").read_text(encoding="utf-8")

    def until(self, true: Callable[[], object], seconds: float = 30) -> None:
        """Wait until something is true; fail with the log."""
        end = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < end, self.log()
            time.sleep(0.05)

    def until_settled(self, *also: str, seconds: float = 30) -> dict[str, str]:
        """Wait until every mail has a state that stays; return the states."""
        self.until(lambda: set(self.ask("states").values()) <= {*_SETTLED, *also}, seconds)
        found: dict[str, str] = self.ask("states")
        return found

    def close(self) -> None:
        for started in self._started:
            started.kill()
            started.wait()
            for stream in (started.stdin, started.stdout):
                if stream is not None:
                    stream.close()


@contextmanager
def own_database(url: str, template: str = "") -> Iterator[str]:
    """Make a database beside the one of an address, thrown away at the end."""
    import psycopg

    name = f"office_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}" + (f" TEMPLATE {template}" if template else ""))
        try:
            yield urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
        finally:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def template(kind: str, home: Path) -> Iterator[str]:
    """Make an empty database once: the folder of a file, or the address of one of the server that is given."""
    url = os.environ.get("DATABASE_URL", "")
    if kind == "sqlite":
        yield str(homes.with_tables())
    elif not url.startswith("postgres"):
        pytest.skip("DATABASE_URL names no PostgreSQL server: run the suite with one")
    else:
        with own_database(url) as made:
            command = [sys.executable, "-m", "portulan", "manage", "migrate", "-v", "0"]
            subprocess.run(command, env=environment(home, DATABASE_URL=made), cwd=ROOT, check=True)
            yield made


@contextmanager
def office(made: str, home: Path, **variables: str) -> Iterator[Office]:
    """Run an installation on a copy of that database."""
    home.mkdir(parents=True, exist_ok=True)
    if made.startswith("postgres"):
        name = urlsplit(made).path.strip("/")
        with own_database(os.environ["DATABASE_URL"], name) as own:
            yield from _open(Office(home, {**variables, "DATABASE_URL": own}))
    else:
        shutil.copy(Path(made) / "portulan.sqlite3", home / "portulan.sqlite3")
        yield from _open(Office(home, variables))


def _open(opened: Office) -> Iterator[Office]:
    try:
        yield opened
    finally:
        opened.close()
