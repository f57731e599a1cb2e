"""The machine doors before a small release of two years, built once: every value in it is invented."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.atlas import worlds


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release of goods of 2023 and 2024; the United States report nothing."""
    from portulan.atlas import api

    folder = tmp_path_factory.mktemp("open")
    published = worlds.published_zip(folder, worlds.rows(years=(2023, 2024)))
    api.build(folder / "release", [f"baci={published}"], api.BuildOptions(threads=1))
    return folder / "release"


def forget() -> None:
    """Forget what was read of another release."""
    from portulan.desk.markets import selectors

    for cached in vars(selectors).values():
        if hasattr(cached, "cache_clear"):
            cached.cache_clear()


@pytest.fixture
def client(built: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A program that asks the site of the small release."""
    from django.conf import settings
    from django.test import Client

    from portulan.desk.api import door

    monkeypatch.setattr(settings, "PORTULAN_RELEASE", str(built))
    monkeypatch.setattr(door, "BUDGET", door.limits.Budget("api-tests", 1_000_000))
    forget()
    yield Client(SERVER_NAME="localhost", raise_request_exception=False)
    forget()


@pytest.fixture
def release(built: Path) -> Iterator[Any]:
    """The same release, asked directly."""
    from portulan.atlas import api

    opened = api.open_release(built)
    yield opened
    opened.close()
