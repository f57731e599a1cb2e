"""The growth claim recomputed: equal to sums done in plain Python, in dollars and euros, with its limits said."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from portulan.atlas import api
from portulan.atlas.errors import AtlasError, BadInputError, UnknownCodeError
from portulan.atlas.evidence.growth import ALL_GOODS, ExportGrowth, export_growth
from portulan.atlas.evidence.rates import Rate
from portulan.atlas.inputs import parse_source
from tests.atlas import worlds
from tests.atlas.evidence import small

pytestmark = pytest.mark.slow

PERIMETERS: dict[str, set[str] | None] = {
    ALL_GOODS: None,
    "core": small.CORE,
    "broad": small.BROAD,
    "core_without_jewellery_leather": small.CORE - small.DROWNING,
    "broad_without_jewellery_leather": small.BROAD - small.DROWNING,
}
RATES = (Rate(2013, 0.5, "invented"), Rate(2016, 0.6, "invented"))


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return worlds.published_zip(tmp_path_factory.mktemp("hs12"), small.rows(), revision="12")


@pytest.fixture(scope="module")
def found(published: Path) -> ExportGrowth:
    return export_growth(parse_source(f"baci={published}"), rates=RATES)


@pytest.mark.parametrize("scope", ["all", "common"])
@pytest.mark.parametrize("perimeter", list(PERIMETERS))
def test_dollars_are_the_sum_of_the_rows(found: ExportGrowth, perimeter: str, scope: str) -> None:
    row = found.row(perimeter, "USD", scope)  # type: ignore[arg-type]
    expected = {year: small.added_up(year, PERIMETERS[perimeter], scope == "common") for year in small.SOLD}
    assert row.values == expected
    assert row.growth == pytest.approx(expected[2016] / expected[2013] - 1, rel=1e-12)
    assert row.growth_per_year == pytest.approx((expected[2016] / expected[2013]) ** (1 / 3) - 1, rel=1e-12)


def test_golden_values_by_hand(found: ExportGrowth) -> None:
    # 20.2 M$ to 23.55 M$ for all goods; books, records, paintings, jewels and bags 5.8 to 7.65; without the last two
    # 2.3 to 3.25.
    assert found.row(ALL_GOODS).growth == pytest.approx(0.16584158415841584)
    assert found.row("core").growth == pytest.approx(0.3189655172413793)
    assert found.row("core").times == pytest.approx(1.9233144047315208)
    assert found.row("core_without_jewellery_leather").growth == pytest.approx(0.41304347826086957)
    assert found.row("core_without_jewellery_leather").times == pytest.approx(2.49058909808)


@pytest.mark.parametrize("perimeter", list(PERIMETERS))
def test_euros_are_dollars_at_the_rate_of_their_year(found: ExportGrowth, perimeter: str) -> None:
    dollars, euros = found.row(perimeter, "USD"), found.row(perimeter, "EUR")
    assert dict(euros.values) == pytest.approx({2013: dollars.values[2013] * 0.5, 2016: dollars.values[2016] * 0.6})
    assert euros.growth == pytest.approx((1 + (dollars.growth or 0)) * 1.2 - 1)
    assert "1 USD = 0.5 EUR (invented)" in euros.passport.note


def test_another_currency_changes_how_many_times_as_fast(found: ExportGrowth) -> None:
    assert found.row("core", "EUR").times != pytest.approx(found.row("core", "USD").times or 0, rel=0.05)


def test_what_is_missing_is_named(found: ExportGrowth) -> None:
    assert found.importers == ("BEL", "CHE")
    assert (found.importers_since, found.importers_until, found.importers_never) == (("JPN",), ("NOR",), ("ITA", "USA"))
    assert found.codes_one_end == ("490191",)
    assert "490300" in found.codes_missing and "490199" not in found.codes_missing
    assert found.years == (2013, 2014, 2016) and found.years_missing == (2015,)
    row = found.row("core")
    assert row.status == "partial" and row.passport.coverage is not None
    assert row.passport.coverage.importers_missing == ("ITA", "JPN", "NOR", "USA")
    assert (row.passport.flow, row.passport.sources, row.passport.year) == ("goods", ("baci",), 2016)


def test_the_folder_and_one_csv_say_what_the_zip_says(published: Path, found: ExportGrowth, tmp_path: Path) -> None:
    import zipfile

    with zipfile.ZipFile(published) as packed:
        packed.extractall(tmp_path)
    assert export_growth(parse_source(f"baci={tmp_path}"), rates=RATES) == found


def test_hs1992_reads_its_own_codes(tmp_path: Path) -> None:
    flows = [
        (year, "FRA", "BEL", code, value)
        for year, values in ((2013, (100_000, 50_000, 1_000_000)), (2016, (150_000, 50_000, 1_100_000)))
        for code, value in zip(("490199", "950410", "870323"), values, strict=True)
    ]
    table = {"product_codes_HS92_V202601.csv": worlds.product_table(("490199", "950410", "870323"))}
    path = worlds.published_zip(tmp_path, flows, revision="92", members=table)
    found = export_growth(parse_source(f"baci={path}"))
    assert found.scheme == "HS1992"
    assert found.row("core").values == {2013: 100_000, 2016: 150_000}
    assert found.row("broad").values == {2013: 150_000, 2016: 200_000}


def test_nothing_sold_at_one_end_is_a_gap_and_no_zero(tmp_path: Path) -> None:
    flows = [
        (2013, "FRA", "BEL", "870323", 100), (2016, "FRA", "BEL", "870323", 200),
        (2016, "FRA", "BEL", "490199", 50), (2013, "ITA", "BEL", "490199", 10),
    ]  # fmt: skip
    found = export_growth(parse_source(f"baci={worlds.published_zip(tmp_path, flows, revision='12')}"))
    row = found.row("core")
    assert row.values == {2016: 50} and row.growth is None and row.times is None
    assert row.gap == "window_start_missing"


def test_times_as_fast_is_left_out_where_all_goods_did_not_grow(tmp_path: Path) -> None:
    flows = [
        (2013, "FRA", "BEL", "870323", 300), (2016, "FRA", "BEL", "870323", 200),
        (2013, "FRA", "BEL", "490199", 50), (2016, "FRA", "BEL", "490199", 60),
    ]  # fmt: skip
    found = export_growth(parse_source(f"baci={worlds.published_zip(tmp_path, flows, revision='12')}"))
    assert found.row("core").growth == pytest.approx(0.2)
    assert found.row("core").times is None and found.row("core").times_per_year is None


def test_without_rates_there_are_no_euros(published: Path) -> None:
    found = export_growth(parse_source(f"baci={published}"))
    assert {row.currency for row in found.rows} == {"USD"}
    with pytest.raises(KeyError):
        found.row("core", "EUR")


def test_a_rate_at_one_end_only_is_refused(published: Path) -> None:
    with pytest.raises(AtlasError, match=r"no rate is given for 2016.*--eur-per-usd 2016=RATE"):
        export_growth(parse_source(f"baci={published}"), rates=RATES[:1])


def test_a_missing_year_is_named_with_where_to_get_it(published: Path) -> None:
    with pytest.raises(BadInputError, match=r"does not hold 2012 nor 2017 \(it holds 2013, 2014, 2016\).*baci=HS12"):
        export_growth(parse_source(f"baci={published}"), since=2012, until=2017)
    with pytest.raises(BadInputError, match="pull baci=HS92"):
        export_growth(parse_source(f"baci={published}"), since=2005, until=2016)
    with pytest.raises(BadInputError, match="BACI begins in 1995"):
        export_growth(parse_source(f"baci={published}"), since=1990, until=2016)


def test_what_makes_no_sense_is_refused(published: Path) -> None:
    with pytest.raises(AtlasError, match="is none"):
        export_growth(parse_source(f"baci={published}"), since=2016, until=2016)
    with pytest.raises(UnknownCodeError, match="ZZZ"):
        export_growth(parse_source(f"baci={published}"), exporter="ZZZ")
    with pytest.raises(AtlasError, match="not from batis"):
        export_growth(parse_source(f"batis={published}"))


def test_progress_goes_up_and_names_the_years(published: Path) -> None:
    steps: list[tuple[str, float]] = []
    export_growth(parse_source(f"baci={published}"), progress=lambda step, done: steps.append((step, done)))
    assert [done for _, done in steps] == sorted(done for _, done in steps)
    assert [step for step, _ in steps[:3]] == [f"goods {year}: reading" for year in small.SOLD]


def test_the_door_says_the_same(published: Path, found: ExportGrowth) -> None:
    same = api.evidence_growth(f"baci={published}", eur_per_usd={2013: 0.5, 2016: 0.6})
    assert [row.growth for row in same.rows] == [row.growth for row in found.rows]
    assert same.row("core", "EUR").passport.note.count("its source is not stated") == 2
    with pytest.raises(AtlasError, match="is no rate"):
        api.evidence_growth(f"baci={published}", eur_per_usd={2013: math.nan, 2016: 0.6})


@pytest.mark.real
def test_the_real_file_says_that_it_lacks_the_years(shared_data: Path) -> None:
    path = shared_data / "baci" / "baci_hs17_2024_cultural.parquet"
    with pytest.raises(BadInputError, match=r"does not hold 2013 nor 2016 \(it holds 2024\).*baci=HS12"):
        export_growth(parse_source(f"baci={path}"))
