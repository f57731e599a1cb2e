"""The description is valid, complete, true of every answer, and told to people."""

from __future__ import annotations

import re
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from tests.house.tree import DOCS

pytestmark = pytest.mark.slow

# One question at least for every path: what is not asked here fails below.
ASKED = {
    "/api/v1/": ("",),
    "/api/v1/sectors": ("", "limit=3&offset=2"),
    "/api/v1/markets": ("",),
    "/api/v1/perimeters": ("",),
    "/api/v1/indicators": ("",),
    "/api/v1/figures": ("sector=book", "sector=all&market=USA&lang=fr", "sector=games&market=BEL&flow=services"),
    "/api/v1/rank": ("sector=book", "sector=book&by=growth&with_estimates=true", "sector=games&flow=services"),
    "/api/v1/compare": ("sector=book&markets=BEL,CHE,ITA",),
    "/api/v1/suppliers": ("sector=book&market=BEL", "sector=book&market=USA"),
    "/api/v1/profile": ("market=BEL", "market=USA&lang=fr&flow=services"),
    "/api/v1/lines": ("sector=book&market=BEL", "sector=games&market=BEL"),
    "/api/v1/scan": ("sector=book", "sector=games&weights=gdp_per_head:2", "sector=book&weights=growth:3,ease:1"),
    "/api/v1/evidence": ("",),
    "/api/v1/briefs": ("", "market=BEL&sector=book&lang=fr"),
    "/api/v1/demand": ("", "year=2025&market=jpn&outcome=unserved&sector=all"),
    "/api/v1/sources": ("",),
    "/api/v1/releases": ("",),
}


@pytest.fixture
def told(client: Any) -> dict[str, Any]:
    found = client.get("/api/v1/openapi.json").json()
    assert isinstance(found, dict)
    return found


def operations(told: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [(path, one) for path, methods in told["paths"].items() for one in methods.values()]


def test_the_description_is_valid_openapi_3_1(told: dict[str, Any]) -> None:
    assert told["openapi"].startswith("3.1")
    validate(told)
    assert told["info"]["license"]["identifier"] == "EUPL-1.2"


def test_everything_is_described_with_examples(told: dict[str, Any]) -> None:
    tags = {tag["name"] for tag in told["tags"]}
    for path, one in operations(told):
        assert one["summary"] and one["description"] and set(one["tags"]) <= tags, path
        for parameter in one["parameters"]:
            assert parameter["description"] and "example" in parameter, (path, parameter["name"])
        for status, answer in one["responses"].items():
            if int(status) >= 400:
                assert list(answer["content"]) == ["application/problem+json"], (path, status)


def test_every_path_is_exercised(told: dict[str, Any]) -> None:
    assert set(ASKED) == set(told["paths"])


@pytest.mark.parametrize(("path", "query"), [(path, query) for path, all_of in ASKED.items() for query in all_of])
def test_answers_are_as_described(client: Any, told: dict[str, Any], path: str, query: str) -> None:
    answer = client.get(f"{path}?{query}")
    assert answer.status_code == 200, answer.content
    described = told["paths"][path]["get"]["responses"]["200"]
    schema = described["content"]["application/json"]["schema"]
    Draft202012Validator({**schema, "components": told["components"]}).validate(answer.json())
    assert all(name in answer for name in described["headers"])


@pytest.mark.parametrize("address", ["/api/v1/rank?sector=bok", "/api/v1/rank?limit=x", "/api/v1/none"])
def test_errors_are_as_described(client: Any, told: dict[str, Any], address: str) -> None:
    schema = told["components"]["schemas"]["Problem"]
    wrong = Draft202012Validator({**schema, "components": told["components"]}).iter_errors(client.get(address).json())
    assert not list(wrong)


def test_the_examples_are_answered(client: Any, told: dict[str, Any]) -> None:
    for path, one in operations(told):
        asked = {p["name"]: p["example"] for p in one["parameters"]}
        answer = client.get(path, {name: str(value) for name, value in asked.items()})
        assert answer.status_code == 200, (path, answer.content)


def test_every_path_and_parameter_is_in_the_documentation(told: dict[str, Any]) -> None:
    for name in ("api.md", "interroger-l-api.md"):
        text = (DOCS / "howto" / name).read_text(encoding="utf-8")
        for path, one in operations(told):
            assert f"`{path}`" in text, (name, path)
            for parameter in one["parameters"]:
                assert f"`{parameter['name']}`" in text, (name, parameter["name"])
        known = {*told["paths"], "/api/v1/openapi.json", "/api/v1/docs"}
        assert set(re.findall(r"`(/api/v1/[^`?]*)`", text)) <= known, "a path that is gone is documented"


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_page_tells_people_the_same(client: Any, told: dict[str, Any], language: str) -> None:
    answer = client.get("/api/v1/docs", headers={"accept-language": language})
    page = answer.content.decode()
    assert f'<html lang="{language}">' in page
    for path, one in operations(told):
        assert f"GET {path}<" in page and f'id="{one["operationId"]}"' in page
    assert not re.search(r'(src|href)="(https?:)?//', page), "nothing is asked of another site"
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=", page), "the strict policy holds"
