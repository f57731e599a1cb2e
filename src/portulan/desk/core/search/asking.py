"""What a query asks for: its words, and for each the words of the index that answer it, with how well they do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import log

from rapidfuzz.distance import OSA

from portulan.desk.core.models import SearchEntry, SearchWay
from portulan.desk.core.search import words

LETTERS = 400
"""Letters of a query that are read; a longer title is found by its beginning."""
MOST_WORDS = 12
"""Words of a query that count."""
MOST_ANSWERS = 40
"""Words of the index that answer one word of a query: a beginning may be that of thousands."""
MOST_BEGUN = 10_000
"""Entries that a beginning may read: one that so many have says little, and the next letters will say more."""
SHORT = 6
"""Letters below which the first must be right: `jeux` is not `deux`."""
LONG = 8
"""Letters from which two mistakes are forgiven, where the first `SURE` are right."""
SURE = 3
# How well a word answers, in hundredths: the same, one of the same root, one that begins so, one that looks so.
SAME, ROOT, HEAD, TYPO = 100, 80, 60, 40

Spellings = tuple[str, ...]
"""A word of a query, folded, first as it is, then joined with its neighbours where a hyphen joins them."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A word of the index that answers a word of the query (``wanted``, by place), and how much that is worth.

    ``sure`` unless the query must be misspelt for it.
    """

    word: str
    wanted: int
    factor: int
    sure: bool


@dataclass(slots=True)
class _Known:
    """A word of the index: how many entries hold it, and how well it answers."""

    entries: int
    quality: int


def wanted(query: str) -> list[Spellings]:
    """Return the words that a query asks for; those that say nothing only where there is no other."""
    text = words.clean(query[:LETTERS])
    found = list(words.words(text))
    spelt = [[word.folded] for word in found]
    for place, whole in words.compounds(text, found):
        spelt[place].append(whole)
        spelt[place + 1].append(whole)
    saying = [one for one in spelt if not (len(one[0]) == 1 or one[0] in words.COMMON) or len(one) > 1]
    return list(dict.fromkeys(tuple(one) for one in saying or spelt))[:MOST_WORDS]


def answers(asked: Sequence[Spellings]) -> list[Answer]:
    """Return the words of the index that answer, in one to three questions of the database and one for the total."""
    if not asked:
        return []
    held = _reached(asked)
    # A word that the index has is no mistake, be it of one entry only.
    doubtful = [place for place, known in enumerate(held) if not known and words.forgivable(asked[place][0])]
    if doubtful:
        _forgive(asked, held, doubtful)
    total = SearchEntry.objects.count()
    found = []
    for place, known in enumerate(held):
        worth = _rarity(sum(one.entries for one in known.values()), total)
        for word, one in known.items():
            factor = max(1, round(one.quality * worth))
            found.append(Answer(word, place, factor, one.quality != TYPO))
    return found


def _reached(asked: Sequence[Spellings]) -> list[dict[str, _Known]]:
    """Return the words with the same roots; for the last word of the query, also those that begin as it does."""
    ways = {way for spellings in asked for one in spellings for way in words.root_ways(one)}
    beginning = asked[-1][0]
    if len(beginning) >= words.HEADS[0]:
        ways.add(words.head_way(beginning))
    by_way = _along(ways)
    held: list[dict[str, _Known]] = []
    for spellings in asked:
        known = {
            word: _Known(entries, SAME if word in spellings else ROOT)
            for one in spellings
            for way in words.root_ways(one)
            for word, entries in by_way.get(way, ())
        }
        held.append(_best(known))
    if len(beginning) >= words.HEADS[0]:
        for word, entries in _begun(beginning, by_way):
            held[-1].setdefault(word, _Known(entries, HEAD))
    return held


def _begun(beginning: str, by_way: dict[str, list[tuple[str, int]]]) -> list[tuple[str, int]]:
    """Return the words that begin so, those of most entries first, until enough entries are read."""
    rows = [row for row in by_way.get(words.head_way(beginning), ()) if row[0].startswith(beginning)]
    rows = sorted(rows, key=lambda row: (-row[1], row[0]))[:MOST_ANSWERS]
    read = accumulate((entries for _, entries in rows), initial=0)
    return [row for row, before in zip(rows, read, strict=False) if before < MOST_BEGUN]


def _forgive(asked: Sequence[Spellings], held: list[dict[str, _Known]], doubtful: Iterable[int]) -> None:
    """Add the words that a word of the query may have meant, with those of the same roots."""
    ways: set[str] = set()
    for place in doubtful:
        ways.update(words.typo_ways(asked[place][0]))
        if len(asked[place][0]) >= LONG:
            ways.add(words.head_way(asked[place][0][:SURE]))
    by_way = _along(ways)
    meant = {place: _nearest(asked[place][0], by_way) for place in doubtful}
    roots = {way for found in meant.values() for word in found for way in words.root_ways(word)}
    by_root = _along(roots) if roots else {}
    for place, found in meant.items():
        for way in sorted({way for word in found for way in words.root_ways(word)}):
            for word, entries in by_root.get(way, ()):
                held[place].setdefault(word, _Known(entries, TYPO))
        held[place] = _best(held[place])


def _nearest(word: str, by_way: dict[str, list[tuple[str, int]]]) -> list[str]:
    """Return the words with the fewest mistakes between them and this one: one mistake, or two in a long word."""
    near = {one for way in words.typo_ways(word) for one, _ in by_way.get(way, ())}
    most = 1
    if len(word) >= LONG:
        near.update(one for one, _ in by_way.get(words.head_way(word[:SURE]), ()))
        most = 2
    if len(word) < SHORT:
        near = {one for one in near if one[0] == word[0]}
    mistakes = {one: OSA.distance(word, one, score_cutoff=most) for one in near}
    fewest = min(mistakes.values(), default=most + 1)
    return sorted(one for one, count in mistakes.items() if count == fewest <= most)[:MOST_ANSWERS]


def _along(ways: Iterable[str]) -> dict[str, list[tuple[str, int]]]:
    """Return the words that each way leads to, with how many entries hold them."""
    found: dict[str, list[tuple[str, int]]] = {}
    rows = SearchWay.objects.filter(way__in=sorted(ways)).values_list("way", "word_id", "word__entries")
    for way, word, entries in rows:
        found.setdefault(way, []).append((word, entries))
    return found


def _best(known: dict[str, _Known]) -> dict[str, _Known]:
    """Keep the words that answer best; among equals, those of most entries."""
    if len(known) <= MOST_ANSWERS:
        return known
    order = sorted(known, key=lambda word: (-known[word].quality, -known[word].entries, word))
    return {word: known[word] for word in order[:MOST_ANSWERS]}


def _rarity(entries: int, total: int) -> float:
    """Return how much a word says that so many entries of all hold (the inverse document frequency of BM25)."""
    held = min(entries, total)
    return log(1 + (total - held + 0.5) / (held + 0.5))
