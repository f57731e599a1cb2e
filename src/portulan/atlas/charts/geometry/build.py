"""Make ``world.json`` and ``reference/contiguity.csv``: ``python -m portulan.atlas.charts.geometry.build 50m.json``.

Done once, when the boundary file changes; the result is committed and is all that the atlas reads.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from portulan.atlas.charts.geometry import project
from portulan.atlas.charts.geometry.contiguity import contiguity_csv
from portulan.atlas.charts.geometry.project import FloatArray
from portulan.atlas.charts.geometry.simplify import heart, ring_area, simplified
from portulan.atlas.charts.geometry.topology import HERE, Special, Topology, read_specials, read_topology

PIXEL = project.WIDTH / 1000.0  # map units in a pixel of a map 1,000 pixels wide: sizes below are in such pixels
SMALLEST_TRIANGLE = 0.20 * PIXEL**2
SMALLEST_ISLAND = 0.35 * PIXEL**2
DOT_BELOW = 4.5 * PIXEL**2  # a piece smaller than this is drawn as a dot
DOT_RADIUS = 2.5 * PIXEL
DOT_APART = 1.75 * DOT_RADIUS
DOT_SHIFT = 6.0 * PIXEL  # how far a dot may be pushed by its neighbours
# No permanent population and no line in any trade source (docs/howto/boundaries.md).
LEFT_OUT = frozenset({"ATA", "ATC", "HMD", "SGS"})


@dataclass(frozen=True, slots=True)
class Ring:
    """One closed line of a piece in map units, and whether it is the outer line of its polygon."""

    points: FloatArray
    outer: bool


def _clipped(ring: FloatArray, edge: float, keep_below: bool) -> FloatArray:
    """Cut a closed ring of degrees at one meridian (Sutherland and Hodgman) and return the side kept."""
    out: list[tuple[float, float]] = []
    for (x0, y0), (x1, y1) in zip(ring.tolist(), np.roll(ring, -1, axis=0).tolist(), strict=True):
        in0, in1 = (x0 <= edge, x1 <= edge) if keep_below else (x0 >= edge, x1 >= edge)
        if in0:
            out.append((x0, y0))
        if in0 != in1:
            out.append((edge, y0 + (y1 - y0) * (edge - x0) / (x1 - x0)))
    return np.array(out).reshape(-1, 2)


def cut_at_edges(ring: FloatArray) -> list[FloatArray]:
    """Return the parts of an unwrapped ring (rotated degrees), each brought back between -180 and 180."""
    low, high = float(ring[:, 0].min()), float(ring[:, 0].max())
    if low >= -180.0 and high <= 180.0:
        return [ring]
    parts = []
    for turn in range(int(np.floor((low + 180.0) / 360.0)), int(np.floor((high + 180.0) / 360.0)) + 1):
        moved = ring - np.array([360.0 * turn, 0.0])
        part = _clipped(moved, 180.0, True)
        part = _clipped(part, -180.0, False) if len(part) else part
        if len(part) >= 3:
            parts.append(part)
    return parts


def _rotated_arc(arc: FloatArray) -> FloatArray:
    """Return the arc in rotated, unwrapped degrees."""
    return project.unwrapped(np.column_stack([project.rotated(arc[:, 0]), arc[:, 1]]))


def _simplified_arc(degrees: FloatArray) -> FloatArray:
    """Return the arc with only the points that show on the map."""
    if len(degrees) < 3:
        return degrees
    at = project.to_map(degrees)
    # The third column carries the row number through the simplification.
    rows = simplified(np.column_stack([at, np.arange(len(at))]), SMALLEST_TRIANGLE)[:, 2].astype(int)
    kept: FloatArray = degrees[rows]
    return kept


def _assemble(arcs: list[FloatArray], ring: Iterable[int]) -> FloatArray:
    """Join arcs into one open ring (the last point is not the first)."""
    parts = [arcs[arc] if arc >= 0 else arcs[~arc][::-1] for arc in ring]
    joined: FloatArray = np.vstack([part[:-1] for part in parts])
    return project.unwrapped(joined)


def rings_of(topology: Topology, arcs: list[FloatArray], piece: str) -> list[Ring]:
    """Return the rings of a piece in whole map units."""
    rings = []
    for polygon in topology.pieces[piece]:
        for number, ring in enumerate(polygon):
            for part in cut_at_edges(_assemble(arcs, ring)):
                points = np.round(project.to_map(part))
                moved = np.any(points != np.roll(points, 1, axis=0), axis=1)
                moved[0] = True
                rings.append(Ring(points[moved], number == 0))
    return rings


def path_text(rings: Iterable[FloatArray]) -> str:
    """Return the SVG path of whole-number rings: absolute starts, then relative steps."""
    out = []
    for ring in rings:
        whole = ring.astype(int)
        steps = np.diff(whole, axis=0)
        text = f"M{whole[0][0]} {whole[0][1]}l" + " ".join(f"{dx} {dy}" for dx, dy in steps.tolist())
        out.append(text.replace(" -", "-") + "z")
    return "".join(out)


@dataclass(frozen=True, slots=True)
class Arcs:
    """The arcs in degrees from the central meridian, as published (to measure) and simplified (to draw)."""

    whole: list[FloatArray]
    drawn: list[FloatArray]


def _piece(topology: Topology, arcs: Arcs, piece: str, special: Special | None) -> dict[str, Any]:
    """Return one line of the file: a shape, or a dot where the shape would be too small to see or to touch."""
    whole = rings_of(topology, arcs.whole, piece)
    area = sum(ring_area(ring.points) * (1 if ring.outer else -1) for ring in whole)
    largest = max((ring.points for ring in whole if ring.outer), key=ring_area)
    point = project.place(*special.place) if special and special.place else heart(largest)
    # A disputed piece is never blown up into a dot: it is drawn at its size or not seen.
    dot = area < DOT_BELOW and not (special and special.piece.startswith("X"))
    drawn = [] if dot else [ring.points for ring in rings_of(topology, arcs.drawn, piece) if len(ring.points) > 2]
    smallest = SMALLEST_ISLAND if area >= DOT_BELOW else 0.0
    return _row(piece, [ring for ring in drawn if ring_area(ring) >= smallest], point, dot)


def _row(piece: str, rings: list[FloatArray], point: tuple[float, float], dot: bool) -> dict[str, Any]:
    corners = np.vstack(rings) if rings else np.array([point])
    box = [round(float(edge)) for edge in (*corners.min(axis=0), *corners.max(axis=0))]
    at = [round(point[0]), round(point[1])]
    return {"id": piece, "point": at, "dot": dot, "d": path_text(rings), "box": box}


def spread(points: FloatArray) -> FloatArray:
    """Push dots apart until each can be seen and touched, none further than ``DOT_SHIFT`` from its place."""
    # Two dots on the same spot would never part: each starts a hair aside, in a direction of its own.
    turn = np.arange(len(points)) * 2.399963
    now = points + 0.1 * np.column_stack([np.cos(turn), np.sin(turn)])
    for _ in range(200):
        gap = now[:, None, :] - now[None, :, :]
        distance = np.sqrt((gap**2).sum(axis=2))
        np.fill_diagonal(distance, np.inf)
        push = np.maximum(DOT_APART - distance, 0.0)[:, :, None] * gap / np.maximum(distance, 1e-6)[:, :, None]
        if not push.any():
            break
        now = now + 0.3 * push.sum(axis=1)
        away = now - points
        length = np.sqrt((away**2).sum(axis=1))[:, None]
        now = points + away * np.minimum(1.0, DOT_SHIFT / np.maximum(length, 1e-9))
    return now


def build_world(topology: Topology, specials: tuple[Special, ...]) -> dict[str, Any]:
    """Return the content of ``world.json``: size, sea, graticule and pieces, in map units."""
    whole = [_rotated_arc(arc) for arc in topology.arcs]
    arcs = Arcs(whole, [_simplified_arc(arc) for arc in whole])
    by_piece = {special.piece: special for special in specials}
    pieces = [_piece(topology, arcs, piece, by_piece.get(piece)) for piece in sorted(set(topology.pieces) - LEFT_OUT)]
    pieces += [
        _row(special.piece, [], project.place(*special.place), True)
        for special in specials
        if special.place is not None and special.piece not in topology.pieces
    ]
    dots = [row for row in pieces if row["dot"]]
    shifted = spread(np.array([row["point"] for row in dots], dtype=np.float64))
    for row, at in zip(dots, shifted, strict=True):
        row["point"] = [round(float(at[0])), round(float(at[1]))]
        row["box"] = [*row["point"], *row["point"]]
    lines = ["M" + "L".join(f"{round(x)} {round(y)}" for x, y in line.tolist()) for line in project.graticule()]
    sea = "M" + "L".join(f"{round(x)} {round(y)}" for x, y in project.outline().tolist()) + "z"
    pieces.sort(key=lambda row: str(row["id"]))
    size = {"width": project.WIDTH, "height": project.HEIGHT, "radius": DOT_RADIUS}
    return {**size, "sea": sea, "graticule": "".join(lines), "pieces": pieces}


def world_text(world: Mapping[str, Any]) -> str:
    """Return the file as committed: one piece a line, so that a change shows in a diff."""

    def compact(value: object) -> str:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))

    head = {key: value for key, value in world.items() if key != "pieces"}
    lines = ",\n".join(compact(piece) for piece in world["pieces"])
    return compact(head)[:-1] + ',"pieces":[\n' + lines + "\n]}\n"


def main(arguments: list[str]) -> None:
    """Read the TopoJSON named on the command line and write both results beside this module."""
    if len(arguments) != 1:
        raise SystemExit("usage: python -m portulan.atlas.charts.geometry.build PATH_TO_TOPOJSON")
    specials = read_specials()
    topology = read_topology(Path(arguments[0]), specials)
    (HERE / "world.json").write_text(world_text(build_world(topology, specials)), encoding="utf-8")
    (HERE.parents[1] / "reference" / "contiguity.csv").write_text(contiguity_csv(topology), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
