"""A chart of a page as a file to take away: the same bars, with the title above and the passport and source below."""

from __future__ import annotations

from collections.abc import Sequence

from portulan.atlas.charts.bars import bar_chart
from portulan.atlas.charts.rows import ChartRow
from portulan.atlas.charts.words import Lang, word
from portulan.atlas.figures import Passport
from portulan.atlas.map_files import release_line, sources_line, what_line
from portulan.atlas.opened import Release

WIDTH = 900
"""Pixels across: names, bars and numbers side by side."""


def chart_file(
    rows: Sequence[ChartRow],
    *,
    title: str,
    passport: Passport,
    release: Release,
    unit: str = "USD",
    lang: str = "en",
) -> str:
    """Return bars as one self-contained SVG that says by itself what they are and where they come from."""
    spoken: Lang = "fr" if lang == "fr" else "en"
    colon = "\u00a0: " if spoken == "fr" else ": "
    source = f"{word('source', spoken)}{colon}{sources_line(passport.sources, lang, release)}."
    note = " ".join((what_line(passport, lang), source, release_line(release, lang)))
    return bar_chart(
        rows, title=title, unit=unit, lang=spoken, writer="print", width=WIDTH, furniture=True, note=note
    ).svg
