"""The page on published figures: what it prints is what the source holds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.desk.reading import Element, read

pytestmark = [pytest.mark.real, pytest.mark.slow]


@pytest.fixture(scope="module")
def built(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release of the cultural rows of BACI 2024."""
    from portulan.atlas import api

    folder = tmp_path_factory.mktemp("releases") / "r2024"
    api.build(folder, [f"baci={shared_data / 'baci' / 'baci_hs17_2024_cultural.parquet'}"])
    return folder


@pytest.fixture
def page(built: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Element]:
    """The map of French books by imports."""
    from django.conf import settings
    from django.test import Client

    from portulan.desk.markets import selectors

    monkeypatch.setattr(settings, "PORTULAN_RELEASE", str(built))
    answer = Client(SERVER_NAME="localhost").get("/en/map/?exporter=FRA&sector=book&perimeter=core&by=imports_from")
    assert answer.status_code == 200
    yield read(answer.content.decode())
    selectors._ranked.cache_clear()
    selectors._opened.cache_clear()


def test_french_books_go_to_belgium_switzerland_and_canada(page: Element) -> None:
    rows = list(next(page.by_id("ranked").all("tbody")).all("tr"))
    printed = [(row.attributes["data-market"], next(row.all("data")).text) for row in rows[:3]]
    assert printed == [("BEL", "115.4 M$"), ("CHE", "105.3 M$"), ("CAN", "77.0 M$")]
    exact = [float(next(row.all("data")).attributes["value"]) for row in rows[:3]]
    assert exact == pytest.approx([115.4e6, 105.3e6, 77.0e6], rel=1e-3)


def test_the_markets_the_source_lacks_take_no_rank_and_no_zero(page: Element) -> None:
    ranked = {row.attributes.get("data-market") for row in page.by_id("ranked").all("tr")}
    section = page.by_id("apart").parent
    assert section is not None
    apart = {place.attributes["data-market"] for place in section.with_data("data-market")}
    assert {"USA", "GBR", "DEU", "ESP", "NLD"} <= apart
    assert not apart & ranked
    zeros = {figure.attributes["data-figure"] for figure in page.with_data("data-figure") if figure.text == "0 $"}
    assert zeros <= {"unrealised_static"}  # nothing is missing where the exporter sells all it could


def test_the_passport_counts_the_world(page: Element) -> None:
    assert "world = 220 of 226 importers" in page.text
    assert "Gaulier" in page.text
