"""The ONS table: what the United Kingdom sold to and bought from whom, in dollars, nothing lost on the way."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portulan.atlas.errors import BadInputError
from portulan.atlas.sources.ons.reader import rates_of, read, shipped_rates
from portulan.atlas.sources.reading import Reading
from tests.atlas.sources.accounts import account, aside, data_lines, refused_or_accounted, rows_out, spoiled

pytestmark = pytest.mark.slow

HEADER = "Direction,Service type code,Service type,Country code,Country,year,gbp_million"
ADS = '10.2.2,"Advertising, market research and public opinion polling"'
GOOD = "\n".join(
    [
        HEADER,
        f"Exports,{ADS},FR,France,2020,606",
        f"Imports,{ADS},FR,France,2020,12",
        "Exports,11.1,Audiovisual and related services,GR,Greece,2019,..",
        "Exports,0,Total Services,B5,Total EU28,2020,99",
        "Exports,0,Total Services,CS,Serbia and Montenegro,2020,4",
        "Exports,10.3.N58,Other misc: procurement ,FR,France,2020,5",
        "",
    ]
)
FILE = "services/uk_services_by_type_country_2016_2020.csv"


def written(folder: Path, text: str) -> Path:
    path = folder / "ons.csv"
    path.write_bytes(text.encode())
    return path


def value(reading: Reading, exporter: str, market: str, code: str, year: int, column: str = "value_usd") -> list[float]:
    c = reading.columns
    wanted = (c["exporter"] == exporter) & (c["market"] == market) & (c["code"] == code) & (c["year"] == year)
    return [float(each) for each in c[column][wanted]]


def test_a_year_with_amounts_kept_secret_is_partial(tmp_path: Path) -> None:
    text = GOOD + f"Exports,{ADS},FR,France,2019,600\n"
    found = read(written(tmp_path, text)).columns
    by_year = dict(zip(found["year"].tolist(), found["status"].tolist(), strict=True))
    assert by_year == {2020: "reported", 2019: "partial"}


def test_pounds_become_dollars_of_the_year_and_both_are_kept(tmp_path: Path) -> None:
    found = read(written(tmp_path, GOOD))
    # 606 million pounds at 1.2829 dollars
    assert value(found, "GBR", "FRA", "SJ22", 2020) == [777_437_400]
    assert value(found, "GBR", "FRA", "SJ22", 2020, "value_gbp_million") == [606]
    assert value(found, "FRA", "GBR", "SJ22", 2020) == [15_394_800]
    assert aside(found) == {
        "suppressed by the source": 1,
        "aggregate, not a country": 1,
        "former country": 1,
        "no EBOPS code in our table": 1,
    }
    assert account(found) == 6


def test_a_year_without_a_rate_waits_for_one(tmp_path: Path) -> None:
    path = written(tmp_path, GOOD.replace("2020,606", "2016,606"))
    assert 2016 not in shipped_rates()
    without = read(path)
    assert value(without, "GBR", "FRA", "SJ22", 2016) == []
    assert aside(without)["no exchange rate for 2016: give one for GBP"] == 1
    assert value(read(path, rates={2016: 2.0}), "GBR", "FRA", "SJ22", 2016) == [1_212_000_000]
    with pytest.raises(BadInputError, match="dollars for one pound"):
        read(path, rates={2016: float("nan")})


def test_the_rates_of_the_world_bank_can_be_used() -> None:
    columns = {
        "market": np.array(["GBR", "FRA", "GBR"], dtype=object),
        "indicator": np.array(["exchange_rate", "exchange_rate", "gdp"], dtype=object),
        "year": np.array([2016, 2016, 2016], dtype=np.int16),
        "value": np.array([0.8, 0.9, 5.0]),
    }
    assert rates_of(Reading("wdi", "context", columns, (), (2016,), ())) == {2016: 1.25}


def test_a_code_whose_label_changed_is_not_taken_for_the_old_one(tmp_path: Path) -> None:
    found = read(written(tmp_path, GOOD.replace("public opinion polling", "hot air")))
    assert aside(found)["no EBOPS code in our table"] == 3


def test_duplicates_that_agree_leave_one_and_those_that_differ_none(tmp_path: Path) -> None:
    again = f"Exports,{ADS},FR,France,2020,606\n"
    same = read(written(tmp_path, GOOD + again))
    assert value(same, "GBR", "FRA", "SJ22", 2020) == [777_437_400]
    assert aside(same)["exact duplicate of an earlier row"] == 1
    other = read(written(tmp_path, GOOD + again + again.replace("606", "607")))
    assert value(other, "GBR", "FRA", "SJ22", 2020) == []
    assert aside(other)["conflicting duplicates of one key (all set aside)"] == 3
    assert account(other) == 8


@pytest.mark.parametrize(
    ("amount", "reason"),
    [
        ("-3", "negative value"),
        ("nan", "not a number"),
        ("inf", "not a number"),
        ("1_000", "not a number"),
        ("1e40", "value larger than any economy"),
        ("", "no value"),
    ],
)
def test_a_bad_amount_is_set_aside_with_its_reason(tmp_path: Path, amount: str, reason: str) -> None:
    found = read(written(tmp_path, GOOD.replace(",606", f",{amount}")))
    assert aside(found)[reason] == 1
    assert value(found, "GBR", "FRA", "SJ22", 2020) == []


def test_an_unknown_country_is_never_guessed(tmp_path: Path) -> None:
    found = read(written(tmp_path, GOOD.replace("FR,France,2020,606", "QQ,France,2020,606")))
    assert aside(found)["unknown country code"] == 1
    entry = next(q for q in found.quarantined if q.reason == "unknown country code")
    assert (entry.first_file, entry.first_line) == ("ons.csv", 2)
    assert "QQ" in entry.example


def test_what_is_not_the_table_is_refused(tmp_path: Path) -> None:
    for text in ("", GOOD.replace("gbp_million", "value"), GOOD.replace(",", ";"), "<html></html>"):
        with pytest.raises(BadInputError):
            read(written(tmp_path, text))


@given(text=spoiled(GOOD))
@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_a_spoiled_file_is_refused_or_accounted_for(tmp_path: Path, text: str) -> None:
    refused_or_accounted(read, written(tmp_path, text), lambda: data_lines(text))


@given(st.binary(max_size=60), st.integers(0, len(GOOD)))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_strange_bytes_never_break_the_reader(tmp_path: Path, junk: bytes, at: int) -> None:
    path = tmp_path / "ons.csv"
    path.write_bytes(GOOD.encode()[:at] + junk + GOOD.encode()[at:])
    try:
        read(path)
    except BadInputError as told:
        assert told.file == "ons.csv"


@pytest.mark.real
def test_the_real_table_is_accounted_for_row_by_row(shared_data: Path) -> None:
    path = shared_data / FILE
    with path.open(encoding="utf-8-sig", newline="") as stream:
        raw = list(csv.DictReader(stream))
    found = read(path)
    assert account(found) == len(raw) == 39_010
    # Independently: what is neither a group, nor former, nor without code or rate, nor suppressed.
    left = [
        row
        for row in raw
        if row["gbp_million"] != ".."
        and row["year"] != "2016"
        and "N5" not in row["Service type code"]
        and row["Country code"] not in {"4A", "4F", "9A", "B5", "D5", "W1", "CS"}
        and not row["Country code"].startswith("PB")
    ]
    assert rows_out(found) == len(left)
    assert found.years == (2017, 2018, 2019, 2020)
    sums = Counter[str]()
    for row in left:
        sums[row["Direction"]] += int(row["gbp_million"])
    pounds = found.columns["value_gbp_million"]
    out = found.columns["exporter"] == "GBR"
    assert round(pounds[out].sum()) == sums["Exports"]
    assert round(pounds[~out].sum()) == sums["Imports"]


@pytest.mark.real
@pytest.mark.parametrize(("country", "iso3"), [("FR", "FRA"), ("GR", "GRC"), ("US", "USA"), ("TW", "TWN")])
@pytest.mark.parametrize(("ons", "ebops"), [("10.2.2", "SJ22"), ("11.1", "SK1"), ("8", "SH"), ("10.3.1", "SJ31")])
def test_a_figure_is_the_one_of_the_published_line(
    shared_data: Path, country: str, iso3: str, ons: str, ebops: str
) -> None:
    found = read(shared_data / FILE)
    with (shared_data / FILE).open(encoding="utf-8-sig", newline="") as stream:
        published = [
            row["gbp_million"]
            for row in csv.DictReader(stream)
            if (row["Direction"], row["Service type code"], row["Country code"], row["year"])
            == ("Exports", ons, country, "2020")
        ]
    assert len(published) == 1
    expected = [] if published == [".."] else [int(published[0]) * 1_282_900]
    assert value(found, "GBR", iso3, ebops, 2020) == expected
