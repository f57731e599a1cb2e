"""Who leads in each market: what `suppliers` puts first there, for every market in one question."""

from __future__ import annotations

import shutil

import pytest

from portulan.atlas import api
from portulan.atlas.charts.palettes import NAMED, OTHERS
from portulan.atlas.leading_maps import draw
from tests.atlas import test_honesty as honesty
from tests.atlas import worlds
from tests.atlas.test_suppliers import with_estimates

pytestmark = pytest.mark.slow


def check(release, **question):
    """The one question says of each market what the question for that market says."""
    found = api.leaders(release, **question)
    for row in found.rows:
        rows = api.suppliers(release, market=row.market, top=500, **question).rows
        assert row.first == rows[0]
        assert row.equals == tuple(one.exporter for one in rows[1:] if one.rank == 1)
    for market in found.unknown:
        assert api.suppliers(release, market=market, **question).rows == ()
    assert len({row.market for row in found.rows} | set(found.unknown)) == len(found.rows) + len(found.unknown)
    every = [api.suppliers(release, market=row.market, top=500, **question).rows for row in found.rows]
    for exporter in {one.exporter for rows in every for one in rows}:
        close = sum(one.exporter == exporter and one.rank <= 3 for rows in every for one in rows)
        assert found.close.get(exporter, 0) == close, exporter
    return found


def marks(drawing):
    """By country; dots far from home (Réunion) have marks of their own, and come last."""
    return {mark.country: mark for mark in reversed(drawing.marks) if mark.country}


@pytest.mark.parametrize("perimeter", ["core", "broad"])
@pytest.mark.parametrize("sector", ["book", "press", "all"])
def test_the_first_of_every_market_is_what_each_market_says(made_release, sector, perimeter):
    found = check(made_release, sector=sector, perimeter=perimeter)
    assert {row.market for row in found.rows} == set(worlds.COUNTRIES) - {"USA"}
    assert found.unknown == ("USA",)
    assert (found.sector, found.perimeter, found.flow, found.year) == (sector, perimeter, "goods", 2024)
    sizes = [row.imports_world.value for row in found.rows]
    assert sizes == sorted(sizes, reverse=True)
    assert sum(found.alone.values()) == len(found.rows)


def test_another_year_has_other_leaders(made_release):
    check(made_release, sector="book", year=2021)


def test_nobody_leads_where_nothing_is_held(made_release):
    for question in ({"flow": "services"}, {"year": 1999}):
        found = api.leaders(made_release, sector="book", **question)
        assert (found.rows, found.unknown, found.year) == ((), (), None)
    assert api.leaders(made_release, sector="performing_arts").rows == ()
    with pytest.raises(api.UnknownCodeError):
        api.leaders(made_release, sector="books")


def test_equal_suppliers_lead_together_and_nobody_alone(tmp_path):
    flows = [(2024, exporter, "BEL", "490199", dollars) for exporter, dollars in (("FRA", 7), ("ITA", 7), ("CHE", 3))]
    flows += [(2024, exporter, "JPN", "490199", 9) for exporter in ("FRA", "ITA", "CHE", "BEL", "CAN")]
    flows += [(2024, "BEL", market, "490199", 5) for market in ("FRA", "ITA", "CHE")]
    api.build(tmp_path / "r", [f"baci={worlds.published_zip(tmp_path, flows)}"])
    found = check(api.open_release(tmp_path / "r"), sector="book")
    equal = {row.market: (row.first.exporter, *row.equals) for row in found.rows if row.equals}
    assert equal == {"BEL": ("FRA", "ITA"), "JPN": ("BEL", "CAN", "CHE", "FRA", "ITA")}
    assert found.alone == {"BEL": 3}
    drawn = marks(draw(found, exporter="FRA", lang="en"))
    assert (drawn["BEL"].fill, drawn["FRA"].fill) == (OTHERS, NAMED[0])
    assert drawn["BEL"].label == "Belgium: France, Italy (equal), 41\u00a0%, partial"


def test_where_a_market_does_not_report_its_leader_is_estimated(made_folder, tmp_path):
    shutil.copytree(made_folder, tmp_path / "r")
    fitted = with_estimates(tmp_path / "r", {"CAN": 50.0, "FRA": 30.0, "ITA": 30.0, "BEL": 10.0})
    found = check(fitted, sector="book")
    [guessed] = [row for row in found.rows if row.market == "USA"]
    assert (guessed.first.exporter, guessed.first.imports_from.status) == ("CAN", "estimated")
    assert found.unknown == ()
    drawn = marks(draw(found, exporter="FRA", lang="en"))
    assert drawn["USA"].striped
    assert [country for country, mark in drawn.items() if mark.striped] == ["USA"]


def test_what_exporters_declare_goes_before_what_is_expected_of_them(made_folder, tmp_path):
    """Belgium does not report: what France declares replaces what is expected of France, in one question too."""
    records = [*honesty.declared((2024,), [c for c in honesty.C if c != "BEL"])]
    for exporter, dollars in (("FRA", 2e6), ("CHE", 0)):
        records += [honesty.record(exporter, "BEL", "X", code, dollars, 2024) for code in honesty.HEADS]
    release = honesty.built(tmp_path, f"comtrade={honesty.comtrade(tmp_path, records)}")
    found = check(release, sector="all", flow="services")
    assert "BEL" in found.unknown, "one declaration does not make a first supplier"
    release.close()
    expected = {"FRA": 5e9, "CHE": 4e9, "CAN": 6e6, "JPN": 1e6}
    fitted = with_estimates(tmp_path / "release", expected, flow="services", sector="all", market="BEL")
    check(fitted, sector="all", flow="services")
    sold = api.suppliers(fitted, market="BEL", sector="all", flow="services").rows
    said = api.figure(fitted, exporter="FRA", market="BEL", sector="all", indicator="imports_from", flow="services")
    ranks = {one.exporter: one.rank for one in sold}
    assert "CHE" not in ranks, "it says that it sells nothing there"
    assert next(one for one in sold if one.exporter == "FRA").imports_from.value == said.value < 5e9
    assert set(ranks) == {"FRA", "CAN", "JPN"}


def test_the_shipped_release_names_leaders_by_estimate(shipped_release):
    found = api.leaders(shipped_release, sector="music")
    for row in found.rows[:12]:
        assert row.first == api.suppliers(shipped_release, market=row.market, sector="music", top=1).rows[0]
    assert {row.first.imports_from.status for row in found.rows} == {"estimated"}
    drawing = draw(found, exporter="FRA", lang="fr")
    assert not any(mark.striped for mark in drawing.marks), "where all is estimated the legend says it once"
    assert "estimées" in drawing.legend_title


# The map.
def test_the_map_says_who_leads_in_each_market(made_release):
    found = api.leaders(made_release, sector="book")
    drawing = draw(found, exporter="FRA", lang="en", href=lambda market: f"/{market}")
    drawn = marks(drawing)
    leads = {row.market: row.first.exporter for row in found.rows}
    fills = {leads[market]: drawn[market].fill for market in leads}
    assert {market: drawn[market].fill for market in leads} == {market: fills[one] for market, one in leads.items()}
    assert fills.get("FRA", "home") == "home"
    assert (drawn["USA"].kind, drawn["USA"].fill) == ("missing", "missing")
    assert drawn["USA"].label == "United States: first supplier not known"
    names = {country.iso3: country.name_en for country in api.countries()}
    shares = {row.market: round(100 * row.first.share.value) for row in found.rows}
    for market, leader in leads.items():
        assert drawn[market].label == f"{names[market]}: {names[leader]}, {shares[market]}\u00a0%, reported"
        assert drawn[market].href == f"/{market}"
    assert drawing.outlined and all(piece.startswith("FRA") or piece == "GUF" for piece in drawing.outlined)


def test_the_legend_counts_what_is_drawn_and_names_the_exporter_in_any_case(made_release):
    found = api.leaders(made_release, sector="book")
    for exporter in (*found.alone, "NOR", "IND"):
        drawn = api.leaders_map(found, exporter=exporter, lang="en")
        counts = {line.text: line.count for line in drawn.legend}
        name = next(country.name_en for country in api.countries() if country.iso3 == exporter)
        assert counts[name] == found.alone.get(exporter, 0)
        assert counts[f"outlined: {name}"] == 1
        shown = {line.text: line.count for line in drawn.legend if "pt-c" in line.swatch or "pt-home" in line.swatch}
        assert sum(shown.values()) == len(found.rows)
        assert "url(#map-" not in drawn.svg and 'id="leaders-title"' in drawn.svg
        assert f"{name}: {found.alone.get(exporter, 0)}" in drawn.description


def test_at_most_twenty_markets_take_the_keyboard_and_both_languages_speak(shipped_release):
    found = api.leaders(shipped_release, sector="book")
    drawing = draw(found, exporter="FRA", lang="fr", href=lambda market: f"/{market}")
    focusable = [mark.country for mark in drawing.marks if mark.focusable]
    assert len(focusable) == 20
    assert set(focusable) == {row.market for row in found.rows[:20]}
    assert "Carte du monde du premier fournisseur" in drawing.description
    assert drawing.title.startswith("Premier fournisseur\u00a0: ")
    assert len({mark.fill for mark in drawing.marks if mark.fill in NAMED}) == 5
