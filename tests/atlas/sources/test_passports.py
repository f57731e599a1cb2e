"""Every source has papers, and papers that are wrong are refused with the place and what to do."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from portulan.atlas import api
from portulan.atlas.errors import BadInputError, UnknownCodeError
from portulan.atlas.sources.passports import SourcePassport, all_passports, passport, read_passport

SOURCES = all_passports()
GOOD: dict[str, Any] = {
    "name": "shelf",
    "title_en": "A shelf",
    "title_fr": "Une étagère",
    "producer": "The carpenter",
    "citation": "The carpenter (2026), A shelf",
    "licence": "CC BY 4.0",
    "licence_url": "https://creativecommons.org/licenses/by/4.0/",
    "homepage": "https://producer.example/shelf",
    "download_url": "https://producer.example/shelf_{edition}_{vintage}.zip",
    "vintage": "2026-01",
    "flow": "context",
    "seen": False,
    "size_mb": 12.5,
    "editions": ["oak", "pine"],
    "edition": "oak",
    "known_faults_en": ["It leans."],
    "known_faults_fr": ["Elle penche."],
}


def written(tmp_path: Path, changes: dict[str, Any], *, without: str = "", tables: str = "") -> Path:
    def toml(value: Any) -> str:
        if isinstance(value, bool):
            return str(value).lower()
        if isinstance(value, list):
            return "[" + ", ".join(map(toml, value)) + "]"
        return f'"{value}"' if isinstance(value, str) else str(value)

    path = tmp_path / "shelf" / "passport.toml"
    path.parent.mkdir(exist_ok=True)
    values = {key: value for key, value in {**GOOD, **changes}.items() if key != without}
    path.write_text("".join(f"{key} = {toml(value)}\n" for key, value in values.items()) + tables, encoding="utf-8")
    return path


def test_a_good_passport_is_read_whole(tmp_path: Path) -> None:
    tables = f'[sizes_mb]\npine = 3\n[sha256]\n"2026-01/pine" = "{"a" * 64}"\n'
    found = passport("shelf", written(tmp_path, {}, tables=tables).parents[1])
    assert found.known_faults_fr == ("Elle penche.",)
    assert found.url("2025-01", "pine") == "https://producer.example/shelf_pine_2025-01.zip"
    assert found.file("2025-01", "pine") == "shelf_pine_2025-01.zip"
    assert (found.size("oak"), found.size("pine")) == (12_500_000, 3_000_000)
    assert found.expected_sha256("2026-01", "pine") == "a" * 64
    assert found.expected_sha256("2026-01", "oak") is None


def test_the_size_of_one_edition_is_not_taken_for_that_of_another(tmp_path: Path) -> None:
    assert read_passport(written(tmp_path, {})).size("pine") is None


def test_an_address_that_names_no_file_is_a_page_unless_the_passport_names_the_file(tmp_path: Path) -> None:
    url = "https://producer.example/api/?what=all"
    page = read_passport(written(tmp_path, {"download_url": url}))
    assert (page.pullable, page.file("x")) == (False, "shelf")
    named = read_passport(written(tmp_path, {"download_url": url, "file_name": "all_{vintage}.csv"}))
    assert (named.pullable, named.file("2026-01")) == (True, "all_2026-01.csv")


@pytest.mark.parametrize("key", sorted(GOOD.keys() - {"size_mb", "editions", "edition"}))
def test_a_missing_key_is_named(tmp_path: Path, key: str) -> None:
    with pytest.raises(BadInputError, match=f"passport.toml, field {key}: this key is missing"):
        read_passport(written(tmp_path, {}, without=key))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": "table"}, "'table' is not the name of its folder"),
        ({"flow": "water"}, "one of goods, services, context, pairs"),
        ({"seen": "yes"}, "field seen: true or false"),
        ({"producer": " "}, "field producer: an unempty text"),
        ({"vintage": 2026}, "field vintage: an unempty text"),
        ({"vintage": "../.."}, "cannot name a folder"),
        ({"homepage": "http://producer.example"}, "is no https address"),
        ({"download_url": "ftp://producer.example/a"}, "is no https address"),
        ({"download_url": "https://producer.example/{year}"}, "unknown slot {year}"),
        ({"editions": [], "edition": ""}, "{edition} without editions"),
        ({"edition": "ash"}, "not one of `editions`"),
        ({"editions": ["oak", "oak"]}, "editions must differ"),
        ({"editions": ["oak", "a/b"]}, "plain words"),
        ({"size_mb": "big"}, "field size_mb: a positive number"),
        ({"size_mb": -1}, "field size_mb: a positive number"),
        ({"known_faults_en": "It leans."}, "a list of texts"),
        ({"known_faults_fr": []}, "not as many faults in French"),
        ({"licence_uri": "https://x.example"}, "field licence_uri: unknown key; known keys: .*licence_url"),
    ],
)
def test_a_wrong_value_is_refused_with_its_place(tmp_path: Path, changes: dict[str, Any], words: str) -> None:
    with pytest.raises(BadInputError, match=words) as caught:
        read_passport(written(tmp_path, changes))
    assert "passport.toml" in str(caught.value)


@pytest.mark.parametrize("tables", ["[sizes_mb]\nash = 1\n", "[sizes_mb]\noak = true\n", '[sha256]\noak = "abc"\n'])
def test_a_wrong_table_is_refused(tmp_path: Path, tables: str) -> None:
    with pytest.raises(BadInputError, match=r"sizes_mb|sha256"):
        read_passport(written(tmp_path, {}, tables=tables))


@pytest.mark.parametrize("content", [b"name = ", b"\xff\xfe"])
def test_what_is_no_toml_is_refused(tmp_path: Path, content: bytes) -> None:
    path = written(tmp_path, {})
    path.write_bytes(content)
    with pytest.raises(BadInputError, match="not readable as TOML"):
        read_passport(path)


def test_an_unknown_source_is_reported_with_those_there_are() -> None:
    with pytest.raises(UnknownCodeError, match=r"unknown source 'baxi'; known sources: .*baci"):
        passport("baxi")


# --- the papers we ship --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_every_shipped_source_can_be_pulled_or_says_how_to_have_it(source: SourcePassport) -> None:
    if not source.pullable:
        assert source.download_url or (source.by_hand_en and source.by_hand_fr)
        return
    for edition in source.editions or ("",):
        assert re.fullmatch(r"https://[^\s{}]+", source.url(source.vintage, edition))
        assert Path(source.file(source.vintage, edition)).suffix, "a reader tells a file by its name"


def test_every_source_folder_with_a_reader_has_a_passport() -> None:
    here = Path(__file__).parents[3] / "src" / "portulan" / "atlas" / "sources"
    readers = {path.parent.name for path in here.glob("*/reader.py")}
    assert readers <= {source.name for source in SOURCES}


def test_baci_is_what_its_producer_says() -> None:
    baci = passport("baci")
    assert baci.licence == "Etalab 2.0"
    assert "Gaulier" in baci.citation and "Zignago" in baci.citation and "2010-23" in baci.citation
    assert baci.url("V202601", "HS17") == "https://www.cepii.fr/DATA_DOWNLOAD/baci/data/BACI_HS17_V202601.zip"
    assert baci.seen is False
    assert set(baci.editions) == {"HS92", "HS96", "HS02", "HS07", "HS12", "HS17", "HS22"}


@pytest.mark.parametrize("page", ["load-data.md", "charger-des-donnees.md"])
def test_the_how_to_names_every_source_with_its_page_licence_and_way(page: str) -> None:
    text = (Path(__file__).parents[3] / "docs" / "howto" / page).read_text(encoding="utf-8")
    rows = {line.split("`")[1]: line for line in text.splitlines() if line.startswith("| `") and "](" in line}
    assert rows.keys() == {source.name for source in SOURCES}
    for source in SOURCES:
        assert f"]({source.homepage})" in rows[source.name]
        assert f"]({source.licence_url})" in rows[source.name]
        assert (f"portulan data pull {source.name}`" in rows[source.name]) is source.pullable
        assert source.pullable or text.count(f"`{source.name}`") > 1, "say how to have it by hand"


def test_the_how_to_names_the_editions_one_may_choose() -> None:
    text = (Path(__file__).parents[3] / "docs" / "howto" / "load-data.md").read_text(encoding="utf-8")
    assert " ".join(passport("baci").editions) in text


def test_the_shipped_papers_are_read_once_and_are_those_of_the_files() -> None:
    assert api.sources() == all_passports()
    assert api.sources() is api.sources()
