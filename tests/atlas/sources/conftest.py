"""A hostile server and an order to it, for the tests of pulling."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from portulan.atlas.sources.fetch import Order
from tests.atlas.sources.hostile_server import HostileServer
from tests.atlas.sources.pulling import (
    ZIP,
    order_at,
)


@pytest.fixture
def server() -> Iterator[HostileServer]:
    with HostileServer(ZIP) as running:
        yield running


@pytest.fixture
def order(server: HostileServer, tmp_path: Path) -> Order:
    return order_at(server, tmp_path)
