"""How a view of the map leaves the page: files, code for other sites, citation, permanent link, picture."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from portulan.desk.markets import selectors
from portulan.desk.markets.state import MapState

FORMATS: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
    "geojson": "application/geo+json",
    "svg": "image/svg+xml",
    "png": "image/png",
}
"""The formats of a view and their types."""
WIDTH, HEIGHT = 800, 720
"""Of the frame that other sites show, unless they ask for less."""
SHORT = 16
"""Digits of the identifier of a release in an address: enough to tell any two apart."""
_UNSAFE = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Download:
    """One file to take: its format, address and what it is for."""

    name: str
    href: str
    text: str


@dataclass(frozen=True, slots=True)
class Share:
    """All the ways out of a view; ``state`` is the view with every choice filled."""

    state: MapState
    title: str
    description: str
    url: str
    image: str
    oembed: str
    figures: tuple[Download, ...]
    drawings: tuple[Download, ...]
    code: str
    citation: str
    permalink: str
    release: str


def file_name(state: MapState) -> str:
    """Return what a file of this view is called, without its ending: safe words only."""
    place = (state.flow if state.flow != "goods" else "", state.perimeter if state.perimeter != "core" else "")
    words = (state.exporter, state.sector, state.by, *place, state.year)
    return "-".join(_UNSAFE.sub("-", word.lower()).strip("-") for word in words if word)


def file_address(state: MapState, fmt: str) -> str:
    """Return the address of a view as a file."""
    name = reverse("markets:map_file", kwargs={"name": file_name(state), "fmt": fmt})
    return f"{name}?{content(state).query()}"


def content(state: MapState) -> MapState:
    """Return what decides the figures and the drawing, without what only arranges the page."""
    return state.change(find="", sort="", order="", rows="", market="", view="", release="")


def embed_address(state: MapState) -> str:
    """Return the address of the light page that other sites show."""
    return f"{reverse('markets:embed_map')}?{content(state).query()}"


def embed_code(origin: str, state: MapState, title: str, width: int = WIDTH, height: int = HEIGHT) -> str:
    """Return the HTML that shows this view on another site."""
    code = format_html(
        '<iframe src="{}" title="{}" width="{}" height="{}" loading="lazy" frameborder="0"></iframe>',
        origin + embed_address(state),
        title,
        width,
        height,
    )
    return "".join(code)  # a plain text again: a page that prints it escapes it


def file_texts() -> dict[str, str]:
    """Return what each format is for; drawings are those of a map."""
    return {
        "csv": _("CSV: any program, one row a figure"),
        "xlsx": _("Excel: figures and their passport"),
        "parquet": _("Parquet: for analysis"),
        "geojson": _("GeoJSON: the map as data"),
        "svg": _("SVG: the map, to print or edit"),
        "png": _("PNG: the map, as a picture"),
    }


def share(state: MapState, title: str, description: str, sources: Iterable[tuple[str, str]], origin: str) -> Share:
    """Return the ways out of a view that is shown: `state` has every choice filled, ``sources`` (title, licence)."""
    release = selectors.release()
    here = origin + reverse("markets:map")
    url = f"{here}?{content(state).query()}"
    pinned = f"{here}?{state.change(find='', sort='', order='', rows='', release=release.id[:SHORT]).query()}"
    files = {fmt: Download(fmt.upper(), file_address(state, fmt), text) for fmt, text in file_texts().items()}
    return Share(
        state=state,
        title=title,
        description=description,
        url=url,
        image=f"{origin}{reverse('markets:og_map')}?{content(state).query()}",
        oembed=f"{origin}{reverse('markets_shared:oembed')}?{urlencode({'url': url, 'format': 'json'})}",
        figures=tuple(files[fmt] for fmt in ("csv", "xlsx", "parquet")),
        drawings=tuple(files[fmt] for fmt in ("svg", "png", "geojson")),
        code=embed_code(origin, state, title),
        citation=citation(title, release.id, sources, pinned),
        permalink=pinned,
        release=release.id[:SHORT],
    )


def citation(title: str, release: str, sources: Iterable[tuple[str, str]], url: str) -> str:
    """Return how a view is cited: what it is, which release, after whom (title, licence), and where."""
    after = "; ".join(f"{source} ({licence})" if licence else source for source, licence in sources)
    return _("“%(title)s”, Portulan, release %(release)s, after %(sources)s. %(url)s") % {
        "title": title,
        "release": release[:SHORT],
        "sources": after,
        "url": url,
    }
