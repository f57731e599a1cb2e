"""Every kind of error is said in one form (RFC 9457), with what to do, and without a trace of the program."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from portulan.desk.api import problems

# address -> kind
WRONG = {
    "/api/v1/nothing": "unknown-path",
    "/api/v1/sectors/": "unknown-path",
    "/api/": "unknown-path",
    "/api/v2/sectors": "unknown-path",
    "/atlas/data/0000000000000000/cells/goods-2024.parquet": "unknown-path",
    "/api/v1/rank?sector=bok": "unknown-code",
    "/api/v1/rank?sector=book&exporter=FRX": "unknown-code",
    "/api/v1/rank?sector=book&perimeter=cor": "unknown-code",
    "/api/v1/rank?sector=book&by=potentiel": "unknown-code",
    "/api/v1/rank?sector=book&year=1850": "unknown-code",
    "/api/v1/figures?sector=book&market=ZZZ": "unknown-code",
    "/api/v1/rank": "parameter",
    "/api/v1/rank?sector=book&year=soon": "parameter",
    "/api/v1/rank?sector=book&limit=0": "parameter",
    "/api/v1/rank?sector=book&limit=501": "parameter",
    "/api/v1/rank?sector=book&flow=ideas": "parameter",
    "/api/v1/rank?sector=book&lang=de": "parameter",
    f"/api/v1/rank?sector={'x' * 5000}": "parameter",
    "/api/v1/sectors?" + "&".join(f"x{n}=1" for n in range(1200)): "unreadable",
}


def check(answer: Any, kind: str) -> dict[str, Any]:
    body = answer.json()
    status, title = problems.KINDS[kind]
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.status_code == body["status"] == status and body["title"] == title
    assert body["type"] == f"/api/v1/docs#{kind}" and body["detail"] and isinstance(body["did_you_mean"], list)
    assert answer["Cache-Control"] == "no-store" and "ETag" not in answer
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert isinstance(body, dict)
    return body


@pytest.mark.parametrize("address", WRONG, ids=lambda address: address[:60])
def test_what_is_wrong_is_said(client: Any, address: str) -> None:
    body = check(client.get(address), WRONG[address])
    assert body["instance"] == address[:2000]


@pytest.mark.parametrize(
    ("address", "meant"),
    [
        ("/api/v1/rank?sector=bok", "book"),
        ("/api/v1/rank?sector=book&by=potental_statc", "potential_static"),
        ("/api/v1/rank?sector=book&exporter=frn", "FRA"),
        ("/api/v1/rank?sector=book&year=2025", "2024"),
        ("/api/v1/figure?sector=book", "/api/v1/figures"),
    ],
)
def test_what_was_probably_meant_is_offered(client: Any, address: str, meant: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 404 and meant in answer.json()["did_you_mean"], answer.json()


def test_a_fault_of_ours_shows_nothing_of_the_program(client: Any, monkeypatch: Any, caplog: Any) -> None:
    from portulan.desk.markets import open_data

    def broken() -> Any:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(open_data, "sectors", broken)
    answer = client.get("/api/v1/sectors")
    check(answer, "fault")
    assert "secret" not in answer.content.decode() and "secret detail" in caplog.text


def test_a_fault_outside_the_operations_has_the_same_form(client: Any, monkeypatch: Any) -> None:
    from portulan.desk.api import catalogue

    monkeypatch.setattr(catalogue, "catalogue", lambda base: 1 / 0)
    check(client.get("/catalogue.jsonld"), "fault")


def test_a_release_that_is_not_there_or_damaged_is_told_without_its_place(
    client: Any, tmp_path: Path, monkeypatch: Any
) -> None:
    from django.conf import settings

    for place in (tmp_path / "absent", tmp_path):
        monkeypatch.setattr(settings, "PORTULAN_RELEASE", str(place))
        answer = client.get("/api/v1/sectors")
        check(answer, "no-release")
        assert str(tmp_path) not in answer.content.decode()


def test_every_kind_is_explained_where_its_type_leads(client: Any) -> None:
    page = client.get("/api/v1/docs").content.decode()
    assert all(f'id="{kind}"' in page for kind in problems.KINDS)
