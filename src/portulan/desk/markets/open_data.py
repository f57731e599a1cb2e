"""Reads of the atlas as plain values, for programs: what the HTTP API and the catalogue of open data hand out.

The same questions as the pages ask, in the form of ``portulan atlas show --format json``. Open data: no actor.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from portulan.atlas import api
from portulan.desk.markets import selectors

Record = dict[str, Any]
T = TypeVar("T")


class NotInAtlasError(Exception):
    """A word of the question is not in the atlas served here; ``known`` are those that are."""

    def __init__(self, kind: str, value: str, known: Sequence[str], detail: str = "") -> None:
        self.kind, self.value, self.known = kind, value, tuple(known)
        super().__init__(detail or f"There is no {kind} “{value}” in this atlas.")


@dataclass(frozen=True, slots=True)
class Question:
    """Where in the atlas a program asks: the same words as in the address of a page."""

    exporter: str
    sector: str
    perimeter: str = "core"
    flow: str | None = None
    year: int | None = None
    lang: str = "en"


def release_papers() -> Record:
    """Return which release answers: its identifier and its kind."""
    opened = selectors.release()
    return {"id": opened.id, "kind": opened.kind}


# -- words ----------------------------------------------------------------------


@lru_cache(maxsize=1)
def sector_ids() -> tuple[str, ...]:
    """Return every word that stands for a sector, a group of them or all together."""
    return tuple(choice.id for choice in api.sectors())


@lru_cache(maxsize=1)
def perimeter_ids() -> tuple[str, ...]:
    """Return every perimeter."""
    return tuple(one.id for one in api.perimeters())


@lru_cache(maxsize=1)
def indicator_ids() -> tuple[str, ...]:
    """Return every indicator."""
    return tuple(one.id for one in api.indicators())


@lru_cache(maxsize=1)
def rankable_ids() -> tuple[str, ...]:
    """Return every indicator that markets can be ranked by."""
    return tuple(one.id for one in api.indicators() if one.rankable)


@lru_cache(maxsize=1)
def country_codes() -> tuple[str, ...]:
    """Return the ISO3 of every country and territory of today."""
    return tuple(country.iso3 for country in api.countries())


def sectors() -> list[Record]:
    """Return the sectors, the groups that no code separates, and all together."""
    words = ("id", "kind", "name_en", "name_fr", "description_en", "description_fr")
    return [{word: getattr(choice, word) for word in words} for choice in api.sectors()]


def perimeters() -> list[Record]:
    """Return the perimeters: which roles of codes count, and which goods are left out."""
    return [
        {
            "id": one.id,
            "name_en": one.name_en,
            "name_fr": one.name_fr,
            "roles": sorted(one.roles),
            "without": sorted(one.without),
        }
        for one in api.perimeters()
    ]


def indicators() -> list[Record]:
    """Return the indicators: unit, definition, equation, source, and the SQL that is really run."""
    words = ("id", "unit", "scope", "name_en", "name_fr", "definition_en", "definition_fr", "equation", "source", "sql")
    return [
        {word: getattr(one, word) for word in words}
        | {"rankable": one.rankable, "world_denominator": one.world_denominator}
        for one in api.indicators()
    ]


def markets() -> list[Record]:
    """Return the countries of this release, and in which flows and years each reports its imports."""
    opened = selectors.release()
    seen = {at: opened.countries_seen(*at) for at in opened.slices}
    held = {code for codes in seen.values() for code in codes}
    return [
        {
            "iso3": country.iso3,
            "iso2": country.iso2,
            "m49": country.m49,
            "name_en": country.name_en,
            "name_fr": country.name_fr,
            "note_en": country.note_en,
            "note_fr": country.note_fr,
            "reports": [
                {"flow": flow, "year": year} for (flow, year), codes in seen.items() if codes.get(country.iso3)
            ],
        }
        for country in api.countries()
        if country.iso3 in held
    ]


# -- figures --------------------------------------------------------------------


def figures(asked: Question, market: str | None = None) -> list[Record]:
    """Return every figure or gap of one cell, or of the exporter alone without a market."""
    found = asked_of_atlas(
        lambda: api.show(
            selectors.release(),
            exporter=country_code(asked.exporter),
            sector=asked.sector,
            market=None if market is None else country_code(market),
            perimeter=asked.perimeter,
            flow=asked.flow,  # type: ignore[arg-type] # checked by the atlas
            year=year_held(asked),
        )
    )
    return [api.figure_record(item, asked.lang) for item in found]


def ranking(asked: Question, by: str | None, with_estimates: bool = False) -> Record:
    """Return the markets in order, those that stand apart, and what must be known of both; without `by`, as a page."""
    if by is not None and by not in rankable_ids():
        raise NotInAtlasError("indicator to rank by", by, rankable_ids())
    flow = asked.flow or "goods"

    def ask() -> api.Ranking:
        place = (country_code(asked.exporter), asked.sector, asked.perimeter)
        rest = (flow, year_held(asked, flow), with_estimates)
        return selectors.leading(*place, *rest) if by is None else selectors.ranked(*place, by, *rest)

    found = asked_of_atlas(ask)
    return {
        **{word: getattr(found, word) for word in ("exporter", "sector", "perimeter", "flow", "year", "by", "lead")},
        "fitness": found.fitness,
        "fitness_reason": found.fitness_reason_fr if asked.lang == "fr" else found.fitness_reason_en,
        "skill": found.skill_text(asked.lang),
        "passport": passport_record(found.passport),
        "items": [api.rank_record(row, asked.lang) for row in found.rows],
        "apart": [api.rank_record(row, asked.lang) for row in found.apart],
    }


def comparison(asked: Question, given: Sequence[str]) -> Record:
    """Return each indicator of two to four markets side by side."""
    codes = [country_code(code) for code in given]
    by_market = [figures(asked, code) for code in codes]
    names = {one.id: one for one in api.indicators()}
    items = [
        {
            "indicator": row[0]["indicator"],
            "flow": row[0]["flow"],
            "name": names[row[0]["indicator"]].name(asked.lang),
            "unit": row[0]["unit"],
            "figures": list(row),
        }
        for row in zip(*by_market, strict=True)
        if names[row[0]["indicator"]].scope != "exporter"
    ]
    return {"markets": codes, "items": items}


def passport_record(passport: api.Passport) -> Record:
    """Return what must be known of figures before they are used."""
    coverage = passport.coverage
    return {
        "flow": passport.flow,
        "perimeter": passport.perimeter,
        "year": passport.year,
        "sources": list(passport.sources),
        "fitness": passport.fitness,
        "coverage": None
        if coverage is None
        else {
            "importers_present": coverage.importers_present,
            "importers_total": coverage.importers_total,
            "importers_missing": list(coverage.importers_missing),
            "codes_missing": list(coverage.codes_missing),
        },
    }


def country_code(code: str) -> str:
    """Return the ISO3 of a country given in upper or lower case; raise `NotInAtlasError` for anything else."""
    wanted = code.strip().upper()
    if wanted not in country_codes():
        raise NotInAtlasError("country", code, country_codes())
    return wanted


def year_held(asked: Question, flow: str | None = None) -> int | None:
    """Return the year asked for; a year that the release does not hold is no question it can answer."""
    wanted = flow or asked.flow
    held = sorted({year for name, year in selectors.release().slices if wanted in (None, name)}, reverse=True)
    if asked.year is not None and asked.year not in held:
        what = f"no {wanted or 'figure'} of {asked.year}"
        years = ", ".join(map(str, held)) or "none"
        raise NotInAtlasError(
            "year", str(asked.year), [str(year) for year in held], f"The release holds {what}; years held: {years}."
        )
    return asked.year


def asked_of_atlas(question: Callable[[], T]) -> T:
    """Ask the atlas; a word it does not know comes back with those it does."""
    try:
        return question()
    except api.UnknownCodeError as error:
        known: Mapping[str, Iterable[str]] = {
            "sector": sector_ids(),
            "perimeter": perimeter_ids(),
            "flow": ("goods", "services"),
            "indicator": indicator_ids(),
            "ranking": rankable_ids(),
        }
        raise NotInAtlasError(error.kind, error.code, tuple(known.get(error.kind, country_codes()))) from error


# -- papers ---------------------------------------------------------------------


def sources() -> list[Record]:
    """Return the papers of the sources that can be read, and which of them this release was built from."""
    used = {str(source["name"]) for source in selectors.release().manifest["sources"]}
    words = (
        "name title_en title_fr producer citation licence licence_url homepage vintage flow known_faults_en "
        "known_faults_fr"
    )
    return [
        {word: _plain(getattr(paper, word)) for word in words.split()}
        | {"redistribution_limited": _limited(paper), "in_release": paper.name in used}
        for paper in api.sources()
    ]


def release_record() -> Record:
    """Return the release served now: what it holds, from what, how it was checked."""
    opened = selectors.release()
    own = opened.manifest["portulan"]
    return {
        "id": opened.id,
        "kind": opened.kind,
        "software": own["software"],
        "engine": own["engine"],
        "slices": [{"flow": flow, "year": year} for flow, year in opened.slices],
        "parameters": own["parameters"],
        "sources": [
            {word: source.get(word, "") for word in ("name", "title", "citation", "licence")}
            for source in opened.manifest["sources"]
        ],
        "checks": [
            {"name": check["name"], "passed": bool(check["passed"]), "detail": str(check.get("detail", ""))}
            for check in own.get("checks", ())
        ],
        "quarantined": [{"reason": one["reason"], "count": one["count"]} for one in own["quarantined"]],
        "tables": tables(),
    }


def tables() -> list[Record]:
    """Return the tables of the release as its manifest describes them, and whether they may be handed out."""
    opened = selectors.release()
    out: list[Record] = []
    for resource in opened.manifest["resources"]:
        behind = papers_behind(opened, resource["table"], resource["path"])
        keepers = "; ".join(one["licence"] for one in behind if one["redistribution_limited"])
        out.append(
            {
                "name": resource["name"],
                "table": resource["table"],
                "path": resource["path"],
                "media_type": resource["mediatype"],
                "bytes": resource["bytes"],
                "rows": resource["rowCount"],
                "sha256": str(resource["hash"]).removeprefix("sha256:"),
                "sources": [one["name"] for one in behind],
                "fields": resource["schema"]["fields"],
                "download": None if keepers else f"/atlas/data/{opened.id[:16]}/{resource['path']}",
                "why_not": keepers,
            }
        )
    return out


def papers_behind(opened: api.Release, table: str, path: str) -> list[Record]:
    """Return the papers of the sources of one table: those loaded for its flow and year, or those of the context."""
    if "/" in path:
        flow, _, year = path.rpartition("/")[2].removesuffix(".parquet").rpartition("-")
        names = set(opened.source_names(flow, int(year)))
    elif table == "context":
        names = {str(row["source"]) for row in opened.context.values()}
    else:
        names = {"factbook", "cldr"} if table == "links" else set()
    known = {paper.name: paper for paper in api.sources() if {paper.name, paper.title_en} & names}
    told = {str(one["name"]): one for one in opened.manifest["sources"] if one["name"] in names - set(known)}
    return [
        *(
            {word: getattr(paper, word) for word in _PAPERS} | {"redistribution_limited": _limited(paper)}
            for paper in known.values()
        ),
        *(_told(one) for one in told.values()),
    ]


_PAPERS = ("name", "title_en", "title_fr", "licence", "licence_url", "homepage", "citation")


def _told(source: Mapping[str, Any]) -> Record:
    """Return the papers of a source that only the manifest knows: the estimates of Portulan."""
    title = str(source.get("title", source["name"]))
    found = {"name": source["name"], "title_en": title, "title_fr": str(source.get("title_fr", title))}
    more = {"homepage": source.get("path", ""), "redistribution_limited": False}
    return found | {word: source.get(word, "") for word in ("licence", "licence_url", "citation")} | more


def _limited(paper: api.SourcePassport) -> bool:
    return paper.redistribution == "limited"


def table_file(release_id: str, path: str) -> tuple[Path, Record] | None:
    """Return the file of a table of the release served now, or None where the manifest names no such table."""
    opened = selectors.release()
    if release_id != opened.id[:16]:
        return None
    for table in tables():
        if table["path"] == path:
            file = opened.path / path
            # The manifest was checked when the release was opened; the folder may have changed since.
            sound = file.is_file() and not file.is_symlink() and not file.parent.is_symlink()
            return (file, table) if sound and table["download"] else None
    return None


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
