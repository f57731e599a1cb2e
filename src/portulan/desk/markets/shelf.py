"""A shelf of finished pages that strangers cannot empty: who is asked for often stays, whoever else is asked for.

A page that comes to a full shelf takes a place only from one that was asked for less often lately (TinyLFU: Einziger,
Friedman and Manes, ACM Transactions on Storage 13(4), 2017, with plain counts in the place of their sketch). A stream
of addresses that nobody asks for twice, however long, takes no place from the pages that readers come back to.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass

REMEMBERED = 20
"""Requests that are remembered, for each place on the shelf: then every count is halved, so that fame fades."""


@dataclass(frozen=True, slots=True)
class Page:
    """One finished page, packed."""

    packed: bytes
    plain_size: int
    content_type: str
    etag: str


class Shelf:
    """At most ``size`` pages that weigh ``most_bytes`` together, all of one state of the site.

    The state is whatever pages follow from beside their address. When it changes, every page goes, for none of them can
    be asked for again; what addresses readers ask for is still known.
    """

    def __init__(self, size: int, most_bytes: int) -> None:
        self._size, self._most_bytes = size, most_bytes
        self._lock = threading.Lock()
        self._state: object = None
        self._empty()
        # By hash: a count is a hint, and the addresses of pages that are not kept would weigh more than the pages.
        self._counts: dict[int, int] = {}
        self._requests = 0

    def _empty(self) -> None:
        self._bytes = 0
        # The longest unasked comes first.
        self._pages = OrderedDict[object, Page]()

    def get(self, key: object, state: object = None) -> Page | None:
        """Return a page of this state of the site, and remember that it was asked for."""
        with self._lock:
            if state != self._state:
                self._state = state
                self._empty()
            self._count(key)
            if (page := self._pages.get(key)) is not None:
                self._pages.move_to_end(key)
            return page

    def put(self, key: object, page: Page, state: object = None) -> bool:
        """Keep a page where there is room, or where it was asked for more often than who must go; return whether."""
        with self._lock:
            if state != self._state:
                return False
            if (before := self._pages.pop(key, None)) is not None:
                self._bytes -= len(before.packed)
            going = self._who_must_go(len(page.packed))
            if going is None or any(self._fame(one) >= self._fame(key) for one in going):
                return False
            for one in going:
                self._bytes -= len(self._pages.pop(one).packed)
            self._pages[key] = page
            self._bytes += len(page.packed)
            return True

    def clear(self) -> None:
        """Forget every page, and what was asked for."""
        with self._lock:
            self._empty()
            self._counts, self._requests = {}, 0

    def __len__(self) -> int:
        return len(self._pages)

    def _fame(self, key: object) -> int:
        return self._counts.get(hash(key), 0)

    def _count(self, key: object) -> None:
        self._counts[hash(key)] = self._fame(key) + 1
        self._requests += 1
        if self._requests >= self._size * REMEMBERED:
            self._counts = {one: count // 2 for one, count in self._counts.items() if count > 1}
            self._requests //= 2

    def _who_must_go(self, weight: int) -> list[object] | None:
        """Return the pages that make room for one of this weight, the longest unasked first; None: it never fits."""
        if weight > self._most_bytes or not self._size:
            return None
        going: list[object] = []
        left, weighing = len(self._pages), self._bytes
        for one, page in self._pages.items():
            if left < self._size and weighing + weight <= self._most_bytes:
                break
            going.append(one)
            left, weighing = left - 1, weighing - len(page.packed)
        return going


class Shelves:
    """Two shelves, so that no stream of questions can take a place from the pages that answer without one."""

    def __init__(self, plain: Shelf, asked: Shelf) -> None:
        self._plain, self._asked = plain, asked

    def of(self, asked: bool) -> Shelf:
        """Return the shelf of the pages that answer a question, or of those that need none."""
        return self._asked if asked else self._plain

    def clear(self) -> None:
        """Forget everything."""
        self._plain.clear()
        self._asked.clear()
