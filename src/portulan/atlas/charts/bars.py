"""Bars from zero: how much, market by market, with the doubt on each and the gaps in sight."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from portulan.atlas.charts.axes import PlotAxis, linear_axis
from portulan.atlas.charts.drawn import Drawn
from portulan.atlas.charts.rows import KEY_WIDE, KEY_WIDTH, ChartRow, checked, description, key, shown
from portulan.atlas.charts.scene import (
    BOLD,
    NARROW,
    Box,
    Item,
    Length,
    Row,
    Scene,
    Shape,
    Stroke,
    Words,
    room_for,
    text_width,
    wrapped,
)
from portulan.atlas.charts.words import Lang, word
from portulan.atlas.charts.writers import WIDTH, Writer, written

Layout = Literal["above", "beside"]
LINE, BAR, GAP = 1.3, 0.85, 0.75
BESIDE = 1.75
"""Ems of a row whose name stands beside its bar."""
LABELS = 14.0
"""Most ems that names beside the bars take."""


def bar_chart(
    rows: Sequence[ChartRow],
    *,
    title: str,
    unit: str = "USD",
    lang: Lang = "en",
    writer: Writer = "web",
    layout: Layout | None = None,
    width: int = WIDTH,
    furniture: bool = False,
    note: str = "",
) -> Drawn:
    """Return horizontal bars on one scale from zero.

    An estimated bar is hollow, the 90 % interval a whisker, a value not known a dotted line that says so. ``layout``
    puts the names above the bars (web: a phone has no room beside) or beside them (print). ``width``, ``furniture``
    and ``note`` are for print. Raises `BadInputError` for more than 25 rows, NaN, or an interval without its value.
    """
    scene = bar_scene(rows, title=title, unit=unit, lang=lang, layout=layout or _usual(writer))
    return written(scene, writer, width=width, furniture=furniture, note=note)


def _usual(writer: Writer) -> Layout:
    return "above" if writer == "web" else "beside"


def bar_scene(rows: Sequence[ChartRow], *, title: str, unit: str, lang: Lang, layout: Layout) -> Scene:
    """Return the drawing of the bars."""
    held = checked(rows)
    axis = linear_axis(number for row in held for number in (row.value, row.low, row.high))
    items: list[Item] = []
    y = 0.0
    left = 0.0
    if layout == "beside":
        left = min(LABELS, max(text_width(row.label) for row in held)) + 0.8
    for row in held:
        drawn, y = _row(row, axis, y, shown(row, unit, lang), left)
        items.append(Row(drawn, row.href))
    ends = [(end_of(row, axis), shown(row, unit, lang)) for row in held]
    bold = max(
        (0.1 * text_width(text) for row, (_, text) in zip(held, ends, strict=True) if row.highlight), default=0.0
    )
    lines, bottom = key(bar_key(held, lang), y + 0.5, -left, KEY_WIDE if left else KEY_WIDTH)
    kind = f"bars-{layout}"
    said = description("bars", held, unit, lang)
    height = bottom if lines else y
    return Scene(kind, title, said, lang, (*items, *lines), height + 0.3, left, room_for(ends, 0.7 + bold))


def end_of(row: ChartRow, axis: PlotAxis) -> float:
    """Return how far to the right a row is drawn, as a part of the plot: its number stands after that."""
    reach = [number for number in (row.value, row.high, 0.0) if number is not None]
    return 0.0 if row.value is None else axis.part(max(reach))


def _row(row: ChartRow, axis: PlotAxis, top: float, text: str, left: float) -> tuple[tuple[Shape, ...], float]:
    """Return what is drawn of one row, and where the next one starts."""
    items: list[Shape] = []
    strong = "strong" if row.highlight else "label"
    if left:
        lines = wrapped(row.label, LABELS / (BOLD if row.highlight else 1.0))
        depth = max(BESIDE, 1.2 * len(lines) + 0.5)
        middle = top + depth / 2
        base = middle + 0.35 - 0.6 * (len(lines) - 1)
        items += [Words(Length(em=-left), base + 1.2 * at, line, strong) for at, line in enumerate(lines)]
        next_top = top + depth
    else:
        lines = wrapped(row.label, NARROW / (BOLD if row.highlight else 1.0))
        items += [Words(Length(), top + 1.0 + LINE * at, line, strong) for at, line in enumerate(lines)]
        middle = top + LINE * len(lines) + 0.1 + BAR / 2
        next_top = middle + BAR / 2 + GAP
    if row.value is None:
        items.append(Words(Length(em=0.5), middle + 0.2, text, "words", small=True))
        if left:
            items.append(_zero(axis, middle, (next_top - top) / 2))
        items.append(Stroke(Length(), middle + 0.5, Length(1.0), middle + 0.5, "gap"))
        return tuple(items), next_top
    zero, end = axis.part(0.0), axis.part(row.value)
    start, span = min(zero, end), abs(end - zero)
    reach = (next_top - top) / 2 if left else BAR / 2 + 0.12  # beside the names, one line down the whole chart
    items.append(_zero(axis, middle, reach))
    items.append(Box(Length(start), Length(span), middle - BAR / 2, BAR, bar_role(row)))
    items += whisker(row, axis, middle)
    items.append(Words(Length(end_of(row, axis), 0.5), middle + 0.35, text, "strong" if row.highlight else "number"))
    return tuple(items), next_top


def _zero(axis: PlotAxis, middle: float, reach: float) -> Shape:
    at = Length(axis.part(0.0))
    return Stroke(at, middle - reach, at, middle + reach, "axis")


def bar_role(row: ChartRow) -> str:
    """Return the role of a bar."""
    return f"bar{'-home' if row.highlight else ''}{'-estimated' if row.estimated else ''}"


def whisker(row: ChartRow, axis: PlotAxis, middle: float) -> list[Shape]:
    """Return the interval of a row: a line with ends."""
    if row.interval is None:
        return []
    low, high = (Length(axis.part(end)) for end in row.interval)
    return [
        Stroke(low, middle, high, middle, "whisker"),
        *(Stroke(end, middle - 0.22, end, middle + 0.22, "whisker") for end in (low, high)),
    ]


def bar_key(rows: Sequence[ChartRow], lang: Lang) -> list[tuple[str, str]]:
    """Return what must be explained under bars, as (role of the sample, words)."""
    known = [row for row in rows if row.value is not None]
    found = []
    if any(row.estimated for row in known):
        found.append(("bar-estimated", word("key hollow", lang)))
    if any(row.interval for row in known):
        found.append(("whisker", word("key interval", lang)))
    if len(known) < len(rows):
        found.append(("gap", word("key gap", lang)))
    return found
