"""GeoDist: distances and ties of pairs, a missing distance never zero."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from portulan.atlas.errors import BadInputError
from portulan.atlas.sources.geodist.reader import DISTANCES, FLAGS, read
from portulan.atlas.sources.reading import Reading
from tests.atlas.sources.accounts import account, aside, data_lines, refused_or_accounted, rows_out, spoiled

pytestmark = pytest.mark.slow

HEADER = "iso_o;iso_d;" + ";".join((*FLAGS, *DISTANCES))
GOOD = "\r\n".join(
    [
        HEADER,
        "FRA;BEL;1;1;1;0;0;0;0;0;262.3769;262.3769;340.1;337.2",
        "BEL;FRA;1;1;1;0;0;0;0;0;262.3769;262.3769;340.1;337.2",
        "FRA;ROM;0;0;0;0;0;0;0;0;1871.6;1871.6;.;.",
        "FRA;ANT;0;0;0;0;0;0;0;0;1;1;1;1",
        "",
    ]
)


def written(folder: Path, text: str) -> Path:
    path = folder / "dist_cepii.csv"
    path.write_bytes(text.encode())
    return path


def of_pair(found: Reading, exporter: str, market: str) -> dict[str, float]:
    wanted = np.flatnonzero((found.columns["exporter"] == exporter) & (found.columns["market"] == market))
    assert len(wanted) == 1
    return {name: float(found.columns[name][wanted[0]]) for name in (*FLAGS, *DISTANCES)}


def test_a_pair_has_its_distances_and_ties(tmp_path: Path) -> None:
    found = read(written(tmp_path, GOOD))
    pair = of_pair(found, "FRA", "BEL")
    assert (pair["dist"], pair["contig"], pair["comlang_off"], pair["colony"]) == (262.3769, 1, 1, 0)
    # Romania's code of before 2002; its weighted distances are unknown, not zero
    assert np.isnan(of_pair(found, "FRA", "ROU")["distw"])
    assert aside(found) == {"former country": 1}
    assert (found.kind, account(found)) == ("pairs", 4)


def test_commas_do_as_well_but_tabs_do_not(tmp_path: Path) -> None:
    assert rows_out(read(written(tmp_path, GOOD.replace(";", ",")))) == 3
    with pytest.raises(BadInputError, match="separated by"):
        read(written(tmp_path, GOOD.replace(";", "\t")))


def test_bad_values_and_duplicates_are_set_aside(tmp_path: Path) -> None:
    same = "FRA;BEL;1;1;1;0;0;0;0;0;262.3769;262.3769;340.1;337.2\n"
    lines = [
        same,
        same.replace("FRA;BEL;1", "BEL;FRA;0"),
        same.replace("FRA;BEL;1", "FRA;ESP;2"),
        same.replace("FRA", "ITA").replace("262.3769", "-1"),
        same.replace("FRA", "QQQ"),
        same.replace("BEL;1", "DEU;."),
        "FRA;ROU;0;0;0;0;0;0;0;0;1871.6;1871.6;.;.\n",
    ]
    found = read(written(tmp_path, GOOD + "".join(lines)))
    assert aside(found) == {
        "former country": 1,
        "exact duplicate of an earlier row": 2,
        "conflicting duplicates of one key (all set aside)": 2,
        "neither 0 nor 1": 1,
        "negative value": 1,
        "unknown country code": 1,
        "no value": 1,
    }
    assert account(found) == 11


@given(text=spoiled(GOOD))
@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_a_spoiled_file_is_refused_or_accounted_for(tmp_path: Path, text: str) -> None:
    refused_or_accounted(read, written(tmp_path, text), lambda: data_lines(text, ";"))


@pytest.mark.real
def test_the_real_file_is_accounted_for(shared_data: Path) -> None:
    path = shared_data / "cepii" / "dist_cepii.csv"
    with path.open(encoding="latin-1", newline="") as stream:
        raw = {(row["iso_o"], row["iso_d"]): row for row in csv.DictReader(stream, delimiter=";")}
    found = read(path)
    assert account(found) == len(raw) == 50_176
    # only the Netherlands Antilles are former: 224 lines as origin, 224 as destination, one of them both
    assert aside(found) == {"former country": 447}
    for pair in (("FRA", "DEU"), ("FRA", "CAN"), ("GBR", "IND"), ("FRA", "TMP")):
        got = of_pair(found, pair[0], {"TMP": "TLS"}.get(pair[1], pair[1]))
        for name in (*FLAGS, *DISTANCES):
            text = raw[pair][name]
            assert (np.isnan(got[name]) and text == ".") or got[name] == float(text)
    missing = sum(row["distw"] == "." for pair, row in raw.items() if "ANT" not in pair)
    assert int(np.isnan(found.columns["distw"]).sum()) == missing
