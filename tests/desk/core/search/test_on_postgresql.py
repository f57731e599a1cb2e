"""The same cases on PostgreSQL: every test of this folder that asks a database, once more."""

from __future__ import annotations

import pytest
from django.db import connection

from tests.desk.core.search import test_finding, test_properties, test_providers, test_writing

pytestmark = [pytest.mark.postgres, pytest.mark.django_db]
_AGAIN = (test_finding, test_properties, test_providers, test_writing)
globals().update(
    {
        name: one
        for module in _AGAIN
        for name, one in vars(module).items()
        if name.startswith("test_") or name in ("cards", "notes")
    }
)


@pytest.fixture(autouse=True)
def _on_postgresql() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("DATABASE_URL names no PostgreSQL server: run the suite with one")


def test_no_case_hides_another() -> None:
    names = [name for module in _AGAIN for name in vars(module) if name.startswith("test_")]
    assert len(names) == len(set(names)) > 40
