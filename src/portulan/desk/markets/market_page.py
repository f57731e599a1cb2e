"""The page of a market: what it buys by sector, who sells there, the exporter's place, what the country is like."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from portulan.atlas import api
from portulan.desk.core import slots
from portulan.desk.markets import drawings, questions, selectors
from portulan.desk.markets import passport as papers
from portulan.desk.markets.cells import Printed, printed
from portulan.desk.markets.charts import Chart, drawn
from portulan.desk.markets.place import Place, addresses, map_address, page_address, page_asking
from portulan.desk.markets.roughly import roughly
from portulan.desk.markets.unranked import NotRanked, not_ranked
from portulan.desk.markets.wording import between, ordinal, probability, typeset

FACTS = ("population", "gdp_per_head", "internet_users", "distance_km", "common_language", "ease")
COLUMNS = ("imports_world", "imports_from", "share", "supplier_rank", "potential_static", "unrealised_static", "growth")


@dataclass(frozen=True, slots=True)
class Seller:
    """One supplier as a page names it."""

    rank: int
    name: str
    sold: Printed
    share: Printed
    ours: bool


@dataclass(frozen=True, slots=True)
class SectorRow:
    """One sector of the market's table. ``quiet`` is true where the figures are no measure of it."""

    id: str
    name: str
    href: str
    map_href: str
    cells: tuple[Printed | None, ...]
    sellers: tuple[Seller, ...]
    place: str
    place_interval: str
    quiet: bool
    fitness: str


@dataclass(frozen=True, slots=True)
class Tile:
    """A key figure with the words under it."""

    figure: Printed
    label: str


@dataclass(frozen=True, slots=True)
class Link:
    """A way to another page."""

    text: str
    href: str


@dataclass(frozen=True, slots=True)
class MarketPage:
    """Everything the template of a market prints."""

    iso3: str
    name: str
    note: str
    place: Place
    exporter: str
    year: int
    flow: str
    sentence: str
    not_ranked: NotRanked
    tiles: tuple[Tile, ...]
    columns: tuple[tuple[str, str], ...]
    blanks: tuple[tuple[str, str], ...]
    rows: tuple[SectorRow, ...]
    quiet_links: tuple[Link, ...]
    group_rows: tuple[SectorRow, ...]
    chart: api.Drawn | None
    facts: tuple[Printed, ...]
    languages: str
    where: tuple[str, ...]
    neighbours: tuple[Link, ...]
    slots: tuple[slots.Filled, ...]
    passport: tuple[papers.Fact, ...]
    sources: tuple[papers.Source, ...]
    methods: tuple[papers.Method, ...]
    compare: str
    brief: str
    estimated_only: bool
    chart_style: str
    release_title: str
    release_id: str


def market_page(market: str, place: Place, language: str) -> MarketPage:
    """Ask the atlas about a market and put its answers into words."""
    profile, context = questions.profile(place, market), questions.context(place, market)
    release = selectors.release()
    names = selectors.indicator_names(language)
    shown, blanks = _columns(profile.rows, language)
    rows = [sector_row(row, market, place, shown, language) for row in profile.rows if row.kind != "all"]
    total = next((row for row in profile.rows if row.kind == "all"), None)
    sectors = [row for row, asked in zip(rows, profile.rows, strict=False) if asked.kind == "sector"]
    year = profile.year or 0
    return MarketPage(
        iso3=market,
        name=selectors.country_name(market, language),
        note=typeset(selectors.country_notes(language).get(market, ""), language),
        place=place,
        exporter=selectors.country_name(place.exporter, language),
        year=year,
        flow=_flow(place.flow),
        sentence=_sentence(total, market, place, year, language),
        not_ranked=_not_ranked(place, language),
        tiles=_tiles(total, language),
        columns=tuple((name, names[name]) for name in shown),
        blanks=blanks,
        rows=tuple(sorted((row for row in sectors if not row.quiet), key=_by_size)),
        quiet_links=tuple(Link(row.name, row.href) for row in sectors if row.quiet),
        group_rows=tuple(row for row, asked in zip(rows, profile.rows, strict=False) if asked.kind == "group"),
        chart=drawn(market_chart(profile, place, language), language),
        facts=tuple(printed(context.figures[name], language) for name in FACTS if name in context.figures),
        languages=_languages(context, language),
        where=_where(context, language),
        neighbours=tuple(
            Link(selectors.country_name(code, language), page_address("market", place, market=code))
            for code in context.neighbours
            if code != place.exporter
        ),
        slots=slots.provided(slots.Subject(market=market), language),
        passport=papers.passport_of(profile.passport, place, language),
        sources=_sources(context, place, language),
        methods=papers.methods((*shown, *_known(context)), language),
        compare=page_asking("compare", place, market=market),
        brief=page_address("brief_market", place, market=market),
        estimated_only=release.kind == "default",
        chart_style=drawings.chart_style_address(),
        release_title=papers.release_title(release),
        release_id=release.id[:16],
    )


def _not_ranked(place: Place, language: str) -> NotRanked:
    all_sectors = questions.ranking(place, questions.ALL, "imports_from")
    return not_ranked(all_sectors, addresses("market", place), language)


def _sources(context: api.MarketContext, place: Place, language: str) -> tuple[papers.Source, ...]:
    """Return the sources of the figures of trade, then those of what surrounds the market."""
    shown = [context.figures[name] for name in FACTS if name in context.figures]
    return papers.sources(language, place.flow, shown, ("cldr",) if context.languages else ())


def _flow(flow: str) -> str:
    return {"goods": _("Goods"), "services": _("Services")}[flow]


def _by_size(row: SectorRow) -> tuple[bool, float]:
    """The largest first; what is not known last: it is unknown, not small."""
    known = [cell.value for cell in row.cells if cell is not None and cell.indicator == "imports_world"]
    return (not known or known[0] is None, -(known[0] or 0.0) if known else 0.0)


def _columns(rows: Iterable[api.ProfileRow], language: str) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    """Return the indicators that are known of at least one sector, and for each reason which others are not."""
    names = selectors.indicator_names(language)
    shown: list[str] = []
    blanks: dict[str, list[str]] = {}
    for name in COLUMNS:
        held = [row.figures[name] for row in rows if name in row.figures]
        if any(isinstance(value, api.Figure) for value in held):
            shown.append(name)
        elif held:
            reasons = Counter(value.text(language) for value in held if isinstance(value, api.Gap))
            reason = typeset(reasons.most_common(1)[0][0], language)
            blanks.setdefault(reason, []).append(names[name])
    return tuple(shown), tuple((", ".join(same), reason) for reason, same in blanks.items())


def sellers(found: Iterable[api.Supplier], place: Place, language: str) -> tuple[Seller, ...]:
    """Return suppliers by name with their share of the market."""
    return tuple(
        Seller(
            rank=one.rank,
            name=selectors.country_name(one.exporter, language),
            sold=printed(one.imports_from, language),
            share=printed(one.share, language),
            ours=one.exporter == place.exporter,
        )
        for one in found
    )


def sector_row(row: api.ProfileRow, market: str, place: Place, columns: tuple[str, ...], language: str) -> SectorRow:
    """Make one sector of a market ready to print; where goods are no measure of it, nothing is promised."""
    quiet = row.fitness == selectors.NOT_A_MEASURE
    interval = ""
    if row.rank is not None and row.rank_low is not None and row.rank_high is not None:
        interval = between(row.rank_low, row.rank_high, "rank", language)
    return SectorRow(
        id=row.sector,
        name=typeset(selectors.sector_name(row.sector, language), language),
        href=page_address("cell", place, market=market, sector=row.sector),
        map_href=map_address(place, row.sector),
        cells=tuple(
            None
            if name not in row.figures or (quiet and selectors.promises(name))
            else printed(row.figures[name], language)
            for name in columns
        ),
        sellers=sellers(row.first_suppliers, place, language),
        place="" if row.rank is None or quiet else _("%(rank)s of %(count)s") % {"rank": row.rank, "count": row.ranked},
        place_interval="" if quiet else interval,
        quiet=quiet,
        fitness=row.fitness,
    )


def _sentence(total: api.ProfileRow | None, market: str, place: Place, year: int, language: str) -> str:
    """Say in one sentence where the exporter stands in this market; nothing where it is not known."""
    if total is None:
        return ""
    sold, share, rank = (total.figures.get(name) for name in ("imports_from", "share", "supplier_rank"))
    if not isinstance(sold, api.Figure):
        return ""
    words = {
        "exporter": selectors.country_name(place.exporter, language),
        "market": selectors.country_name(market, language),
        "sold": roughly(sold, language),
        "what": _what(place),
        "year": year,
        "share": roughly(share, language) if isinstance(share, api.Figure) else "",
        "rank": ordinal(rank.value, language) if isinstance(rank, api.Figure) else "",
    }
    estimated = sold.status == "estimated"
    if words["share"] and words["rank"]:
        if estimated:
            return (
                _(
                    "%(exporter)s → %(market)s: about %(sold)s of %(what)s in %(year)d by our estimate, %(share)s of "
                    "what the market buys; supplier number %(rank)s."
                )
                % words
            )
        return (
            _(
                "%(exporter)s → %(market)s: %(sold)s of %(what)s in %(year)d, %(share)s of what the market buys; "
                "supplier number %(rank)s."
            )
            % words
        )
    if estimated:
        return _("%(exporter)s → %(market)s: about %(sold)s of %(what)s in %(year)d by our estimate.") % words
    return _("%(exporter)s → %(market)s: %(sold)s of %(what)s in %(year)d.") % words


def _what(place: Place) -> str:
    """Return what is summed: the broad perimeter holds more than culture."""
    if place.flow == "services":
        return _("cultural services") if place.perimeter.startswith("core") else _("services of the broad perimeter")
    return _("cultural goods") if place.perimeter.startswith("core") else _("goods of the broad perimeter")


def _tiles(total: api.ProfileRow | None, language: str) -> tuple[Tile, ...]:
    if total is None:
        return ()
    labels = {
        "imports_world": _("bought from the whole world"),
        "imports_from": _("bought from the exporter"),
        "share": _("share of the exporter"),
        "supplier_rank": _("its place among suppliers"),
    }
    return tuple(
        Tile(printed(total.figures[name], language), label) for name, label in labels.items() if name in total.figures
    )


def market_chart(profile: api.Profile, place: Place, language: str) -> Chart | None:
    """Return the bars of what a market buys by sector, where any is known and measures its sector."""
    market = profile.market
    rows = [
        row
        for row in profile.rows
        if row.kind == "sector" and row.fitness != selectors.NOT_A_MEASURE and "imports_world" in row.figures
    ]
    if not any(isinstance(row.figures["imports_world"], api.Figure) for row in rows):
        return None
    bars = []
    for row in rows:
        value = row.figures["imports_world"]
        known = isinstance(value, api.Figure)
        bars.append(
            api.ChartRow(
                label=typeset(selectors.sector_name(row.sector, language), language),
                value=value.value if isinstance(value, api.Figure) else None,
                text=printed(value, language).text,
                status=value.status if isinstance(value, api.Figure) else "reported",
                low=value.low if isinstance(value, api.Figure) else None,
                high=value.high if isinstance(value, api.Figure) else None,
                href=page_address("cell", place, market=market, sector=row.sector) if known else None,
            )
        )
    bars.sort(key=lambda bar: (bar.value is None, -(bar.value or 0.0)))
    title = _("What %(market)s buys from the world, by sector, %(year)s") % {
        "market": selectors.country_name(market, language),
        "year": profile.year,
    }
    return Chart(title, tuple(bars), "USD", profile.passport)


def _known(context: api.MarketContext) -> tuple[str, ...]:
    """Return what is known of the country and has no column in the table."""
    return tuple(name for name in FACTS if isinstance(context.figures.get(name), api.Figure))


def _where(context: api.MarketContext, language: str) -> tuple[str, ...]:
    capital = context.capital_fr if language == "fr" else context.capital
    region = api.group_name(context.region, language) if context.region else ""
    groups = tuple(api.group_name(group, language) for group in context.groups)
    return tuple(text for text in (capital, region, *groups) if text)


def _languages(context: api.MarketContext, language: str) -> str:
    """Return the languages with their shares; one that has no name in the reader's language is left out."""
    named = [(selectors.language_name(code, language), code, share) for code, share in context.languages[:5]]
    return ", ".join(f"{name} ({probability(share, language)})" for name, code, share in named if name != code)
