"""Two writers of one chart: classes, percents and ems for the web; resolved colours and pixels for print.

The web writer writes no colour, no style and no script: it stands under the strictest content security policy, and the
theme recolours it. Its letters never shrink with the page. The print writer writes a file that needs nothing else.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Literal
from xml.sax.saxutils import escape, quoteattr

from portulan.atlas.charts import scene as s
from portulan.atlas.charts.drawn import Drawn
from portulan.atlas.charts.inks import EM, FONT, INKS
from portulan.atlas.charts.palettes import CHART_DARK, CHART_LIGHT
from portulan.atlas.charts.scene import SMALL, Area, Box, Dot, Length, Row, Scene, Stroke, Words
from portulan.atlas.charts.words import typeset

Writer = Literal["web", "print"]
WIDTH = 640
"""Pixels across a printed chart, unless the caller has another measure."""
_SVG = 'xmlns="http://www.w3.org/2000/svg"'
_FONT = f'font-family="{FONT}"'
_PLOT = 1000  # units of the stretched drawing that polygons need: percents do not exist inside a polygon


def written(scene: Scene, writer: Writer, *, width: int = WIDTH, furniture: bool = False, note: str = "") -> Drawn:
    """Return a scene written by one of the two writers.

    ``width`` (pixels), ``furniture`` (the title above) and ``note`` (below) are for print: a page writes its own.
    """
    scene = replace(scene, title=typeset(scene.title, scene.lang), description=typeset(scene.description, scene.lang))
    svg = to_web(scene) if writer == "web" else to_print(scene, width=width, furniture=furniture, note=note)
    return Drawn(svg, scene.title, scene.description, writer == "web")


@cache
def charts_css() -> str:
    """Return the stylesheet that web charts need: to be served as a file by the site or the publication."""
    rules = (Path(__file__).parent / "charts.css").read_text(encoding="utf-8")

    def block(colours: Mapping[str, str]) -> str:
        return "".join(f"--pc-{name}:{colour};" for name, colour in colours.items())

    return (
        f":root{{{block(CHART_LIGHT)}}}\n"
        f'@media (prefers-color-scheme:dark){{:root:not([data-theme="light"]){{{block(CHART_DARK)}}}}}\n'
        f':root[data-theme="dark"]{{{block(CHART_DARK)}}}\n{rules}'
    )


def _n(value: float) -> str:
    """Return a number with the fewest signs that place it to a fraction of a pixel."""
    return f"{value:.3f}".rstrip("0").rstrip(".").replace("-0.", "-.").removesuffix("-") or "0"


def _head(scene: Scene, attributes: str) -> str:
    role = "group" if scene.linked else "img"
    name = scene.ident
    return (
        f'<svg {_SVG} {attributes} role="{role}" lang="{scene.lang}" aria-labelledby="{name}-t" '
        f'aria-describedby="{name}-d"><title id="{name}-t">{escape(scene.title)}</title>'
        f'<desc id="{name}-d">{escape(scene.description)}</desc>'
    )


# --- web ---------------------------------------------------------------------------------------------------------


def to_web(scene: Scene) -> str:
    """Return the chart for a page: as wide as its place, its letters at the size of the page."""
    rooms = "".join(
        f" pc-{side}{math.ceil(room)}" for side, room in (("l", scene.left), ("r", scene.right)) if room > 0
    )
    head = _head(scene, f'class="pc pc-{scene.kind}{rooms}" width="100%" height="{_n(scene.height)}em"')
    return f"{head}{''.join(_web(item, scene) for item in scene.items)}</svg>"


def _across(length: Length) -> str:
    if length.part and length.em:
        raise ValueError("a shape is placed in parts or in ems, not in both")  # only a text has a dx
    return f"{_n(length.em)}em" if length.em else f"{_n(100 * length.part)}%" if length.part else "0"


def _web(item: s.Item, scene: Scene) -> str:
    if isinstance(item, Row):
        inside = "".join(_web(each, scene) for each in item.items)
        return f"<g>{inside}</g>" if item.href is None else f"<a href={quoteattr(item.href)}>{inside}</a>"
    look = f'class="pc-{item.role}"'
    if isinstance(item, Box):
        place = f'x="{_across(item.x)}" y="{_n(item.y)}em" width="{_across(item.width)}" height="{_n(item.height)}em"'
        return f"<rect {place} {look}/>"
    if isinstance(item, Stroke):
        start, end = f'x1="{_across(item.x0)}" y1="{_n(item.y0)}em"', f'x2="{_across(item.x1)}" y2="{_n(item.y1)}em"'
        return f"<line {start} {end} {look}/>"
    if isinstance(item, Dot):
        return f'<circle cx="{_across(item.x)}" cy="{_n(item.y)}em" r="{_n(item.radius)}em" {look}/>'
    if isinstance(item, Words):
        return _web_words(item)
    return _web_area(item, scene)


def _web_words(item: Words) -> str:
    size = SMALL if item.small else 1.0  # an em is that of the text itself
    shift = f' dx="{_n(item.x.em / size)}em"' if item.x.em else ""
    look = f"pc-{item.role}{' pc-small' if item.small else ''}{'' if item.anchor == 'start' else f' pc-{item.anchor}'}"
    place = f'x="{_n(100 * item.x.part)}{"%" if item.x.part else ""}"{shift} y="{_n(item.y / size)}em"'
    return f'<text {place} class="{look}">{escape(item.text)}</text>'


def _web_area(item: Area, scene: Scene) -> str:
    points = " ".join(f"{_n(_PLOT * x)},{_n(_PLOT * y / scene.height)}" for x, y in item.points)
    box = f'width="100%" height="{_n(scene.height)}em" viewBox="0 0 {_PLOT} {_PLOT}" preserveAspectRatio="none"'
    return f'<svg {box}><polygon points="{points}" class="pc-{item.role}"/></svg>'


# --- print -------------------------------------------------------------------------------------------------------

_PAD = 8.0


def to_print(
    scene: Scene,
    *,
    width: int = WIDTH,
    furniture: bool = False,
    note: str = "",
    colours: Mapping[str, str] = CHART_LIGHT,
) -> str:
    """Return the chart as one self-contained file with resolved colours."""
    measure = (width - 2 * _PAD) / EM
    title = s.wrapped(scene.title, measure) if furniture else ()
    foot = s.wrapped(note, measure, small=True) if note else ()
    top = len(title) * 1.4 + (0.6 if title else 0.0)
    bottom = top + scene.height
    texts = [Words(Length(), 1.1 + 1.4 * at, line, "title") for at, line in enumerate(title)]
    texts += [Words(Length(), bottom + 1.2 + 1.15 * at, line, "tick", small=True) for at, line in enumerate(foot)]
    page = _Page(_PAD, width - 2 * _PAD, 0.0, colours)
    plot = _Page(_PAD + scene.left * EM, width - 2 * _PAD - (scene.left + scene.right) * EM, top * EM, colours)
    height = bottom * EM + (1.15 * len(foot) + 0.8) * EM * bool(foot)
    frame = f'viewBox="0 0 {width} {_n(height)}" width="{width}" height="{_n(height)}"'
    drawn = "".join(page.write(each) for each in texts) + "".join(plot.write(item) for item in scene.items)
    head = _head(scene, f'{frame} font-size="{_n(EM)}" {_FONT}')
    return f"{head}{drawn}</svg>\n"


class _Page:
    """Where a plot stands on the sheet, and in which colours."""

    def __init__(self, left: float, width: float, top: float, colours: Mapping[str, str]) -> None:
        self._left, self._width, self._top, self._colours = left, width, top, colours

    def write(self, item: s.Item) -> str:
        """Return one shape in pixels."""
        if isinstance(item, Row):
            return f"<g>{''.join(self.write(each) for each in item.items)}</g>"
        look = self._look(item.role)
        if isinstance(item, Box):
            place = f'x="{self._x(item.x)}" y="{self._y(item.y)}"'
            return f'<rect {place} width="{_n(self._w(item.width))}" height="{_n(item.height * EM)}"{look}/>'
        if isinstance(item, Stroke):
            ends = f"M{self._x(item.x0)} {self._y(item.y0)}L{self._x(item.x1)} {self._y(item.y1)}"
            return f'<path d="{ends}"{look}/>'
        if isinstance(item, Dot):
            return f'<circle cx="{self._x(item.x)}" cy="{self._y(item.y)}" r="{_n(item.radius * EM)}"{look}/>'
        if isinstance(item, Words):
            return self._words(item, look)
        return f'<polygon points="{self._points(item.points)}"{look}/>'

    def _w(self, length: Length) -> float:
        return length.part * self._width + length.em * EM

    def _x(self, length: Length) -> str:
        return _n(self._left + self._w(length))

    def _y(self, down: float) -> str:
        return _n(self._top + down * EM)

    def _points(self, points: Iterable[tuple[float, float]]) -> str:
        return " ".join(f"{self._x(Length(x))},{self._y(y)}" for x, y in points)

    def _words(self, item: Words, look: str) -> str:
        size = f' font-size="{_n(EM * SMALL)}"' if item.small else ""
        anchor = "" if item.anchor == "start" else f' text-anchor="{item.anchor}"'
        return f'<text x="{self._x(item.x)}" y="{self._y(item.y)}"{size}{anchor}{look}>{escape(item.text)}</text>'

    def _look(self, role: str) -> str:
        ink = INKS[role]
        made = f' fill="{self._colours[ink.fill]}"' if ink.fill else ' fill="none"'
        if ink.stroke:
            made += f' stroke="{self._colours[ink.stroke]}" stroke-width="{ink.width:g}" stroke-linecap="round"'
        made += f' stroke-dasharray="{ink.dash}"' if ink.dash else ""
        made += f' font-weight="{ink.weight}"' if ink.weight else ""
        return made + (' font-style="italic"' if ink.italic else "")
