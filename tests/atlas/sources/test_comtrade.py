"""UN Comtrade: one declaration a flow, the importer's first; parts, re-exports and totals set aside."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portulan.atlas.errors import BadInputError
from portulan.atlas.sources.comtrade.reader import read
from portulan.atlas.sources.reading import Reading
from tests.atlas.sources.accounts import account, aside, refused_or_accounted, rows_out

pytestmark = pytest.mark.slow


def record(**changes: Any) -> dict[str, Any]:
    return {
        "typeCode": "C",
        "freqCode": "A",
        "refYear": 2023,
        "period": "2023",
        "reporterCode": 251,
        "flowCode": "X",
        "partnerCode": 842,
        "partner2Code": 0,
        "classificationCode": "H6",
        "cmdCode": "490199",
        "customsCode": "C00",
        "mosCode": "0",
        "motCode": 0,
        "cifvalue": None,
        "fobvalue": 1000.4,
        "primaryValue": 1000.4,
        **changes,
    }


def written(folder: Path, *records: dict[str, Any], **head: Any) -> Path:
    path = folder / "comtrade.json"
    answer = {"elapsedTime": "0.1 secs", "count": len(records), "data": list(records), "error": "", **head}
    path.write_text(json.dumps(answer), encoding="utf-8")
    return path


def flows(found: Reading) -> list[tuple[Any, ...]]:
    names = ("flow", "year", "exporter", "market", "scheme", "code", "value_usd", "status")
    return sorted(zip(*(found.columns[name].tolist() for name in names), strict=True))


def test_codes_of_comtrade_become_countries(tmp_path: Path) -> None:
    found = read(
        written(
            tmp_path,
            record(),
            record(flowCode="M", reporterCode=757, partnerCode=490, primaryValue=7),
            record(partnerCode=699, classificationCode="H5", cmdCode="970110"),
        )
    )
    assert flows(found) == [
        ("goods", 2023, "FRA", "IND", "HS2017", "970110", 1000, "reported"),
        ("goods", 2023, "FRA", "USA", "HS2022", "490199", 1000, "reported"),
        ("goods", 2023, "TWN", "CHE", "HS2022", "490199", 7, "reported"),
    ]


def test_services_keep_their_scheme(tmp_path: Path) -> None:
    found = read(written(tmp_path, record(typeCode="S", classificationCode="EB10", cmdCode="SK1")))
    assert flows(found) == [("services", 2023, "FRA", "USA", "EBOPS2010", "SK1", 1000, "reported")]


def test_where_both_sides_declare_the_preferred_one_is_kept(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        record(primaryValue=100),
        record(flowCode="M", reporterCode=842, partnerCode=251, primaryValue=110),
        record(partnerCode=56, primaryValue=50),
    )
    mine = read(path)
    assert [row[2:4] + row[6:7] for row in flows(mine)] == [("FRA", "BEL", 50), ("FRA", "USA", 110)]
    assert aside(mine) == {"mirror of a kept row (the other side's declaration is used)": 1}
    theirs = read(path, prefer="exporter")
    assert [row[6] for row in flows(theirs)] == [50, 100]
    assert account(mine) == account(theirs) == 3


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"partnerCode": 0}, "aggregate, not a country"),
        ({"partnerCode": 899}, "aggregate, not a country"),
        ({"partnerCode": 9999}, "unknown country code"),
        ({"partnerCode": 891}, "former country"),
        ({"partnerCode": 251}, "exporter and market are the same"),
        ({"motCode": 1000}, "part of a total (transport, customs procedure, second partner or mode of supply)"),
        ({"partner2Code": 276}, "part of a total (transport, customs procedure, second partner or mode of supply)"),
        ({"flowCode": "RX"}, "flow the atlas does not use (re-exports, re-imports, processing)"),
        ({"classificationCode": "S4"}, "classification the atlas does not use"),
        ({"cmdCode": "TOTAL"}, "not a six-digit code of the Harmonized System"),
        ({"cmdCode": "49"}, "not a six-digit code of the Harmonized System"),
        ({"classificationCode": "EB10", "cmdCode": "11.1"}, "not a heading of EBOPS 2010"),
        ({"freqCode": "M", "period": "202301"}, "not an annual record"),
        ({"period": "23"}, "not a year"),
        ({"primaryValue": None}, "no value"),
        ({"primaryValue": -1}, "negative value"),
        ({"primaryValue": float("nan")}, "not a number"),
        ({"primaryValue": float("inf")}, "not a number"),
    ],
)
def test_what_is_no_flow_is_set_aside_with_its_reason(tmp_path: Path, changes: dict[str, Any], reason: str) -> None:
    found = read(written(tmp_path, record(cmdCode="950300"), record(**changes)))
    assert aside(found) == {reason: 1}
    assert rows_out(found) == 1


def test_a_former_country_is_one_while_it_lasted(tmp_path: Path) -> None:
    found = read(written(tmp_path, record(partnerCode=891, period="2004", classificationCode="H2")))
    assert [row[:5] for row in flows(found)] == [("goods", 2004, "FRA", "SCG", "HS2002")]


def test_duplicates_are_told_from_conflicts(tmp_path: Path) -> None:
    assert aside(read(written(tmp_path, record(), record()))) == {"exact duplicate of an earlier row": 1}
    found = read(written(tmp_path, record(), record(primaryValue=5)))
    assert (aside(found), rows_out(found)) == ({"conflicting duplicates of one key (all set aside)": 2}, 0)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"data": null, "error": "Quota exceeded"}',
        '{"statusCode": 401, "message": "Access denied"}',
        '{"count": 3, "data": []}',
        '{"data": [1]}',
        "<html>",
    ],
)
def test_what_is_not_an_answer_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "c.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadInputError):
        read(path)


def test_an_answer_at_a_limit_of_the_api_says_that_it_is_probably_cut(tmp_path: Path) -> None:
    many = [record(cmdCode=f"{code:06}") for code in range(500)]
    assert "probably cut" in read(written(tmp_path, *many)).note
    assert "probably cut" not in read(written(tmp_path, *many[:-1])).note


CHANGES = st.fixed_dictionaries(
    {},
    optional={
        name: st.one_of(
            st.sampled_from(["X", "M", "H6", "EB10", "SK1", "2023", 251, 842, 56, 0, 1000.4]),
            st.none(),
            st.floats(),
            st.text(max_size=3),
            st.lists(st.integers(), max_size=1),
        )
        for name in record()
    },
)


@given(st.lists(CHANGES, max_size=6), st.sampled_from(sorted(record())))
@settings(max_examples=250, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_records_are_refused_or_accounted_for(tmp_path: Path, changes: list[dict[str, Any]], lost: str) -> None:
    records = [record(**each) for each in changes]
    for each in records[:1]:
        del each[lost]
    refused_or_accounted(read, written(tmp_path, *records), lambda: len(records))
