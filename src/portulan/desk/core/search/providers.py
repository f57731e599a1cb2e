"""The rooms whose documents are found: each registers at start, so that the index can be made again from them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from itertools import islice
from typing import Protocol

from portulan.desk.core import events
from portulan.desk.core.models import SearchEntry, SearchSeen
from portulan.desk.core.search import writing
from portulan.desk.core.search.documents import Document, Hit

TOGETHER = 100
"""Documents written in one transaction: other writers wait no longer than those take."""
BEHIND = 200
"""Acts that are read once more: one with a lower number may have been committed later."""
Say = Callable[[str, int, int], None]
"""Told the kind, how many of its documents are done, and how many there are."""


class Provider(Protocol):
    """What a room registers for one kind of document."""

    @property
    def kind(self) -> str:
        """The kind of its documents."""
        ...

    def changed_since(self, event: int) -> Iterable[Document | str]:
        """Return what acts after this one changed: documents, and keys of those no longer to be found; all after 0."""
        ...

    def address(self, key: str, language: str) -> str:
        """Return where a document is read."""
        ...

    def visible(self, actor: object, keys: Collection[str]) -> set[str]:
        """Return which of these the actor may read."""
        ...


_registered: dict[str, Provider] = {}


def register(provider: Provider) -> None:
    """Let a room have its documents found; the later of two providers of a kind takes the place of the earlier."""
    _registered[provider.kind] = provider


def unregister(provider: Provider) -> None:
    """Take a provider out again; nothing happens where it is not."""
    if _registered.get(provider.kind) is provider:
        del _registered[provider.kind]


def kinds() -> tuple[str, ...]:
    """Return the kinds of document that some room registered."""
    return tuple(sorted(_registered))


def address(hit: Hit, language: str) -> str:
    """Return where what was found is read; raise `KeyError` for a kind that no room registered."""
    return _registered[hit.kind].address(hit.key, language)


def readable(actor: object, hits: Sequence[Hit]) -> tuple[Hit, ...]:
    """Return the hits that an actor may read, in their order; none of a kind that no room registered."""
    allowed = {
        kind: _registered[kind].visible(actor, {hit.key for hit in hits if hit.kind == kind})
        for kind in {hit.kind for hit in hits}
        if kind in _registered
    }
    return tuple(hit for hit in hits if hit.key in allowed.get(hit.kind, ()))


def refresh() -> int:
    """Bring the index in line with what the rooms did since it last was; return how many documents that concerned."""
    done = 0
    for kind, provider in sorted(_registered.items()):
        now = events.last()
        seen = SearchSeen.objects.filter(kind=kind).values_list("event", flat=True).first() or 0
        if now > seen:
            done += _write(provider, list(provider.changed_since(max(0, seen - BEHIND))), None)
            SearchSeen.objects.update_or_create(kind=kind, defaults={"event": now})
    return done


def rebuild(say: Say | None = None) -> int:
    """Make the index again from the rooms, and return how many documents it has.

    Readers find all the while: each document takes the place of its older self, and what no room has is forgotten last.
    """
    done = 0
    for kind, provider in sorted(_registered.items()):
        now = events.last()
        given = list(provider.changed_since(0))
        done += sum(isinstance(one, Document) for one in given)
        _write(provider, given, say)
        kept = {one.key for one in given if isinstance(one, Document)}
        writing.forget_all(kind, [key for key in writing.keys(kind) if key not in kept])
        SearchSeen.objects.update_or_create(kind=kind, defaults={"event": now})
    for kind in set(SearchEntry.objects.values_list("kind", flat=True).distinct()) - set(_registered):
        writing.forget_all(kind, writing.keys(kind))
    SearchSeen.objects.exclude(kind__in=_registered).delete()
    writing.renew_words()
    # What was done in a room while its older state was being written.
    refresh()
    return done


def _write(provider: Provider, given: Sequence[Document | str], say: Say | None) -> int:
    rest, done = iter(given), 0
    while some := list(islice(rest, TOGETHER)):
        for one in some:
            if isinstance(one, Document) and one.kind != provider.kind:
                raise ValueError(f"the provider of {provider.kind} gave a document of the kind {one.kind}")
        writing.put_all(one for one in some if isinstance(one, Document))
        writing.forget_all(provider.kind, [one for one in some if isinstance(one, str)])
        done += len(some)
        if say:
            say(provider.kind, done, len(given))
    return done
