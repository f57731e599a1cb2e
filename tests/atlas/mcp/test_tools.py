"""What the tools answer is what the atlas says, with its papers, its gaps and the caution that is due."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from portulan.atlas import api
from portulan.atlas.mcp.answers import QuestionError
from portulan.atlas.mcp.tools import Tools
from tests.atlas import worlds

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Iterator[api.Release]:
    folder = tmp_path_factory.mktemp("mcp")
    published = worlds.published_zip(folder, worlds.rows(years=(2023, 2024)))
    api.build(folder / "release", [f"baci={published}"], api.BuildOptions(threads=1))
    opened = api.open_release(folder / "release")
    yield opened
    opened.close()


@pytest.fixture
def tools(release: api.Release) -> Tools:
    return Tools(release)


def by_indicator(records: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {one["indicator"]: one for one in records}


def test_figures_are_those_of_the_atlas_with_their_papers(tools: Tools, release: api.Release) -> None:
    said = tools.get_figures("book", market="bel")
    wanted = api.show(release, exporter="FRA", sector="book", market="BEL", flow="goods")
    assert [one.get("value") for one in said["figures"]] == [getattr(item, "value", None) for item in wanted]
    sold = by_indicator(said["figures"])["imports_from"]
    assert (sold["unit"], sold["year"], sold["perimeter"], sold["flow"], sold["sources"]) == (
        "USD",
        2024,
        "core",
        "goods",
        ["baci"],
    )
    assert sold["status"] in ("reported", "partial") and said["release"]["id"] == release.id[:16]
    [papers] = said["passports"]
    assert papers["coverage"]["importers_missing"] == ["USA"] and papers["year"] == 2024


def test_a_gap_comes_with_its_reason_never_as_zero(tools: Tools) -> None:
    size = by_indicator(tools.get_figures("book", market="USA")["figures"])["imports_world"]
    assert "value" not in size and "unknown, not zero" in size["gap"]
    assert (
        "inconnu" in by_indicator(tools.get_figures("book", market="USA", lang="fr")["figures"])["imports_world"]["gap"]
    )


def test_a_sector_that_goods_do_not_measure_comes_with_a_caution(tools: Tools) -> None:
    assert "do not measure" in tools.get_figures("games", market="BEL")["caution"]
    assert "ne mesurent pas" in tools.rank_markets("games", lang="fr")["caution"]
    assert tools.get_figures("book", market="BEL")["caution"] == ""


def test_a_ranking_keeps_its_order_and_says_who_is_missing(tools: Tools, release: api.Release) -> None:
    said = tools.rank_markets("book", by="imports_from", top=3)
    wanted = api.rank(release, exporter="FRA", sector="book", by="imports_from", top=3)
    assert [(one["rank"], one["market"], one["value"]) for one in said["rows"]] == [
        (row.rank, row.market, row.figure.value) for row in wanted.rows if isinstance(row.figure, api.Figure)
    ]
    assert said["markets_ranked"] == wanted.total and said["passport"]["year"] == 2024
    [apart] = said["apart_without_value"]
    assert apart["markets"] == ["USA"] and apart["gap"]


def test_markets_are_compared_and_suppliers_named(tools: Tools, release: api.Release) -> None:
    said = tools.compare_markets("book", ["BEL", "CHE"])
    assert list(said["markets"]) == ["BEL", "CHE"] and said["passports"]
    sold = tools.suppliers("BEL", "book", top=3)
    assert [row["rank"] for row in sold["rows"]] == [1, 2, 3]
    largest = max(
        (by_indicator(tools.get_figures("book", "BEL", exporter=code)["figures"])["imports_from"].get("value", 0), code)
        for code in worlds.COUNTRIES
        if code != "BEL"
    )
    assert (sold["rows"][0]["imports_from"]["value"], sold["rows"][0]["exporter"]) == largest


def test_an_indicator_is_explained_down_to_its_sql(tools: Tools) -> None:
    said = tools.explain_indicator("share")
    assert said["definition"] and said["equation"] and "SELECT" in said["sql"] and said["unit"] == "ratio"


def test_the_words_the_sources_and_the_release_are_told(tools: Tools, release: api.Release) -> None:
    assert [one["id"] for one in tools.list_sectors()["sectors"]] == [one.id for one in api.sectors()]
    assert {one["id"] for one in tools.list_indicators()["indicators"]} == {one.id for one in api.indicators()}
    assert next(one for one in tools.list_markets()["markets"] if one["iso3"] == "USA")["reports"] == []
    [source] = tools.sources()["sources"]
    assert source["licence"] == "Etalab 2.0" and source["citation"] and source["known_faults_en"]
    told = tools.releases()
    assert told["id"] == release.id and told["slices"] == ["goods 2023", "goods 2024"]
    assert told["checks_passed"] > 0 and told["checks_failed"] == []


def test_everything_is_plain_json(tools: Tools) -> None:
    for said in (tools.get_figures("all", "BEL", flow=None), tools.rank_markets("book"), tools.releases()):
        assert json.loads(json.dumps(said, allow_nan=False))


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"sector": "bok"}, "did you mean book"),
        ({"sector": "book", "market": "Belgium"}, "did you mean BEL"),
        ({"sector": "book", "market": "Belgique"}, "did you mean BEL"),
        ({"sector": "book", "perimeter": "cor"}, "did you mean core"),
        ({"sector": "book", "year": 1850}, "years held: 2023, 2024"),
    ],
)
def test_a_word_it_does_not_know_comes_back_with_the_one_meant(tools: Tools, asked: dict[str, Any], says: str) -> None:
    with pytest.raises(QuestionError, match=says):
        tools.get_figures(**asked)


def test_absurd_numbers_are_refused(tools: Tools) -> None:
    for top in (-1, 10_000):
        with pytest.raises(QuestionError, match="cannot give"):
            tools.rank_markets("book", top=top)
    with pytest.raises(QuestionError, match="2 to 4"):
        tools.compare_markets("book", ["BEL"])


@pytest.mark.slow
def test_the_shipped_estimates_say_what_they_are(shipped_folder: Path) -> None:
    release = api.open_release(shipped_folder)
    said = Tools(release).get_figures("book", market="BEL")
    release.close()
    assert "estimates only" in said["caution"]
    known = [one for one in said["figures"] if one["indicator"] == "imports_from"]
    assert known[0]["status"] == "estimated" and known[0]["low"] is not None
