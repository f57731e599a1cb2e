"""Pages kept whole: a release never changes, so a page is written once for each address and content of its slots."""

from __future__ import annotations

import functools
import gzip
import hashlib
import re
from collections.abc import Callable
from dataclasses import fields
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import get_script_prefix
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language

from portulan.desk.core import slots
from portulan.desk.markets import selectors
from portulan.desk.markets.place import Place
from portulan.desk.markets.shelf import Page, Shelf, Shelves

View = Callable[..., HttpResponse]
PLACE = tuple(field.name for field in fields(Place))
"""What most pages are asked: exporter, perimeter, flow, year."""
PLAIN, ASKED = 900, 600
"""Pages kept by a worker, at most: those that need no question, and those that answer one; see their weight too."""
MINUTES = 300
_LEVEL = 6
_PACKED = re.compile(r"\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))", re.IGNORECASE)
PLAIN_BYTES, ASKED_BYTES = 18_000_000, 12_000_000
"""What the pages kept by a worker may weigh, packed."""
_OK = 200

shelf = Shelves(Shelf(PLAIN, PLAIN_BYTES), Shelf(ASKED, ASKED_BYTES))


def _asked(
    request: HttpRequest, names: frozenset[str], prefix: str, many: str, free: frozenset[str]
) -> tuple[tuple[str, str], ...] | None:
    """Return what an address asks, in one order; None where it asks in free words.

    Whatever else the address says changes nothing on the page, or is another way to say it: it is taken out of the
    request, for anyone could write a million such addresses, and every page prints its own.
    """
    query = request.META.get("QUERY_STRING", "")
    if not query:
        return ()
    pairs: list[tuple[str, str]] = []
    for name, values in sorted(request.GET.lists()):
        if name in names or (prefix and name.startswith(prefix)):
            # Of a word said twice, views read the last.
            pairs += [(name, value) for value in (values if name == many else values[-1:])]
        elif name in free and values[-1].strip():
            return None
    if (plain := urlencode(pairs)) != query:
        request.META["QUERY_STRING"] = plain
        request.GET = QueryDict(plain)
    return tuple(pairs)


def _state() -> object:
    """Return what every page follows from, beside its address."""
    return selectors.release_key(), slots.version(), settings.PORTULAN_THEME, selectors.former_key()


def _sent(request: HttpRequest, page: Page) -> HttpResponse:
    packed = _PACKED.search(request.headers.get("Accept-Encoding", "")) is not None
    response = HttpResponse(page.packed if packed else gzip.decompress(page.packed), content_type=page.content_type)
    if packed:
        response["Content-Encoding"] = "gzip"
    response["Content-Length"] = str(len(response.content))
    response["ETag"] = f'W/"{page.etag}"'
    response["Cache-Control"] = f"public, max-age={MINUTES}"
    patch_vary_headers(response, ["Accept-Encoding"])
    return response


def _packed(response: HttpResponse) -> Page:
    text = response.content
    return Page(
        gzip.compress(text, _LEVEL, mtime=0),
        len(text),
        response["Content-Type"],
        hashlib.sha256(text).hexdigest()[:24],
    )


def kept(*names: str, prefix: str = "", many: str = "", free: tuple[str, ...] = ()) -> Callable[[View], View]:
    """Keep the good answers of a view, packed; answer again from memory while release and slots stay the same.

    ``names`` is what the view reads of a query, ``prefix`` begins the names that it reads by pattern, and ``many`` is
    the one that may be repeated. ``free`` are those with endless answers: a query that holds one is never kept.
    """
    known = frozenset((*names, *([many] if many else [])))
    endless = frozenset(free)

    def keeping(view: View) -> View:
        @functools.wraps(view)
        def answer(request: HttpRequest, *args: object, **words: object) -> HttpResponse:
            if (asked := _asked(request, known, prefix, many, endless)) is None:
                return view(request, *args, **words)
            # Host: pages hold their own address. Nothing else of a request changes what is written.
            here = (request.scheme, request.get_host(), get_script_prefix(), request.path)
            key, state = (get_language(), *here, asked), _state()
            place = shelf.of(bool(asked))
            if (page := place.get(key, state)) is not None:
                return _sent(request, page)
            response = view(request, *args, **words)
            if response.status_code != _OK or response.streaming or response.has_header("Content-Encoding"):
                return response
            page = _packed(response)
            # Kept only where nothing moved meanwhile: a page must not mix the figures of two releases.
            if _state() == state:
                place.put(key, page, state)
            return _sent(request, page)

        return answer

    return keeping
