"""Balanced services: each flow once although both sides write it, and never called reported."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portulan.atlas.errors import BadInputError
from portulan.atlas.sources.batis.reader import HEADS, read
from portulan.atlas.sources.reading import Reading
from tests.atlas.sources.accounts import account, aside, data_lines, refused_or_accounted, rows_out, spoiled

pytestmark = pytest.mark.slow

HEADER = (
    "Reporter,type_Reporter,Partner,type_Partner,Flow,Item_code,type_Item,Year,"
    "Reported_value,Final_value,Final_value_methodology,Balanced_value"
)
LINES = [
    "FR,c,BE,c,X,SK1,s,2020,100,100,R_OECD,95.5",
    "BE,c,FR,c,M,SK1,s,2020,,91,E3,95.5",
    "FR,c,NA,c,X,SK1,s,2020,,0.5,M1,0.25",  # Namibia, whose code reads like a missing value
    "888,c,FR,c,M,SH,s,2021,7,7,R_NAT,6.123456",  # Kosovo imports; its twin is not in the file
    "FR,c,WL,g,X,SK1,s,2020,500,500,R_OECD,480",
    "FR,c,BE,c,X,SOX,d,2020,1,1,E1,1",
    "FR,c,QQ,c,X,SK1,s,2020,1,1,E1,1",
    "FR,c,FR,c,X,SK1,s,2020,1,1,E1,1",
    "FR,c,DE,c,X,SK1,s,2020,,,E1,",
    "FR,c,DE,c,X,SK2,s,2020,,,E1,-4",
    "FR,c,DE,c,B,SK2,s,2020,,,E1,4",
]
TABLE = "\n".join([HEADER, *LINES, ""])


def written(folder: Path, text: str) -> Path:
    path = folder / "batis.csv"
    path.write_bytes(text.encode())
    return path


def flows(found: Reading) -> dict[tuple[int, str, str, str], tuple[int, str]]:
    c = found.columns
    keys = zip(c["year"].tolist(), c["exporter"], c["market"], c["code"], strict=True)
    return dict(zip(keys, zip(c["value_usd"].tolist(), c["status"], strict=True), strict=True))


def test_each_flow_is_kept_once_with_its_status(tmp_path: Path) -> None:
    found = read(written(tmp_path, TABLE))
    assert flows(found) == {
        (2020, "FRA", "BEL", "SK1"): (95_500_000, "estimated"),
        (2020, "FRA", "NAM", "SK1"): (250_000, "modelled"),
        (2021, "FRA", "XKX", "SH"): (6_123_456, "estimated"),
    }
    assert aside(found) == {
        "mirror of a kept row (one balanced flow, written by both sides)": 1,
        "aggregate, not a country": 1,
        "not a heading of EBOPS 2010": 1,
        "unknown country code": 1,
        "exporter and market are the same": 1,
        "no value": 1,
        "negative value": 1,
        "neither X nor M": 1,
    }
    assert (account(found), found.years, found.codes) == (11, (2020, 2021), ("SH", "SK1"))
    assert set(found.columns["scheme"]) == {"EBOPS2010"}


def test_a_flow_reported_by_one_side_only_counts_as_estimated_whichever_side(tmp_path: Path) -> None:
    swapped = TABLE.replace("2020,100,100,R_OECD,95.5", "2020,,100,E1,95.5").replace("2020,,91,", "2020,90,91,")
    assert flows(read(written(tmp_path, swapped)))[(2020, "FRA", "BEL", "SK1")] == (95_500_000, "estimated")


def test_two_sides_that_are_not_balanced_are_both_set_aside(tmp_path: Path) -> None:
    found = read(written(tmp_path, TABLE.replace("E3,95.5", "E3,80")))
    assert (2020, "FRA", "BEL", "SK1") not in flows(found)
    assert aside(found)["conflicting duplicates of one key (all set aside)"] == 2
    assert account(found) == 11


def test_duplicates_are_told_from_conflicts(tmp_path: Path) -> None:
    again = read(written(tmp_path, TABLE + LINES[0] + "\n"))
    assert flows(again)[(2020, "FRA", "BEL", "SK1")] == (95_500_000, "estimated")
    assert aside(again)["exact duplicate of an earlier row"] == 1
    other = read(written(tmp_path, TABLE + LINES[0].replace("95.5", "60") + "\n"))
    # the exporter contradicts itself: its lines go, the importer's one stays
    assert aside(other)["conflicting duplicates of one key (all set aside)"] == 2
    assert flows(other)[(2020, "FRA", "BEL", "SK1")][0] == 95_500_000


def test_only_the_years_asked_for_are_kept_and_the_others_counted(tmp_path: Path) -> None:
    found = read(written(tmp_path, TABLE), years={2021})
    assert set(flows(found)) == {(2021, "FRA", "XKX", "SH")}
    assert account(found) == 11


@pytest.mark.parametrize("name", ["Methodology", "Final_value_methodology"])
def test_the_archive_is_read_whatever_the_name_of_the_unused_column(tmp_path: Path, name: str) -> None:
    path = tmp_path / "batis.zip"
    with zipfile.ZipFile(path, "w") as out:
        out.writestr("OECD-WTO_BATIS_BPM6_December2025_bulk.csv", TABLE.replace("Final_value_methodology", name))
    assert rows_out(read(path)) == 3
    with zipfile.ZipFile(path, "w") as out:
        out.writestr("readme.txt", "x")
    with pytest.raises(BadInputError, match="one CSV expected"):
        read(path)


def test_heads_do_not_overlap() -> None:
    assert not any(one != other and one.startswith(other) for one in HEADS for other in HEADS)
    assert {head[:2] for head in HEADS} == {f"S{letter}" for letter in "ABCDEFGHIJKL"}


def test_what_is_not_the_table_is_refused(tmp_path: Path) -> None:
    for text in ("", TABLE.replace("Balanced_value", "x"), TABLE.replace(",", ";"), HEADER.lower()):
        with pytest.raises(BadInputError):
            read(written(tmp_path, text))


@given(text=spoiled(TABLE))
@settings(max_examples=250, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_a_spoiled_file_is_refused_or_accounted_for(tmp_path: Path, text: str) -> None:
    refused_or_accounted(read, written(tmp_path, text), lambda: data_lines(text))


RECORD = st.tuples(
    st.sampled_from(["FR", "BE", "DE", "WL", "888", "QQ"]),
    st.sampled_from(["FR", "BE", "DE", "WL"]),
    st.sampled_from("XM"),
    st.sampled_from(["SK1", "SH"]),
    st.sampled_from(["2020", "2021"]),
    st.sampled_from(["", "5"]),
    st.sampled_from(["0", "5", "5.0000001", "7", "", "-1", "1e30", "nan"]),
)


@given(st.lists(RECORD, min_size=1, max_size=30))
@settings(max_examples=250, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_lines_give_each_flow_at_most_once(tmp_path: Path, records: list[tuple[str, ...]]) -> None:
    lines = [f"{r},c,{p},c,{f},{i},s,{y},{rep},,E1,{v}" for r, p, f, i, y, rep, v in records]
    found = read(written(tmp_path, "\n".join([HEADER, *lines, ""])))
    assert account(found) == len(records)
    assert len(flows(found)) == rows_out(found)
