"""Releases that briefs are made from: two years of a small world, and the one shipped with Portulan."""

from __future__ import annotations

from pathlib import Path

import pytest

from portulan.atlas import api
from portulan.atlas.opened import Release
from tests.atlas import worlds

pytest.importorskip("typst", reason="briefs need the extra portulan[files]")


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """Two years of a small world in which one importer, the United States, reports nothing."""
    folder = tmp_path_factory.mktemp("brief")
    source = worlds.published_zip(folder, worlds.rows(years=(2023, 2024)))
    api.build(folder / "release", [f"baci={source}"])
    return api.open_release(folder / "release")


@pytest.fixture(scope="session")
def shipped(shipped_folder: Path) -> Release:
    """The release shipped with Portulan: estimates everywhere."""
    return api.open_release(shipped_folder)


@pytest.fixture(scope="session")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """One year of the same world, with intervals on the ranks of France."""
    folder = tmp_path_factory.mktemp("drawn")
    source = worlds.published_zip(folder, worlds.rows(years=(2024,)))
    api.build(folder / "release", [f"baci={source}"], api.BuildOptions(doubt=("FRA",), draws=50))
    return api.open_release(folder / "release")
