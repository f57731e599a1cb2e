"""Sending and posting, the same tests on PostgreSQL."""

from __future__ import annotations

import os

import pytest

from tests.desk.core import test_jobs, test_outbox, test_sending

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        not os.environ.get("DATABASE_URL", "").startswith("postgres"),
        reason="DATABASE_URL names no PostgreSQL server: run the suite with one",
    ),
]

for module in (test_outbox, test_sending, test_jobs):
    for name, thing in vars(module).items():
        # Tests, and the fixtures that they ask for.
        if name.startswith(("test_", "_nothing")) or name in ("server", "peer", "sender"):
            globals()[name] = thing


def test_the_database_is_the_one_that_is_meant() -> None:
    from django.db import connection

    assert connection.vendor == "postgresql"
