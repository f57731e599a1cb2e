"""A file says by its name what sets its figures apart: flow and perimeter, where they are not the usual ones."""

from __future__ import annotations

import pytest

from portulan.desk.markets import briefs, sharing
from portulan.desk.markets.place import Place
from portulan.desk.markets.state import MapState


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({}, "fra-book-imports-from-2024"),
        ({"perimeter": "broad"}, "fra-book-imports-from-broad-2024"),
        (
            {"flow": "services", "perimeter": "core_without_jewellery_leather"},
            "fra-book-imports-from-services-core-without-jewellery-leather-2024",
        ),
    ],
)
def test_a_download_is_named_after_its_perimeter_and_flow(change: dict[str, str], name: str) -> None:
    state = MapState(exporter="FRA", sector="book", by="imports_from", year="2024").change(**change)
    assert sharing.file_name(state) == name


def test_a_brief_is_named_after_its_perimeter_and_flow() -> None:
    usual, broad = Place(year="2024"), Place(year="2024", perimeter="broad", flow="services")
    assert briefs.file_name(usual, "BEL", "book", "fr") == "portulan-BEL-book-FRA-goods-2024-fr.pdf"
    assert briefs.file_name(broad, "BEL", "book", "fr") == "portulan-BEL-book-FRA-services-broad-2024-fr.pdf"
