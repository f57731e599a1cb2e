"""Visvalingam's simplification of one arc: the point whose triangle is smallest goes first, the two ends stay.

Borders stay shared because each arc is simplified once, whatever the number of countries that use it.
Visvalingam & Whyatt, "Line generalisation by repeated elimination of points", The Cartographic Journal 30 (1993).
"""

from __future__ import annotations

import heapq

import numpy as np

from portulan.atlas.charts.geometry.project import FloatArray


def simplified(points: FloatArray, smallest: float) -> FloatArray:
    """Return the points that are left once no inner point makes a triangle of less than ``smallest`` (square units)."""
    last = len(points) - 1
    before, after = list(range(-1, last)), list(range(1, last + 2))
    x: list[float] = points[:, 0].tolist()
    y: list[float] = points[:, 1].tolist()

    def area(point: int) -> float:
        a, b = before[point], after[point]
        return abs((x[a] - x[point]) * (y[b] - y[point]) - (x[b] - x[point]) * (y[a] - y[point])) / 2.0

    areas = [0.0, *(area(point) for point in range(1, last)), 0.0]
    kept = np.ones(len(points), dtype=bool)
    # Among equal areas the place decides, so that an arc gives the same line in both directions.
    queue = [(areas[point], x[point], y[point], point) for point in range(1, last)]
    heapq.heapify(queue)
    while queue:
        size, _, _, point = heapq.heappop(queue)
        if not kept[point] or size != areas[point]:
            continue  # an old entry of a point whose neighbour went since
        if size >= smallest:
            break
        kept[point] = False
        a, b = before[point], after[point]
        after[a], before[b] = b, a
        for neighbour in (a, b):
            if 0 < neighbour < last:
                # Never smaller than what just went, or the order of removal would depend on chance.
                areas[neighbour] = max(area(neighbour), size)
                heapq.heappush(queue, (areas[neighbour], x[neighbour], y[neighbour], neighbour))
    return points[kept]


def ring_area(ring: FloatArray) -> float:
    """Return the area of a closed ring, positive whatever its direction (the last point need not repeat the first)."""
    x, y = ring[:, 0], ring[:, 1]
    return float(abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2.0)


def inside(ring: FloatArray, at: FloatArray) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Return for each of the n x 2 points ``at`` whether the ring holds it (even-odd rule)."""
    x0, y0 = ring[:, 0][None, :], ring[:, 1][None, :]
    x1, y1 = np.roll(ring[:, 0], -1)[None, :], np.roll(ring[:, 1], -1)[None, :]
    x, y = at[:, 0][:, None], at[:, 1][:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        crosses = ((y0 > y) != (y1 > y)) & (x < (x1 - x0) * (y - y0) / (y1 - y0) + x0)
    return np.asarray(crosses.sum(axis=1) % 2 == 1)


def heart(ring: FloatArray, fineness: int = 40) -> tuple[float, float]:
    """Return a point well inside the ring: of a grid of candidates, the one furthest from the edge."""
    low, high = ring.min(axis=0), ring.max(axis=0)
    steps = (np.arange(fineness) + 0.5) / fineness
    gx, gy = np.meshgrid(low[0] + steps * (high[0] - low[0]), low[1] + steps * (high[1] - low[1]))
    grid = np.column_stack([gx.ravel(), gy.ravel()])
    grid = grid[inside(ring, grid)]
    if not len(grid):
        return float(ring[:, 0].mean()), float(ring[:, 1].mean())
    start, step = ring, np.roll(ring, -1, axis=0) - ring
    length = np.maximum((step**2).sum(axis=1), 1e-12)
    best, where = -1.0, grid[0]
    for candidate in grid:
        along = np.clip(((candidate - start) * step).sum(axis=1) / length, 0.0, 1.0)
        distance = float(((start + along[:, None] * step - candidate) ** 2).sum(axis=1).min())
        if distance > best:
            best, where = distance, candidate
    return float(where[0]), float(where[1])
