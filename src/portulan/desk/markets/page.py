"""The map page, ready to print: the answer of the atlas put into words, rows and addresses."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portulan.atlas import api
from portulan.desk.markets import drawings, selectors
from portulan.desk.markets import passport as papers
from portulan.desk.markets.cells import Printed, Row, printed
from portulan.desk.markets.controls import Tab, Ways, flow_tabs, scale_tabs, view_tabs, year_choices
from portulan.desk.markets.selectors import Choices
from portulan.desk.markets.sharing import Share, share
from portulan.desk.markets.state import MapState
from portulan.desk.markets.table import Table, address, market_addresses, table
from portulan.desk.markets.wording import folded, typeset

NAMED = 12
"""How many markets a sentence names before it counts the others."""


@dataclass(frozen=True, slots=True)
class Unsaid:
    """The figures of a market that are unknown for one reason, said once."""

    names: str
    figure: Printed


@dataclass(frozen=True, slots=True)
class MarketCard:
    """One market with all its figures."""

    market: str
    name: str
    note: str
    figures: tuple[Printed, ...]
    gaps: tuple[Unsaid, ...]
    back: str


@dataclass(frozen=True, slots=True)
class Instead:
    """Where nothing at all is known of the chosen indicator: why, and what the release can show instead."""

    reason: str
    name: str
    href: str


@dataclass(frozen=True, slots=True)
class MapPage:
    """Everything the template of the map prints. ``state`` is what was asked, ``shown`` what is shown."""

    state: MapState
    shown: MapState
    sector: str
    exporter: str
    by: str
    refused: str
    year: int
    year_asked: str
    flow: str
    estimated_only: bool
    estimate_text: str
    doubt_text: str
    skill_text: str
    not_ranked: tuple[Row, ...]
    not_ranked_more: int
    fitness_text: str
    fitness_reason: str
    unmoved: bool
    caption: str
    lead_text: str
    table: Table
    drawn: api.DrawnMap | None
    instead: Instead | None
    off_map: tuple[str, ...]
    map_note: str
    map_style: str
    market: MarketCard | None
    passport: tuple[papers.Fact, ...]
    methods: tuple[papers.Method, ...]
    sources: tuple[papers.Source, ...]
    release_title: str
    release_id: str
    years: tuple[tuple[str, str], ...]
    flows: tuple[Tab, ...]
    views: tuple[Tab, ...]
    scales: tuple[Tab, ...]
    ways: Ways
    share: Share
    pinned_other: bool


@dataclass(frozen=True, slots=True)
class EmbedPage:
    """What the light page for other sites prints."""

    title: str
    href: str
    fitness_text: str
    drawn: api.DrawnMap | None
    reason: str
    map_note: str
    map_style: str
    estimated_only: bool
    source_line: str
    release_id: str
    share: Share


def map_page(state: MapState, choices: Choices, language: str, origin: str) -> MapPage:
    """Ask the atlas and put its answer into words."""
    answer = selectors.answer(state)
    ranking, release, french = answer.ranking, selectors.release(), language == "fr"
    year = ranking.year or 0  # 0 only where the release holds nothing of this flow
    flow = dict(choices.flows)[ranking.flow]
    world = f"{reverse('markets_shared:world')}?v={drawings.world()[1]}"
    drawn = drawings.drawn_map(ranking, language, world, market_addresses(state), state.scale)
    ranked, shown = table(answer, state, language), state.change(by=answer.by, year=str(year))
    return MapPage(
        state=state,
        shown=shown,
        sector=typeset(dict(choices.sectors)[state.sector], language),
        exporter=selectors.country_name(state.exporter, language),
        by=selectors.indicator_names(language)[answer.by],
        refused=selectors.indicator_names(language).get(answer.refused, ""),
        year=year,
        year_asked=answer.year_asked,
        flow=flow,
        estimated_only=release.kind == "default",
        estimate_text=_estimate_text(ranking, language) if release.kind == "default" else "",
        doubt_text=papers.doubt_text(ranking),
        skill_text=typeset(ranking.skill_text(language), language),
        not_ranked=ranked.not_reporting[:NAMED],
        not_ranked_more=max(0, len(ranked.not_reporting) - NAMED),
        fitness_text=papers.fitness_text(ranking.fitness),
        fitness_reason=typeset(ranking.fitness_reason_fr if french else ranking.fitness_reason_en, language),
        unmoved=answer.unmoved,
        caption=_caption(flow, year, ranked.total),
        lead_text=_lead_text(answer, ranked, release),
        table=ranked,
        drawn=drawn,
        instead=None if drawn else _instead(answer, state, language),
        off_map=tuple(selectors.country_name(code, language) for code in (drawn.off_map if drawn else ())),
        map_note="" if drawn is None else typeset(drawn.note_fr if french else drawn.note_en, language),
        map_style=f"{reverse('markets_shared:map_style')}?v={drawings.map_style()[1]}",
        market=_card(answer, state, language),
        passport=papers.passport(ranking, language),
        methods=papers.methods(ranked.shown, language),
        sources=papers.sources(language, ranking.flow),
        release_title=papers.release_title(release),
        release_id=release.id[:16],
        years=year_choices(state.flow, choices),
        flows=flow_tabs(state, choices),
        views=view_tabs(state),
        scales=scale_tabs(state) if drawn else (),
        ways=Ways(shown),
        share=shared(ranking, shown, language, origin),
        pinned_other=bool(state.release) and not release.id.startswith(state.release),
    )


def shared(ranking: api.Ranking, shown: MapState, language: str, origin: str) -> Share:
    """Return the ways out of a view, under the title that says what it shows."""
    names = {
        "indicator": selectors.indicator_names(language)[ranking.by],
        "sector": typeset(selectors.sector_name(ranking.sector, language), language),
        "exporter": selectors.country_name(ranking.exporter, language),
        "year": ranking.year or "",
    }
    title = (_("%(indicator)s: %(sector)s, %(exporter)s, %(year)s") % names).rstrip(", ")
    used = [(one.title, one.licence) for one in papers.sources_behind((ranking,), language)]
    said = _(
        "Export markets: %(sector)s, %(exporter)s, %(year)s. Every figure with its source, year, status and interval."
    )
    description = f"{papers.fitness_text(ranking.fitness)} {said % names}"
    return share(shown, title, description, used, origin)


def embed_page(state: MapState, choices: Choices, language: str, origin: str) -> EmbedPage:
    """Return what another site shows of a state: map, legend, source, and the way back to the whole page."""
    answer = selectors.answer(state)
    ranking, release, french = answer.ranking, selectors.release(), language == "fr"
    shown = state.change(by=answer.by, year=str(ranking.year or ""))
    world = f"{reverse('markets_shared:world')}?v={drawings.world()[1]}"
    drawn = drawings.drawn_map(ranking, language, world, market_addresses(shown), state.scale)
    out = shared(ranking, shown, language, origin)
    used = papers.sources_behind((ranking,), language)
    return EmbedPage(
        title=out.title,
        href=out.url,
        fitness_text=papers.fitness_text(ranking.fitness),
        drawn=drawn,
        reason="" if drawn else _instead(answer, state, language).reason,
        map_note="" if drawn is None else typeset(drawn.note_fr if french else drawn.note_en, language),
        map_style=f"{reverse('markets_shared:map_style')}?v={drawings.map_style()[1]}",
        estimated_only=release.kind == "default",
        source_line="; ".join(f"{one.title}, {one.licence}" for one in used),
        release_id=release.id[:16],
        share=out,
    )


def _card(answer: selectors.Answer, state: MapState, language: str) -> MarketCard | None:
    if not state.market:
        return None
    # Where the figures are no measure of the sector, its card promises nothing either.
    quiet = answer.ranking.fitness == selectors.NOT_A_MEASURE
    cells = [printed(f, language) for f in answer.figures if not (quiet and selectors.promises(f.indicator))]
    reasons: dict[str, list[Printed]] = {}
    for cell in cells:
        if cell.value is None:
            reasons.setdefault(cell.reason, []).append(cell)
    return MarketCard(
        state.market,
        selectors.country_name(state.market, language),
        typeset(selectors.country_notes(language).get(state.market, ""), language),
        tuple(cell for cell in cells if cell.value is not None),
        tuple(Unsaid(", ".join(gap.name for gap in same), same[0]) for same in reasons.values()),
        address(state, "ranking", market=""),
    )


def _estimate_text(ranking: api.Ranking, language: str) -> str:
    """Say what the shipped release is made of, and which importers it had to guess."""
    coverage = ranking.passport.coverage
    missing = [] if coverage is None else [selectors.country_name(c, language) for c in coverage.importers_missing]
    text = _(
        "It comes from a gravity model fitted on BACI %(year)s (CEPII). The sizes of the markets that report are those "
        "the model was fitted on."
    ) % {"year": ranking.year}
    if missing:
        text += " " + ngettext(
            "%(num)d importer does not report and is estimated from its GDP and population: %(names)s.",
            "%(num)d importers do not report and are estimated from their GDP and population: %(names)s.",
            len(missing),
        ) % {"num": len(missing), "names": ", ".join(sorted(missing, key=folded))}
    return text


def _instead(answer: selectors.Answer, state: MapState, language: str) -> Instead:
    reasons = {
        typeset(row.figure.text(language), language) for row in answer.ranking.apart if isinstance(row.figure, api.Gap)
    }
    lead = answer.ranking.lead if answer.ranking.lead != answer.by else selectors.INSTEAD
    if answer.ranking.fitness == selectors.NOT_A_MEASURE:
        lead = selectors.INSTEAD
    same = lead == answer.by
    return Instead(
        reason=reasons.pop() if len(reasons) == 1 else "",
        name="" if same else selectors.indicator_names(language)[lead],
        href="" if same else address(state, by=lead, market=""),
    )


def _lead_text(answer: selectors.Answer, ranked: Table, release: api.Release) -> str:
    """Say which of the two potentials comes first, where the release could compare them."""
    if release.kind == "default" or not {"potential_gravity", "potential_static"} <= {*ranked.shown}:
        return ""
    if answer.ranking.lead == "potential_gravity":
        return _(
            "In this sector the gravity model predicted hidden trade better than the static potential, beyond doubt: "
            "it comes first. Both are shown."
        )
    return _(
        "In this sector nothing proves that the gravity model predicts better than the static potential: the static "
        "one comes first. Both are shown."
    )


def _caption(flow: str, year: int, count: int) -> str:
    text = ngettext(
        "%(flow)s, %(year)d, US dollars where money is meant; %(count)d market is ranked.",
        "%(flow)s, %(year)d, US dollars where money is meant; %(count)d markets are ranked.",
        count,
    )
    return text % {"flow": flow, "year": year, "count": count}
