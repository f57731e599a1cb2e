"""Reads the Unicode CLDR as shipped by Babel: country names, code equivalences, languages with their shares.

Not used at run time: the results are committed (``reference/countries.csv``, ``reference/languages.csv``) and a test
asserts that the tables still equal what CLDR says, but for the exceptions below, each with its reason.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

from babel import Locale
from babel.core import get_global

from portulan.atlas.reference.countries import countries

# ISO2: (our name, why CLDR's own was not kept). CLDR's "&" and "St." are spelled out everywhere else.
SHORT = "CLDR adds the political status, which the note carries"
TWO_CONGOS = "short name of the United Nations; CLDR tells the two Congos apart by capital"
NAMES_EN: dict[str, tuple[str, str]] = {
    "CD": ("Democratic Republic of the Congo", TWO_CONGOS),
    "CG": ("Congo", TWO_CONGOS),
    "GS": ("South Georgia and the South Sandwich Islands", "short name of the United Nations"),
    "HK": ("Hong Kong", SHORT),
    "HM": ("Heard Island and McDonald Islands", "short name of the United Nations"),
    "MO": ("Macao", SHORT),
    "PS": ("Palestine", "name used by the United Nations and BACI (State of Palestine), in short"),
    "UM": ("United States Minor Outlying Islands", "short name of ISO 3166"),
    "VC": ("Saint Vincent and the Grenadines", "short name of the United Nations"),
}
NAMES_FR: dict[str, tuple[str, str]] = {
    "CD": ("République démocratique du Congo", "nom court des Nations unies"),
    "CG": ("Congo", "nom court des Nations unies"),
    "HK": ("Hong Kong", SHORT),
    "MO": ("Macao", SHORT),
    "PS": ("Palestine", "nom employé par les Nations unies et BACI (État de Palestine), abrégé"),
    "VA": ("Vatican", "usage courant ; CLDR donne le nom long"),
}
# Shares below one in a thousand change no figure of ours and would triple the table.
SMALLEST_PERCENT = 0.1


def names() -> dict[str, tuple[str, str]]:
    """Return (English, French) short names by ISO2, exceptions applied."""
    english, french = Locale("en").territories, Locale("fr").territories
    return {
        each.iso2: (
            NAMES_EN[each.iso2][0]
            if each.iso2 in NAMES_EN
            else str(english[each.iso2]).replace(" & ", " and ").replace("St. ", "Saint "),
            NAMES_FR[each.iso2][0] if each.iso2 in NAMES_FR else str(french[each.iso2]),
        )
        for each in countries()
        if each.iso2
    }


def codes() -> dict[str, tuple[set[str], set[int]]]:
    """Return, by ISO2, every ISO3 and M49 code that CLDR holds as one and the same territory, old ones included."""
    found: dict[str, tuple[set[str], set[int]]] = {}
    aliases: Mapping[str, list[str]] = get_global("territory_aliases")
    for alias, meant in aliases.items():
        if len(meant) == 1 and len(alias) == 3:
            alpha, numeric = found.setdefault(meant[0], (set(), set()))
            if alias.isdigit():
                numeric.add(int(alias))
            else:
                alpha.add(alias)
    return found


def languages(iso2: str) -> list[tuple[str, float, str]]:
    """Return (language, percent of residents, status) of one country, the widest first.

    Scripts of one language are added up, 100 at most: in CLDR they are writers of the same language.
    """
    percents: dict[str, float] = {}
    statuses: dict[str, str] = {}
    order = ("official", "de_facto_official", "official_regional", "")
    spoken: Mapping[str, dict[str, object]] = get_global("territory_languages").get(iso2, {})
    for tag, facts in spoken.items():
        language = tag.partition("_")[0]
        percents[language] = min(100.0, percents.get(language, 0.0) + float(str(facts["population_percent"])))
        status = str(facts["official_status"] or "")
        statuses[language] = min(statuses.get(language, ""), status, key=order.index)
    rows = [(language, round(percent, 4), statuses[language]) for language, percent in percents.items()]
    kept = [row for row in rows if row[1] >= SMALLEST_PERCENT or row[2] in order[:2]]
    return sorted(kept, key=lambda row: (-row[1], row[0]))


def language_rows() -> list[tuple[str, str, str, str, str]]:
    """Return the rows of ``reference/languages.csv``: iso3, language, percent, status, source."""
    return [
        (each.iso3, language, f"{percent:g}", status, "CLDR, territory languages")
        for each in countries()
        if each.iso2
        for language, percent, status in languages(each.iso2)
    ]


def write_languages(path: Path) -> None:
    """Write the table of languages: to be run, then reviewed, when Babel brings a new CLDR."""
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(("iso3", "language", "percent", "status", "source"))
        table.writerows(language_rows())
