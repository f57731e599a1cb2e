"""The lists that lead to every market and every sector."""

from __future__ import annotations

from dataclasses import dataclass

from portulan.atlas import api
from portulan.desk.markets import passport as papers
from portulan.desk.markets import questions, selectors
from portulan.desk.markets.cells import Printed, printed
from portulan.desk.markets.place import Place, addresses, page_address
from portulan.desk.markets.unranked import NotRanked, not_ranked
from portulan.desk.markets.wording import folded, typeset


@dataclass(frozen=True, slots=True)
class Named:
    """A market in the list, with what the exporter sells there."""

    iso3: str
    name: str
    href: str
    sold: Printed | None


@dataclass(frozen=True, slots=True)
class Letter:
    """The markets whose name begins with one letter."""

    letter: str
    markets: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class MarketsPage:
    """Everything the list of markets prints."""

    exporter: str
    year: int
    letters: tuple[Letter, ...]
    count: int
    first: tuple[Named, ...]
    not_ranked: NotRanked
    estimated_only: bool
    release_title: str
    release_id: str


@dataclass(frozen=True, slots=True)
class SectorLine:
    """A sector in the list, with what its figures are good for and its first markets."""

    id: str
    name: str
    description: str
    href: str
    fitness: str
    fitness_text: str
    first: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class SectorsPage:
    """Everything the list of sectors prints."""

    exporter: str
    year: int
    flow: str
    sectors: tuple[SectorLine, ...]
    groups: tuple[SectorLine, ...]
    estimated_only: bool
    release_title: str
    release_id: str


FIRST = 3


def markets_page(place: Place, language: str) -> MarketsPage:
    """Return every market by letter, and the first ones of the exporter."""
    ranking = questions.ranking(place, questions.ALL, "imports_from")
    sold = {row.market: row.figure for row in (*ranking.rows, *ranking.apart)}
    names = selectors.country_names(language)

    def named(iso3: str) -> Named:
        value = sold.get(iso3)
        # The exporter has no page as a market of its own.
        href = "" if iso3 == place.exporter else page_address("market", place, market=iso3)
        return Named(iso3, names[iso3], href, printed(value, language) if value else None)

    letters: dict[str, list[Named]] = {}
    for iso3, name in sorted(names.items(), key=lambda pair: folded(pair[1])):
        letters.setdefault(folded(name)[:1].upper(), []).append(named(iso3))
    release = selectors.release()
    return MarketsPage(
        exporter=selectors.country_name(place.exporter, language),
        year=ranking.year or 0,
        letters=tuple(Letter(letter, tuple(found)) for letter, found in letters.items()),
        count=len(names),
        first=tuple(named(row.market) for row in ranking.rows[:10]),
        not_ranked=not_ranked(ranking, addresses("market", place), language),
        estimated_only=release.kind == "default",
        release_title=papers.release_title(release),
        release_id=release.id[:16],
    )


def sectors_page(place: Place, language: str) -> SectorsPage:
    """Return every sector with what can be measured of it, then the groups that no code separates."""
    made: dict[str, list[SectorLine]] = {"sector": [], "group": []}
    for sector in api.sectors():
        if sector.kind not in made:
            continue
        ranking = questions.ranking(place, sector.id, "imports_from")
        if sector.kind == "group" and not ranking.rows:
            continue  # of another flow, or nothing is known of it in this release
        first = () if ranking.fitness == selectors.NOT_A_MEASURE else ranking.rows[:FIRST]
        made[sector.kind].append(
            SectorLine(
                sector.id,
                typeset(selectors.sector_name(sector.id, language), language),
                typeset(sector.description_fr if language == "fr" else sector.description_en, language),
                page_address("sector", place, sector=sector.id),
                ranking.fitness,
                papers.fitness_text(ranking.fitness),
                tuple(
                    Named(
                        row.market,
                        selectors.country_name(row.market, language),
                        page_address("cell", place, market=row.market, sector=sector.id),
                        printed(row.figure, language),
                    )
                    for row in first
                ),
            )
        )
    release = selectors.release()
    flow, year = place.flow, release.latest(place.flow)
    return SectorsPage(
        exporter=selectors.country_name(place.exporter, language),
        year=int(place.year or 0) or year or 0,
        flow=dict(selectors.choices(language).flows).get(flow, flow),
        sectors=tuple(sorted(made["sector"], key=lambda line: folded(line.name))),
        groups=tuple(made["group"]),
        estimated_only=release.kind == "default",
        release_title=papers.release_title(release),
        release_id=release.id[:16],
    )
