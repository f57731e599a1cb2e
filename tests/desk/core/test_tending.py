"""The statistics by which SQLite chooses its indexes."""

from __future__ import annotations

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
