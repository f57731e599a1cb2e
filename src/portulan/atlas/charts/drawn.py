"""A map ready for a page: what a caller receives, without what drew it."""

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
