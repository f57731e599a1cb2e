"""What every test may rely on: no network but loopback, the real data where they are."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared" / "data"


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Block every socket but loopback and Unix ones."""
    from pytest_socket import socket_allow_hosts

    socket_allow_hosts(["127.0.0.1", "::1", "localhost"], allow_unix_socket=True)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes() -> None:
    """Let each process read the settings itself: handed down by name, they would be read before it has its own home."""
    os.environ.pop("DJANGO_SETTINGS_MODULE", None)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the journeys: they are the longest, and must not run on alone when all else is done.

    A slow module stays in one process: what its tests share takes long to make.
    """
    items.sort(key=lambda item: "journeys" not in item.path.parts)
    for item in items:
        if item.get_closest_marker("slow") and not item.get_closest_marker("xdist_group"):
            item.add_marker(pytest.mark.xdist_group(item.path.relative_to(ROOT).as_posix()))


@pytest.fixture(scope="session")
def shipped_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the release that comes with Portulan, built once for all processes of a run; to be read only."""
    from portulan.atlas import api

    mine = tmp_path_factory.getbasetemp()
    # Each process of xdist has a folder in that of the run; builds that meet wait for one another.
    return api.build_default_release((mine.parent if "PYTEST_XDIST_WORKER" in os.environ else mine) / "shipped")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Return the folder of real data, or skip saying that it is absent (it is never downloaded)."""
    if not SHARED.is_dir():
        pytest.skip("the real data folder ../shared/data is absent: it is not part of the repository")
    return SHARED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print who reaches what, as the walks of the roles recorded it (`access`: who, pages, status)."""
    rows: dict[str, dict[str, int]] = {}
    for report in terminalreporter.getreports("passed"):
        for name, value in report.user_properties:
            if name == "access":
                who, pages, found = value
                for page, status in zip(pages, found, strict=True):
                    rows.setdefault(page, {})[who] = status
    if not rows:
        return
    roles = list(dict.fromkeys(who for row in rows.values() for who in row))
    terminalreporter.section(
        "who reaches what (200 opens, 302 to sign in, 403 no desk of theirs, 404 not to be known of)"
    )
    wide = max(len(page) for page in rows)
    terminalreporter.write_line(" " * wide + "  " + "  ".join(roles))
    for page, row in rows.items():
        cells = "  ".join(str(row.get(who, "")).rjust(len(who)) for who in roles)
        terminalreporter.write_line(f"{page.ljust(wide)}  {cells}")
