"""What is asked of the network, for programs: the rows of the extract, and an answer that is new where it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from portulan.desk.enquiries import extract, extracting
from portulan.desk.enquiries.extract import Asked

HERE = "/api/v1/demand"
ASKED = [
    Asked(2025, market, outcome, "games", "company", topic, count)
    for market, outcome, topic, count in (
        ("JPN", "other", "partners", 30), ("JPN", "unserved", "partners", 9), ("JPN", "unserved", "rights", 2),
        ("SGP", "other", "partners", 12), ("SGP", "unserved", "partners", 8), ("SGP", "unserved", "rights", 7),
    )
]  # fmt: skip


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(settings, "HOME", tmp_path)
    return tmp_path / "extract"


def test_nothing_published_is_an_empty_list_that_says_so(client: Any, home: Path) -> None:
    told = client.get(HERE).json()
    assert (told["total"], told["extract"], told["computed_on"]) == (0, "", None)


def test_rows_are_those_of_the_file_and_may_be_chosen(client: Any, home: Path) -> None:
    extracting.put(home, extract.table(ASKED, invented=False), "2026-02-20")
    told = client.get(f"{HERE}?limit=500").json()
    assert told["items"] == extract.records(extracting.read(home)) and told["computed_on"] == "2026-02-20"
    some = client.get(f"{HERE}?market=jpn&year=2025&outcome=unserved").json()["items"]
    assert some and {(row["market"], row["outcome"]) for row in some} == {("JPN", "unserved")}
    left_out = [row for row in told["items"] if row["status"] == "left_out"]
    assert left_out and all(row["questions"] is None for row in left_out)
    assert client.get(f"{HERE}?outcome=maybe").status_code == 422
    assert client.get(f"{HERE}?sektor=games").status_code == 422


def test_another_extract_is_another_answer(client: Any, home: Path) -> None:
    extracting.put(home, extract.table(ASKED, invented=False), "2026-02-20")
    first = client.get(HERE)
    assert client.get(HERE, headers={"if-none-match": first["ETag"]}).status_code == 304
    extracting.put(home, extract.table(ASKED[:4], invented=False), "2026-02-21")
    second = client.get(HERE, headers={"if-none-match": first["ETag"]})
    assert second.status_code == 200 and second.json()["extract"] != first.json()["extract"]
