"""Makes the files of a publication: pages by the views of the portal, what they refer to, and the data of the tools."""

from __future__ import annotations

import inspect
import io
import json
import multiprocessing
import os
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qsl, urlsplit

from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.urls import resolve
from django.utils.translation import gettext as _
from django.utils.translation import override

from portulan.desk.markets import drawings, selectors
from portulan.desk.publication import pages as listing
from portulan.desk.publication.alone import Words
from portulan.desk.publication.pages import LANGUAGES, Page, Wanted
from portulan.desk.publication.rewriting import Site, stand_alone

THEME = "portulan.desk.theme"
_OK = 200


class PageError(Exception):
    """The portal did not answer with a page where the publication wants one."""


def release_id() -> str:
    """Return the identifier of the release that is published."""
    return selectors.release().id


def pages_of(wanted: Wanted) -> list[Page]:
    """Return every page of a publication."""
    return list(listing.pages(wanted))


def site_of(wanted: Wanted, live: str) -> Site:
    """Return what the links of a publication can lead to."""
    every = [*pages_of(wanted), *listing.scanned(wanted)]
    ignored = frozenset(
        {
            ("exporter", wanted.exporter),
            ("perimeter", "core"),
            ("flow", selectors.usual_flow(selectors.release().flows)),
        }
    )
    states: dict[tuple[str, tuple[tuple[str, str], ...]], str] = {}
    for page in every:
        parts = urlsplit(page.address)
        asked = tuple(sorted(pair for pair in parse_qsl(parts.query) if pair not in ignored))
        if asked:
            states[parts.path, asked] = page.path
    for language in LANGUAGES:
        shown = wanted.sectors or tuple(selectors.sector_kinds())
        for sector in shown:
            # What the map shows when no indicator is asked for is one of the views that are published.
            led = listing.map_path(language, sector, selectors.leading_indicator(wanted.exporter, sector))
            states[f"/{language}/map/", (("sector", sector),)] = led
        first = "book" if "book" in shown else shown[0]
        states[f"/{language}/map/", ()] = states[f"/{language}/map/", (("sector", first),)]
    return Site(
        paths=frozenset(page.path for page in every),
        states=states,
        ignored=ignored,
        tools=frozenset(f"/{language}/{name}/" for language in LANGUAGES for name in listing.TOOLS),
        live=live.rstrip("/"),
        offered=frozenset(listing.single_sectors(wanted)),
        words={language: _words(language, wanted) for language in LANGUAGES},
    )


def _words(language: str, wanted: Wanted) -> Words:
    """Return what the publication says where the portal would answer."""
    with override(language):
        return Words(
            scan=_("The order below is with the weights shown. To change them, JavaScript is needed."),
            compare=_(
                "Markets are put side by side in your browser, with JavaScript. Without it, read their own pages."
            ),
            missing=_("The sector asked for is not published here. Shown instead: {}"),
            lost=_("Not a market of this sector: {}"),
            failed=_("The figures could not be read. Try again."),
            sectors=tuple(
                (selectors.sector_name(sector, language), f"/{language}/sectors/{sector}/")
                for sector in wanted.sectors or tuple(selectors.sector_kinds())
            ),
        )


def write_whole(path: Path, data: bytes) -> bool:
    """Write a file whole, or leave it as it is where it holds this already; return whether it was written."""
    try:
        if path.read_bytes() == data:
            return False
    except OSError:
        path.parent.mkdir(parents=True, exist_ok=True)
    # A file in the making is never seen: it takes its name when it is complete.
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.write_bytes(data)
    temporary.replace(path)
    return True


class _Request(WSGIRequest):
    """A request whose host is the one that absolute addresses of the publication name."""

    host = "localhost"

    def get_host(self) -> str:
        """Return the host of the live portal, where there is one."""
        return self.host


class Maker:
    """Makes pages one after another, in one process."""

    def __init__(self, out: Path, wanted: Wanted, live: str) -> None:
        self._out, self._site = out, site_of(wanted, live)
        # The same few thousand links stand on every page.
        self._target = lru_cache(maxsize=100_000)(self._site.target)
        # The host stands in absolute addresses only: that of the portal where there is one.
        parts = urlsplit(live)
        self._host, self._scheme = parts.netloc or "localhost", parts.scheme or "http"

    def answer(self, address: str) -> HttpResponse:
        """Return what the portal answers at an address, without its middleware: nothing there changes a page."""
        parts = urlsplit(address)
        found = resolve(parts.path)
        request = self._request(parts.path, parts.query)
        view = inspect.unwrap(found.func)
        response: HttpResponse = view(request, *found.args, **found.kwargs)
        if response.status_code != _OK:
            raise PageError(f"the portal answers {response.status_code} at {address}")
        return response

    def _request(self, path: str, query: str) -> _Request:
        request = _Request(
            {
                "REQUEST_METHOD": "GET",
                "PATH_INFO": path,
                "QUERY_STRING": query,
                "SERVER_NAME": "localhost",
                "SERVER_PORT": "80",
                "wsgi.url_scheme": self._scheme,
                "wsgi.input": io.BytesIO(),
            }
        )
        request.host = self._host
        return request

    def write(self, pages: Sequence[Page]) -> list[tuple[str, bool]]:
        """Write pages; return the name of each file, and whether it changed."""
        made = []
        for page in pages:
            with override(page.language):
                text = self.answer(page.address).content.decode()
            name = f"{page.path[1:]}index.html"
            made.append((name, write_whole(self._out / name, stand_alone(text, self._site, self._target).encode())))
        return made

    def write_documents(self, wanted: Wanted) -> Iterator[tuple[str, bool]]:
        """Write the documents that the tools work on; the pages they lead to are those of the publication."""
        for language in LANGUAGES:
            with override(language):
                index = json.loads(self.answer(f"/{language}/search.json").content)
            for kind in ("markets", "sectors", "pages"):
                index[kind] = [row for row in index[kind] if self._site.target(row[-1]) in self._site.paths]
            text = json.dumps(index, ensure_ascii=False, separators=(",", ":"))
            yield f"{language}/search.json", write_whole(self._out / language / "search.json", text.encode())
        for page in listing.scanned(wanted):
            with override(page.language):
                document = json.loads(self.answer(page.address).content)
            for market in document["markets"]:
                market["href"] = self._site.target(market["href"])
            text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
            yield page.path[1:], write_whole(self._out / page.path[1:], text.encode())


_maker: list[Maker] = []


def _end_with_parent() -> None:
    """End this process when the one that started it is no more: nobody would read what it makes."""
    if (parent := multiprocessing.parent_process()) is not None:
        parent.join()
        os._exit(1)


def start_worker(release: str, out: Path, wanted: Wanted, live: str) -> None:
    """Prepare a process that makes pages: it reads the settings and opens the release itself."""
    import django

    Thread(target=_end_with_parent, name="end-with-parent", daemon=True).start()
    django.setup()
    settings.PORTULAN_RELEASE = release
    _maker.append(Maker(out, wanted, live))


def write_in_worker(pages: Sequence[Page]) -> list[tuple[str, bool]]:
    """Write pages in a process that was prepared."""
    return _maker[0].write(pages)


def names(wanted: Wanted) -> Iterator[str]:
    """Yield the name of every file of a publication but those for robots."""
    yield from (name for name, _data in _common())
    yield from (f"{language}/search.json" for language in LANGUAGES)
    yield from (page.path[1:] for page in listing.scanned(wanted))
    yield from (f"{page.path[1:]}index.html" for page in pages_of(wanted))


def write_common(out: Path, wanted: Wanted, live: str) -> Iterator[tuple[str, bool]]:
    """Write what pages share: styles, scripts, fonts, shapes of the world, the door of each language, the index."""
    for name, data in _common():
        yield name, write_whole(out / name, data)
    yield from Maker(out, wanted, live).write_documents(wanted)


def _common() -> Iterable[tuple[str, bytes]]:
    # Our own files, then those that the theme takes from a package (none for the default theme).
    for prefix, root in (("", Path(settings.DESK) / "theme" / "static"), *settings.STATICFILES_DIRS):
        for path in sorted(root.rglob("*")):
            if path.is_file():
                yield f"static/{Path(prefix, path.relative_to(root)).as_posix()}", path.read_bytes()
    yield "atlas/world.svg", drawings.world()[0]
    yield "atlas/map.css", drawings.map_style()[0]
    yield "atlas/charts.css", drawings.chart_style()[0]
    yield "index.html", render_to_string("theme/door.html").encode()
    yield "404.html", render_to_string("theme/lost.html").encode()
