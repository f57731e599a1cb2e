"""Files of figures to take away: every row carries its papers, so that a file cut in two still says what it is.

CSV, XLSX and Parquet hold the same rows (`records`): first the markets in the order of the ranking, by the indicator
that ranks them; then those that stand apart; then, indicator by indicator, what stands beside. A gap is a row without a
value and with its reason.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from portulan.atlas.exports_papers import COLUMNS, known_sources, passport_lines
from portulan.atlas.exports_rows import behind as _behind
from portulan.atlas.exports_rows import named, names_of_countries, place_record, placed
from portulan.atlas.exports_tables import Record, Table, write
from portulan.atlas.opened import Release
from portulan.atlas.rankings import Ranking


def records(ranking: Ranking, release: Release, lang: str = "en") -> Iterator[Record]:
    """Yield one record a market and indicator, with the columns of `COLUMNS` and nothing but plain values."""
    papers, names = _papers(ranking, release, lang), names_of_countries(lang)
    markets = (*ranking.rows, *ranking.apart)
    behind = partial(_behind, lang=lang, known=known_sources(release))
    for row in markets:
        yield {**papers, **named(row.figure, names, lang), **behind(row.figure), **placed(row)}
    beside = dict.fromkeys(name for row in markets for name in row.beside)
    for name in beside:
        for row in markets:
            if name in row.beside:
                yield {**papers, **named(row.beside[name], names, lang), **behind(row.beside[name])}


def _papers(ranking: Ranking, release: Release, lang: str) -> Record:
    return place_record(
        release,
        lang,
        exporter=ranking.exporter,
        sector=ranking.sector,
        perimeter=ranking.perimeter,
        flow=ranking.flow,
    )


def export_ranking(ranking: Ranking, fmt: str, lang: str = "en", *, release: Release) -> bytes:
    """Return a ranking as one file to take away: ``csv``, ``xlsx`` or ``parquet``, every row with its papers.

    The same ranking of the same release gives the same bytes. Raises `UnknownCodeError` for another format,
    `AtlasError` where the extra ``portulan[files]`` is missing.
    """
    table = Table("", "Figures", "Chiffres", COLUMNS, tuple(records(ranking, release, lang)))
    return write((table,), fmt, lang, passport=partial(passport_lines, ranking, release, lang), release=release.id)
