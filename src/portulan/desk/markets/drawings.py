"""What the pages of the atlas are drawn with: maps, small maps, files of maps, pictures, and their styles."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Final

from django.urls import reverse

from portulan.atlas import api
from portulan.desk.markets import selectors


def drawn_map(
    ranking: api.Ranking, language: str, world_href: str, href: Callable[[str], str], scale: str = ""
) -> api.DrawnMap | None:
    """Return the map of a ranking, or None where no figure is known; each market leads to the address `href` gives."""
    if not any(isinstance(row.figure, api.Figure) for row in (*ranking.rows, *ranking.apart)):
        return None
    return api.world_map(ranking, lang=language, world_href=world_href, href=href, scale=scale or None)


def but_home(exporter: str, href: Callable[[str], str]) -> Callable[[str], str]:
    """Return addresses with none for the exporter itself: it has no page as a market of its own."""
    return lambda market: "" if market == exporter else href(market)


def drawn_leaders(
    found: api.Leaders, exporter: str, language: str, world_href: str, href: Callable[[str], str]
) -> api.DrawnMap:
    """Return the map of who leads in each market; each leads to the address `href` gives."""
    return api.leaders_map(found, exporter=exporter, lang=language, href=href, world_href=world_href)


def drawn_smalls(
    rankings: Sequence[api.Ranking], language: str, href: Callable[[api.Ranking], str], scale: str = ""
) -> api.DrawnMaps | None:
    """Return one small map a ranking, under the same classes; None where no ranking has a figure."""
    known = [one for one in rankings if any(isinstance(row.figure, api.Figure) for row in one.rows)]
    return api.small_maps(known, lang=language, href=href, scale=scale or None) if known else None


PICTURE_WIDTH: Final = 2000
"""Pixels across the map as a picture: sharp on a printed page."""


def file_of(ranking: api.Ranking, fmt: str, language: str, scale: str = "") -> bytes:
    """Return a ranking as a file of its figures or of its map."""
    opened = selectors.release()
    if fmt == "geojson":
        return api.map_geojson(ranking, language, release=opened).encode()
    if fmt in ("svg", "png"):
        svg = api.map_svg_file(ranking, language, scale=scale or None, release=opened)
        return svg.encode() if fmt == "svg" else api.png(svg, PICTURE_WIDTH)
    return api.export_ranking(ranking, fmt, language, release=opened)


def leaders_file(found: api.Leaders, exporter: str, fmt: str, language: str) -> bytes:
    """Return who leads in each market as a file of the figures or of the map, seen from an exporter."""
    opened = selectors.release()
    if fmt == "geojson":
        return api.leaders_geojson(found, language, release=opened).encode()
    if fmt in ("svg", "png"):
        svg = api.leaders_svg_file(found, exporter=exporter, lang=language, release=opened)
        return svg.encode() if fmt == "svg" else api.png(svg, PICTURE_WIDTH)
    return api.export_leaders(found, fmt, language, release=opened)


def card_of(ranking: api.Ranking, language: str, scale: str = "") -> bytes:
    """Return the picture that other sites show beside a link to a ranking."""
    return api.ranking_card(
        ranking, release=selectors.release(), lang="fr" if language == "fr" else "en", scale=scale or None
    )


@lru_cache(maxsize=1)
def world() -> tuple[bytes, str]:
    """Return the shapes of the world, the same for every map, and the digest of them."""
    return _with_digest(api.world_svg())


@lru_cache(maxsize=1)
def map_style() -> tuple[bytes, str]:
    """Return the style sheet of the maps and its digest."""
    return _with_digest(api.map_css())


@lru_cache(maxsize=1)
def chart_style() -> tuple[bytes, str]:
    """Return the style sheet of the charts and its digest."""
    return _with_digest(api.charts_css())


def chart_style_address() -> str:
    """Return the address of the style sheet of the charts."""
    return f"{reverse('markets_shared:chart_style')}?v={chart_style()[1]}"


def _with_digest(text: str) -> tuple[bytes, str]:
    data = text.encode()
    return data, hashlib.sha256(data).hexdigest()[:12]
