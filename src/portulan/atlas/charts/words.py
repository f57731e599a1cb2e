"""The few words that charts print, in English and French, and numbers as each language writes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

from babel.numbers import format_decimal

from portulan.atlas.errors import UnknownCodeError

Lang = Literal["en", "fr"]

_WORDS: Mapping[str, tuple[str, str]] = {
    "reported": ("reported", "déclaré"),
    "partial": ("partial", "partiel"),
    "estimated": ("estimated", "estimé"),
    "modelled": ("modelled", "modélisé"),
    "no figure": ("no figure", "pas de chiffre"),
    "home": ("the exporter itself", "l’exportateur lui-même"),
    "striped": ("striped: estimated or modelled", "rayé : estimé ou modélisé"),
    "all estimated": ("all values estimated", "toutes les valeurs sont estimées"),
    "all modelled": ("all values modelled", "toutes les valeurs sont modélisées"),
    "all striped": ("all values estimated or modelled", "toutes les valeurs sont estimées ou modélisées"),
    "less than": ("less than", "moins de"),
    "disputed": ("disputed, shown without a figure", "contesté, montré sans chiffre"),
    "dashed": ("dashed outline: status not settled or not agreed", "contour en tirets : statut non réglé ou discuté"),
    "method quantile": ("classes of about equal number", "classes de même effectif (environ)"),
    "method log": ("logarithmic classes", "classes logarithmiques"),
    "method fixed": ("fixed classes", "classes fixes"),
    "off the map": ("not on the map", "hors de la carte"),
    "note": (
        "Borders and names on this map are a drawing aid. They say nothing of the legal status of any territory, and "
        "do not imply that anyone recognises or accepts them.",
        "Les frontières et les noms de cette carte aident à la lire. Ils ne disent rien du statut juridique d’un "
        "territoire et n’impliquent de personne ni reconnaissance ni acceptation.",
    ),
}


def word(name: str, lang: Lang) -> str:
    """Return a word of the charts. Raises `UnknownCodeError` for a language the product does not speak."""
    if lang not in get_args(Lang):
        raise UnknownCodeError("language", lang, todo="use en or fr")
    return _WORDS[name][0 if lang == "en" else 1]


def colon(lang: Lang) -> str:
    """Return the colon with the spaces of the language."""
    return ": " if lang == "en" else "\u00a0: "


_STEPS = ((1e12, ("tn", "bn")), (1e9, ("bn", "Md")), (1e6, ("M", "M")), (1e3, ("k", "k")))


def number_text(value: float, unit: str, lang: Lang, digits: int = 3) -> str:
    """Return a short text of a value: ``12.3 M$``, ``1,2 Md$``, ``4.1 %`` (unit ``share``, 0 to 1), ``1,234 km``.

    ``digits`` significant digits are kept, never fewer than those before the decimal point. What is more than nothing
    is never printed as nothing: ``< 1 $``, ``< 0.1 %``.
    """
    if unit == "USD":
        return "<\u00a01\u00a0$" if 0 < value < 1 else _money(value, lang, digits)
    if unit == "share" and 0 < value < 0.001:
        return f"<\u00a0{_plain(0.1, lang, digits)}\u00a0%"
    if unit == "share":
        return f"{_plain(100 * value, lang, digits)}\u00a0%"
    text = _plain(value, lang, digits)
    return f"{text}\u00a0{unit}" if unit not in ("", "ratio", "index", "rank") else text


def _money(value: float, lang: Lang, digits: int) -> str:
    size = abs(float(f"{value:.{digits - 1}e}"))
    if lang == "fr" and size >= 1e12:
        return f"{_plain(value / 1e9, lang, digits)}\u00a0Md$"
    for step, names in _STEPS:
        if size >= step:
            return f"{_plain(value / step, lang, digits)}\u00a0{names[0 if lang == 'en' else 1]}$"
    return f"{_plain(value, lang, digits)}\u00a0$"


def _plain(value: float, lang: Lang, digits: int) -> str:
    rounded = float(f"{value:.{digits - 1}e}") if abs(value) < 10 ** (digits - 1) else round(value)
    return str(format_decimal(rounded, format="#,##0.########", locale=lang))
