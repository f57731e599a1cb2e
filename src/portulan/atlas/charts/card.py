"""The picture that stands for a page elsewhere, in the shape that sites expect: title, map or figures, source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape

from portulan.atlas.charts.inks import FONT
from portulan.atlas.charts.palettes import CHART_LIGHT, LIGHT
from portulan.atlas.charts.scene import BOLD, wrapped

WIDTH, HEIGHT = 1200, 630
"""Pixels, as the Open Graph pictures of most sites."""
_MARGIN: Final = 48
_MAP_TOP, _MAP_HEIGHT = 128, 432
_BAND: Final = 12
_WHOLE: Final = WIDTH - 2 * _MARGIN
_SECOND, _LINE, _SENTENCE = 25, 34, 32
_FIGURES: Final = 4
"""Figures that stand side by side and can still be read in a small picture."""
_SERIF: Final = "Spectral, 'Source Serif 4', Georgia, serif"


@dataclass(frozen=True, slots=True)
class CardTexts:
    """The words of a card: what is shown, of whom and when, and where it comes from.

    ``papers`` is what to know of figures (flow, perimeter, year), on the line above the source.
    """

    title: str
    second: str
    source: str
    papers: str = ""


def card_svg(drawing: str, texts: CardTexts) -> str:
    """Return a self-contained picture of 1200 x 630 around a printed map (without its furniture).

    Where the second text takes two lines the map makes room for them.
    """
    lines = _lines(texts.second, _SECOND, 2)
    more = _LINE * (len(lines) - 1)
    place = f'x="{_MARGIN}" y="{_MAP_TOP + more}" width="{WIDTH - 2 * _MARGIN}" height="{_MAP_HEIGHT - more}"'
    inner = drawing.replace("<svg ", f"<svg {place} ", 1)
    return _sheet(texts, inner + _paragraph(lines, 106, _SECOND, _LINE, _soft()))


def figures_svg(texts: CardTexts, figures: Sequence[tuple[str, str]]) -> str:
    """Return a self-contained picture of 1200 x 630: a sentence, and under it up to four figures with their words."""
    shown = figures[:_FIGURES]
    rows = 3 if shown else 6
    parts = [_paragraph(_lines(texts.second, _SENTENCE, rows), 136, _SENTENCE, 44, _soft())]
    width = (WIDTH - 2 * _MARGIN) // max(len(shown), 2)
    colours: Mapping[str, str] = {**LIGHT, **CHART_LIGHT}
    # One size for all: the eye compares them.
    sizes = (size for size in (56, 44, 34) if all(len(wrapped(value, (width - 24) / size)) == 1 for value, _ in shown))
    size = next(sizes, 26)
    for number, (value, label) in enumerate(shown):
        x = _MARGIN + number * width
        parts.append(f'<rect x="{x}" y="306" width="{width - 24}" height="3" fill="{colours["coast"]}"/>')
        parts.append(_text(x, 372, size, _short(value, size, width - 24), colours["ink"], bold=True))
        parts.append(_paragraph(_lines(label, 24, 4, width - 24), 414, 24, 31, colours["soft"], x))
    parts.append(_text(_MARGIN, 562, 22, _short(texts.papers, 22), colours["soft"]))
    return _sheet(texts, "".join(parts))


def _soft() -> str:
    return {**LIGHT, **CHART_LIGHT}["soft"]


def _sheet(texts: CardTexts, inner: str) -> str:
    """Return the ground of every card, with its title above and its source below."""
    colours: Mapping[str, str] = {**LIGHT, **CHART_LIGHT}
    ink, soft, paper = colours["ink"], colours["soft"], colours["paper"]
    scale = "".join(
        f'<rect x="{x}" y="{HEIGHT - _BAND}" width="40" height="{_BAND}" fill="{colours["coast"]}"/>'
        for x in range(0, WIDTH, 80)
    )
    size = next((size for size in (40, 34) if len(wrapped(texts.title, _WHOLE / size / BOLD)) == 1), 30)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">'
        f"<title>{escape(texts.title)}</title>"
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{paper}"/>{inner}'
        f"{_text(_MARGIN, 66, size, _short(texts.title, round(size * BOLD)), ink, bold=True)}"
        f"{_text(_MARGIN, 596, 22, _short(texts.source, 22, 880), soft)}"
        f'<text x="{WIDTH - _MARGIN}" y="598" font-size="32" text-anchor="end" font-family="{_SERIF}" '
        f'fill="{ink}">Portulan</text>{scale}</svg>\n'
    )


def _lines(text: str, size: int, most: int, width: int = WIDTH - 2 * _MARGIN) -> tuple[str, ...]:
    """Return a text on so many lines at most: what does not fit ends in an ellipsis."""
    lines = wrapped(text, width / size)
    return lines if len(lines) <= most else (*lines[: most - 1], f"{lines[most - 1].rstrip(' ,;:')}…")


def _paragraph(lines: Sequence[str], y: int, size: int, step: int, colour: str, x: int = _MARGIN) -> str:
    return "".join(_text(x, y + step * number, size, line, colour) for number, line in enumerate(lines))


def _short(text: str, size: int, width: int = WIDTH - 2 * _MARGIN) -> str:
    """Return a text on one line: what does not fit ends in an ellipsis."""
    return _lines(text, size, 1, width)[0]


def _text(x: int, y: int, size: int, text: str, colour: str, *, bold: bool = False) -> str:
    weight = ' font-weight="700"' if bold else ""
    return (
        f'<text x="{x}" y="{y}" font-size="{size}" font-family="{FONT}"{weight} fill="{colour}">{escape(text)}</text>'
    )
