"""The picture that stands for a page elsewhere: a map, its title and its source, in the shape that sites expect."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape

from portulan.atlas.charts.inks import FONT
from portulan.atlas.charts.palettes import CHART_LIGHT, LIGHT
from portulan.atlas.charts.scene import wrapped

WIDTH, HEIGHT = 1200, 630
"""Pixels, as the Open Graph pictures of most sites."""
_MARGIN: Final = 48
_MAP_TOP, _MAP_HEIGHT = 128, 432
_BAND: Final = 12
_SERIF: Final = "Spectral, 'Source Serif 4', Georgia, serif"


@dataclass(frozen=True, slots=True)
class CardTexts:
    """The words of a card: what is shown, of whom and when, what to know of it, and where it comes from."""

    title: str
    second: str
    source: str


def card_svg(drawing: str, texts: CardTexts) -> str:
    """Return a self-contained picture of 1200 x 630 around a printed map (without its furniture)."""
    colours: Mapping[str, str] = {**LIGHT, **CHART_LIGHT}
    ink, soft, paper = colours["ink"], colours["soft"], colours["paper"]
    inner = drawing.replace(
        "<svg ", f'<svg x="{_MARGIN}" y="{_MAP_TOP}" width="{WIDTH - 2 * _MARGIN}" height="{_MAP_HEIGHT}" ', 1
    )
    scale = "".join(
        f'<rect x="{x}" y="{HEIGHT - _BAND}" width="40" height="{_BAND}" fill="{colours["coast"]}"/>'
        for x in range(0, WIDTH, 80)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">'
        f"<title>{escape(texts.title)}</title>"
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{paper}"/>{inner}'
        f"{_text(_MARGIN, 66, 40, _short(texts.title, 40), ink, bold=True)}"
        f"{_text(_MARGIN, 106, 25, _short(texts.second, 25), soft)}"
        f"{_text(_MARGIN, 596, 22, _short(texts.source, 22, 820), soft)}"
        f'<text x="{WIDTH - _MARGIN}" y="598" font-size="32" text-anchor="end" font-family="{_SERIF}" '
        f'fill="{ink}">Portulan</text>{scale}</svg>\n'
    )


def _short(text: str, size: int, width: int = WIDTH - 2 * _MARGIN) -> str:
    """Return a text on one line: what does not fit ends in an ellipsis."""
    lines = wrapped(text, width / size)
    return lines[0] if len(lines) == 1 else f"{lines[0].rstrip(' ,;:')}…"


def _text(x: int, y: int, size: int, text: str, colour: str, *, bold: bool = False) -> str:
    weight = ' font-weight="700"' if bold else ""
    return (
        f'<text x="{x}" y="{y}" font-size="{size}" font-family="{FONT}"{weight} fill="{colour}">{escape(text)}</text>'
    )
