"""How values are said in French and in English. Pure: a value, its unit and a language in, text out."""

from __future__ import annotations

import math
import re
import unicodedata
from typing import Final

from portulan.atlas import api

NBSP: Final = "\u00a0"
NARROW: Final = "\u202f"
MINUS: Final = "\u2212"

# Units that are a part of a whole, said in percent.
_PARTS: Final = frozenset({"ratio", "share"})
_AFTER_PERCENT: Final = {
    "percent per year": {"en": " a year", "fr": " par an"},
    "percent of population": {"en": " of the population", "fr": " de la population"},
}
_SCALES: Final = ((1e9, {"en": "bn", "fr": "Md"}), (1e6, {"en": "M", "fr": "M"}), (1e3, {"en": "k", "fr": "k"}))
# Indicators whose unit is "ratio" but which are multiples, not parts: RCA 2.6, ease 1.3.
_MULTIPLES: Final = frozenset({"rca", "rca_symmetric", "ease", "ease_corrected", "supplier_hhi"})

# Probabilities: said in whole percent; nothing at all is said in words, for "0%" reads as a rounding.
_CHANCES: Final = {"common_language": {"en": "none shared", "fr": "aucune en commun"}}

FIRST_TEN: Final = 10
_HALF: Final = 0.5  # up to half of the smallest step would be printed as zero


def _near_nothing(value: float, step: str) -> str:
    """Say that a value is less than the smallest step printed, on its own side of zero."""
    return f"<{NBSP}{step}" if value > 0 else f">{NBSP}{MINUS}{step}"


def money(value: float, language: str) -> str:
    """Return US dollars, as the maps print them: ``115.4 M$``, in French ``115,4 M$``; never zero for a little."""
    if 0 < abs(value) <= _HALF:
        return _near_nothing(value, f"1{NBSP}$")
    for scale, names in _SCALES:
        if abs(value) >= scale * 0.9995:
            whole = scale == 1e3 and abs(value) >= 9_950  # 1.1 k$, but 12 k$: the tenth tells nothing there
            return f"{api.decimal_text(value / scale, language, 0 if whole else 1)}{NBSP}{names[language]}$"
    return f"{api.decimal_text(value, language, 0)}{NBSP}$"


def said(value: float, unit: str, language: str, indicator: str = "") -> str:
    """Return a value with its unit, as a reader of `language` expects it."""
    if not math.isfinite(value):
        raise ValueError(f"{indicator or 'a figure'} is {value}: the atlas says a gap instead")
    if unit == "USD":
        return money(value, language)
    if unit == "USD per head":
        return f"{api.decimal_text(value, language, 0)}{NBSP}$ {'per head' if language == 'en' else 'par habitant'}"
    if indicator in _CHANCES:
        return probability(value, language) if value else _CHANCES[indicator][language]
    if unit in _PARTS and indicator not in _MULTIPLES:
        if 0 < abs(value) <= _HALF / 1000:
            return _near_nothing(value, f"{api.decimal_text(0.1, language, 1)}{'' if language == 'en' else NBSP}%")
        return f"{api.decimal_text(100 * value, language, 1)}{'' if language == 'en' else NBSP}%"
    if unit.startswith("percent"):
        space = "" if language == "en" else NBSP
        after = f"{space}%{_AFTER_PERCENT.get(unit, {}).get(language, '')}"
        if 0 < abs(value) <= _HALF / 10:
            return _near_nothing(value, f"{api.decimal_text(0.1, language, 1)}{after}")
        return f"{api.decimal_text(value, language, 1)}{after}"
    if unit == "km":
        return f"{api.decimal_text(value, language, 0)}{NBSP}km"
    if unit == "rank":
        return ordinal(value, language)
    if unit in ("persons", "people", "inhabitants"):
        return f"{api.decimal_text(value, language, 0)}{NBSP}{'people' if language == 'en' else 'habitants'}"
    if 0 < abs(value) <= _HALF / 1000:
        return _near_nothing(value, api.decimal_text(0.001, language, 3))
    return api.decimal_text(value, language, 2 if abs(value) >= 1 else 3)


def ordinal(value: float, language: str) -> str:
    """Return a rank as text; a median between two ranks keeps its half."""
    return api.decimal_text(value, language, 0 if float(value).is_integer() else 1)


def between(low: float, high: float, unit: str, language: str, indicator: str = "") -> str:
    """Return an interval, with words between its bounds: dashes are read badly aloud."""
    joint = {"en": "to", "fr": "à"}[language]
    return f"{said(low, unit, language, indicator)}{NBSP}{joint} {said(high, unit, language, indicator)}"


def probability(value: float, language: str) -> str:
    """Return a probability in whole percent, never 0 or 100 where it is only near."""
    space = "" if language == "en" else NBSP
    if 0 < value < 0.01:
        return f"<{NBSP}1{space}%"
    if 0.99 < value < 1:
        return f">{NBSP}99{space}%"
    return f"{round(100 * value)}{space}%"


def chance(value: float, language: str, *, certain: bool = False) -> str:
    """Return a chance counted over draws: none of 500 is no proof of 0, nor all of them of 100.

    ``certain`` is true where the draws decide nothing: among ten markets or fewer, each is in the first ten.
    """
    space = "" if language == "en" else NBSP
    if value <= 0 and not certain:
        return f"<{NBSP}1{space}%"
    if value >= 1 and not certain:
        return f">{NBSP}99{space}%"
    return probability(value, language)


def folded(text: str) -> str:
    """Return text for comparing names: no case, no accents, œ as oe."""
    text = text.lower().replace("œ", "oe").replace("æ", "ae").replace("’", "'")
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def typeset(text: str, language: str) -> str:
    """Return a text of the reference tables as its language sets it: in French, no sign is left alone on a line."""
    if language != "fr":
        return text
    text = re.sub(r"[ \u202f]+([:;?!%»])", f"{NBSP}\\1", text)
    return re.sub(r"«[ \u202f]+", f"«{NBSP}", text)
