"""From values to classes: a few ordered classes whose limits are printed, as numbers, in the legend.

Trade is skewed: one market in ten holds most of it. `quantile_scale` gives classes of equal population, `log_scale`
limits at 1, 2 and 5 times a power of ten, `fixed_scale` the limits the caller names (shares, RCA around 1);
`diverging_scale` is for what may be less than nothing (growth): its classes lie on either side of zero.
"""

from __future__ import annotations

import math
import sys
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from portulan.atlas.charts.palettes import CLASSES
from portulan.atlas.errors import BadInputError

Method = Literal["quantile", "log", "fixed", "diverging"]


@dataclass(frozen=True, slots=True)
class Scale:
    """Ascending limits; class n holds ``bounds[n] <= value < bounds[n + 1]``, the last one its upper limit too.

    A value outside the limits belongs to the first or the last class, whose legend then has an open end.
    """

    method: Method
    bounds: tuple[float, ...]
    unit: str
    fills: tuple[str, ...] = ()
    """Palette names of the classes, where they are not those of a plain sequence."""

    @property
    def classes(self) -> int:
        """Number of classes (at least one)."""
        return len(self.bounds) - 1

    def class_of(self, value: float) -> int:
        """Return the number of the class of a value, from 0. Raises `BadInputError` for NaN or an infinity."""
        _checked([value])
        return min(max(bisect_right(self.bounds, value) - 1, 0), self.classes - 1)


def _checked(values: Iterable[float]) -> list[float]:
    out = [float(value) for value in values]
    if not all(math.isfinite(value) for value in out):
        raise BadInputError("a value is NaN or infinite", todo="leave out what is missing: it is drawn as missing")
    return out


def _rounded(value: float, digits: int) -> float:
    return float(f"{value:.{digits - 1}e}")


def _scale(method: Method, inner: Iterable[float], values: Sequence[float], unit: str) -> Scale:
    """Close the inner limits with the smallest and largest value, without empty or doubled classes."""
    low, high = min(values), max(values)
    ordered = sorted(values)
    kept: list[float] = []
    # From the top: a limit stays only if some value lies between it and the next one above.
    above = len(ordered)
    for limit in sorted({limit for limit in inner if low < limit <= high}, reverse=True):
        at = bisect_left(ordered, limit)
        if at < above:
            kept.append(limit)
            above = at
    return Scale(method, (low, *reversed(kept), high), unit)


def quantile_scale(values: Iterable[float], unit: str, classes: int = CLASSES) -> Scale:
    """Return a scale whose classes hold about as many values each, with limits rounded to two significant digits.

    Equal values never fall in two classes: there are then fewer classes. Raises `BadInputError` without any value.
    """
    ordered = sorted(_checked(values))
    _need(ordered, classes)
    cuts = _cuts(ordered, classes)
    if cuts and cuts[0] == ordered[0]:
        # So many values equal the smallest (often zero) that they make a class: the others share what is left.
        rest = [value for value in ordered if value > ordered[0]]
        cuts = [*rest[:1], *_cuts(rest, classes - 1)]
    for digits in (2, 3, 4):  # round only as far as no two limits fall together
        inner = {_rounded(cut, digits) for cut in cuts}
        if len(inner) == len(set(cuts)):
            break
    return _scale("quantile", inner if cuts else (), ordered, unit)


def _cuts(ordered: Sequence[float], classes: int) -> list[float]:
    count = len(ordered)
    places = (math.ceil(count * part / classes) for part in range(1, classes))
    return [ordered[place] for place in places if place < count]


def log_scale(values: Iterable[float], unit: str, classes: int = CLASSES) -> Scale:
    """Return a scale with limits at 1, 2, 5 or 10 times powers of ten, the large values first in detail.

    Zeros are allowed and fall in the first class. Raises `BadInputError` for a negative value, or without any value.
    """
    ordered = sorted(_checked(values))
    _need(ordered, classes)
    if ordered[0] < 0:
        raise BadInputError(f"a log scale cannot hold {ordered[0]}", todo="use fixed_scale or quantile_scale")
    positive = [value for value in ordered if value > 0]
    if not positive:
        return Scale("log", (0.0, 0.0), unit)
    # The smallest values are many and without interest: the range starts at the 5th percentile.
    start = math.log10(positive[len(positive) // 20])
    end = math.log10(positive[-1])
    step = max((end - start) / classes, 0.3)
    wanted = [10 ** (end - step * part) for part in range(1, classes)]
    return _scale("log", {_nice(limit) for limit in wanted if limit > 0}, ordered, unit)


def fixed_scale(limits: Iterable[float], unit: str) -> Scale:
    """Return a scale with these limits, first and last included. Raises `BadInputError` unless strictly ascending."""
    bounds = tuple(_checked(limits))
    if not 2 <= len(bounds) <= CLASSES + 1 or any(a >= b for a, b in pairwise(bounds)):
        raise BadInputError(f"limits {bounds} are not 2 to {CLASSES + 1} ascending numbers", todo="list each once")
    return Scale("fixed", bounds, unit)


def diverging_scale(values: Iterable[float], unit: str) -> Scale:
    """Return a scale with the same round limits on either side of zero, and colours that part there.

    The outer limit lies near the value that four values of five do not exceed, whichever their sign. Classes at the
    ends that hold nothing are left out. Raises `BadInputError` without any value.
    """
    ordered = sorted(_checked(values))
    _need(ordered, CLASSES)
    sizes = sorted(abs(value) for value in ordered if value)
    # Below the smallest normal number, a third of it would be zero.
    largest = sizes[min(len(sizes) - 1, 4 * len(sizes) // 5)] if sizes else 1.0
    outer = _nice(max(largest, sys.float_info.min))
    inner = _nice(outer / 3)
    limits = [-outer, -inner, 0.0, inner, outer]
    first = max(bisect_right(limits, ordered[0]) - 1, -1)
    last = min(bisect_right(limits, ordered[-1]), len(limits))
    low = limits[first] if first >= 0 else min(ordered[0], -outer)
    high = limits[last] if last < len(limits) else max(ordered[-1], 2 * outer)
    bounds = (low, *limits[first + 1 : last], high)
    fills = ("n3", "n2", "n1", "p1", "p2", "p3")[first + 1 : last + 1]
    return Scale("diverging", bounds, unit, fills)


def _need(values: Sequence[float], classes: int) -> None:
    if not values:
        raise BadInputError("there is no value to classify", todo="say that nothing is known instead of drawing")
    if not 1 <= classes <= CLASSES:
        raise BadInputError(f"{classes} classes asked for", todo=f"ask for 1 to {CLASSES}")


def _nice(value: float) -> float:
    """Return the number among 1, 2, 5 and 10 times a power of ten that is nearest in proportion."""
    power = math.floor(math.log10(value))
    choices = [choice for digit in (1, 2, 5, 10) if (choice := float(f"{digit}e{power}")) > 0]
    return min(choices, key=lambda choice: abs(math.log(choice / value)))
