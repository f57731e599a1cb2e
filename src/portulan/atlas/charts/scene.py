"""A chart as a drawing that knows nothing of SVG: shapes with a role, placed across in parts and down in ems.

Across, a `Length` is a part of the plot (0 to 1), an offset in ems, or for texts both; down, all is in ems. So the web
writer can say percents and ems, and letters keep their size on a phone as on a wall, while the print writer resolves
both. What a role looks like is said twice, in ``charts.css`` and in `portulan.atlas.charts.inks`, and nowhere else.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from portulan.atlas.charts.words import Lang

Anchor = Literal["start", "middle", "end"]
SMALL = 0.85
"""Size of the small letters (ticks, keys, notes), in ems of the others."""
NARROW = 17.0
"""Ems of a plot on the narrowest phone: what stands side by side must do so in this width too."""
BOLD = 1.1
"""How much wider bold letters are."""


@dataclass(frozen=True, slots=True)
class Length:
    """A horizontal place or width: a part of the plot, plus ems."""

    part: float = 0.0
    em: float = 0.0


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle: left edge, width, top and height."""

    x: Length
    width: Length
    y: float
    height: float
    role: str


@dataclass(frozen=True, slots=True)
class Stroke:
    """A straight line."""

    x0: Length
    y0: float
    x1: Length
    y1: float
    role: str


@dataclass(frozen=True, slots=True)
class Dot:
    """A disc, ``radius`` in ems."""

    x: Length
    y: float
    radius: float
    role: str


@dataclass(frozen=True, slots=True)
class Words:
    """A text on one line: ``y`` is its base line; ``small`` is for ticks and keys."""

    x: Length
    y: float
    text: str
    role: str
    anchor: Anchor = "start"
    small: bool = False


@dataclass(frozen=True, slots=True)
class Area:
    """A filled polygon over the plot: points as (part across, ems down)."""

    points: tuple[tuple[float, float], ...]
    role: str


Shape = Box | Stroke | Dot | Words | Area


@dataclass(frozen=True, slots=True)
class Row:
    """What belongs to one line of the data: drawn together, and followed together where it has an address."""

    items: tuple[Shape, ...]
    href: str | None = None


Item = Shape | Row


@dataclass(frozen=True, slots=True)
class Scene:
    """A chart ready to be written. ``left`` and ``right`` are ems kept free for texts beside the plot."""

    kind: str
    title: str
    description: str
    lang: Lang
    items: tuple[Item, ...]
    height: float
    left: float = 0.0
    right: float = 0.0

    @property
    def ident(self) -> str:
        """The name that keeps its identifiers apart on a page: the same for the same content."""
        return f"{self.kind}-{zlib.crc32(repr(self).encode()):08x}"

    @property
    def linked(self) -> bool:
        """True where something in it can be followed."""
        return any(isinstance(item, Row) and item.href is not None for item in self.items)


# Advance widths of Helvetica, in ems, by groups: most text fonts are narrower, so that nothing measured is clipped.
_WIDTHS = (
    ("ijl'’|", 0.23),
    ("ft.,:;!/\u00a0 I[]\\", 0.29),
    ("\u202f", 0.2),
    ('r()-`{}"“”«»·', 0.36),
    ("ckszvxyJ°", 0.51),
    ("mM%@W—", 0.92),
    ("wCDHNRUGOQ", 0.79),
)
_WIDTH_OF = {letter: width for letters, width in _WIDTHS for letter in letters}
_USUAL, _CAPITAL, _FOREIGN = 0.57, 0.69, 1.0


def text_width(text: str, small: bool = False) -> float:
    """Return the width of a text in ems, rather too much than too little."""
    whole = sum(_WIDTH_OF.get(letter) or _other_width(letter) for letter in text)
    return whole * (SMALL if small else 1.0)


def _other_width(letter: str) -> float:
    if ord(letter) >= 0x2E80:  # Chinese, Japanese, Korean and what lies beyond fill a square
        return _FOREIGN
    return _CAPITAL if letter.isupper() else _USUAL


def wrapped(text: str, width: float, small: bool = False) -> tuple[str, ...]:
    """Return the lines of a text in a width in ems. A word longer than the line is cut: nothing leaves the drawing."""
    lines: list[str] = []
    for word in text.split(" "):
        last = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(last, small) <= width:
            lines[-1] = last
            continue
        pieces = list(_cut(word, width, small))
        lines += pieces
    return tuple(lines) or ("",)


def _cut(word: str, width: float, small: bool) -> Iterator[str]:
    piece = ""
    for letter in word:
        if piece and text_width(piece + letter, small) > width:
            yield piece
            piece = ""
        piece += letter
    yield piece


def room_for(texts: Sequence[tuple[float, str]], gap: float, small: bool = False) -> float:
    """Return the ems needed right of a plot by texts that start at a part of its width, on the narrowest phone."""
    needed = [gap + text_width(text, small) - (1.0 - part) * 0.6 * NARROW for part, text in texts]
    return max(0.0, *needed) if needed else 0.0
