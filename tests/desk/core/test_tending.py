"""The statistics by which SQLite chooses its indexes."""

from __future__ import annotations

import time

import pytest
from django.db import connection

from portulan.desk.core import reference, tending


@pytest.mark.skipif(connection.vendor != "sqlite", reason="other databases keep their statistics themselves")
def test_sqlite_knows_how_its_rows_are_spread(db: None) -> None:
    reference.keep([("JPN", "Japan", "Japon")], [("book", "Books", "Livre")])
    tending.refresh_statistics()
    with connection.cursor() as cursor:
        cursor.execute("SELECT stat FROM sqlite_stat1 WHERE tbl = 'core_territory'")
        assert cursor.fetchone() == ("1 1",)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite lets one write at a time")
@pytest.mark.django_db(transaction=True)
def test_a_long_job_leaves_the_database_to_others_between_its_acts() -> None:
    began = time.monotonic()
    for _ in range(3):
        with tending.giving_way():
            time.sleep(0.05)
    assert time.monotonic() - began > 0.28
