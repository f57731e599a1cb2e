"""DuckDB: the engine that comes with Portulan, on one machine."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import duckdb

from portulan.atlas.engine.base import checked, first_line, parquet, plain, quoted
from portulan.atlas.errors import AtlasError, BadInputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

_CSV_LINE = re.compile(r"Error on Line: (\d+)")
MAX_LINE_BYTES = 1_000_000
MAX_THREADS = 1024
MOST_CODES = 65_535
"""Beyond, a number in place of the text is no gain."""
GROUPS_BY_PLACE = 18
"""Groups by keys that fit so many bits (exporter and market) find their place without a hash: a third faster."""
ROWS_PER_GROUP = 20_480
"""Small groups: one exporter's rows of one sector are found without decoding the rest (5 times faster to answer)."""


def _header(path: Path) -> list[str]:
    with path.open("rb") as stream:
        line = stream.readline(MAX_LINE_BYTES).decode("utf-8-sig", errors="replace")
    return [name.strip().strip('"') for name in line.rstrip("\r\n").split(",")]


@contextmanager
def _told() -> Iterator[None]:
    """Turn an error of DuckDB into one sentence; what only the caller knows (which file) it tells itself, before."""
    try:
        yield
    except duckdb.Error as error:
        if _of_the_machine(error):
            raise _machine_error(error) from error
        raise AtlasError(f"the engine could not do this step ({first_line(error)})") from error


def _of_the_machine(error: duckdb.Error) -> bool:
    """True where memory or disk is short: no input is to blame."""
    return isinstance(error, duckdb.OutOfMemoryException) or _disk_full(error)


def _disk_full(error: duckdb.Error) -> bool:
    text = str(error)
    return "No space left on device" in text or "Disk quota exceeded" in text or '"errno":"28"' in text


def _machine_error(error: duckdb.Error) -> AtlasError:
    if _disk_full(error):
        return AtlasError("the disk is full; free some space and start again, nothing was changed")
    return AtlasError(f"not enough memory for this step ({first_line(error)}); give more with --memory")


def _all_of(path: Path) -> str:
    """Return a Parquet file, or every one of a folder, as DuckDB calls them."""
    where = plain(path) + ("/*.parquet" if path.is_dir() else "")
    return f"read_parquet({quoted(where)}, hive_partitioning=false, union_by_name=true)"


def _unreadable(path: Path, error: duckdb.Error) -> AtlasError:
    if _of_the_machine(error):
        return _machine_error(error)
    return BadInputError(
        f"not a readable Parquet file ({first_line(error)})", todo="get it again from its source", file=path.name
    )


class DuckDBEngine:
    """One DuckDB connection, in memory, spilling to a folder where one is given."""

    name = "duckdb"
    row_hash = ""

    def __init__(
        self, memory: str = "4GB", threads: int = 2, temp: Path | None = None, *, ordered: bool = False
    ) -> None:
        self._ordered = ordered
        self._code_types: dict[str, str] = {}
        self._declared = 0
        settings: dict[str, Any] = {
            "threads": threads,
            "perfect_ht_threshold": GROUPS_BY_PLACE,
            "memory_limit": memory,
            # The order of rows seldom matters (every output is sorted), and keeping it costs memory.
            "preserve_insertion_order": ordered,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
        if temp is not None:
            settings["temp_directory"] = str(temp)
        if not 1 <= threads <= MAX_THREADS:
            raise AtlasError(f"{threads} threads cannot be had; give a number from 1 to {MAX_THREADS} with --threads")
        try:
            self._connection = duckdb.connect(":memory:", config=settings)
        except duckdb.Error as error:
            raise AtlasError(
                f"cannot open the engine with memory {memory!r} ({first_line(error)}); write it as 4GB or 500MB"
            ) from error

    def remember_footers(self) -> None:
        """Read the footer of each Parquet file once: for files that never change, asked again and again."""
        self._connection.execute("SET parquet_metadata_cache=true")

    @property
    def version(self) -> str:
        """Name and version, as written in a manifest."""
        return f"duckdb {duckdb.__version__}"

    def execute(self, sql: str, params: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Run one statement and return all its rows (an empty list where it returns none)."""
        with _told():
            cursor = self._connection.execute(sql, list(params))
            return cursor.fetchall() if cursor.description else []

    def records(self, sql: str, params: Sequence[object] = ()) -> list[dict[str, Any]]:
        """Run one query and return its rows as dictionaries."""
        with _told():
            cursor = self._connection.execute(sql, list(params))
            names = [column[0] for column in cursor.description or ()]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def declare(self, codes: str, values: Sequence[str]) -> None:
        """Say which texts columns of these codes may hold, in their order, each once."""
        self._code_types.pop(codes, None)
        if not 0 < len(values) <= MOST_CODES:
            return
        self._declared += 1
        name = checked(f"{codes}_code_{self._declared}")
        self.execute(f"CREATE TYPE {name} AS ENUM ({', '.join(quoted(value) for value in values)})")
        self._code_types[codes] = name

    def code_type(self, codes: str) -> str:
        """Return the SQL type for a column of these codes: an ENUM where declared, which holds a small number each."""
        return self._code_types.get(codes, "VARCHAR")

    def load_csv(self, table: str, path: Path, select: str) -> None:
        """Create `table` as `select` over the text columns of a comma-separated file, called `source` in `select`.

        Every column comes as text: what a value should be is the reader's business. A line that is not a record of
        the header's width, or is longer than a megabyte, is a `BadInputError` with its number.
        """
        names = ", ".join(f"{quoted(name)}: 'VARCHAR'" for name in _header(path))
        reading = (
            f"read_csv({quoted(plain(path))}, header=true, delim=',', quote='\"', auto_detect=false, "
            f"columns={{{names}}}, hive_partitioning=false, strict_mode=true, max_line_size={MAX_LINE_BYTES}, "
            "parallel=true)"
        )
        try:
            self._connection.execute(
                f"CREATE OR REPLACE TABLE {checked(table)} AS WITH source AS (SELECT * FROM {reading}) {select}"
            )
        except duckdb.Error as error:
            if _of_the_machine(error):
                raise _machine_error(error) from error
            line = _CSV_LINE.search(str(error))
            raise BadInputError(
                "a line is not a record of this table: " + first_line(error),
                todo="look at that line (a missing or extra comma, a quotation mark, a file cut short)",
                file=path.name,
                line=int(line.group(1)) if line else None,
            ) from error

    def load_parquet(self, table: str, path: Path, select: str) -> None:
        """Create `table` as `select` over a Parquet file (or a folder of them), called `source` in `select`."""
        try:
            self._connection.execute(
                f"CREATE OR REPLACE TABLE {checked(table)} AS WITH source AS (SELECT * FROM {_all_of(path)}) {select}"
            )
        except duckdb.Error as error:
            raise _unreadable(path, error) from error

    def parquet_columns(self, path: Path) -> dict[str, str]:
        """Return the column names and types of a Parquet file or folder."""
        try:
            rows = self._connection.execute(f"DESCRIBE SELECT * FROM {_all_of(path)}").fetchall()
        except duckdb.Error as error:
            raise _unreadable(path, error) from error
        return {str(row[0]): str(row[1]) for row in rows}

    def write_parquet(self, select: str, path: Path, papers: Mapping[str, str] | None = None) -> None:
        """Write an ordered query to one Parquet file; the bytes depend on its rows and the engine's version only."""
        footer = ", ".join(f"{quoted(name)}: {quoted(text)}" for name, text in (papers or {}).items())
        kept = f", KV_METADATA {{{footer}}}" if footer else ""
        with _told():
            texts = self._as_text(select)
            self._connection.execute("SET preserve_insertion_order=true")
            try:
                self._connection.execute(
                    f"COPY ({texts}) TO {quoted(path)} "
                    f"(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROWS_PER_GROUP}{kept})"
                )
            finally:
                self._connection.execute(f"SET preserve_insertion_order={str(self._ordered).lower()}")

    def _as_text(self, select: str, params: Sequence[object] = ()) -> str:
        """Return a query with its columns of codes turned to text, which any reader of Parquet, and numpy, knows."""
        if not self._declared:
            return select
        kinds = self._connection.execute(f"DESCRIBE {select}", list(params)).fetchall()
        codes = [f'"{name}"' for name, kind, *_ in kinds if str(kind).startswith("ENUM")]
        casts = ", ".join(f"CAST({code} AS VARCHAR) AS {code}" for code in codes)
        return f"SELECT * REPLACE ({casts}) FROM ({select})" if codes else select

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
        try:
            [(rows,)] = self._connection.execute(f"SELECT COUNT(*) FROM {parquet(path)}").fetchall()
        except duckdb.Error as error:
            raise _unreadable(path, error) from error
        return int(rows)

    def drop(self, *names: str) -> None:
        """Forget tables that are not needed any more."""
        for name in names:
            self.execute(f"DROP TABLE IF EXISTS {checked(name)}")

    def columns(self, sql: str, params: Sequence[object] = ()) -> dict[str, NDArray[Any]]:
        """Run one query and return its result as one numpy array a column."""
        import numpy as np  # a third of a cold answer's time, and answers do without

        with _told():
            result = self._connection.execute(self._as_text(sql, params), list(params)).fetchnumpy()
        return {
            name: np.ma.filled(values) if isinstance(values, np.ma.MaskedArray) else values
            for name, values in result.items()
        }

    def insert(self, table: str, columns: Mapping[str, NDArray[Any]]) -> None:
        """Create `table` from numpy columns of one length (text as object arrays)."""
        name = checked(table)
        with _told():
            self._connection.register("_incoming", dict(columns))
            try:
                self._connection.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM _incoming")
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
