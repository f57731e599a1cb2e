"""DuckDB: the engine that comes with Portulan, on one machine."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import duckdb
import numpy as np
from numpy.typing import NDArray

from portulan.atlas.engine.base import checked, first_line, quoted
from portulan.atlas.errors import AtlasError, BadInputError

_CSV_LINE = re.compile(r"Error on Line: (\d+)")
MAX_LINE_BYTES = 1_000_000
ROWS_PER_GROUP = 20_480
"""Small groups: one exporter's rows of one sector are found without decoding the rest (5 times faster to answer)."""


def _header(path: Path) -> list[str]:
    with path.open("rb") as stream:
        line = stream.readline(MAX_LINE_BYTES).decode("utf-8-sig", errors="replace")
    return [name.strip().strip('"') for name in line.rstrip("\r\n").split(",")]


class DuckDBEngine:
    """One DuckDB connection, in memory, spilling to a folder where one is given."""

    name = "duckdb"
    row_hash = ""

    def __init__(
        self, memory: str = "4GB", threads: int = 2, temp: Path | None = None, *, ordered: bool = False
    ) -> None:
        self._ordered = ordered
        settings: dict[str, Any] = {
            "threads": threads,
            "memory_limit": memory,
            # The order of rows seldom matters (every output is sorted), and keeping it costs memory.
            "preserve_insertion_order": ordered,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
        if temp is not None:
            settings["temp_directory"] = str(temp)
        self._connection = duckdb.connect(":memory:", config=settings)

    def remember_footers(self) -> None:
        """Read the footer of each Parquet file once: for files that never change, asked again and again."""
        self._connection.execute("SET parquet_metadata_cache=true")

    @property
    def version(self) -> str:
        """Name and version, as written in a manifest."""
        return f"duckdb {duckdb.__version__}"

    def execute(self, sql: str, params: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Run one statement and return all its rows (an empty list where it returns none)."""
        try:
            cursor = self._connection.execute(sql, list(params))
            return cursor.fetchall() if cursor.description else []
        except duckdb.OutOfMemoryException as error:
            raise AtlasError(
                f"not enough memory for this step ({error.args[0].splitlines()[0]}); give more with --memory"
            ) from error

    def records(self, sql: str, params: Sequence[object] = ()) -> list[dict[str, Any]]:
        """Run one query and return its rows as dictionaries."""
        cursor = self._connection.execute(sql, list(params))
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def load_csv(self, table: str, path: Path, select: str) -> None:
        """Create `table` as `select` over the text columns of a comma-separated file, called `source` in `select`.

        Every column comes as text: what a value should be is the reader's business. A line that is not a record of
        the header's width, or is longer than a megabyte, is a `BadInputError` with its number.
        """
        names = ", ".join(f"{quoted(name)}: 'VARCHAR'" for name in _header(path))
        reading = (
            f"read_csv({quoted(path)}, header=true, delim=',', quote='\"', auto_detect=false, columns={{{names}}}, "
            f"strict_mode=true, max_line_size={MAX_LINE_BYTES}, parallel=true)"
        )
        try:
            self._connection.execute(
                f"CREATE OR REPLACE TABLE {checked(table)} AS WITH source AS (SELECT * FROM {reading}) {select}"
            )
        except duckdb.Error as error:
            line = _CSV_LINE.search(str(error))
            raise BadInputError(
                "a line is not a record of this table: " + first_line(error),
                todo="look at that line (a missing or extra comma, a quotation mark, a file cut short)",
                file=path.name,
                line=int(line.group(1)) if line else None,
            ) from error

    def load_parquet(self, table: str, path: Path, select: str) -> None:
        """Create `table` as `select` over a Parquet file (or a folder of them), called `source` in `select`."""
        where = path / "*.parquet" if path.is_dir() else path
        try:
            self._connection.execute(
                f"CREATE OR REPLACE TABLE {checked(table)} AS "
                f"WITH source AS (SELECT * FROM read_parquet({quoted(where)}, union_by_name=true)) {select}"
            )
        except duckdb.OutOfMemoryException as error:
            raise AtlasError(f"not enough memory ({first_line(error)}); give more with --memory") from error
        except duckdb.Error as error:
            raise BadInputError(
                f"not a readable Parquet file ({first_line(error)})",
                todo="get it again from its source",
                file=path.name,
            ) from error

    def parquet_columns(self, path: Path) -> dict[str, str]:
        """Return the column names and types of a Parquet file or folder."""
        where = path / "*.parquet" if path.is_dir() else path
        try:
            rows = self._connection.execute(
                f"DESCRIBE SELECT * FROM read_parquet({quoted(where)}, union_by_name=true)"
            ).fetchall()
        except duckdb.Error as error:
            raise BadInputError(
                f"not a readable Parquet file ({first_line(error)})",
                todo="get it again from its source",
                file=path.name,
            ) from error
        return {str(row[0]): str(row[1]) for row in rows}

    def write_parquet(self, select: str, path: Path) -> None:
        """Write an ordered query to one Parquet file; the bytes depend on its rows and the engine's version only."""
        self._connection.execute("SET preserve_insertion_order=true")
        try:
            self._connection.execute(
                f"COPY ({select}) TO {quoted(path)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROWS_PER_GROUP})"
            )
        finally:
            self._connection.execute(f"SET preserve_insertion_order={str(self._ordered).lower()}")

    def materialise(self, name: str, select: str) -> None:
        """Keep the result of a SELECT under `name`, for the statements that come after."""
        self.execute(f"CREATE OR REPLACE TABLE {checked(name)} AS {select}")

    def view(self, name: str, select: str) -> None:
        """Give a SELECT a name without keeping its result."""
        self.execute(f"CREATE OR REPLACE VIEW {checked(name)} AS {select}")

    def keep(self, table: str, condition: str) -> None:
        """Forget the rows of a table for which `condition` is not true."""
        self.execute(f"DELETE FROM {checked(table)} WHERE ({condition}) IS NOT TRUE")

    def count_parquet(self, path: Path) -> int:
        """Return the number of rows of a Parquet file, from its footer."""
        [(rows,)] = self.execute(f"SELECT COUNT(*) FROM read_parquet({quoted(path)})")
        return int(rows)

    def drop(self, *names: str) -> None:
        """Forget tables that are not needed any more."""
        for name in names:
            self.execute(f"DROP TABLE IF EXISTS {checked(name)}")

    def columns(self, sql: str, params: Sequence[object] = ()) -> dict[str, NDArray[Any]]:
        """Run one query and return its result as one numpy array a column."""
        result = self._connection.execute(sql, list(params)).fetchnumpy()
        return {
            name: np.ma.filled(values) if isinstance(values, np.ma.MaskedArray) else values
            for name, values in result.items()
        }

    def insert(self, table: str, columns: Mapping[str, NDArray[Any]]) -> None:
        """Create `table` from numpy columns of one length (text as object arrays)."""
        self._connection.register("_incoming", dict(columns))
        try:
            self._connection.execute(f"CREATE OR REPLACE TABLE {checked(table)} AS SELECT * FROM _incoming")
        finally:
            self._connection.unregister("_incoming")

    def close(self) -> None:
        """Close the connection; further calls fail."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
