"""A market seen by one exporter: every sector and the context, as cells and rankings say them; unknown words."""

from __future__ import annotations

import pytest

from portulan.atlas import api
from portulan.atlas.errors import UnknownCodeError
from portulan.atlas.reference.context import context_values


@pytest.fixture
def release(made_release):
    return made_release


@pytest.fixture
def shipped(shipped_release):
    return shipped_release


# Profile.
def test_a_profile_says_what_the_cells_say(release):
    found = api.profile(release, exporter="FRA", market="BEL")
    assert [row.sector for row in found.rows[:14]] == [s.id for s in api.sectors()[:14]]
    assert (found.rows[-1].sector, found.rows[-1].kind) == ("all", "all")
    assert {row.kind for row in found.rows[14:-1]} <= {"group"}
    for row in found.rows:
        cell = {
            f.indicator: f for f in api.show(release, exporter="FRA", sector=row.sector, market="BEL", flow="goods")
        }
        assert set(row.figures) >= {"imports_world", "imports_from", "share", "supplier_rank", "supplier_hhi", "growth"}
        assert all(figure == cell[name] for name, figure in row.figures.items())
        suppliers = api.suppliers(release, market="BEL", sector=row.sector, top=3)
        assert row.first_suppliers == suppliers.rows
        assert row.fitness == suppliers.fitness


def test_the_place_of_a_market_is_that_of_its_ranking(release):
    for market in ("BEL", "JPN", "USA"):
        for row in api.profile(release, exporter="FRA", market=market).rows:
            ranking = api.rank(release, exporter="FRA", sector=row.sector, by=row.lead)
            assert row.lead == ranking.lead
            assert row.ranked == ranking.total
            at = {one.market: one for one in ranking.rows}.get(market)
            expected = (None, None, None) if at is None else (at.rank, at.rank_low, at.rank_high)
            assert (row.rank, row.rank_low, row.rank_high) == expected
    book = api.profile(release, exporter="FRA", market="BEL").rows[0]
    assert book.rank_low <= book.rank <= book.rank_high


def test_a_profile_of_a_market_that_does_not_report_holds_gaps(release):
    for row in api.profile(release, exporter="FRA", market="USA").rows:
        assert (row.rank, row.first_suppliers) == (None, ())
        assert isinstance(row.figures["imports_world"], api.Gap)


def test_a_profile_of_services_that_are_not_loaded_holds_gaps_in_every_sector(release):
    found = api.profile(release, exporter="FRA", market="BEL", flow="services")
    assert (found.year, len(found.rows)) == (None, 15)
    assert {row.figures["imports_world"].reason for row in found.rows} == {"flow_not_loaded"}


def test_profiles_of_the_shipped_release_work_for_every_exporter(shipped):
    for exporter in ("FRA", "JPN", "KEN", "TWN"):
        book = api.profile(shipped, exporter=exporter, market="CAN").rows[0]
        assert book.lead == "potential_gravity"
        assert 1 <= book.rank <= book.ranked
        assert book.figures["imports_from"].status == "estimated"
        assert book.figures["potential_static"].reason == "no_product_flows"
        assert book.first_suppliers == api.suppliers(shipped, market="CAN", sector="book", top=3).rows


# Context.
def test_the_context_of_a_market(release):
    found = api.market_context(release, market="BEL", exporter="FRA")
    shown = {f.indicator: f for f in api.show(release, exporter="FRA", sector="all", market="BEL", flow="goods")}
    assert set(found.figures) == {
        "population", "gdp_per_head", "internet_users", "distance_km", "common_language", "ease",
    }  # fmt: skip
    assert all(figure == shown[name] for name, figure in found.figures.items())
    assert found.neighbours == ("DEU", "FRA", "LUX", "NLD")
    assert (found.capital, found.capital_fr) == ("Brussels", "Bruxelles")
    assert "EU" in found.groups
    assert found.region == "M49_155"
    assert not any(group.startswith("M49") for group in found.groups)
    assert {"nl", "fr", "de"} <= {language for language, _ in found.languages}
    assert all(0 < part <= 1 for _, part in found.languages)


def test_the_context_of_every_country_is_told_or_a_gap(release, shipped):
    for country in api.countries():
        for each in (release, shipped):
            found = api.market_context(each, market=country.iso3)
            assert all(isinstance(figure, api.Figure | api.Gap) for figure in found.figures.values())
    assert api.market_context(release, market="FRA").figures["distance_km"].reason == "own_market"
    assert api.market_context(shipped, market="BEL").figures["ease"].reason == "no_product_flows"


# Unknown words.
@pytest.mark.parametrize(
    "wrong", [{"market": "XXX"}, {"sector": "cheese"}, {"perimeter": "wide"}, {"flow": "ideas"}, {"exporter": "fra"}]
)
def test_unknown_words_are_refused_with_the_known_ones(release, wrong):
    question = {"exporter": "FRA", "market": "BEL", "sector": "book", "perimeter": "core", "flow": "goods", **wrong}
    without = {key: value for key, value in question.items() if key != "sector"}
    if "sector" not in wrong:
        with pytest.raises(UnknownCodeError):
            api.profile(release, **without)
    if "exporter" not in wrong:
        with pytest.raises(UnknownCodeError):
            api.suppliers(release, **{key: value for key, value in question.items() if key != "exporter"})
    with pytest.raises(UnknownCodeError):
        api.lines(release, **question)
    if set(wrong) <= {"market", "exporter"}:
        with pytest.raises(UnknownCodeError):
            api.market_context(release, exporter=question["exporter"], market=question["market"])


def test_the_status_of_the_context_is_that_of_its_source(release):
    """An estimate of the Factbook is never called reported; a common language is worked out by a model."""
    values = {(v.market, v.indicator): v for v in context_values()}
    for market in ("BEL", "CHN", "VAT"):
        for ident, figure in api.market_context(release, market=market).figures.items():
            if (market, ident) in values and isinstance(figure, api.Figure):
                assert figure.status == values[market, ident].status
                assert figure.passport.sources == ("factbook",)
                assert (figure.passport.fitness, figure.passport.coverage) == (None, None)
    links = api.market_context(release, market="BEL").figures
    assert (links["distance_km"].status, links["common_language"].status) == ("reported", "modelled")


def test_what_a_source_estimates_of_a_country_takes_a_rank(release):
    found = api.rank(release, exporter="FRA", sector="book", by="population")
    assert found.rows and {row.figure.status for row in found.rows} == {"estimated"}
    assert all(isinstance(row.figure, api.Gap) for row in found.apart)


def test_the_context_of_an_older_release_claims_no_more_than_it_knows(release, monkeypatch):
    rows = {key: {name: row[name] for name in row if name != "status"} for key, row in release.context.items()}
    monkeypatch.setattr(release, "context", rows)
    assert api.market_context(release, market="BEL").figures["population"].status == "estimated"


def test_a_note_of_the_context_is_said_in_french(release):
    figure = api.market_context(release, market="BEL").figures["gdp_per_head"]
    assert api.figure_record(figure, "en")["note"].startswith("GDP of 20")
    assert api.figure_record(figure, "fr")["note"].startswith("PIB de 20")
