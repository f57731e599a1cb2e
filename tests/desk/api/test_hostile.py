"""Whatever is asked, the answer is JSON of a known form, without a fault, a trace, or a header of the asker's."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytestmark = pytest.mark.full

PATHS = (
    "",
    "sectors",
    "markets",
    "figures",
    "rank",
    "compare",
    "suppliers",
    "profile",
    "lines",
    "scan",
    "briefs",
    "releases",
)
NAMES = [
    "sector",
    "exporter",
    "market",
    "markets",
    "perimeter",
    "flow",
    "year",
    "lang",
    "by",
    "limit",
    "offset",
    "with_estimates",
    "weights",
    "x",
    "page",
]
GOOD = ("book", "all", "games", "FRA", "bel", "USA", "BEL,CHE", "core", "goods", "services", "2024", "2023", "en", "fr")
BAD = ("", " ", "-1", "0", "1e9", "99999999999999999999", "NaN", "null", "true", "ease:3", "ease:nan", "growth:-1,")
NASTY = (
    "\x00",
    "\r\nSet-Cookie: a=b",
    "<script>alert(1)</script>",
    "=1+1",
    "../../etc/passwd",
    "％",
    "'; DROP TABLE x",
)
VALUES = st.one_of(st.sampled_from(GOOD), st.sampled_from((*BAD, *NASTY)), st.text(max_size=30))
QUERIES = st.lists(st.tuples(st.sampled_from(NAMES), VALUES), max_size=6)
STATUSES = {200, 404, 422}


def check(answer: Any) -> None:
    assert answer.status_code in STATUSES, (answer.status_code, answer.content)
    body = json.loads(answer.content, parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))
    assert answer["Content-Type"] == ("application/json" if answer.status_code == 200 else "application/problem+json")
    assert answer["X-Content-Type-Options"] == "nosniff" and "Set-Cookie" not in answer and not answer.cookies
    if answer.status_code != 200:
        assert set(body) <= {"type", "title", "status", "detail", "instance", "did_you_mean", "errors"}
        assert "Traceback" not in body["detail"] and "/portulan/" not in body["detail"]
    for value in answer.headers.values():
        assert "\n" not in value and "\r" not in value


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=st.sampled_from(PATHS), query=QUERIES)
def test_any_query_has_an_answer(client: Any, path: str, query: list[tuple[str, str]]) -> None:
    text = urlencode([(name, value.encode("utf-8", "replace")) for name, value in query])
    check(client.get(f"/api/v1/{path}?{text}"))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=st.text(max_size=40))
def test_any_path_has_an_answer(client: Any, path: str) -> None:
    check(client.get(f"/api/v1/x/{quote(path.encode('utf-8', 'replace'))}"))


@pytest.mark.parametrize("value", NASTY)
def test_hostile_words_come_back_as_text_only(client: Any, value: str) -> None:
    answer = client.get("/api/v1/rank?" + urlencode({"sector": value}))
    check(answer)
    assert answer.status_code == 404 and "json" in answer["Content-Type"]


@pytest.mark.parametrize("raw", ["%ff%fe", "sector=%c3%28", "&&&=", "sector", "%", "sector=book&limit=%00"])
def test_damaged_queries_have_an_answer(client: Any, raw: str) -> None:
    check(client.get(f"/api/v1/rank?{raw}"))


def test_an_address_of_another_host_is_not_believed(client: Any) -> None:
    answer = client.get("/catalogue.jsonld", headers={"host": "evil.example"})
    assert answer.status_code == 400 and b"evil.example" not in answer.content
