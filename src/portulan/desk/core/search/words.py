"""Words as the search sees them: folded, with their roots in French and in English, and the ways to reach them.

Pure: no database. What stands here is written into the index, so after any change of it the index must be made again
(``portulan search rebuild``).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

# The modules themselves: the package hands out another implementation where one is installed.
from snowballstemmer.english_stemmer import EnglishStemmer
from snowballstemmer.french_stemmer import FrenchStemmer

LONGEST = 40
"""Letters of a word that count; what follows them does not."""
HEADS = (3, 4, 5)
"""Beginnings of a word that are kept, in letters: from the shortest on, what begins so is found."""
FORGIVEN = 4
"""Letters from which a word may be misspelt."""

# Marks that stand inside words: accents written apart, vowels of Hebrew and Arabic, hyphens and joiners nobody sees.
_INSIDE = "\u00ad\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u200c\u200d\u2060\ufeff"
_WORD = re.compile(rf"[^\W_](?:[^\W_]|[{_INSIDE}])*")
_HYPHENS = frozenset("-\u2010\u2011")
_LETTERS = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})

# Words that say nothing of what is looked for, folded; and the single letters that an apostrophe leaves behind.
_FRENCH = """
    au aux avec ce ces cet cette comment dans de des du elle en entre est et etre il ils je la le les leur leurs lui
    ma mais me mes mon ne nos notre nous on ou par pas peut plus pour pourquoi qu quand que quel quelle quelles quels
    qui sa sans se ses si sont sur ta te tes ton tu un une vos votre vous y
"""
_ENGLISH = """
    an and are as at be been but by can could do does for from had has have he her his how i if in into is it its my
    no not of off or our she should so than that the their them then there these they this to us was we were what
    when where which who whom why will with would you your
"""
COMMON = frozenset((_FRENCH + _ENGLISH).split())


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text: folded, and where it stands in the text."""

    folded: str
    start: int
    end: int


def clean(text: str) -> str:
    """Return a text without what no database keeps (null bytes, halves of characters), letters in one piece."""
    whole = text.encode("utf-8", "ignore").decode("utf-8")
    return unicodedata.normalize("NFC", whole.replace("\0", " "))


@lru_cache(maxsize=50_000)
def fold(word: str) -> str:
    """Return a word without case, accents and joined letters; what is folded stays as it is."""
    folded, before = word, ""
    # Twice is enough for every letter seen; the loop is there for those that nobody saw.
    while folded != before:
        before = folded
        apart = unicodedata.normalize("NFKD", folded.casefold()).translate(_LETTERS)
        # Neither marks nor what parts the figures of a fraction written as one.
        folded = "".join(letter for letter in apart if letter.isalnum())
    return folded


def words(text: str) -> Iterator[Word]:
    """Yield the words of a text in their order; one that folds to nothing is none."""
    for found in _WORD.finditer(text):
        if folded := fold(found[0])[:LONGEST]:
            yield Word(folded, found.start(), found.end())


def compounds(text: str, found: list[Word]) -> Iterator[tuple[int, str]]:
    """Yield where two words are joined by a hyphen, and both written as one: ``co-production`` as ``coproduction``."""
    for place, (one, other) in enumerate(pairwise(found)):
        if other.start - one.end == 1 and text[one.end] in _HYPHENS:
            yield place, (one.folded + other.folded)[:LONGEST]


@lru_cache(maxsize=50_000)
def roots(word: str) -> frozenset[str]:
    """Return the roots of a folded word in French and in English; words that share one are found for each other."""
    # A stemmer keeps the word it works on in itself, and requests run in threads: one for each call.
    found = {FrenchStemmer().stemWord(word), EnglishStemmer().stemWord(word)}
    if len(word) > 3 and word.endswith("ux"):
        # Snowball leaves `jeux`, `lieux`, `bijoux` as they are.
        found.add(FrenchStemmer().stemWord(word[:-1]))
    return frozenset(root[:LONGEST] for root in found)


def forgivable(word: str) -> bool:
    """Say whether a word may be taken for a misspelt one: years, codes and short words may not."""
    return len(word) >= FORGIVEN and word.isalpha()


def shortened(word: str) -> frozenset[str]:
    """Return a word without any one of its letters: two words one mistake apart have one of these in common."""
    return frozenset(word[:place] + word[place + 1 :] for place in range(len(word)))


def root_ways(word: str) -> list[str]:
    """Return the ways to words with the same root."""
    return [f"={root}" for root in sorted(roots(word))]


def head_way(beginning: str) -> str:
    """Return the way to the words that begin so, and to some others where the beginning is longer than those kept."""
    return f"^{beginning[: HEADS[-1]]}"


def typo_ways(word: str) -> list[str]:
    """Return the ways to words one mistake away."""
    return [f"-{one}" for one in sorted({word, *shortened(word)})]


def ways(word: str) -> list[str]:
    """Return all ways to a word."""
    found = root_ways(word) + [f"^{word[:letters]}" for letters in HEADS if len(word) >= letters]
    if forgivable(word):
        found += typo_ways(word)
    return found
