"""A small cache that every worker shares, in the file of the counts: for what must hold whichever worker answers."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT

from portulan.desk.core.counts import Counts

_TABLE = "CREATE TABLE IF NOT EXISTS kept (what TEXT PRIMARY KEY, value TEXT NOT NULL, ends REAL NOT NULL)"
_INDEX = "CREATE INDEX IF NOT EXISTS kept_ends ON kept (ends)"
_SET = "INSERT INTO kept VALUES (?, ?, ?) ON CONFLICT (what) DO UPDATE SET value = excluded.value, ends = excluded.ends"
_NEVER = 1e18


class Shared(Counts):
    """Keeps plain values (what JSON can say) under keys, until their time is over.

    Raises `OSError` or `sqlite3.Error` where the file cannot be written: what is limited here is sign-in, which without
    its limits must stay shut.
    """

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._open() as connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute(_TABLE)
            connection.execute(_INDEX)
            connection.execute("DELETE FROM kept WHERE ends <= ?", (time.time(),))
            yield connection
            connection.execute("COMMIT")

    def _ends(self, timeout: Any) -> float:
        ends = self.get_backend_timeout(timeout)
        return _NEVER if ends is None else float(ends)

    def add(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Keep a value where nothing is kept yet; return whether it was. Of two who ask at once, one gets it."""
        what = self.make_and_validate_key(key, version=version)
        with self._writing() as connection:
            done = connection.execute(
                f"{_SET.partition(' ON ')[0]} ON CONFLICT DO NOTHING", (what, json.dumps(value), self._ends(timeout))
            )
            return done.rowcount == 1

    def set(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        """Keep a value."""
        what = self.make_and_validate_key(key, version=version)
        with self._writing() as connection:
            connection.execute(_SET, (what, json.dumps(value), self._ends(timeout)))

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        """Return what is kept."""
        what = self.make_and_validate_key(key, version=version)
        with self._writing() as connection:
            found = connection.execute("SELECT value FROM kept WHERE what = ?", (what,)).fetchone()
        return default if found is None else json.loads(found[0])

    def delete(self, key: str, version: int | None = None) -> bool:
        """Forget what is kept; return whether anything was."""
        what = self.make_and_validate_key(key, version=version)
        with self._writing() as connection:
            return connection.execute("DELETE FROM kept WHERE what = ?", (what,)).rowcount == 1

    def clear(self) -> None:
        """Forget everything, counts too."""
        super().clear()
        with self._open() as connection:
            connection.execute("DROP TABLE IF EXISTS kept")
