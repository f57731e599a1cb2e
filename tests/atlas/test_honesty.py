"""What a figure must never claim: growth over other codes, reports nobody made, a whole made of one part."""

from __future__ import annotations

import itertools
import json
import math

import pytest

from portulan.atlas import api, building
from portulan.atlas.errors import AtlasError
from portulan.atlas.reference import countries
from tests.atlas import worlds

pytestmark = pytest.mark.slow

C = ("FRA", "BEL", "CHE", "USA", "JPN", "CAN", "MAR", "BRA")
HEADER = "type_Reporter,Reporter,type_Partner,Partner,Flow,Item_code,Year,Reported_value,Balanced_value"


def batis(folder, values, *, reported=False):
    """Write a balanced file: `values` gives (year, code) -> million dollars of every pair."""
    iso2 = {c.iso3: c.iso2 for c in countries.countries()}
    lines = [HEADER]
    for (year, code), value in values.items():
        for one, other in itertools.permutations(C, 2):
            told = value if reported else ""
            lines.append(f"c,{iso2[one]},c,{iso2[other]},X,{code},{year},{told},{value}")
            lines.append(f"c,{iso2[other]},c,{iso2[one]},M,{code},{year},{told},{value}")
    path = folder / "batis.csv"
    path.write_text("\n".join(lines) + "\n")
    return path


def built(folder, *sources, **words):
    out = folder / "release"
    building.build_from_words(api.BuildOptions(), out, list(sources), **words)
    return api.open_release(out)


def of(release, indicator, *, sector="all", exporter="FRA", market="BEL", flow="services", **more):
    found = api.show(release, exporter=exporter, sector=sector, market=market, flow=flow, **more)
    [one] = [item for item in found if item.indicator == indicator]
    return one


def test_a_head_first_published_this_year_is_not_growth(tmp_path):
    values = {(year, code): 100 for year in (2020, 2021) for code in ("SA", "SC", "SK1", "SK2")}
    release = built(tmp_path, f"batis={batis(tmp_path, {**values, (2021, 'SJ22'): 100})}")
    assert of(release, "growth").reason == of(release, "demand_growth").reason == "basket_changed"
    group = next(
        s.id for s in api.sectors() if s.kind == "group" and release.basket_of.get(("services", 2021, "core", s.id))
    )
    assert of(release, "growth", sector=group).value == pytest.approx(0, abs=1e-9)


def test_a_code_missing_from_one_year_is_not_growth(tmp_path):
    flows = [
        row for row in worlds.rows(seed=3, years=(2023, 2024), density=0.9) if (row[0], row[3]) != (2023, "490199")
    ]
    release = built(tmp_path, f"baci={worlds.published_zip(tmp_path, flows)}")
    assert of(release, "growth", sector="book", flow="goods").reason == "basket_changed"
    assert of(release, "demand_growth", sector="book", flow="goods").reason == "basket_changed"
    assert isinstance(of(release, "growth", sector="press", flow="goods"), api.Figure)


def test_what_a_producer_modelled_is_never_called_reported(tmp_path):
    values = {(2021, code): 50 for code in ("SA", "SC", "SK1", "SK2")}
    release = built(tmp_path, f"batis={batis(tmp_path, values)}")
    for indicator in ("imports_from", "imports_world", "share", "supplier_rank", "ease", "potential_static"):
        assert of(release, indicator).status == "modelled", indicator
    assert {
        f.status for f in api.show(release, exporter="FRA", sector="all", flow="services") if isinstance(f, api.Figure)
    } == {"modelled"}


def test_codes_that_services_do_not_publish_are_named(tmp_path):
    values = {(2021, code): 50 for code in ("SA", "SC", "SK1", "SK2")}
    release = built(tmp_path, f"batis={batis(tmp_path, values)}")
    missing = of(release, "imports_from").passport.coverage.codes_missing
    assert "SJ22" in missing
    assert "SK11" not in missing, "its whole, SK1, is there"


def test_a_source_without_a_usable_row_makes_no_release_and_says_why(tmp_path):
    path = batis(tmp_path, {(2021, "XX"): 50})
    with pytest.raises(AtlasError, match=r"no row of it can be used: .*rows"):
        built(tmp_path, f"batis={path}")
    assert not (tmp_path / "release").exists()


def test_an_exporter_without_projection_does_not_lift_the_others(tmp_path):
    flows = worlds.rows(seed=3, years=(2018,), density=0.9)
    weo = tmp_path / "growth.csv"
    rows = [f"{year},{c.lower()},0.0" for c in worlds.COUNTRIES if c != "ITA" for year in range(2017, 2024)]
    weo.write_text("year,country,ngdp_rpch\n" + "\n".join(rows) + "\n")
    release = built(tmp_path, f"baci={worlds.published_zip(tmp_path, flows)}", projections=f"2019={weo}")
    for market in ("BEL", "CHE", "JPN"):
        potential = of(release, "potential", sector="book", market=market, flow="goods").value
        assert potential == pytest.approx(
            of(release, "potential_static", sector="book", market=market, flow="goods").value, rel=1e-9
        )


def test_a_gravity_fitted_on_other_data_is_refused(tmp_path):
    from portulan.atlas.estimate.parameters import FOLDER, read_parameters

    assert read_parameters().origin.year == 2024
    with pytest.raises(AtlasError, match="fitted on other data"):
        built(tmp_path, f"baci={worlds.published_zip(tmp_path, worlds.rows(seed=3))}", fit=FOLDER)
    assert not (tmp_path / "release").exists()


def test_a_pair_without_trade_has_no_ease_rather_than_none(tmp_path):
    flows = [row for row in worlds.rows(seed=3) if row[1:3] != ("FRA", "BEL")]
    release = built(tmp_path, f"baci={worlds.published_zip(tmp_path, flows)}")
    gap = of(release, "ease", sector="book", flow="goods")
    assert isinstance(gap, api.Gap)
    ranking = api.rank(release, exporter="FRA", sector="book", by="ease")
    assert "BEL" not in {row.market for row in ranking.rows}
    assert all(row.figure.value > 0 for row in ranking.rows)


def record(reporter, partner, side, code, value, period):
    numbers = {c.iso3: c.m49 for c in countries.countries()}
    numbers |= {"FRA": 251, "CHE": 757, "USA": 842, "W": 0}
    return {
        "reporterCode": numbers[reporter], "partnerCode": numbers[partner], "flowCode": side, "cmdCode": code,
        "classificationCode": "EB10", "period": str(period), "primaryValue": value, "freqCode": "A",
    }  # fmt: skip


def comtrade(folder, records):
    path = folder / "answer.json"
    path.write_text(json.dumps({"count": len(records), "data": records}))
    return path


HEADS = ("SA", "SK1", "SJ22")


def declared(years, importers=C):
    """Every importer declares a million from every partner, and the sum from the world."""
    for year, importer, code in itertools.product(years, importers, HEADS):
        partners = [c for c in C if c != importer]
        yield record(importer, "W", "M", code, 1e6 * len(partners), year)
        yield from (record(importer, partner, "M", code, 1e6, year) for partner in partners)


def test_who_reports_is_known_year_by_year(tmp_path):
    records = [*declared((2023,)), *declared((2024,), [c for c in C if c != "BEL"])]
    records += [record("FRA", "BEL", "X", code, 1e6, 2024) for code in HEADS]
    release = built(tmp_path, f"comtrade={comtrade(tmp_path, records)}")
    assert of(release, "imports_world", year=2023).value == 1e6 * 2 * 7
    assert of(release, "imports_world", year=2024).reason == "market_not_reporting"
    assert of(release, "share", year=2024).reason == "market_not_reporting"
    sold = of(release, "imports_from", year=2024)
    assert (sold.value, sold.passport.note) == (2e6, "declared by the exporter")


def test_a_market_known_from_one_partner_only_has_no_size(tmp_path):
    records = [*declared((2024,), [c for c in C if c != "BEL"])]
    records += [record("BEL", "FRA", "M", code, 1e6, 2024) for code in HEADS]
    release = built(tmp_path, f"comtrade={comtrade(tmp_path, records)}")
    assert of(release, "imports_world").reason == "market_not_reporting"
    world = [record("BEL", "W", "M", code, 9e6, 2024) for code in HEADS]
    (tmp_path / "again").mkdir()
    release = built(tmp_path / "again", f"comtrade={comtrade(tmp_path, records + world)}")
    assert of(release, "imports_world").reason == "market_not_reporting", "one million of nine is not the whole"


def test_a_market_that_does_not_report_takes_no_rank_among_those_that_do(tmp_path):
    records = [*declared((2024,), [c for c in C if c != "BEL"])]
    records += [record("FRA", "BEL", "X", code, 9e6, 2024) for code in HEADS]
    release = built(tmp_path, f"comtrade={comtrade(tmp_path, records)}")
    ranking = api.rank(release, exporter="FRA", sector="all", by="imports_from", flow="services")
    assert "BEL" not in {row.market for row in ranking.rows}
    [apart] = [row for row in ranking.apart if row.market == "BEL"]
    assert apart.figure.value == 18e6
    assert "BEL" in {
        row.market for row in api.rank(release, exporter="FRA", sector="all", by="distance_km", flow="services").rows
    }


def test_a_published_zero_is_a_zero_and_divides_nothing(tmp_path):
    values = {(2021, code): 0 if code == "SK2" else 50 for code in ("SA", "SC", "SK1", "SK2", "SJ22")}
    release = built(tmp_path, f"batis={batis(tmp_path, values)}")
    assert all(check.passed for check in api.verify(release.path))
    for table in ("cells", "markets", "exporters", "pairs", "products"):
        rows = release.query(release.file(table, "services", 2021))
        assert all(math.isfinite(value) for row in rows for value in row.values() if isinstance(value, float)), table
    heritage = of(release, "imports_from", sector="heritage", perimeter="broad")
    assert heritage.value == 0
    assert of(release, "share", sector="heritage", perimeter="broad").reason == "no_trade_recorded"
