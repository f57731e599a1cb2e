"""Counts that every worker shares: a cache of Django's kind that does one thing, count, and never loses one.

Django's caches in files read, add and write again: two threads that do it together count one thing. SQLite does it in
one step, whichever thread or process asks.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from django.core.cache.backends.base import BaseCache

_WAIT = 5.0
_TABLE = "CREATE TABLE IF NOT EXISTS spent (what TEXT PRIMARY KEY, used INTEGER NOT NULL, ends INTEGER NOT NULL)"
_COUNT = (
    "INSERT INTO spent VALUES (?, 1, ?) ON CONFLICT (what) DO UPDATE SET used = used + 1, ends = excluded.ends "
    "RETURNING used"
)


class Counts(BaseCache):
    """Counts in one file of SQLite; ``LOCATION`` of the settings is that file."""

    def __init__(self, location: str | Path, params: dict[str, Any]) -> None:
        super().__init__(params)
        self._path = Path(location)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(self._path, timeout=_WAIT, isolation_level=None)) as connection:
            # A count lost with the machine is no loss: nothing waits for the disk.
            connection.execute("PRAGMA synchronous=OFF")
            yield connection

    def count(self, what: str, now: int, ends: int) -> int:
        """Count one more of a thing and return how many there are; what has ended by now is forgotten.

        Raises `OSError` or `sqlite3.Error` where the file cannot be written.
        """
        with self._open() as connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute(_TABLE)
            used = int(connection.execute(_COUNT, (what, ends)).fetchone()[0])
            if used == 1:
                connection.execute("DELETE FROM spent WHERE ends <= ?", (now,))
            connection.execute("COMMIT")
        return used

    def clear(self) -> None:
        """Forget every count."""
        with self._open() as connection:
            connection.execute("DROP TABLE IF EXISTS spent")
