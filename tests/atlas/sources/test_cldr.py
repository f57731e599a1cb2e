"""CLDR: the committed names, codes and languages are what Babel says today, but for exceptions with a reason."""

from __future__ import annotations

import csv

from portulan.atlas.reference.countries import countries
from portulan.atlas.reference.languages import TABLE
from portulan.atlas.sources.cldr.reader import NAMES_EN, NAMES_FR, codes, language_rows, languages, names
from portulan.atlas.sources.passports import passport


def test_the_committed_names_are_those_of_cldr_or_have_a_reason() -> None:
    found = names()
    assert {each.iso2: (each.name_en, each.name_fr) for each in countries()} == found
    for name, reason in (*NAMES_EN.values(), *NAMES_FR.values()):
        assert name and reason


def test_the_exceptions_are_still_needed() -> None:
    from babel import Locale

    for table, language in ((NAMES_EN, "en"), (NAMES_FR, "fr")):
        said = Locale(language).territories
        assert [iso2 for iso2, (name, _) in table.items() if said[iso2] == name] == []


def test_the_codes_are_those_of_cldr() -> None:
    known = codes()
    for each in countries():
        if each.iso3 != "XKX":  # CLDR writes XKK and 983, codes for private use
            assert each.iso2 is not None and each.m49 is not None
            assert each.iso3 in known[each.iso2][0]
            assert each.m49 in known[each.iso2][1]


def test_the_committed_languages_are_those_of_cldr() -> None:
    with TABLE.open(encoding="utf-8", newline="") as file:
        header, *rows = list(csv.reader(file))
    assert header == ["iso3", "language", "percent", "status", "source"]
    assert [tuple(row) for row in rows] == language_rows()


def test_scripts_of_one_language_are_one_language() -> None:
    tags = [language for each in countries() if each.iso2 for language, _, _ in languages(each.iso2)]
    assert tags and not [tag for tag in tags if "_" in tag]
    assert languages("ZZ-nowhere") == []


def test_the_passport_is_whole() -> None:
    papers = passport("cldr")
    assert papers.flow == "pairs" and papers.seen and papers.by_hand_en and papers.by_hand_fr
