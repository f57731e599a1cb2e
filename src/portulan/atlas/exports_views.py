"""Files of a market, of a market and sector, and of markets side by side: every figure and gap, each with its papers.

All rows are of one shape: one value each, under the columns of a ranking's file and a few more. So files of several
views can be put one under the other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final

from portulan.atlas.exports_papers import COLUMNS, Column, fitness_said, view_lines
from portulan.atlas.exports_rows import RowMaker, placed
from portulan.atlas.exports_tables import Record, Table, write
from portulan.atlas.figures import Figure, Gap
from portulan.atlas.lines import Line
from portulan.atlas.market_context import MarketContext
from portulan.atlas.opened import Release
from portulan.atlas.profiles import Profile, ProfileRow
from portulan.atlas.rankings import Ranking
from portulan.atlas.reference import countries, sectors
from portulan.atlas.suppliers import Supplier, Suppliers

Value = Figure | Gap

RANKED: Final = Column("ranked", "whole", 8, "how many markets are ranked", "nombre de marchés classés")
KIND: Final = Column(
    "sector_kind",
    "text",
    12,
    "sector; group of sectors that no code tells apart; all together",
    "sector (secteur), group (secteurs qu’aucun code ne sépare), all (tous ensemble)",
)
SUPPLIER: Final = (
    Column("supplier_rank", "whole", 8, "place among the suppliers of the market", "rang parmi les fournisseurs"),
)
CODES: Final = (
    Column("scheme", "text", 10, "nomenclature of the code", "nomenclature du code"),
    Column("code", "text", 10, "product code", "code de produit"),
    Column("label", "text", 40, "what the code covers", "ce que couvre le code"),
    Column("role", "text", 10, "role of the code in the sector", "rôle du code dans le secteur"),
    Column(
        "code_weight",
        "number",
        10,
        "part of the code that counts in the sector, 0 to 1; the figures are those of the whole code",
        "part du code qui compte dans le secteur, de 0 à 1 ; les chiffres sont ceux du code entier",
    ),
    Column("confidence", "text", 14, "how sure the assignment is", "sûreté du rattachement"),
    Column("code_source", "text", 24, "who assigns the code to the sector", "qui rattache le code au secteur"),
)
OF_MARKETS = frozenset({"rank", "rank_median", "rank_low", "rank_high", "chance_top10"})
"""Columns that say the place of a market in a ranking."""


def without(columns: Sequence[Column], names: frozenset[str]) -> tuple[Column, ...]:
    """Return columns but those of these names."""
    return tuple(column for column in columns if column.name not in names)


_PLAIN: Final = without(COLUMNS, OF_MARKETS)


def sector_said(sector: str, lang: str) -> str:
    """Return the name of a sector in English or French."""
    return sectors.name(sector, "fr" if lang == "fr" else "en")


def country_said(iso3: str, lang: str) -> str:
    """Return the name and the code of a country."""
    return f"{countries.country(iso3).name(lang)} ({iso3})"


def titled(parts: Sequence[str], year: int | None, lang: str) -> str:
    """Return the title of a view: what it holds, then of whom and when."""
    head, *rest = parts
    colon = "\u00a0: " if lang == "fr" else ": "
    return f"{head}{colon}{', '.join(part for part in (*rest, str(year or '')) if part)}"


def export_profile(profile: Profile, context: MarketContext, fmt: str, lang: str = "en", *, release: Release) -> bytes:
    """Return one market as a file (``csv``, ``xlsx`` or ``parquet``): tables ``sectors``, ``suppliers``, ``country``.

    Every sector has every indicator, as a figure or as a gap with its reason; the row of the indicator that leads in a
    sector holds the place of this market among those of the exporter. Suppliers are the first ones of each sector.
    """
    make = RowMaker(release, lang, exporter=profile.exporter, perimeter=profile.perimeter, flow=profile.flow)
    tables = (
        Table(
            "sectors",
            "Sectors",
            "Secteurs",
            (*without(COLUMNS, frozenset({"rank_median", "chance_top10"})), RANKED, KIND),
            [_of_sector(make, row, value) for row in profile.rows for value in row.figures.values()],
        ),
        Table(
            "suppliers",
            "Suppliers",
            "Fournisseurs",
            (*_PLAIN, *SUPPLIER),
            [record for row in profile.rows for one in row.first_suppliers for record in _of_supplier(make, one)],
        ),
        Table(
            "country",
            "Country",
            "Pays",
            _PLAIN,
            [make.value(value, sectors.ALL, market=context.market) for value in context.figures.values()],
        ),
    )
    what = "Profil du marché par secteur" if lang == "fr" else "Profile of the market by sector"
    names = (countries.country(profile.market).name(lang), _from(profile.exporter, lang))
    passport = partial(
        view_lines,
        profile.passport,
        release,
        lang,
        title=titled((what, *names), profile.year, lang),
        about=[
            ("exporter", country_said(profile.exporter, lang)),
            ("market", country_said(profile.market, lang)),
            ("sector", sector_said(sectors.ALL, lang)),
        ],
        sources=make.sources,
    )
    return write(tables, fmt, lang, passport=passport, release=release.id)


def _from(exporter: str, lang: str) -> str:
    name = countries.country(exporter).name(lang)
    return f"exportateur {name}" if lang == "fr" else f"exporter {name}"


def _of_sector(make: RowMaker, row: ProfileRow, value: Value) -> Record:
    place: Record = {"sector_kind": row.kind}
    if value.indicator == row.lead and row.rank is not None:
        place |= {"rank": row.rank, "rank_low": row.rank_low, "rank_high": row.rank_high, "ranked": row.ranked}
    return make.value(value, row.sector, **place)


def _of_supplier(make: RowMaker, one: Supplier) -> list[Record]:
    return [
        make.value(value, value.sector, exporter=one.exporter, supplier_rank=one.rank)
        for value in (one.imports_from, one.share)
    ]


def export_cell(
    figures: Sequence[Value],
    suppliers: Suppliers,
    lines: Sequence[Line],
    ranking: Ranking,
    fmt: str,
    lang: str = "en",
    *,
    release: Release,
) -> bytes:
    """Return one market and sector as a file (as `exports_tables.write`): tables ``facts``, ``suppliers``, ``codes``.

    The fact by which `ranking` ranks holds the place of the market in it.
    """
    market, sector = suppliers.market, ranking.sector
    make = RowMaker(release, lang, exporter=ranking.exporter, perimeter=ranking.perimeter, flow=ranking.flow)
    tables = (
        Table("facts", "Facts", "Faits", (*COLUMNS, RANKED), _ranked_facts(make, figures, ranking, market)),
        Table(
            "suppliers",
            "Suppliers",
            "Fournisseurs",
            (*_PLAIN, *SUPPLIER),
            [record for one in suppliers.rows for record in _of_supplier(make, one)],
        ),
        Table(
            "codes",
            "Codes",
            "Codes",
            (*_PLAIN, *CODES),
            [record for line in lines for record in _of_line(make, line, sector, market, lang)],
        ),
    )
    what = "Faits, fournisseurs et codes" if lang == "fr" else "Facts, suppliers and codes"
    names = (sector_said(sector, lang), countries.country(market).name(lang), _from(ranking.exporter, lang))
    about = [
        ("exporter", country_said(ranking.exporter, lang)),
        ("market", country_said(market, lang)),
        *_of_ranking(ranking, lang),
    ]
    title = titled((what, *names), ranking.year, lang)
    passport = partial(view_lines, ranking.passport, release, lang, title=title, about=about, sources=make.sources)
    return write(tables, fmt, lang, passport=passport, release=release.id)


def _of_ranking(ranking: Ranking, lang: str) -> list[tuple[str, str]]:
    reason = ranking.fitness_reason_fr if lang == "fr" else ranking.fitness_reason_en
    return [
        ("sector", f"{sector_said(ranking.sector, lang)} ({ranking.sector})"),
        ("fitness", fitness_said(ranking.fitness, reason, lang)),
        ("skill", ranking.skill_text(lang)),
    ]


def _ranked_facts(make: RowMaker, values: Sequence[Value], ranking: Ranking, market: str) -> list[Record]:
    """Return the rows of one market, the place of the market beside what ranks it."""
    row = next((row for row in (*ranking.rows, *ranking.apart) if row.market == market), None)
    place = {} if row is None or row.rank is None else {**placed(row), "ranked": ranking.total}
    return [
        make.value(value, ranking.sector, **{"market": market, **(place if value.indicator == ranking.by else {})})
        for value in values
    ]


def _of_line(make: RowMaker, line: Line, sector: str, market: str, lang: str) -> list[Record]:
    french = lang == "fr"
    code: Record = {
        "scheme": line.scheme,
        "code": line.code,
        "label": line.label_fr if french else line.label,
        "role": line.role,
        "code_weight": line.weight,
        "confidence": line.confidence,
        "code_source": line.source_fr if french else line.source,
    }
    return [
        make.value(value, sector, market=market, **code)
        for value in (line.imports_from, line.imports_world, line.potential_static, line.rca)
    ]


def export_comparison(
    ranking: Ranking,
    figures: Mapping[str, Sequence[Value]],
    profiles: Sequence[Profile],
    fmt: str,
    lang: str = "en",
    *,
    release: Release,
) -> bytes:
    """Return markets side by side as a file (``csv``, ``xlsx`` or ``parquet``): tables ``compared`` and ``sectors``.

    ``figures`` are those of each market, in the same order for all; rows go indicator by indicator. `profiles` give
    what each market buys from the exporter by sector, where all sectors are compared; without them there is no such
    table.
    """
    make = RowMaker(release, lang, exporter=ranking.exporter, perimeter=ranking.perimeter, flow=ranking.flow)
    by_market = [_ranked_facts(make, values, ranking, market) for market, values in figures.items()]
    compared = [record for line in zip(*by_market, strict=True) for record in line]
    tables = [Table("compared", "Compared", "Comparaison", (*COLUMNS, RANKED), compared)]
    if profiles:
        rows = [row for line in zip(*(one.rows for one in profiles), strict=True) for row in line]
        bought = [make.value(row.figures["imports_from"], row.sector) for row in rows if row.kind == "sector"]
        tables.append(Table("sectors", "Sectors", "Secteurs", _PLAIN, bought))
    what = "Marchés comparés" if lang == "fr" else "Markets compared"
    names = [countries.country(market).name(lang) for market in figures]
    about = [
        ("exporter", country_said(ranking.exporter, lang)),
        ("markets", ", ".join(country_said(market, lang) for market in figures)),
        *_of_ranking(ranking, lang),
    ]
    title = titled((what, *names, sector_said(ranking.sector, lang), _from(ranking.exporter, lang)), ranking.year, lang)
    passport = partial(view_lines, ranking.passport, release, lang, title=title, about=about, sources=make.sources)
    return write(tables, fmt, lang, passport=passport, release=release.id)
