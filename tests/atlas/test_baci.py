"""BACI as published: what is read, what is refused, what is set aside, and that nothing is lost on the way."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from portulan.atlas.engine import Engine, open_engine
from portulan.atlas.errors import BadInputError
from portulan.atlas.sources.baci import reader
from tests.atlas import worlds


@pytest.fixture
def engine():
    with open_engine() as opened:
        yield opened


def load(engine: Engine, path: Path, revision: str | None = None):
    given = reader.inspect(engine, path, revision)
    aside = [entry for year in given.years for entry in reader.load_year(engine, given, year)]
    return given, aside


def test_the_published_zip_is_read_whole(engine, tmp_path):
    flows = worlds.rows()
    given, aside = load(engine, worlds.published_zip(tmp_path, flows))
    assert (given.revision, [y.year for y in given.years], aside) == ("HS2017", [2024], [])
    read = engine.execute("SELECT exporter, market, code, value_usd FROM product_flow ORDER BY ALL")
    assert read == sorted((e, m, k, v) for _, e, m, k, v in flows)


def test_cepii_codes_that_differ_from_iso_are_the_right_countries(engine, tmp_path):
    # CEPII codes: 251 France, 842 USA, 757 Switzerland, 579 Norway, 699 India, 490 Taiwan, 380 Italy.
    lines = ["t,i,j,k,v,q"] + [
        f"2024,{code},124,490199,{place}.000,NA"
        for place, code in enumerate((251, 842, 757, 579, 699, 490, 380), start=1)
    ]
    path = tmp_path / "BACI_HS17_Y2024_V202601.csv"
    path.write_text("\n".join(lines) + "\n")
    load(engine, path)
    assert engine.execute("SELECT exporter, value_usd FROM product_flow ORDER BY value_usd") == [
        ("FRA", 1000),
        ("USA", 2000),
        ("CHE", 3000),
        ("NOR", 4000),
        ("IND", 5000),
        ("TWN", 6000),
        ("ITA", 7000),
    ]


def test_zip_folder_csv_and_parquet_say_the_same(engine, tmp_path):
    flows = worlds.rows()
    packed = worlds.published_zip(tmp_path, flows)
    folder = tmp_path / "unpacked"
    with zipfile.ZipFile(packed) as archive:
        archive.extractall(folder)
    parquet = tmp_path / "baci_hs17.parquet"
    engine.execute(
        "COPY (SELECT t, i, j, k, usd / 1000.0 AS v "
        f"FROM (VALUES {', '.join(map(repr, flows))}) x(t, i, j, k, usd)) "
        f"TO '{parquet}' (FORMAT parquet)"
    )
    seen = []
    for path in (packed, folder, folder / "BACI_HS17_Y2024_V202601.csv", parquet):
        load(engine, path)
        seen.append(engine.execute("SELECT exporter, market, code, value_usd FROM product_flow ORDER BY ALL"))
    assert seen[0] == seen[1] == seen[2] == seen[3]
    assert len(seen[0]) == len(flows)


def replaced(tmp_path: Path, text: str) -> Path:
    return worlds.published_zip(tmp_path, worlds.rows(), members={"BACI_HS17_Y2024_V202601.csv": text})


GOOD = worlds.csv_text(worlds.rows())


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "empty"),
        ("t,i,j,k,v,q\n", "no usable row"),
        (worlds.csv_text(worlds.rows(), delimiter=";"), "separated by"),
        (GOOD.replace("t,i,j,k,v,q", "t,i,j,k,q,w"), "field v"),
        (GOOD + GOOD.splitlines()[1] + "\n", "is there 2 times"),
        (GOOD + "x" * 3_000_000, "line"),
        (GOOD + "2024,251,124\n", "not a record"),
        (GOOD.replace("2024,", "2023,"), "another year"),
        (GOOD.replace(".", "-"), "not a number"),
        ("<!DOCTYPE html><html>Not found</html>", "web page"),
    ],
)
def test_a_file_that_is_not_what_it_should_be_is_refused_with_its_name(engine, tmp_path, text, says):
    with pytest.raises(BadInputError) as error:
        load(engine, replaced(tmp_path, text))
    message = str(error.value)
    assert says in message
    assert "BACI_HS17" in message
    assert ";" in message, "an error says what to do"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("2024,999,124,490199,5.000,NA", "unknown country 999"),
        ("2024,251,124,999999,5.000,NA", "unknown product of HS2017"),
        ("2024,251,124,490199,-5.000,NA", "negative value"),
        ("2024,251,124,490191,nan,NA", "not a finite value"),
        ("2024,251,124,490191,inf,NA", "not a finite value"),
        ("2024,251,124,490191,many,NA", "no value, or not a number"),
        ("2024,251,124,490191,,NA", "no value, or not a number"),
        ("2024,251,251,490191,5.000,NA", "exporter and importer are the same"),
        ("2023,251,124,490191,5.000,NA", "another year than the file's name says"),
    ],
)
def test_a_bad_row_is_set_aside_counted_and_shown_and_the_others_are_kept(engine, tmp_path, line, reason):
    flows = [row for row in worlds.rows() if row[1:4] not in {("FRA", "CAN", "490191"), ("FRA", "CAN", "490199")}]
    _, aside = load(engine, replaced(tmp_path, worlds.csv_text(flows) + line + "\n"))
    assert [(entry.reason, entry.count) for entry in aside] == [(reason, 1)]
    assert aside[0].first_file == "BACI_HS17_Y2024_V202601.csv"
    assert engine.execute("SELECT COUNT(*) FROM product_flow") == [(len(flows),)]


def test_too_many_bad_rows_mean_that_the_file_is_something_else(engine, tmp_path):
    bad = "".join(f"2024,251,124,{k:06d},-1.000,NA\n" for k in range(100, 200))
    with pytest.raises(BadInputError, match="cannot be used"):
        load(engine, replaced(tmp_path, GOOD + bad))


def test_a_truncated_zip_is_refused(engine, tmp_path):
    path = worlds.published_zip(tmp_path, worlds.rows())
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) * 2 // 3])
    with pytest.raises(BadInputError, match="truncated"):
        load(engine, path)


def test_a_hostile_path_in_a_zip_is_refused_and_nothing_is_written(engine, tmp_path):
    path = worlds.published_zip(tmp_path, worlds.rows(), members={"../../evil.csv": "x"})
    with pytest.raises(BadInputError, match="hostile path"):
        load(engine, path)
    assert not list(tmp_path.parent.glob("evil.csv"))


def test_a_year_twice_is_refused(engine, tmp_path):
    path = worlds.published_zip(tmp_path, worlds.rows(), members={"old/BACI_HS17_Y2024_V202501.csv": GOOD})
    with pytest.raises(BadInputError, match="2024 is there twice"):
        load(engine, path)


def test_two_revisions_in_one_input_are_refused(engine, tmp_path):
    path = worlds.published_zip(tmp_path, worlds.rows(), members={"BACI_HS12_Y2013_V202601.csv": GOOD})
    with pytest.raises(BadInputError, match="two HS revisions"):
        load(engine, path)


def test_codes_of_another_revision_are_refused_naming_the_right_one(engine, tmp_path):
    # 852349 (recorded optical media) exists since HS 2007; 852432 (recorded discs for sound) until HS 2002.
    with pytest.raises(BadInputError, match="codes of HS2002: 852349"):
        load(engine, worlds.published_zip(tmp_path, worlds.rows(), revision="02"))
    old = [row for row in worlds.rows() if row[3] != "852349"] + [(2024, "FRA", "CAN", "852432", 1000)]
    table = worlds.product_table([*worlds.PRODUCTS, "852432"])
    with pytest.raises(BadInputError, match="codes of HS2017: 852432"):
        load(engine, worlds.published_zip(tmp_path, old, members={"product_codes_HS17_V202601.csv": table}))


@pytest.mark.real
def test_a_revision_that_no_name_tells_must_be_given(engine, tmp_path, shared_data):
    copy = tmp_path / "trade.parquet"
    copy.symlink_to(shared_data / "baci" / "baci_hs17_2024_cultural.parquet")
    with pytest.raises(BadInputError, match="HS revision"):
        reader.inspect(engine, copy)
    assert reader.inspect(engine, copy, "HS2017").revision == "HS2017"


def test_a_country_table_that_contradicts_ours_is_refused(engine, tmp_path):
    table = worlds.country_table().replace("FRA", "DEU")
    with pytest.raises(BadInputError, match="calls 251 DEU, our reference FRA"):
        load(engine, worlds.published_zip(tmp_path, worlds.rows(), members={"country_codes_V202601.csv": table}))
