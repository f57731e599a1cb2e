"""What each role of a chart looks like in print: names of the palette, widths in ems. ``charts.css`` says the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

EM = 15.0
"""Pixels of an em where a chart is written in pixels."""


@dataclass(frozen=True, slots=True)
class Ink:
    """Fill and line of a role: palette names, empty for none; ``width`` and ``dash`` in pixels; texts have weight."""

    fill: str = ""
    stroke: str = ""
    width: float = 0.0
    dash: str = ""
    weight: int = 0
    italic: bool = False


FONT = "'Source Sans 3', 'Source Sans Pro', 'Liberation Sans', Arial, sans-serif"
"""The letters of what is printed. In quotes: a name with a bare number in it is no name for a reader of SVG."""

INKS: Mapping[str, Ink] = {
    # texts
    "title": Ink(fill="ink", weight=700),
    "label": Ink(fill="ink"),
    "strong": Ink(fill="ink", weight=700),
    "number": Ink(fill="ink"),
    "tick": Ink(fill="soft"),
    "words": Ink(fill="soft", italic=True),
    "on-part": Ink(fill="on-part", weight=700),
    # bars
    "bar": Ink(fill="bar"),
    "bar-estimated": Ink(fill="pale", stroke="bar", width=1.5),
    "bar-home": Ink(fill="bar-home"),
    "bar-home-estimated": Ink(fill="paper", stroke="bar-home", width=1.5),
    # dots, lines and intervals
    "whisker": Ink(stroke="whisker", width=1.6),
    "range": Ink(stroke="range", width=5),
    "range-home": Ink(stroke="range-home", width=5),
    "dot": Ink(fill="mark", stroke="paper", width=1),
    "dot-estimated": Ink(fill="paper", stroke="mark", width=2),
    "dot-home": Ink(fill="home", stroke="paper", width=1),
    "dot-home-estimated": Ink(fill="paper", stroke="home", width=2),
    "grid": Ink(stroke="rule", width=1),
    "axis": Ink(stroke="coast", width=1),
    "gap": Ink(stroke="coast", width=1.2, dash="1.5 4"),
    # shares
    "part-1": Ink(fill="part-1"),
    "part-2": Ink(fill="part-2"),
    "part-home": Ink(fill="bar-home"),
    "seam": Ink(stroke="paper", width=2),
    "part-others": Ink(fill="part-others"),
    "part-unknown": Ink(stroke="coast", width=1.2, dash="1.5 3"),
}
# Each line of a line chart has its ink, its dots and its band; the first is the chosen one.
for _name, _colour in (("home", "home"), ("1", "mark"), ("2", "line-2"), ("3", "line-3"), ("4", "line-4")):
    INKS = {
        **INKS,
        f"name-{_name}": Ink(fill=_colour, weight=700),
        f"line-{_name}": Ink(stroke=_colour, width=2.2),
        f"point-{_name}": Ink(fill=_colour, stroke="paper", width=1),
        f"point-{_name}-estimated": Ink(fill="paper", stroke=_colour, width=2),
        f"band-{_name}": Ink(fill=f"band-{_name}"),
    }
