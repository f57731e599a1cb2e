"""What must be said of one figure beside its papers (`Passport.note`), in English and French."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from portulan.atlas.sources import passports

DECLARED: Final = "declared by the exporter"
SKEWED: Final = (
    "the estimate is an expected value, at or beyond the end of the 90 % interval, which is widened to hold it"
)

_ROUNDING: Final = 1e-6
"""Tables keep trade to a millionth of a dollar, and no estimate is below one dollar."""

_FRENCH: Final = (
    (re.compile(re.escape(DECLARED)), "déclaré par l’exportateur"),
    (
        re.compile(re.escape(SKEWED)),
        "l’estimation est une espérance, au bout ou au-delà de l’intervalle à 90 %, élargi pour la contenir",
    ),
    (re.compile(r"GDP of (\d{4}) over population of (\d{4})"), r"PIB de \1 sur population de \2"),
    (re.compile(r"sum of its two entries"), "somme de ses deux entrées"),
)


def remark(note: str, lang: str) -> str:
    """Return a note of a passport in English or French; what is no sentence (``2019-2024``) stays as it is."""
    if lang != "fr":
        return note
    for pattern, french in _FRENCH:
        if pattern.fullmatch(note):
            return pattern.sub(french, note)
    return note


def holding(value: float, low: float, high: float) -> tuple[float, float, str]:
    """Return the interval of an estimate so that it holds it, and what must be said where it lies at an end.

    An expected value is a mean: where a few large flows make it, it lies beyond what nineteen flows in twenty reach.
    """
    at_an_end = value >= high * (1 - _ROUNDING) or value <= low * (1 + _ROUNDING)
    return min(low, value), max(high, value), SKEWED if at_an_end else ""


def told(source: str) -> tuple[str, str]:
    """Return the name of the source that a row of the table ``context`` quotes by its title, and what it adds to it."""
    title, _, note = source.partition("; ")
    return _names().get(title, title), note


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    return {paper.title_en: paper.name for paper in passports.all_passports()}
