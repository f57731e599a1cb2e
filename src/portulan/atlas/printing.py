"""Answers as records and lines: what the command line prints, and other programs read."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from portulan.atlas.figures import Coverage, Figure, Gap
from portulan.atlas.rankings import Ranking, RankRow
from portulan.atlas.reference import countries

Record = dict[str, Any]

_WORDS: Mapping[str, tuple[str, str]] = {
    "fitness": ("fitness", "pertinence"),
    "world": (
        "world = {present} of {total} importers; missing: {missing}",
        "monde = {present} importateurs sur {total} ; manquent : {missing}",
    ),
    "none": ("none", "aucun"),
    "rank": ("rank {low:.0f} to {high:.0f}", "rang {low:.0f} à {high:.0f}"),
    "apart": ("without a reported value, no rank:", "sans valeur déclarée, pas de rang :"),
    "to": ("to", "à"),
    "no value": ("no value: {why}", "pas de valeur : {why}"),
    "measures the sector": ("measures the sector", "mesure le secteur"),
    "partial": ("partial", "partiel"),
    "not a measure": ("not a measure", "pas une mesure"),
    "reported": ("reported", "déclaré"),
    "estimated": ("estimated", "estimé"),
    "modelled": ("modelled", "modélisé"),
}


def _word(name: str, lang: str) -> str:
    return _WORDS[name][1 if lang == "fr" else 0]


def figure_record(item: Figure | Gap, lang: str = "en") -> Record:
    """Return a figure (``value``) or a gap (``gap``, the reason in words) as plain values, with its papers."""
    passport = item.passport
    record: Record = {
        "exporter": item.exporter,
        "market": item.market,
        "sector": item.sector,
        "perimeter": passport.perimeter,
        "flow": passport.flow,
        "indicator": item.indicator,
    }
    if isinstance(item, Figure):
        record |= {"value": item.value, "unit": item.unit, "year": passport.year, "status": item.status}
        record |= {"low": item.low, "high": item.high}
    else:
        record |= {"gap": item.text(lang), "gap_code": item.reason, "unit": item.unit, "year": passport.year}
    record |= {"fitness": passport.fitness, "coverage": _coverage(passport.coverage), "sources": list(passport.sources)}
    return {**record, "note": passport.note} if passport.note else record


def _coverage(coverage: Coverage | None) -> Record | None:
    if coverage is None:
        return None
    return {
        "importers_present": coverage.importers_present,
        "importers_total": coverage.importers_total,
        "importers_missing": list(coverage.importers_missing),
        "codes_missing": list(coverage.codes_missing),
    }


def rank_record(row: RankRow, lang: str = "en") -> Record:
    """Return one market of a ranking as plain values."""
    doubt = {name: getattr(row, name) for name in ("rank_median", "rank_low", "rank_high", "p_top10")}
    return {"rank": row.rank, **doubt, **figure_record(row.figure, lang), "market": row.market}


def figure_lines(items: Sequence[Figure | Gap], lang: str = "en") -> Iterator[str]:
    """Say figures in lines; a flow that the release does not hold takes a single one."""
    empty = {item.passport.flow for item in items if isinstance(item, Gap) and item.reason == "flow_not_loaded"}
    for flow in sorted({item.passport.flow for item in items}):
        mine = [item for item in items if item.passport.flow == flow]
        if flow in empty:
            [first, *_] = [item for item in mine if isinstance(item, Gap) and item.reason == "flow_not_loaded"]
            yield f"{flow:<9} {_word('no value', lang).format(why=first.text(lang))}"
            continue
        yield from (_figure_line(item, lang) for item in mine)


def _figure_line(item: Figure | Gap, lang: str) -> str:
    passport = item.passport
    start = f"{passport.flow:<9} {item.indicator:<20}"
    if isinstance(item, Gap):
        return f"{start} {_word('no value', lang).format(why=item.text(lang))}"
    span = "" if item.low is None or item.high is None else f" ({item.low:,.6g} {_word('to', lang)} {item.high:,.6g})"
    window = f", {passport.note}" if passport.note else ""
    return f"{start} {item.value:,.6g} {item.unit}{span}  [{passport.year}, {_word(item.status, lang)}{window}]"


def ranking_lines(ranking: Ranking, lang: str = "en") -> Iterator[str]:
    """Say a ranking in lines: what was asked, how far it holds, the ranked markets, then those that stand apart."""
    coverage = ranking.passport.coverage
    what = f"{ranking.exporter} {ranking.sector} ({ranking.perimeter}), {ranking.flow} {ranking.year or ''}"
    yield f"{what}, {ranking.by}"
    reason = ranking.fitness_reason_fr if lang == "fr" else ranking.fitness_reason_en
    yield f"{_word('fitness', lang)}: {_word(ranking.fitness, lang)}. {reason}"
    if coverage is not None:
        missing = ", ".join(coverage.importers_missing) or _word("none", lang)
        yield _word("world", lang).format(
            present=coverage.importers_present, total=coverage.importers_total, missing=missing
        )
    for row in ranking.rows:
        between = ""
        if row.rank_low is not None and row.rank_high is not None:
            between = "  " + _word("rank", lang).format(low=row.rank_low, high=row.rank_high)
        yield f"{row.rank:>4}  {_market(row, lang)}{between}"
    if ranking.apart:
        yield _word("apart", lang)
        yield from _apart_lines(ranking, lang)


def _apart_lines(ranking: Ranking, lang: str) -> Iterator[str]:
    gaps: dict[str, list[str]] = {}
    estimates = False
    for row in ranking.apart:
        if isinstance(row.figure, Gap):
            gaps.setdefault(row.figure.text(lang), []).append(row.market)
            continue
        estimates = True
        low, high = row.figure.low, row.figure.high
        span = "" if low is None or high is None else f" ({_money(low)} {_word('to', lang)} {_money(high)})"
        yield f"   -  {_market(row, lang)}{span}"
    if estimates and (skill := ranking.skill_text(lang)):
        yield f"      {skill}"
    for text, markets in gaps.items():
        yield f"   -  {', '.join(markets)}: {text}"


def _market(row: RankRow, lang: str) -> str:
    figure = row.figure
    assert isinstance(figure, Figure)  # noqa: S101 (narrowing: gaps are printed together)
    value = _money(figure.value) if figure.unit == "USD" else f"{figure.value:,.6g}"
    return f"{row.market}  {countries.country(row.market).name(lang):<32} {value:>16}  {_word(figure.status, lang)}"


def _money(value: float) -> str:
    return f"{value / 1e6:,.1f} M$"


def csv_text(records: Sequence[Mapping[str, Any]]) -> str:
    """Return records as CSV, every name that any of them has as a column."""
    names: dict[str, None] = {}
    for record in records:
        names |= dict.fromkeys(record)
    out = io.StringIO()
    writer = csv.DictWriter(out, list(names), lineterminator="\n")
    writer.writeheader()
    for record in records:
        writer.writerow({name: _flat(value) for name, value in record.items()})
    return out.getvalue()


def _flat(value: Any) -> Any:
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    return ";".join(map(str, value)) if isinstance(value, Iterable) and not isinstance(value, str) else value


def json_text(value: object) -> str:
    """Return plain values as JSON, letters with accents as they are."""
    return json.dumps(value, ensure_ascii=False, indent=1, default=list)
