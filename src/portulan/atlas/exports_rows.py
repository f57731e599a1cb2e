"""One value as one row of a file: what it is, what it is worth, and the papers it travels with."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

from portulan.atlas.errors import AtlasError
from portulan.atlas.exports_papers import COLUMNS, known_sources, said
from portulan.atlas.exports_tables import Record
from portulan.atlas.figures import Figure, Gap
from portulan.atlas.indicators import indicator
from portulan.atlas.opened import Release
from portulan.atlas.rankings import RankRow
from portulan.atlas.reference import countries, sectors
from portulan.atlas.remarks import remark

GAP: Final = "gap"
"""What stands in the column ``status`` where there is no value."""


def place_record(release: Release, lang: str, *, exporter: str, sector: str, perimeter: str, flow: str) -> Record:
    """Return what is the same in every row, and an empty place for all the rest, in the order of `COLUMNS`.

    A view of no one exporter has none.
    """
    empty: Record = {column.name: None for column in COLUMNS}
    return {
        **empty,
        "exporter": exporter or None,
        "exporter_name": countries.country(exporter).name(lang) if exporter else None,
        "sector": sector,
        "sector_name": sectors.name(sector, "fr" if lang == "fr" else "en"),
        "perimeter": perimeter,
        "flow": flow,
        "release": release.id,
    }


def names_of_countries(lang: str) -> dict[str, str]:
    """Return the name of each country by ISO3."""
    return {country.iso3: country.name(lang) for country in countries.countries()}


def behind(value: Figure | Gap, *, lang: str, known: Mapping[str, Mapping[str, Any]]) -> Record:
    """Return who stands behind one value, under which licence, and whether it measures the sector: its own papers."""
    passport = value.passport
    return {
        "fitness": passport.fitness,
        **sources_said(passport.sources, lang=lang, known=known),
        "note": remark(passport.note, lang) or None,
    }


def sources_said(names: tuple[str, ...], *, lang: str, known: Mapping[str, Mapping[str, Any]]) -> Record:
    """Return sources by title and by licence, in the same order."""
    used = [known.get(name, {"name": name}) for name in names]
    return {
        "source": " | ".join(said(source, "title", lang) or str(source["name"]) for source in used),
        "licence": " | ".join(said(source, "licence", lang) for source in used),
    }


def named(value: Figure | Gap, names: Mapping[str, str], lang: str) -> Record:
    """Return what a value is and what it is worth; a gap has its reason in place of a value."""
    record: Record = {
        "market": value.market,
        "market_name": names.get(value.market, value.market),
        "indicator": value.indicator,
        "indicator_name": indicator(value.indicator).name(lang),
        "unit": value.unit,
        "year": value.passport.year,
    }
    if isinstance(value, Gap):
        return {**record, "status": GAP, "gap_reason": value.reason, "gap_text": value.text(lang)}
    if not math.isfinite(value.value):
        raise AtlasError(f"{value.indicator} of {value.market} is {value.value}: a gap must stand there")
    return {**record, "value": value.value, "status": value.status, "low": value.low, "high": value.high}


def placed(row: RankRow) -> Record:
    """Return the place of a market in a ranking, with its interval where there is one."""
    return {
        "market": row.market,
        "rank": row.rank,
        "rank_median": row.rank_median,
        "rank_low": row.rank_low,
        "rank_high": row.rank_high,
        "chance_top10": row.p_top10,
    }


class RowMaker:
    """Makes the rows of a view of several tables; each value is given the perimeter and flow of its own passport."""

    def __init__(self, release: Release, lang: str, *, exporter: str, perimeter: str, flow: str) -> None:
        self._release, self._lang = release, lang
        self._exporter, self._perimeter, self._flow = exporter, perimeter, flow
        self._names, self._known = names_of_countries(lang), known_sources(release)
        self._used: dict[str, None] = {}

    @property
    def sources(self) -> tuple[str, ...]:
        """The sources of the figures made so far, in the order in which they were met."""
        return tuple(self._used)

    def place(self, sector: str, *, exporter: str = "", market: str = "") -> Record:
        """Return a row without a value."""
        made = place_record(
            self._release,
            self._lang,
            exporter=exporter or self._exporter,
            sector=sector,
            perimeter=self._perimeter,
            flow=self._flow,
        )
        return {**made, "market": market or None, "market_name": self._names.get(market, market) or None}

    def value(self, value: Figure | Gap, sector: str, *, exporter: str = "", market: str = "", **more: Any) -> Record:
        """Return the row of a value; ``market`` is where it is read, for the advantage of an exporter has none."""
        if isinstance(value, Figure):
            self._used.update(dict.fromkeys(value.passport.sources))
        papers = {"perimeter": value.passport.perimeter, "flow": value.passport.flow}
        said = {**named(value, self._names, self._lang), **behind(value, lang=self._lang, known=self._known)}
        made = {**self.place(sector, exporter=exporter), **said, **papers, **more}
        if market:
            made |= {"market": market, "market_name": self._names.get(market, market)}
        return made

    def sources_behind(self, sources: tuple[str, ...]) -> Record:
        """Return the titles and licences of sources."""
        return sources_said(sources, lang=self._lang, known=self._known)
