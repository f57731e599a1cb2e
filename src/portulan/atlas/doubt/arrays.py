"""Flows of one year and one scheme as integer-coded arrays, and how to obtain them from an engine."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from portulan.atlas.errors import BadInputError

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class Queryable(Protocol):
    """The part of an engine that is needed here."""

    def columns(self, sql: str, params: Sequence[object] = ()) -> dict[str, NDArray[Any]]:
        """Run one query and return its result as one numpy array a column."""
        ...


@dataclass(frozen=True, slots=True)
class FlowArrays:
    """Flows of one year and one product scheme.

    ``exporter``, ``market`` and ``product`` (int32) point into the three tables of names, sorted and without repeats;
    ``value`` is in US dollars and positive. The rows are sorted by (exporter, market, product), so that sums, draws and
    therefore results are the same whatever the order of the input. A market without a row is one that did not report.
    """

    exporters: tuple[str, ...]
    markets: tuple[str, ...]
    products: tuple[str, ...]
    exporter: NDArray[np.int32]
    market: NDArray[np.int32]
    product: NDArray[np.int32]
    value: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.value)

    @classmethod
    def build(
        cls,
        names: tuple[Sequence[str], Sequence[str], Sequence[str]],
        exporter: NDArray[Any],
        market: NDArray[Any],
        product: NDArray[Any],
        value: NDArray[Any],
    ) -> FlowArrays:
        """Check the arrays and put their rows in order; rows of value zero are left out (they say nothing).

        Raises BadInputError for unsorted or repeated names, indices out of range, and values that are negative or not
        finite.
        """
        tables = tuple(tuple(str(name) for name in part) for part in names)
        for field, table, index in zip(
            ("exporter", "market", "product"), tables, (exporter, market, product), strict=True
        ):
            if list(table) != sorted(set(table)):
                raise BadInputError("names are not sorted or repeat", todo="sort them and keep each once", field=field)
            if len(index) != len(value) or (len(index) and (index.min() < 0 or index.max() >= len(table))):
                raise BadInputError("indices do not fit the names", todo="code the rows by these names", field=field)
        amount = np.asarray(value, dtype=np.float64)
        if not np.isfinite(amount).all() or (amount < 0).any():
            raise BadInputError("a value is negative or not a number", todo="set such rows aside first", field="value")
        columns = [np.asarray(index, dtype=np.int32) for index in (exporter, market, product)]
        if len(amount) and amount.min() == 0:
            keep = amount > 0
            columns, amount = [index[keep] for index in columns], amount[keep]
        key = (columns[0].astype(np.int64) * len(tables[1]) + columns[1]) * len(tables[2]) + columns[2]
        if (key[1:] < key[:-1]).any():
            # Equal keys (a flow given in two rows) are ordered by value, so that even then input order does not matter.
            order = np.lexsort((amount, key)) if len(np.unique(key)) < len(key) else np.argsort(key, kind="stable")
            columns, amount = [index[order] for index in columns], amount[order]
        return cls(tables[0], tables[1], tables[2], columns[0], columns[1], columns[2], amount)

    @classmethod
    def from_text(
        cls, exporter: Sequence[str], market: Sequence[str], product: Sequence[str], value: NDArray[Any]
    ) -> FlowArrays:
        """Code text columns (ISO3, ISO3, product code); for small inputs, `load_flows` serves large ones."""
        coded = [np.unique(np.asarray(part, dtype=str), return_inverse=True) for part in (exporter, market, product)]
        names = (coded[0][0].tolist(), coded[1][0].tolist(), coded[2][0].tolist())
        return cls.build(names, coded[0][1], coded[1][1], coded[2][1], value)


def load_flows(engine: Queryable, relation: str) -> FlowArrays:
    """Read the columns exporter, market, code, value_usd of a table or view holding one flow, year and scheme.

    Rows without a positive value and flows of a country with itself are left out. The engine does the coding of text
    and the sort: ten million rows need about 0.4 GB here and no Python object each.
    """
    if not _NAME.fullmatch(relation):
        raise BadInputError(f"{relation!r} is not the name of a table", todo="create a view and give its name")
    columns = ("exporter", "market", "code")
    keep = "value_usd > 0 AND exporter <> market"
    tables = []
    for column in columns:
        found = engine.columns(f"SELECT DISTINCT {column} AS name FROM {relation} WHERE {keep} ORDER BY 1")
        tables.append([str(name) for name in found["name"]])
    joins = " ".join(
        f"JOIN (SELECT {c} AS name, CAST(row_number() OVER (ORDER BY {c}) - 1 AS INTEGER) AS n "
        f"FROM (SELECT DISTINCT {c} FROM {relation} WHERE {keep})) AS t_{c} ON t_{c}.name = f.{c}"
        for c in columns
    )
    rows = engine.columns(
        "SELECT t_exporter.n AS exporter, t_market.n AS market, t_code.n AS product, "
        f"CAST(f.value_usd AS DOUBLE) AS value FROM {relation} AS f {joins} "
        "WHERE f.value_usd > 0 AND f.exporter <> f.market ORDER BY 1, 2, 3, 4"
    )
    names = (tables[0], tables[1], tables[2])
    return FlowArrays.build(names, rows["exporter"], rows["market"], rows["product"], rows["value"])
