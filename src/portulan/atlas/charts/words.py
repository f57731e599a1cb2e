"""The few words that charts print, in English and French, and numbers as each language writes them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal, get_args

from portulan.atlas.decimals import decimal_text
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
    "method diverging": ("classes on either side of zero", "classes de part et d’autre de zéro"),
    "off the map": ("not on the map", "hors de la carte"),
    "doubtful": (
        "dotted: uncertain (90\u00a0% interval over a fifth of the ranks, or one to ten or more in value)",
        "points\u00a0: incertain (intervalle à 90\u00a0% sur plus d’un cinquième des rangs, ou de 1 à 10 en valeur)",
    ),
    "all doubtful": ("all uncertain", "toutes incertaines"),
    "uncertain": (
        "Uncertain: the 90\u00a0% interval spans over a fifth of the ranks, or from one to ten or more in value.",
        "Incertain\u00a0: l’intervalle à 90\u00a0% couvre plus d’un cinquième des rangs, ou va de 1 à 10 en valeur.",
    ),
    "leader": ("First supplier", "Premier fournisseur"),
    "leads": ("colour: who sells most there", "couleur\u00a0: qui y vend le plus"),
    "leader unknown": ("first supplier not known", "premier fournisseur non connu"),
    "another": ("another country, or several equal", "un autre pays, ou plusieurs à égalité"),
    "equal": ("equal", "à égalité"),
    "outlined": ("outlined: {name}", "contour épais\u00a0: {name}"),
    # charts
    "bars": ("Bar chart", "Graphique en barres"),
    "intervals": ("Values with their intervals", "Valeurs avec leurs intervalles"),
    "ranks": ("Ranks with their intervals", "Rangs avec leurs intervalles"),
    "lines": ("Line chart", "Courbes"),
    "shares": ("Shares of a whole", "Parts d’un tout"),
    "grouped": ("Bars in groups", "Barres groupées"),
    "group": ("group", "groupe"),
    "groups": ("groups", "groupes"),
    "row": ("row", "ligne"),
    "rows": ("rows", "lignes"),
    "series": ("line", "courbe"),
    "seriess": ("lines", "courbes"),
    "first": ("First", "En tête"),
    "not known": ("not known", "non connu"),
    "others": ("others", "autres"),
    "with interval": ("Each with its 90\u00a0% interval where there is one", "Intervalles à 90\u00a0% quand il y en a"),
    "see table": ("The table gives every figure.", "Le tableau donne tous les chiffres."),
    "key hollow": ("hollow: estimated, nobody reported it", "creux\u00a0: estimé, personne ne l’a déclaré"),
    "key estimated": ("Estimated", "Estimés"),
    "key interval": ("90\u00a0% interval", "intervalle à 90\u00a0%"),
    "key gap": ("not known: no figure, and not zero", "non connu\u00a0: pas de chiffre, ce n’est pas zéro"),
    "log scale": ("logarithmic scale", "échelle logarithmique"),
    "rank scale": ("rank, first at the left", "rang, le premier à gauche"),
    "to": ("to", "à"),
    "from to": ("from {first} to {last}", "de {first} à {last}"),
    "broken": ("a broken line: years not known", "ligne interrompue\u00a0: années non connues"),
    "one year": (
        "One year only is known: a line needs two.",
        "Une seule année est connue\u00a0: une courbe en demande deux.",
    ),
    "same classes": ("the same classes on all maps", "les mêmes classes sur toutes les cartes"),
    "own classes": ("each map has classes of its own", "chaque carte a ses propres classes"),
    "grey": ("grey: no figure", "gris\u00a0: pas de chiffre"),
    "source": ("Source", "Source"),
    "goods": ("Goods", "Biens"),
    "services": ("Services", "Services"),
    "perimeter": ("perimeter “{name}”", "périmètre «\u00a0{name}\u00a0»"),
    "fit measures the sector": ("measures the sector", "mesure le secteur"),
    "fit partial": ("shows only part of the sector", "ne montre qu’une partie du secteur"),
    "fit not a measure": ("does not measure the sector", "ne mesure pas le secteur"),
    "coverage": ("{present} of {total} importers seen", "{present} importateurs vus sur {total}"),
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
    return typeset(_WORDS[name][0 if lang == "en" else 1], lang)


def typeset(text: str, lang: str) -> str:
    """Return a text with the spaces of its language: in French no sign begins a line, and ; ! ? have a narrow one."""
    if lang != "fr":
        return text
    text = re.sub(r"[ \u00a0\u202f]+([;?!])", "\u202f\\1", text)
    text = re.sub(r"[ \u00a0\u202f]+([:%»])", "\u00a0\\1", text)
    return re.sub(r"«[ \u00a0\u202f]+", "«\u00a0", text)


def semicolon(lang: str) -> str:
    """Return what stands between two parts of a list whose parts hold commas."""
    return "\u202f; " if lang == "fr" else "; "


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
    named = _UNITS.get(unit, (unit, unit))[0 if lang == "en" else 1]
    return f"{text}\u00a0{named}" if named else text


_UNITS: Mapping[str, tuple[str, str]] = {
    **dict.fromkeys(("ratio", "index", "rank"), ("", "")),
    "persons": ("people", "habitants"),
    "USD per head": ("$ per head", "$ par habitant"),
    "percent per year": ("% a year", "% par an"),
    "percent of population": ("% of the population", "% de la population"),
}


def span_text(low: float, high: float, unit: str, lang: Lang) -> str:
    """Return two limits, their unit once where it is a phrase: ``−5 to 5 % a year``."""
    ends = number_text(low, unit, lang), number_text(high, unit, lang)
    if ends[0] == ends[1]:
        return ends[0]
    if unit in _UNITS and _UNITS[unit][0]:
        return f"{_plain(low, lang, 3)} {word('to', lang)} {ends[1]}"
    return f"{ends[0]} – {ends[1]}"


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
    return decimal_text(rounded, lang, most=8)
