"""One row of a chart: a market, a supplier or a sector, with what is known of it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from portulan.atlas.charts.scene import Box, Dot, Length, Shape, Stroke, Words, wrapped
from portulan.atlas.charts.words import Lang, colon, number_text, semicolon, word
from portulan.atlas.errors import BadInputError
from portulan.atlas.figures import Figure, Gap, Status

MOST = 25
NAMED = 3
"""How many rows a description names."""
KEY_WIDTH, KEY_WIDE = 15.0, 32.0
_ESTIMATED = ("estimated", "modelled")


@dataclass(frozen=True, slots=True)
class ChartRow:
    """A name, a value (None where it is not known) and the text printed for it.

    ``low`` and ``high`` bound the 90 % interval where there is one; ``highlight`` marks the one row that the page
    speaks of (France among the suppliers); ``href`` is the page behind the row.
    """

    label: str
    value: float | None
    text: str = ""
    low: float | None = None
    high: float | None = None
    status: Status = "reported"
    href: str | None = None
    highlight: bool = False

    @property
    def estimated(self) -> bool:
        """True where nobody reported the value."""
        return self.status in _ESTIMATED

    @property
    def interval(self) -> tuple[float, float] | None:
        """Both ends of the interval, None where there is none."""
        return None if self.low is None or self.high is None else (self.low, self.high)


def chart_row(
    label: str, figure: Figure | Gap, lang: Lang, *, href: str | None = None, highlight: bool = False
) -> ChartRow:
    """Return the row of a figure, its text as maps print it, or of a gap: known as not known."""
    if isinstance(figure, Gap):
        return ChartRow(label, None, href=href, highlight=highlight)
    text = number_text(figure.value, printed_unit(figure), lang)
    return ChartRow(label, figure.value, text, figure.low, figure.high, figure.status, href, highlight)


def printed_unit(figure: Figure) -> str:
    """Return the unit by which a figure is printed: parts of a whole are printed in percent."""
    return "share" if figure.indicator in ("share", "realised_share", "common_language") else figure.unit


def checked(rows: Sequence[ChartRow]) -> tuple[ChartRow, ...]:
    """Return the rows. Raises `BadInputError` for none or too many, for NaN, and for an interval that is none."""
    if not 1 <= len(rows) <= MOST:
        raise BadInputError(f"{len(rows)} rows to draw", todo=f"draw 1 to {MOST}: the table holds them all")
    for row in rows:
        numbers = [number for number in (row.low, row.value, row.high) if number is not None]
        half = (row.low is None) is not (row.high is None)
        if not all(map(math.isfinite, numbers)) or half or numbers != sorted(numbers):
            problem = f"{row.label}: low {row.low}, value {row.value}, high {row.high} is not an interval"
            raise BadInputError(problem, todo="give both ends around the value, or none")
    return tuple(rows)


def shown(row: ChartRow, unit: str, lang: Lang) -> str:
    """Return the text of a row's value."""
    if row.value is None:
        return word("not known", lang)
    return row.text or number_text(row.value, unit, lang)


def description(kind: str, rows: Sequence[ChartRow], unit: str, lang: Lang) -> str:
    """Say in a few sentences what a chart shows: how many rows, the first three, what is estimated or not known."""
    known = [row for row in rows if row.value is not None]
    head = f"{word(kind, lang)}, {counted('row', len(rows), lang)}."
    parts = [head]
    if known:
        first = semicolon(lang).join(f"{row.label}, {shown(row, unit, lang)}" for row in known[:NAMED])
        parts.append(f"{word('first', lang)}{colon(lang)}{first}.")
    return " ".join([*parts, *facts_of(rows, lang), word("see table", lang)])


def facts_of(rows: Sequence[ChartRow], lang: Lang) -> list[str]:
    """Say what is estimated, not known or doubtful among the rows, a sentence each; nothing of what does not occur."""
    known = [row for row in rows if row.value is not None]
    parts = []
    estimated = sum(row.estimated for row in known)
    if estimated:
        parts.append(f"{word('key estimated', lang)}{colon(lang)}{estimated}.")
    if len(known) < len(rows):
        parts.append(f"{word('not known', lang).capitalize()}{colon(lang)}{len(rows) - len(known)}.")
    if any(row.interval for row in known):
        parts.append(f"{word('with interval', lang)}.")
    return parts


def counted(name: str, count: int, lang: Lang) -> str:
    """Return a number of things, singular or plural."""
    one = count < 2 if lang == "fr" else count == 1
    return f"{count} {word(name if one else f'{name}s', lang)}"


def key(
    entries: Sequence[tuple[str, str]], top: float, left: float = 0.0, width: float = KEY_WIDTH
) -> tuple[tuple[Shape, ...], float]:
    """Return the lines under a chart that say what its marks mean, and where they end.

    ``entries`` are (role of the sample, words); ``left`` is where they start, in ems from the plot, ``width`` what they
    may take.
    """
    items: list[Shape] = []
    y = top
    for kind, text in entries:
        items += _sample(kind, y + 0.55, left)
        for line in wrapped(text, width, small=True):
            items.append(Words(Length(em=left + 2.1), y + 0.85, line, "tick", small=True))
            y += 1.2
    return tuple(items), y


def _sample(kind: str, middle: float, left: float) -> list[Shape]:
    start, end = Length(em=left + 0.1), Length(em=left + 1.6)
    if kind.startswith("bar"):
        return [Box(start, Length(em=1.5), middle - 0.3, 0.6, kind)]
    if kind == "whisker":
        caps = [Stroke(x, middle - 0.22, x, middle + 0.22, kind) for x in (start, end)]
        return [Stroke(start, middle, end, middle, kind), *caps]
    if kind.startswith(("dot", "point")):
        return [Dot(Length(em=left + 0.85), middle, 0.3, kind)]
    if kind.startswith("broken"):
        line = kind.replace("broken", "line")
        pieces = ((0.1, 0.5), (1.2, 1.6))
        return [Stroke(Length(em=left + a), middle, Length(em=left + b), middle, line) for a, b in pieces]
    if kind.startswith("band"):
        return [Box(start, Length(em=1.5), middle - 0.35, 0.7, kind)]
    return [Stroke(start, middle, end, middle, kind)]
