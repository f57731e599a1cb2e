"""A chart of a page before it is drawn: the page draws it to be read there, a file to stand by itself."""

from __future__ import annotations

from dataclasses import dataclass

from portulan.atlas import api
from portulan.desk.markets import drawings, selectors


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars under a title, and the passport of what they show."""

    title: str
    rows: tuple[api.ChartRow, ...]
    unit: str
    passport: api.Passport


def drawn(chart: Chart | None, language: str) -> api.Drawn | None:
    """Return a chart for a page, where there is one."""
    if chart is None:
        return None
    return api.bar_chart(chart.rows, title=chart.title, lang="fr" if language == "fr" else "en", unit=chart.unit)


def chart_file(chart: Chart, fmt: str, language: str) -> bytes:
    """Return a chart as a file of its own, SVG or PNG, with its passport and sources under it."""
    svg = api.chart_file(
        chart.rows,
        title=chart.title,
        passport=chart.passport,
        release=selectors.release(),
        unit=chart.unit,
        lang=language,
    )
    return svg.encode() if fmt == "svg" else api.png(svg, drawings.PICTURE_WIDTH)
