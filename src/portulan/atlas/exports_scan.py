"""A scan as a file: each market with its score, and each score as its parts; what is not known of it is named."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from portulan.atlas.exports_papers import COLUMNS, Column, fitness_said, view_lines
from portulan.atlas.exports_rows import RowMaker
from portulan.atlas.exports_tables import Record, Table, write
from portulan.atlas.exports_views import country_said, sector_said, titled, without
from portulan.atlas.figures import STATUSES, Figure
from portulan.atlas.opened import Release
from portulan.atlas.reference import countries
from portulan.atlas.scan import Scan, ScanCriteria, ScanRow
from portulan.atlas.scoring import Part

UNIT: Final = "score 0 to 1"
_HELD = {column.name: column for column in COLUMNS}
_PAPERS = ("exporter", "exporter_name", "sector", "sector_name", "perimeter", "flow", "source", "licence", "release")
SCORES: Final = (
    Column("rank", "whole", 6, "place by score; empty where too little is known", "rang ; vide si trop peu est connu"),
    _HELD["market"],
    _HELD["market_name"],
    Column(
        "score",
        "number",
        10,
        "score, 0 to 1 (the page prints points of 100); empty where half of the weight or less is known",
        "score, de 0 à 1 (la page donne des points sur 100) ; vide si moins de la moitié du poids est connue",
    ),
    Column("known", "number", 8, "share of the weight that is known, 0 to 1", "part du poids qui est connue, de 0 à 1"),
    Column(
        "missing",
        "text",
        30,
        "criteria not known of the market: left out of its score, never counted as zero",
        "critères inconnus du marché : hors de son score, jamais comptés zéro",
    ),
    _HELD["unit"],
    _HELD["year"],
    _HELD["status"],
    _HELD["fitness"],
    Column("rank_median", "number", 12, "median rank under other weights", "rang médian sous d’autres poids"),
    Column("rank_low", "number", 10, "lower end of the 90 % interval of the rank", "borne basse du rang à 90 %"),
    Column("rank_high", "number", 10, "upper end of the 90 % interval of the rank", "borne haute du rang à 90 %"),
    Column(
        "chance_top10",
        "number",
        12,
        "how often among the first ten under other weights",
        "part des autres poids où il est dans les dix premiers",
    ),
    *(_HELD[name] for name in _PAPERS),
)
PARTS: Final = (
    _HELD["market"],
    _HELD["market_name"],
    Column("criterion", "text", 20, "criterion, as the API names it", "critère, tel que l’API le nomme"),
    Column("criterion_name", "text", 30, "name of the criterion", "nom du critère"),
    Column("weight", "number", 8, "weight chosen, 0 to 10", "poids choisi, de 0 à 10"),
    Column(
        "place",
        "number",
        10,
        "place of the market on the criterion, 0 the last to 1 the first; empty where it is not known",
        "place du marché sur le critère, de 0 (dernier) à 1 (premier) ; vide si inconnue",
    ),
    Column(
        "points",
        "number",
        10,
        "part of the score; the parts of a market add up to its score",
        "part du score ; les parts d’un marché font son score",
    ),
    *without(
        COLUMNS, frozenset({"rank", "rank_median", "rank_low", "rank_high", "chance_top10", "market", "market_name"})
    ),
)


def export_scan(asked: ScanCriteria, found: Scan, fmt: str, lang: str = "en", *, release: Release) -> bytes:
    """Return a scan as a file (``csv``, ``xlsx`` or ``parquet``): tables ``scores`` and ``parts``.

    ``scores`` has one row a market, those without a rank last; ``parts`` one row a market and criterion, with the value
    that the points come from and its papers. The weights, and the criteria that nobody has a value for, stand in the
    passport.
    """
    make = RowMaker(release, lang, exporter=asked.exporter, perimeter=asked.perimeter, flow=asked.flow)
    rows = (*found.rows, *found.apart)
    parts = [_part(make, asked, row, part, lang) for row in rows for part in row.parts]
    scores = [_score(make, asked, row, lang) for row in rows]
    tables = (
        Table("scores", "Scores", "Scores", SCORES, scores),
        Table("parts", "Parts", "Parts du score", PARTS, parts),
    )
    return write(tables, fmt, lang, passport=partial(_passport, make, asked, found, release, lang), release=release.id)


def _score(make: RowMaker, asked: ScanCriteria, row: ScanRow, lang: str) -> Record:
    values = [value for value in row.values.values() if isinstance(value, Figure)]
    drawn: dict[str, Any] = {}
    if row.drawn is not None:
        drawn = {name: getattr(row.drawn, name) for name in ("rank_median", "rank_low", "rank_high")}
        drawn["chance_top10"] = row.drawn.p_top10
    # A score is as sure as its least sure part; it is of a year where figures of trade count in it.
    seen = {value.status for value in values}
    of_trade = asked.naming != "orientation"
    missing = [asked.by_id[part.criterion].name(lang) for part in row.parts if part.scaled is None]
    return {
        **make.place(asked.sector, market=row.market),
        **make.sources_behind(tuple(dict.fromkeys(name for value in values for name in value.passport.sources))),
        "rank": row.rank,
        "score": row.score,
        "known": row.known,
        "missing": ", ".join(missing) or None,
        "unit": UNIT,
        "status": max(seen, key=STATUSES.index) if seen and row.score is not None else None,
        "fitness": asked.fitness,
        **({"year": asked.year} if of_trade else {"perimeter": None, "flow": None}),
        **drawn,
    }


def _part(make: RowMaker, asked: ScanCriteria, row: ScanRow, part: Part, lang: str) -> Record:
    return make.value(
        row.values[part.criterion],
        asked.sector,
        market=row.market,
        criterion=part.criterion,
        criterion_name=asked.by_id[part.criterion].name(lang),
        weight=part.weight,
        place=part.scaled,
        points=part.points,
    )


def _passport(make: RowMaker, asked: ScanCriteria, found: Scan, release: Release, lang: str) -> list[tuple[str, str]]:
    french = lang == "fr"
    heads = {"scan": ("Scan of markets", "Repérage des marchés"), "orientation": ("Orientation", "Orientation")}
    reading = {
        "scan": (
            "markets in the order of what the reader weighed; no forecast",
            "marchés dans l’ordre de ce que le lecteur a pondéré, sans prévision",
        ),
        "orientation": (
            "markets in the order of the conditions weighed: no measure of the sector, nor what could be sold there",
            "marchés dans l’ordre des conditions pondérées : ni mesure du secteur, ni ce que l’on pourrait y vendre",
        ),
    }
    names = (sector_said(asked.sector, lang), countries.country(asked.exporter).name(lang))
    blanks = [
        f"{one.name(lang)} ({asked.reason(one.id, lang)})" for one in asked.criteria if one.id not in asked.scales
    ]
    reason = asked.fitness_reason_fr if french else asked.fitness_reason_en
    about = [
        ("exporter", country_said(asked.exporter, lang)),
        ("sector", f"{sector_said(asked.sector, lang)} ({asked.sector})"),
        ("fitness", fitness_said(asked.fitness, reason, lang)),
        ("reading", reading[found.naming][french]),
        ("weights", ", ".join(f"{asked.by_id[name].name(lang)} {weight:g}" for name, weight in found.weights.items())),
        ("blanks", ", ".join(blanks)),
    ]
    title = titled((heads[found.naming][french], *names), asked.year, lang)
    return view_lines(asked.passport, release, lang, title=title, about=about, sources=make.sources)
