"""The writers of small maps: the boundaries on a coarse grid, one path a class instead of one a country.

Fourteen maps of two hundred references each would make a page slow; at the size of a thumb nobody follows a country.
A coarse path is the same text in every map, so that fourteen cost little more than one over the wire.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from xml.sax.saxutils import escape

import numpy as np

from portulan.atlas.charts.geometry.lonlat import rings_of_path
from portulan.atlas.charts.geometry.world import load_world
from portulan.atlas.charts.palettes import LIGHT
from portulan.atlas.charts.worldmap import Drawing

GRID = 10
"""Units of the map in one of a small map: 400 across."""
_SVG = 'xmlns="http://www.w3.org/2000/svg"'
LAND = "pt-tiny-land"
"""Identifier of the shape of the land in the first map of a page."""


@cache
def _path(piece: str) -> str:
    """Return a piece on the coarse grid: relative steps, without what falls into one point."""
    found = load_world().pieces[piece]
    if found.dot:
        x, y = round(found.point[0] / GRID), round(found.point[1] / GRID)
        # A dot as a path, so that it goes with the others of its class.
        return f"M{x - 1} {y - 1}h2v2h-2z"
    parts = []
    for ring in rings_of_path(found.path):
        points = np.round(ring / GRID).astype(int)
        moved = np.any(points != np.roll(points, 1, axis=0), axis=1)
        points = points[moved]
        if len(points) < 3:
            continue
        steps = " ".join(f"{dx} {dy}" for dx, dy in np.diff(points, axis=0).tolist()).replace(" -", "-")
        parts.append(f"M{points[0][0]} {points[0][1]}l{steps}z")
    return "".join(parts)


@cache
def _land() -> str:
    return "".join(_path(piece.id) for piece in load_world().pieces.values() if not piece.dot)


def _classes(drawing: Drawing) -> Mapping[str, str]:
    """Return one path a class, in the order of the legend; what has no figure is left to the land."""
    paths: dict[str, list[str]] = defaultdict(list)
    for mark in drawing.marks:
        if mark.kind in ("value", "home"):
            paths[mark.fill] += sorted(_path(piece) for piece in mark.pieces)
    return {fill: "".join(sorted(held)) for fill, held in sorted(paths.items())}


def _size() -> tuple[int, int]:
    world = load_world()
    return round(world.width / GRID), round(world.height / GRID)


def to_web(drawing: Drawing, *, first: bool) -> str:
    """Return one small map for a page: classes only; ``first`` is the one that holds the shape of the land."""
    wide, high = _size()
    land = f'<path id="{LAND}" class="pt-tiny-land" d="{_land()}"/>' if first else f'<use href="#{LAND}"/>'
    shapes = "".join(f'<path class="pt-{fill}" d="{path}"/>' for fill, path in _classes(drawing).items())
    said = escape(f"{drawing.title}. {drawing.description}")
    return (
        f'<svg {_SVG} class="pt-tiny" viewBox="0 0 {wide} {high}" role="img" lang="{drawing.lang}">'
        f"<title>{said}</title>{land}{shapes}</svg>"
    )


def to_print(drawing: Drawing, colours: Mapping[str, str] = LIGHT) -> str:
    """Return one small map as a file of its own, with resolved colours."""
    wide, high = _size()
    shapes = "".join(f'<path fill="{colours[fill]}" d="{path}"/>' for fill, path in _classes(drawing).items())
    return (
        f'<svg {_SVG} viewBox="0 0 {wide} {high}" width="{wide}" height="{high}" role="img" lang="{drawing.lang}">'
        f"<title>{escape(drawing.title)}</title><desc>{escape(drawing.description)}</desc>"
        f'<rect width="{wide}" height="{high}" fill="{colours["sea"]}"/>'
        f'<path fill="{colours["disputed"]}" d="{_land()}"/>'
        f"{shapes}</svg>\n"
    )
