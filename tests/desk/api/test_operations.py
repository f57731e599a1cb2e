"""What the API answers is what the atlas says, whole and in order."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import pytest

from portulan.atlas import api
from portulan.atlas.printing import figure_record, rank_record


def got(client: Any, path: str, **asked: Any) -> dict[str, Any]:
    answer = client.get(f"/api/v1/{path}?{urlencode(asked)}")
    assert answer.status_code == 200, answer.content
    found = json.loads(answer.content)
    assert isinstance(found, dict)
    return found


def plain(value: Any) -> Any:
    return json.loads(json.dumps(value))


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_figures_are_those_of_the_command_line(client: Any, release: Any, lang: str) -> None:
    asked: dict[str, Any] = {"exporter": "FRA", "sector": "book", "market": "BEL"}
    said = got(client, "figures", lang=lang, **asked)
    wanted = [figure_record(item, lang) for item in api.show(release, **asked)]
    assert said["items"] == plain(wanted)
    assert said["release"] == {"id": release.id, "kind": "built"}
    assert said["total"] == len(wanted) > 20


def test_a_figure_has_its_papers_and_a_gap_its_reason_never_a_zero(client: Any) -> None:
    items = got(client, "figures", sector="book", market="USA", flow="goods")["items"]
    size = next(item for item in items if item["indicator"] == "imports_world")
    assert "value" not in size and size["gap_code"] == "market_not_reporting" and "not zero" in size["gap"]
    known = [item for item in items if "value" in item]
    assert known and all(item["unit"] and item["year"] and item["status"] and item["sources"] for item in known)


def test_without_a_market_the_exporter_alone(client: Any, release: Any) -> None:
    said = got(client, "figures", sector="music", flow="goods")["items"]
    assert said == plain(
        [figure_record(item) for item in api.show(release, exporter="FRA", sector="music", flow="goods")]
    )


@pytest.mark.parametrize("by", ["imports_from", "potential_static", "growth", "distance_km"])
def test_a_ranking_is_that_of_the_atlas(client: Any, release: Any, by: str) -> None:
    said = got(client, "rank", sector="book", by=by)
    wanted = api.rank(release, exporter="FRA", sector="book", by=by)
    assert said["items"] == plain([rank_record(row) for row in wanted.rows])
    assert said["apart"] == plain([rank_record(row) for row in wanted.apart])
    assert (said["lead"], said["fitness"], said["fitness_reason"]) == (
        wanted.lead,
        wanted.fitness,
        wanted.fitness_reason_en,
    )
    assert said["passport"]["coverage"]["importers_missing"] == list(wanted.passport.coverage.importers_missing)


def test_an_earlier_year_can_be_asked(client: Any) -> None:
    assert got(client, "rank", sector="book", year=2023)["year"] == 2023
    assert {item["year"] for item in got(client, "figures", sector="book", year=2023, flow="goods")["items"]} == {2023}


@pytest.mark.parametrize("limit", [1, 3, 4, 500])
def test_pages_walk_every_row_once(client: Any, limit: int) -> None:
    whole = got(client, "rank", sector="book", by="imports_from", limit=500)
    address, seen = f"/api/v1/rank?sector=book&by=imports_from&limit={limit}", []
    while address:
        answer = client.get(address)
        part = answer.json()
        seen += part["items"]
        assert int(answer["X-Total-Count"]) == part["total"] == whole["total"]
        assert part["apart"] == whole["apart"]
        address = links(answer).get("next", "")
    assert seen == whole["items"] and len(seen) > 4


def links(answer: Any) -> dict[str, str]:
    parts = (one.split("; ") for one in answer.get("Link", "").split(", ") if one)
    return {name.removeprefix('rel="').rstrip('"'): address.strip("<>") for address, name in parts}


def test_a_part_leads_to_the_one_before_and_to_both_ends(client: Any) -> None:
    found = links(client.get("/api/v1/sectors?limit=10&offset=10"))
    assert found["first"].endswith("limit=10&offset=0") and found["prev"] == found["first"]
    assert found["next"] == found["last"] and found["last"].endswith("offset=20")
    assert "prev" not in links(client.get("/api/v1/sectors?limit=10"))
    beyond = client.get("/api/v1/sectors?limit=10&offset=1000")
    assert beyond.json()["items"] == [] and "next" not in links(beyond)


def test_markets_are_compared_side_by_side(client: Any, release: Any) -> None:
    said = got(client, "compare", sector="book", markets="bel, CHE", limit=500)
    assert said["markets"] == ["BEL", "CHE"]
    for row in said["items"]:
        assert [figure["market"] for figure in row["figures"]] == ["BEL", "CHE"], row["indicator"]
        assert {figure["indicator"] for figure in row["figures"]} == {row["indicator"]}
    size = next(row for row in said["items"] if row["indicator"] == "imports_world")
    wanted = [
        next(item for item in api.show(release, exporter="FRA", sector="book", market=market, flow="goods"))
        for market in ("BEL", "CHE")
    ]
    assert [figure["value"] for figure in size["figures"]] == [item.value for item in wanted if hasattr(item, "value")]


@pytest.mark.parametrize("markets", ["BEL", "BEL,BEL", "BEL,CHE,ITA,JPN,CAN", "", ","])
def test_two_to_four_different_markets_are_compared(client: Any, markets: str) -> None:
    answer = client.get("/api/v1/compare", {"sector": "book", "markets": markets})
    assert answer.status_code == 422 and answer.json()["errors"][0]["parameter"] == "markets"


def test_the_words_are_those_of_the_atlas(client: Any) -> None:
    assert [one["id"] for one in got(client, "sectors", limit=500)["items"]] == [one.id for one in api.sectors()]
    assert [one["id"] for one in got(client, "perimeters")["items"]] == [one.id for one in api.perimeters()]
    told = got(client, "indicators")["items"]
    assert [one["id"] for one in told] == [one.id for one in api.indicators()]
    assert all(one["definition_en"] and one["definition_fr"] for one in told)
    by_code = {one["iso3"]: one for one in got(client, "markets", limit=500)["items"]}
    assert by_code["BEL"]["reports"] == [{"flow": "goods", "year": 2023}, {"flow": "goods", "year": 2024}]
    assert by_code["USA"]["reports"] == [], "a country that reports nothing is there, and says so"


def test_sources_and_releases_are_told(client: Any, release: Any) -> None:
    used = [one["name"] for one in got(client, "sources")["items"] if one["in_release"]]
    assert used == ["baci"]
    limited = [one["name"] for one in got(client, "sources")["items"] if one["redistribution_limited"]]
    assert limited == ["comtrade"]
    [told] = got(client, "releases")["items"]
    assert told["id"] == release.id and told["slices"] == [
        {"flow": "goods", "year": 2023},
        {"flow": "goods", "year": 2024},
    ]
    assert told["checks"] and all(check["passed"] for check in told["checks"])
    assert {one["path"] for one in told["tables"]} == {one["path"] for one in release.manifest["resources"]}


def test_the_front_page_names_every_operation(client: Any) -> None:
    said = got(client, "")
    assert set(said["paths"]) == set(client.get("/api/v1/openapi.json").json()["paths"])


def test_briefs_are_at_addresses_of_the_site(client: Any) -> None:
    from django.urls import resolve
    from django.utils.translation import override

    said = got(client, "briefs", limit=500)["items"]
    kinds = {one["kind"]: one["href"].partition("?")[0] for one in said}
    assert set(kinds) == {"sector", "market", "market and sector"}
    for address in kinds.values():
        with override(address[1:3]):
            assert resolve(address).view_name.startswith("markets:brief")
    assert "FRA" not in {one["market"] for one in said}, "an exporter has no brief on itself"
    [one] = got(client, "briefs", market="BEL", sector="book", lang="fr")["items"]
    assert one["href"] == "/fr/briefs/BEL/book.pdf?exporter=FRA"


def test_suppliers_and_their_codes_are_those_of_the_atlas(client: Any, release: Any) -> None:
    said = got(client, "suppliers", sector="book", market="BEL")
    wanted = api.suppliers(release, market="BEL", sector="book", top=500)
    assert [(one["rank"], one["exporter"]) for one in said["items"]] == [(r.rank, r.exporter) for r in wanted.rows]
    assert said["count"] == wanted.count == said["total"]
    codes = got(client, "lines", sector="book", market="BEL")["items"]
    found = api.lines(release, exporter="FRA", market="BEL", sector="book")
    assert [one["code"] for one in codes] == [line.code for line in found]
    assert codes[0]["imports_world"] == plain(figure_record(found[0].imports_world))


def test_a_profile_holds_every_sector(client: Any, release: Any) -> None:
    said = got(client, "profile", market="BEL")
    wanted = api.profile(release, exporter="FRA", market="BEL")
    assert [row["sector"] for row in said["items"]] == [row.sector for row in wanted.rows]
    book = said["items"][0]
    assert book["figures"] == plain([figure_record(item) for item in wanted.rows[0].figures.values()])


def test_a_scan_is_that_of_the_atlas_and_its_parts_add_up(client: Any, release: Any) -> None:
    weights = {"gdp_per_head": 2.0, "imports_world": 1.0}
    said = got(client, "scan", sector="book", weights="gdp_per_head:2,imports_world:1")
    wanted = api.scan(release, exporter="FRA", sector="book", weights=weights)
    assert [(row["market"], row["score"]) for row in said["items"]] == [(r.market, r.score) for r in wanted.rows]
    assert said["items"] and said["criteria"]
    for row in said["items"]:
        assert sum(part["points"] or 0 for part in row["parts"]) == pytest.approx(row["score"])
    assert got(client, "scan", sector="games")["naming"] == "orientation"


@pytest.mark.parametrize(
    ("weights", "status"),
    [
        ("gdp_per_head:11", 422),
        ("gdp_per_head:x", 422),
        ("gdp_per_head", 422),
        ("luck:3", 404),
        ("rca:1,x:nan", 404),
    ],
)
def test_weights_that_cannot_be_read_are_told(client: Any, weights: str, status: int) -> None:
    answer = client.get("/api/v1/scan", {"sector": "book", "weights": weights})
    assert answer.status_code == status and answer.json()["detail"]


def test_official_totals_are_side_by_side(client: Any) -> None:
    said = got(client, "evidence")["items"]
    assert [one["id"] for one in said] == [claim.id for claim in api.evidence()]
    assert all(one["source_en"] and one["source_fr"] for one in said)


def test_a_ranking_without_by_is_the_one_of_the_pages(client: Any, release: Any) -> None:
    assert got(client, "rank", sector="book")["by"] == api.rank(release, exporter="FRA", sector="book").lead
    games = got(client, "rank", sector="games", perimeter="broad")
    assert (games["by"], games["fitness"]) == ("imports_from", "not a measure")
    refused = got(client, "rank", sector="games", perimeter="broad", by="potential_static")
    assert refused["items"] == [] and {row["gap_code"] for row in refused["apart"]} == {"not_a_measure"}
