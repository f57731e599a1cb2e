"""The committed map back in degrees (WGS84), as GeoJSON wants it: closed rings, outer ones anticlockwise, cut at 180°.

The boundaries are those of the map, simplified for a sheet a thousand pixels wide and set on its grid: a twentieth of
a degree or so. They are a drawing aid, not a survey.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np

from portulan.atlas.charts.geometry.project import CENTRE, FloatArray, from_map
from portulan.atlas.charts.geometry.simplify import ring_area
from portulan.atlas.charts.geometry.world import load_world
from portulan.atlas.reference import countries

Geometry = Mapping[str, Any]
Ring = list[tuple[float, float]]
_NUMBER = re.compile(r"-?\d+")
_EDGE = 180.0 - CENTRE  # the antimeridian, in degrees from the central meridian
_DIGITS = 2


def rings_of_path(path: str) -> list[FloatArray]:
    """Return the rings of a path of the committed map (absolute starts, relative steps), in map units."""
    rings = []
    for part in path.split("z")[:-1]:
        start, steps = part[1:].split("l")
        numbers = np.array([int(number) for number in _NUMBER.findall(steps)], dtype=np.float64).reshape(-1, 2)
        first = np.array([[int(number) for number in _NUMBER.findall(start)]], dtype=np.float64)
        rings.append(np.cumsum(np.vstack([first, numbers]), axis=0))
    return rings


@cache
def geometry_of(pieces: tuple[str, ...], of: str = "") -> Geometry:
    """Return the geometry of a country made of these pieces: MultiPolygon, or the point of its capital for a dot.

    Dots beside shapes (Réunion beside France) are left out: GeoJSON has no good place for both.
    """
    world = load_world()
    paths = [world.pieces[piece].path for piece in pieces if not world.pieces[piece].dot]
    polygons = [polygon for path in paths for polygon in _polygons(path)]
    if polygons:
        return {"type": "MultiPolygon", "coordinates": polygons}
    known = {country.iso3: country for country in countries.countries()}.get(of)
    if known is not None and known.longitude is not None and known.latitude is not None:
        at = (round(known.longitude, _DIGITS), round(known.latitude, _DIGITS))
    else:
        spot = np.array([world.pieces[pieces[0]].point], dtype=np.float64)
        lon, lat = from_map(spot)[0]
        at = (round(_ordinary(float(lon)), _DIGITS), round(float(lat), _DIGITS))
    return {"type": "Point", "coordinates": at}


def _ordinary(rotated: float) -> float:
    """Return a longitude between -180 and 180 of degrees from the central meridian."""
    return (rotated + CENTRE + 180.0) % 360.0 - 180.0


def _polygons(path: str) -> list[list[Ring]]:
    """Return the polygons of a piece: each outer ring with the holes that lie in it."""
    rings = [from_map(ring) for ring in rings_of_path(path)]
    depth = [sum(_inside(ring, other) for other in rings if other is not ring) for ring in rings]
    made: list[list[Ring]] = []
    for ring, deep in zip(rings, depth, strict=True):
        if deep % 2:
            continue
        holes = [hole for hole, d in zip(rings, depth, strict=True) if d == deep + 1 and _inside(hole, ring)]
        for west, east, turn in ((-np.inf, _EDGE, 0.0), (_EDGE, np.inf, -360.0)):
            outer = _closed(_cut(ring, west, east), turn, clockwise=False)
            if outer is None:
                continue
            inner = [_closed(_cut(hole, west, east), turn, clockwise=True) for hole in holes]
            made.append([outer, *(hole for hole in inner if hole is not None)])
    return made


def _inside(ring: FloatArray, other: FloatArray) -> bool:
    """True where a ring lies in another one: most of its points do (neighbours share some)."""
    if (ring.min(axis=0) < other.min(axis=0)).any() or (ring.max(axis=0) > other.max(axis=0)).any():
        return False
    x, y = other[:, 0], other[:, 1]
    after_x, after_y = np.roll(x, -1), np.roll(y, -1)
    votes = 0
    for px, py in ring[:: max(1, len(ring) // 9)]:
        crosses = (y > py) != (after_y > py)
        with np.errstate(divide="ignore", invalid="ignore"):
            at = (after_x - x) * (py - y) / (after_y - y) + x
        votes += 1 if np.count_nonzero(crosses & (px < at)) % 2 else -1
    return votes > 0


def _cut(ring: FloatArray, west: float, east: float) -> FloatArray:
    """Return the part of a ring between two meridians (Sutherland and Hodgman), without points that repeat."""
    for edge, sign in ((east, 1.0), (west, -1.0)):
        if not np.isfinite(edge) or not len(ring) or np.all(sign * ring[:, 0] <= sign * edge):
            continue
        kept: list[tuple[float, float]] = []
        for (x0, y0), (x1, y1) in zip(ring.tolist(), np.roll(ring, -1, axis=0).tolist(), strict=True):
            in0, in1 = sign * x0 <= sign * edge, sign * x1 <= sign * edge
            if in0:
                kept.append((x0, y0))
            if in0 != in1:
                kept.append((edge, y0 + (y1 - y0) * (edge - x0) / (x1 - x0)))
        ring = np.array(kept, dtype=np.float64).reshape(-1, 2)
    return ring


def _closed(ring: FloatArray, turn: float, *, clockwise: bool) -> Ring | None:
    """Return a ring in ordinary degrees, closed and turning the right way; None where nothing of it is left."""
    if len(ring) < 3:
        return None
    degrees = np.round(ring + np.array([CENTRE + turn, 0.0]), _DIGITS)
    moved = np.any(degrees != np.roll(degrees, 1, axis=0), axis=1)
    degrees = degrees[moved]
    if len(degrees) < 3 or ring_area(degrees) == 0:
        return None
    x, y = degrees[:, 0], degrees[:, 1]
    twice = float(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y))
    if (twice < 0) is not clockwise:
        degrees = degrees[::-1]
    points: Ring = [(float(lon), float(lat)) for lon, lat in degrees]
    return [*points, points[0]]
