"""Files to take away hold what the ranking holds, each row with its papers, and nothing a spreadsheet would run."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest

from portulan.atlas import api, exports, exports_tables
from portulan.atlas.engine import open_engine, parquet
from portulan.atlas.exports_papers import COLUMNS
from portulan.atlas.spreadsheet import Sheet, workbook
from tests.atlas import worlds

pytestmark = pytest.mark.slow

PAPERS = (
    "exporter",
    "sector",
    "perimeter",
    "flow",
    "indicator",
    "unit",
    "year",
    "status",
    "source",
    "licence",
    "release",
)


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> api.Release:
    folder = tmp_path_factory.mktemp("exports")
    published = worlds.published_zip(folder, worlds.rows(seed=5, years=(2023, 2024), density=0.85))
    api.build(folder / "release", [f"baci={published}"], api.BuildOptions(doubt=("FRA",), draws=50))
    return api.open_release(folder / "release")


@pytest.fixture(scope="module")
def ranking(release: api.Release) -> api.Ranking:
    return api.rank(release, exporter="FRA", sector="book", by="potential_static")


def _expected(ranking: api.Ranking) -> dict[tuple[str, str], api.Figure | api.Gap]:
    found = {}
    for row in (*ranking.rows, *ranking.apart):
        found[row.market, row.figure.indicator] = row.figure
        found.update({(row.market, name): value for name, value in row.beside.items()})
    return found


def _same(ranking: api.Ranking, rows: list[dict[str, object]], within: float = 0.0) -> None:
    """Every figure and gap of the ranking is there, once, with its value: to the last bit, or `within` a part of it."""
    expected = _expected(ranking)
    keys = [(str(row["market"]), str(row["indicator"])) for row in rows]
    assert sorted(keys) == sorted(expected)
    gaps = 0
    for key, row in zip(keys, rows, strict=True):
        value = expected[key]
        for name in PAPERS:
            assert row[name] not in (None, ""), (key, name)
        if isinstance(value, api.Gap):
            gaps += 1
            assert row["value"] is None
            assert (row["status"], row["gap_reason"]) == ("gap", value.reason)
        else:
            for name, wanted in (("value", value.value), ("low", value.low), ("high", value.high)):
                assert row[name] == (None if wanted is None else pytest.approx(wanted, rel=within, abs=0)), (key, name)
            assert (row["status"], row["unit"]) == (value.status, value.unit)
            assert row["gap_reason"] is None
    assert 0 < gaps < len(rows)


def _typed(row: dict[str, str]) -> dict[str, object]:
    kinds = {column.name: column.kind for column in COLUMNS}
    made = {"text": str, "number": float, "whole": int}
    return {name: made[kinds[name]](text) if text else None for name, text in row.items()}


def test_csv_holds_the_ranking(ranking: api.Ranking, release: api.Release) -> None:
    data = api.export_ranking(ranking, "csv", "fr", release=release)
    assert not data.startswith(b"\xef\xbb\xbf")
    rows = [_typed(row) for row in csv.DictReader(io.StringIO(data.decode("utf-8"), newline=""))]
    _same(ranking, rows)
    assert [row["market"] for row in rows[: len(ranking.rows)]] == [row.market for row in ranking.rows]
    assert [row["rank"] for row in rows[: len(ranking.rows)]] == [row.rank for row in ranking.rows]
    first = ranking.rows[0]
    assert (rows[0]["rank_low"], rows[0]["rank_high"], rows[0]["chance_top10"]) == (
        first.rank_low,
        first.rank_high,
        first.p_top10,
    )
    assert {row["release"] for row in rows} == {release.id}
    assert {row["licence"] for row in rows} == {"Etalab 2.0"}
    names = {row["market_name"] for row in rows}
    assert "Belgique" in names


def test_xlsx_holds_numbers_as_numbers_and_a_passport(ranking: api.Ranking, release: api.Release) -> None:
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(api.export_ranking(ranking, "xlsx", "en", release=release)))
    assert book.sheetnames == ["Figures", "Passport"]
    sheet = book["Figures"]
    heads, *cells = sheet.iter_rows(values_only=True)
    assert sheet.freeze_panes == "A2"
    rows = [dict(zip(heads, row, strict=True)) for row in cells]
    _same(ranking, rows, within=1e-15)  # a spreadsheet keeps sixteen digits
    assert not [cell for line in sheet.iter_rows() for cell in line if cell.data_type == "f"]
    passport = dict(book["Passport"].iter_rows(values_only=True, min_row=2))
    assert passport["Release"] == release.id
    assert "Gaulier" in str(passport["Citation"])
    assert "United States" in str(passport["Importers that do not report"])
    assert set(heads) == {name.split("“")[1].rstrip("”") for name in passport if str(name).startswith("Column")}


def test_parquet_holds_types_and_the_passport_in_its_footer(
    ranking: api.Ranking, release: api.Release, tmp_path: Path
) -> None:
    path = tmp_path / "taken.parquet"
    path.write_bytes(api.export_ranking(ranking, "parquet", "en", release=release))
    with open_engine() as engine:
        rows = engine.records(f"SELECT * FROM {parquet(path)}")
        kinds = engine.parquet_columns(path)
        papers = dict(
            engine.execute(f"SELECT decode(key), decode(value) FROM parquet_kv_metadata('{path}') ORDER BY key")
        )
    _same(ranking, rows)
    assert [row["market"] for row in rows[: len(ranking.rows)]] == [row.market for row in ranking.rows]
    assert (kinds["value"], kinds["year"], kinds["rank"], kinds["market"]) == (
        "DOUBLE",
        "INTEGER",
        "INTEGER",
        "VARCHAR",
    )
    assert papers["portulan.release"] == release.id
    assert json.loads(papers["portulan.passport"])["Licence"] == "Etalab 2.0"
    assert set(json.loads(papers["portulan.columns"])) == {column.name for column in COLUMNS}


@pytest.mark.parametrize("fmt", exports_tables.FORMATS)
@pytest.mark.parametrize("lang", ["en", "fr"])
def test_the_same_ranking_gives_the_same_bytes(ranking: api.Ranking, release: api.Release, fmt: str, lang: str) -> None:
    once, again = (api.export_ranking(ranking, fmt, lang, release=release) for _ in range(2))
    assert once == again


def test_a_format_nobody_writes_is_refused(ranking: api.Ranking, release: api.Release) -> None:
    with pytest.raises(api.UnknownCodeError, match="csv, xlsx, parquet"):
        api.export_ranking(ranking, "pdf", release=release)


HOSTILE = ("=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1")


def test_no_text_of_a_file_is_taken_for_a_formula(
    ranking: api.Ranking, release: api.Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    from openpyxl import load_workbook

    for evil in HOSTILE:
        named, behind = {**exports._papers(ranking, release, "en"), "sector_name": evil}, {"source": evil}
        monkeypatch.setattr(exports, "_papers", lambda *_, named=named: named)
        monkeypatch.setattr(exports, "_behind", lambda *_, behind=behind, **__: behind)
        row = next(
            csv.DictReader(io.StringIO(api.export_ranking(ranking, "csv", release=release).decode(), newline=""))
        )
        assert row["sector_name"] == row["source"] == f"'{evil}"
        book = load_workbook(io.BytesIO(api.export_ranking(ranking, "xlsx", release=release)))
        cells = [cell for line in book.worksheets[0].iter_rows() for cell in line]
        assert {cell.data_type for cell in cells} <= {"s", "n"}
        monkeypatch.undo()


def test_a_number_below_zero_stays_a_number(release: api.Release) -> None:
    ranking = api.rank(release, exporter="FRA", sector="book", by="growth")
    below = replace(ranking.rows[0], figure=replace(ranking.rows[0].figure, value=-12.5))
    ranking = replace(ranking, rows=(below, *ranking.rows[1:]))
    text = api.export_ranking(ranking, "csv", release=release).decode()
    assert next(csv.DictReader(io.StringIO(text, newline="")))["value"] == "-12.5"


def test_harmless_leaves_other_texts_alone() -> None:
    for text in ("Belgium", "", "Côte d’Ivoire", "1-2", "'quoted'", "a=b"):
        assert exports_tables.harmless(text) == text


def test_a_long_text_does_not_break_a_workbook() -> None:
    from openpyxl import load_workbook

    made = workbook((Sheet("One", ("a",), (10,), [["x" * 40_000]]),), exports_tables.harmless)
    assert len(load_workbook(io.BytesIO(made)).active["A2"].value) == 32_767


def test_a_picture_stands_for_a_ranking(ranking: api.Ranking, release: api.Release) -> None:
    for lang in ("en", "fr"):
        data = api.ranking_card(ranking, release=release, lang=lang)  # type: ignore[arg-type]
        assert data.startswith(b"\x89PNG\r\n")
        assert (int.from_bytes(data[16:20]), int.from_bytes(data[20:24])) == (1200, 630)


def test_drawings_name_the_release_and_its_sources(ranking: api.Ranking, release: api.Release) -> None:
    svg = api.map_svg_file(ranking, "en", scale="log", release=release)
    assert release.id in svg
    assert "Etalab 2.0" in svg
    papers = json.loads(api.map_geojson(ranking, "en", release=release))["papers"]
    assert papers["release"] == release.id
    assert "Etalab 2.0" in papers["source"]


def test_each_figure_of_a_file_names_its_own_source_and_licence(release: api.Release) -> None:
    """Population comes from the Factbook, in the public domain; the trade beside it from BACI."""
    found = api.rank(release, exporter="FRA", sector="book", by="population")
    rows = list(csv.DictReader(io.StringIO(api.export_ranking(found, "csv", release=release).decode())))
    papers = {(row["indicator"], row["source"], row["licence"][:13]) for row in rows if row["status"] != "gap"}
    assert ("population", "CIA World Factbook", "Public domain") in papers
    assert {source for indicator, source, _ in papers if indicator == "imports_from"} == {
        "BACI: international trade database at the product level"
    }
    assert {row["fitness"] for row in rows if row["indicator"] == "population" and row["value"]} == {""}
    papers_of_map = json.loads(api.map_geojson(found, release=release))["papers"]
    assert papers_of_map["source"].startswith("CIA World Factbook")
