"""The page of one decision: a market and a sector, the facts behind it, down to the codes they are counted from."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portulan.atlas import api
from portulan.desk.core import slots
from portulan.desk.markets import drawings, questions, selectors
from portulan.desk.markets import passport as papers
from portulan.desk.markets.cells import Printed, printed
from portulan.desk.markets.charts import Chart, drawn
from portulan.desk.markets.codes import CodeRow, code_row, why_no_codes
from portulan.desk.markets.market_page import Link, Seller, Tile, sellers
from portulan.desk.markets.place import Place, addresses, map_address, page_address, page_asking
from portulan.desk.markets.roughly import roughly
from portulan.desk.markets.unranked import NotRanked, not_ranked
from portulan.desk.markets.wording import FIRST_TEN, between, chance, ordinal, typeset

ORIENTATION = ("internet_users", "gdp_per_head", "population", "common_language", "distance_km")
TRADE = ("imports_world", "demand_growth", "supplier_hhi", "imports_from", "share", "supplier_rank", "growth")
PROMISE = (
    "potential_static",
    "potential_gravity",
    "potential",
    "realised_share",
    "unrealised_static",
    "unrealised",
    "rca",
)
ENTRY = ("ease", "distance_km", "common_language")
COUNTRY = ("population", "gdp_per_head", "internet_users")
NEXT = 3
"""How many markets just before and after in the ranking are offered for comparison."""


@dataclass(frozen=True, slots=True)
class Group:
    """Facts that answer one question of the reader, and what is not known of it."""

    id: str
    heading: str
    figures: tuple[Printed, ...]
    gaps: tuple[tuple[Printed, str], ...]


@dataclass(frozen=True, slots=True)
class Ways:
    """Where a reader may go from here."""

    map: str
    market: str
    sector: str
    scan: str
    compare: str
    brief: str


@dataclass(frozen=True, slots=True)
class CellPage:
    """Everything the template of a market x sector prints."""

    market: str
    market_name: str
    market_note: str
    sector: str
    sector_name: str
    place: Place
    exporter: str
    year: int
    flow: str
    fitness_text: str
    fitness_reason: str
    quiet: bool
    sentence: str
    rank_text: str
    not_ranked: NotRanked
    tiles: tuple[Tile, ...]
    groups: tuple[Group, ...]
    sellers: tuple[Seller, ...]
    sellers_count: str
    sellers_chart: api.Drawn | None
    sellers_reason: str
    codes: tuple[CodeRow, ...]
    codes_reason: str
    nearby: tuple[Link, ...]
    services: Link | None
    slots: tuple[slots.Filled, ...]
    passport: tuple[papers.Fact, ...]
    skill_text: str
    sources: tuple[papers.Source, ...]
    methods: tuple[papers.Method, ...]
    ways: Ways
    estimated_only: bool
    chart_style: str
    release_title: str
    release_id: str


def cell_page(market: str, sector: str, place: Place, language: str) -> CellPage:
    """Ask the atlas about one market and sector and put its answers into words."""
    figures = {value.indicator: value for value in questions.cell(place, market, sector)}
    ranking = questions.leading(place, sector)
    release = selectors.release()
    quiet = ranking.fitness == selectors.NOT_A_MEASURE
    found = questions.suppliers(place, market, sector)
    codes = questions.lines(place, market, sector)
    shown = _shown(figures, quiet)
    french = language == "fr"
    return CellPage(
        market=market,
        market_name=selectors.country_name(market, language),
        market_note=typeset(selectors.country_notes(language).get(market, ""), language),
        sector=sector,
        sector_name=typeset(selectors.sector_name(sector, language), language),
        place=place,
        exporter=selectors.country_name(place.exporter, language),
        year=ranking.year or 0,
        flow=dict(selectors.choices(language).flows).get(place.flow, place.flow),
        fitness_text=papers.fitness_text(ranking.fitness),
        fitness_reason=typeset(ranking.fitness_reason_fr if french else ranking.fitness_reason_en, language),
        quiet=quiet,
        sentence=_sentence(figures, place, market, sector, quiet, language),
        rank_text=_rank_text(ranking, market, quiet, language),
        not_ranked=NotRanked() if quiet else not_ranked(ranking, addresses("cell", place, sector=sector), language),
        tiles=_tiles(figures, quiet, language),
        groups=_groups(figures, quiet, language),
        sellers=sellers(found.rows, place, language),
        sellers_count=_sellers_count(found.count),
        sellers_chart=drawn(sellers_chart(found, place, language), language),
        sellers_reason="" if found.rows else _why_no_sellers(found, language),
        codes=tuple(code_row(line, quiet, language) for line in codes),
        codes_reason=why_no_codes(codes, language),
        nearby=() if quiet else _nearby(ranking, market, sector, place, language),
        services=_services(place, market, sector),
        slots=slots.provided(slots.Subject(market=market, sector=sector), language),
        passport=papers.passport_of(ranking.passport, place, language),
        skill_text=typeset(ranking.skill_text(language), language),
        sources=papers.sources(language, place.flow, _values(figures)),
        methods=papers.methods(shown, language),
        ways=_ways(market, sector, place),
        estimated_only=release.kind == "default",
        chart_style=drawings.chart_style_address(),
        release_title=papers.release_title(release),
        release_id=release.id[:16],
    )


Figures = dict[str, api.Figure | api.Gap]


def _shown(figures: Figures, quiet: bool) -> tuple[str, ...]:
    """Return the known indicators of the page, in its order: nothing that promises where goods are no measure."""
    return tuple(
        name
        for name in (*TRADE, *PROMISE, *ENTRY, *COUNTRY)
        if isinstance(figures.get(name), api.Figure)
        and not (quiet and selectors.promises(name))
        and not _twin(figures, name)
    )


def _values(figures: Figures) -> list[api.Figure | api.Gap]:
    """Return what the page prints of the cell."""
    return [figures[name] for name in (*TRADE, *PROMISE, *ENTRY, *COUNTRY) if name in figures]


def _ways(market: str, sector: str, place: Place) -> Ways:
    return Ways(
        map=map_address(place, sector, market=market),
        market=page_address("market", place, market=market),
        sector=page_address("sector", place, sector=sector),
        scan=page_asking("scan", place, sector=sector),
        compare=page_asking("compare", place, sector=sector, market=market),
        brief=page_address("brief_cell", place, market=market, sector=sector),
    )


def _sentence(figures: Figures, place: Place, market: str, sector: str, quiet: bool, language: str) -> str:
    """Say what is bought and sold today, and what the method expects, in sentences a reader could quote."""
    sold, size, led = figures.get("imports_from"), figures.get("imports_world"), figures.get("potential_static")
    names = {
        "exporter": selectors.country_name(place.exporter, language),
        "market": selectors.country_name(market, language),
    }
    parts: list[str] = []
    if isinstance(size, api.Figure):
        words = {**names, "size": roughly(size, language), "year": size.passport.year}
        parts.append(
            _("%(market)s: about %(size)s bought from the world in %(year)s, by our estimate.") % words
            if size.status == "estimated"
            else _("%(market)s: %(size)s bought from the world in %(year)s.") % words
        )
    if isinstance(sold, api.Figure):
        words = {**names, "sold": roughly(sold, language)}
        parts.append(
            _("From the exporter (%(exporter)s): about %(sold)s, by our estimate.") % words
            if sold.status == "estimated"
            else _("From the exporter (%(exporter)s): %(sold)s.") % words
        )
    elif isinstance(sold, api.Gap):
        parts.append(_("From the exporter (%(exporter)s): not known.") % names)
    if not quiet and isinstance(led, api.Figure) and isinstance(sold, api.Figure):
        parts.append(_verdict(led, sold, language))
    return " ".join(parts)


def _verdict(led: api.Figure, sold: api.Figure, language: str) -> str:
    """Say whether sales differ from what the method expects, as far as its interval lets anyone say it."""
    words = {"potential": printed(led, language).text}
    if led.low is not None and led.high is not None:
        words["interval"] = between(led.low, led.high, led.unit, language, led.indicator)
        if led.low <= sold.value <= led.high:
            return (
                _("The method would expect %(potential)s (90 %% interval: %(interval)s): no clear difference.") % words
            )
        if led.low > sold.value:
            return _("The method would expect %(potential)s (90 %% interval: %(interval)s): there is room.") % words
        return (
            _("The method would expect %(potential)s (90 %% interval: %(interval)s): more is sold than that.") % words
        )
    if led.value > sold.value:
        return _("The method would expect %(potential)s, without an interval here: there may be room.") % words
    return _("The method would expect %(potential)s, without an interval here: as much is sold already.") % words


def _sellers_count(count: int | None) -> str:
    if not count:
        return ""
    return ngettext("%(count)d country sells it there", "%(count)d countries sell it there", count) % {"count": count}


def _rank_text(ranking: api.Ranking, market: str, quiet: bool, language: str) -> str:
    """Say the market's place in the ranking and how sure it is; nothing where goods are no measure."""
    if quiet:
        return ""
    row = next((row for row in ranking.rows if row.market == market), None)
    by = selectors.indicator_names(language)[ranking.by]
    if row is None or row.rank is None:
        return _("It takes no rank by “%(indicator)s”: nothing is reported that would give it one.") % {"indicator": by}
    text = ngettext(
        "The only market ranked by “%(indicator)s”.",
        "Number %(rank)s of %(count)s markets by “%(indicator)s”.",
        ranking.total,
    ) % {
        "rank": ordinal(row.rank, language),
        "count": ranking.total,
        "indicator": by,
    }
    if row.rank_low is None or row.rank_high is None:
        return text
    sure = _("With 90 %% confidence its place is %(interval)s; chance to be in the first ten: %(chance)s.") % {
        "interval": between(row.rank_low, row.rank_high, "rank", language),
        "chance": "" if row.p_top10 is None else chance(row.p_top10, language, certain=ranking.total <= FIRST_TEN),
    }
    return f"{text} {sure}"


def _tiles(figures: Figures, quiet: bool, language: str) -> tuple[Tile, ...]:
    labels = {
        "imports_world": _("bought from the whole world"),
        "imports_from": _("bought from the exporter"),
        "share": _("share of the exporter"),
        "potential_static": _("expected by the method"),
        "unrealised_static": _("not realised yet"),
    }
    return tuple(
        Tile(printed(figures[name], language), label)
        for name, label in labels.items()
        if name in figures and not (quiet and selectors.promises(name)) and _worth_a_tile(figures[name])
    )


def _worth_a_tile(value: api.Figure | api.Gap) -> bool:
    """What is sold and bought is worth saying even where it is not known; what a method expects only where it does."""
    return isinstance(value, api.Figure) or not selectors.promises(value.indicator)


def _groups(figures: Figures, quiet: bool, language: str) -> tuple[Group, ...]:
    wanted = [
        ("today", _("What is traded today"), TRADE),
        ("expected", _("What could be expected"), () if quiet else PROMISE),
        ("entry", _("How easy it is to enter"), ENTRY),
        ("country", _("The country"), COUNTRY),
    ]
    made = []
    for ident, heading, names in wanted:
        cells = [printed(figures[name], language) for name in names if name in figures and not _twin(figures, name)]
        if not cells:
            continue
        reasons: dict[str, list[Printed]] = {}
        for cell in cells:
            if cell.value is None:
                reasons.setdefault(cell.reason, []).append(cell)
        gaps = tuple((same[0], ", ".join(gap.name for gap in same)) for same in reasons.values())
        made.append(Group(ident, heading, tuple(cell for cell in cells if cell.value is not None), gaps))
    return tuple(made)


def _twin(figures: Figures, name: str) -> bool:
    """True of a corrected figure that equals the static one, where no correction is on: said once is enough."""
    other, one = figures.get(f"{name}_static"), figures[name]
    return isinstance(one, api.Figure) and isinstance(other, api.Figure) and one.value == other.value


def sellers_chart(found: api.Suppliers, place: Place, language: str) -> Chart | None:
    """Return the bars of who sells most to a market, the exporter among them marked."""
    bars = [
        api.ChartRow(
            label=selectors.country_name(one.exporter, language),
            value=one.imports_from.value,
            text=_with_share(one, language),
            status=one.imports_from.status,
            highlight=one.exporter == place.exporter,
        )
        for one in found.rows
    ]
    if not bars:
        return None
    title = _("Who sells to %(market)s: %(sector)s, %(year)s") % {
        "market": selectors.country_name(found.market, language),
        "sector": selectors.sector_name(found.sector, language),
        "year": found.year,
    }
    return Chart(typeset(title, language), tuple(bars), "USD", found.passport)


def _with_share(one: api.Supplier, language: str) -> str:
    text = printed(one.imports_from, language).text
    return f"{text} ({printed(one.share, language).text})" if isinstance(one.share, api.Figure) else text


def _why_no_sellers(found: api.Suppliers, language: str) -> str:
    size = found.imports_world
    return (
        typeset(size.text(language), language)
        if isinstance(size, api.Gap)
        else _("nobody is recorded as selling it there")
    )


def _nearby(ranking: api.Ranking, market: str, sector: str, place: Place, language: str) -> tuple[Link, ...]:
    """Return the markets just before and after this one, to look at next."""
    order = [row.market for row in ranking.rows]
    if market not in order:
        return ()
    at = order.index(market)
    around = [*order[max(0, at - NEXT) : at], *order[at + 1 : at + 1 + NEXT]]
    return tuple(
        Link(selectors.country_name(code, language), page_address("cell", place, market=code, sector=sector))
        for code in around
    )


def _services(place: Place, market: str, sector: str) -> Link | None:
    """Return the way to the same question in services, where the release holds some."""
    other = "services" if place.flow == "goods" else "goods"
    if other not in selectors.release().flows:
        return None
    text = {"services": _("The same in services"), "goods": _("The same in goods")}[other]
    return Link(text, page_address("cell", place.change(flow=other, year=""), market=market, sector=sector))
