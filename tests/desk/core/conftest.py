"""A mail server and an installation that sends by it, for tests of real processes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.desk.core import office, peers
from tests.desk.core.office import Office
from tests.desk.core.peers import Peer


@pytest.fixture(scope="module", params=office.DATABASES)
def empty(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with office.template(request.param, tmp_path_factory.mktemp("template")) as made:
        yield made


@pytest.fixture
def peer() -> Iterator[Peer]:
    with peers.peer() as made:
        yield made


@pytest.fixture
def desk(empty: str, peer: Peer, tmp_path: Path) -> Iterator[Office]:
    """An installation that sends by the peer."""
    mail = {"PORTULAN_SMTP": f"smtp://127.0.0.1:{peer.port}", "PORTULAN_MAIL_FROM": "desk@culture.test"}
    with office.office(empty, tmp_path / "home", **mail) as opened:
        yield opened
