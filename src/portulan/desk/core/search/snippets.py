"""The place of a text that answers best, as pieces: what was looked for is told apart, not marked up."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection

from portulan.desk.core.search import words
from portulan.desk.core.search.documents import Snippet

LETTERS = 200
"""About so many letters of the text are shown."""
READ = 20_000
"""Letters of a text among which that part is looked for."""
CUT = "…"
_SPACES = re.compile(r"\s+")


def snippet(text: str, wanted: Collection[str], letters: int = LETTERS) -> Snippet:
    """Return the part of a text that holds most of the words (folded), in pieces that read as that part does.

    Line ends become spaces, and a cut is shown by an ellipsis. Without any of the words, the beginning.
    """
    text = _SPACES.sub(" ", text).strip()
    found = list(words.words(text[:READ]))
    hits = [word for word in found if word.folded in wanted]
    start, end = _part(text, found, hits, letters)
    pieces: list[tuple[str, bool]] = [(CUT if start else "", False)]
    at = start
    for word in hits:
        if start <= word.start and word.end <= end:
            pieces += [(text[at : word.start], False), (text[word.start : word.end], True)]
            at = word.end
    return _joined([*pieces, (text[at:end], False), (CUT if end < len(text) else "", False)])


def _part(text: str, found: list[words.Word], hits: list[words.Word], letters: int) -> tuple[int, int]:
    """Return where the part begins and ends: at words where there are some, with a little before its first hit."""
    if len(text) <= letters:
        return 0, len(text)
    start = 0
    if hits:
        first = _richest(hits, letters // 2)
        before = max(0, min(first.start - letters // 4, len(text) - letters))
        start = min(first.start, next(word.start for word in found if word.start >= before))
        start = 0 if start == found[0].start else start
    ends = (word.end for word in reversed(found) if start < word.end <= start + letters)
    end = min(next(ends, len(text)), start + letters)
    return start, len(text) if found and end == found[-1].end and len(text) - start <= letters else end


def _richest(hits: list[words.Word], letters: int) -> words.Word:
    """Return the hit from which so many letters hold most different ones; the first of several."""
    best, most = hits[0], 0
    inside: Counter[str] = Counter()
    last = 0
    for one in hits:
        while last < len(hits) and hits[last].end <= one.start + letters:
            inside[hits[last].folded] += 1
            last += 1
        if len(inside) > most:
            best, most = one, len(inside)
        inside[one.folded] -= 1
        inside += Counter()  # those that are no longer inside go
    return best


def _joined(pieces: list[tuple[str, bool]]) -> Snippet:
    """Return pieces without empty ones, plain neighbours being one."""
    whole: list[tuple[str, bool]] = []
    for text, is_hit in pieces:
        if text and whole and not is_hit and not whole[-1][1]:
            whole[-1] = (whole[-1][0] + text, False)
        elif text:
            whole.append((text, is_hit))
    return tuple(whole)
