"""Apache Spark, for data that outgrow one machine: the same statements, transpiled.

What a statement makes is kept as Parquet in a folder, not in memory: it survives the loss of a worker, and Spark knows
its size when it plans the next one. DuckDB stays at both ends, on the driver: it reads text files (with line numbers
in its errors) and writes the tables of a release, so that these have one layout whatever the engine.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from numpy.typing import NDArray

from portulan.atlas.engine import spark_session
from portulan.atlas.engine.base import checked, first_line, quoted
from portulan.atlas.engine.on_duckdb import DuckDBEngine
from portulan.atlas.engine.transpile import to_spark
from portulan.atlas.errors import AtlasError, BadInputError

_GLOB = re.compile(r"([{}\[\]*?\\])")
_MEMORY = re.compile(r"(\d+(?:\.\d+)?)\s*([KMGT])i?B?", re.IGNORECASE)
_MEGABYTES = {"K": 1 / 1024, "M": 1.0, "G": 1024.0, "T": 1024.0 * 1024}
SMALLEST_HEAP_MB = 600


def _megabytes(memory: str) -> int:
    match = _MEMORY.fullmatch(memory.strip())
    if match is None:
        raise AtlasError(f"cannot read the memory {memory!r}; write it as 4GB or 500MB")
    return int(float(match[1]) * _MEGABYTES[match[2].upper()])


def _read_address(path: Path) -> str:
    """Return what Spark calls a file: on the file system that all share, its name taken as it is."""
    return "file://" + _GLOB.sub(r"\\\1", str(path.resolve()))


@contextmanager
def _told(what: str) -> Iterator[None]:
    """Turn an error of Spark into one sentence."""
    try:
        yield
    except Exception as error:
        if not spark_session.said_by_spark(error):
            raise
        said = first_line(error)
        if "OutOfMemoryError" in str(error):
            raise AtlasError(f"not enough memory for Spark ({what}); give more with --memory") from error
        raise AtlasError(f"Spark could not do this step ({what}): {said}") from error


class SparkEngine:
    """One Spark session, local or on a cluster, that keeps its tables as Parquet in a folder all its workers share."""

    name = "spark"
    row_hash = "xxhash64:"

    def __init__(self, memory: str = "4GB", threads: int = 2, temp: Path | None = None) -> None:
        total = _megabytes(memory)
        self._temp = tempfile.TemporaryDirectory(prefix="portulan-spark-", dir=temp)
        self._folder = Path(self._temp.name)
        self._made: dict[str, Path] = {}
        self._number = 0
        try:
            self._opened = spark_session.start(max(total * 3 // 4, SMALLEST_HEAP_MB), threads, self._folder)
        except BaseException:
            self._temp.cleanup()
            raise
        self._session = self._opened.session
        self._files = DuckDBEngine(f"{max(total // 4, 200)}MB", threads, self._folder / "duckdb", ordered=True)

    @property
    def version(self) -> str:
        """Names and versions of what ran the SQL and of what wrote it, as written in a manifest."""
        return f"spark {self._session.version}, sqlglot {version('sqlglot')}"

    def _query(self, sql: str, params: Sequence[object] = ()) -> Any:
        return self._session.sql(to_spark(sql), args=list(params)) if params else self._session.sql(to_spark(sql))

    def execute(self, sql: str, params: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Run one query and return all its rows."""
        with _told("a query"):
            return [tuple(row) for row in self._query(sql, params).collect()]

    def records(self, sql: str, params: Sequence[object] = ()) -> list[dict[str, Any]]:
        """Run one query and return its rows as dictionaries."""
        with _told("a query"):
            return [row.asDict() for row in self._query(sql, params).collect()]

    def columns(self, sql: str, params: Sequence[object] = ()) -> dict[str, NDArray[Any]]:
        """Run one query and return its result as one numpy array a column."""
        with _told("a query"):
            folder = self._write(self._query(sql, params), "columns")
        try:
            return self._files.columns(f"SELECT * FROM {_parts(folder)}")
        finally:
            shutil.rmtree(folder)

    def insert(self, table: str, columns: Mapping[str, NDArray[Any]]) -> None:
        """Create `table` from numpy columns of one length (text as object arrays)."""
        self._files.insert("incoming", columns)
        self._take("incoming", table)

    def declare(self, codes: str, values: Sequence[str]) -> None:
        """Do nothing: Spark has no type of few texts."""

    def code_type(self, codes: str) -> str:
        """Return VARCHAR, whatever was declared."""
        return "VARCHAR"

    def load_csv(self, table: str, path: Path, select: str) -> None:
        """Create `table` as `select` over the text columns of a comma-separated file, called `source` in `select`."""
        self._files.load_csv("incoming", path, select)
        self._take("incoming", table)

    def _take(self, held: str, table: str) -> None:
        """Make a table of Spark from one that DuckDB holds."""
        folder = self._new_folder(table)
        folder.mkdir(parents=True)
        self._files.write_parquet(f"SELECT * FROM {held}", folder / "part-00000.parquet")
        self._files.drop(held)
        with _told(table):
            self._name(table, folder, self._session.read.parquet(_read_address(folder)))

    def load_parquet(self, table: str, path: Path, select: str) -> None:
        """Create `table` as `select` over a Parquet file (or a folder of them), called `source` in `select`."""
        self._source(path).createOrReplaceTempView("source")
        try:
            self.materialise(table, select)
        finally:
            self._session.catalog.dropTempView("source")

    def _source(self, path: Path) -> Any:
        files = sorted(path.glob("*.parquet")) if path.is_dir() else [path]
        try:
            return self._session.read.option("mergeSchema", "true").parquet(*(_read_address(file) for file in files))
        except Exception as error:
            if not spark_session.said_by_spark(error):
                raise
            raise BadInputError(
                f"not a Parquet file that Spark can read ({first_line(error)})",
                todo="get it again from its source; on a cluster, put it where every worker finds it at this path",
                file=path.name,
            ) from error

    def parquet_columns(self, path: Path) -> dict[str, str]:
        """Return the column names and types of a Parquet file or folder."""
        return {name: kind.upper() for name, kind in self._source(path).dtypes}

    def count_parquet(self, path: Path) -> int:
        """Return the number of rows of a Parquet file, from its footer."""
        return self._files.count_parquet(path)

    def write_parquet(self, select: str, path: Path, papers: Mapping[str, str] | None = None) -> None:
        """Write an ordered query to one Parquet file, laid out as DuckDB does."""
        with _told(path.stem):
            folder = self._write(self._query(select), "out")
        try:
            self._files.write_parquet(f"SELECT * FROM {_parts(folder)}", path, papers)
        finally:
            shutil.rmtree(folder)

    def remember_footers(self) -> None:
        """Do nothing: Spark keeps no footers between queries."""

    def materialise(self, name: str, select: str) -> None:
        """Keep the result of a SELECT under `name`, for the statements that come after; it may read `name` itself."""
        with _told(name):
            made = self._query(select)
            folder = self._write(made, name)
            self._name(name, folder, self._session.read.schema(made.schema).parquet(_read_address(folder)))

    def _new_folder(self, name: str) -> Path:
        self._number += 1
        return self._folder / "tables" / f"{checked(name)}-{self._number}"

    def _write(self, made: Any, name: str) -> Path:
        folder = self._new_folder(name)
        made.write.parquet("file://" + str(folder.resolve()))
        return folder

    def _name(self, name: str, folder: Path, table: Any) -> None:
        """Give a folder's rows a name, and remove what had it before."""
        table.createOrReplaceTempView(name)
        old, self._made[name] = self._made.get(name), folder
        if old is not None:
            shutil.rmtree(old)

    def view(self, name: str, select: str) -> None:
        """Give a SELECT a name without keeping its result."""
        with _told(name):
            self._session.sql(f"CREATE OR REPLACE TEMPORARY VIEW {checked(name)} AS {to_spark(select)}")

    def keep(self, table: str, condition: str) -> None:
        """Forget the rows of a table for which `condition` is not true."""
        self.materialise(table, f"SELECT * FROM {checked(table)} WHERE {condition}")

    def drop(self, *names: str) -> None:
        """Forget tables that are not needed any more."""
        for name in names:
            self._session.catalog.dropTempView(checked(name))
            folder = self._made.pop(name, None)
            if folder is not None:
                shutil.rmtree(folder)

    def close(self) -> None:
        """Close the session where it is ours, and remove what was kept."""
        self._files.close()
        try:
            self._opened.close()
        finally:
            self._temp.cleanup()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _parts(folder: Path) -> str:
    """Return what DuckDB calls the files that Spark wrote, in their order."""
    return "read_parquet([" + ", ".join(quoted(part) for part in sorted(folder.glob("*.parquet"))) + "])"
