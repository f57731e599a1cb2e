"""Pairs of countries: distance, border, language, colonial tie; our own tables, measured against GeoDist."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from portulan.atlas.errors import BadInputError, UnknownCodeError
from portulan.atlas.reference import pairs as pairs_module
from portulan.atlas.reference.countries import countries, country
from portulan.atlas.reference.languages import LanguageShare
from portulan.atlas.reference.pairs import (
    EARTH_RADIUS_KM,
    colonial_ties,
    contiguity,
    great_circle_km,
    pair_covariates,
    spoken,
)

TIES = Path(pairs_module.__file__).parent / "colonial_ties.csv"
NAMES = (
    "distance_km",
    "contiguous",
    "common_language",
    "common_official_language",
    "colonial_tie",
)


@pytest.fixture(scope="module")
def everyone() -> Mapping[str, NDArray[Any]]:
    return pair_covariates()


def value(covariates: Mapping[str, NDArray[Any]], name: str, exporter: str, market: str) -> float:
    at = np.flatnonzero((covariates["exporter"] == exporter) & (covariates["market"] == market))
    assert len(at) == 1
    return float(covariates[name][at[0]])


def test_every_ordered_pair_is_there_once(everyone: Mapping[str, NDArray[Any]]) -> None:
    size = len(countries())
    rows = list(zip(everyone["exporter"], everyone["market"], strict=True))
    assert len(rows) == size * (size - 1) == len(set(rows))
    assert rows == sorted(rows)
    assert all(exporter != market for exporter, market in rows)


@pytest.mark.parametrize("name", NAMES)
def test_every_covariate_is_the_same_both_ways(everyone: Mapping[str, NDArray[Any]], name: str) -> None:
    size = len(countries())
    matrix = np.zeros((size, size))
    matrix[~np.eye(size, dtype=bool)] = everyone[name]
    np.testing.assert_allclose(matrix, matrix.T, rtol=1e-12, equal_nan=True)


def test_distances_are_those_between_the_capitals(everyone: Mapping[str, NDArray[Any]]) -> None:
    # Known great circles between the cities; a point to the minute of arc is off by 2 km, a city is wider.
    for a, b, km in (("FRA", "GBR", 343.5), ("FRA", "USA", 6163), ("JPN", "FRA", 9715), ("AUS", "NZL", 2325)):
        assert value(everyone, "distance_km", a, b) == pytest.approx(km, abs=10)
    without = {"ATA", "UMI"}
    for exporter, market, km in zip(everyone["exporter"], everyone["market"], everyone["distance_km"], strict=True):
        assert np.isnan(km) == bool({exporter, market} & without)
        assert np.isnan(km) or 0 < km < 20_040


def test_language_is_a_probability_and_knows_who_understands_whom(everyone: Mapping[str, NDArray[Any]]) -> None:
    known = everyone["common_language"][~np.isnan(everyone["common_language"])]
    assert known.min() >= 0 and known.max() <= 1
    assert value(everyone, "common_language", "FRA", "CAN") > value(everyone, "common_language", "FRA", "AUT")
    assert value(everyone, "common_language", "DEU", "AUT") > 0.9
    assert value(everyone, "common_language", "SRB", "HRV") > 0.9
    assert value(everyone, "common_language", "FRA", "JPN") < 0.01
    assert value(everyone, "common_official_language", "FRA", "SEN") == 1
    assert value(everyone, "common_official_language", "FRA", "AUT") == 0


def test_common_language_is_the_published_formula_by_hand() -> None:
    covariates = pair_covariates(["LUX", "MCO"])
    shares = [spoken(country(code).languages) for code in ("LUX", "MCO")]
    apart = 1.0
    for language in set(shares[0]) & set(shares[1]):
        apart *= 1 - shares[0][language] * shares[1][language]
    assert value(covariates, "common_language", "LUX", "MCO") == pytest.approx(1 - apart, rel=1e-12)


def test_varieties_of_a_language_are_added_up_to_one_at_most() -> None:
    found = spoken([LanguageShare("nb", 80, "official"), LanguageShare("nn", 40, ""), LanguageShare("en", 50, "")])
    assert found == {"no": 1.0, "en": 0.5}


def test_borders_and_ties_are_read(everyone: Mapping[str, NDArray[Any]]) -> None:
    assert value(everyone, "contiguous", "FRA", "BEL") == 1
    assert value(everyone, "contiguous", "FRA", "PRT") == 0
    for coloniser, colony in (("FRA", "SEN"), ("FRA", "CAN"), ("GBR", "IND"), ("PRT", "BRA"), ("NLD", "IDN")):
        assert value(everyone, "colonial_tie", coloniser, colony) == 1
        assert value(everyone, "colonial_tie", colony, coloniser) == 1
    assert value(everyone, "colonial_tie", "FRA", "DEU") == 0
    assert value(everyone, "colonial_tie", "CZE", "SVK") == 0


def test_given_pairs_replace_the_tables_and_codes_restrict() -> None:
    covariates = pair_covariates(["FRA", "JPN", "BEL"], contiguous=[("JPN", "FRA")], colonial=[])
    assert len(covariates["market"]) == 6
    assert value(covariates, "contiguous", "FRA", "JPN") == 1
    assert value(covariates, "contiguous", "FRA", "BEL") == 0
    assert covariates["colonial_tie"].sum() == 0
    with pytest.raises(UnknownCodeError):
        pair_covariates(["FRA", "ZZZ"])


def test_a_former_country_has_no_distance_and_no_language() -> None:
    covariates = pair_covariates(["FRA", "SUN"])
    assert np.isnan(covariates["distance_km"]).all()
    assert np.isnan(covariates["common_language"]).all()


def test_a_missing_or_broken_table_is_said(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="the table is not there"):
        contiguity(tmp_path / "contiguity.csv")
    broken = tmp_path / "ties.csv"
    broken.write_text("coloniser,source\nFRA,x\n", encoding="utf-8")
    with pytest.raises(BadInputError, match="column colony is missing"):
        colonial_ties(broken)
    unknown = tmp_path / "unknown.csv"
    unknown.write_text("a,b\nFRA,ZZZ\n", encoding="utf-8")
    with pytest.raises(UnknownCodeError):
        contiguity(unknown)


def test_no_colonial_tie_is_written_twice_or_to_oneself() -> None:
    with TIES.open(encoding="utf-8", newline="") as file:
        rows = [frozenset((row["coloniser"], row["colony"])) for row in csv.DictReader(file)]
    assert all(len(row) == 2 for row in rows)
    assert len(rows) == len(set(rows))


latitudes = st.floats(-90, 90)
longitudes = st.floats(-180, 180)


@given(latitudes, longitudes, latitudes, longitudes)
def test_great_circle_is_a_distance(lat_a: float, lon_a: float, lat_b: float, lon_b: float) -> None:
    a, b, c, d = (np.array([each]) for each in (lat_a, lon_a, lat_b, lon_b))
    there, back = great_circle_km(a, b, c, d)[0], great_circle_km(c, d, a, b)[0]
    assert there == pytest.approx(back, abs=1e-6)
    assert 0 <= there <= np.pi * EARTH_RADIUS_KM + 1e-6
    assert great_circle_km(a, b, a, b)[0] == pytest.approx(0, abs=1e-6)
    # Independent of the haversine: the angle between the two unit vectors.
    one, two = (
        np.array(
            [
                np.cos(np.radians(p)) * np.cos(np.radians(q)),
                np.cos(np.radians(p)) * np.sin(np.radians(q)),
                np.sin(np.radians(p)),
            ]
        )
        for p, q in ((lat_a, lon_a), (lat_b, lon_b))
    )
    angle = np.arctan2(np.linalg.norm(np.cross(one, two)), one @ two)
    assert there == pytest.approx(angle * EARTH_RADIUS_KM, abs=0.5)


def geodist(path: Path) -> tuple[dict[tuple[str, str], dict[str, str]], set[str]]:
    """GeoDist by our codes, without the two countries it keeps and that are no more."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = [
            row
            for row in csv.DictReader(file, delimiter=";")
            if row["iso_o"] != row["iso_d"] and not {row["iso_o"], row["iso_d"]} & {"YUG", "ANT"}
        ]
    found = {(country(row["iso_o"]).iso3, country(row["iso_d"]).iso3): row for row in rows}
    return found, {exporter for exporter, _ in found}


@pytest.mark.real
def test_our_covariates_are_close_to_geodist(everyone: Mapping[str, NDArray[Any]], shared_data: Path) -> None:
    theirs, _ = geodist(shared_data / "cepii" / "dist_cepii.csv")
    keys = list(zip(everyone["exporter"], everyone["market"], strict=True))
    kept = np.array([key in theirs for key in keys])
    rows = [theirs[key] for key in keys if key in theirs]
    assert len(rows) > 49_000
    distance = np.array([float(row["distcap"]) for row in rows])
    correlation = np.corrcoef(np.log(everyone["distance_km"][kept]), np.log(distance))[0, 1]
    assert correlation > 0.998  # 0.9988 when written; GeoDist puts Apia, Wellington and Conakry elsewhere

    def phi(name: str, column: str) -> float:
        return float(np.corrcoef(everyone[name][kept], [float(row[column]) for row in rows])[0, 1])

    assert phi("contiguous", "contig") > 0.97  # 0.985 when written
    assert phi("colonial_tie", "colony") > 0.88  # 0.90 when written
    assert phi("common_official_language", "comlang_off") > 0.87  # 0.885 when written
    assert phi("common_language", "comlang_off") > 0.55  # 0.62 when written: a probability against a yes or no
