"""The page of a sector: where an exporter could go, what moves, who competes, and what is left unserved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portulan.atlas import api
from portulan.desk.core import slots
from portulan.desk.markets import drawings, questions, selectors
from portulan.desk.markets import passport as papers
from portulan.desk.markets.cells import Row, printed, printed_row
from portulan.desk.markets.charts import Chart, drawn
from portulan.desk.markets.competitors import Competitor, competitors
from portulan.desk.markets.movers import Moves, moves
from portulan.desk.markets.orientation import Orientation, orientation
from portulan.desk.markets.place import Place, addresses, map_address, page_address, page_asking
from portulan.desk.markets.rivals import Rivals, rivals
from portulan.desk.markets.table import twins
from portulan.desk.markets.unranked import NotRanked, not_ranked
from portulan.desk.markets.wording import FIRST_TEN, probability, typeset

TOP = 10
_CONCENTRATED = (1, 3, 10)


@dataclass(frozen=True, slots=True)
class MapPart:
    """The map of a page: nothing is drawn where goods are no measure."""

    drawn: api.DrawnMap | None
    note: str
    style: str


@dataclass(frozen=True, slots=True)
class SectorPage:
    """Everything the template of a sector prints."""

    id: str
    name: str
    description: str
    place: Place
    exporter: str
    year: int
    by: str
    by_head: str
    fitness_text: str
    fitness_reason: str
    quiet: bool
    empty: bool
    orientation: Orientation
    sentence: str
    not_ranked: NotRanked
    map: MapPart
    map_href: str
    has_doubt: bool
    doubt_text: str
    columns: tuple[tuple[str, str], ...]
    rows: tuple[Row, ...]
    ranked: int
    chart: api.Drawn | None
    unserved: tuple[Row, ...]
    unserved_name: str
    moves: Moves
    concentration: tuple[tuple[int, str], ...]
    rivals: Rivals
    competitors: tuple[Competitor, ...]
    slots: tuple[slots.Filled, ...]
    passport: tuple[papers.Fact, ...]
    sources: tuple[papers.Source, ...]
    methods: tuple[papers.Method, ...]
    brief: str
    scan: str
    estimated_only: bool
    chart_style: str
    release_title: str
    release_id: str


def sector_page(sector: str, place: Place, language: str) -> SectorPage:
    """Ask the atlas about a sector and put its answers into words."""
    ranking = questions.leading(place, sector)
    quiet = ranking.fitness == selectors.NOT_A_MEASURE
    release, names = selectors.release(), selectors.indicator_names(language)
    columns = _columns(ranking, quiet)
    sold = _sold(place, sector)
    around = orientation(place, sector, language) if quiet else Orientation()
    french = language == "fr"
    return SectorPage(
        id=sector,
        name=typeset(selectors.sector_name(sector, language), language),
        description=_description(sector, language),
        place=place,
        exporter=selectors.country_name(place.exporter, language),
        year=ranking.year or 0,
        by=names[ranking.by],
        by_head=_by_head(ranking, names[ranking.by]),
        fitness_text=papers.fitness_text(ranking.fitness),
        fitness_reason=typeset(ranking.fitness_reason_fr if french else ranking.fitness_reason_en, language),
        quiet=quiet,
        empty=quiet and not ranking.rows,
        orientation=around,
        sentence=_sentence(ranking, place, sector, sold, quiet, language),
        not_ranked=NotRanked() if quiet else not_ranked(ranking, _cells(place, sector), language),
        map=_map(ranking, place, sector, quiet, language),
        map_href=map_address(place, sector),
        has_doubt=any(row.rank_median is not None for row in ranking.rows),
        doubt_text=papers.doubt_text(ranking),
        columns=tuple((name, names[name]) for name in columns),
        rows=_rows(ranking, columns, place, sector, language),
        ranked=ranking.total,
        chart=drawn(sector_chart(ranking, place, language), language),
        unserved=_unserved(place, sector, quiet, language),
        unserved_name=names["unrealised_static"],
        moves=moves(place, sector, language),
        concentration=_concentration(sold, language),
        rivals=rivals(place, sector, quiet, language),
        competitors=competitors(place, sector, language),
        slots=slots.provided(slots.Subject(sector=sector), language),
        passport=papers.passport(ranking, language),
        sources=papers.sources(language, place.flow, around.values),
        methods=papers.methods((*around.indicators, *_of_trade(ranking, columns, quiet)), language),
        brief=page_address("brief_sector", place, sector=sector),
        scan=page_asking("scan", place, sector=sector),
        estimated_only=release.kind == "default",
        chart_style=drawings.chart_style_address(),
        release_title=papers.release_title(release),
        release_id=release.id[:16],
    )


def _description(sector: str, language: str) -> str:
    described = next(one for one in api.sectors() if one.id == sector)
    return typeset(described.description_fr if language == "fr" else described.description_en, language)


def _map(ranking: api.Ranking, place: Place, sector: str, quiet: bool, language: str) -> MapPart:
    world = f"{reverse('markets_shared:world')}?v={drawings.world()[1]}"
    style = f"{reverse('markets_shared:map_style')}?v={drawings.map_style()[1]}"
    drawn = (
        None
        if quiet
        else drawings.drawn_map(ranking, language, world, drawings.but_home(place.exporter, _cells(place, sector)))
    )
    if drawn is None:
        return MapPart(None, "", style)
    return MapPart(drawn, typeset(drawn.note_fr if language == "fr" else drawn.note_en, language), style)


def _cells(place: Place, sector: str) -> Callable[[str], str]:
    """Return what gives the address of the page of each market in this sector."""
    return addresses("cell", place, sector=sector)


def _columns(ranking: api.Ranking, quiet: bool) -> tuple[str, ...]:
    """Return what stands beside the leading indicator: what is known of at least one market."""
    wanted = ("imports_from", "imports_world", "share", "growth", "unrealised_static")
    return tuple(
        name
        for name in wanted
        if name != ranking.by
        and not (name == "imports_from" and _doubled(ranking))
        and not (quiet and selectors.promises(name))
        and any(isinstance(row.beside.get(name), api.Figure) for row in ranking.rows[:TOP])
    )


def _of_trade(ranking: api.Ranking, columns: tuple[str, ...], quiet: bool) -> tuple[str, ...]:
    """Return the indicators of trade that the page prints."""
    return () if quiet and not ranking.rows else (ranking.by, *columns)


def _by_head(ranking: api.Ranking, name: str) -> str:
    return _("%(indicator)s, estimated") % {"indicator": name} if _doubled(ranking) else name


def _doubled(ranking: api.Ranking) -> bool:
    """True where sales and what leads are one and the same estimate: one column says it."""
    return bool(ranking.rows) and twins(ranking.rows, "imports_from", ranking.by, ranking.by)


def _rows(ranking: api.Ranking, columns: tuple[str, ...], place: Place, sector: str, language: str) -> tuple[Row, ...]:
    rows, few = ranking.rows[:TOP], ranking.total <= FIRST_TEN
    scale = max((row.rank_high or 1.0 for row in rows), default=1.0)
    href = _cells(place, sector)
    return tuple(printed_row(row, columns, scale, href(row.market), False, language, few) for row in rows)


def _sold(place: Place, sector: str) -> api.Ranking:
    return questions.ranking(place, sector, "imports_from")


def _unserved(place: Place, sector: str, quiet: bool, language: str) -> tuple[Row, ...]:
    """Return the markets with most left to sell; nothing is promised where goods are no measure."""
    if quiet:
        return ()
    return _rows(questions.ranking(place, sector, "unrealised_static"), (), place, sector, language)


def _concentration(sold: api.Ranking, language: str) -> tuple[tuple[int, str], ...]:
    """Return which part of the exporter's known sales its first markets take: (how many, part)."""
    values = [row.figure.value for row in sold.rows if isinstance(row.figure, api.Figure)]
    total = sum(values)
    if total <= 0:
        return ()
    return tuple(
        (count, probability(sum(values[:count]) / total, language)) for count in _CONCENTRATED if len(values) > count
    )


def _sentence(ranking: api.Ranking, place: Place, sector: str, sold: api.Ranking, quiet: bool, language: str) -> str:
    """Say where the sector goes today and where the method points, without promising where goods are no measure."""
    first = [row for row in sold.rows[:3] if isinstance(row.figure, api.Figure)]
    if not first:
        return ""
    named = ", ".join(selectors.country_name(row.market, language) for row in first)
    if any(row.figure.status == "estimated" for row in first):  # type: ignore[union-attr] # figures only, see above
        # The model's sales and its expectation are one and the same: said once, as what it is.
        return _("By our estimate, the first markets are %(names)s.") % {"names": named}
    today = (
        _("Today the first markets are %(names)s.") if len(first) > 1 else _("Today the first market is %(names)s.")
    ) % {"names": named}
    if quiet or ranking.by == "imports_from":
        return today
    led = [selectors.country_name(row.market, language) for row in ranking.rows[:3]]
    return (
        today
        + " "
        + _("By “%(indicator)s”, the first are %(names)s.")
        % {"indicator": selectors.indicator_names(language)[ranking.by], "names": ", ".join(led)}
    )


def sector_chart(ranking: api.Ranking, place: Place, language: str) -> Chart | None:
    """Return the first markets by what leads, each with its interval where there is one; none where it says nothing."""
    if ranking.fitness == selectors.NOT_A_MEASURE:
        return None
    href = _cells(place, ranking.sector)
    bars = [
        api.ChartRow(
            label=selectors.country_name(row.market, language),
            value=row.figure.value,
            text=printed(row.figure, language).text,
            status=row.figure.status,
            low=row.figure.low,
            high=row.figure.high,
            href=href(row.market),
        )
        for row in ranking.rows[:TOP]
        if isinstance(row.figure, api.Figure)
    ]
    if not bars:
        return None
    title = ngettext(
        "%(indicator)s: the first market, %(year)s",
        "%(indicator)s: the first %(count)s markets, %(year)s",
        len(bars),
    ) % {
        "indicator": selectors.indicator_names(language)[ranking.by],
        "count": len(bars),
        "year": ranking.year,
    }
    unit = selectors.indicators()[ranking.by].unit
    about = f"{selectors.sector_name(ranking.sector, language)}, {selectors.country_name(place.exporter, language)}"
    return Chart(title, tuple(bars), unit, ranking.passport, about)
