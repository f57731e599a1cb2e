"""The place of a text that answers best, as pieces: what was looked for is told apart, not marked up."""

from __future__ import annotations

import re
from collections.abc import Collection

from portulan.desk.core.search import words
from portulan.desk.core.search.documents import Snippet

LETTERS = 200
"""About so many letters of the text are shown."""
CUT = "…"
_SPACES = re.compile(r"\s+")


def snippet(text: str, wanted: Collection[str], letters: int = LETTERS) -> Snippet:
    """Return the part of a text that holds most of the words (folded), in pieces that read as that part does.

    Line ends become spaces, and a cut is shown by an ellipsis. Without any of the words, the beginning.
    """
    text = _SPACES.sub(" ", text).strip()
    found = list(words.words(text))
    hits = [word for word in found if word.folded in wanted]
    start, end = _part(text, found, hits, letters)
    pieces: list[tuple[str, bool]] = []
    at = start
    for word in hits:
        if start <= word.start and word.end <= end:
            pieces += [(text[at : word.start], False), (text[word.start : word.end], True)]
            at = word.end
    pieces.append((text[at:end], False))
    if start > 0:
        pieces.insert(0, (CUT, False))
    if end < len(text):
        pieces.append((CUT, False))
    return _joined(pieces)


def _part(text: str, found: list[words.Word], hits: list[words.Word], letters: int) -> tuple[int, int]:
    """Return where the part begins and ends: at words, some letters before the first hit, most different hits in it."""
    if len(text) <= letters:
        return 0, len(text)
    start = 0
    if hits:
        best = max(hits, key=lambda one: (_different(hits, one.start, one.start + letters * 3 // 4), -one.start))
        start = max(0, min(best.start - letters // 4, len(text) - letters))
        start = min((word.start for word in found if start <= word.start <= best.start), default=best.start)
        start = 0 if start == found[0].start else start
    end = max((word.end for word in found if start < word.end <= start + letters), default=start + letters)
    return start, len(text) if end == found[-1].end else end


def _different(hits: list[words.Word], start: int, end: int) -> int:
    return len({word.folded for word in hits if start <= word.start and word.end <= end})


def _joined(pieces: list[tuple[str, bool]]) -> Snippet:
    """Return pieces without empty ones, plain neighbours being one."""
    whole: list[tuple[str, bool]] = []
    for text, is_hit in pieces:
        if text and whole and not is_hit and not whole[-1][1]:
            whole[-1] = (whole[-1][0] + text, False)
        elif text:
            whole.append((text, is_hit))
    return tuple(whole)
