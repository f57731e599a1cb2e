"""Small releases that several tests stand on."""

from __future__ import annotations

from pathlib import Path

from portulan.atlas import api
from tests.atlas import worlds


def build_two_years(folder: Path) -> Path:
    """Build a release from two published years of a small world, with intervals for France (two seconds)."""
    published = worlds.published_zip(folder, worlds.rows(seed=5, years=(2023, 2024), density=0.85))
    api.build(folder / "release", [f"baci={published}"], api.BuildOptions(doubt=("FRA",), draws=50))
    return folder / "release"
