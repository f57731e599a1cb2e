"""Every statement of the atlas has a Spark text, made of functions that are known to mean the same on both engines."""

from __future__ import annotations

import importlib.util
import re
import sys

import pytest

from portulan.atlas import checks
from portulan.atlas.engine import open_engine
from portulan.atlas.errors import AtlasError
from portulan.atlas.indicators import growth, output, potential, rca, trade

# `make test` runs these where sqlglot is there; `make test-all`, which has the extra, runs what is marked.
pytestmark = [pytest.mark.spark] if importlib.util.find_spec("pyspark") else []

# Compared on both engines in test_engine_spark.py. Another function is added here with a case there.
SAME_MEANING = {
    "ABS", "CAST", "COALESCE", "COUNT", "DECIMAL", "GREATEST", "LEAST", "MAX", "NULLIF", "POWER", "RANK", "RINT", "SUM",
}  # fmt: skip


def statements() -> dict[str, str]:
    made = [
        *trade.STATEMENTS,
        trade.REPORTED_FLOW,
        *rca.STATEMENTS,
        *potential.STATEMENTS,
        potential.BALANCE,
        potential.NO_BALANCE,
        potential.NO_EXPORTER_CORRECTION,
        potential.NO_MARKET_CORRECTION,
        *growth.STATEMENTS,
        output.CELL,
    ]
    tables = {name: select for name, (select, _) in output.YEARLY_TABLES.items()}
    # Two statements of one name, of which a build runs one or the other.
    others = {
        "reported_flow, all report": trade.EVERY_MARKET_REPORTS,
        "cell_potential, static": potential.STATIC_CELL_POTENTIAL,
    }
    tables |= {name: statement.select for name, statement in others.items()}
    return {s.name: s.select for s in made} | tables | {name: query for _, name, query in checks.IDENTITIES}


@pytest.fixture
def to_spark():
    pytest.importorskip("sqlglot", reason="sqlglot is not installed: it comes with portulan[spark]")
    from portulan.atlas.engine.transpile import to_spark

    return to_spark


@pytest.mark.parametrize("name", statements())
def test_every_statement_runs_on_spark_too(to_spark, name):
    text = to_spark(statements()[name])
    called = {word.upper() for word in re.findall(r"\b([A-Za-z_0-9]+)\(", text)}
    assert called <= SAME_MEANING, text


def test_a_division_is_one_of_doubles(to_spark):
    assert to_spark("SELECT a / b / c AS x FROM t") == (
        "SELECT CAST(CAST(a AS DOUBLE) / CAST(b AS DOUBLE) AS DOUBLE) / CAST(c AS DOUBLE) AS x FROM t"
    )


@pytest.mark.parametrize(
    "statement", ["DELETE FROM t", "CREATE TABLE t AS SELECT 1", "SELECT a FROM t QUALIFY", "SELEC 1", "SELECT 'a"]
)
def test_what_cannot_run_on_both_is_refused(to_spark, statement):
    with pytest.raises(ValueError, match=r"both engines|cannot run on Spark"):
        to_spark(statement)


def test_without_the_extra_the_error_says_what_to_install(monkeypatch):
    for name in ("pyspark", "pyspark.sql", "sqlglot", "portulan.atlas.engine.on_spark"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(AtlasError, match=r"pip install 'portulan\[spark\]'"):
        open_engine(name="spark")


def test_an_engine_that_does_not_exist_is_refused():
    with pytest.raises(AtlasError, match="duckdb, spark"):
        open_engine(name="sparc")
