"""Columns of codes: kept as numbers where the engine can, compared, sorted, read and written as text."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from portulan.atlas.engine import Engine, open_engine
from portulan.atlas.engine.on_duckdb import MOST_CODES

CODES = ("FRA", "JPN", "O'R", "été", "")


@pytest.fixture
def engine() -> Iterator[Engine]:
    with open_engine() as opened:
        opened.declare("country", CODES)
        opened.insert("written", {"name": np.array(["JPN", "", "O'R", "été", "FRA"], dtype=object)})
        opened.materialise("held", f"SELECT CAST(name AS {opened.code_type('country')}) AS code FROM written")
        yield opened


def test_a_code_is_read_as_text(engine: Engine) -> None:
    assert engine.code_type("country") != "VARCHAR"
    assert sorted(row[0] for row in engine.execute("SELECT code FROM held")) == sorted(CODES)
    assert engine.records("SELECT code FROM held WHERE code = 'O''R'") == [{"code": "O'R"}]
    found = engine.columns("SELECT code FROM held WHERE code <> ? ORDER BY CAST(code AS VARCHAR)", ["FRA"])
    assert found["code"].tolist() == ["", "JPN", "O'R", "été"]


def test_codes_sort_in_the_order_declared(engine: Engine) -> None:
    assert [row[0] for row in engine.execute("SELECT code FROM held ORDER BY code")] == list(CODES)


def test_a_code_meets_text(engine: Engine) -> None:
    engine.insert("names", {"code": np.array(["FRA", "ESP"], dtype=object)})
    assert engine.execute("SELECT held.code FROM held JOIN names ON names.code = held.code") == [("FRA",)]


def test_a_file_holds_text(engine: Engine, tmp_path: Path) -> None:
    engine.write_parquet("SELECT code FROM held ORDER BY code", tmp_path / "held.parquet")
    assert engine.parquet_columns(tmp_path / "held.parquet") == {"code": "VARCHAR"}
    with open_engine() as other:
        other.load_parquet("held", tmp_path / "held.parquet", "SELECT code FROM source")
        assert [row[0] for row in other.execute("SELECT code FROM held")] == list(CODES)


def test_a_new_list_leaves_older_columns_as_they_are(engine: Engine) -> None:
    engine.declare("country", ("DEU",))
    engine.materialise("newer", f"SELECT CAST('DEU' AS {engine.code_type('country')}) AS code")
    assert engine.execute("SELECT code FROM newer") == [("DEU",)]
    assert engine.execute("SELECT COUNT(*) FROM held JOIN newer ON newer.code = held.code") == [(0,)]
    assert len(engine.execute("SELECT code FROM held")) == len(CODES)


@pytest.mark.parametrize("count", [0, MOST_CODES + 1])
def test_where_numbers_are_no_gain_text_stays(engine: Engine, count: int) -> None:
    engine.declare("country", [str(number) for number in range(count)])
    assert engine.code_type("country") == engine.code_type("never_declared") == "VARCHAR"
