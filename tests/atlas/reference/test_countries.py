"""The reference of countries: every code on purpose, every name as CLDR says or with a reason, nothing guessed."""

from __future__ import annotations

import csv
import subprocess
import sys
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portulan.atlas.errors import UnknownCodeError
from portulan.atlas.reference import groups as groups_module
from portulan.atlas.reference.countries import (
    SCHEMES,
    area,
    areas,
    countries,
    country,
    former_countries,
    is_country,
)
from portulan.atlas.reference.groups import GROUPS, members, memberships
from portulan.atlas.reference.languages import language_table, languages_of

TABLES = Path(groups_module.__file__).parent
SPECIAL_CEPII = {"FRA": 251, "USA": 842, "CHE": 757, "NOR": 579, "IND": 699, "TWN": 490}


def test_there_are_the_249_of_iso_3166_and_kosovo() -> None:
    assert len(countries()) == 250
    assert [each.iso3 for each in countries()] == sorted({each.iso3 for each in countries()})
    assert country("XKX").m49 is None and country("XKX").cepii is None


@pytest.mark.parametrize("field", ["iso3", "iso2", "m49", "cepii", "factbook_gec", "name_en", "name_fr"])
def test_no_two_countries_share_a_code_or_a_name(field: str) -> None:
    values = [getattr(each, field) for each in countries() if getattr(each, field) is not None]
    assert [value for value, count in Counter(values).items() if count > 1] == []
    assert all(values)


@pytest.mark.parametrize(
    ("iso3", "english", "french"),
    [
        ("CIV", "Côte d’Ivoire", "Côte d’Ivoire"),
        ("TUR", "Türkiye", "Turquie"),
        ("TWN", "Taiwan", "Taïwan"),
        ("CZE", "Czechia", "Tchéquie"),
        ("FRA", "France", "France"),
        ("COD", "Democratic Republic of the Congo", "République démocratique du Congo"),
        ("COG", "Congo", "Congo"),
        ("KNA", "Saint Kitts and Nevis", "Saint-Christophe-et-Niévès"),
        ("HKG", "Hong Kong", "Hong Kong"),
        ("MAC", "Macao", "Macao"),
        ("PSE", "Palestine", "Palestine"),
        ("XKX", "Kosovo", "Kosovo"),
        ("SWZ", "Eswatini", "Eswatini"),
        ("MKD", "North Macedonia", "Macédoine du Nord"),
        ("REU", "Réunion", "La Réunion"),
    ],
)
def test_names_are_short_and_right_in_both_languages(iso3: str, english: str, french: str) -> None:
    found = country(iso3)
    assert (found.name("en"), found.name("fr")) == (english, french)


def test_capitals_have_their_french_name() -> None:
    assert [country(code).capital_fr for code in ("GBR", "DZA", "CHN", "MEX", "BEL")] == [
        "Londres",
        "Alger",
        "Pékin",
        "Mexico",
        "Bruxelles",
    ]


@pytest.mark.parametrize(
    ("code", "scheme", "iso3"),
    [
        ("251", "cepii", "FRA"),
        (842, "cepii", "USA"),
        ("757", "cepii", "CHE"),
        ("579", "cepii", "NOR"),
        ("699", "cepii", "IND"),
        ("490", "cepii", "TWN"),
        ("380", "cepii", "ITA"),
        ("381", "cepii", "ITA"),
        ("4", "cepii", "AFG"),
        ("004", "cepii", "AFG"),
        ("250", "m49", "FRA"),
        ("840", "m49", "USA"),
        ("158", "m49", "TWN"),
        ("8", "m49", "ALB"),
        ("FR", "iso2", "FRA"),
        ("XK", "iso2", "XKX"),
        ("gm", "factbook_gec", "DEU"),
        ("S19", "iso3", "TWN"),
        ("ROM", "iso3", "ROU"),
        ("ZAR", "iso3", "COD"),
        ("TMP", "iso3", "TLS"),
        ("UVK", "iso3", "XKX"),
        ("58", "cepii", "BLX"),
        ("736", "cepii", "SUD"),
        ("729", "cepii", "SDN"),
        ("530", "cepii", "ANT"),
        ("532", "m49", "ANT"),
        ("711", "cepii", "ZA1"),
        ("891", "cepii", "SCG"),
        ("280", "cepii", "DEU"),
        ("254", "comtrade", "GUF"),
        ("412", "comtrade", "XKX"),
        ("251", "comtrade", "FRA"),
    ],
)
def test_a_code_stands_for_one_country_in_its_scheme(code: str, scheme: str, iso3: str) -> None:
    assert country(code, scheme).iso3 == iso3


@pytest.mark.parametrize(
    ("code", "scheme"),
    [
        ("250", "cepii"),  # BACI writes 251: 250 would be another France
        ("840", "cepii"),
        ("356", "cepii"),
        ("", "iso3"),
        ("fra", "iso3"),
        ("FRANCE", "iso3"),
        ("ZZZ", "iso3"),
        ("999", "m49"),
        ("-4", "m49"),
        ("٤", "m49"),
        ("4.0", "m49"),
        ("nan", "cepii"),
        ("697", "cepii"),
        ("899", "comtrade"),
    ],
)
def test_an_unknown_code_is_refused_never_guessed(code: str, scheme: str) -> None:
    with pytest.raises(UnknownCodeError, match="unknown country"):
        country(code, scheme)
    assert not is_country(code, scheme)


def test_an_unknown_scheme_is_named() -> None:
    with pytest.raises(UnknownCodeError, match="code scheme"):
        country("FRA", "iso4")  # type: ignore[arg-type]


def test_an_area_is_said_to_be_no_country() -> None:
    with pytest.raises(UnknownCodeError, match="European Free Trade Association, not elsewhere specified"):
        country("697", "cepii")
    found = area("0697")
    assert found is not None and found.code == 697
    assert area("251") is None
    assert not [each for each in areas() if is_country(each.code, "cepii")]


@given(st.text(max_size=5))
def test_country_answers_or_raises_the_one_error(text: str) -> None:
    for scheme in SCHEMES:
        try:
            found = country(text, scheme)
        except UnknownCodeError:
            continue
        assert found.iso3


def test_every_code_of_a_country_leads_back_to_it() -> None:
    for each in countries():
        for scheme in ("iso3", "iso2", "m49", "cepii", "factbook_gec"):
            code = getattr(each, scheme)
            if code is not None:
                assert country(code, scheme) is each, (each.iso3, scheme)


def test_cepii_codes_are_those_of_the_united_nations_but_for_six() -> None:
    apart = {each.iso3: each.cepii for each in countries() if each.cepii is not None and each.cepii != each.m49}
    assert apart == SPECIAL_CEPII


def test_former_countries_say_when_they_ended_and_who_followed() -> None:
    gone = {each.iso3: each for each in former_countries()}
    assert {"ANT", "BLX", "CSK", "DDR", "SCG", "SUD", "SUN", "YUG", "ZA1"} <= set(gone)
    assert gone["SCG"].dissolved == 2006 and gone["SCG"].successors == ("MNE", "SRB")
    assert gone["ANT"].successors == ("BES", "CUW", "SXM")
    assert gone["BLX"].successors == ("BEL", "LUX") and gone["BLX"].dissolved == 1998
    assert len(gone["SUN"].successors) == 15
    today = {each.iso3 for each in countries()}
    for each in gone.values():
        assert each.iso3 not in today
        assert each.latitude is None
        assert all(country(code) for code in each.successors)


def test_territories_know_their_state_and_who_counts_their_goods() -> None:
    departments = {"GLP", "GUF", "MTQ", "MYT", "REU"}
    assert {country(code).aggregated_into for code in departments | {"MCO"}} == {"FRA"}
    assert {country(code).sovereign for code in departments | {"NCL", "PYF", "SPM"}} == {"FRA"}
    assert country("MCO").sovereign is None
    assert country("NCL").aggregated_into is None and country("NCL").cepii == 540
    assert {country(code).aggregated_into for code in ("PRI", "VIR")} == {"USA"}
    assert country("LIE").aggregated_into == "CHE"
    for each in countries():
        for other in (each.sovereign, each.aggregated_into):
            assert other is None or country(other).sovereign is None
        if each.aggregated_into:
            assert each.note_en and each.note_fr


def test_hard_cases_carry_a_note_in_both_languages() -> None:
    for code in ("TWN", "XKX", "PSE", "HKG", "MAC", "FRA", "USA", "CHE", "NOR", "SDN", "BEL", "LUX", "ISR"):
        assert country(code).note("en") and country(code).note("fr"), code
    assert "490" in country("TWN").note("fr")
    assert [each.iso3 for each in countries() if bool(each.note_en) != bool(each.note_fr)] == []


def test_every_country_but_two_has_a_point_on_the_globe() -> None:
    assert [each.iso3 for each in countries() if each.latitude is None] == ["ATA", "UMI"]
    for each in countries():
        if each.latitude is not None and each.longitude is not None:
            assert -90 <= each.latitude <= 90 and -180 <= each.longitude <= 180
            assert each.coordinates_source


def test_every_line_of_the_tables_has_its_source() -> None:
    for name in ("groups.csv", "former_countries.csv", "languages.csv", "colonial_ties.csv", "context.csv"):
        with (TABLES / name).open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        assert rows and all(row["source"] for row in rows), name


def test_the_european_union_is_dated() -> None:
    assert len(members("EU")) == len(members("EU27")) == 27
    assert "GBR" not in members("EU")
    assert "GBR" in members("EU", date(2020, 1, 31)) and "GBR" not in members("EU", date(2020, 2, 1))
    assert members("EU", date(1960, 1, 1)) == ("BEL", "DEU", "FRA", "ITA", "LUX", "NLD")
    assert len(members("EU", date(2003, 1, 1))) == 15 and len(members("EU", date(2013, 7, 1))) == 28
    assert set(members("EURO")) < set(members("EU"))


def test_the_francophonie_has_its_states_by_status() -> None:
    # 93 after October 2024: 56 members of which 3 governments of provinces and communities, 5 associates,
    # 32 observers of which 4 provinces and regions.
    day = date(2024, 12, 31)
    assert [len(members(f"OIF_{name}", day)) for name in ("MEMBER", "ASSOCIATE", "OBSERVER")] == [53, 5, 28]
    assert members("OIF_ASSOCIATE") == ("ARE", "NCL", "QAT", "SRB", "XKX")
    assert {"BFA", "MLI", "NER"} & set(members("OIF")) == set()
    assert "OIF_MEMBER" in country("SEN").groups and "DZA" not in members("OIF")
    assert "GHA" in members("OIF_ASSOCIATE", date(2020, 1, 1)) and "GHA" in members("OIF_MEMBER", day)


def test_the_regions_cover_every_country_once() -> None:
    regions = ["M49_002", "M49_009", "M49_019", "M49_142", "M49_150"]
    placed = Counter(code for region in regions for code in members(region))
    assert {each.iso3 for each in countries()} - set(placed) == {"ATA"}
    assert set(placed.values()) == {1}
    inner = Counter(
        code for name in GROUPS if name.startswith("M49_") and name not in regions for code in members(name)
    )
    assert inner == placed
    assert "M49_155" in country("FRA").groups and "M49_145" in country("CYP").groups


def test_groups_name_known_countries_only_and_have_names_in_both_languages() -> None:
    known = {each.iso3 for each in countries()}
    assert {line.iso3 for line in memberships()} <= known
    assert {line.group for line in memberships()} == set(GROUPS)
    assert all(english and french for english, french in GROUPS.values())
    with pytest.raises(UnknownCodeError, match="unknown group 'NATO'"):
        members("NATO")


def test_languages_have_shares_and_status() -> None:
    assert {each.iso3 for each in countries()} >= set(language_table())
    french = {each.language: each for each in languages_of("BEL")}["fr"]
    assert french.official and 30 < french.percent < 50
    assert country("FRA").languages[0].language == "fr"
    assert languages_of("ZZZ") == ()
    for shares in language_table().values():
        assert [each.percent for each in shares] == sorted((each.percent for each in shares), reverse=True)
        assert all(0 <= each.percent <= 100 for each in shares)


def test_reading_the_reference_needs_neither_babel_nor_numpy() -> None:
    """Both take longer to import than a question on the command line may take."""
    code = (
        "import sys\n"
        "from portulan.atlas.reference.countries import country\n"
        "country('251', 'cepii').groups\n"
        "print('babel' in sys.modules, 'numpy' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.split() == ["False", "False"]
