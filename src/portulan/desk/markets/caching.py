"""Pages kept whole: a release never changes, so a page is written once for each address and content of its slots."""

from __future__ import annotations

import functools
import gzip
import hashlib
import re
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language

from portulan.desk.core import slots
from portulan.desk.markets import selectors

View = Callable[..., HttpResponse]
KEPT = 1500
"""Pages kept by a worker, at most; see `MOST_BYTES` too."""
MINUTES = 300
_LEVEL = 6
_PACKED = re.compile(r"\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))", re.IGNORECASE)
MOST_BYTES = 30_000_000
"""What the pages kept by a worker may weigh, packed."""
_OK = 200


@dataclass(frozen=True, slots=True)
class _Kept:
    packed: bytes
    plain_size: int
    content_type: str
    etag: str


class _Shelf:
    """The pages a worker keeps, the least used leaving first."""

    def __init__(self, size: int, most_bytes: int) -> None:
        self._size, self._most_bytes, self._bytes = size, most_bytes, 0
        self._pages, self._lock = OrderedDict[object, _Kept](), threading.Lock()

    def get(self, key: object) -> _Kept | None:
        with self._lock:
            if (page := self._pages.get(key)) is not None:
                self._pages.move_to_end(key)
            return page

    def put(self, key: object, page: _Kept) -> None:
        with self._lock:
            if (before := self._pages.pop(key, None)) is not None:
                self._bytes -= len(before.packed)
            self._pages[key] = page
            self._bytes += len(page.packed)
            while len(self._pages) > self._size or self._bytes > self._most_bytes:
                self._bytes -= len(self._pages.popitem(last=False)[1].packed)

    def clear(self) -> None:
        with self._lock:
            self._pages.clear()
            self._bytes = 0


shelf = _Shelf(KEPT, MOST_BYTES)


def _key(request: HttpRequest) -> object:
    # Host: pages hold their own address. Nothing else of a request changes what is written.
    return (
        selectors.release_key(),
        slots.version(),
        settings.PORTULAN_THEME,
        settings.PORTULAN_PREVIOUS_RELEASE,
        get_language(),
        request.scheme,
        request.get_host(),
        request.get_full_path(),
    )


def _sent(request: HttpRequest, page: _Kept) -> HttpResponse:
    packed = _PACKED.search(request.headers.get("Accept-Encoding", "")) is not None
    response = HttpResponse(page.packed if packed else gzip.decompress(page.packed), content_type=page.content_type)
    if packed:
        response["Content-Encoding"] = "gzip"
    response["Content-Length"] = str(len(response.content))
    response["ETag"] = f'W/"{page.etag}"'
    response["Cache-Control"] = f"public, max-age={MINUTES}"
    patch_vary_headers(response, ["Accept-Encoding"])
    return response


def kept(view: View) -> View:
    """Keep the good answers of a view, packed; answer again from memory while release and slots stay the same."""

    @functools.wraps(view)
    def answer(request: HttpRequest, *args: object, **words: object) -> HttpResponse:
        key = _key(request)
        if (page := shelf.get(key)) is not None:
            return _sent(request, page)
        response = view(request, *args, **words)
        if response.status_code != _OK or response.streaming or response.has_header("Content-Encoding"):
            return response
        # Kept only where nothing moved meanwhile: a page must not mix the figures of two releases.
        if _key(request) != key:
            return response
        text = response.content
        page = _Kept(
            gzip.compress(text, _LEVEL, mtime=0),
            len(text),
            response["Content-Type"],
            hashlib.sha256(text).hexdigest()[:24],
        )
        shelf.put(key, page)
        return _sent(request, page)

    return answer
