"""What a publication holds: the address of every page of the public atlas of one exporter."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from portulan.desk.markets import selectors

LANGUAGES = ("en", "fr")
TEXTS = ("method", "sources", "releases", "accessibility", "legal", "evidence")
TOOLS = ("scan", "compare")
"""Pages that work in the reader's browser, on the documents published beside them."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page: the address of the portal that makes it, and the path it is published at (ends with a slash)."""

    address: str
    path: str

    @property
    def language(self) -> str:
        """The language of the page, from its address."""
        return self.address.split("/", 2)[1]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whose atlas is published, and of which markets and sectors (all, where none is named)."""

    exporter: str = "FRA"
    markets: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()


def _query(exporter: str) -> str:
    return "" if exporter == "FRA" else f"?{urlencode({'exporter': exporter})}"


def map_path(language: str, sector: str, by: str) -> str:
    """Return where the default view of a sector and indicator is published."""
    return f"/{language}/map/{sector}/{by}/"


def map_address(language: str, exporter: str, sector: str, by: str) -> str:
    """Return the address of the default view of a sector and indicator on the portal."""
    return f"/{language}/map/?{urlencode({'exporter': exporter, 'sector': sector, 'by': by})}"


def scan_address(language: str, exporter: str, sector: str, name: str = "") -> str:
    """Return the address of the scan of a sector on the portal, or of a document beside it."""
    return f"/{language}/scan/{name}?{urlencode({'exporter': exporter, 'sector': sector})}"


def tool_address(language: str, name: str, wanted: Wanted) -> str:
    """Return the address of a tool on the portal, on a sector that is published: books where they are."""
    single = single_sectors(wanted)
    sector = {"sector": "book" if "book" in single else single[0]} if single else {}
    return f"/{language}/{name}/?{urlencode({'exporter': wanted.exporter, **sector})}"


def scanned(wanted: Wanted) -> Iterator[Page]:
    """Yield the document that the scan of each sector works on."""
    for language in LANGUAGES:
        for sector in single_sectors(wanted):
            yield Page(
                scan_address(language, wanted.exporter, sector, "data.json"), f"/{language}/scan/{sector}/data.json"
            )


def single_sectors(wanted: Wanted) -> tuple[str, ...]:
    """Return the sectors that stand alone, among those that are published."""
    kinds = selectors.sector_kinds()
    return tuple(sector for sector in wanted.sectors or kinds if kinds.get(sector) == "sector")


def pages(wanted: Wanted) -> Iterator[Page]:
    """Yield every page, the short lists first, then market by market."""
    query = _query(wanted.exporter)
    kinds = selectors.sector_kinds()
    sectors = wanted.sectors or tuple(kinds)
    single = single_sectors(wanted)
    markets = wanted.markets or tuple(sorted(selectors.country_names("en")))
    for language in LANGUAGES:
        root = f"/{language}/"
        yield Page(f"{root}{query}", root)
        for name in ("markets", "sectors", *TEXTS):
            yield Page(f"{root}{name}/{query}", f"{root}{name}/")
        for name in TOOLS:
            yield Page(tool_address(language, name, wanted), f"{root}{name}/")
    # The languages of one page side by side: what is read of the release for one serves the other.
    for sector in sectors:
        for language in LANGUAGES:
            yield Page(f"/{language}/sectors/{sector}/{query}", f"/{language}/sectors/{sector}/")
            if sector in single:
                yield Page(scan_address(language, wanted.exporter, sector), f"/{language}/scan/{sector}/")
        for by in selectors.rankable_indicators():
            for language in LANGUAGES:
                yield Page(map_address(language, wanted.exporter, sector, by), map_path(language, sector, by))
    for market in markets:
        if market == wanted.exporter:
            continue
        for language in LANGUAGES:
            yield Page(f"/{language}/markets/{market}/{query}", f"/{language}/markets/{market}/")
        for sector in single:
            for language in LANGUAGES:
                path = f"/{language}/markets/{market}/{sector}/"
                yield Page(path + query, path)
