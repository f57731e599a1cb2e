"""More reads of the atlas as plain values: suppliers, profiles, codes, scans, official totals, briefs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from portulan.atlas import api
from portulan.desk.markets import selectors
from portulan.desk.markets.open_data import (
    NotInAtlasError,
    Question,
    Record,
    asked_of_atlas,
    country_code,
    passport_record,
    sector_ids,
    year_held,
)
from portulan.desk.markets.scan_form import WHOLE_WEIGHT

MOST_WEIGHT = 10
_EVERYBODY = 1000


class WeightError(ValueError):
    """A weight that cannot be read; the text says why."""


def supplier_list(asked: Question, market: str) -> Record:
    """Return who sells to a market in a sector, and how concentrated they are."""
    flow = asked.flow or "goods"
    found = asked_of_atlas(
        lambda: api.suppliers(
            selectors.release(),
            market=country_code(market),
            sector=asked.sector,
            perimeter=asked.perimeter,
            flow=flow,  # type: ignore[arg-type] # checked by the atlas
            year=year_held(asked, flow),
            top=_EVERYBODY,
        )
    )
    return {
        **{
            word: getattr(found, word) for word in ("market", "sector", "perimeter", "flow", "year", "fitness", "count")
        },
        "imports_world": api.figure_record(found.imports_world, asked.lang),
        "supplier_hhi": api.figure_record(found.hhi, asked.lang),
        "passport": passport_record(found.passport),
        "items": [_supplier(one, asked.lang) for one in found.rows],
    }


def _supplier(one: api.Supplier, lang: str) -> Record:
    return {
        "rank": one.rank,
        "exporter": one.exporter,
        "imports_from": api.figure_record(one.imports_from, lang),
        "share": api.figure_record(one.share, lang),
    }


def profile(asked: Question, market: str) -> Record:
    """Return every sector of one market for one exporter; the sector of the question is not looked at."""
    flow = asked.flow or "goods"
    found = asked_of_atlas(
        lambda: api.profile(
            selectors.release(),
            exporter=country_code(asked.exporter),
            market=country_code(market),
            perimeter=asked.perimeter,
            flow=flow,  # type: ignore[arg-type] # checked by the atlas
            year=year_held(asked, flow),
        )
    )
    words = ("sector", "kind", "fitness", "lead", "rank", "ranked", "rank_low", "rank_high")
    return {
        **{word: getattr(found, word) for word in ("exporter", "market", "perimeter", "flow", "year")},
        "passport": passport_record(found.passport),
        "items": [
            {
                **{word: getattr(row, word) for word in words},
                "figures": [api.figure_record(item, asked.lang) for item in row.figures.values()],
                "first_suppliers": [_supplier(one, asked.lang) for one in row.first_suppliers],
            }
            for row in found.rows
        ],
    }


def code_lines(asked: Question, market: str) -> list[Record]:
    """Return the product codes behind the figures of one cell, each with its own figures."""
    flow = asked.flow or "goods"
    found = asked_of_atlas(
        lambda: api.lines(
            selectors.release(),
            exporter=country_code(asked.exporter),
            market=country_code(market),
            sector=asked.sector,
            perimeter=asked.perimeter,
            flow=flow,  # type: ignore[arg-type] # checked by the atlas
            year=year_held(asked, flow),
        )
    )
    words = ("scheme", "code", "label", "label_fr", "role", "weight", "confidence", "source", "source_fr")
    figures = ("imports_from", "imports_world", "potential_static", "rca")
    return [
        {word: getattr(line, word) for word in words}
        | {name: api.figure_record(getattr(line, name), asked.lang) for name in figures}
        for line in found
    ]


def read_weights(text: str, known: tuple[str, ...]) -> dict[str, float] | None:
    """Read ``ease:3,growth:2``; nothing means the weights that fit the question.

    Raises:
        NotInAtlasError: for a criterion that there is not.
        WeightError: for what is no weight from 0 to 10, or a criterion given twice.
    """
    found: dict[str, float] = {}
    for part in (one.strip() for one in text.split(",") if one.strip()):
        name, _, number = (word.strip() for word in part.partition(":"))
        if name not in known:
            raise NotInAtlasError("criterion", name, known)
        if name in found:
            raise WeightError(f"{name} is given twice")
        if not WHOLE_WEIGHT.fullmatch(number):
            raise WeightError(f"the weight of {name} must be a whole number from 0 to {MOST_WEIGHT}, as in {name}:3")
        found[name] = int(number)
    return found or None


def scan(asked: Question, weights: str, with_estimates: bool) -> Record:
    """Put the markets in order by weighted criteria, each score with its parts, and say what other weights change."""
    flow = asked.flow or "goods"
    criteria = asked_of_atlas(
        lambda: api.scan_criteria(
            selectors.release(),
            exporter=country_code(asked.exporter),
            sector=asked.sector,
            perimeter=asked.perimeter,
            flow=flow,  # type: ignore[arg-type] # checked by the atlas
            year=year_held(asked, flow),
            with_estimates=with_estimates,
        )
    )
    found = criteria.scan(read_weights(weights, tuple(criteria.by_id)))
    return {
        **{word: getattr(criteria, word) for word in ("exporter", "sector", "perimeter", "flow", "year", "fitness")},
        "fitness_reason": criteria.fitness_reason_fr if asked.lang == "fr" else criteria.fitness_reason_en,
        "naming": found.naming,
        "passport": passport_record(criteria.passport),
        "criteria": [_criterion(one, criteria, asked.lang) for one in criteria.criteria],
        "weights": dict(found.weights),
        "idle": list(found.idle),
        "changes": [asdict(change) for change in found.changes],
        "items": [_scanned(row) for row in found.rows],
        "apart": [_scanned(row) for row in found.apart],
    }


def _criterion(one: api.Criterion, criteria: api.ScanCriteria, lang: str) -> Record:
    return {
        **{word: getattr(one, word) for word in ("id", "indicator", "kind", "unit", "higher_is_better")},
        "name": one.name(lang),
        "why": one.why(lang),
        "gap": criteria.reason(one.id, lang),
    }


def _scanned(row: api.ScanRow) -> Record:
    return {
        **{word: getattr(row, word) for word in ("market", "rank", "score", "known")},
        "parts": [asdict(part) for part in row.parts],
        "drawn": None if row.drawn is None else asdict(row.drawn),
    }


def official_totals() -> list[Record]:
    """Return the official totals as they are quoted, each with what is known of its perimeter, year and source."""
    return [{**asdict(claim), "euros": claim.euros} for claim in api.evidence()]


def briefs(exporter: str, market: str | None, sector: str | None, lang: str | None) -> list[Record]:
    """Return the address of each brief (PDF): of a market, of a sector, of a market and a sector."""
    country_code(exporter)
    if sector is not None and sector not in sector_ids():
        raise NotInAtlasError("sector", sector, sector_ids())
    opened = selectors.release()
    seen = {code for at in opened.slices for code in opened.countries_seen(*at)} - {exporter.upper()}
    today = {country.iso3 for country in api.countries()}
    markets = sorted(seen & today) if market is None else [country_code(market)]
    chosen = sector_ids() if sector is None else (sector,)
    return [
        {**one, "lang": spoken, "href": _brief_address(one, spoken, exporter.upper())}
        for spoken in ((lang,) if lang else ("en", "fr"))
        for one in _subjects(markets, chosen, alone=(market is None, sector is None))
    ]


def _subjects(markets: list[str], chosen: tuple[str, ...], alone: tuple[bool, bool]) -> Iterator[Mapping[str, Any]]:
    """Yield what there is a brief of: sectors unless a market is asked, markets unless a sector is, and each pair."""
    of_sectors, of_markets = alone
    if of_sectors:
        yield from ({"kind": "sector", "market": None, "sector": sector} for sector in chosen)
    for market in markets:
        if of_markets:
            yield {"kind": "market", "market": market, "sector": None}
        yield from ({"kind": "market and sector", "market": market, "sector": sector} for sector in chosen)


def _brief_address(one: Mapping[str, Any], lang: str, exporter: str) -> str:
    tail = (
        f"sectors/{one['sector']}" if one["market"] is None else "/".join(filter(None, (one["market"], one["sector"])))
    )
    return f"/{lang}/briefs/{tail}.pdf?exporter={exporter}"
