"""The competitors' map of a sector page: the map, its sentence and its table say what the atlas says, and the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from portulan.atlas import api
from tests.desk.reading import Element, read

pytestmark = pytest.mark.slow

UNKNOWN = {"en": "not known", "fr": "inconnu"}


def page(portal, address: str) -> Element:  # type: ignore[no-untyped-def]
    answer = portal.get(address)
    assert answer.status_code == 200, address
    return read(answer.content.decode())


def the_map(found: Element) -> Element:
    return next(one for one in found.all("svg") if one.attributes.get("aria-labelledby") == "leaders-title")


@pytest.mark.parametrize("language", ["en", "fr"])
def test_map_and_table_name_the_same_leader_of_every_market(portal, two_years: Path, language: str) -> None:  # type: ignore[no-untyped-def]
    found = page(portal, f"/{language}/sectors/book/")
    leaders = api.leaders(api.open_release(two_years), sector="book")
    names = {country.iso3: country.name(language) for country in api.countries()}
    listed: dict[str, str] = {}
    for row in next(found.by_id("leaders-table").all("tbody")).all("tr"):
        lead = re.sub(r" \(\d+\)$", "", next(row.all("th")).text)
        for link in row.all("a"):
            listed[link.attributes["href"]] = lead
        # The exporter is a market on this map, and has no page of its own as one.
        assert f"/{language}/markets/FRA/" not in str([link.attributes["href"] for link in row.all("a")])
    assert listed == {
        **{
            f"/{language}/markets/{row.market}/book/": names[row.first.exporter]
            for row in leaders.rows
            if row.market != "FRA"
        },
        **{
            f"/{language}/markets/{one}/book/": {"en": "not known", "fr": "inconnu"}[language]
            for one in leaders.unknown
        },
    }
    said = {one.attributes["href"]: one.attributes["aria-label"] for one in the_map(found).all("a")}
    for href, lead in listed.items():
        if lead != UNKNOWN[language]:
            assert re.search(rf": {re.escape(lead)}, ", said[href]), said[href]


def test_the_sentence_counts_as_the_atlas_does(portal, two_years: Path) -> None:  # type: ignore[no-untyped-def]
    leaders = api.leaders(api.open_release(two_years), sector="book")
    names = {country.iso3: country.name_en for country in api.countries()}
    for exporter in ("FRA", *leaders.alone):
        text = next(page(portal, f"/en/sectors/book/?exporter={exporter}").all("main")).text
        first, count = next(iter(leaders.alone.items()))
        assert f"First supplier most often: {names[first]}, in {count} of the {len(leaders.rows)} markets known" in text
        assert f"among the first three in {leaders.close.get(exporter, 0)}." in text
        if exporter != first:
            assert f"{names[exporter]}: first in {leaders.alone.get(exporter, 0)}," in text


def test_the_two_maps_of_a_page_keep_their_identifiers_apart(portal) -> None:  # type: ignore[no-untyped-def]
    found = page(portal, "/en/sectors/book/")
    idents = [one.attributes["id"] for one in found.with_data("id")]
    assert len(idents) == len(set(idents))
    assert {"map-title", "leaders-title"} <= set(idents)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_where_goods_are_no_measure_nobody_leads(portal, language: str) -> None:  # type: ignore[no-untyped-def]
    for query in ("", "?perimeter=broad"):
        found = page(portal, f"/{language}/sectors/games/{query}")
        assert not any(one.attributes.get("id", "").startswith("leaders") for one in found.with_data("id"))
    assert {"en": "No map of who leads", "fr": "Pas de carte des premiers fournisseurs"}[language] in found.text
