"""Answers as records and lines: what the command line prints, and other programs read."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from portulan.atlas.figures import Coverage, Figure, Gap
from portulan.atlas.indicators import indicator
from portulan.atlas.rankings import Ranking, RankRow
from portulan.atlas.reference import countries, sectors
from portulan.atlas.remarks import remark

Record = dict[str, Any]
MANY = 60
"""Markets named in one line; the others are counted (JSON and CSV hold them all)."""

_WORDS: Mapping[str, tuple[str, str]] = {
    "fitness": ("Do these figures measure the sector", "Ces chiffres mesurent-ils le secteur"),
    "more": ("and {count} more", "et {count} autres"),
    "goods": ("goods", "biens"),
    "services": ("services", "services"),
    "world": (
        "world = {present} of {total} importers; missing: {missing}",
        "monde = {present} importateurs sur {total} ; manquent : {missing}",
    ),
    "none": ("none", "aucun"),
    "rank": ("rank {low:.0f} to {high:.0f}", "rang {low:.0f} à {high:.0f}"),
    "apart": ("without a reported value, no rank:", "sans valeur déclarée, pas de rang :"),
    "to": ("to", "à"),
    "no value": ("no value: {why}", "pas de valeur : {why}"),
    "measures the sector": ("yes", "oui"),
    "partly": ("in part", "en partie"),
    "not a measure": ("no", "non"),
    "partial": ("partial", "partiel"),
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
    return {**record, "note": remark(passport.note, lang)} if passport.note else record


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
    low, high = ("" if b is None else _amount(b, item.indicator, item.unit, lang) for b in (item.low, item.high))
    span = f" ({low} {_word('to', lang)} {high})" if low and high else ""
    window = f", {remark(passport.note, lang)}" if passport.note else ""
    value = _amount(item.value, item.indicator, item.unit, lang)
    return f"{start} {value}{span}  [{passport.year}, {_word(item.status, lang)}{window}]"


def ranking_lines(ranking: Ranking, lang: str = "en") -> Iterator[str]:
    """Say a ranking in lines: what was asked, how far it holds, the ranked markets, then those that stand apart."""
    coverage = ranking.passport.coverage
    colon = " :" if lang == "fr" else ":"
    who, sector = (
        countries.country(ranking.exporter).name(lang),
        sectors.name(ranking.sector, "fr" if lang == "fr" else "en"),
    )
    perimeter = sectors.perimeter(ranking.perimeter)
    perimeter_name = perimeter.name_fr if lang == "fr" else perimeter.name_en
    what = f"{who}, {sector} ({perimeter_name}), {_word(ranking.flow, lang)} {ranking.year or ''}".rstrip()
    yield f"{what}{colon} {indicator(ranking.by).name(lang)}"
    reason = ranking.fitness_reason_fr if lang == "fr" else ranking.fitness_reason_en
    verdict = _word("partly" if ranking.fitness == "partial" else ranking.fitness, lang)
    yield f"{_word('fitness', lang)}{colon} {verdict}. {reason}"
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
        if isinstance(row.figure, Figure) and low is not None and high is not None:
            bounds = [_amount(bound, row.figure.indicator, row.figure.unit, lang) for bound in (low, high)]
            span = f" ({bounds[0]} {_word('to', lang)} {bounds[1]})"
        else:
            span = ""
        yield f"   -  {_market(row, lang)}{span}"
    if estimates and (skill := ranking.skill_text(lang)):
        yield f"      {skill}"
    for text, markets in gaps.items():
        if len(markets) > MANY:
            markets = [*markets[:MANY], _word("more", lang).format(count=len(markets) - MANY)]
        yield f"   -  {', '.join(markets)}{' :' if lang == 'fr' else ':'} {text}"


def _market(row: RankRow, lang: str) -> str:
    figure = row.figure
    assert isinstance(figure, Figure)  # noqa: S101 (narrowing: gaps are printed together)
    note = f", {remark(figure.passport.note, lang)}" if figure.passport.note else ""
    value = _amount(figure.value, figure.indicator, figure.unit, lang)
    return (
        f"{row.market}  {countries.country(row.market).name(lang):<32} {value:>16}  {_word(figure.status, lang)}{note}"
    )


_STEPS = ((1e9, ("bn$", "Md$")), (1e6, ("M$", "M$")), (1e3, ("k$", "k$")), (0.0, ("$", "$")))
_PARTS = ("share", "realised_share")


def _amount(value: float, indicator: str, unit: str, lang: str) -> str:
    """Return a value as people read it: 115.4 M$, 8.3 %, 1,234 km (without Babel, slower to load than the answer)."""
    if unit == "USD":
        step, names = next((step, names) for step, names in _STEPS if abs(value) >= step)
        text = f"{value / (step or 1):,.1f}" if step else f"{value:,.0f}"
        return _local(f"{text} {names[1 if lang == 'fr' else 0]}", lang)
    if indicator in _PARTS:
        return _local(f"{100 * value:,.1f} %" if value >= 0.001 else "< 0.1 %" if value > 0 else "0 %", lang)
    words = _UNITS.get(unit)
    named = "" if words is None else f" {words[1 if lang == 'fr' else 0]}"
    text = (
        f"{value:,.0f}"
        if unit in ("persons", "USD per head", "km", "rank")
        else f"{value:,.3g}"
        if abs(value) < 100
        else f"{value:,.0f}"
    )
    return _local(f"{text}{named}", lang)


_UNITS: Mapping[str, tuple[str, str]] = {
    "km": ("km", "km"),
    "persons": ("people", "habitants"),
    "USD per head": ("$ per head", "$ par habitant"),
    "percent per year": ("% a year", "% par an"),
    "percent of population": ("% of the population", "% de la population"),
}


def _local(text: str, lang: str) -> str:
    """Write a number the French way: a comma for decimals, a narrow space for thousands."""
    return text.translate({ord(","): "\u202f", ord("."): ","}) if lang == "fr" else text


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
