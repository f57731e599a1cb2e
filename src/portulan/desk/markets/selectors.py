"""Reads of the atlas: the only module of the desk that asks `portulan.atlas.api`, whoever the reader is (open data)."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from babel import Locale, UnknownLocaleError
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from portulan.atlas import api
from portulan.desk.markets.state import MapState
from portulan.desk.markets.wording import folded

if TYPE_CHECKING:
    from functools import _lru_cache_wrapper

AtlasError, UnknownCodeError = api.AtlasError, api.UnknownCodeError
Names = Mapping[str, str]
DEFAULT_BY: Final = "potential_static"
INSTEAD: Final = "imports_from"
NOT_A_MEASURE: Final = "not a measure"
# What stands beside the chosen indicator in the table, in this order.
BESIDE: Final = ("potential_gravity", "potential_static", "imports_from", "imports_world", "share", "growth")


class ReleaseMissingError(Exception):
    """The atlas release to serve is not there (yet)."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What can be asked of this release, as (code, name in the reader's language)."""

    exporters: list[tuple[str, str]]
    sectors: list[tuple[str, str]]
    perimeters: list[tuple[str, str]]
    indicators: list[tuple[str, str]]
    flows: list[tuple[str, str]]
    years: list[tuple[str, str]]
    markets: list[tuple[str, str]]
    columns: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the atlas answers to one state of the page.

    ``refused`` is the indicator that was asked but may not be shown, because these figures do not measure the sector.
    ``year_asked`` is set where another year was asked than the release holds for this flow.
    ``unmoved`` is true where jewellery and leather goods make no difference to any figure of the ranking.
    """

    ranking: api.Ranking
    by: str
    refused: str
    year_asked: str
    unmoved: bool
    figures: tuple[api.Figure | api.Gap, ...]


def release_path() -> Path:
    """Return the folder of the release this site serves."""
    return _folder(settings.PORTULAN_RELEASE) if settings.PORTULAN_RELEASE else api.default_release_path()


@lru_cache(maxsize=8)
def _folder(named: str | Path) -> Path:
    return Path(named)


Key = tuple[Path, int, int]
"""A release as it stands: its folder, and what changes when another is put in its place (`build --replace`)."""


def release_key() -> Key:
    """Return what tells the release served now from the one that may take its place."""
    return _stamped(release_path())


def former_key() -> Key | None:
    """Return the same of the release that this one is compared with; None where the installation names none."""
    return _stamped(_folder(settings.PORTULAN_PREVIOUS_RELEASE)) if settings.PORTULAN_PREVIOUS_RELEASE else None


def _stamped(path: Path) -> Key:
    try:
        found = os.stat(f"{path}/datapackage.json")  # noqa: PTH116 - asked a dozen times a page
    except OSError:
        return path, 0, 0
    return path, found.st_ino, found.st_mtime_ns


_Remembering = TypeVar("_Remembering", bound="_lru_cache_wrapper[Any]")
_of_a_release: list[Callable[[], None]] = []


def of_a_release(remembering: _Remembering) -> _Remembering:
    """Have what a function remembers of a release forgotten when another takes its place: it is not asked again."""
    _of_a_release.append(remembering.cache_clear)
    return remembering


@lru_cache(maxsize=2)
def _opened(key: Key) -> api.Release:
    for forget in _of_a_release:
        forget()
    return api.open_release(key[0])


def release() -> api.Release:
    """Return the release this site serves, opened once a process and again where it was replaced."""
    key = release_key()
    if not any(key[1:]) and not key[0].exists():
        raise ReleaseMissingError(str(key[0]))
    return _opened(key)


def check_release() -> None:
    """Open the release once and ask it its sources: a damaged one is said at the start, not to the first reader."""
    api.sources(release())
    _opened.cache_clear()  # workers are forked after this


def _name(thing: api.SectorChoice | api.Perimeter | api.Indicator | api.Country, language: str) -> str:
    return thing.name_fr if language == "fr" else thing.name_en


@lru_cache(maxsize=4)
def country_names(language: str) -> Mapping[str, str]:
    """Return the name of each country by ISO3."""
    return {country.iso3: _name(country, language) for country in api.countries()}


@lru_cache(maxsize=4)
def country_notes(language: str) -> Mapping[str, str]:
    """Return what must be said of a country wherever it is shown, by ISO3."""
    notes = {c.iso3: c.note_fr if language == "fr" else c.note_en for c in api.countries()}
    return {iso3: note for iso3, note in notes.items() if note}


def country_name(iso3: str, language: str) -> str:
    """Return the name of a country, or its code where the reference has no name."""
    return country_names(language).get(iso3, iso3)


@lru_cache(maxsize=4)
def _sector_names(language: str) -> Mapping[str, str]:
    return {sector.id: _name(sector, language) for sector in api.sectors()}


def sector_name(sector: str, language: str) -> str:
    """Return the name of a sector, a group of sectors, or all of them."""
    return _sector_names(language).get(sector, sector)


def sector_kinds() -> Mapping[str, str]:
    """Return ``sector``, ``group`` or ``all`` by sector id."""
    return {sector.id: sector.kind for sector in api.sectors()}


def language_name(code: str, language: str) -> str:
    """Return the name of a language, or its code where CLDR has no name for it."""
    try:
        return str(Locale.parse(code.replace("-", "_")).get_display_name(language) or code)
    except (UnknownLocaleError, ValueError):
        return str(Locale(language).languages.get(code, code))


@lru_cache(maxsize=4)
def indicator_names(language: str) -> Mapping[str, str]:
    """Return the name of each indicator by its id."""
    return {indicator.id: _name(indicator, language) for indicator in api.indicators()}


def rankable_indicators() -> tuple[str, ...]:
    """Return the indicators a map can show, in the order of the atlas."""
    return tuple(indicator.id for indicator in api.indicators() if indicator.rankable)


def leading_indicator(exporter: str, sector: str) -> str:
    """Return what the map of a sector shows where no indicator is asked for."""
    return leading(exporter, sector, "core", usual_flow(release().flows)).by


def leading(
    exporter: str, sector: str, perimeter: str, flow: str, year: int | None = None, with_estimates: bool = False
) -> api.Ranking:
    """Rank by what the release's skill puts first; by trade where that measures nothing, or is known of no market."""

    def by(indicator: str) -> api.Ranking:
        return ranked(exporter, sector, perimeter, indicator, flow, year, with_estimates)

    found = by(DEFAULT_BY)
    if found.fitness != NOT_A_MEASURE and found.lead != found.by:
        found = by(found.lead)
    return by(INSTEAD) if found.fitness == NOT_A_MEASURE or (not found.rows and by(INSTEAD).rows) else found


def indicators() -> Mapping[str, api.Indicator]:
    """Return every indicator of the atlas by its id."""
    return {indicator.id: indicator for indicator in api.indicators()}


def choices(language: str) -> Choices:
    """Return what a reader may ask, named in their language."""
    release()  # says that it is missing, before anything is remembered of it
    return _choices(release_key(), language)


@of_a_release
@lru_cache(maxsize=8)
def _choices(key: Key, language: str) -> Choices:
    with override(language):  # what is kept for a language is said in it, whichever asks first
        return _made_choices(_opened(key), language)


def _made_choices(opened: api.Release, language: str) -> Choices:
    names = country_names(language)
    by_name = sorted(names.items(), key=lambda pair: folded(pair[1]))
    rankable = [(i.id, _name(i, language)) for i in api.indicators() if i.rankable]
    exporters = _exporters()
    order = {"all": 0, "sector": 1, "group": 2}
    sectors = sorted(api.sectors(), key=lambda s: (order[s.kind], folded(_name(s, language))))
    return Choices(
        exporters=[pair for pair in by_name if pair[0] in exporters],
        sectors=[(s.id, _name(s, language)) for s in sectors],
        perimeters=[(p.id, _name(p, language)) for p in api.perimeters()],
        indicators=rankable,
        flows=[(f, {"goods": _("Goods"), "services": _("Services")}[f]) for f in opened.flows],
        years=[(str(year), str(year)) for year in sorted(opened.years, reverse=True)],
        markets=by_name,
        columns=[("market", _("Market")), *rankable],
    )


def usual_flow(held: Iterable[str]) -> str:
    """Return the flow that is meant where none is asked: goods, or what there is where the release holds no goods."""
    flows = tuple(held)
    return "goods" if "goods" in flows or not flows else flows[0]


def years_of(flow: str) -> list[int]:
    """Return the years the release holds of a flow, the newest first."""
    return sorted((year for held, year in release().slices if held == flow), reverse=True)


def _exporters() -> set[str]:
    """Return every country the release knows of, reporting or not: each may be asked about as an exporter."""
    opened = release()
    return {code for flow, year in opened.slices for code in opened.countries_seen(flow, year)}


def _rank(state: MapState, by: str, perimeter: str, year: int | None) -> api.Ranking:
    return _ranked(release_key(), state.exporter, state.sector, perimeter, by, state.flow, year, bool(state.estimates))


def ranked(
    exporter: str,
    sector: str,
    perimeter: str,
    by: str,
    flow: str,
    year: int | None = None,
    with_estimates: bool = False,
) -> api.Ranking:
    """Return the markets of an exporter in a sector, ranked by an indicator."""
    return _ranked(release_key(), exporter, sector, perimeter, by, flow, year, with_estimates)


@of_a_release
@lru_cache(maxsize=64)  # a release never changes; readers come back to the same map in two languages, sorted, searched
def _ranked(
    key: Key, exporter: str, sector: str, perimeter: str, by: str, flow: str, year: int | None, with_estimates: bool
) -> api.Ranking:
    return api.rank(
        _opened(key),
        exporter=exporter,
        sector=sector,
        perimeter=perimeter,
        by=by,
        flow=flow,  # type: ignore[arg-type] # checked by the form
        year=year,
        with_estimates=with_estimates,
    )


def promises(indicator: str) -> bool:
    """True of an indicator that speaks of what could be sold: never shown where the figures are no measure."""
    return indicator.startswith(("potential", "unrealised", "realised"))


def answer(state: MapState) -> Answer:
    """Ask the atlas what the page shows; the indicator not chosen is the one the release's own skill puts first.

    A year held for another flow only becomes the newest of this flow, and the page says so.
    """
    asked = int(state.year) if state.year else None
    year = asked if asked in years_of(state.flow) else None
    by, refused = state.by or DEFAULT_BY, ""
    ranking = _rank(state, by, state.perimeter, year)
    if ranking.fitness == NOT_A_MEASURE and promises(by):
        refused, by = by, INSTEAD
        ranking = _rank(state, by, state.perimeter, year)
    elif not state.by:
        ranking = leading(state.exporter, state.sector, state.perimeter, state.flow, year, bool(state.estimates))
        by = ranking.by
    other = _rank(state, by, state.other_perimeter, year)
    figures: tuple[api.Figure | api.Gap, ...] = ()
    if state.market:
        figures = api.show(
            release(),
            exporter=state.exporter,
            sector=state.sector,
            market=state.market,
            perimeter=state.perimeter,
            flow=state.flow,  # type: ignore[arg-type]
            year=ranking.year,
        )
    year_asked = "" if year == asked else str(asked)
    return Answer(ranking, by, refused, year_asked, _values(ranking) == _values(other), figures)


def _values(ranking: api.Ranking) -> dict[str, float | None]:
    return {row.market: getattr(row.figure, "value", None) for row in (*ranking.rows, *ranking.apart)}


def sources() -> tuple[api.SourcePassport, ...]:
    """Return the sources of the release with their licences and citations."""
    return api.sources(release())


def every_source() -> tuple[api.SourcePassport, ...]:
    """Return every source that Portulan knows: those of the release, and those of what surrounds a market."""
    return api.sources()


def single_sectors() -> tuple[str, ...]:
    """Return the sectors that are neither groups nor all together."""
    return tuple(sector.id for sector in api.sectors() if sector.kind == "sector")


def weights() -> Mapping[str, float]:
    """Return the newest gross domestic product of each country, where a source tells it: who is named first."""
    return {market: float(row["value"]) for (market, name), row in release().context.items() if name == "gdp"}


def only_estimates() -> bool:
    """True of the release shipped with Portulan, that holds nothing but estimates."""
    return release().kind == "default"
