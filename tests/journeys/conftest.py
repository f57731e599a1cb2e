"""A real browser before the real server."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("django", reason="the desk is the extra portulan[desk]")

from playwright.sync_api import Browser, sync_playwright

from tests.desk import homes
from tests.desk.releases import build_two_years
from tests.journeys.browser import find_browser, flags

ROOT = Path(__file__).resolve().parents[2]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def clean_environment(home: Path) -> dict[str, str]:
    """Return an environment in which only the home of Portulan is chosen."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PORTULAN_") and name != "PORT"}
    return {**kept, "PORTULAN_HOME": str(home)}


def serve(module: str, home: Path, release: Path | None = None, **settings: str) -> Iterator[str]:
    """Start the command `serve` as a user would, give its address, and stop it as a user would."""
    address = f"http://127.0.0.1:{(port := _free_port())}"
    if settings.get("PORTULAN_DEMO") == "1" and not {**os.environ, **settings}.get("DATABASE_URL"):
        shutil.copytree(homes.inhabited(), home, dirs_exist_ok=True)
    log, chosen = home / "serve.log", ["--release", str(release)] if release else []
    with log.open("w") as out:
        running = subprocess.Popen(
            [sys.executable, "-m", module, "serve", "--port", str(port), "--workers", "1", *chosen],
            env={**clean_environment(home), **settings},
            stdout=out,
            stderr=subprocess.STDOUT,
            cwd=ROOT,
        )
    try:
        for _ in range(900):
            assert running.poll() is None, log.read_text()
            try:
                with urllib.request.urlopen(f"{address}/health/", timeout=5):
                    break
            except OSError:  # not listening yet, or still making the release
                time.sleep(0.2)
        yield address
    finally:
        running.terminate()
        running.wait(timeout=20)


@pytest.fixture(scope="session")
def small_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The site on the small invented atlas: every state of a page in one place."""
    yield from serve("tests.desk.run_fake", tmp_path_factory.mktemp("small"))


@pytest.fixture(scope="session")
def real_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The site as `make run` starts it on a fresh machine: the default release is built first."""
    yield from serve("portulan", tmp_path_factory.mktemp("real"))


@pytest.fixture(scope="session")
def two_years(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release of two years of a small world, with intervals on the ranks of France."""
    return build_two_years(tmp_path_factory.mktemp("two-years"))


@pytest.fixture(scope="session")
def portal_site(two_years: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The whole portal on that small release: quick to start, and every page has something to show."""
    yield from serve("portulan", tmp_path_factory.mktemp("portal"), two_years, PORTULAN_DEMO="1")


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One Chromium for the journeys; each opens its own window.

    Not for the session: while Playwright runs, its loop runs in this thread, and what comes after the journeys could
    neither run one of its own nor ask the database.
    """
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=find_browser(), args=flags())
        yield started
        started.close()
