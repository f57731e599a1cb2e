"""A chart of a page as a file to take away: the same drawing, its title above and its passport and source below."""

from __future__ import annotations

from collections.abc import Sequence

from portulan.atlas.charts.bars import bar_chart
from portulan.atlas.charts.groups import ChartGroup, group_chart
from portulan.atlas.charts.lines import Series, line_chart, one_year_text
from portulan.atlas.charts.rows import ChartRow
from portulan.atlas.charts.words import Lang, word
from portulan.atlas.errors import BadInputError
from portulan.atlas.figures import Passport
from portulan.atlas.map_files import release_line, sources_line, what_line
from portulan.atlas.opened import Release

WIDTH = 900
"""Pixels across: names, bars and numbers side by side."""


def chart_file(
    drawing: Sequence[ChartRow] | Sequence[ChartGroup] | Sequence[Series],
    *,
    title: str,
    passport: Passport,
    release: Release,
    unit: str = "USD",
    lang: str = "en",
    remark: str = "",
) -> str:
    """Return bars, bars in groups, or lines as one self-contained SVG that says what it is and where it comes from.

    ``remark`` is what else a reader must know of this chart. Raises `BadInputError` for nothing to draw, and for lines
    of fewer than two years.
    """
    spoken: Lang = "fr" if lang == "fr" else "en"
    colon = "\u00a0: " if spoken == "fr" else ": "
    source = f"{word('source', spoken)}{colon}{sources_line(passport.sources, lang, release)}."
    said = (what_line(passport, lang), remark, source, release_line(release, lang))
    return _draw(drawing, title, unit, spoken, " ".join(part for part in said if part))


def _draw(
    drawing: Sequence[ChartRow] | Sequence[ChartGroup] | Sequence[Series], title: str, unit: str, lang: Lang, note: str
) -> str:
    lines = [one for one in drawing if isinstance(one, Series)]
    groups = [one for one in drawing if isinstance(one, ChartGroup)]
    bars = [one for one in drawing if isinstance(one, ChartRow)]
    if lines:
        drawn = line_chart(
            lines, title=title, unit=unit, lang=lang, writer="print", width=WIDTH, furniture=True, note=note
        )
        if drawn is None:
            raise BadInputError(one_year_text(lang), todo="draw the one year as bars")
        return drawn.svg
    if groups:
        return group_chart(
            groups, title=title, unit=unit, lang=lang, writer="print", width=WIDTH, furniture=True, note=note
        ).svg
    return bar_chart(
        bars, title=title, unit=unit, lang=lang, writer="print", width=WIDTH, furniture=True, note=note
    ).svg
