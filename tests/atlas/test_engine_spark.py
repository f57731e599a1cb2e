"""Spark says what DuckDB says: whole numbers equal, ratios to 1e-9, on a made world and on the real file."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import json
import os
import random
import shutil
import socket
import subprocess
import sys
import time
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from portulan.atlas import api
from portulan.atlas.engine import Engine, open_engine, quoted
from portulan.atlas.errors import AtlasError, BadInputError
from portulan.atlas.pipeline import Corrections
from portulan.atlas.projections import Projections
from tests.atlas import worlds

pytestmark = [pytest.mark.spark, pytest.mark.slow, pytest.mark.timeout(1800), pytest.mark.xdist_group("spark")]
RATIO = 1e-9


@pytest.fixture(scope="module")
def spark(tmp_path_factory):
    for name in ("pyspark", "sqlglot"):
        if importlib.util.find_spec(name) is None:
            pytest.skip(f"{name} is not installed: it comes with portulan[spark]")
    if not shutil.which("java") and not os.environ.get("JAVA_HOME"):
        pytest.skip("Spark needs Java and there is none here")
    with open_engine("2GB", 2, "spark", tmp_path_factory.mktemp("spark [1]")) as engine:
        yield engine


@pytest.fixture(scope="module")
def duck():
    with open_engine("1GB") as engine:
        yield engine


def assert_same_tables(one: Path, other: Path) -> dict[str, int]:
    """Compare every table of two releases by its key (its texts and year); return how many rows each has."""
    counted = {}
    names = [{p.relative_to(folder).as_posix() for p in folder.rglob("*.parquet")} for folder in (one, other)]
    assert names[0] == names[1]
    with open_engine("1GB") as engine:
        for name in sorted(names[0]):
            kinds = engine.parquet_columns(one / name)
            assert engine.parquet_columns(other / name) == kinds, name
            keys = [column for column, kind in kinds.items() if kind == "VARCHAR" or column == "year"]
            left, right = (f"read_parquet({quoted(folder / name)})" for folder in (one, other))
            unmatched = " + ".join(f"COUNT(*) FILTER ({side}.{keys[0]} IS NULL)" for side in ("x", "y"))
            values = [column for column in kinds if column not in keys]
            differ = []
            for column in values:
                x, y = f"x.{column}", f"y.{column}"
                far = f"ABS({x} - {y}) > {RATIO} * GREATEST(ABS({x}), ABS({y}))"
                unlike = far if kinds[column] == "DOUBLE" else f"{x} <> {y}"
                differ.append(f"COUNT(*) FILTER ({unlike} OR ({x} IS NULL) <> ({y} IS NULL))")
            join = f"{left} AS x FULL JOIN {right} AS y USING ({', '.join(keys)})"
            [row] = engine.execute(f"SELECT COUNT(*), {', '.join([unmatched, *differ])} FROM {join}")
            assert row[0] > 0, f"{name} is empty: nothing was compared"
            assert not any(row[1:]), f"{name}: rows that differ {dict(zip(['key', *values], row[1:], strict=True))}"
            counted[name] = row[0]
    return counted


def build_both(folder: Path, source: Path, **options) -> dict[str, Path]:
    for engine in ("duckdb", "spark"):
        api.build(folder / engine, [f"baci={source}"], api.BuildOptions(engine=engine, memory="3GB", **options))
    return {engine: folder / engine for engine in ("duckdb", "spark")}


# A made world: two years, so that there is growth; rows to set aside; every correction on.
BAD = (
    "2024,999,124,490199,5.000,NA",
    "2024,251,998,490199,5.000,NA",
    "2024,251,124,999999,5.000,NA",
    "2024,251,124,010121,-5.000,NA",
    "2024,251,124,270900,nan,NA",
    "2024,251,124,870323,many,NA",
)


@pytest.fixture(scope="module")
def made(spark, tmp_path_factory):
    folder = tmp_path_factory.mktemp("made")
    flows = [
        row
        for row in worlds.rows(seed=3, years=(2021, 2024), density=0.9)
        if row[1:3] != ("FRA", "CAN") or row[3] < "010200"
    ]
    text = worlds.csv_text([row for row in flows if row[0] == 2024]) + "\n".join(BAD) + "\n"
    source = worlds.published_zip(folder, flows, members={"BACI_HS17_Y2024_V202601.csv": text})
    rates = {(c, y): float(place % 5) for place, c in enumerate(worlds.COUNTRIES) for y in range(2021, 2031)}
    corrections = Corrections(balance=True, projections=Projections(2024, rates))
    return build_both(folder, source, corrections=corrections, doubt=("FRA",), draws=50)


def test_the_same_rows_in_any_order_make_the_same_bytes(spark, tmp_path):
    flows = worlds.rows(seed=4)
    trees = []
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        api.build(
            tmp_path / name / "r",
            [f"baci={worlds.published_zip(tmp_path / name, flows)}"],
            api.BuildOptions(engine="spark", memory="2GB"),
        )
        files = sorted(path for path in (tmp_path / name / "r").rglob("*") if path.is_file())
        trees.append({path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files})
        random.Random(9).shuffle(flows)
    assert trees[0] == trees[1]


def test_every_table_of_a_made_world_is_the_same(made):
    counted = assert_same_tables(made["duckdb"], made["spark"])
    assert {name.split("/")[0] for name in counted} >= {
        "cells",
        "markets",
        "exporters",
        "pairs",
        "products",
        "coverage",
        "ranks",
    }


def test_the_papers_are_the_same_but_for_the_engine(made):
    one, other = (json.loads((made[name] / "datapackage.json").read_text())["portulan"] for name in ("duckdb", "spark"))
    assert (one.pop("engine").split()[0], other.pop("engine").split()[0]) == ("duckdb", "spark")
    assert sum(entry["count"] for entry in one["quarantined"]) == len(BAD)
    assert one == other


def test_fingerprints_of_two_engines_are_never_taken_for_one_another(made):
    papers = [json.loads((made[name] / "datapackage.json").read_text())["sources"][0]["loaded"] for name in made]
    for one, other in zip(*papers, strict=True):
        assert other["fingerprint"].startswith("xxhash64:")
        assert {**one, "fingerprint": ""} == {**other, "fingerprint": ""}


def test_a_release_made_by_spark_is_whole_and_answers(made):
    assert all(check.passed for check in api.verify(made["spark"]))
    assert not [path for path in made["spark"].rglob("*") if path.name.startswith((".", "_"))]
    shown = [
        {
            f.indicator: f.value
            for f in api.show(api.open_release(path), exporter="FRA", sector="book", market="BEL", flow="goods")
            if isinstance(f, api.Figure)
        }
        for path in made.values()
    ]
    assert shown[0] == pytest.approx(shown[1], rel=RATIO)
    assert {"growth", "potential", "share"} <= set(shown[1])


@pytest.mark.real
def test_real_rows_say_the_same(spark, shared_data, tmp_path):
    """Every cultural row of 2024, and the rows of one in seven of the other products."""
    whole = quoted(shared_data / "baci" / "baci_hs17_2024_220importers.parquet")
    cultural = quoted(shared_data / "baci" / "baci_hs17_2024_cultural.parquet")
    source = tmp_path / "baci_hs17_part.parquet"
    with open_engine() as engine:
        engine.write_parquet(
            f"SELECT * FROM read_parquet({whole}) "
            f"WHERE CAST(k AS INTEGER) % 7 = 3 OR k IN (SELECT k FROM read_parquet({cultural}))",
            source,
        )
        assert engine.count_parquet(source) > 1_500_000
    both = build_both(tmp_path, source)
    counted = assert_same_tables(both["duckdb"], both["spark"])
    assert counted["cells/goods-2024.parquet"] > 400_000


# What statements rest on, one by one.
VALUES = "(VALUES (1, 'a', 2.5), (2, 'b', -2.5), (3, NULL, 0.1), (NULL, 'd', 1e300), (5, 'é', NULL)) AS t(n, s, x)"


@pytest.mark.parametrize(
    "query",
    [
        f"SELECT n / 2 AS half, 7 / 2 AS three_and_a_half, 1.0 / 3 AS third FROM {VALUES} ORDER BY n",
        f"SELECT n, s FROM {VALUES} ORDER BY n",
        f"SELECT n FROM {VALUES} ORDER BY n DESC",
        f"SELECT s FROM {VALUES} ORDER BY s DESC",
        f"SELECT n, RANK() OVER (ORDER BY x DESC) AS place FROM {VALUES} ORDER BY n",
        f"SELECT n, LEAST(1, x) AS low, GREATEST(x, 0, n) AS high, NULLIF(n, 2) AS other FROM {VALUES} ORDER BY n",
        "SELECT POWER(CAST(2 AS DOUBLE), CAST(1 AS DOUBLE) / 3) AS root, ABS(-3) AS three",
        "SELECT round(2.5::DOUBLE) AS a, round(-2.5::DOUBLE) AS b, round(0.49999999999999994::DOUBLE) AS c",
        "SELECT CAST(round(476952.737::DOUBLE * 1000) AS BIGINT) AS dollars",
        "SELECT isnan('nan'::DOUBLE) AS a, isinf('-inf'::DOUBLE) AS b, isinf(1e300) AS c",
        "SELECT CAST(7 AS BIGINT) * (CAST(333333 AS DECIMAL(18, 0)) * CAST(0.000001 AS DECIMAL(9, 6))) AS weighted",
        "SELECT lpad(trim(' 12 '), 6, '0') AS code, concat_ws(',', 'a', NULL, CAST(3 AS VARCHAR)) AS joined",
        "SELECT 'it''s \\ % \\n' AS said",
        "SELECT TRY_CAST('many' AS DOUBLE) AS a, TRY_CAST(' 5 ' AS INTEGER) AS b, 1 IS DISTINCT FROM NULL AS c",
        f"SELECT COUNT(*) AS rows, COUNT(s) AS texts, SUM(n) AS total FROM {VALUES}",
        f"SELECT MAX(CASE WHEN x > 0 THEN 1 ELSE 0 END) AS some FROM {VALUES}",
        f"SELECT s, COUNT(*) AS rows FROM {VALUES} GROUP BY ALL HAVING COUNT(*) > 0 ORDER BY ALL LIMIT 3",
        "SELECT 'a' AS s UNION SELECT 'a' UNION ALL SELECT 'b' ORDER BY s",
    ],
)
def test_a_construct_means_the_same(spark, duck, query):
    found, expected = spark.records(query), duck.records(query)
    assert [list(row) for row in found] == [list(row) for row in expected]
    for one, other in zip(found, expected, strict=True):
        for name, value in other.items():
            assert one[name] == (pytest.approx(value, rel=1e-15) if isinstance(value, float) else value), name


def test_parameters_are_values_not_text(spark, duck):
    query = "SELECT ? AS a, ? AS b, ? AS c"
    for engine in (spark, duck):
        assert engine.execute(query, ("it's; DROP", 7, 0.5)) == [("it's; DROP", 7, 0.5)]


@pytest.mark.parametrize("scale", [1e-9, 1.0, 1e6, 1e12])
def test_a_sum_of_doubles_is_exact_in_any_order(spark, scale):
    draw = random.Random(5)
    values = [draw.uniform(-1, 1) * scale for _ in range(2000)]
    # Each term is rounded once, to twelve decimals; then nothing is lost.
    truth = sum(Fraction(value) for value in values)
    sums = set()
    for order in (values, values[::-1], sorted(values)):
        spark.insert("terms", {"x": np.array(order)})
        sums.update(spark.execute("SELECT SUM(CAST(x AS DECIMAL(38, 12))) FROM terms"))
    [(total,)] = sums
    assert abs(Fraction(total) - truth) <= Fraction(len(values), 2 * 10**12) + abs(truth) * Fraction(1, 10**15)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT SUM(n) FROM (VALUES (9223372036854775807), (1)) AS t(n)",
        "SELECT SUM(CAST(x AS DECIMAL(38, 12))) FROM (VALUES (1e19::DOUBLE), (1e19)) AS t(x)",
        "SELECT SUM(CAST(x AS DECIMAL(38, 12))) FROM (VALUES ('nan'::DOUBLE)) AS t(x)",
        "SELECT CAST(99999999999999999999999999.5 AS DECIMAL(38, 12)) * CAST(99999999999999 AS DECIMAL(38, 12))",
        "SELECT CAST(1e30 AS BIGINT)",
        "SELECT n / 0 FROM (VALUES (1)) AS t(n)",
    ],
)
def test_what_does_not_fit_is_an_error_never_a_wrong_number(spark, query):
    with pytest.raises(AtlasError, match="Spark could not"):
        spark.execute(query)


def test_tables_are_kept_replaced_filtered_and_forgotten(spark, duck):
    for engine in (spark, duck):
        assert kept(engine) == [(2, 20), (3, 30)]
        with pytest.raises(Exception, match="numbers"):
            engine.execute("SELECT * FROM numbers")


def kept(engine: Engine) -> list[tuple[int, int]]:
    engine.insert("numbers", {"n": np.array([1, 2, 3, 4], dtype=np.int64)})
    engine.view("tens", "SELECT n, n * 10 AS ten FROM numbers")
    engine.materialise("numbers", "SELECT n FROM numbers WHERE n > 1")
    engine.keep("numbers", "CASE WHEN n = 4 THEN NULL ELSE TRUE END")
    found = engine.execute("SELECT n, ten FROM tens ORDER BY n")
    engine.drop("numbers", "never_there")
    return [(int(n), int(ten)) for n, ten in found]


def test_columns_come_back_as_they_went(spark, duck):
    given = {
        "name": np.array(["é", "", "it's"], dtype=object),
        "big": np.array([2**62, -1, 0], dtype=np.int64),
        "year": np.array([1, 2, 3], dtype=np.int16),
        "x": np.array([0.1, -1e300, 5e-324]),
    }
    for engine in (spark, duck):
        engine.insert("given", given)
        back = engine.columns("SELECT * FROM given ORDER BY year DESC")
        for name, values in given.items():
            assert back[name].dtype == values.dtype, (engine.name, name)
            assert list(back[name]) == list(values[::-1]), (engine.name, name)


def test_a_bad_line_is_named_by_its_number(spark, tmp_path):
    (tmp_path / "x.csv").write_text("a,b\n1,2\n3\n")
    with pytest.raises(BadInputError, match="line 3"):
        spark.load_csv("x", tmp_path / "x.csv", "SELECT a FROM source")


def test_a_file_that_is_no_parquet_is_refused(spark, tmp_path):
    (tmp_path / "baci_hs17.parquet").write_text("<!DOCTYPE html>")
    with pytest.raises(BadInputError, match=r"baci_hs17\.parquet"):
        spark.parquet_columns(tmp_path / "baci_hs17.parquet")


def test_a_folder_of_parquet_is_one_table_whatever_its_name(spark, duck, tmp_path):
    folder = tmp_path / "years {1,2}* [a]"
    folder.mkdir()
    for place in (1, 2):
        duck.write_parquet(f"SELECT {place} AS n", folder / f"{place}.parquet")
    spark.load_parquet("years", folder, "SELECT n FROM source")
    assert spark.execute("SELECT n FROM years ORDER BY n") == [(1,), (2,)]


def run(text: str, **environment: str) -> subprocess.CompletedProcess[str]:
    env = {key: value for key, value in os.environ.items() if key != "JAVA_HOME"} | environment
    return subprocess.run(
        [sys.executable, "-c", text], capture_output=True, text=True, env=env, timeout=300, check=False
    )


OPEN = """
import numpy
from portulan.atlas.engine import open_engine
with open_engine("1GB", 1, "spark") as engine:
    engine.insert("numbers", {"n": numpy.array([1, 5])})
    engine.materialise("numbers", "SELECT n + 1 AS n FROM numbers")
    print(engine.execute("SELECT SUM(n) / ? AS x FROM numbers", (16,)))
"""


def test_without_java_the_error_says_so(spark, tmp_path):
    done = run(OPEN, PATH=str(tmp_path))
    assert "AtlasError: Spark needs Java 17 or newer" in done.stderr


@pytest.fixture
def connect_server(spark, tmp_path):
    """Start the Spark Connect server that comes with PySpark, and return its address."""
    import pyspark

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    home = Path(pyspark.__file__).parent
    settings = {"grpc.binding.port": port, "grpc.binding.address": "127.0.0.1"}
    command = [
        home / "bin" / "spark-submit",
        "--master",
        "local[1]",
        "--driver-memory",
        "1g",
        "--conf",
        "spark.ui.enabled=false",
    ]
    command += [word for key, value in settings.items() for word in ("--conf", f"spark.connect.{key}={value}")]
    command += ["--class", "org.apache.spark.sql.connect.service.SparkConnectServer", "spark-internal"]
    with (tmp_path / "log").open("w") as log:
        server = subprocess.Popen(
            command, env=os.environ | {"SPARK_LOCAL_IP": "127.0.0.1", "SPARK_HOME": str(home)}, stdout=log, stderr=log
        )
    try:
        for _ in range(600):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            assert server.poll() is None, (tmp_path / "log").read_text()[-2000:]
            time.sleep(0.2)
        yield f"sc://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(60)


@pytest.mark.skipif(
    not all(importlib.util.find_spec(name) for name in ("grpc", "pandas", "pyarrow")),
    reason="Spark Connect needs pyspark[connect], which is not installed",
)
def test_spark_connect_runs_the_same_statements(connect_server):
    done = run(OPEN, PORTULAN_SPARK_REMOTE=connect_server)
    assert done.stdout.strip() == "[(0.5,)]", done.stderr[-2000:]


def test_without_what_connect_needs_the_error_says_what_to_install(spark):
    hidden = "import sys\nfor name in ('grpc', 'pandas', 'pyarrow'): sys.modules[name] = None\n"
    done = run(hidden + OPEN, PORTULAN_SPARK_REMOTE="sc://127.0.0.1:1")
    assert "pip install 'pyspark[connect]'" in done.stderr
