"""What a database needs now and then: to know how its rows are spread, and not to be held by one alone."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError, connection

log = logging.getLogger(__name__)
ROWS = 1000
"""Rows of an index that are looked at: enough to know what is rare, and hundredths of a second whatever its size."""


LONGEST_PAUSE = 0.5
"""Seconds."""


def refresh_statistics() -> None:
    """Tell SQLite how its rows are spread: without that it takes the index of a whole post where a few rows are open.

    PostgreSQL does this by itself. A database that is busy is left alone: what it knew stays good for a while.
    """
    if connection.vendor != "sqlite":
        return
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA analysis_limit={ROWS}")
            cursor.execute("ANALYZE")
    except DatabaseError as error:
        log.warning("the statistics of the database stay as they were: %s", error)


@contextmanager
def giving_way() -> Iterator[None]:
    """Do one of many acts, then leave the database to others for as long as it took.

    SQLite lets one write at a time, and whoever waits only looks now and then: a job that goes from one transaction to
    the next would keep readers' forms waiting until they fail.
    """
    began = time.monotonic()
    yield
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        time.sleep(min(LONGEST_PAUSE, time.monotonic() - began))
