"""Processes that start together on an empty database, as those of a new installation do."""

from __future__ import annotations

import os
import re
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.desk.core.office import DATABASES, Office, own_database

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("kind", DATABASES)
def test_three_that_start_at_once_make_the_tables_and_the_invented_people_once(kind: str, tmp_path: Path) -> None:
    with ExitStack() as stack:
        variables = {}
        if kind == "postgresql":
            if not (url := os.environ.get("DATABASE_URL", "")).startswith("postgres"):
                pytest.skip("DATABASE_URL names no PostgreSQL server: run the suite with one")
            variables["DATABASE_URL"] = stack.enter_context(own_database(url))
        desk = Office(tmp_path, variables)
        stack.callback(desk.close)
        started = [desk.start("-m", "portulan", "demo") for _ in range(3)]
        assert [one.wait(120) for one in started] == [0, 0, 0], desk.log()
    added = sorted(int(number) for number in re.findall(r"^(\d+) invented questions", desk.log(), re.MULTILINE))
    assert len(added) == 3 and added[:2] == [0, 0] and added[2] > 0, desk.log()
