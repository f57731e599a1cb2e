"""Small dot-and-whisker plots for the cells of a ranked table: the value, and the interval that says how sure it is.

All rows of a table share one axis, so that lengths compare. The numbers stand in the table: the plot is decoration for
a screen reader and is hidden from it. As for the map, `interval_plot` decides and two writers write.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from portulan.atlas.charts.palettes import LIGHT
from portulan.atlas.errors import BadInputError

WIDTH, HEIGHT = 160, 20
_MARGIN = 6
_RADIUS = 4
_SVG = 'xmlns="http://www.w3.org/2000/svg"'


@dataclass(frozen=True, slots=True)
class Axis:
    """The common axis of a table: ``low`` to ``high`` over the width of a cell, linear or logarithmic."""

    kind: Literal["linear", "log"]
    low: float
    high: float

    def at(self, value: float) -> float:
        """Return the horizontal place of a value, held inside the cell."""
        if self.kind == "log":
            low, high = math.log(self.low), math.log(self.high)
            here = math.log(max(value, self.low))
        else:
            low, high, here = self.low, self.high, value
        part = 0.5 if high == low else (here - low) / (high - low)
        return _MARGIN + min(max(part, 0.0), 1.0) * (WIDTH - 2 * _MARGIN)


@dataclass(frozen=True, slots=True)
class IntervalPlot:
    """One row: places in the cell, none for the whisker of a value without interval.

    ``cut_low`` and ``cut_high`` say that the whisker goes on beyond the axis; ``hollow`` marks what nobody reported.
    """

    value: float
    low: float | None
    high: float | None
    cut_low: bool
    cut_high: bool
    hollow: bool


def interval_axis(rows: Iterable[tuple[float, float | None, float | None]], kind: Literal["linear", "log"]) -> Axis:
    """Return the axis that holds all (value, low, high) of a table.

    A linear axis holds zero, so that lengths do not deceive. A log axis starts at the smallest positive number, and
    what is zero or less is drawn as cut at its start. Raises `BadInputError` without any number to draw.
    """
    numbers = [number for row in rows for number in row if number is not None and math.isfinite(number)]
    if kind == "log":
        numbers = [number for number in numbers if number > 0]
    if not numbers:
        raise BadInputError("no value to draw", todo="leave the column out")
    low, high = min(numbers), max(numbers)
    return Axis("log", low, high) if kind == "log" else Axis("linear", min(low, 0.0), max(high, 0.0))


def interval_plot(
    value: float, low: float | None, high: float | None, *, axis: Axis, hollow: bool = False
) -> IntervalPlot:
    """Return the drawing of one row. Raises `BadInputError` unless ``low <= value <= high`` where these are known."""
    numbers = [number for number in (low, value, high) if number is not None]
    if not all(map(math.isfinite, numbers)) or numbers != sorted(numbers) or (low is None) is not (high is None):
        raise BadInputError(f"low {low}, value {value}, high {high} is not an interval", todo="give both ends or none")
    if low is None or high is None:
        return IntervalPlot(axis.at(value), None, None, False, False, hollow)
    return IntervalPlot(axis.at(value), axis.at(low), axis.at(high), low < axis.low, high > axis.high, hollow)


def interval_to_web_svg(plot: IntervalPlot) -> str:
    """Return the plot for a page: classes of ``worldmap.css``, hidden from screen readers."""
    names = {"axis": 'class="pt-axis"', "whisker": 'class="pt-whisker"', "dot": 'class="pt-point"'}
    if plot.hollow:
        names["dot"] = 'class="pt-point pt-hollow"'
    head = f'<svg {_SVG} class="pt-interval" viewBox="0 0 {WIDTH} {HEIGHT}" aria-hidden="true" focusable="false">'
    return f"{head}{_body(plot, names)}</svg>"


def interval_to_print_svg(plot: IntervalPlot, colours: Mapping[str, str] = LIGHT) -> str:
    """Return the plot as a file of its own, with resolved colours."""
    mark = colours["mark"]
    names = {
        "axis": f'stroke="{colours["graticule"]}" stroke-width="1"',
        "whisker": f'fill="none" stroke="{mark}" stroke-width="2"',
        "dot": f'fill="{colours["border"] if plot.hollow else mark}" stroke="{mark}" stroke-width="2"',
    }
    return f'<svg {_SVG} viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}">{_body(plot, names)}</svg>'


def _body(plot: IntervalPlot, names: Mapping[str, str]) -> str:
    middle = HEIGHT // 2
    parts = [f'<path d="M{_MARGIN} {middle}H{WIDTH - _MARGIN}" {names["axis"]}/>']
    if plot.low is not None and plot.high is not None:
        ends = []
        # An end beyond the axis is an arrow head, not a bar.
        ends.append(f"m4-4l-4 4l4 4M{plot.low:.1f} {middle}" if plot.cut_low else f"m0-4v8m0-4M{plot.low:.1f} {middle}")
        ends.append("m-4-4l4 4l-4 4" if plot.cut_high else "m0-4v8")
        line = f"M{plot.low:.1f} {middle}{ends[0]}H{plot.high:.1f}{ends[1]}"
        parts.append(f'<path d="{line}" {names["whisker"]}/>')
    parts.append(f'<circle cx="{plot.value:.1f}" cy="{middle}" r="{_RADIUS}" {names["dot"]}/>')
    return "".join(parts)
