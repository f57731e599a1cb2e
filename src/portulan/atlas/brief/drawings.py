"""The drawings of a brief: the map with a ring on the market, bars, intervals of ranks, the square code."""

from __future__ import annotations

import io
import math

from portulan.atlas import maps
from portulan.atlas.brief.document import LegendLine, Picture
from portulan.atlas.brief.request import Request
from portulan.atlas.brief.said import Speaker
from portulan.atlas.brief.words import say
from portulan.atlas.brief.writer import ExtraMissingError
from portulan.atlas.charts import mapsvg
from portulan.atlas.charts.geometry.world import load_world
from portulan.atlas.charts.intervals import Axis, interval_plot, interval_to_print_svg
from portulan.atlas.charts.palettes import LIGHT, stripes_for
from portulan.atlas.charts.worldmap import LegendEntry
from portulan.atlas.rankings import Ranking, RankRow

_RING, _WIDTH = 62, 11  # map units
_BAR, _HIGH = 120, 10
_SVG = 'xmlns="http://www.w3.org/2000/svg"'


def world(ask: Request, ranking: Ranking, speak: Speaker) -> Picture:
    """Return the world map of a ranking; the market that the brief is about has a ring."""
    drawing = maps.draw(ranking, lang=ask.lang)
    svg = mapsvg.to_print_svg(drawing, furniture=False)
    alt = f"{drawing.title}. {drawing.description.rpartition('. ')[0] or drawing.description}."
    indicator, year = speak.name(ranking.by), str(ranking.year or "")
    caption = say("map caption sector", ask.lang, indicator=indicator, year=year)
    if ask.market is not None:
        svg = svg.replace("</svg>\n", f"{_ring(ask.market)}</svg>\n")
        mark = next((mark.label for mark in drawing.marks if mark.country == ask.market), "")
        alt = f"{mark}. {alt}" if mark else alt
        caption = say("map caption", ask.lang, indicator=indicator, year=year, market=ask.country(ask.market))
    legend = tuple(_legend_line(entry) for entry in drawing.legend)
    return Picture(svg, alt, f"{caption} {_capital(drawing.legend_title)}.", legend, drawing.note)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _ring(market: str) -> str:
    piece = load_world().pieces.get(market)
    if piece is None:
        return ""
    x, y = piece.point
    circle = f'<circle cx="{x}" cy="{y}" r="{_RING}" fill="none"'
    return (
        f'{circle} stroke="{LIGHT["border"]}" stroke-width="{2 * _WIDTH}"/>'
        f'{circle} stroke="{LIGHT["home"]}" stroke-width="{_WIDTH}"/>'
    )


def _legend_line(entry: LegendEntry) -> LegendLine:
    text = f"{entry.text} ({entry.count})"
    if entry.dashed:
        return LegendLine("", text, dashed=True)
    if entry.fill == "missing":
        return LegendLine(LIGHT["blank"], text, LIGHT["blank-line"])
    if entry.fill == "disputed":
        return LegendLine(LIGHT["disputed"], text, LIGHT["disputed-line"])
    over = LIGHT[stripes_for(entry.fill)] if entry.striped or entry.doubtful else ""
    return LegendLine(LIGHT[entry.fill], text, over, dots=entry.doubtful)


def bar(value: float, most: float, strong: bool = False) -> str:
    """Return a bar as long as `value` is of `most`: it repeats the figure beside it."""
    width = _BAR * min(max(value / most, 0.0), 1.0) if most > 0 else 0.0
    fill = LIGHT["home"] if strong else LIGHT["mark"]
    shape = f'<rect x="0" y="1.5" width="{max(width, 0.6):.1f}" height="7" fill="{fill}"/>' if value > 0 else ""
    base = f'<path d="M0.3 0V{_HIGH}" stroke="{LIGHT["coast"]}" stroke-width="0.6"/>'
    return f'<svg {_SVG} viewBox="0 0 {_BAR} {_HIGH}" width="{_BAR}" height="{_HIGH}">{shape}{base}</svg>'


def rank_axis(rows: tuple[RankRow, ...]) -> Axis | None:
    """Return the axis that the intervals of these rows share, or None where none has any."""
    highest = [row.rank_high for row in rows if row.rank_high is not None and math.isfinite(row.rank_high)]
    return Axis("log", 1.0, max(*highest, 2.0)) if highest else None


def rank_interval(row: RankRow, axis: Axis | None) -> str:
    """Return the interval of one rank as a drawing, or nothing."""
    if axis is None or row.rank_low is None or row.rank_high is None or row.rank_median is None:
        return ""
    plot = interval_plot(row.rank_median, row.rank_low, row.rank_high, axis=axis)
    return interval_to_print_svg(plot)


def square_code(link: str) -> str:
    """Return a link as a QR code. Raises `ExtraMissingError` where segno is not installed."""
    try:
        import segno
    except ImportError as error:
        raise ExtraMissingError from error
    out = io.BytesIO()
    segno.make(link, error="m", micro=False).save(out, kind="svg", xmldecl=False, border=2, dark="#18262f", svgns=True)
    return out.getvalue().decode()
