"""One small release that the questions of pages are asked of, the shipped one, and one of an older version."""

from __future__ import annotations

import json
import shutil

import pytest

from portulan.atlas import api
from tests.atlas import worlds

YEARS = (2021, 2024)


@pytest.fixture(scope="session")
def made_flows():
    """The rows that the small release is made of."""
    return worlds.rows(seed=5, years=YEARS)


@pytest.fixture(scope="session")
def made_folder(made_flows, tmp_path_factory):
    """A release of two years, with intervals for France."""
    folder = tmp_path_factory.mktemp("questions")
    source = worlds.published_zip(folder, made_flows)
    api.build(folder / "r", [f"baci={source}"], api.BuildOptions(doubt=("FRA",), draws=50))
    return folder / "r"


@pytest.fixture(scope="session")
def made_release(made_folder):
    """The same, open."""
    return api.open_release(made_folder)


@pytest.fixture(scope="session")
def shipped_release(shipped_folder):
    """The release that comes with Portulan."""
    return api.open_release(shipped_folder)


@pytest.fixture(scope="session")
def older_release(made_folder, tmp_path_factory):
    """The small release as a version built it that kept no flows by code."""
    folder = tmp_path_factory.mktemp("old") / "r"
    shutil.copytree(made_folder, folder)
    told = json.loads((folder / "datapackage.json").read_text())
    told["resources"] = [r for r in told["resources"] if r["table"] not in ("lines", "market_products")]
    for table in ("lines", "market_products"):
        shutil.rmtree(folder / table)
    (folder / "datapackage.json").write_text(json.dumps(told))
    return api.open_release(folder)
