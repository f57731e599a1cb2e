"""What a page waits for before it is painted is on that page: else the browser complains, and half a page moves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.desk.reference_pages import page

pytestmark = pytest.mark.slow

ADDRESSES = (
    "/",
    "/map/",
    "/map/?sector=games",
    "/map/?sector=games&by=growth",
    "/map/?exporter=FRA&sector=book&market=JPN&rows=all",
    "/markets/",
    "/markets/JPN/",
    "/markets/JPN/games/",
    "/sectors/book/",
    "/sectors/games/",
    "/sectors/performing_arts/?exporter=BEL",
    "/compare/?markets=JPN&markets=ITA",
    "/scan/",
    "/method/",
    "/network/",
)


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("release", ["two years", "shipped"])
def test_a_page_waits_for_what_it_has(
    portal: Any, db: Any, shipped_folder: Path, monkeypatch: pytest.MonkeyPatch, release: str, address: str
) -> None:
    from django.conf import settings

    if release == "shipped":
        monkeypatch.setattr(settings, "PORTULAN_RELEASE", str(shipped_folder))
    found = page(portal, f"/en{address}")
    awaited = [link for link in found.all("link") if link.attributes.get("rel") == "expect"]
    assert len(awaited) == 1
    found.by_id(awaited[0].attributes["href"].removeprefix("#"))
