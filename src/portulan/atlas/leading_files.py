"""Who leads in each market of a sector as files to take away: its map, and the figures behind it.

The figures are one value a row, as in the other files; where several sell exactly as much, each has rows of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from portulan.atlas import leading_maps, maps
from portulan.atlas.charts import mapsvg
from portulan.atlas.charts.words import Lang, word
from portulan.atlas.exports_papers import COLUMNS, Column, fitness_said, view_lines
from portulan.atlas.exports_rows import RowMaker, names_of_countries
from portulan.atlas.exports_tables import Record, Table, write
from portulan.atlas.exports_views import OF_MARKETS, SUPPLIER, sector_said, titled, without
from portulan.atlas.figures import Figure, Gap
from portulan.atlas.leading import Leader, Leaders
from portulan.atlas.map_files import collection, release_line, sources_line, what_line
from portulan.atlas.opened import Release

EQUAL: Final = Column(
    "equal",
    "whole",
    8,
    "how many suppliers are first there with exactly as much: 1 where one leads alone",
    "nombre de fournisseurs premiers à égalité : 1 si un seul l’est",
)
_READING = (
    "each market, the largest first, with the exporter that sells it most; several rows where several sell as much",
    "chaque marché, le plus grand d’abord, avec l’exportateur qui y vend le plus ; plusieurs lignes en cas d’égalité",
)
_PROPERTIES = (
    "iso3", "name", "leaders", "leader_names", "value", "unit", "low", "high", "share", "share_status", "year",
    "source",
)  # fmt: skip


def export_leaders(found: Leaders, fmt: str, lang: str = "en", *, release: Release) -> bytes:
    """Return who leads in each market as a file (``csv``, ``xlsx`` or ``parquet``): the table ``leaders``.

    A leader has two rows, what it sells and its share, with itself in ``exporter``. A market of which nobody knows who
    leads has one, without a value or an exporter, and with the reason.
    """
    make = RowMaker(release, lang, exporter="", perimeter=found.perimeter, flow=found.flow)
    records = [record for row in found.rows for record in _of_market(make, row)]
    records += [make.value(gap, found.sector) for gap in found.gaps]
    columns = (*without(COLUMNS, OF_MARKETS), *SUPPLIER, EQUAL)
    table = Table("leaders", "Leaders", "Premiers fournisseurs", columns, records)
    reason = found.fitness_reason_fr if lang == "fr" else found.fitness_reason_en
    passport = partial(
        view_lines,
        found.passport,
        release,
        lang,
        title=_title(found, lang),
        about=[
            ("sector", f"{sector_said(found.sector, lang)} ({found.sector})"),
            ("fitness", fitness_said(found.fitness, reason, lang)),
            ("reading", _READING[lang == "fr"]),
        ],
        sources=make.sources,
    )
    return write((table,), fmt, lang, passport=passport, release=release.id)


def _title(found: Leaders, lang: str) -> str:
    head = "Premier fournisseur de chaque marché" if lang == "fr" else "First supplier of each market"
    return titled((head, sector_said(found.sector, lang)), found.year, lang)


def _of_market(make: RowMaker, row: Leader) -> list[Record]:
    count = len(row.suppliers)
    return [
        make.value(value, value.sector, exporter=one.exporter, supplier_rank=one.rank, equal=count)
        for one in row.suppliers
        for value in (one.imports_from, one.share)
    ]


def leaders_svg_file(found: Leaders, *, exporter: str, lang: str = "en", release: Release) -> str:
    """Return the map of who leads as one self-contained SVG: title, legend, note on borders, passport and source.

    `exporter` has its own colour, as on the page.
    """
    spoken: Lang = "fr" if lang == "fr" else "en"
    colon = "\u00a0: " if spoken == "fr" else ": "
    source = f"{word('source', spoken)}{colon}{sources_line(_sources(found), lang, release)}"
    papers = (what_line(found.passport, lang), source, release_line(release, lang))
    return mapsvg.to_print_svg(leading_maps.draw(found, exporter=exporter, lang=spoken), papers=papers)


def _sources(found: Leaders) -> tuple[str, ...]:
    """Return the sources of every leader's figure, each once, in the order of the table."""
    used = [name for row in found.rows for one in row.suppliers for name in one.imports_from.passport.sources]
    return tuple(dict.fromkeys((*used, *found.passport.sources)))


def leaders_geojson(found: Leaders, lang: str = "en", *, release: Release) -> str:
    """Return the map of who leads as GeoJSON (RFC 7946): one feature a country, as `map_geojson` draws them.

    ``leaders`` is a list: several where they sell exactly as much, none where nobody knows, with the reason.
    """
    names = names_of_countries(lang)
    rows, gaps = {row.market: row for row in found.rows}, {gap.market: gap for gap in found.gaps}

    def said(country: str) -> Mapping[str, Any]:
        who = {"iso3": country, "name": names.get(country, country)}
        return {**who, **_led(found, rows.get(country), gaps.get(country), names, lang)}

    papers = {
        "indicator": "imports_from",
        "sector": found.sector,
        "flow": found.flow,
        "perimeter": found.perimeter,
        "year": found.year,
        "passport": what_line(found.passport, lang),
        "source": sources_line(_sources(found), lang, release),
        "release": release.id,
        "note": maps.draw_note(lang),
    }
    held = frozenset((*rows, *gaps))
    return collection(_title(found, lang), papers, said, held=held, columns=_PROPERTIES, lang=lang)


def _led(found: Leaders, row: Leader | None, gap: Gap | None, names: Mapping[str, str], lang: str) -> Mapping[str, Any]:
    """Return the properties of one country: who leads there with what, or why nobody knows."""
    value = gap if row is None else row.first.imports_from
    share = None if row is None else row.first.share
    passport = found.passport if value is None else value.passport
    made: dict[str, Any] = {
        "leaders": [] if row is None else [one.exporter for one in row.suppliers],
        "leader_names": [] if row is None else [names.get(one.exporter, one.exporter) for one in row.suppliers],
        "value": None,
        "unit": None if value is None else value.unit,
        "status": "not known",
        "low": None,
        "high": None,
        "share": share.value if isinstance(share, Figure) else None,
        "share_status": share.status if isinstance(share, Figure) else None,
        "year": None if value is None else passport.year,
        "source": ", ".join(passport.sources),
    }
    if isinstance(value, Figure):
        made |= {"value": value.value, "status": value.status, "low": value.low, "high": value.high}
    if isinstance(value, Gap):
        made["reason"] = value.text(lang)
    if isinstance(share, Gap):
        made["share_reason"] = share.text(lang)
    return made
