"""What two processes that start together do one after the other: make the tables, and their first rows."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection

_NUMBER = 0x706F7274  # "port": whose lock it is, among all locks of a server


@contextmanager
def alone() -> Iterator[None]:
    """Wait until no other process is in here, on this database.

    Whoever dies inside leaves the way free: the lock is of a session (PostgreSQL) or of an open file (SQLite, whose
    processes are on one machine).
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [_NUMBER])
        try:
            yield
        finally:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_NUMBER])
        return
    home = Path(settings.HOME)
    home.mkdir(parents=True, exist_ok=True)
    with (home / "starting.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def make_tables() -> None:
    """Bring the tables up to date. Two processes that both did it would each find the tables of the other."""
    with alone():
        call_command("migrate", interactive=False, verbosity=0)
