"""Writing into the index: words of a document, how much each weighs there, and the ways to reach new words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Count, F

from portulan.desk.core.models import (
    SearchEntry,
    SearchOccurrence,
    SearchText,
    SearchTurn,
    SearchWay,
    SearchWord,
)
from portulan.desk.core.search import words
from portulan.desk.core.search.documents import Document

TITLE = 3
"""A word of the title counts as so many of the text."""
USUAL = 150
"""Words of an ordinary document. BM25 would take the average of all, which moves with each of them."""
_K1, _B = 1.2, 0.5
_PART = 400
"""Rows that one statement names: SQLite allows a limited number of values."""
_LIMITS = {"kind": 32, "key": 200, "language": 8, "market": 32, "sector": 32, "topic": 64}
T = TypeVar("T")


def put(document: Document) -> None:
    """Write a document into the index, in the place of what stood under its kind and key.

    In the transaction of the caller: what is undone is not found. Raises `ValueError` for a kind, key or subject that
    is empty where it may not be, or longer than the index holds.
    """
    put_all([document])


def put_all(documents: Iterable[Document]) -> None:
    """Write several documents in one transaction; of two with the same kind and key, the later stays."""
    latest = {(one.kind, one.key): one for one in map(_checked, documents)}
    with transaction.atomic():
        _take_turn()
        for kind in {kind for kind, _ in latest}:
            for part in _parts([key for one, key in latest if one == kind]):
                _forget(_ids(kind, part))
        for some in _parts(list(latest.values())):
            _write(some)


def forget(kind: str, key: str) -> None:
    """Take a document out of the index, with the words that no other holds; nothing happens where there is none."""
    forget_all(kind, [key])


def forget_all(kind: str, keys: Iterable[str]) -> None:
    """Take several documents of a kind out of the index."""
    with transaction.atomic():
        _take_turn()
        for part in _parts([words.clean(key) for key in keys]):
            _forget(_ids(words.clean(kind), part))


def keys(kind: str) -> list[str]:
    """Return the keys of all documents of a kind that the index holds."""
    return list(SearchEntry.objects.filter(kind=kind).order_by("pk").values_list("key", flat=True))


def renew_words() -> None:
    """Count the words again and make the ways to them again, some hundred at a time: the rules may have changed."""
    known = list(SearchWord.objects.order_by("word").values_list("word", flat=True))
    for part in _parts(known):
        with transaction.atomic():
            _take_turn()
            held = SearchOccurrence.objects.filter(word__in=part)
            times = dict(held.values_list("word").annotate(Count("entry_id")))
            SearchWay.objects.filter(word_id__in=part).delete()
            SearchWord.objects.filter(word__in=part).delete()
            _add_words(times)


def weights(title: str, text: str) -> dict[str, int]:
    """Return how much each word weighs in a document: the part of BM25 that depends on it alone, in hundredths.

    Whole numbers, for their sums are the same in whatever order a database adds them up.
    """
    held: Counter[str] = Counter()
    length = 0
    for part, times in ((title, TITLE), (text, 1)):
        found = list(words.words(part))
        length += len(found)
        for word in found:
            held[word.folded] += times
        for _, whole in words.compounds(part, found):
            held[whole] += times
    norm = _K1 * (1 - _B + _B * length / USUAL)
    return {word: max(1, round(100 * count * (_K1 + 1) / (count + norm))) for word, count in held.items()}


def _checked(document: Document) -> Document:
    """Return a document as the databases can keep it."""
    kept: dict[str, Any] = {name: words.clean(getattr(document, name)) for name in ("title", "text", *_LIMITS)}
    for name, most in _LIMITS.items():
        if len(kept[name]) > most:
            raise ValueError(f"the {name} of a document to be found has {len(kept[name])} letters, {most} at most")
    if not kept["kind"] or not kept["key"]:
        raise ValueError("a document to be found needs a kind and a key")
    return replace(document, **kept)


def _take_turn() -> None:
    """Wait until nobody else writes into the index; SQLite has one writer at a time anyway."""
    SearchTurn.objects.bulk_create([SearchTurn(name="writer")], ignore_conflicts=True)
    SearchTurn.objects.select_for_update().get(name="writer")


def _ids(kind: str, keys: Sequence[str]) -> list[int]:
    return list(SearchEntry.objects.filter(kind=kind, key__in=keys).values_list("pk", flat=True))


def _forget(ids: Sequence[int]) -> None:
    """Take entries away, and from the vocabulary the words that no other entry holds."""
    if not ids:
        return
    held = SearchOccurrence.objects.filter(entry_id__in=ids)
    times = dict(held.values_list("word").annotate(Count("entry_id")))
    held.delete()
    _count(times, -1)
    for part in _parts(sorted(times)):
        gone = list(SearchWord.objects.filter(word__in=part, entries=0).values_list("word", flat=True))
        SearchWay.objects.filter(word_id__in=gone).delete()
        SearchWord.objects.filter(word__in=gone).delete()
    SearchText.objects.filter(pk__in=ids).delete()
    SearchEntry.objects.filter(pk__in=ids).delete()


def _write(documents: Sequence[Document]) -> None:
    """Write entries that are not there, with their texts, their words, and the ways to those words."""
    fields = tuple(_LIMITS)
    entries = SearchEntry.objects.bulk_create(
        [SearchEntry(**{name: getattr(one, name) for name in fields}, expires=one.expires) for one in documents]
    )
    texts, occurrences = [], []
    times: Counter[str] = Counter()
    for entry, document in zip(entries, documents, strict=True):
        texts.append(SearchText(entry=entry, title=document.title, text=document.text))
        held = weights(document.title, document.text)
        occurrences += [SearchOccurrence(entry=entry, word=word, weight=weight) for word, weight in held.items()]
        times.update(held.keys())
    SearchText.objects.bulk_create(texts)
    _add_words(times)
    SearchOccurrence.objects.bulk_create(occurrences)


def _add_words(times: dict[str, int]) -> None:
    """Count words that are in so many more entries; those the vocabulary lacks come into it with their ways."""
    known: set[str] = set()
    for part in _parts(sorted(times)):
        known.update(SearchWord.objects.filter(word__in=part).values_list("word", flat=True))
    _count({word: number for word, number in times.items() if word in known}, 1)
    new = sorted(times.keys() - known)
    SearchWord.objects.bulk_create([SearchWord(word=word, entries=times[word]) for word in new])
    SearchWay.objects.bulk_create([SearchWay(way=way, word_id=word) for word in new for way in words.ways(word)])


def _count(times: dict[str, int], sign: int) -> None:
    """Note that words are in so many more entries, or so many less."""
    by_number: dict[int, list[str]] = {}
    for word, number in times.items():
        by_number.setdefault(number, []).append(word)
    for number, some in by_number.items():
        for part in _parts(some):
            SearchWord.objects.filter(word__in=part).update(entries=F("entries") + sign * number)


def _parts(whole: Sequence[T]) -> Iterator[Sequence[T]]:
    return (whole[start : start + _PART] for start in range(0, len(whole), _PART))
