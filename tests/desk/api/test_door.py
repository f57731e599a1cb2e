"""Methods, caching, other sites' pages, and parameters that do not exist: the same at every address for programs."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

ADDRESSES = (
    "/api/v1/",
    "/api/v1/sectors",
    "/api/v1/rank?sector=book",
    "/api/v1/openapi.json",
    "/api/v1/docs",
    "/catalogue.jsonld",
)

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


@pytest.mark.parametrize("address", ADDRESSES)
def test_what_one_has_is_not_sent_again(client: Any, address: str) -> None:
    first = client.get(address)
    assert first.status_code == 200 and "public" in first["Cache-Control"]
    for tag in (first["ETag"], f"W/{first['ETag']}", f'"other", {first["ETag"]}'):
        again = client.get(address, headers={"if-none-match": tag})
        assert again.status_code == 304 and not again.content and again["ETag"].removeprefix("W/") == first["ETag"]
        assert again["Access-Control-Allow-Origin"] == "*"
    assert client.get(address, headers={"if-none-match": '"other"'}).status_code == 200


def test_another_question_has_another_tag(client: Any) -> None:
    asked = ("sector=book", "sector=music", "sector=book&lang=fr", "sector=book&year=2023", "sector=book&limit=1")
    assert len({client.get(f"/api/v1/rank?{query}")["ETag"] for query in asked}) == len(asked)
    either = ("sector=book&year=2023", "year=2023&sector=book")
    assert len({client.get(f"/api/v1/rank?{query}")["ETag"] for query in either}) == 1


def test_another_release_has_another_tag(client: Any, built: Path, tmp_path: Path, monkeypatch: Any) -> None:
    from django.conf import settings

    from portulan.atlas import api
    from tests.atlas import worlds

    before = client.get("/api/v1/rank?sector=book")
    published = worlds.published_zip(tmp_path, worlds.rows(seed=2))
    api.build(tmp_path / "other", [f"baci={published}"], api.BuildOptions(threads=1))
    monkeypatch.setattr(settings, "PORTULAN_RELEASE", str(tmp_path / "other"))
    after = client.get("/api/v1/rank?sector=book", headers={"if-none-match": before["ETag"]})
    assert after.status_code == 200 and after["ETag"] != before["ETag"]
    assert after.json()["release"] != before.json()["release"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_head_says_what_get_would(client: Any, address: str) -> None:
    whole, bare = client.get(address), client.head(address)
    assert bare.status_code == 200 and not bare.content
    for name in ("Content-Type", "ETag", "Cache-Control", "Content-Length"):
        assert bare[name] == whole[name], name


@pytest.mark.parametrize("address", [*ADDRESSES, "/api/v1/nothing"])
def test_pages_of_other_sites_may_ask_without_cookies(client: Any, address: str) -> None:
    before = client.options(address, headers={"origin": "https://example.org", "access-control-request-method": "GET"})
    assert before.status_code == 204 and not before.content
    assert before["Access-Control-Allow-Origin"] == "*" and "GET" in before["Access-Control-Allow-Methods"]
    assert before["Allow"] == "GET, HEAD, OPTIONS"
    asked = client.get(address, headers={"origin": "https://example.org"})
    assert asked["Access-Control-Allow-Origin"] == "*"
    for answer in (before, asked):
        assert "Access-Control-Allow-Credentials" not in answer and not answer.cookies


def test_other_pages_of_the_site_are_not_opened_to_others(client: Any) -> None:
    assert "Access-Control-Allow-Origin" not in client.get("/robots.txt")


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "trace"])
def test_nothing_can_be_written(client: Any, method: str) -> None:
    answer = getattr(client, method)("/api/v1/sectors")
    assert answer.status_code == 405 and answer["Allow"] == "GET, HEAD, OPTIONS"
    assert answer["Content-Type"] == "application/problem+json" and answer["Access-Control-Allow-Origin"] == "*"


def test_a_parameter_that_does_not_exist_is_told_with_the_one_meant(client: Any) -> None:
    answer = client.get("/api/v1/rank?sectr=book")
    assert answer.status_code == 422 and answer.json()["did_you_mean"][0] == "sector"
    assert client.get("/api/v1/openapi.json?x=1").status_code == 422


def test_a_parameter_given_twice_is_not_guessed(client: Any) -> None:
    answer = client.get("/api/v1/rank?sector=book&sector=music")
    assert answer.status_code == 422 and "2 times" in answer.json()["detail"]


def test_figures_of_two_releases_are_never_mixed(client: Any, built: Path, tmp_path: Path, monkeypatch: Any) -> None:
    """The release is replaced while an answer is made: the answer is made again."""
    from django.conf import settings

    from portulan.desk.markets import open_data

    copy = tmp_path / "release"
    shutil.copytree(built, copy)
    monkeypatch.setattr(settings, "PORTULAN_RELEASE", str(copy))
    calls: list[int] = []
    real = open_data.sectors

    def replaced() -> Any:
        calls.append(1)
        if len(calls) == 1:
            manifest = (copy / "datapackage.json").read_bytes()
            (copy / "new.json").write_bytes(manifest)
            (copy / "new.json").replace(copy / "datapackage.json")
        return real()

    monkeypatch.setattr(open_data, "sectors", replaced)
    assert client.get("/api/v1/sectors").status_code == 200
    assert len(calls) == 2


def test_one_reader_cannot_ask_without_end(client: Any, monkeypatch: Any) -> None:
    from django.core.cache import caches

    from portulan.desk.api import door
    from portulan.desk.core import limits

    caches[limits.CACHE].clear()
    monkeypatch.setattr(door, "BUDGET", limits.Budget("api-tests-few", 2, 100_000_000))
    first = client.get("/api/v1/sectors")
    assert first.status_code == client.get("/api/v1/sectors").status_code == 200
    refused = client.get("/api/v1/sectors")
    assert refused.status_code == 429 and int(refused["Retry-After"]) > 0
    assert refused["Content-Type"] == "application/problem+json"
    assert client.get("/api/v1/sectors", headers={"if-none-match": first["ETag"]}).status_code == 304
    assert client.get("/api/v1/sectors", REMOTE_ADDR="192.0.2.7").status_code == 200, "another reader may ask"
