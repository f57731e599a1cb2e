"""Services stay apart from goods; a national source knows its own imports and nobody else's."""

from __future__ import annotations

import csv

import pytest

from portulan.atlas import api, flows

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def uk(shared_data, tmp_path_factory):
    out = tmp_path_factory.mktemp("services") / "r"
    api.build(out, [f"ons={shared_data / 'services' / 'uk_services_by_type_country_2016_2020.csv'}"])
    return api.open_release(out)


def published(shared_data, direction, partner, code, year):
    """Read one published amount (GBP million) without our reader."""
    with (shared_data / "services" / "uk_services_by_type_country_2016_2020.csv").open(encoding="utf-8-sig") as stream:
        [value] = [
            row["gbp_million"]
            for row in csv.DictReader(stream)
            if (row["Direction"], row["Country"], row["Service type code"], row["year"])
            == (direction, partner, code, str(year))
        ]
    return float(value)


RATE_2020 = 1.2829  # US dollars for one pound, yearly average (Federal Reserve, G.5A)


@pytest.mark.real
def test_a_service_sold_and_bought_is_the_published_amount_in_dollars(uk, shared_data):
    for exporter, market, direction in (("GBR", "FRA", "Exports"), ("FRA", "GBR", "Imports")):
        [found] = [
            f
            for f in api.show(uk, exporter=exporter, sector="advertising", market=market, flow="services", year=2020)
            if f.indicator == "imports_from"
        ]
        pounds = published(shared_data, direction, "France", "10.2.2", 2020)
        assert found.value == pytest.approx(pounds * 1e6 * RATE_2020, abs=1)
        # Partial: a fifth of the year's amounts are kept secret, which no sum can see.
        assert (found.passport.flow, found.passport.year, found.status) == ("services", 2020, "partial")


@pytest.mark.real
def test_only_the_country_whose_source_it_is_has_a_market_size(uk):
    def of(indicator, exporter, market):
        [found] = [
            f
            for f in api.show(uk, exporter=exporter, sector="all", market=market, flow="services")
            if f.indicator == indicator
        ]
        return found

    assert isinstance(of("imports_world", "FRA", "GBR"), api.Figure)
    for indicator in ("imports_world", "share", "supplier_rank", "supplier_hhi"):
        assert of(indicator, "GBR", "FRA").reason == "market_not_reporting", indicator
    for indicator in ("rca", "potential_static", "ease", "unrealised_static"):
        market = "" if indicator == "rca" else "GBR"
        found = [
            f
            for f in api.show(uk, exporter="FRA", sector="all", market="GBR", flow="services")
            if f.indicator == indicator
        ]
        assert [f.reason for f in found] == ["few_importers"], (indicator, market)


@pytest.mark.real
def test_every_row_of_the_file_is_used_or_accounted_for(uk, shared_data):
    used = sum(entry["rows"] for source in uk.manifest["sources"] for entry in source["loaded"])
    aside = sum(entry["count"] for entry in uk.manifest["portulan"]["quarantined"])
    assert used + aside == 39_010


@pytest.mark.real
def test_goods_are_a_gap_in_a_release_of_services(uk):
    found = api.show(uk, exporter="GBR", sector="book", market="FRA", flow="goods")
    trade = [f for f in found if f.indicator in ("imports_from", "imports_world", "potential_static")]
    assert {f.reason for f in trade} == {"flow_not_loaded"}


@pytest.mark.parametrize(
    ("codes", "kept"),
    [
        ({"S", "SA", "SK", "SK1", "SK2"}, {"SA", "SK1", "SK2"}),
        ({"SK1", "SK11", "SK12", "SA"}, {"SK11", "SK12", "SA"}),
        # SK12 alone does not make SK1: the wide head is counted, its only published part is not counted again.
        ({"SK1", "SK12", "SA"}, {"SK1", "SA"}),
        ({"SJ", "SJ2", "SJ22", "SH"}, {"SJ22", "SH"}),
    ],
)
def test_heads_are_cut_so_that_nothing_counts_twice(codes, kept):
    assert flows.finest("EBOPS2010", codes) == kept
