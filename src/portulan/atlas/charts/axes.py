"""Axes of charts: where a value stands across, and a few round ticks that never touch each other on a phone."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from portulan.atlas.errors import BadInputError

AxisKind = Literal["linear", "log", "rank"]


_NOTHING = 1e-250  # below, a float has no digits left to cut into steps


@dataclass(frozen=True, slots=True)
class PlotAxis:
    """From ``low`` to ``high`` over the whole plot; ``ticks`` are round numbers among them."""

    kind: AxisKind
    low: float
    high: float
    ticks: tuple[float, ...]

    def part(self, value: float) -> float:
        """Return the place of a value as a part of the plot, held inside it."""
        if self.kind == "log":
            low, high = math.log(self.low), math.log(self.high)
            here = math.log(max(value, self.low))
        else:
            low, high, here = self.low, self.high, value
        if high == low:
            return 0.0
        return min(max((here - low) / (high - low), 0.0), 1.0)


def _finite(values: Iterable[float | None]) -> list[float]:
    found = [float(value) for value in values if value is not None]
    if not all(math.isfinite(value) for value in found):
        raise BadInputError("a value is NaN or infinite", todo="give None for what is not known")
    return found


def _step(span: float, count: int) -> float:
    """Return the round step (1, 2 or 5 times a power of ten) that cuts a span into at most ``count`` pieces."""
    rough = span / count
    power = 10.0 ** math.floor(math.log10(rough))
    return next(digit * power for digit in (1, 2, 5, 10) if digit * power >= rough * (1 - 1e-9))


def linear_axis(values: Iterable[float | None], count: int = 4, *, tight: bool = True) -> PlotAxis:
    """Return the axis from zero (or below it) that holds all values; unless ``tight``, it ends on a tick."""
    found = _finite(values)
    low, high = min([0.0, *found]), max([0.0, *found])
    if high - low < _NOTHING:
        high = low + 1.0
    step = _step(high - low, count)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    ticks = tuple(float(f"{at * step:.12g}") for at in range(first, last + 1))
    if not tight:
        return PlotAxis("linear", ticks[0], ticks[-1], ticks)
    return PlotAxis("linear", low, high, tuple(tick for tick in ticks if low <= tick <= high))


def log_axis(values: Iterable[float | None], count: int = 4) -> PlotAxis:
    """Return a logarithmic axis between powers of ten (or 1, 2, 5 times them where the span is short).

    What is zero or less has no place on it: it is held at the start. Raises `BadInputError` without a positive value.
    """
    found = [value for value in _finite(values) if value > 0]
    if not found:
        raise BadInputError("no positive value to draw", todo="use a linear axis")
    low, high = min(found), max(found)
    first, last = math.floor(math.log10(low) + 1e-9), math.ceil(math.log10(high) - 1e-9)
    if last - first <= 1:
        marks = [float(f"{digit}e{power}") for power in range(first, last + 1) for digit in (1, 2, 5)]
        start = max(mark for mark in marks if mark <= low * (1 + 1e-9))
        end = min(mark for mark in marks if mark >= high * (1 - 1e-9)) if high > start else start * 2
        ticks = [mark for mark in marks if start <= mark <= end]
        return PlotAxis("log", start, max(end, start * 2), tuple(_thinned(ticks, count)))
    powers = [float(f"1e{power}") for power in range(first, last + 1)]
    return PlotAxis("log", powers[0], powers[-1], tuple(_thinned(powers, count)))


def rank_axis(values: Iterable[float | None], count: int = 4) -> PlotAxis:
    """Return the axis of ranks: the first at the left."""
    high = max([2.0, *_finite(values)])
    step = max(1.0, _step(high, count))
    last = math.ceil(high / step) * step
    ticks = [1.0, *(at * step for at in range(1, int(last / step) + 1) if at * step > 1)]
    return PlotAxis("rank", 1.0, last, tuple(ticks))


def axis_for(kind: AxisKind, values: Sequence[float | None]) -> PlotAxis:
    """Return the axis of this kind for these values."""
    if kind == "log":
        return log_axis(values)
    return rank_axis(values) if kind == "rank" else linear_axis(values, tight=False)


def _thinned(ticks: Sequence[float], count: int) -> Sequence[float]:
    """Keep the first, and every so many after it, so that at most ``count`` + 1 stay."""
    every = max(1, math.ceil((len(ticks) - 1) / count))
    return ticks[::every]


def year_ticks(first: int, last: int, width: float, label: float) -> tuple[int, ...]:
    """Return the years to print under a plot: the first, the last, and between them as many as have room (ems)."""
    if last <= first:
        return (first,)
    most = max(1, min(last - first, int(width / (1.6 * label))))
    step = next(step for step in (1, 2, 3, 4, 5, 6, 8, 10, 15, 20, 25, 50, 100, 1000) if (last - first) / step <= most)
    inner = [year for year in range(first, last) if (last - year) % step == 0]
    # The first year may stand too near the next one: the next one leaves.
    kept = [year for year in inner if year == first or (year - first) >= step]
    return tuple(sorted({first, *kept, last}))
