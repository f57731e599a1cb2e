"""The desk under test: a home of its own, the small atlas of `fake_atlas` behind the same door."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

pytest.importorskip("django", reason="the desk is the extra portulan[desk]")

HOME = Path(tempfile.mkdtemp(prefix="portulan-tests-"))
os.environ["PORTULAN_HOME"] = str(HOME)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portulan.desk.config.settings")

import django  # noqa: E402 - it reads the settings, which need the home

django.setup()  # tests import models where they are collected


@pytest.fixture(scope="session")
def django_ready() -> None:
    """Settings are read once; White Noise goes, for it scans every static file for each client (0.9 s a test)."""
    from django.conf import settings

    name = "whitenoise.middleware.WhiteNoiseMiddleware"
    if name in settings.MIDDLEWARE:
        settings.MIDDLEWARE.remove(name)


@pytest.fixture(autouse=True)
def _ready(django_ready: None) -> None:
    """Every test of the desk has Django ready, in the usual language: a page asked for in French leaves it behind."""
    from django.conf import settings
    from django.utils import translation

    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture(autouse=True)
def _rooms_above_are_silent(django_ready: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages of the atlas are tested without what other rooms say on them, which would ask the database."""
    from portulan.desk.core import slots

    monkeypatch.setattr(slots, "_registered", {slot: [] for slot in slots.SLOTS})


@pytest.fixture
def atlas(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """Put the small atlas behind the door; a test may change its functions through `monkeypatch`."""
    from django.conf import settings

    from portulan.desk.markets import caching, cells, page, passport, selectors, services, table
    from tests.desk import fake_atlas

    def forget() -> None:
        caching.shelf.clear()
        for cached in vars(selectors).values():
            if hasattr(cached, "cache_clear"):
                cached.cache_clear()

    for module in (selectors, services, cells, page, passport, table):
        monkeypatch.setattr(module, "api", fake_atlas)
    monkeypatch.setattr(settings, "PORTULAN_RELEASE", str(HOME))
    forget()
    yield fake_atlas
    forget()


@pytest.fixture
def site(atlas: ModuleType):  # type: ignore[no-untyped-def] # Django may be absent here
    """A reader's browser without a browser, before the small atlas."""
    from django.test import Client

    return Client(SERVER_NAME="localhost")


@pytest.fixture(scope="session")
def two_years(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release built from two published years of a small world, with intervals for France."""
    from tests.desk.releases import build_two_years

    return build_two_years(tmp_path_factory.mktemp("two-years"))


def _forget() -> None:
    """Forget what was read of a release: the next test serves another."""
    from portulan.desk.markets import caching, questions, selectors

    caching.shelf.clear()
    for module in (selectors, questions):
        for cached in vars(module).values():
            if hasattr(cached, "cache_clear"):
                cached.cache_clear()


@pytest.fixture
def portal(two_years: Path, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def] # Django may be absent here
    """A reader's browser without a browser, before the release of two years."""
    from django.conf import settings
    from django.test import Client

    monkeypatch.setattr(settings, "PORTULAN_RELEASE", str(two_years))
    _forget()
    yield Client(SERVER_NAME="localhost")
    _forget()


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Set what an installation tells of itself."""
    from django.conf import settings

    from portulan.desk.markets import caching

    def tell(**words: str) -> None:
        for name in ("PUBLISHER", "CONTACT", "PREVIOUS_RELEASE"):
            monkeypatch.setattr(settings, f"PORTULAN_{name}", words.get(name, ""))
        caching.shelf.clear()

    tell()
    yield tell
    caching.shelf.clear()
