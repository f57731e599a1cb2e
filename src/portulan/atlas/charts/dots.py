"""Dots with their intervals on an axis: how sure a value or a rank is, market by market."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from portulan.atlas.charts.axes import AxisKind, PlotAxis, axis_for
from portulan.atlas.charts.bars import BESIDE, LABELS, Layout
from portulan.atlas.charts.drawn import Drawn
from portulan.atlas.charts.rows import KEY_WIDE, KEY_WIDTH, ChartRow, checked, description, key, shown
from portulan.atlas.charts.scene import (
    BOLD,
    NARROW,
    SMALL,
    Anchor,
    Dot,
    Item,
    Length,
    Row,
    Scene,
    Shape,
    Stroke,
    Words,
    text_width,
    wrapped,
)
from portulan.atlas.charts.words import Lang, number_text, word
from portulan.atlas.charts.writers import WIDTH, Writer, written

RADIUS = 0.36
LINE, PLOT, GAP = 1.3, 0.9, 0.6


def interval_chart(
    rows: Sequence[ChartRow],
    *,
    title: str,
    unit: str = "USD",
    axis: AxisKind = "linear",
    lang: Lang = "en",
    writer: Writer = "web",
    layout: Layout | None = None,
    width: int = WIDTH,
    furniture: bool = False,
    note: str = "",
) -> Drawn:
    """Return one dot a row, with its 90 % interval, on a linear, logarithmic or rank axis with stated ticks.

    For ranks, give the median as the value: the first rank is at the left. A value not known keeps its row, without a
    dot. What lies below a logarithmic axis (zero) is drawn at its start with an arrow. Raises `BadInputError` for more
    than 25 rows, NaN, an interval without its value, or a logarithmic axis of nothing positive.
    """
    used: Layout = layout or ("above" if writer == "web" else "beside")
    scene = dot_scene(rows, title=title, unit=unit, kind=axis, lang=lang, layout=used)
    return written(scene, writer, width=width, furniture=furniture, note=note)


def dot_scene(rows: Sequence[ChartRow], *, title: str, unit: str, kind: AxisKind, lang: Lang, layout: Layout) -> Scene:
    """Return the drawing of the dots."""
    held = tuple(_with_text(row, unit, kind, lang) for row in checked(rows))
    axis = axis_for(kind, [number for row in held for number in (row.value, row.low, row.high)])
    unit = "rank" if kind == "rank" else unit
    left, right = 0.0, 0.0
    if layout == "beside":
        left = min(LABELS, max(text_width(row.label) for row in held)) + 1.0
        right = max(text_width(shown(row, unit, lang)) for row in held) + 1.0
    items: list[Item] = []
    y = 0.0
    for row in held:
        drawn, y = _row(row, axis, y, shown(row, unit, lang), left)
        items.append(Row(drawn, row.href))
    items += _ticks(axis, y, unit, lang)
    y += 1.3
    if kind != "linear":
        items.append(Words(Length(), y + 0.9, word(f"{kind} scale", lang), "words", small=True))
        y += 1.2
    lines, y = key(_key(held, lang), y + 0.4, -left, KEY_WIDE if left else KEY_WIDTH)
    name = "ranks" if kind == "rank" else "intervals"
    said = description(name, held, unit, lang)
    return Scene(f"dots-{layout}", title, said, lang, (*items, *lines), y + 0.3, left, right)


def _with_text(row: ChartRow, unit: str, kind: AxisKind, lang: Lang) -> ChartRow:
    """Ranks say their interval beside them: ``3 (1 to 9)``."""
    if kind != "rank" or row.text or row.value is None:
        return row
    text = number_text(row.value, "rank", lang)
    if row.interval:
        low, high = (number_text(end, "rank", lang) for end in row.interval)
        text += f" ({low}\u00a0{word('to', lang)}\u00a0{high})"
    return replace(row, text=text)


def _row(row: ChartRow, axis: PlotAxis, top: float, text: str, left: float) -> tuple[tuple[Shape, ...], float]:
    """Return what is drawn of one row, and where the next one starts."""
    strong = "strong" if row.highlight else "label"
    inked = "words" if row.value is None else "strong" if row.highlight else "number"
    items: list[Shape] = []
    if left:
        lines = wrapped(row.label, LABELS / (BOLD if row.highlight else 1.0))
        depth = max(BESIDE, 1.2 * len(lines) + 0.5)
        middle, next_top = top + depth / 2, top + depth
        base = middle + 0.35 - 0.6 * (len(lines) - 1)
        items += [Words(Length(em=-left), base + 1.2 * at, line, strong) for at, line in enumerate(lines)]
        items.append(Words(Length(1.0, 0.8), middle + 0.35, text, inked))
        reach = depth / 2
    else:
        lines = wrapped(row.label, (NARROW - text_width(text) - 1.0) / (BOLD if row.highlight else 1.0))
        items += [Words(Length(), top + 1.0 + LINE * at, line, strong) for at, line in enumerate(lines)]
        items.append(Words(Length(1.0), top + 1.0, text, inked, "end"))
        middle = top + LINE * len(lines) + 0.15 + PLOT / 2
        next_top = middle + PLOT / 2 + GAP
        reach = PLOT / 2
    for tick in axis.ticks:
        at = Length(axis.part(tick))
        items.append(Stroke(at, middle - reach, at, middle + reach, "grid"))
    if row.value is None:
        items.append(Stroke(Length(), middle, Length(1.0), middle, "gap"))
        return tuple(items), next_top
    items.append(Stroke(Length(), middle, Length(1.0), middle, "grid"))
    home = "-home" if row.highlight else ""
    if row.interval:
        low, high = (Length(axis.part(end)) for end in row.interval)
        items.append(Stroke(low, middle, high, middle, f"range{home}"))
    if axis.kind == "log" and min(row.value, row.low if row.low is not None else row.value) < axis.low:
        items.append(Words(Length(em=-0.55), middle + 0.3, "‹", "label"))
    role = f"dot{home}{'-estimated' if row.estimated else ''}"
    items.append(Dot(Length(axis.part(row.value)), middle, RADIUS, role))
    return tuple(items), next_top


def _ticks(axis: PlotAxis, top: float, unit: str, lang: Lang) -> list[Shape]:
    """Return the texts under the axis, those that would touch the one before left out."""
    items: list[Shape] = []
    taken = -1.0
    last = len(axis.ticks) - 1
    for at, tick in enumerate(axis.ticks):
        part, text = axis.part(tick), number_text(tick, unit, lang)
        size = text_width(text) * SMALL / NARROW
        anchor: Anchor = "start" if part < size / 2 else "end" if part > 1 - size / 2 else "middle"
        start = part - {"start": 0.0, "middle": size / 2, "end": size}[anchor]
        if start < taken and at != last:
            continue
        if start < taken and items:  # the end of the axis is always said
            items.pop()
        items.append(Words(Length(part), top + 0.9, text, "tick", anchor, small=True))
        taken = start + size + 0.4 / NARROW
    return items


def _key(rows: Sequence[ChartRow], lang: Lang) -> list[tuple[str, str]]:
    known = [row for row in rows if row.value is not None]
    found = []
    if any(row.interval for row in known):
        found.append(("range", word("key interval", lang)))
    if any(row.estimated for row in known):
        found.append(("dot-estimated", word("key hollow", lang)))
    if len(known) < len(rows):
        found.append(("gap", word("key gap", lang)))
    return found
