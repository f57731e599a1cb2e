"""What a database needs now and then, so that it goes on choosing its indexes well."""

from __future__ import annotations

import logging

from django.db import DatabaseError, connection

log = logging.getLogger(__name__)
ROWS = 1000
"""Rows of an index that are looked at: enough to know what is rare, and hundredths of a second whatever its size."""


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
