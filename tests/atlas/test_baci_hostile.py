"""BACI that is almost BACI: every row that is not one is counted, every file that is not one is told what it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from portulan.atlas.engine import Engine, open_engine
from portulan.atlas.errors import BadInputError
from portulan.atlas.sources.baci import reader
from tests.atlas import worlds

pytestmark = pytest.mark.full

NAME = "BACI_HS17_Y2024_V202601.csv"


@pytest.fixture
def engine():
    with open_engine() as opened:
        yield opened


def load(engine: Engine, path: Path, revision: str | None = None):
    given = reader.inspect(engine, path, revision)
    return [entry for year in given.years for entry in reader.load_year(engine, given, year)]


def kept(engine: Engine) -> list[tuple[object, ...]]:
    return engine.execute("SELECT exporter, market, code, value_usd FROM product_flow ORDER BY ALL")


def expected(flows) -> list[tuple[object, ...]]:
    return sorted((e, m, k, v) for _, e, m, k, v in flows)


# Nothing from Norway to Italy, so that a bad row added there is the only one of its key.
FLOWS = [row for row in worlds.rows(density=0.9) if row[1:3] != ("NOR", "ITA")]
assert len(FLOWS) > 1000


def parquet(
    engine: Engine,
    path: Path,
    flows=FLOWS,
    extra: str = "",
    **types: str,
) -> Path:
    """Write flows as Parquet: `types` casts a column (t="DATE ..."), `extra` adds rows (t, i, j, k, usd)."""
    cast = {"t": "t::SMALLINT", "i": "i", "j": "j", "k": "k", "v": "usd / 1000.0"} | types
    chosen = ", ".join(f"{sql} AS {name}" for name, sql in cast.items())
    rows = ", ".join(map(repr, flows)) + extra
    engine.execute(f"COPY (SELECT {chosen} FROM (VALUES {rows}) x(t, i, j, k, usd)) TO '{path}' (FORMAT parquet)")
    return path


def csv(tmp_path: Path, text: str, name: str = NAME) -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


# --- product codes ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["49019910", "4901", "101", "4901990", "49 199", "49019A", "9999AA"])
def test_a_code_that_has_not_six_digits_is_set_aside_and_never_cut_or_padded(engine, tmp_path, code):
    aside = load(engine, csv(tmp_path, worlds.csv_text(FLOWS) + f"2024,579,380,{code},5.000,NA\n"))
    assert [(entry.reason, entry.count) for entry in aside] == [("not a six-digit product code", 1)]
    assert code in aside[0].example
    assert kept(engine) == expected(FLOWS)


def test_a_file_of_eight_digit_codes_is_refused_saying_that_baci_has_six(engine, tmp_path):
    longer = [(y, e, m, k + "10", v) for y, e, m, k, v in FLOWS]
    with pytest.raises(BadInputError, match="products of six digits") as error:
        load(engine, csv(tmp_path, worlds.csv_text(longer)))
    assert "not a six-digit product code" in str(error.value)


def test_eight_digit_codes_in_parquet_are_refused_too(engine, tmp_path):
    path = parquet(engine, tmp_path / "hs17.parquet", k="CAST(k || '10' AS INTEGER)")
    with pytest.raises(BadInputError, match="products of six digits"):
        load(engine, path)


@pytest.mark.parametrize("kind", ["k::INTEGER", "k::BIGINT", "k::UINTEGER", "CAST(k::INTEGER AS VARCHAR)"])
def test_a_leading_zero_lost_in_a_numeric_column_comes_back_beside_text_countries(engine, tmp_path, kind):
    assert load(engine, parquet(engine, tmp_path / "hs17.parquet", k=kind)) == []
    assert kept(engine) == expected(FLOWS)


def test_a_leading_zero_lost_in_a_csv_comes_back(engine, tmp_path):
    shorter = [(y, e, m, k.lstrip("0"), v) for y, e, m, k, v in FLOWS]
    assert load(engine, csv(tmp_path, worlds.csv_text(shorter))) == []
    assert kept(engine) == expected(FLOWS)


# --- years -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("year", ["2024.4", "2023.6", "x", ""])
def test_a_year_is_never_rounded(engine, tmp_path, year):
    aside = load(engine, csv(tmp_path, worlds.csv_text(FLOWS) + f"{year},579,380,490199,5.000,NA\n"))
    assert [(entry.reason, entry.count) for entry in aside] == [("another year than the file's name says", 1)]
    assert kept(engine) == expected(FLOWS)


@pytest.mark.parametrize(
    ("kind", "bad"),
    [
        ("t::SMALLINT", "NULL"),
        ("t::DOUBLE", "2024.4"),
        ("t::DOUBLE", "'nan'::DOUBLE"),
        ("t::DOUBLE", "'inf'::DOUBLE"),
        ("t::DECIMAL(10, 2)", "2024.4"),
        ("t::VARCHAR", "NULL"),
        ("t::INTEGER", "99999"),
        ("t::INTEGER", "-1"),
    ],
)
def test_a_row_without_a_year_is_counted_once(engine, tmp_path, kind, bad):
    flows = FLOWS + [(2023, *row[1:]) for row in FLOWS]
    extra = f", ({bad}, 'NOR', 'ITA', '490199', 5000), ({bad}, 'NOR', 'ITA', '490300', 5000)"
    aside = load(engine, parquet(engine, tmp_path / "hs17.parquet", flows, extra, t=kind))
    assert [(entry.reason, entry.count, entry.first_file) for entry in aside] == [("no year", 2, "hs17.parquet")]
    assert kept(engine) == expected(FLOWS)


def test_a_text_that_is_no_year_is_counted_beside_texts_that_are(engine, tmp_path):
    text = "CASE WHEN i = 'NOR' AND j = 'ITA' THEN 'x' ELSE ' ' || t END"
    extra = ", (2024, 'NOR', 'ITA', '490199', 5000)"
    aside = load(engine, parquet(engine, tmp_path / "hs17.parquet", FLOWS, extra, t=text))
    assert [(entry.reason, entry.count, entry.example) for entry in aside] == [("no year", 1, "t is x")]
    assert kept(engine) == expected(FLOWS)


@pytest.mark.parametrize(
    "kind", ["t::DOUBLE", "t::FLOAT", "t::DECIMAL(6, 1)", "t::VARCHAR", "t::UINTEGER", "t::BIGINT"]
)
def test_a_whole_year_is_a_year_whatever_its_type(engine, tmp_path, kind):
    assert load(engine, parquet(engine, tmp_path / "hs17.parquet", t=kind)) == []
    assert kept(engine) == expected(FLOWS)


@pytest.mark.parametrize("bad", ["NULL", "'x'", "99999", "2024.4"])
def test_more_than_one_row_in_a_hundred_without_a_year_refuses_the_file(engine, tmp_path, bad):
    good = "t::VARCHAR" if bad == "'x'" else "t"
    some = f"CASE WHEN i = 'FRA' THEN {bad} ELSE {good} END"
    with pytest.raises(BadInputError, match="no year from 1900 to 2100") as error:
        load(engine, parquet(engine, tmp_path / "hs17.parquet", t=some))
    assert "hs17.parquet, field t" in str(error.value)


def test_a_year_that_no_trade_has_is_refused_in_a_file_name(engine, tmp_path):
    with pytest.raises(BadInputError, match="9999 is not a year of trade"):
        load(engine, csv(tmp_path, worlds.csv_text(FLOWS), "BACI_HS17_Y9999_V202601.csv"))


# --- countries and values --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("one", "other"), [("ROM", "ROU"), ("251", "FRA"), ("FRA", "FRA"), ("FRA ", "FRA")])
def test_a_country_does_not_trade_with_itself_under_two_codes(engine, tmp_path, one, other):
    extra = f", (2024, '{one}', '{other}', '490199', 5000)"
    aside = load(engine, parquet(engine, tmp_path / "hs17.parquet", FLOWS, extra))
    assert [(entry.reason, entry.count) for entry in aside] == [("exporter and importer are the same", 1)]
    assert kept(engine) == expected(FLOWS)


@pytest.mark.parametrize("code", ["²", "٣", "9" * 5000])
def test_what_looks_like_a_number_and_is_none_is_an_unknown_country(engine, tmp_path, code):
    aside = load(engine, csv(tmp_path, worlds.csv_text(FLOWS) + f"2024,{code},380,490199,5.000,NA\n"))
    assert [(entry.reason[:15], entry.count) for entry in aside] == [("unknown country", 1)]


@pytest.mark.parametrize("value", ["0", "0.000", "0.0003", "-0.0", "1e-300"])
def test_less_than_one_dollar_is_no_flow_and_makes_no_market_report(engine, tmp_path, value):
    # Nobody sells to the USA in this world: without the rule, the row would make it a market that reports.
    aside = load(engine, csv(tmp_path, worlds.csv_text(FLOWS) + f"2024,579,842,490199,{value},NA\n"))
    assert [(entry.reason, entry.count) for entry in aside] == [("value of less than one dollar", 1)]
    assert engine.execute("SELECT COUNT(*) FROM product_flow WHERE market = 'USA'") == [(0,)]


def test_half_a_thousandth_rounds_to_a_dollar_and_is_kept(engine, tmp_path):
    assert load(engine, csv(tmp_path, worlds.csv_text(FLOWS) + "2024,579,842,490199,0.0005,NA\n")) == []
    assert ("NOR", "USA", "490199", 1) in kept(engine)


def test_one_value_beyond_counting_is_set_aside_as_too_large(engine, tmp_path):
    aside = load(engine, csv(tmp_path, worlds.csv_text(FLOWS) + "2024,579,842,490199,9e12,NA\n"))
    assert [entry.reason for entry in aside] == ["value of more than 9 million billion dollars"]


def test_values_whose_sum_cannot_be_counted_are_refused_naming_the_largest(engine, tmp_path):
    flows = [(y, e, m, k, 8_900_000_000_000_000 + place) for place, (y, e, m, k, _) in enumerate(FLOWS)]
    largest = flows[-1][-1]
    with pytest.raises(BadInputError, match="more than can be counted") as error:
        load(engine, csv(tmp_path, worlds.csv_text(flows)))
    # A double of thousands holds 16 digits: the last ones of the value are not compared.
    assert f"{largest}"[:12] in str(error.value)
    assert NAME in str(error.value)


@pytest.mark.parametrize(
    "kind",
    [
        "(usd / 1000.0)::DECIMAL(18, 3)",
        "(usd::DECIMAL(18, 0) / 1000)::DECIMAL(18, 3)::VARCHAR",
        "' ' || (usd / 1000.0)::VARCHAR || ' '",
    ],
)
def test_values_are_exact_whatever_their_type(engine, tmp_path, kind):
    assert load(engine, parquet(engine, tmp_path / "hs17.parquet", v=kind)) == []
    assert kept(engine) == expected(FLOWS)


@pytest.mark.parametrize("kind", ["INTEGER", "USMALLINT", "UTINYINT", "BIGINT", "FLOAT", "DECIMAL(5, 0)"])
def test_whole_thousands_are_read_from_a_narrow_column_without_overflow(engine, tmp_path, kind):
    path = parquet(engine, tmp_path / "hs17.parquet", v=f"(1 + usd % 250)::{kind}")
    assert load(engine, path) == []
    assert kept(engine) == sorted((e, m, k, 1000 * (1 + v % 250)) for _, e, m, k, v in FLOWS)


# --- Parquet of another type, folders --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "kind", "says"),
    [
        ("t", "make_date(t, 1, 1)", "a year such as 2024 is expected"),
        ("t", "make_timestamp(t, 1, 1, 0, 0, 0)", "a year such as 2024 is expected"),
        ("t", "TRUE", "a year such as 2024 is expected"),
        ("i", "251::DOUBLE", "a code, as a whole number or a text is expected"),
        ("j", "124.0::DECIMAL(5, 1)", "a code, as a whole number or a text is expected"),
        ("k", "k::DOUBLE", "a code, as a whole number or a text is expected"),
        ("i", "i::BLOB", "a code, as a whole number or a text is expected"),
        ("v", "DATE '2024-01-01'", "a number is expected"),
        ("v", "[usd]", "a number is expected"),
    ],
)
def test_a_column_of_the_wrong_type_is_told_in_one_sentence(engine, tmp_path, column, kind, says):
    path = parquet(engine, tmp_path / "hs17.parquet", **{column: kind})
    with pytest.raises(BadInputError, match=says) as error:
        load(engine, path)
    assert f"hs17.parquet, field {column}" in str(error.value)


def folder(tmp_path: Path) -> Path:
    made = tmp_path / "baci_hs17"
    made.mkdir()
    return made


def test_a_folder_of_parquet_is_read_as_one(engine, tmp_path):
    given = folder(tmp_path)
    parquet(engine, given / "a.parquet", [(2023, *row[1:]) for row in FLOWS])
    parquet(engine, given / "b.parquet", FLOWS[:500])
    parquet(engine, given / "c.parquet", FLOWS[500:])
    found = reader.inspect(engine, given)
    assert (found.revision, [year.year for year in found.years]) == ("HS2017", [2023, 2024])
    for year in found.years:
        assert reader.load_year(engine, found, year) == []
        assert kept(engine) == expected(FLOWS)


def test_the_files_of_a_folder_tell_its_revision_and_must_agree(engine, tmp_path):
    given = tmp_path / "plain"
    given.mkdir()
    parquet(engine, given / "baci_hs17_2024.parquet")
    assert reader.inspect(engine, given).revision == "HS2017"
    parquet(engine, given / "baci_hs22_2023.parquet", [(2023, *row[1:]) for row in FLOWS])
    with pytest.raises(BadInputError, match="two HS revisions"):
        reader.inspect(engine, given)


def test_a_year_in_two_files_of_a_folder_is_refused(engine, tmp_path):
    given = folder(tmp_path)
    parquet(engine, given / "a.parquet")
    parquet(engine, given / "b.parquet")
    with pytest.raises(BadInputError, match="is there 2 times") as error:
        load(engine, given)
    assert "two files of the folder" in str(error.value)


def test_a_folder_of_both_csv_and_parquet_is_refused(engine, tmp_path):
    given = folder(tmp_path)
    parquet(engine, given / "a.parquet")
    csv(given, worlds.csv_text(FLOWS))
    with pytest.raises(BadInputError, match="both Parquet files and yearly CSV"):
        load(engine, given)


def test_parquet_under_another_ending_is_read_as_parquet(engine, tmp_path):
    assert load(engine, parquet(engine, tmp_path / "hs17.pq")) == []
    assert kept(engine) == expected(FLOWS)


# --- text files ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (worlds.csv_text(FLOWS).encode("utf-16"), "UTF-16"),
        (worlds.csv_text(FLOWS).encode("utf-16-le"), "UTF-16"),
        (worlds.csv_text(FLOWS).replace("\n", "\r").encode(), "carriage return alone"),
        (worlds.csv_text(FLOWS, header="t,i,j,k,v,v").encode(), "there 2 times"),
        (worlds.csv_text(FLOWS, header="t,i,j,k,v,V").encode(), "there 2 times"),
        (worlds.csv_text(FLOWS, header="t,i,j,k,v,").encode(), "not the name of a column"),
        (b"\x1f\x8b" + bytes(100), "gzip"),
    ],
)
def test_a_text_the_engine_would_misread_is_refused_clearly(engine, tmp_path, raw, says):
    path = tmp_path / NAME
    path.write_bytes(raw)
    with pytest.raises(BadInputError, match=says) as error:
        load(engine, path)
    assert NAME in str(error.value)


def test_a_byte_order_mark_and_the_line_ends_of_windows_change_nothing(engine, tmp_path):
    path = tmp_path / NAME
    path.write_bytes(b"\xef\xbb\xbf" + worlds.csv_text(FLOWS).replace("\n", "\r\n").encode())
    assert load(engine, path) == []
    assert kept(engine) == expected(FLOWS)


@pytest.mark.parametrize(
    ("member", "text", "line"),
    [
        ("product_codes_HS17_V202601.csv", "description,code\nBooks,490199\nshort\n", 3),
        ("country_codes_V202601.csv", "country_name,country_code,country_iso3\nFrance,251,FRA\nshort\n", 3),
        ("country_codes_V202601.csv", "country_code,country_name,country_iso3\n251,France\n", 2),
    ],
)
def test_a_short_row_in_a_table_beside_is_told_with_its_line(engine, tmp_path, member, text, line):
    path = worlds.published_zip(tmp_path, FLOWS, members={member: text})
    with pytest.raises(BadInputError) as error:
        load(engine, path)
    assert f"{member}, line {line}" in str(error.value)


def test_codes_of_the_product_table_are_not_invented_either(engine, tmp_path):
    # 4901 is a heading: padded, it would be the product 004901, and 10121 is 010121 whose zero was lost.
    table = worlds.product_table([*(p for p in worlds.PRODUCTS if p != "010121"), "10121", "4901"])
    path = worlds.published_zip(tmp_path, FLOWS, members={"product_codes_HS17_V202601.csv": table})
    found = reader.inspect(engine, path)
    assert found.products is not None
    assert {"010121", "4901"} <= found.products
    assert "004901" not in found.products
    assert load(engine, path) == []
