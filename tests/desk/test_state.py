"""The address carries the whole state, and nothing in it breaks the page."""

from __future__ import annotations

import string
from dataclasses import fields
from urllib.parse import parse_qsl, quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portulan.desk.markets.state import MapState
from tests.desk.reading import read

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

_TEXT = st.text(alphabet=string.ascii_letters + string.digits + "&=+%# éœ", max_size=12)


@given(st.builds(MapState, **{field.name: _TEXT for field in fields(MapState)}))
def test_state_survives_its_address(state: MapState) -> None:
    default_free = {field.name: "" for field in fields(MapState)}
    assert MapState(**{**default_free, **dict(parse_qsl(state.query()))}) == state


def test_jewellery_twice_is_where_one_was() -> None:
    for perimeter in ("core", "broad", "core_without_jewellery_leather"):
        state = MapState(perimeter=perimeter)
        assert state.change(perimeter=state.other_perimeter).other_perimeter == perimeter


@pytest.mark.parametrize(
    ("name", "value", "label"),
    [
        ("exporter", "XXX", "Exporter"),
        ("exporter", "FR", "Exporter"),
        ("sector", "books", "Sector"),
        ("perimeter", "wide", "Perimeter"),
        ("by", "happiness", "Indicator"),
        ("by", "rca", "Indicator"),  # known, but it ranks nothing
        ("flow", "rights", "Flow"),
        ("year", "1066", "Year"),
        ("market", "ATL", "Market"),
        ("sort", "drop table", "Sort by"),
    ],
)
def test_an_unknown_code_is_named_and_the_rest_kept(site, name: str, value: str, label: str) -> None:  # type: ignore[no-untyped-def]
    answer = site.get("/en/map/?" + urlencode({"exporter": "BEL", "sector": "fashion", name: value}))
    assert answer.status_code == 404
    page = read(answer.content.decode())
    assert f"{label}: “{value}” is not one of those this release knows." in page.text
    kept = {
        s.attributes["name"]: [o.attributes["value"] for o in s.all("option") if "selected" in o.attributes]
        for s in page.all("select")
    }
    # What was typed stays in its field, to be mended.
    typed = page.by_id("field-exporter").attributes["value"]
    assert typed == (value if name == "exporter" else "Belgium")
    assert kept["sector"] == (["book"] if name == "sector" else ["fashion"])
    assert "no-store" in answer["Cache-Control"]


def test_codes_are_taken_in_any_case(site) -> None:  # type: ignore[no-untyped-def]
    assert site.get("/en/map/?exporter=bel&market=ita").status_code == 200


_HOSTILE = [
    "exporter=FRA%00",
    "exporter=%3Cscript%3Ealert(1)%3C/script%3E",
    "find=%3Cscript%3Ealert(1)%3C/script%3E",
    "find=%22%20onfocus%3D%22alert(1)",
    "find=%00",
    "find=%ff%fe",
    "find=" + "a" * 5000,
    "sector=book&sector=games&sector=",
    "sector[]=book",
    "year=-1",
    "year=2024%20OR%201=1",
    "year=%D9%A2%D9%A0%D9%A2%D9%A4",
    "year=1e3",
    "order=up",
    "rows=9999999999",
    "by=__class__",
    "perimeter=core_without_jewellery_leather_without_jewellery_leather",
    "market=../../etc/passwd",
    "%F0%9F%98%80=1",
    "=&&&===",
    "find={{7*7}}",
    "find=%25(name)s%25d",
]


@pytest.mark.parametrize("query", _HOSTILE)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_hostile_addresses_get_a_page_not_a_crash(site, language: str, query: str) -> None:  # type: ignore[no-untyped-def]
    answer = site.get(f"/{language}/map/?{query}")
    assert answer.status_code in (200, 404)
    page = read(answer.content.decode())
    assert not [script for script in page.all("script") if "src" not in script.attributes]
    assert not [e for e in page.all() if any(name.startswith("on") for name in e.attributes)]
    assert "49" not in (page.by_id("field-find").attributes["value"] if answer.status_code == 200 else "")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from([field.name for field in fields(MapState)]), st.text(max_size=30), max_size=4))
def test_any_text_anywhere_gets_a_page(site, asked: dict[str, str]) -> None:  # type: ignore[no-untyped-def]
    query = "&".join(f"{name}={quote(value, errors='replace')}" for name, value in asked.items())
    answer = site.get(f"/fr/map/?{query}")
    assert answer.status_code in (200, 404)
    read(answer.content.decode())
