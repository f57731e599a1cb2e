"""Bars in groups, all on one scale from zero: the same few markets sector after sector, or two values of each market.

Name and number stand after each bar, so that no colour has to be learnt and letters keep their size on a phone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from portulan.atlas.charts.axes import PlotAxis, linear_axis
from portulan.atlas.charts.bars import BAR, bar_key, bar_role, end_of, whisker
from portulan.atlas.charts.drawn import Drawn
from portulan.atlas.charts.rows import KEY_WIDTH, ChartRow, checked, counted, facts_of, key, shown
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
    text_width,
    wrapped,
)
from portulan.atlas.charts.words import Lang, colon, semicolon, word
from portulan.atlas.charts.writers import WIDTH, Writer, written
from portulan.atlas.errors import BadInputError

PITCH = 1.3
"""Ems from one bar to the next."""
LEAST_PLOT = 6.0
"""Ems of the bars on the narrowest phone; where the texts would leave less, they stand above the bars."""
_HEAD, _APART, _BESIDE = 1.3, 0.75, 0.7


@dataclass(frozen=True, slots=True)
class ChartGroup:
    """Rows under one heading; ``href`` is the page behind the heading."""

    label: str
    rows: tuple[ChartRow, ...]
    href: str | None = None


def group_chart(
    groups: Sequence[ChartGroup],
    *,
    title: str,
    unit: str = "USD",
    lang: Lang = "en",
    writer: Writer = "web",
    width: int = WIDTH,
    furniture: bool = False,
    note: str = "",
) -> Drawn:
    """Return bars in groups on one scale from zero, in the order given.

    As in `bar_chart`, an estimated bar is hollow, the 90 % interval a whisker, a value not known a dotted line that
    says so. Raises `BadInputError` for no group, an empty one, more than 25 rows in all, NaN, or an interval without
    its value.
    """
    scene = group_scene(groups, title=title, unit=unit, lang=lang)
    return written(scene, writer, width=width, furniture=furniture, note=note)


def group_scene(groups: Sequence[ChartGroup], *, title: str, unit: str, lang: Lang) -> Scene:
    """Return the drawing of the groups."""
    if not all(group.rows for group in groups):
        raise BadInputError("a group without a row", todo="leave it out, or give its gaps as rows")
    held = checked([row for group in groups for row in group.rows])
    axis = linear_axis(number for row in held for number in (row.value, row.low, row.high))
    room = max((_room(row, axis, _said(row, unit, lang)) for row in held), default=0.0)
    stacked = room > NARROW - LEAST_PLOT
    items: list[Item] = []
    y = 0.0
    for group in groups:
        heading, y = _heading(group, y)
        items.append(Row(heading, group.href))
        for row in group.rows:
            above: tuple[Shape, ...] = ()
            text = _said(row, unit, lang)
            if stacked:
                above, y = _text_above(text, y)
            items.append(Row((*above, *_bar(row, axis, y, "" if stacked else text)), row.href))
            y += PITCH
        y += _APART
    lines, bottom = key(bar_key(held, lang), y, 0.0, KEY_WIDTH)
    height = (bottom if lines else y - _APART) + 0.3
    said = _description(groups, held, unit, lang)
    return Scene("groups", title, said, lang, (*items, *lines), height, 0.0, 0.0 if stacked else room)


def _room(row: ChartRow, axis: PlotAxis, text: str) -> float:
    """Return the ems to keep free at the right so that the text after this bar fits on the narrowest phone."""
    part, width = end_of(row, axis), _BESIDE + text_width(text)
    if part <= 0:
        return 0.0 if width <= NARROW else NARROW
    return max(0.0, NARROW - (NARROW - width) / part)


def _text_above(text: str, top: float) -> tuple[tuple[Shape, ...], float]:
    """Return a text on lines of its own, where it is too long to stand after its bar."""
    lines = wrapped(text, NARROW)
    return tuple(Words(Length(), top + 1.0 + _HEAD * at, line, "number") for at, line in enumerate(lines)), (
        top + _HEAD * len(lines)
    )


def _said(row: ChartRow, unit: str, lang: Lang) -> str:
    return f"{row.label}{colon(lang)}{shown(row, unit, lang)}"


def _heading(group: ChartGroup, top: float) -> tuple[tuple[Shape, ...], float]:
    lines = wrapped(group.label, NARROW / BOLD)
    words = tuple(Words(Length(), top + 1.0 + _HEAD * at, line, "strong") for at, line in enumerate(lines))
    return words, top + _HEAD * len(lines) + 0.1


def _bar(row: ChartRow, axis: PlotAxis, top: float, text: str) -> tuple[Shape, ...]:
    middle = top + PITCH / 2
    if row.value is None:
        dots = Stroke(Length(), middle + 0.5, Length(1.0), middle + 0.5, "gap")
        return (*_words(text, Words(Length(em=0.5), middle + 0.3, text, "words", small=True)), dots)
    zero, end = axis.part(0.0), axis.part(row.value)
    start = Length(zero)
    return (
        Stroke(start, middle - PITCH / 2, start, middle + PITCH / 2, "axis"),
        Box(Length(min(zero, end)), Length(abs(end - zero)), middle - BAR / 2, BAR, bar_role(row)),
        *whisker(row, axis, middle),
        *_words(text, Words(Length(end_of(row, axis), 0.5), middle + 0.35, text, "number")),
    )


def _words(text: str, words: Words) -> tuple[Words, ...]:
    return (words,) if text else ()


def _description(groups: Sequence[ChartGroup], rows: Sequence[ChartRow], unit: str, lang: Lang) -> str:
    """Say in a few sentences what the chart shows: how many bars, the first group, what is estimated or not known."""
    head = f"{word('grouped', lang)}, {counted('group', len(groups), lang)}, {counted('row', len(rows), lang)}."
    first = semicolon(lang).join(_said(row, unit, lang) for row in groups[0].rows)
    return " ".join([head, f"{groups[0].label}{colon(lang)}{first}.", *facts_of(rows, lang), word("see table", lang)])
