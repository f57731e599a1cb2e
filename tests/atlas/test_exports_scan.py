"""A scan as a file: scores that are their parts, weights in the passport, and what is missing named, never zero."""

from __future__ import annotations

import io

import pytest

from portulan.atlas import api
from tests.atlas.test_exports_views import held, read, same

WEIGHTS = {"imports_world": 2.0, "growth": 1.0, "distance_km": 3.0}


@pytest.fixture(scope="module")
def asked(made_release: api.Release) -> api.ScanCriteria:
    return api.scan_criteria(made_release, exporter="FRA", sector="book")


def test_each_score_is_its_parts(asked: api.ScanCriteria, made_release: api.Release) -> None:
    found = asked.scan(WEIGHTS)
    rows = read(api.export_scan(asked, found, "csv", release=made_release))
    scores, parts = held(rows, "scores", "market"), held(rows, "parts", "market", "criterion")
    assert list(scores) == [(row.market,) for row in (*found.rows, *found.apart)]
    for row in (*found.rows, *found.apart):
        score = scores[(row.market,)]
        assert score["rank"] == ("" if row.rank is None else str(row.rank))
        assert score["score"] == ("" if row.score is None else score["score"])
        assert row.score is None or float(score["score"]) == row.score
        assert float(score["known"]) == row.known
        total = 0.0
        for part in row.parts:
            one = parts[row.market, part.criterion]
            same(one, row.values[part.criterion])
            assert float(one["weight"]) == part.weight
            assert (one["points"] == "") is (part.points is None)
            total += part.points or 0.0
        assert row.score is None or total == row.score


def test_what_is_not_known_is_named_and_never_zero(asked: api.ScanCriteria, made_release: api.Release) -> None:
    rows = read(api.export_scan(asked, asked.scan(WEIGHTS), "csv", release=made_release))
    scores, parts = held(rows, "scores", "market"), held(rows, "parts", "market", "criterion")
    without = [one for one in parts.values() if one["gap_reason"]]
    assert without
    for one in without:
        assert (one["value"], one["place"], one["points"]) == ("", "", "")
        assert one["criterion_name"] in scores[(one["market"],)]["missing"]
    assert any(not score["missing"] for score in scores.values())


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_the_passport_says_the_weights_and_what_nobody_has(
    lang: str, asked: api.ScanCriteria, made_release: api.Release
) -> None:
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(api.export_scan(asked, asked.scan(WEIGHTS), "xlsx", lang, release=made_release)))
    passport = dict(book.worksheets[-1].iter_rows(values_only=True, min_row=2))
    weights = str(passport["Poids" if lang == "fr" else "Weights"])
    for name, weight in asked.scan(WEIGHTS).weights.items():
        assert f"{asked.by_id[name].name(lang)} {weight:g}" in weights
    blanks = [one.name(lang) for one in asked.criteria if one.id not in asked.scales]
    said = str(passport.get("Critères dont cette édition n’a pas de valeur", "")) + str(
        passport.get("Criteria that this release has no value for", "")
    )
    assert all(name in said for name in blanks)


def test_an_orientation_says_what_it_is_not(made_release: api.Release) -> None:
    asked = api.scan_criteria(made_release, exporter="FRA", sector="games")
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(api.export_scan(asked, asked.scan(), "xlsx", release=made_release)))
    passport = dict(book.worksheets[-1].iter_rows(values_only=True, min_row=2))
    assert str(passport["Title"]).startswith("Orientation: ")
    assert "no measure of the sector" in str(passport["How to read it"])
