"""Files of a market, of a market and sector, and of markets side by side: every value of the answer, and its papers."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest

from portulan.atlas import api, exports_tables
from portulan.atlas.engine import open_engine, parquet

pytestmark = pytest.mark.slow

Row = dict[str, str]
Value = api.Figure | api.Gap
MARKETS = ("BEL", "JPN", "USA")


def read(data: bytes) -> list[Row]:
    """Return the rows of a CSV file."""
    return list(csv.DictReader(io.StringIO(data.decode("utf-8"), newline="")))


def held(rows: Iterable[Row], table: str, *keys: str) -> dict[tuple[str, ...], Row]:
    """Return the rows of one table by some columns; no two have the same."""
    of = [row for row in rows if row["table"] == table]
    found = {tuple(row[key] for key in keys): row for row in of}
    assert len(found) == len(of)
    return found


def same(row: Row, value: Value) -> None:
    """A row holds a value to the last bit, or a gap with its reason and nothing in place of the value."""
    assert (row["unit"], row["year"]) == (value.unit, str(value.passport.year or ""))
    assert (row["perimeter"], row["flow"]) == (value.passport.perimeter, value.passport.flow)
    assert row["source"] and row["licence"] and row["release"] and row["indicator_name"]
    if isinstance(value, api.Gap):
        assert (row["value"], row["low"], row["high"]) == ("", "", "")
        assert (row["status"], row["gap_reason"]) == ("gap", value.reason)
        assert row["gap_text"]
        return
    assert float(row["value"]) == value.value
    assert (row["low"], row["high"]) == tuple("" if end is None else row[name] for name, end in ends(value))
    assert [float(row[name]) for name, end in ends(value) if end is not None] == [
        end for _, end in ends(value) if end is not None
    ]
    assert (row["status"], row["gap_reason"]) == (value.status, "")


def ends(value: api.Figure) -> tuple[tuple[str, float | None], ...]:
    """Return both ends of an interval by column."""
    return (("low", value.low), ("high", value.high))


def make(kind: str, release: api.Release, fmt: str = "csv", lang: str = "en") -> bytes:
    """Return a file of one view of the small release."""
    if kind == "profile":
        profile = api.profile(release, exporter="FRA", market="JPN")
        context = api.market_context(release, market="JPN", exporter="FRA")
        return api.export_profile(profile, context, fmt, lang, release=release)
    ranking = api.rank(release, exporter="FRA", sector="book" if kind == "cell" else "all")
    if kind == "cell":
        asked = {"market": "JPN", "sector": "book"}
        return api.export_cell(
            api.show(release, exporter="FRA", flow="goods", **asked),  # type: ignore[arg-type] # words, all of them
            api.suppliers(release, top=400, **asked),  # type: ignore[arg-type]
            api.lines(release, exporter="FRA", **asked),  # type: ignore[arg-type]
            ranking,
            fmt,
            lang,
            release=release,
        )
    figures = {one: api.show(release, exporter="FRA", sector="all", market=one, flow="goods") for one in MARKETS}
    profiles = [api.profile(release, exporter="FRA", market=one) for one in MARKETS]
    return api.export_comparison(ranking, figures, profiles, fmt, lang, release=release)


KINDS = {
    "profile": ("sectors", "suppliers", "country"),
    "cell": ("facts", "suppliers", "codes"),
    "comparison": ("compared", "sectors"),
}


def test_a_market_holds_every_sector_and_indicator(made_release: api.Release) -> None:
    rows = read(make("profile", made_release))
    profile = api.profile(made_release, exporter="FRA", market="JPN")
    found = held(rows, "sectors", "sector", "indicator")
    assert found.keys() == {(row.sector, name) for row in profile.rows for name in row.figures}
    gaps = 0
    for row in profile.rows:
        for name, value in row.figures.items():
            same(found[row.sector, name], value)
            gaps += isinstance(value, api.Gap)
            ranked = found[row.sector, name]["rank"]
            assert ranked == (str(row.rank) if name == row.lead and row.rank is not None else "")
        assert found[row.sector, "share"]["sector_kind"] == row.kind
    assert 0 < gaps < len(found)
    first = held(rows, "suppliers", "sector", "exporter", "indicator")
    for row in profile.rows:
        for one in row.first_suppliers:
            same(first[row.sector, one.exporter, "imports_from"], one.imports_from)
            assert first[row.sector, one.exporter, "share"]["supplier_rank"] == str(one.rank)
    context = api.market_context(made_release, market="JPN", exporter="FRA")
    country = held(rows, "country", "indicator")
    assert country.keys() == {(name,) for name in context.figures}
    for name, value in context.figures.items():
        same(country[(name,)], value)


def test_a_market_and_sector_hold_facts_suppliers_and_codes(made_release: api.Release) -> None:
    rows = read(make("cell", made_release))
    facts = held(rows, "facts", "indicator")
    for value in api.show(made_release, exporter="FRA", market="JPN", sector="book", flow="goods"):
        same(facts[(value.indicator,)], value)
        assert facts[(value.indicator,)]["market"] == "JPN"
    ranking = api.rank(made_release, exporter="FRA", sector="book")
    row = next(row for row in (*ranking.rows, *ranking.apart) if row.market == "JPN")
    assert facts[(ranking.by,)]["rank"] == ("" if row.rank is None else str(row.rank))
    assert {name for (name,), fact in facts.items() if fact["ranked"]} <= {ranking.by}
    sold = api.suppliers(made_release, market="JPN", sector="book", top=400)
    suppliers = held(rows, "suppliers", "exporter", "indicator")
    assert len(suppliers) == 2 * len(sold.rows)
    for one in sold.rows:
        same(suppliers[one.exporter, "imports_from"], one.imports_from)
        same(suppliers[one.exporter, "share"], one.share)
    codes = held(rows, "codes", "code", "indicator")
    lines = api.lines(made_release, exporter="FRA", market="JPN", sector="book")
    assert len(codes) == 4 * len(lines) > 0
    for line in lines:
        for value in (line.imports_from, line.imports_world, line.potential_static, line.rca):
            code = codes[line.code, value.indicator]
            same(code, value)
            assert (code["scheme"], code["market"]) == (line.scheme, "JPN")
            assert float(code["code_weight"]) == line.weight


def test_a_french_file_names_its_codes_in_french(made_release: api.Release) -> None:
    lines = {line.code: line for line in api.lines(made_release, exporter="FRA", market="JPN", sector="book")}
    for lang, label, source in (("en", "label", "source"), ("fr", "label_fr", "source_fr")):
        rows = [row for row in read(make("cell", made_release, lang=lang)) if row["table"] == "codes"]
        assert {row["code"] for row in rows} == set(lines)
        for row in rows:
            line = lines[row["code"]]
            assert (row["label"], row["code_source"]) == (getattr(line, label), getattr(line, source))


def test_what_measures_nothing_promises_nothing(made_release: api.Release) -> None:
    ranking = api.rank(made_release, exporter="FRA", sector="games")
    data = api.export_cell(
        api.show(made_release, exporter="FRA", market="JPN", sector="games", flow="goods"),
        api.suppliers(made_release, market="JPN", sector="games"),
        api.lines(made_release, exporter="FRA", market="JPN", sector="games"),
        ranking,
        "csv",
        release=made_release,
    )
    promised = [row for row in read(data) if row["indicator"].startswith(("potential", "unrealised", "realised"))]
    assert promised
    assert {row["value"] for row in promised} == {""}
    assert {row["gap_reason"] for row in promised} <= {"not_a_measure", "no_code"}


def test_markets_side_by_side_go_indicator_by_indicator(made_release: api.Release) -> None:
    rows = read(make("comparison", made_release))
    compared = [row for row in rows if row["table"] == "compared"]
    assert [row["market"] for row in compared[:6]] == [*MARKETS, *MARKETS]
    assert len({row["indicator"] for row in compared[:3]}) == 1
    found = held(rows, "compared", "market", "indicator")
    for market in MARKETS:
        for value in api.show(made_release, exporter="FRA", sector="all", market=market, flow="goods"):
            same(found[market, value.indicator], value)
    sectors = held(rows, "sectors", "market", "sector")
    for market in MARKETS:
        for row in api.profile(made_release, exporter="FRA", market=market).rows:
            if row.kind == "sector":
                same(sectors[market, row.sector], row.figures["imports_from"])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("lang", ["en", "fr"])
def test_a_workbook_has_a_sheet_for_each_table_and_the_passport(
    kind: str, lang: str, made_release: api.Release
) -> None:
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(make(kind, made_release, "xlsx", lang)))
    assert len(book.sheetnames) == len(KINDS[kind]) + 1
    assert book.sheetnames[-1] == ("Passeport" if lang == "fr" else "Passport")
    rows = Counter(row["table"] for row in read(make(kind, made_release, "csv", lang)))
    for table, sheet in zip(KINDS[kind], book.worksheets, strict=False):
        assert sheet.max_row - 1 == rows[table]
        assert not [cell for line in sheet.iter_rows() for cell in line if cell.data_type == "f"]
    passport = dict(book.worksheets[-1].iter_rows(values_only=True, min_row=2))
    assert passport["Édition" if lang == "fr" else "Release"] == made_release.id
    assert passport["Exportateur" if lang == "fr" else "Exporter"] == "France (FRA)"
    assert "Gaulier" in str(passport["Citation 1"])
    heads = {str(cell.value) for sheet in book.worksheets[:-1] for cell in sheet[1]}
    told = {str(name).strip("»” \u00a0").rpartition("« " if lang == "fr" else "“")[2] for name in passport}
    assert heads <= told


@pytest.mark.parametrize("kind", KINDS)
def test_parquet_is_typed_and_carries_the_passport(kind: str, made_release: api.Release, tmp_path: Path) -> None:
    path = tmp_path / "taken.parquet"
    path.write_bytes(make(kind, made_release, "parquet"))
    with open_engine() as engine:
        rows = engine.records(f"SELECT * FROM {parquet(path)}")
        kinds = engine.parquet_columns(path)
        papers = dict(engine.execute(f"SELECT decode(key), decode(value) FROM parquet_kv_metadata('{path}')"))
    written = read(make(kind, made_release))
    assert [(row["table"], row["indicator"]) for row in rows] == [(row["table"], row["indicator"]) for row in written]
    assert [row["value"] for row in rows] == [float(row["value"]) if row["value"] else None for row in written]
    assert (kinds["value"], kinds["year"], kinds["table"]) == ("DOUBLE", "INTEGER", "VARCHAR")
    assert papers["portulan.release"] == made_release.id
    assert json.loads(papers["portulan.passport"])["Licence 1"] == "Etalab 2.0"
    assert set(json.loads(papers["portulan.columns"])) == set(rows[0])


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_view_gives_the_same_bytes(kind: str, made_release: api.Release) -> None:
    for fmt in exports_tables.FORMATS:
        assert make(kind, made_release, fmt) == make(kind, made_release, fmt)
    with pytest.raises(api.UnknownCodeError, match="csv, xlsx, parquet"):
        make(kind, made_release, "pdf")


@pytest.mark.parametrize("evil", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1"])
def test_no_text_of_a_view_is_taken_for_a_formula(
    evil: str, made_release: api.Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    from openpyxl import load_workbook

    from portulan.atlas import exports_rows

    monkeypatch.setattr(exports_rows, "sources_said", lambda *_, **__: {"source": evil, "licence": evil})
    assert {row["source"] for row in read(make("cell", made_release))} == {f"'{evil}"}
    sheet = load_workbook(io.BytesIO(make("cell", made_release, "xlsx"))).worksheets[0]
    assert {cell.data_type for line in sheet.iter_rows() for cell in line} <= {"s", "n"}
