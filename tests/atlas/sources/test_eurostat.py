"""Eurostat's cultural goods: the same figures from TSV, SDMX-CSV and JSON-stat; context in euro, never a flow."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings

from portulan.atlas.errors import BadInputError
from portulan.atlas.sources.eurostat.reader import read
from portulan.atlas.sources.reading import Reading
from tests.atlas.sources.accounts import account, aside, data_lines, refused_or_accounted, spoiled

TSV_HEADER = "freq,stk_flow,prod_ct,partner,unit,geo\\TIME_PERIOD\t2021 \t2022 "
TSV = "\n".join(
    [
        TSV_HEADER,
        "A,EXP,TOTAL,EXT_EU27_2020,THS_EUR,FR\t123.4 \t130 p",
        "A,IMP,TOTAL,EXT_EU27_2020,THS_EUR,EL\t: \t: c",
        "A,EXP,TOTAL,EXT_EU27_2020,THS_EUR,EU27_2020\t1 \t2 ",
        "A,EXP,TOTAL,EXT_EU27_2020,PC_TOT,FR\t1 \t2 ",
        "A,BAL,TOTAL,EXT_EU27_2020,THS_EUR,FR\t1 \t2 ",
        "",
    ]
)
CSV = "\n".join(
    [
        "DATAFLOW,LAST UPDATE,freq,stk_flow,prod_ct,partner,unit,geo,TIME_PERIOD,OBS_VALUE,OBS_FLAG",
        *(
            f"ESTAT:CULT_TRD_PRD(1.0),19/09/23 23:00:00,A,{flow},TOTAL,EXT_EU27_2020,{unit},{geo},{year},{value},{flag}"
            for flow, unit, geo, year, value, flag in [
                ("EXP", "THS_EUR", "FR", 2021, "123.4", ""),
                ("EXP", "THS_EUR", "FR", 2022, "130", "p"),
                ("IMP", "THS_EUR", "EL", 2021, "", ""),
                ("IMP", "THS_EUR", "EL", 2022, "", "c"),
                ("EXP", "THS_EUR", "EU27_2020", 2021, "1", ""),
                ("EXP", "THS_EUR", "EU27_2020", 2022, "2", ""),
                ("EXP", "PC_TOT", "FR", 2021, "1", ""),
                ("EXP", "PC_TOT", "FR", 2022, "2", ""),
                ("BAL", "THS_EUR", "FR", 2021, "1", ""),
                ("BAL", "THS_EUR", "FR", 2022, "2", ""),
            ]
        ),
        "",
    ]
)
CODES = {
    "freq": ["A"],
    "stk_flow": ["EXP"],
    "prod_ct": ["TOTAL"],
    "partner": ["EXT_EU27_2020"],
    "unit": ["THS_EUR"],
    "geo": ["FR", "UK"],
    "time": ["2021", "2022"],
}
CUBE = {
    "version": "2.0",
    "class": "dataset",
    "id": list(CODES),
    "size": [len(codes) for codes in CODES.values()],
    "dimension": {
        name: {"category": {"index": {code: place for place, code in enumerate(codes)}}}
        for name, codes in CODES.items()
    },
    "value": {"0": 123.4, "1": 130, "3": 8},
    "status": {"1": "p", "2": "c"},
}


def written(folder: Path, text: str, name: str = "cult_trd_prd.tsv") -> Path:
    path = folder / name
    path.write_bytes(text.encode())
    return path


def tsv_lines(text: str) -> int:
    """A quote means nothing in a TSV file."""
    return sum(bool(line.strip()) for line in re.split(r"\r\n|\n|\r", text)[1:])


def figure(found: Reading, market: str, indicator: str, year: int) -> tuple[float, str] | None:
    c = found.columns
    wanted = (c["market"] == market) & (c["indicator"] == indicator) & (c["year"] == year)
    values = list(zip(c["value"][wanted].tolist(), c["status"][wanted], strict=True))
    return values[0] if values else None


EXPORTS = "cultural_goods_exports:TOTAL:EXT_EU27_2020"


@pytest.mark.parametrize("text", [TSV, CSV])
def test_tsv_and_sdmx_csv_give_the_same_figures(tmp_path: Path, text: str) -> None:
    found = read(written(tmp_path, text))
    assert found.kind == "context"
    assert set(found.columns["unit"]) == {"EUR"}
    assert figure(found, "FRA", EXPORTS, 2021) == (123_400, "reported")
    assert figure(found, "FRA", EXPORTS, 2022) == (130_000, "estimated")  # provisional
    assert figure(found, "GRC", "cultural_goods_imports:TOTAL:EXT_EU27_2020", 2021) is None
    assert aside(found) == {
        "no value": 1,
        "suppressed by the source": 1,
        "aggregate, not a country": 2,
        "unit the atlas does not use": 2,
        "neither exports nor imports (balance, ratio)": 2,
    }
    assert account(found) == 10


def test_json_stat_gives_its_cells_and_its_gaps(tmp_path: Path) -> None:
    found = read(written(tmp_path, json.dumps(CUBE), "cult.json"))
    assert figure(found, "FRA", EXPORTS, 2021) == (123_400, "reported")
    assert figure(found, "FRA", EXPORTS, 2022) == (130_000, "estimated")
    assert figure(found, "GBR", EXPORTS, 2022) == (8_000, "reported")
    assert aside(found) == {"suppressed by the source": 1}
    full = {**CUBE, "value": [123.4, 130, None, 8]}
    assert figure(read(written(tmp_path, json.dumps(full), "cult.json")), "GBR", EXPORTS, 2022) == (8_000, "reported")


def test_a_compressed_file_and_labels_beside_codes_are_read(tmp_path: Path) -> None:
    path = tmp_path / "cult.csv.gz"
    path.write_bytes(gzip.compress(CSV.replace("FR,2021", "FR: France,2021").encode()))
    assert figure(read(path), "FRA", EXPORTS, 2021) == (123_400, "reported")


@pytest.mark.parametrize(
    "text",
    [
        "",
        TSV.replace("prod_ct", "nace_r2"),
        CSV.replace("prod_ct", "nace_r2"),
        "{}",
        '{"error": [{"status": 404, "label": "not found"}]}',
        json.dumps({**CUBE, "size": [1, 1, 1, 1, 1, 2, 3]}),
        json.dumps({**CUBE, "value": {"9": 1}}),
        json.dumps({**CUBE, "id": ["freq"], "size": [1]}),
        "<html></html>",
    ],
)
def test_another_data_set_or_an_error_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(BadInputError):
        read(written(tmp_path, text))


@given(text=spoiled(TSV, len(TSV_HEADER) + 1))
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_a_spoiled_tsv_is_refused_or_accounted_for(tmp_path: Path, text: str) -> None:
    refused_or_accounted(read, written(tmp_path, text), lambda: 2 * tsv_lines(text))


FAR = re.sub(r'("EXT_EU27_2020": )[0-9]+', r"\g<1>1e999", json.dumps(CUBE))
"""A place that is no number of a place: beyond all of them."""


@given(text=spoiled(CSV))
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_a_spoiled_csv_is_refused_or_accounted_for(tmp_path: Path, text: str) -> None:
    refused_or_accounted(read, written(tmp_path, text), lambda: data_lines(text))


@given(text=spoiled(json.dumps(CUBE)))
@example(text=FAR)
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_a_spoiled_cube_is_refused_or_accounted_for(tmp_path: Path, text: str) -> None:
    def cells() -> int:
        sizes, total = json.loads(text)["size"], 1
        for size in sizes:
            total *= int(size)
        return total

    refused_or_accounted(read, written(tmp_path, text, "cult.json"), cells)
