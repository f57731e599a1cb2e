"""Answer cards that nobody wrote: as many words as the language has in so many cards, some in all, most in a few."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import accumulate

WORDS_A_CARD = 150
VOCABULARY = 40_000
# What every card is full of, most frequent first; then what the other words are made of.
_FREQUENT = "de la le et les des en un une du dans est pour que qui sur au par avec ce il ne se pas plus sont aux ou"
_FIRST = "con pro tra re in de pre com ex par sub per man for cor dis mar lib edi fes cul art"
_SECOND = "duc fer cep tra mis ven sti ten lec vis cri per gra nom lat cen mon tur sal ber"
_LAST = "tion tions ment eur eurs ique iques able er ing s e es al aux ance ité if ive ure"
_SMALL, _STARTS, _MIDDLES, _ENDS = (words.split() for words in (_FREQUENT, _FIRST, _SECOND, _LAST))
Card = tuple[str, str, str]
"""Key, title, text."""


def vocabulary(draw: random.Random) -> list[str]:
    """Return made-up words of French and English looks, the most frequent first."""
    made: dict[str, None] = dict.fromkeys(_SMALL)
    while len(made) < VOCABULARY:
        middle = "".join(draw.choice(_MIDDLES) for _ in range(draw.choice((0, 1, 1, 2))))
        made[draw.choice(_STARTS) + middle + draw.choice(_ENDS)] = None
    return list(made)


def cards(number: int, seed: int = 5) -> Iterator[Card]:
    """Yield cards; the same seed gives the same."""
    draw = random.Random(seed)
    known = vocabulary(draw)
    # Zipf's law: the n-th word is used 1/n as often as the first.
    often = list(accumulate(1 / place for place in range(1, len(known) + 1)))
    for place in range(number):
        length = max(20, round(draw.gauss(WORDS_A_CARD, 40)))
        said = draw.choices(known, cum_weights=often, k=length + 8)
        yield f"card-{place}", " ".join(said[:8]), " ".join(said[8:])


def queries(seed: int = 6) -> dict[str, list[str]]:
    """Return queries by their sort: common, rare, two words, misspelt, beginnings, sentences."""
    known = vocabulary(random.Random(5))
    draw = random.Random(seed)
    common = [word for word in known[len(_SMALL) : 60 + len(_SMALL)] if len(word) > 4]
    middle, rare = known[300:3000], known[5000:30000]
    return {
        "common": draw.sample(common, 25),
        "rare": draw.sample(rare, 50),
        "two common": [" ".join(draw.sample(common, 2)) for _ in range(25)],
        "two": [f"{draw.choice(common)} {draw.choice(middle)}" for _ in range(50)],
        "misspelt": [_misspelt(draw, draw.choice(middle)) for _ in range(50)],
        "beginning": [draw.choice(known)[: draw.choice((3, 4, 5))] for _ in range(25)],
        "sentence": [" ".join(draw.choices(known[:3000], k=8)) for _ in range(25)],
    }


def _misspelt(draw: random.Random, word: str) -> str:
    place = draw.randrange(1, len(word) - 1)
    return draw.choice(
        (
            word[:place] + word[place + 1 :],
            word[: place - 1] + word[place] + word[place - 1] + word[place + 1 :],
            word[:place] + draw.choice("aeioust") + word[place:],
        )
    )
