"""How a brief says a value: the unit always with it, spaces that do not break, never zero for a little."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from portulan.atlas.decimals import decimal_text

NBSP: Final = "\u00a0"
NARROW: Final = "\u202f"

_STEPS: Final = ((1e9, {"en": "bn$", "fr": "Md$"}), (1e6, {"en": "M$", "fr": "M$"}), (1e3, {"en": "k$", "fr": "k$"}))
_PARTS: Final = frozenset({"share", "realised_share"})
_AFTER: Final = {
    "percent per year": {"en": "% a year", "fr": "% par an"},
    "percent of population": {"en": "% of the population", "fr": "% de la population"},
    "USD per head": {"en": "$ per head", "fr": "$ par habitant"},
    "persons": {"en": "people", "fr": "habitants"},
    "km": {"en": "km", "fr": "km"},
}
_WHOLE: Final = frozenset({"USD per head", "persons", "km"})
_CHANCES: Final = {"common_language": {"en": "none shared", "fr": "aucune en commun"}}
_LEAST: Final = 0.0005  # up to this, a part would be printed as zero
_HALF: Final = 0.5
_SMALL: Final = 0.01


def decimal(value: float, lang: str, digits: int = 0) -> str:
    """Return a number with `digits` decimals, as the language writes it."""
    return decimal_text(value, lang, digits)


def _money(value: float, lang: str) -> str:
    if 0 < abs(value) <= _HALF:
        return f"<{NBSP}1{NBSP}$"
    for step, names in _STEPS:
        if abs(value) >= step * 0.9995:
            whole = step == 1e3 and abs(value) >= 9_950  # 1.1 k$, but 12 k$: the tenth tells nothing there
            return f"{decimal(value / step, lang, 0 if whole else 1)}{NBSP}{names[lang]}"
    return f"{decimal(value, lang)}{NBSP}$"


def rough(value: float, lang: str) -> str:
    """Return US dollars with two digits, as a sentence says an estimate: ``100 M$``, ``4.5 bn$``."""
    return re.sub(rf"(?<=\d\d)[.,]0(?={NBSP})", "", _money(float(f"{value:.1e}"), lang))


def said(value: float, unit: str, lang: str, indicator: str = "") -> str:
    """Return a value with its unit: ``12.3 M$``, ``8,3 %``, ``9,715 km``."""
    if unit == "USD":
        return _money(value, lang)
    percent = "%" if lang == "en" else f"{NBSP}%"
    if indicator in _CHANCES:
        if not value:
            return _CHANCES[indicator][lang]
        return f"<{NBSP}1{percent}" if value < _SMALL else f"{decimal(100 * value, lang)}{percent}"
    if indicator in _PARTS:
        if 0 < value <= _LEAST:
            return f"<{NBSP}{decimal(0.1, lang, 1)}{percent}"
        return f"{decimal(100 * value, lang, 1)}{percent}"
    if unit == "rank":
        return decimal(value, lang, 0 if float(value).is_integer() else 1)
    if unit in _AFTER:
        after = _AFTER[unit][lang]
        space = "" if after.startswith("%") and lang == "en" else NBSP
        return f"{decimal(value, lang, 0 if unit in _WHOLE else 1)}{space}{after}"
    return decimal(value, lang, 2)


def parted(value: float, unit: str, lang: str, indicator: str = "") -> tuple[str, str]:
    """Return a value and, apart, a unit that is made of words: they are set in two sizes."""
    text = said(value, unit, lang, indicator)
    words = _AFTER.get(unit, {}).get(lang, "")
    long = words.removeprefix("%").removeprefix("$").lstrip(f" {NBSP}")
    if not long or unit == "km":
        return text, ""
    return text.removesuffix(long).rstrip(f" {NBSP}"), long


def between(low: float, high: float, unit: str, lang: str, indicator: str = "") -> str:
    """Return an interval in words: dashes are read badly aloud."""
    joint = "to" if lang == "en" else "à"
    return f"{said(low, unit, lang, indicator)} {joint}{NBSP}{said(high, unit, lang, indicator)}"


def ordinal(value: int, lang: str) -> str:
    """Return ``1st``, ``22nd``, ``113th``; in French ``1er``, ``22e``."""
    if lang == "fr":
        return "1er" if value == 1 else f"{decimal(value, lang)}e"
    teen = value % 100 in (11, 12, 13)
    return f"{decimal(value, lang)}{'th' if teen else {1: 'st', 2: 'nd', 3: 'rd'}.get(value % 10, 'th')}"


def sorting(text: str) -> str:
    """Return what a name is sorted by: no case, no accents, so that É comes with E."""
    plain = unicodedata.normalize("NFKD", text.lower().replace("œ", "oe"))
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def typeset(text: str, lang: str) -> str:
    """Return a text of the reference tables with the spaces of its language: in French, no sign alone on a line."""
    if lang != "fr":
        return text
    text = re.sub(r"[ \u00a0\u202f]+([;?!])", rf"{NARROW}\1", text)
    text = re.sub(r"[ \u00a0\u202f]+([:%»])", rf"{NBSP}\1", text)
    return re.sub(r"«[ \u00a0\u202f]+", f"«{NBSP}", text)
