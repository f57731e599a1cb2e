"""Reads back the committed map, independently of the code that wrote it."""

from __future__ import annotations

import math
import re
from functools import cache

from portulan.atlas.charts.geometry.world import load_world

Point = tuple[int, int]


@cache
def rings(path: str) -> list[list[Point]]:
    """Absolute points of each ring of a path made of ``Mx yl dx dy ...z``."""
    out = []
    for part in path.split("z")[:-1]:
        start, steps = part[1:].split("l")
        x, y = (int(number) for number in re.findall(r"-?\d+", start))
        numbers = [int(number) for number in re.findall(r"-?\d+", steps)]
        points = [(x, y)]
        for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
            x, y = x + dx, y + dy
            points.append((x, y))
        out.append(points)
    return out


def holds(path: str, at: tuple[float, float]) -> bool:
    x, y = at
    odd = False
    for ring in rings(path):
        for (x0, y0), (x1, y1) in zip(ring, ring[1:] + ring[:1], strict=True):
            if (y0 > y) != (y1 > y) and x < (x1 - x0) * (y - y0) / (y1 - y0) + x0:
                odd = not odd
    return odd


def equal_earth(lon: float, lat: float) -> tuple[float, float]:
    """Map units of a place, by Newton-free scalar code of its own (the tested module is vectorised)."""
    a1, a2, a3, a4 = 1.340264, -0.081106, 0.000893, 0.003796

    def y_of(degrees: float) -> tuple[float, float]:
        theta = math.asin(math.sqrt(3) / 2 * math.sin(math.radians(degrees)))
        return theta, theta * (a1 + a2 * theta**2 + theta**6 * (a3 + a4 * theta**2))

    theta, y = y_of(lat)
    slope = a1 + 3 * a2 * theta**2 + theta**6 * (7 * a3 + 9 * a4 * theta**2)
    turned = (lon - 11 + 180) % 360 - 180
    x = 2 * math.radians(turned) * math.cos(theta) / (math.sqrt(3) * slope)
    half = 2 * math.pi / (math.sqrt(3) * a1)
    scale = load_world().width / (2 * half)
    return (x + half) * scale, (y_of(85.0)[1] - y) * scale


def pieces_at(lon: float, lat: float) -> list[str]:
    at = equal_earth(lon, lat)

    def near(box: tuple[int, int, int, int]) -> bool:
        return box[0] <= at[0] <= box[2] and box[1] <= at[1] <= box[3]

    shapes = [piece for piece in load_world().pieces.values() if not piece.dot and near(piece.box)]
    return [piece.id for piece in shapes if holds(piece.path, at)]
