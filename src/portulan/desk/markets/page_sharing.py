"""How a page leaves the site: its files, its citation, and what other sites show of a link to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portulan.desk.markets import passport as papers
from portulan.desk.markets import questions, selectors, sharing
from portulan.desk.markets.cell_page import CellPage
from portulan.desk.markets.compare_charts import Drawing
from portulan.desk.markets.compare_page import ComparePage
from portulan.desk.markets.compare_state import compare_address
from portulan.desk.markets.home_page import home_title
from portulan.desk.markets.lists_page import MarketsPage
from portulan.desk.markets.market_page import MarketPage
from portulan.desk.markets.place import Place, page_address
from portulan.desk.markets.scan_page import ScanPage
from portulan.desk.markets.scan_state import ScanState, scan_address
from portulan.desk.markets.sector_page import SectorPage
from portulan.desk.markets.sharing import Download, citation
from portulan.desk.markets.state import MapState

TABLES: Final = ("csv", "xlsx", "parquet")
DRAWINGS: Final = ("svg", "png")
"""What a chart can be taken as."""


@dataclass(frozen=True, slots=True)
class Files:
    """Files that hold the same thing."""

    label: str
    files: tuple[Download, ...]


@dataclass(frozen=True, slots=True)
class PageShare:
    """All the ways out of a page; ``url`` and ``image`` are whole addresses. Nothing to cite leaves no citation.

    ``alt`` is the sentence that the picture shows, for those who do not see it.
    """

    title: str
    description: str
    url: str
    image: str
    alt: str
    oembed: str = ""
    files: tuple[Files, ...] = ()
    citation: str = ""


def dated(place: Place, year: int | None) -> Place:
    """Return the place with the year that is shown, so that a link kept shows that year for ever."""
    return place.change(year=str(year or ""))


def market_share(page: MarketPage, origin: str) -> PageShare:
    """Return the ways out of the page of a market."""
    place, words = dated(page.place, page.year), {"market": page.iso3}
    title = _("%(market)s, market for the culture of %(exporter)s") % {"market": page.name, "exporter": page.exporter}
    files = [_tables("file_market", place, **words)]
    if page.chart is not None:
        files.append(_charts("file_market", place, **words))
    return _page("market", title, page.sentence or page.name, place, words, files, page.sources, origin)


def cell_share(page: CellPage, origin: str) -> PageShare:
    """Return the ways out of the page of a market and sector."""
    place, words = dated(page.place, page.year), {"market": page.market, "sector": page.sector}
    names = {"market": page.market_name, "sector": page.sector_name, "exporter": page.exporter}
    title = _("%(sector)s, market: %(market)s, exporter: %(exporter)s") % names
    said = f"{page.fitness_text} {page.fitness_reason}" if page.quiet else page.sentence or page.fitness_text
    files = [_tables("file_cell", place, **words)]
    if page.sellers_chart is not None:
        files.append(_charts("file_cell", place, **words))
    return _page("cell", title, said, place, words, files, page.sources, origin)


def sector_share(page: SectorPage, origin: str) -> PageShare:
    """Return the ways out of the page of a sector: the ranking and the map are the explorer's, the same files."""
    place, words = dated(page.place, page.year), {"sector": page.id}
    title = _("%(sector)s: export markets of %(exporter)s") % {"sector": page.name, "exporter": page.exporter}
    said = f"{page.fitness_text} {page.fitness_reason}" if page.quiet else page.sentence or page.fitness_text
    by = questions.leading(page.place, page.id).by
    state = MapState(place.exporter, page.id, place.perimeter, by, place.flow, place.year)
    address = partial(sharing.file_address, state)
    files = [] if page.empty else [Files(_("The ranking"), _downloads(TABLES, address))]
    if page.orientation.rows:
        files.append(Files(_("Scores and their parts"), _asked("file_scan", ScanState(place, page.id).query())))
    if page.map.drawn is not None:
        files.append(Files(_("The map"), _downloads((*DRAWINGS, "geojson"), address)))
    if page.chart is not None:
        files.append(_charts("file_sector", place, **words))
    if page.rivals.drawn is not None:
        led = partial(page_address, "file_leaders", place, **words)
        files.append(Files(_("Who leads: the figures"), _downloads(TABLES, lambda fmt: led(fmt=fmt))))
        files.append(Files(_("Who leads: the map"), _downloads((*DRAWINGS, "geojson"), lambda fmt: led(fmt=fmt))))
    return _page("sector", title, said, place, words, files, page.sources, origin)


def compare_share(page: ComparePage, origin: str) -> PageShare:
    """Return the ways out of a comparison; no file where nothing is compared yet."""
    names = ", ".join(column.name for column in page.columns)
    title = _("%(sector)s, exporter %(exporter)s: %(names)s") % {
        "names": names,
        "sector": page.sector,
        "exporter": page.exporter,
    }
    said = _(
        "Up to four markets side by side: %(sector)s, %(exporter)s. Every figure with its year, status and interval."
    )
    names_of = {"sector": page.sector, "exporter": page.exporter}
    state = page.state.change(place=dated(page.state.place, page.year))
    files: tuple[Files, ...] = ()
    if page.blocks:
        charts = (Files(one.title, _drawn(one, state.query())) for one in page.glance.drawings)
        files = (Files(_("The figures"), _asked("file_compare", state.query())), *charts)
    url = f"{origin}{compare_address(state)}"
    return PageShare(
        title=title if names else _("Compare markets"),
        description=said % names_of,
        url=url,
        image=f"{origin}{reverse('markets:og_compare')}?{state.query()}",
        alt=f"{page.by}." if page.by else said % names_of,
        files=files,
        citation=_cited(title, page.sources, url) if files else "",
    )


def scan_share(page: ScanPage, origin: str) -> PageShare:
    """Return the ways out of a scan, with the weights it was made with."""
    heading = _("Orientation") if page.orientation else _("Scan")
    names = {"heading": heading, "sector": page.sector, "exporter": page.exporter}
    title = _("%(heading)s: %(sector)s, %(exporter)s") % names
    state = page.state.change(place=dated(page.state.place, page.year), rows="")
    files: tuple[Files, ...] = ()
    if page.rows:
        files = (Files(_("Scores and their parts"), _asked("file_scan", state.query())),)
    url = f"{origin}{scan_address(state)}"
    return PageShare(
        title=title,
        description=page.what,
        url=url,
        image=f"{origin}{reverse('markets:og_scan')}?{state.query()}",
        alt=page.what,
        files=files,
        citation=_cited(title, page.sources, url) if files else "",
    )


def home_share(place: Place, origin: str) -> PageShare:
    """Return what other sites show of the home."""
    said = _(
        "Open atlas of export markets for the cultural and creative industries: how large, how fast, who sells there, "
        "what more could be sold, and how sure it is."
    )
    return _listed("home", _("Where can culture go?"), said, place, origin)


def evidence_share(place: Place, origin: str) -> PageShare:
    """Return what other sites show of the sector in figures."""
    said = _(
        "The official totals quoted of the cultural and creative industries, each with its perimeter, year and source, "
        "or with what is not known of them."
    )
    title, url = _("The sector in figures"), f"{origin}{page_address('evidence', place)}"
    return PageShare(title, said, url, f"{origin}{page_address('og_evidence', place)}", said)


def markets_share(page: MarketsPage, place: Place, origin: str) -> PageShare:
    """Return what other sites show of the list of markets."""
    said = _(
        "%(count)s countries and territories, each with what %(exporter)s sells there, all sectors together, in "
        "%(year)s."
    )
    words = {"count": page.count, "exporter": page.exporter, "year": page.year}
    return _listed("markets", _("All markets"), said % words, place, origin)


def sectors_share(place: Place, origin: str) -> PageShare:
    """Return what other sites show of the list of sectors."""
    said = _("Trade figures measure some of these sectors, part of others, and some not at all; each says which.")
    return _listed("sectors", _("All sectors"), said, place, origin)


def _listed(name: str, title: str, description: str, place: Place, origin: str) -> PageShare:
    """Return what other sites show of a page without files: its words, and the picture of the home."""
    url, picture = f"{origin}{page_address(name, place)}", f"{origin}{page_address('og_home', place)}"
    sold = questions.ranking(place, questions.ALL, "imports_from")
    return PageShare(title, description, url, picture, f"{home_title(sold, get_language() or '')}.")


def _page(
    name: str,
    title: str,
    description: str,
    place: Place,
    words: dict[str, str],
    files: Sequence[Files],
    sources: Iterable[papers.Source],
    origin: str,
) -> PageShare:
    url = f"{origin}{page_address(name, place, **words)}"
    return PageShare(
        title=title,
        description=description,
        url=url,
        image=f"{origin}{page_address(f'og_{name}', place, **words)}",
        alt=description,
        oembed=f"{origin}{reverse('markets_shared:oembed')}?{urlencode({'url': url, 'format': 'json'})}",
        files=tuple(files),
        citation=_cited(title, sources, url),
    )


def _cited(title: str, sources: Iterable[papers.Source], url: str) -> str:
    used = [(one.title, one.licence) for one in sources]
    return citation(title, selectors.release().id, used, url)


def _tables(name: str, place: Place, **words: str) -> Files:
    return Files(_("The figures"), _downloads(TABLES, lambda fmt: page_address(name, place, fmt=fmt, **words)))


def _charts(name: str, place: Place, **words: str) -> Files:
    return Files(
        _("The chart"),
        _downloads(DRAWINGS, lambda fmt: page_address(name, place, fmt=fmt, **words), _chart_texts()),
    )


def _chart_texts() -> dict[str, str]:
    return {"svg": _("SVG: the chart, to print or edit"), "png": _("PNG: the chart, as a picture")}


def _drawn(drawing: Drawing, query: str) -> tuple[Download, ...]:
    """Return the files of one chart of a comparison."""

    def address(fmt: str) -> str:
        return f"{reverse('markets:file_compare_chart', kwargs={'chart': drawing.name, 'fmt': fmt})}?{query}"

    return _downloads(DRAWINGS, address, _chart_texts())


def _asked(name: str, query: str) -> tuple[Download, ...]:
    return _downloads(TABLES, lambda fmt: f"{reverse(f'markets:{name}', kwargs={'fmt': fmt})}?{query}")


def _downloads(
    formats: Iterable[str], address: Callable[[str], str], texts: Mapping[str, str] | None = None
) -> tuple[Download, ...]:
    told = texts or sharing.file_texts()
    return tuple(Download(_NAMES.get(fmt, fmt.upper()), address(fmt), told[fmt]) for fmt in formats)


_NAMES: Final = {"xlsx": "Excel", "parquet": "Parquet", "geojson": "GeoJSON"}
