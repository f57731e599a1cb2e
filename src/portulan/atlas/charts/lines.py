"""Lines over years: broken where a year is not known, named at their end, with the doubt behind them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from portulan.atlas.charts.axes import PlotAxis, linear_axis, year_ticks
from portulan.atlas.charts.drawn import Drawn
from portulan.atlas.charts.rows import counted, key
from portulan.atlas.charts.scene import (
    BOLD,
    Anchor,
    Area,
    Dot,
    Length,
    Scene,
    Shape,
    Stroke,
    Words,
    text_width,
    wrapped,
)
from portulan.atlas.charts.words import Lang, colon, number_text, word
from portulan.atlas.charts.writers import WIDTH, Writer, written
from portulan.atlas.errors import BadInputError
from portulan.atlas.figures import Status

TOP, HEIGHT = 0.9, 13.0
MOST = 5
NAMES = 6.5
"""Ems of the names at the ends of the lines."""
_PLOT = 9.0  # ems of the plot itself on the narrowest phone
_DENSE = 12  # with more years than this, only the points that say something are drawn
_ESTIMATED = ("estimated", "modelled")


@dataclass(frozen=True, slots=True)
class YearPoint:
    """One year of a line: None where the year is not known; the 90 % interval where there is one."""

    year: int
    value: float | None
    status: Status = "reported"
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Series:
    """A named line; ``highlight`` marks the one the page speaks of."""

    label: str
    points: tuple[YearPoint, ...]
    highlight: bool = False


def line_chart(
    series: Sequence[Series],
    *,
    title: str,
    unit: str = "USD",
    lang: Lang = "en",
    writer: Writer = "web",
    width: int = WIDTH,
    furniture: bool = False,
    note: str = "",
) -> Drawn | None:
    """Return one to five lines over the years on one scale from zero, or None where only one year is known.

    A year not known breaks the line, an estimated one is hollow, intervals are a pale band. The caller that gets None
    prints `one_year_text`. Raises `BadInputError` for no line, too many, the same year twice, or NaN.
    """
    scene = line_scene(series, title=title, unit=unit, lang=lang)
    return None if scene is None else written(scene, writer, width=width, furniture=furniture, note=note)


def one_year_text(lang: Lang) -> str:
    """Return what to print where there are too few years for a line."""
    return word("one year", lang)


@dataclass(frozen=True, slots=True)
class _Plot:
    years: tuple[int, ...]
    axis: PlotAxis

    def x(self, year: int) -> float:
        return (year - self.years[0]) / (self.years[-1] - self.years[0])

    def y(self, value: float) -> float:
        return TOP + HEIGHT * (1.0 - self.axis.part(value))


def line_scene(series: Sequence[Series], *, title: str, unit: str, lang: Lang) -> Scene | None:
    """Return the drawing of the lines, None where fewer than two years are known."""
    _check(series)
    known = [(each, point) for each in series for point in each.points if point.value is not None]
    known_years = {point.year for _, point in known}
    if len(known_years) < 2:
        return None
    years = tuple(sorted({point.year for each in series for point in each.points}))
    axis = linear_axis([n for _, p in known for n in (p.value, p.low, p.high)], tight=False)
    plot = _Plot(years, axis)
    inks = _inks(series)
    items = [*_grid(plot, unit, lang)]
    for each in series:
        items += _bands(each, plot, inks[each.label])
    # The chosen line is drawn last, over the others.
    for each in sorted(series, key=lambda each: each.highlight):
        items += _line(each, plot, inks[each.label])
    names, right = _names(series, plot, inks, unit, lang)
    left = max(text_width(number_text(tick, unit, lang), small=True) for tick in axis.ticks) + 0.6
    bottom = TOP + HEIGHT + 1.6
    lines, end = key(_key(series, years, inks, lang), bottom + 0.4, -left)
    said = _description(series, years, unit, lang)
    return Scene("lines", title, said, lang, (*items, *names, *lines), end + 0.3, left, right)


def _check(series: Sequence[Series]) -> None:
    if not 1 <= len(series) <= MOST:
        raise BadInputError(f"{len(series)} lines to draw", todo=f"draw 1 to {MOST}")
    if len({each.label for each in series}) < len(series):
        raise BadInputError("two lines have the same name", todo="name each line once")
    for each in series:
        if len({point.year for point in each.points}) < len(each.points):
            raise BadInputError(f"{each.label}: the same year twice", todo="give each year once")
        for point in each.points:
            numbers = [number for number in (point.low, point.value, point.high) if number is not None]
            if not all(map(math.isfinite, numbers)) or numbers != sorted(numbers):
                raise BadInputError(
                    f"{each.label}, {point.year}: not an interval", todo="give low, value, high in order"
                )


def _inks(series: Sequence[Series]) -> Mapping[str, str]:
    plain = iter("1234")
    return {each.label: "home" if each.highlight else next(plain, "4") for each in series}


def _grid(plot: _Plot, unit: str, lang: Lang) -> list[Shape]:
    items: list[Shape] = []
    for tick in plot.axis.ticks:
        y = plot.y(tick)
        items.append(Stroke(Length(), y, Length(1.0), y, "axis" if tick == 0 else "grid"))
        items.append(Words(Length(em=-0.5), y + 0.3, number_text(tick, unit, lang), "tick", "end", small=True))
    bottom = TOP + HEIGHT
    first, last = plot.years[0], plot.years[-1]
    for year in year_ticks(first, last, _PLOT, text_width("2024", small=True)):
        at = Length(plot.x(year))
        anchor: Anchor = "start" if year == first else "end" if year == last else "middle"
        items.append(Stroke(at, bottom, at, bottom + 0.3, "axis"))
        items.append(Words(at, bottom + 1.3, str(year), "tick", anchor, small=True))
    return items


def _runs(points: Sequence[YearPoint], years: Sequence[int], whole: bool) -> list[list[YearPoint]]:
    """Cut a line into runs of years without a gap; ``whole`` keeps only points with an interval."""
    by_year = {point.year: point for point in points}
    runs: list[list[YearPoint]] = [[]]
    for year in years:
        point = by_year.get(year)
        if point is None or point.value is None or (whole and (point.low is None or point.high is None)):
            runs.append([])
        else:
            runs[-1].append(point)
    return [run for run in runs if run]


def _bands(series: Series, plot: _Plot, ink: str) -> list[Shape]:
    areas: list[Shape] = []
    for run in _runs(series.points, plot.years, whole=True):
        if len(run) > 1:
            over = [(plot.x(p.year), plot.y(p.high)) for p in run if p.high is not None]
            under = [(plot.x(p.year), plot.y(p.low)) for p in reversed(run) if p.low is not None]
            areas.append(Area((*over, *under), f"band-{ink}"))
    return areas


def _line(series: Series, plot: _Plot, ink: str) -> list[Shape]:
    items: list[Shape] = []
    dots: list[Shape] = []
    for run in _runs(series.points, plot.years, whole=False):
        places = [(Length(plot.x(p.year)), plot.y(p.value)) for p in run if p.value is not None]
        items += [Stroke(x0, y0, x1, y1, f"line-{ink}") for (x0, y0), (x1, y1) in pairwise(places)]
        for point, (x, y) in zip(run, places, strict=True):
            hollow = point.status in _ESTIMATED
            if hollow or point in (run[0], run[-1]) or len(plot.years) <= _DENSE:
                dots.append(Dot(x, y, 0.3, f"point-{ink}{'-estimated' if hollow else ''}"))
    return [*items, *dots]


def _names(
    series: Sequence[Series], plot: _Plot, inks: Mapping[str, str], unit: str, lang: Lang
) -> tuple[list[Shape], float]:
    """Return the names at the ends of the lines, pushed apart where they would touch, and the room they take."""
    wanted = []
    for each in series:
        last = max((p for p in each.points if p.value is not None), key=lambda p: p.year, default=None)
        if last is None or last.value is None:
            lines, y = (*wrapped(each.label, NAMES), word("not known", lang)), TOP + HEIGHT
        else:
            value = number_text(last.value, unit, lang)
            year = "" if last.year == plot.years[-1] else f" ({last.year})"
            lines, y = (*wrapped(each.label, NAMES), *wrapped(value + year, NAMES)), plot.y(last.value)
        wanted.append((y, lines, each))
    wanted.sort(key=lambda item: (item[0], item[2].label))
    depths = [1.15 * len(lines) + 0.35 for _, lines, _ in wanted]
    tops = _spread([y - depth / 2 for (y, _, _), depth in zip(wanted, depths, strict=True)], depths, TOP + HEIGHT + 0.6)
    items: list[Shape] = []
    for (_, lines, each), top in zip(wanted, tops, strict=True):
        for at, line in enumerate(lines):
            named = line not in wrapped(each.label, NAMES)
            role = "number" if named else f"name-{inks[each.label]}"
            items.append(Words(Length(1.0, 0.8), top + 0.95 + 1.15 * at, line, role))
    right = max(text_width(line) for _, lines, _ in wanted for line in lines) * BOLD + 0.9
    return items, right


def _spread(tops: Sequence[float], depths: Sequence[float], bottom: float) -> list[float]:
    """Push texts down until none touches the next, then up from the bottom where they no longer fit."""
    out: list[float] = []
    for top in tops:
        out.append(max(top, out[-1] + depths[len(out) - 1]) if out else max(top, -0.2))
    limit = bottom
    for at in range(len(out) - 1, -1, -1):
        out[at] = min(out[at], limit - depths[at])
        limit = out[at]
    return out


def _key(series: Sequence[Series], years: Sequence[int], inks: Mapping[str, str], lang: Lang) -> list[tuple[str, str]]:
    points = [(inks[each.label], point) for each in series for point in each.points]
    found = []
    banded = [ink for ink, point in points if point.low is not None]
    if banded:
        found.append((f"band-{banded[0]}", word("key interval", lang)))
    hollow = [ink for ink, point in points if point.value is not None and point.status in _ESTIMATED]
    if hollow:
        found.append((f"point-{hollow[0]}-estimated", word("key hollow", lang)))
    if any(len(_runs(each.points, years, whole=False)) > 1 for each in series):
        found.append((f"broken-{points[0][0]}", word("broken", lang)))
    return found


def _description(series: Sequence[Series], years: Sequence[int], unit: str, lang: Lang) -> str:
    span = word("from to", lang).format(first=years[0], last=years[-1])
    parts = [f"{word('lines', lang)}, {counted('series', len(series), lang)}, {span}."]
    for each in series[:3]:
        known = sorted((p for p in each.points if p.value is not None), key=lambda p: p.year)
        ends = [
            f"{number_text(p.value, unit, lang)} ({p.year})"
            for p in (*known[:1], *known[1:][-1:])
            if p.value is not None
        ]
        parts.append(f"{each.label}{colon(lang)}{', '.join(ends) or word('not known', lang)}.")
    if any(point.low is not None for each in series for point in each.points):
        parts.append(f"{word('with interval', lang)}.")
    return " ".join([*parts, word("see table", lang)])
