"""Opens a Spark session: on this machine, on a cluster (`spark://`), or through Spark Connect (`sc://`)."""

from __future__ import annotations

import importlib.util
import logging
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyspark.sql import SparkSession

from portulan.atlas.engine.base import first_line
from portulan.atlas.errors import AtlasError

# What the meaning of a statement rests on. An overflow, or a decimal that does not fit, must be an error, never a
# NULL or a lost digit; and two names that differ by their case are not two columns.
MEANING = {
    "spark.sql.ansi.enabled": "true",
    "spark.sql.decimalOperations.allowPrecisionLoss": "false",
    "spark.sql.caseSensitive": "false",
    "spark.sql.session.timeZone": "UTC",
}
_LOG4J = """rootLogger.level = error
rootLogger.appenderRef.stderr.ref = console
appender.console.type = Console
appender.console.name = console
appender.console.target = SYSTEM_ERR
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %p %c{1}: %m%n
"""


@dataclass(frozen=True, slots=True)
class Opened:
    """A session, and how to leave it: one that a notebook had opened before us stays open."""

    session: Any
    close: Callable[[], None]


def said_by_spark(error: Exception) -> bool:
    """Return whether an error comes from Spark: its own, its bridge's to Java, or its remote protocol's."""
    return type(error).__module__.partition(".")[0] in ("pyspark", "py4j", "grpc")


def start(heap_mb: int, threads: int, folder: Path) -> Opened:
    """Open a session; raise `AtlasError` saying what is missing where that cannot be."""
    logging.getLogger("SQLQueryContextLogger").setLevel(logging.CRITICAL)  # it prints each error a second time, in full
    remote = os.environ.get("PORTULAN_SPARK_REMOTE")
    try:
        opened = _connect(remote) if remote else _classic(heap_mb, threads, folder)
        for key, value in MEANING.items():
            opened.session.conf.set(key, value)
    except Exception as error:
        if not said_by_spark(error):
            raise
        where = remote or os.environ.get("PORTULAN_SPARK_MASTER") or "on this machine"
        raise AtlasError(
            f"Spark does not start ({where}): {first_line(error)}; it needs Java 17 or newer, and a master that answers"
        ) from error
    return opened


def _stop(session: Any) -> None:
    try:
        session.stop()
    except Exception as error:
        # A Java that died has told its reason already: what follows must not hide it.
        if not (said_by_spark(error) or isinstance(error, OSError)):
            raise


def _connect(remote: str) -> Opened:
    # Asked first: PySpark ends the process, without an error, where one of them is missing.
    missing = [name for name in ("grpc", "pandas", "pyarrow") if importlib.util.find_spec(name) is None]
    if missing:
        raise AtlasError(
            f"Spark Connect needs more packages ({', '.join(missing)} missing); "
            "install them with: pip install 'pyspark[connect]'"
        )
    session = SparkSession.builder.remote(remote).appName("portulan").create()
    return Opened(session, lambda: _stop(session))


def _classic(heap_mb: int, threads: int, folder: Path) -> Opened:
    present = SparkSession.getActiveSession()
    if present is not None:
        return Opened(present.newSession(), lambda: None)
    java = os.environ.get("JAVA_HOME")
    if not (Path(java) / "bin" / "java").exists() if java else shutil.which("java") is None:
        raise AtlasError(
            "Spark needs Java 17 or newer and none is found; "
            "install it (Debian: openjdk-17-jre-headless) or set JAVA_HOME"
        )
    master = os.environ.get("PORTULAN_SPARK_MASTER") or f"local[{threads}]"
    log4j = folder / "log4j2.properties"
    log4j.write_text(_LOG4J, encoding="utf-8")
    builder = (
        SparkSession.builder.master(master)
        .appName("portulan")
        .config("spark.driver.memory", f"{heap_mb}m")
        .config("spark.driver.extraJavaOptions", f"-Dlog4j2.configurationFile={log4j.as_uri()}")
        .config("spark.log.level", "ERROR")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.sql.catalogImplementation", "in-memory")
        .config("spark.sql.warehouse.dir", (folder / "warehouse").as_uri())
    )
    if master.startswith("local"):
        # Nothing of a local run leaves the machine, and its tables are small beside a cluster's.
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
        builder = (
            builder.config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.local.dir", str(folder / "spill"))
            .config("spark.sql.shuffle.partitions", str(max(8, 4 * threads)))
        )
    session = builder.getOrCreate()
    return Opened(session, lambda: _stop(session))
