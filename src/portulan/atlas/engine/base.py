"""What the atlas asks of an engine, whichever it is."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol, Self

if TYPE_CHECKING:
    from numpy.typing import NDArray

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def quoted(path: str | Path) -> str:
    """Return a path as an SQL string literal."""
    return "'" + str(path).replace("'", "''") + "'"


def plain(path: str | Path) -> str:
    """Return a path that DuckDB does not take for a pattern: `data*.parquet` must not read its neighbours."""
    return re.sub(r"([*?\[])", r"[\1]", str(path))


def parquet(path: str | Path) -> str:
    """Return what DuckDB calls one Parquet file in a FROM: nothing but its rows, whatever its path looks like.

    A folder called `year=2024` must not add a column.
    """
    return f"read_parquet({quoted(plain(path))}, hive_partitioning=false)"


def checked(name: str) -> str:
    """Return `name` where it is a plain table name, else raise `ValueError`."""
    if not _NAME.fullmatch(name):
        raise ValueError(f"not a table name: {name!r}")
    return name


def first_line(error: BaseException) -> str:
    """Return the first line of an error, short enough for a message."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:300]


class Engine(Protocol):
    """One connection to an analytical engine. Statements go in, rows or numpy columns come out.

    Statements are written in DuckDB's SQL. An engine runs them with the same meaning: whole numbers equal, ratios
    equal to 1e-9 (tests/atlas/test_engine_spark.py).
    """

    @property
    def name(self) -> str:
        """What `open_engine` calls it."""
        ...

    @property
    def row_hash(self) -> str:
        """What stands before a sum of `hash(...)`, so that the sums of two engines are never taken for one another."""
        ...

    @property
    def version(self) -> str:
        """Name and version, as written in a manifest."""
        ...

    def execute(self, sql: str, params: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Run one query and return all its rows."""
        ...

    def records(self, sql: str, params: Sequence[object] = ()) -> list[dict[str, Any]]:
        """Run one query and return its rows as dictionaries."""
        ...

    def columns(self, sql: str, params: Sequence[object] = ()) -> dict[str, NDArray[Any]]:
        """Run one query and return its result as one numpy array a column."""
        ...

    def insert(self, table: str, columns: Mapping[str, NDArray[Any]]) -> None:
        """Create `table` from numpy columns of one length (text as object arrays)."""
        ...

    def declare(self, codes: str, values: Sequence[str]) -> None:
        """Say which texts columns of these codes (``country``, ``product``) may hold, in their order, each once.

        Forgets what was declared before under that name; columns made with it stay as they are.
        """
        ...

    def code_type(self, codes: str) -> str:
        """Return the SQL type for a column of these codes: one of its own where declared and useful, else VARCHAR.

        Either way the column is compared, sorted and read as text.
        """
        ...

    def load_csv(self, table: str, path: Path, select: str) -> None:
        """Create `table` as `select` over the text columns of a comma-separated file, called `source` in `select`.

        Every column comes as text: what a value should be is the reader's business. A line that is not a record of
        the header's width, or is longer than a megabyte, is a `BadInputError` with its number.
        """
        ...

    def load_parquet(self, table: str, path: Path, select: str) -> None:
        """Create `table` as `select` over a Parquet file (or a folder of them), called `source` in `select`."""
        ...

    def parquet_columns(self, path: Path) -> dict[str, str]:
        """Return the column names and types of a Parquet file or folder."""
        ...

    def count_parquet(self, path: Path) -> int:
        """Return the number of rows of a Parquet file, from its footer."""
        ...

    def write_parquet(self, select: str, path: Path, papers: Mapping[str, str] | None = None) -> None:
        """Write an ordered query to one Parquet file, with texts that travel in its footer (``papers``)."""
        ...

    def materialise(self, name: str, select: str) -> None:
        """Keep the result of a SELECT under `name`, for the statements that come after; it may read `name` itself."""
        ...

    def view(self, name: str, select: str) -> None:
        """Give a SELECT a name without keeping its result."""
        ...

    def remember_footers(self) -> None:
        """Read the footer of each Parquet file once: for files that never change, asked again and again."""
        ...

    def keep(self, table: str, condition: str) -> None:
        """Forget the rows of a table for which `condition` is not true."""
        ...

    def drop(self, *names: str) -> None:
        """Forget tables that are not needed any more."""
        ...

    def close(self) -> None:
        """Close the connection; further calls fail."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
