"""Texts: nothing left undone, nothing of one machine or network, nothing of the real data."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

from portulan.atlas.engine import open_engine
from tests.house import text_rules as rules
from tests.house.tree import ROOT, fail_if, repository, texts

pytestmark = pytest.mark.xdist_group("house")

# Facts of classifications, reviewed and mended in our own table: the proposal beside the data is not data.
PROPOSALS = {"crosswalk.csv", "README.md"}


def bad(name: str, text: str) -> list[tuple[Path, str]]:
    return [(Path(name), text)]


# -- nothing left undone ------------------------------------------------------


def test_nothing_is_left_undone() -> None:
    fail_if(rules.left_undone(texts()), "do it, or write an issue")


@pytest.mark.parametrize("line", ["# TO" + "DO: later", "x = 1  # FIX" + "ME", "<!-- XX" + "X -->"])
def test_what_is_left_undone_is_seen(line: str) -> None:
    assert list(rules.left_undone(bad("a.py", line)))


@pytest.mark.parametrize("line", ["raise BadInputError('x', todo='do this')", "address(state, market='XXX')"])
def test_what_only_looks_undone_is_not(line: str) -> None:
    assert not list(rules.left_undone(bad("a.py", line)))


# -- one machine, one network -------------------------------------------------


def test_no_path_of_one_machine() -> None:
    fail_if(rules.of_one_machine(texts()), "a file of the repository works on any machine")


@pytest.mark.parametrize("folder", ["work", "root", "farm", "home", "Users"])
def test_a_path_of_one_machine_is_seen(folder: str) -> None:
    for line in (f"open('/{folder}/data.csv')", f"see /{folder}/main", f"DATA=/{folder}/x"):
        assert list(rules.of_one_machine(bad("a.py", line))), line


@pytest.mark.parametrize(
    "line",
    [
        "https://example.org/home/page",
        "src/home/x.py",
        "~/" + "work/notes",
        "$BASE/" + "work/x",
        "url('/fr/map/')",
    ],
)
def test_a_path_that_is_nobodys_is_not(line: str) -> None:
    assert not list(rules.of_one_machine(bad("a.py", line)))


def configured() -> list[str]:
    """Return what the package managers of this machine are told about registries."""
    values = [
        value for name, value in os.environ.items() if re.search("INDEX|REGISTRY|FIND_LINKS", name, re.IGNORECASE)
    ]
    for command in (["pip", "config", "list"], ["npm", "config", "get", "registry"]):
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
        except (OSError, subprocess.TimeoutExpired):
            continue
        values += re.findall(r"\w+://[^\s'\"]+", done.stdout)
    return values


def test_no_address_of_one_network() -> None:
    fail_if(
        rules.of_one_network(texts(), rules.registries(configured())), "an address of the repository answers everywhere"
    )


def test_an_address_of_one_network_is_seen() -> None:
    for host in ("mirror.inter" + "nal", "10.0.0" + ".7:8080", "192.168" + ".1.4", "registry"):
        assert list(rules.of_one_network(bad("a.toml", f"url = 'http://{host}/simple'"), ())), host
    assert list(
        rules.of_one_network(
            bad("a.toml", "index = packages.example.net"), rules.registries(["https://packages.example.net/simple"])
        )
    )


def test_an_address_of_everybody_is_not() -> None:
    lines = "https://pypi.org/simple http://127.0.0.1:8000 http://localhost:1 https://www.cepii.fr/x http://[::1]:8000/"
    assert not list(rules.of_one_network(bad("a.md", lines), rules.registries(["https://pypi.org/simple"])))


# -- the real data stay outside -----------------------------------------------


def shared_files(shared: Path) -> list[Path]:
    return [path for path in shared.rglob("*") if path.is_file() and path.name not in PROPOSALS]


@pytest.mark.real
def test_no_shared_file_is_committed(shared_data: Path) -> None:
    fail_if(
        rules.copied(repository(), [path for path in shared_data.rglob("*") if path.is_file()]),
        "../shared/data stays outside",
    )


def test_a_copied_file_is_seen(tmp_path: Path) -> None:
    (tmp_path / "theirs.csv").write_text("t,i,j,k,v\n2024,FRA,BEL,490199,1.5\n")
    (tmp_path / "ours.csv").write_bytes((tmp_path / "theirs.csv").read_bytes())
    (tmp_path / "other.csv").write_text("t,i,j,k,v\n2024,FRA,BEL,490199,1.6\n")
    found = list(rules.copied([tmp_path / "ours.csv", tmp_path / "other.csv"], [tmp_path / "theirs.csv"]))
    assert len(found) == 1 and found[0].startswith("ours.csv")


@pytest.mark.real
def test_no_lines_of_shared_files_are_committed(shared_data: Path) -> None:
    lines: dict[str, str] = {}
    for path in shared_files(shared_data):
        if path.suffix == ".csv":
            text = path.read_bytes().decode("utf-8", errors="replace")
            lines |= {line.strip(): path.name for line in text.splitlines()[1:] if len(line) > 30}
    assert len(lines) > 10_000
    fail_if(rules.extracts(texts(), lines), "no extract of ../shared/data")


def test_an_extract_is_seen() -> None:
    lines = {f"row {n} of theirs": "dist.csv" for n in range(9)}
    assert list(rules.extracts(bad("a.csv", "head\n" + "\n".join(list(lines)[:3])), lines))
    assert not list(rules.extracts(bad("a.csv", "row 1 of theirs\nrow 2 of ours"), lines))


@pytest.mark.real
@pytest.mark.slow
def test_no_rows_of_baci_are_committed(shared_data: Path) -> None:
    seen = list(rules.flow_like(texts()))
    with open_engine() as engine:
        path = str(shared_data / "baci" / "baci_hs17_2024_220importers.parquet").replace("'", "''")
        wanted = ", ".join({f"('{i}','{j}','{k}')" for _, i, j, k, _ in seen}) or "('','','')"
        rows = engine.execute(f"SELECT i, j, k, v FROM read_parquet('{path}') WHERE (i, j, k) IN ({wanted})")
    real = {(i, j, k, f"{v:.3f}") for i, j, k, v in rows}
    same = {place for place, i, j, k, value in seen if (i, j, k, f"{float(value):.3f}") in real}
    files = sorted({place.rpartition(":")[0] for place in same})
    fail_if(
        [
            f"{name}: {sum(place.startswith(name + ':') for place in same)} rows"
            for name in files
            if sum(place.startswith(name + ":") for place in same) > 2
        ],
        "no rows of BACI",
    )


def test_a_row_of_flows_is_seen() -> None:
    for line in (
        "2024,FRA,BEL,490199,41234.567",
        '{"i": "FRA", "j": "BEL", "k": "490199", "v": 41234.567}',
        '("FRA", "BEL", "490199", 41234.567)',
    ):
        assert list(rules.flow_like(bad("a.py", line))) == [("a.py:1", "FRA", "BEL", "490199", "41234.567")]


# Binary tables cannot be read by a reviewer. Each one committed is named here with what it is.
BINARY_TABLES: dict[str, str] = {}
TABLE_FORMATS = (
    ".parquet",
    ".zip",
    ".gz",
    ".xlsx",
    ".xls",
    ".duckdb",
    ".db",
    ".sqlite3",
    ".npz",
    ".npy",
    ".feather",
    ".pkl",
    ".dta",
)


def test_no_binary_table_without_a_reason() -> None:
    found = [str(path.relative_to(ROOT)) for path in repository() if path.name.endswith(TABLE_FORMATS)]
    fail_if(
        [name for name in found if not BINARY_TABLES.get(name)], "say in BINARY_TABLES what it is, or write it as text"
    )
    assert not set(BINARY_TABLES) - set(found)


def test_json_and_toml_can_be_read() -> None:
    import tomllib

    for path, text in texts():
        if path.suffix == ".toml":
            tomllib.loads(text)
        elif path.suffix == ".json":
            assert json.loads(text) is not None, path
