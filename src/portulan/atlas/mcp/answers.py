"""What the tools answer: plain values with their papers, gaps with their reason, and a caution where one is due."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from portulan.atlas import api, suppliers
from portulan.atlas.figures import Fitness, Flow, Gap
from portulan.atlas.reference.sectors import fitness_reason

Record = dict[str, Any]
T = TypeVar("T")
MOST_COMPARED = 4
MOST_ROWS = 250
MOST_NAMED = 40

_CAUTIONS: Mapping[Fitness, tuple[str, str]] = {
    "not a measure": (
        "Caution: these figures do not measure the sector; do not call them its market or its potential. ",
        "Attention\u00a0: ces chiffres ne mesurent pas le secteur\u202f; n’en faites ni son marché ni son potentiel. ",
    ),
    "partial": (
        "Caution: these figures measure only a part of the sector. ",
        "Attention\u00a0: ces chiffres ne mesurent qu’une partie du secteur. ",
    ),
}
_ONLY_ESTIMATES = (
    "This release holds estimates only, no reported value: say so with every figure.",
    "Cette édition ne contient que des estimations, aucune valeur déclarée\u202f: dites-le avec chaque chiffre.",
)


class QuestionError(Exception):
    """The question cannot be answered as it is; the text says why, and what to ask instead."""


def release_papers(release: api.Release) -> Record:
    """Return which release answers."""
    return {"id": release.id[:16], "kind": release.kind}


def figure(item: api.Figure | api.Gap, lang: str) -> Record:
    """Return a figure or a gap; its coverage is told once an answer, with the passport."""
    record = api.figure_record(item, lang)
    record.pop("coverage")
    return record


def passport(papers: api.Passport) -> Record:
    """Return what must be known of every figure of an answer before one is used."""
    seen = papers.coverage
    return {
        "flow": papers.flow,
        "perimeter": papers.perimeter,
        "year": papers.year,
        "sources": list(papers.sources),
        "fitness": papers.fitness,
        "coverage": None
        if seen is None
        else {
            "importers_present": seen.importers_present,
            "importers_total": seen.importers_total,
            "importers_missing": list(seen.importers_missing),
            "codes_missing": list(seen.codes_missing),
        },
    }


def caution(release: api.Release, sector: str, papers: Iterable[api.Passport], lang: str) -> str:
    """Say in a line or two what these figures must not be taken for; empty where they measure the sector."""
    index = 1 if lang == "fr" else 0
    said = [_ONLY_ESTIMATES[index]] if release.kind == "default" else []
    judged: dict[Flow, Fitness] = {one.flow: one.fitness for one in papers if one.fitness is not None}
    for flow, fitness in judged.items():
        if fitness in _CAUTIONS:
            said.append(f"{_CAUTIONS[fitness][index]}{fitness_reason(sector, flow, 'fr' if index else 'en')}")
    return " ".join(said)


def figures(
    release: api.Release,
    *,
    exporter: str,
    sector: str,
    market: str,
    perimeter: str,
    flow: Flow | None,
    year: int | None,
    lang: str,
) -> Record:
    """Return every figure of one exporter, sector and market."""
    check_year(release, flow, year)
    found = asked(
        lambda: api.show(
            release,
            exporter=exporter.upper(),
            sector=sector,
            market=market.upper() or None,
            perimeter=perimeter,
            flow=flow,
            year=year,
        )
    )
    papers: dict[Flow, api.Passport] = {}
    for item in found:
        papers.setdefault(item.passport.flow, item.passport)
    return {
        "release": release_papers(release),
        "caution": caution(release, sector, papers.values(), lang),
        "passports": [passport(one) for one in papers.values()],
        "figures": [figure(item, lang) for item in found],
    }


def ranking(
    release: api.Release,
    *,
    exporter: str,
    sector: str,
    by: str | None,
    perimeter: str,
    flow: Flow,
    year: int | None,
    top: int,
    with_estimates: bool,
    lang: str,
) -> Record:
    """Return the first markets in order, and those that stand apart with their reason."""
    check_year(release, flow, year)
    found = asked(
        lambda: api.rank(
            release,
            exporter=exporter.upper(),
            sector=sector,
            perimeter=perimeter,
            by=by,
            flow=flow,
            year=year,
            top=_count(top),
            with_estimates=with_estimates,
        )
    )
    estimated = [row for row in found.apart if not isinstance(row.figure, Gap)]
    gaps: dict[str, list[str]] = {}
    for row in found.apart:
        if isinstance(row.figure, Gap):
            gaps.setdefault(row.figure.text(lang), []).append(row.market)
    return {
        "release": release_papers(release),
        "caution": caution(release, sector, [found.passport], lang),
        "passport": passport(found.passport),
        "by": found.by,
        "leading_indicator": found.lead,
        "markets_ranked": found.total,
        "rows": [_ranked(row, lang) for row in found.rows],
        "apart_estimated": [figure(row.figure, lang) for row in estimated[:MOST_NAMED]],
        "apart_without_value": [
            {"gap": why, "count": len(markets), "markets": markets[:MOST_NAMED]} for why, markets in gaps.items()
        ],
    }


def _ranked(row: api.RankRow, lang: str) -> Record:
    record = api.rank_record(row, lang)
    record.pop("coverage")
    return {name: value for name, value in record.items() if value is not None}


def first_suppliers(
    release: api.Release,
    *,
    market: str,
    sector: str,
    perimeter: str,
    flow: Flow,
    year: int | None,
    top: int,
    lang: str,
) -> Record:
    """Return who sells to a market, and how concentrated they are."""
    check_year(release, flow, year)
    found = asked(
        lambda: suppliers.suppliers(
            release, market=market.upper(), sector=sector, perimeter=perimeter, flow=flow, year=year, top=_count(top)
        )
    )
    return {
        "release": release_papers(release),
        "caution": caution(release, sector, [found.passport], lang),
        "passport": passport(found.passport),
        "suppliers_in_all": found.count,
        "imports_world": figure(found.imports_world, lang),
        "concentration": figure(found.hhi, lang),
        "rows": [
            {
                "rank": row.rank,
                "exporter": row.exporter,
                "imports_from": figure(row.imports_from, lang),
                "share": figure(row.share, lang),
            }
            for row in found.rows
        ],
    }


# -- words ------------------------------------------------------------------------


def asked(question: Callable[[], T]) -> T:
    """Ask the atlas; a word it does not know comes back with those that are near."""
    try:
        return question()
    except api.UnknownCodeError as error:
        near = _near(error.code, _known(error.kind))
        raise QuestionError(f"{error}" + (f" (did you mean {', '.join(near)}?)" if near else "")) from error
    except api.AtlasError as error:
        raise QuestionError(str(error)) from error


def _known(kind: str) -> Sequence[str]:
    if kind == "sector":
        return [one.id for one in api.sectors()]
    if kind == "perimeter":
        return [one.id for one in api.perimeters()]
    if kind in ("indicator", "ranking"):
        return [one.id for one in api.indicators()]
    return [one.iso3 for one in api.countries()]


def _near(word: str, known: Sequence[str]) -> list[str]:
    """Return what was probably meant: a near word, or the code of a country given by its name."""
    by_name = {name.casefold(): one.iso3 for one in api.countries() for name in (one.name_en, one.name_fr)}
    if word.casefold() in by_name:
        return [by_name[word.casefold()]]
    folded = {one.casefold(): one for one in known}
    return [folded[one] for one in difflib.get_close_matches(word[:80].casefold(), list(folded), n=3)]


def check_year(release: api.Release, flow: str | None, year: int | None) -> None:
    """Raise `QuestionError` for a year that the release does not hold: silence would look like an answer."""
    held = sorted({at for name, at in release.slices if flow in (None, name)})
    if year is not None and year not in held:
        years = ", ".join(map(str, held)) or "none"
        raise QuestionError(f"the release holds no {flow or 'figure'} of {year}; years held: {years}")


def _count(top: int) -> int:
    if not 0 <= top <= MOST_ROWS:
        raise QuestionError(f"cannot give {top} rows; ask for 1 to {MOST_ROWS}")
    return top
