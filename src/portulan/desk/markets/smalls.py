"""Every sector at once: one small map each, so that what differs between sectors is seen before any is chosen."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from portulan.atlas import api
from portulan.desk.markets import drawings, selectors
from portulan.desk.markets import passport as papers
from portulan.desk.markets.controls import Tab, flow_tabs, scale_tabs, view_tabs, year_choices
from portulan.desk.markets.place import Place, page_address
from portulan.desk.markets.selectors import Choices
from portulan.desk.markets.state import MapState
from portulan.desk.markets.table import address
from portulan.desk.markets.wording import typeset


@dataclass(frozen=True, slots=True)
class Small:
    """One sector: its small map, or why there is none."""

    name: str
    href: str
    svg: str
    first: str
    note: str
    reason: str


@dataclass(frozen=True, slots=True)
class SmallsPage:
    """Everything the page of all sectors prints."""

    state: MapState
    shown: MapState
    title: str
    description: str
    url: str
    image: str
    exporter: str
    by: str
    year: str
    maps: tuple[Small, ...]
    drawn: api.DrawnMaps | None
    map_note: str
    map_style: str
    source_line: str
    years: tuple[tuple[str, str], ...]
    flows: tuple[Tab, ...]
    views: tuple[Tab, ...]
    scales: tuple[Tab, ...]
    estimated_only: bool
    release_title: str
    release_id: str


def smalls_page(state: MapState, choices: Choices, language: str, origin: str) -> SmallsPage:
    """Ask the atlas for each sector, and put the small maps beside each other."""
    by = state.by or selectors.answer(state.change(market="")).by
    answers = {
        sector: selectors.answer(state.change(sector=sector, by=by, market="")).ranking
        for sector in selectors.single_sectors()
    }
    # Where figures are no measure, what could be sold is not drawn: nothing stands in its place.
    shown = [ranking for ranking in answers.values() if ranking.by == by]

    def href(ranking: api.Ranking) -> str:
        return address(state.change(sector=ranking.sector, by=by, view="", market=""))

    drawn = drawings.drawn_smalls(shown, language, href, state.scale)
    maps = {} if drawn is None else {one.href: one for one in drawn.maps}
    release = selectors.release()
    used = papers.sources_behind(answers.values(), language)
    year = next((str(ranking.year) for ranking in answers.values() if ranking.year), "")
    indicator = selectors.indicator_names(language)[by]
    names = {"exporter": selectors.country_name(state.exporter, language), "year": year, "indicator": indicator}
    here = state.change(view="sectors", market="", find="", rows="", sort="", order="", release="")
    return SmallsPage(
        state=state,
        shown=state.change(by=by, year=year),
        title=_("%(indicator)s: every sector, %(exporter)s, %(year)s") % names,
        description=_("Export markets of %(exporter)s, one map a sector, %(year)s.") % names,
        url=origin + address(here),
        image=origin + page_address("og_home", Place(state.exporter, state.perimeter, state.flow, year)),
        exporter=names["exporter"],
        by=indicator,
        year=year,
        maps=tuple(_small(ranking, href(ranking), maps.get(href(ranking)), language) for ranking in answers.values()),
        drawn=drawn,
        map_note="" if drawn is None else typeset(drawn.note, language),
        map_style=f"{reverse('markets_shared:map_style')}?v={drawings.map_style()[1]}",
        source_line="; ".join(f"{one.title}, {one.licence}" for one in used),
        years=year_choices(state.flow, choices),
        flows=flow_tabs(state, choices),
        views=view_tabs(state),
        scales=scale_tabs(state) if drawn else (),
        estimated_only=release.kind == "default",
        release_title=papers.release_title(release),
        release_id=release.id[:16],
    )


def _small(ranking: api.Ranking, href: str, drawn: api.SmallMap | None, language: str) -> Small:
    name = typeset(selectors.sector_name(ranking.sector, language), language)
    if drawn is not None:
        part = ranking.fitness != "measures the sector"
        note = papers.fitness_text(ranking.fitness) if part else ""
        return Small(name, href, drawn.svg, typeset(drawn.description, language), note, "")
    if ranking.fitness == selectors.NOT_A_MEASURE:
        return Small(name, href, "", "", "", papers.fitness_text(ranking.fitness))
    return Small(name, href, "", "", "", _("No market has a figure in this selection: there is nothing to draw."))
