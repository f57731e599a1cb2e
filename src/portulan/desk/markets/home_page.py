"""The home: one question, the map of all sectors, and what is new in what the site serves."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from portulan.atlas import api
from portulan.desk.markets import drawings, questions, selectors
from portulan.desk.markets import passport as papers
from portulan.desk.markets.market_page import Link
from portulan.desk.markets.place import Place, addresses, map_address, page_address
from portulan.desk.markets.unranked import NotRanked, not_ranked
from portulan.desk.markets.wording import folded, typeset

AIMS = ("markets", "compare", "scan", "evidence")


@dataclass(frozen=True, slots=True)
class SectorLink:
    """A sector as the home offers it."""

    name: str
    href: str
    description: str


@dataclass(frozen=True, slots=True)
class HomePage:
    """Everything the template of the home prints."""

    exporter: str
    year: int
    sectors: tuple[SectorLink, ...]
    sector_choices: tuple[tuple[str, str], ...]
    aims: tuple[tuple[str, str], ...]
    drawn: api.DrawnMap | None
    map_name: str
    map_note: str
    map_style: str
    map_href: str
    first: tuple[Link, ...]
    not_ranked: NotRanked
    news: tuple[str, ...]
    estimated_only: bool
    release_title: str
    release_id: str


def home_page(place: Place, language: str) -> HomePage:
    """Return the question, the map of what the exporter sells everywhere, and what the release holds."""
    release = selectors.release()
    ranking = questions.ranking(place, questions.ALL, "imports_from")
    world = f"{reverse('markets_shared:world')}?v={drawings.world()[1]}"
    drawn = drawings.drawn_map(ranking, language, world, drawings.but_home(place.exporter, addresses("market", place)))
    french = language == "fr"
    sectors = sorted(
        (sector for sector in api.sectors() if sector.kind == "sector"),
        key=lambda sector: folded(sector.name_fr if french else sector.name_en),
    )
    return HomePage(
        exporter=selectors.country_name(place.exporter, language),
        year=ranking.year or 0,
        sectors=tuple(
            SectorLink(
                typeset(sector.name_fr if french else sector.name_en, language),
                page_address("sector", place, sector=sector.id),
                typeset(sector.description_fr if french else sector.description_en, language),
            )
            for sector in sectors
        ),
        sector_choices=tuple((sector.id, sector.name_fr if french else sector.name_en) for sector in sectors),
        aims=(
            ("sector", _("know which markets to look at")),
            ("scan", _("weigh markets by my own criteria")),
            ("compare", _("compare markets I have in mind")),
            ("map", _("see the map of my sector")),
        ),
        drawn=drawn,
        map_name=home_title(ranking, language),
        map_note="" if drawn is None else typeset(drawn.note_fr if french else drawn.note_en, language),
        map_style=f"{reverse('markets_shared:map_style')}?v={drawings.map_style()[1]}",
        map_href=map_address(place, questions.ALL, by="imports_from"),
        first=tuple(
            Link(selectors.country_name(row.market, language), page_address("market", place, market=row.market))
            for row in ranking.rows[:8]
        ),
        not_ranked=not_ranked(ranking, addresses("market", place), language),
        news=_news(release, language),
        estimated_only=release.kind == "default",
        release_title=papers.release_title(release),
        release_id=release.id[:16],
    )


def home_title(ranking: api.Ranking, language: str) -> str:
    """Say what the map of the home shows."""
    return _("What %(exporter)s sells, all sectors together, %(year)s") % {
        "exporter": selectors.country_name(ranking.exporter, language),
        "year": ranking.year,
    }


def _news(release: api.Release, language: str) -> tuple[str, ...]:
    """Say what the release in force holds: that is what is new, until rooms above have news of their own."""
    said = []
    for flow, name in (("goods", _("goods")), ("services", _("services"))):
        years = sorted(year for held, year in release.slices if held == flow)
        if years and years[0] != years[-1]:
            said.append(
                _("Figures of %(flow)s from %(first)s to %(last)s.")
                % {"flow": name, "first": years[0], "last": years[-1]}
            )
        elif years:
            said.append(_("Figures of %(flow)s for %(year)s.") % {"flow": name, "year": years[0]})
    return tuple(said)
