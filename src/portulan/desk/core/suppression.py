"""Counts that may be public: none of 1 to 4, and none that subtraction would give back. Pure.

A table has rows (markets, say) and columns that form a tree (a total, its parts, their parts); it is published with the
total of every row, of every node of the tree, and of all rows together. Small counts are left out, and as many others
as it takes: for each small count, also where all that is published is put together, with the rule itself and with every
zero known, at least four values in a row stay possible (`LEAST_WIDTH`).

A zero is shown. It may say that a group has nobody, never who is in one; and since who reads knows the rule, a count
that is left out is known to be at least one. Nothing is said of the parts of a count that is left out, zeros included.

Why it can be proved: such a table is a circulation in a network, each count an edge of it. What is left out may differ
from the truth along closed ways of edges left out and nowhere else, so that the values a count may have are found by
looking for ways, exactly (Ford and Fulkerson 1962; for tables, Cox 1995, "Network models for complementary cell
suppression", JASA 90).
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

ALL: Final = "*"
"""The row of all rows together."""
LEAST: Final = 5
"""The smallest count that may be public, zero apart."""
LEAST_WIDTH: Final = 3
"""Between the smallest and the largest value that a small count may have: as between 1 and 4."""

Path = tuple[str, ...]
Cell = tuple[str, Path]
"""A count: its row, and the way to it in the tree of columns. The empty way is the total of the row."""
Place = tuple[str, str, Path]
"""A node of the network."""


def protect(counts: Mapping[Cell, int]) -> dict[Cell, int | None]:
    """Return what may be public of the counts of leaves: each total and each part, None where it is left out.

    What is not there is zero, unless a total above it in its row is left out: then nothing is said of it.
    Raises `ValueError` for a count under zero, a row called as the total of all, or a leaf that has parts.
    """
    return _Table(_totals(counts)).protected()


def _totals(counts: Mapping[Cell, int]) -> dict[Cell, int]:
    leaves = {path for _row, path in counts}
    found: dict[Cell, int] = {}
    for (row, path), count in counts.items():
        if count < 0 or row == ALL:
            raise ValueError(f"not a count of a row: {row!r}, {path!r}, {count}")
        for length in range(len(path)):
            if path[:length] in leaves:
                raise ValueError(f"{path[:length]!r} has a count and parts")
        if count:
            for length in range(len(path) + 1):
                for name in (row, ALL):
                    found[name, path[:length]] = found.get((name, path[:length]), 0) + count
    return found


@dataclass(slots=True)
class _Edge:
    """A count in the network. ``least`` is the smallest value that a reader must think possible."""

    cell: Cell
    tail: Place
    head: Place
    value: int
    cost: int
    shown: bool = True
    least: int = 0
    parts: list[_Edge] = field(default_factory=list)


Came = dict[Place, tuple[_Edge, int, Place] | None]
"""How a place was reached: by which count, one more or one less, from where."""


class _Search:
    """The places known from one end of a way, and those of them from which nothing was tried yet."""

    def __init__(self, start: Place) -> None:
        self.came: Came = {start: None}
        self.waiting: deque[Place] = deque([start])


class _Table:
    """A table on its way to be public."""

    def __init__(self, totals: Mapping[Cell, int]) -> None:
        inner = {(row, path[:-1]) for row, path in totals if path}
        deepest = max((len(path) for _row, path in totals), default=0)
        self.edges: dict[Cell, _Edge] = {}
        self.out: dict[Place, list[_Edge]] = {}
        self.into: dict[Place, list[_Edge]] = {}
        # Of these, what is left out: to look for a way among them is done again and again.
        self.free_out: dict[Place, list[_Edge]] = {}
        self.free_into: dict[Place, list[_Edge]] = {}
        for cell in sorted(totals, key=lambda one: (len(one[1]), one)):
            row, path = cell
            above: Place = ("in", row, path[:-1]) if path else ("source", "", ())
            below: Place = ("in", row, path) if cell in inner else ("column", "", path)
            tail, head = (below, above) if row == ALL else (above, below)
            # What is left out takes its parts with it: a way down through all of them costs less than the total above.
            edge = _Edge(cell, tail, head, totals[cell], totals[cell] << (deepest - len(path)))
            self.edges[cell] = edge
            self.out.setdefault(tail, []).append(edge)
            self.into.setdefault(head, []).append(edge)
            if path:
                self.edges[row, path[:-1]].parts.append(edge)

    def protected(self) -> dict[Cell, int | None]:
        """Leave out what is small, then what it takes; return the rest."""
        small = [edge for edge in self.edges.values() if edge.value < LEAST]
        for edge in small:
            if edge.shown:
                self._leave_out(edge)
        for edge in small:
            if not self._is_wide(edge):
                self._widen(edge)
        return {
            edge.cell: edge.value if edge.shown else None for edge in self.edges.values() if edge.shown or edge.least
        }

    def _leave_out(self, edge: _Edge) -> None:
        """Leave a count out, and all of its parts with it: a reader knows that it is there, and nothing of them."""
        below = [edge]
        while below:
            one = below.pop()
            if one.shown:
                self.free_out.setdefault(one.tail, []).append(one)
                self.free_into.setdefault(one.head, []).append(one)
            one.shown, one.least = False, int(one is edge)
            below += one.parts

    # -- which values are possible ---------------------------------------------

    def _is_wide(self, edge: _Edge) -> bool:
        """Return whether a reader must think enough values possible: some above the true one, some under it."""
        more = self._changes(edge, edge.head, edge.tail, LEAST_WIDTH)
        if more >= LEAST_WIDTH:
            return True
        fewer = min(LEAST_WIDTH - more, edge.value - edge.least)
        return more + self._changes(edge, edge.tail, edge.head, fewer) >= LEAST_WIDTH

    def _changes(self, edge: _Edge, start: Place, end: Place, most: int) -> int:
        """Return by how much, up to a bound, a count could differ in one direction, others making up for it."""
        moved: dict[Cell, int] = {}
        for done in range(most):
            if not self._move(edge, start, end, moved):
                return done
        return most

    def _move(self, barred: _Edge, start: Place, end: Place, moved: dict[Cell, int]) -> bool:
        """Find a short way of counts left out, from both of its ends, and change each of them by one."""
        onward, backward = _Search(start), _Search(end)
        while onward.waiting and backward.waiting:
            one, other = (onward, backward) if len(onward.waiting) <= len(backward.waiting) else (backward, onward)
            here = one.waiting.popleft()
            for edge, step, there in self._free(here, moved, along=one is onward):
                if edge is not barred and there not in one.came:
                    one.came[there] = (edge, step, here)
                    if there in other.came:
                        _walk(onward.came, there, moved)
                        _walk(backward.came, there, moved)
                        return True
                    one.waiting.append(there)
        return False

    def _free(self, here: Place, moved: Mapping[Cell, int], *, along: bool) -> Iterator[tuple[_Edge, int, Place]]:
        """Yield what is left out and may be one more, or one less, and where that leads; or, against it, comes from."""
        for edge in (self.free_out if along else self.free_into).get(here, ()):
            yield edge, 1, edge.head if along else edge.tail
        for edge in (self.free_into if along else self.free_out).get(here, ()):
            if edge.value + moved.get(edge.cell, 0) > edge.least:
                yield edge, -1, edge.tail if along else edge.head

    # -- what more to leave out ------------------------------------------------

    def _widen(self, edge: _Edge) -> None:
        """Leave out what costs readers the least, until the count may be enough more than it is."""
        moved: dict[Cell, int] = {}
        for _unit in range(LEAST_WIDTH):
            for other in self._cheapest(edge, moved):
                if other.shown:
                    self._leave_out(other)

    def _cheapest(self, barred: _Edge, moved: dict[Cell, int]) -> Iterable[_Edge]:
        """Return the way round a count that costs the least, changed by one; one leads through all totals."""
        came: Came = {}
        waiting: list[tuple[int, int, Place, tuple[_Edge, int, Place] | None]] = [(0, 0, barred.head, None)]
        number = 0
        while waiting:
            cost, _number, here, by = heapq.heappop(waiting)
            if here in came:
                continue
            came[here] = by
            if here == barred.tail:
                return _walk(came, here, moved)
            for edge, step, there in self._ways(here, moved):
                if edge is not barred and there not in came:
                    number += 1
                    heapq.heappush(waiting, (cost + edge.cost * edge.shown, number, there, (edge, step, here)))
        raise AssertionError("every count is on a way through the totals of all")

    def _ways(self, here: Place, moved: Mapping[Cell, int]) -> Iterator[tuple[_Edge, int, Place]]:
        """Yield what may be one more, or one less, were it left out."""
        for edge in self.out.get(here, ()):
            yield edge, 1, edge.head
        for edge in self.into.get(here, ()):
            if edge.value + moved.get(edge.cell, 0) > (1 if edge.shown else edge.least):
                yield edge, -1, edge.tail


def _walk(came: Mapping[Place, tuple[_Edge, int, Place] | None], end: Place, moved: dict[Cell, int]) -> list[_Edge]:
    """Change each count on the way to a place by one; return them."""
    way = []
    step = came[end]
    while step is not None:
        edge, by, here = step
        moved[edge.cell] = moved.get(edge.cell, 0) + by
        way.append(edge)
        step = came[here]
    return way
