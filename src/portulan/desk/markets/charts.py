"""A chart of a page before it is drawn: the page draws it to be read there, a file to stand by itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from portulan.atlas import api
from portulan.desk.markets import drawings, selectors

Shown: TypeAlias = "tuple[api.ChartRow, ...] | tuple[api.ChartGroup, ...] | tuple[api.Series, ...]"


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars, bars in groups, or lines under a title, and the passport of what they show.

    ``about`` is what the page says around the chart, of whom and of which sector: the title of a file says it too.
    ``remark`` is what else is said below it.
    """

    title: str
    rows: Shown
    unit: str
    passport: api.Passport
    about: str = ""
    remark: str = ""


def drawn(chart: Chart | None, language: str) -> api.Drawn | None:
    """Return a chart for a page, where there is one; lines of fewer than two years are none."""
    if chart is None:
        return None
    spoken: Literal["en", "fr"] = "fr" if language == "fr" else "en"
    if lines := tuple(one for one in chart.rows if isinstance(one, api.Series)):
        return api.line_chart(lines, title=chart.title, lang=spoken, unit=chart.unit)
    if groups := tuple(one for one in chart.rows if isinstance(one, api.ChartGroup)):
        return api.group_chart(groups, title=chart.title, lang=spoken, unit=chart.unit)
    bars = tuple(one for one in chart.rows if isinstance(one, api.ChartRow))
    return api.bar_chart(bars, title=chart.title, lang=spoken, unit=chart.unit)


def chart_file(chart: Chart, fmt: str, language: str) -> bytes:
    """Return a chart as a file of its own, SVG or PNG, with its passport and sources under it."""
    svg = api.chart_file(
        chart.rows,
        title=f"{chart.about} — {chart.title}" if chart.about else chart.title,
        passport=chart.passport,
        release=selectors.release(),
        unit=chart.unit,
        lang=language,
        remark=chart.remark,
    )
    return svg.encode() if fmt == "svg" else api.png(svg, drawings.PICTURE_WIDTH)
