"""A map or chart ready for a page: what a caller receives, without what drew it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LegendLine:
    """One line of a legend: a small drawing, what it stands for, and how many countries have it."""

    swatch: str
    text: str
    count: int


@dataclass(frozen=True, slots=True)
class DrawnMap:
    """A map ready for a page. The note must be printed with it."""

    svg: str
    legend: tuple[LegendLine, ...]
    legend_title: str
    note_en: str
    note_fr: str
    off_map: tuple[str, ...]
    description: str = ""
    """What the map shows in words, where a page says it too; it is inside the drawing in any case."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A chart ready for a page or a file.

    ``title`` and ``description`` are also inside the drawing, for those who do not see it. ``css_needed`` is true
    where it has no colours of its own and needs the stylesheet of the charts.
    """

    svg: str
    title: str
    description: str
    css_needed: bool


@dataclass(frozen=True, slots=True)
class SmallMap:
    """One of several small maps: its drawing, and its legend where its classes are its own."""

    svg: str
    title: str
    description: str
    href: str | None
    legend: tuple[LegendLine, ...]


@dataclass(frozen=True, slots=True)
class DrawnMaps:
    """Several small maps of one indicator. ``legend`` is empty where each map has its own; print the note with them."""

    maps: tuple[SmallMap, ...]
    legend: tuple[LegendLine, ...]
    legend_title: str
    note: str
