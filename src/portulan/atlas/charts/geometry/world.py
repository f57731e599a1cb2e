"""The committed boundaries as values: pieces, sea, graticule, and who shows what from which point of view."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal, get_args

from portulan.atlas.charts.geometry.topology import HERE
from portulan.atlas.errors import BadInputError, UnknownCodeError

ShownAs = Literal["country", "hatched", "dashed"]


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of the map: its path (empty for a dot), bounding box and dot or label point, in map units."""

    id: str
    path: str
    box: tuple[int, int, int, int]
    point: tuple[int, int]
    dot: bool


@dataclass(frozen=True, slots=True)
class World:
    """The committed map. ``radius`` is that of the dots; all lengths are in the units of ``width`` x ``height``."""

    width: int
    height: int
    radius: float
    sea: str
    graticule: str
    pieces: Mapping[str, Piece]


@dataclass(frozen=True, slots=True)
class Showing:
    """How a point of view shows one piece, and why."""

    piece: str
    shown_as: ShownAs
    country: str
    reason_en: str
    reason_fr: str
    source: str


@cache
def load_world() -> World:
    """Return the committed map; read once."""
    document = json.loads((HERE / "world.json").read_text(encoding="utf-8"))
    pieces = {
        row["id"]: Piece(row["id"], row["d"], tuple(row["box"]), tuple(row["point"]), row["dot"])
        for row in document["pieces"]
    }
    return World(
        document["width"], document["height"], document["radius"], document["sea"], document["graticule"], pieces
    )


@cache
def points_of_view() -> Mapping[str, Mapping[str, Showing]]:
    """Return view -> piece -> how it is shown; pieces not named are shown as the country of the same code."""
    path = HERE / "points_of_view.csv"
    views: dict[str, dict[str, Showing]] = {}
    with path.open(encoding="utf-8", newline="") as lines:
        for line, row in enumerate(csv.DictReader(lines), start=2):
            if row["shown_as"] not in get_args(ShownAs) or (row["shown_as"] == "hatched") is bool(row["country"]):
                problem = f"piece {row['piece']} is {row['shown_as']!r} with country {row['country']!r}"
                raise BadInputError(problem, todo="hatched has no country, the others one", file=path, line=line)
            view = views.setdefault(row.pop("view"), {})
            view[row["piece"]] = Showing(**row)  # type: ignore[arg-type]  # checked above
    # What the trade data of a country cover does not depend on the point of view.
    for piece, showing in views["portulan"].items():
        for view in views.values():
            if showing.shown_as == "country":
                view.setdefault(piece, showing)
    return views


def showing(piece: str, view: str) -> Showing:
    """Return how a piece is shown. Raises `UnknownCodeError` for a view that the table has not."""
    views = points_of_view()
    if view not in views:
        raise UnknownCodeError("point of view", view, todo=f"use one of {', '.join(sorted(views))}")
    return views[view].get(piece) or Showing(piece, "country", piece, "", "", "")
