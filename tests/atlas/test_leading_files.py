"""Who leads in each market as files: every leader and every gap of the answer, several where they are equal."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from portulan.atlas import api, exports_tables
from tests.atlas import worlds

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def equal(tmp_path_factory: pytest.TempPathFactory) -> api.Release:
    """Belgium buys as much of France as of Italy; Japan as much of five; Canada buys no books."""
    folder = tmp_path_factory.mktemp("equal")
    flows = [(2024, exporter, "BEL", "490199", dollars) for exporter, dollars in (("FRA", 7), ("ITA", 7), ("CHE", 3))]
    flows += [(2024, exporter, "JPN", "490199", 9) for exporter in ("FRA", "ITA", "CHE", "BEL", "CAN")]
    flows += [(2024, "BEL", market, "490199", 5) for market in ("FRA", "ITA", "CHE")]
    flows += [(2024, "JPN", "CAN", "490210", 5)]
    api.build(folder / "r", [f"baci={worlds.published_zip(folder, flows)}"])
    return api.open_release(folder / "r")


def rows_of(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8"), newline="")))


def test_every_leader_has_its_figure_and_share(made_release: api.Release) -> None:
    found = api.leaders(made_release, sector="book")
    held = {
        (row["market"], row["exporter"], row["indicator"]): row
        for row in rows_of(api.export_leaders(found, "csv", release=made_release))
    }
    assert len(held) == 2 * sum(len(row.suppliers) for row in found.rows) + len(found.gaps)
    for row in found.rows:
        for one in row.suppliers:
            sold = held[row.market, one.exporter, "imports_from"]
            assert float(sold["value"]) == one.imports_from.value
            assert (sold["unit"], sold["year"], sold["status"]) == ("USD", "2024", one.imports_from.status)
            assert (sold["table"], sold["supplier_rank"], sold["perimeter"]) == ("leaders", "1", "core")
            assert "BACI" in sold["source"] and sold["licence"] == "Etalab 2.0" and sold["release"] == made_release.id
            assert isinstance(one.share, api.Figure)
            assert float(held[row.market, one.exporter, "share"]["value"]) == one.share.value
    gap = held["USA", "", "imports_from"]
    assert (gap["value"], gap["status"], gap["gap_reason"]) == ("", "gap", "market_not_reporting")
    assert gap["gap_text"] and not gap["exporter_name"] and not gap["supplier_rank"]


def test_equal_suppliers_are_several_rows(equal: api.Release) -> None:
    found = api.leaders(equal, sector="book")
    rows = rows_of(api.export_leaders(found, "csv", release=equal))
    sold = [(row["market"], row["exporter"], row["equal"]) for row in rows if row["indicator"] == "imports_from"]
    assert [one for one in sold if one[0] == "BEL"] == [("BEL", "FRA", "2"), ("BEL", "ITA", "2")]
    assert [one[1] for one in sold if one[0] == "JPN"] == ["BEL", "CAN", "CHE", "FRA", "ITA"]
    assert {row["gap_reason"] for row in rows if row["market"] == "CAN"} == {"no_trade_recorded"}
    features = json.loads(api.leaders_geojson(found, release=equal))["features"]
    told = {one["id"]: one["properties"] for one in features if "id" in one}
    assert told["BEL"]["leaders"] == ["FRA", "ITA"] and told["BEL"]["leader_names"] == ["France", "Italy"]
    assert told["CAN"]["leaders"] == [] and told["CAN"]["value"] is None and "no such trade" in told["CAN"]["reason"]


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_a_workbook_and_a_parquet_carry_the_passport(made_release: api.Release, lang: str) -> None:
    from openpyxl import load_workbook

    found = api.leaders(made_release, sector="book")
    book = load_workbook(io.BytesIO(api.export_leaders(found, "xlsx", lang, release=made_release)))
    assert book.sheetnames == (["Premiers fournisseurs", "Passeport"] if lang == "fr" else ["Leaders", "Passport"])
    passport = dict(book.worksheets[-1].iter_rows(values_only=True, min_row=2))
    assert passport["Édition" if lang == "fr" else "Release"] == made_release.id
    assert "2024" in str(passport["Titre" if lang == "fr" else "Title"])
    assert ("Exportateur" if lang == "fr" else "Exporter") not in passport, "the answer is of no one exporter"
    data = api.export_leaders(found, "parquet", lang, release=made_release)
    assert data.startswith(b"PAR1") and b"portulan.passport" in data
    with pytest.raises(api.UnknownCodeError, match="csv, xlsx, parquet"):
        api.export_leaders(found, "pdf", lang, release=made_release)


def test_the_map_as_data_has_every_country_and_its_papers(made_release: api.Release) -> None:
    found = api.leaders(made_release, sector="book")
    whole = json.loads(api.leaders_geojson(found, "fr", release=made_release))
    told = {one["id"]: one["properties"] for one in whole["features"] if "id" in one}
    assert len(told) > 200
    for row in found.rows:
        assert (told[row.market]["leaders"], told[row.market]["value"]) == (
            [one.exporter for one in row.suppliers],
            row.first.imports_from.value,
        )
        assert told[row.market]["unit"] == "USD" and told[row.market]["year"] == 2024
    assert told["USA"]["leaders"] == [] and "inconnu" in told["USA"]["reason"]
    assert told["ITA"]["name"] == "Italie" and told["KEN"]["value"] is None and "reason" not in told["KEN"]
    assert whole["papers"]["release"] == made_release.id and "périmètre" in whole["papers"]["passport"]
    disputed = [one["properties"] for one in whole["features"] if "id" not in one]
    assert disputed and all(one["leaders"] is None and one["status"] == "disputed" for one in disputed)
    keys = set(told[found.rows[0].market]) - {"share_reason"}
    assert all(set(one) == keys for one in disputed)


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_the_map_as_a_file_says_what_it_is(made_release: api.Release, lang: str) -> None:
    words = {"en": "first supplier not known", "fr": "premier fournisseur non connu"}[lang]
    found = api.leaders(made_release, sector="book")
    text = api.leaders_svg_file(found, exporter="FRA", lang=lang, release=made_release)
    said = " ".join(node.text or "" for node in ElementTree.fromstring(text).iter(f"{SVG}text"))
    assert words in said and "2024" in said and "BACI" in said and made_release.id in said
    swatches = [node.get("x") for node in ElementTree.fromstring(text).iter(f"{SVG}rect") if node.get("width") == "80"]
    assert len(set(swatches)) == 2, "the legend takes both columns"
    assert "class=" not in text and "href" not in text
    assert text == api.leaders_svg_file(found, exporter="FRA", lang=lang, release=made_release)


def test_the_same_answer_gives_the_same_bytes(equal: api.Release, tmp_path: Path) -> None:
    found = api.leaders(equal, sector="book")
    for fmt in exports_tables.FORMATS:
        once = api.export_leaders(found, fmt, release=equal)
        assert once == api.export_leaders(found, fmt, release=equal)
