"""The floors of the house (`.importlinter`): kept here, and each contract shown to break on a house built badly."""

from __future__ import annotations

import configparser
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.tree import PACKAGE, ROOT

CONTRACTS = ROOT / ".importlinter"
ROOMS = ("api", "config", "core", "enquiries", "handover", "markets", "network", "people", "publication", "theme")

# module -> what it must not say, and the contract that catches it
BADLY = {
    "atlas/figures.py": ("import django", "atlas-without-desk"),
    "atlas/answers.py": ("from portulan.desk.markets import views", "atlas-without-desk"),
    "desk/config/pages.py": ("from portulan.atlas import api", "one-door"),
    "desk/markets/inside.py": ("from portulan.atlas import release", "one-door"),
    "atlas/opened.py": ("import duckdb", "one-engine"),
    "atlas/doubt/draws.py": ("import pandas", "no-data-frames"),
    "desk/markets/sums.py": ("import numpy", "no-arrays-in-the-desk"),
    "desk/theme/up.py": ("from portulan.desk.markets import inside", "desk-floors"),
    "atlas/reference/up.py": ("from portulan.atlas.indicators import share", "atlas-floors"),
    "atlas/indicators/share.py": ("from portulan.atlas.sources import baci", "a-number-is-defined-without-files"),
    "atlas/sources/baci.py": ("from portulan.atlas.indicators import base", "a-source-only-reads"),
    "atlas/reference/peek.py": ("from portulan.atlas.sources import cldr", "reference-stands-alone"),
    "atlas/charts/map.py": ("from portulan.atlas.engine import Engine", "charts-only-draw"),
}


def contracts() -> dict[str, str]:
    """Return the name of each contract by its id."""
    parser = configparser.ConfigParser()
    parser.read(CONTRACTS, encoding="utf-8")
    head = "importlinter:contract:"
    return {
        section.removeprefix(head): parser[section]["name"] for section in parser.sections() if section.startswith(head)
    }


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache", "--config", str(CONTRACTS)]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)


def house(root: Path) -> Path:
    """Build an empty house that keeps every contract."""
    modules = [
        "cli",
        "atlas/cli",
        "atlas/api",
        "atlas/release",
        "atlas/pipeline",
        "atlas/errors",
        "atlas/engine",
        "desk/cli",
    ]
    folders = [
        "",
        "atlas",
        "desk",
        *(f"atlas/{name}" for name in ("charts", "doubt", "estimate", "indicators", "reference", "sources")),
        *(f"desk/{name}" for name in ROOMS),
    ]
    for folder in folders:
        (root / "portulan" / folder).mkdir(parents=True, exist_ok=True)
        (root / "portulan" / folder / "__init__.py").write_text("")
    for module in modules:
        (root / "portulan" / f"{module}.py").write_text("")
    return root


def test_every_contract_is_kept() -> None:
    done = lint(PACKAGE.parent)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]


def test_a_house_built_well_keeps_every_contract(tmp_path: Path) -> None:
    done = lint(house(tmp_path))
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]


def test_each_contract_breaks_on_a_house_built_badly(tmp_path: Path) -> None:
    root = house(tmp_path)
    for name, (line, _) in BADLY.items():
        (root / "portulan" / name).write_text(line + "\n")
    said = lint(root).stdout
    named = contracts()
    assert set(named) == {contract for _, contract in BADLY.values()}, "each contract has an example that breaks it"
    for contract, title in named.items():
        assert f"{title} BROKEN" in said, (contract, said[-4000:])
    for name, (line, _) in BADLY.items():
        shown = "portulan." + name.removesuffix(".py").replace("/", ".")
        assert shown in said, (name, line)


@pytest.mark.parametrize("room", ["shop", "plans"])
def test_a_new_room_without_a_floor_fails(tmp_path: Path, room: str) -> None:
    root = house(tmp_path)
    (root / "portulan" / "desk" / room).mkdir()
    (root / "portulan" / "desk" / room / "__init__.py").write_text("")
    done = lint(root)
    assert done.returncode == 1
    assert f"{contracts()['desk-floors']} BROKEN" in done.stdout and room in done.stdout


def test_no_floor_stays_empty() -> None:
    parser = configparser.ConfigParser()
    parser.read(CONTRACTS, encoding="utf-8")
    floors = parser["importlinter:contract:desk-floors"]["layers"].split()
    assert [
        floor
        for floor in floors
        if not ((PACKAGE / "desk" / floor).is_dir() or (PACKAGE / "desk" / f"{floor}.py").is_file())
    ] == []
