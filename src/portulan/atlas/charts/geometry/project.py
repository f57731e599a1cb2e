"""The Equal Earth projection, centred so that the map is cut in the Bering Strait and not through Russia.

Equal Earth (Šavrič, Patterson, Jenny 2018) keeps areas: a country never looks larger than it is. The four constants
are those of the paper. The central meridian of 11° E puts the two edges of the map at 169° W.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

A1, A2, A3, A4 = 1.340264, -0.081106, 0.000893, 0.003796
M = math.sqrt(3.0) / 2.0
CENTRE = 11.0
SOUTH, NORTH = -58.5, 85.0  # Antarctica trades with nobody: the room goes to the others
WIDTH = 4000  # whole units: a quarter of a pixel on a map 1,000 pixels wide
_HALF = math.pi / (M * A1)  # x of the edge at the equator


def rotated(lon: FloatArray) -> FloatArray:
    """Return degrees east of the central meridian, from -180 (included) to 180 (excluded)."""
    return (lon - CENTRE + 180.0) % 360.0 - 180.0


def unwrapped(points: FloatArray) -> FloatArray:
    """Return the line without its jumps of 360°, so that it goes on beyond the edge of the map instead of back."""
    out = points.copy()
    out[1:, 0] -= 360.0 * np.cumsum(np.round(np.diff(points[:, 0]) / 360.0))
    return out


def raw(lon: FloatArray, lat: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return Equal Earth x, y (radius 1, y north) of degrees from the central meridian; linear in ``lon``."""
    theta = np.arcsin(M * np.sin(np.radians(lat)))
    t2 = theta * theta
    t6 = t2 * t2 * t2
    x = np.radians(lon) * np.cos(theta) / (M * (A1 + 3 * A2 * t2 + t6 * (7 * A3 + 9 * A4 * t2)))
    return x, theta * (A1 + A2 * t2 + t6 * (A3 + A4 * t2))


def _top() -> float:
    return float(raw(np.array([0.0]), np.array([NORTH]))[1][0])


SCALE = WIDTH / (2 * _HALF)
HEIGHT = math.ceil((_top() - float(raw(np.array([0.0]), np.array([SOUTH]))[1][0])) * SCALE)


def to_map(points: FloatArray) -> FloatArray:
    """Return map units (x right, y down, origin at the top left) of an n x 2 array of rotated degrees."""
    x, y = raw(points[:, 0], points[:, 1])
    return np.column_stack([(x + _HALF) * SCALE, (_top() - y) * SCALE])


def from_map(points: FloatArray) -> FloatArray:
    """Return degrees (from the central meridian, north) of an n x 2 array of map units: `to_map` backwards."""
    y = _top() - points[:, 1] / SCALE
    theta = y / A1
    for _ in range(12):  # Newton: the polynomial is steep everywhere, five rounds are enough to the last bit
        t2 = theta * theta
        t6 = t2 * t2 * t2
        slope = A1 + 3 * A2 * t2 + t6 * (7 * A3 + 9 * A4 * t2)
        theta = theta - (theta * (A1 + A2 * t2 + t6 * (A3 + A4 * t2)) - y) / slope
    t2 = theta * theta
    t6 = t2 * t2 * t2
    slope = A1 + 3 * A2 * t2 + t6 * (7 * A3 + 9 * A4 * t2)
    x = points[:, 0] / SCALE - _HALF
    lon = np.degrees(x * M * slope / np.cos(theta))
    return np.column_stack([lon, np.degrees(np.arcsin(np.sin(theta) / M))])


def place(lon: float, lat: float) -> tuple[float, float]:
    """Return the map position of one place given in ordinary degrees."""
    spot = to_map(np.column_stack([rotated(np.array([lon])), np.array([lat])]))[0]
    return float(spot[0]), float(spot[1])


def outline(step: float = 2.0) -> FloatArray:
    """Return the edge of the map (the sea): both side meridians and the two cutting parallels."""
    lats = np.arange(SOUTH, NORTH + step / 2, step)
    west = to_map(np.column_stack([np.full(len(lats), -180.0), lats]))
    east = to_map(np.column_stack([np.full(len(lats), 180.0), lats[::-1]]))
    return np.vstack([west, east])


def graticule(step: int = 30) -> list[FloatArray]:
    """Return meridians and parallels every ``step`` degrees."""
    lats = np.arange(SOUTH, NORTH + 0.5, 2.0)
    lines = [
        to_map(np.column_stack([np.full(len(lats), meridian), lats]))
        for meridian in (float(rotated(np.array([lon]))[0]) for lon in np.arange(-180.0, 180.0, step))
    ]
    # A parallel is a straight line in this projection.
    parallels = [float(lat) for lat in range(-90 + step, 90, step) if SOUTH < lat < NORTH]
    lines += [to_map(np.array([[-180.0, lat], [180.0, lat]])) for lat in parallels]
    return lines
