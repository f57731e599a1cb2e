"""The World Development Indicators in their four shapes: one value, whatever the shape; aggregates never a market."""

from __future__ import annotations

import csv
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portulan.atlas.errors import BadInputError
from portulan.atlas.sources.reading import Reading
from portulan.atlas.sources.wdi.reader import read
from tests.atlas.sources.accounts import account, aside, data_lines, refused_or_accounted, rows_out, spoiled

pytestmark = pytest.mark.slow

LONG = (
    "Country Name,Country Code,Year,Value\nFrance,FRA,2023,3051831611384.76\nArab World,ARB,2023,1\nKosovo,XKX,2022,\n"
)
WIDE_HEADER = '"Country Name","Country Code","Indicator Name","Indicator Code","2022","2023",'
WIDE = "\n".join(
    [
        WIDE_HEADER,
        '"France","FRA","GDP (current US$)","NY.GDP.MKTP.CD","2796302058522.24","3051831611384.76",',
        '"France","FRA","GDP growth","NY.GDP.MKTP.KD.ZG","-7.4","0.9",',
        '"World","WLD","GDP (current US$)","NY.GDP.MKTP.CD","1","2",',
        '"Korea, Rep.","KOR","Individuals using the Internet","IT.NET.USER.ZS","97.2","",',
        '"France","FRA","Something else","XX.YY","5","6",',
        "",
    ]
)
PREAMBLE = '\ufeff"Data Source","World Development Indicators",\n\n"Last Updated Date","2024-06-28",\n\n'


def written(folder: Path, text: str, name: str = "gdp.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode())
    return path


def value(found: Reading, market: str, indicator: str, year: int) -> float | None:
    c = found.columns
    wanted = (c["market"] == market) & (c["indicator"] == indicator) & (c["year"] == year)
    values = [float(each) for each in c["value"][wanted]]
    assert len(values) < 2
    return values[0] if values else None


def observation(country: str | None, date: Any, amount: Any, indicator: str = "SP.POP.TOTL") -> dict[str, Any]:
    return {
        "indicator": {"id": indicator, "value": "x"},
        "country": {"id": "FR", "value": "France"},
        "countryiso3code": country,
        "date": date,
        "value": amount,
        "unit": "",
        "obs_status": "",
        "decimal": 0,
    }


def answer(*observations: dict[str, Any], **head: Any) -> str:
    first = {"page": 1, "pages": 1, "per_page": 32500, "total": len(observations), **head}
    return json.dumps([first, list(observations)])


def test_a_long_table_gives_its_values_and_its_gaps(tmp_path: Path) -> None:
    found = read(written(tmp_path, LONG))
    assert value(found, "FRA", "gdp", 2023) == 3051831611384.76
    assert aside(found) == {"aggregate, not a country": 1, "no value": 1}
    with pytest.raises(BadInputError, match="which indicator"):
        read(written(tmp_path, LONG, "table.csv"))
    assert read(written(tmp_path, LONG, "population_wdi.csv")).codes == ("population",)


@pytest.mark.parametrize("preamble", ["", PREAMBLE])
@pytest.mark.parametrize("member", ["", "WDICSV.csv", "WDIData.csv", "API_NY.GDP.MKTP.CD_DS2_en_csv_v2_1.csv"])
def test_a_wide_table_gives_its_cells_bare_or_zipped(tmp_path: Path, preamble: str, member: str) -> None:
    path = tmp_path / "wdi.zip"
    if member:
        with zipfile.ZipFile(path, "w") as out:
            out.writestr("Metadata_Country.csv", "a,b\n")
            out.writestr(member, preamble + WIDE)
    else:
        path = written(tmp_path, preamble + WIDE)
    found = read(path)
    assert value(found, "FRA", "gdp", 2022) == 2796302058522.24
    assert value(found, "FRA", "gdp_growth", 2022) == -7.4
    assert value(found, "KOR", "internet_users", 2022) == 97.2
    assert value(found, "KOR", "internet_users", 2023) is None
    assert aside(found) == {"aggregate, not a country": 2, "no value": 1, "indicator the atlas does not use": 2}
    assert account(found) == 10


def test_an_answer_of_the_api_gives_its_observations(tmp_path: Path) -> None:
    good = answer(
        observation("FRA", "2023", 68170228),
        observation("FRA", "2022", None),
        observation("AFE", "2023", 5),
        observation("FRA", "2023Q1", 5),
        observation("FRA", "2021", float("nan")),
    )
    found = read(written(tmp_path, good, "a.json"))
    assert value(found, "FRA", "population", 2023) == 68170228
    assert aside(found) == {"aggregate, not a country": 1, "no value": 1, "not a year": 1, "not a number": 1}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (answer(observation("FRA", "2023", 1), pages=7), "page 1 of 7 only"),
        (answer(observation("FRA", "2023", 1), total=9), "9 observations are announced"),
        ('[{"message": [{"id": "120", "value": "The provided parameter value is not valid"}]}]', "not valid"),
        ('{"a": 1}', "not an answer"),
        ("[]", "not an answer"),
        ("[{", "not JSON"),
        ("a,b\n1,2\n", "not one of the World Bank's"),
    ],
)
def test_a_page_of_several_and_an_error_are_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(BadInputError, match=said):
        read(written(tmp_path, text))


def test_a_negative_population_is_set_aside(tmp_path: Path) -> None:
    found = read(written(tmp_path, answer(observation("FRA", "2023", -1)), "a.json"))
    assert aside(found) == {"negative value": 1}


@given(text=spoiled(LONG))
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_a_spoiled_long_table_is_refused_or_accounted_for(tmp_path: Path, text: str) -> None:
    refused_or_accounted(read, written(tmp_path, text), lambda: data_lines(text))


@given(text=spoiled(WIDE, len(WIDE_HEADER) + 1))
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_a_spoiled_wide_table_is_refused_or_accounted_for(tmp_path: Path, text: str) -> None:
    refused_or_accounted(read, written(tmp_path, text), lambda: 2 * data_lines(text))


@given(
    st.lists(
        st.builds(
            observation,
            st.sampled_from(["FRA", "WLD", "", None, "QQQ"]),
            st.one_of(st.sampled_from(["2023", "2022"]), st.none(), st.integers(), st.text(max_size=4)),
            st.one_of(st.floats(), st.none(), st.text(max_size=4), st.booleans(), st.integers()),
        ),
        max_size=8,
    )
)
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_observations_are_accounted_for(tmp_path: Path, observations: list[dict[str, Any]]) -> None:
    path = written(tmp_path, answer(*observations), "a.json")
    refused_or_accounted(read, path, lambda: len(observations))


@pytest.mark.real
@pytest.mark.parametrize(
    ("name", "rows", "last"), [("gdp_wdi.csv", 13_979, 2023), ("population_wdi.csv", 17_195, 2024)]
)
def test_the_real_tables_are_accounted_for(shared_data: Path, name: str, rows: int, last: int) -> None:
    path = shared_data / "context" / name
    with path.open(encoding="utf-8", newline="") as stream:
        raw = list(csv.DictReader(stream))
    found = read(path)
    assert account(found) == len(raw) == rows
    assert set(aside(found)) == {"aggregate, not a country"}
    assert found.years[-1] == last
    published = {row["Country Code"]: float(row["Value"]) for row in raw if row["Year"] == "2023"}
    for market in ("FRA", "USA", "XKX", "PSE", "HKG"):
        assert value(found, market, found.codes[0], 2023) == published[market]
    # 2023 by independent count: all codes but the aggregates, which are those whose name is no country's.
    in_2023 = int((found.columns["year"] == 2023).sum())
    assert in_2023 == len(published) - sum(code in AGGREGATES for code in published)
    assert rows_out(found) == sum(row["Country Code"] not in AGGREGATES for row in raw)


AGGREGATES = {
    "AFE",
    "AFW",
    "ARB",
    "CEB",
    "CHI",
    "CSS",
    "EAP",
    "EAR",
    "EAS",
    "ECA",
    "ECS",
    "EMU",
    "EUU",
    "FCS",
    "HIC",
    "HPC",
    "IBD",
    "IBT",
    "IDA",
    "IDB",
    "IDX",
    "LAC",
    "LCN",
    "LDC",
    "LIC",
    "LMC",
    "LMY",
    "LTE",
    "MEA",
    "MIC",
    "MNA",
    "NAC",
    "OED",
    "OSS",
    "PRE",
    "PSS",
    "PST",
    "SAS",
    "SSA",
    "SSF",
    "SST",
    "TEA",
    "TEC",
    "TLA",
    "TMN",
    "TSA",
    "TSS",
    "UMC",
    "WLD",
}
