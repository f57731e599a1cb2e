"""The public extract: what is counted, what is left out, what stays as it was, and where anybody may read it."""

from __future__ import annotations

import csv
import io
import json
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from django.conf import settings
from django.test import Client

from portulan.desk.core import limits
from portulan.desk.enquiries import extract, extracting, forgetting
from portulan.desk.enquiries.extract import Asked, Row
from portulan.desk.enquiries.models import Channel, Enquiry, Need, Status
from tests.desk.enquiries.conftest import Desk
from tests.desk.reading import read

YEAR = 2024
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
Many = Callable[..., None]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(settings, "HOME", tmp_path)
    return tmp_path / "extract"


@pytest.fixture
def many(desk: Desk) -> Many:
    """Add questions, as they are long after: without asking anybody."""

    def add(
        count: int, *, year: int = YEAR, market: str | None = "JPN", sector: str | None = "games",
        closing: str = "helped", invented: bool = False, topic: str = "partners",
    ) -> None:  # fmt: skip
        at = datetime(year, 5, 4, 9, tzinfo=UTC)
        start = Enquiry.objects.count()
        asked = [
            Enquiry(
                reference=f"R{start + n}", asker_name="Paule Studio", asker_email="paule@example.com",
                text="We look for Paule.", asking="company", language="fr", channel=Channel.FORM, received_at=at,
                invented=invented,
            )
            for n in range(count)
        ]  # fmt: skip
        Enquiry.objects.bulk_create(asked)
        Need.objects.bulk_create(
            Need(
                enquiry=one, territory_id=market, sector_id=sector, topic=topic, opened_at=at, status=Status.CLOSED,
                first_answer_at=at + timedelta(days=2) if closing == "helped" else None,
                closed_at=at + timedelta(days=9), closing=closing,
            )
            for one in asked
        )  # fmt: skip

    return add


def value(rows: list[Row], *path: str, market: str = "all", year: int = YEAR) -> int | None:
    words = (*path, *["all"] * (4 - len(path)))
    return next(
        row.questions for row in rows
        if (row.year, row.market, row.outcome, row.sector, row.asking, row.topic) == (year, market, *words)
    )  # fmt: skip


def test_what_is_asked_and_not_served_is_counted_and_small_counts_are_left_out(home: Path, many: Many) -> None:
    many(20)
    many(9, closing="no_help")
    many(6, closing="unreachable", sector="book")
    many(3, closing="no_help", market="SGP")
    many(7, market="SGP")
    many(5, market=None, sector=None)
    done = extracting.write(home, NOW, demo=False)
    rows = extracting.read(home)
    assert (done.added, done.kept, done.rows) == ((YEAR,), (), len(rows))
    assert value(rows) == 50 and value(rows, market="JPN") == 35
    assert value(rows, "unserved", market="SGP") is None
    assert value(rows, "other", "unknown", market="unknown") == 5
    assert done.left_out == sum(row.questions is None for row in rows) > 0
    assert all(row.questions is None or row.questions >= 5 for row in rows)
    assert not [row for row in rows if row.market == "SGP" and row.path[:2] == ("unserved", "games")], "said below"


def test_the_files_agree_and_their_papers_are_true(home: Path, many: Many) -> None:
    many(12)
    many(2, sector="book")
    extracting.write(home, NOW, demo=False)
    papers = json.loads((home / "datapackage.json").read_text())
    rows = list(csv.DictReader(io.StringIO((home / "demand.csv").read_text())))
    columns = [field["name"] for field in papers["resources"][0]["schema"]["fields"]]
    assert list(rows[0]) == columns == [name for name, *_ in extract.COLUMNS]
    with duckdb.connect() as engine:
        held = engine.execute(f"SELECT * FROM read_parquet('{home / 'demand.parquet'}')").fetchall()
    as_text = [tuple("" if cell is None else str(cell) for cell in row) for row in held]
    assert as_text == [tuple(row.values()) for row in rows]
    for resource in papers["resources"]:
        file = home / resource["path"]
        said = subprocess.run(["sha256sum", file], capture_output=True, text=True, check=True).stdout.split()[0]
        assert (resource["hash"], resource["bytes"]) == (f"sha256:{said}", file.stat().st_size)
        assert resource["rowCount"] == len(rows)
    assert papers["portulan"]["years"] == [YEAR] and papers["id"] == extract.identity(extracting.read(home))
    everything = b"".join(file.read_bytes() for file in home.iterdir()).lower()
    assert b"paule" not in everything and b"studio" not in everything


def test_a_year_is_published_once_it_had_its_time_and_then_stays(home: Path, many: Many) -> None:
    many(9)
    many(8, year=2025)
    before = datetime(2026, 2, 14, 12, tzinfo=UTC)
    assert extracting.write(home, before, demo=False).added == (YEAR,)
    many(1)
    later = extracting.write(home, before + timedelta(days=1), demo=False)
    assert (later.added, later.kept) == ((2025,), (YEAR,))
    rows = extracting.read(home)
    assert (value(rows), value(rows, year=2025)) == (9, 8)
    extracting.write(home, before, demo=False, afresh=True)
    assert value(extracting.read(home)) == 10


def test_erasing_changes_nothing_that_is_published(home: Path, many: Many) -> None:
    many(9)
    many(8, closing="no_help", topic="market")
    before = extracting.counted(NOW, invented=False)
    for enquiry in Enquiry.objects.all():
        forgetting.erase_asker(enquiry)
    assert sorted(before, key=str) == sorted(extracting.counted(NOW, invented=False), key=str)


def test_invented_questions_are_there_only_in_a_demonstration_and_said_to_be(home: Path, many: Many) -> None:
    many(30, invented=True)
    many(11)
    extracting.write(home, NOW, demo=False)
    assert {row.invented for row in extracting.read(home)} == {"no"}
    many(6, invented=True, year=2026)
    extracting.write(home, NOW, demo=True)
    rows = extracting.read(home)
    assert [row.questions for row in rows if not row.path and row.market == "all"] == [11, 6, 30]
    extracting.write(home, NOW, demo=False)
    assert {row.invented for row in extracting.read(home)} == {"no"}


def test_each_year_is_protected_by_itself() -> None:
    asked = [
        Asked(year, market, "other", "games", "company", topic, 2 if year == YEAR else 8)
        for year in (YEAR, 2025) for market in ("JPN", "SGP") for topic in ("market", "rights")
    ]  # fmt: skip
    rows = extract.table(asked, invented=False)
    assert {row.year for row in rows if row.questions is None} == {YEAR}


@pytest.fixture
def anyone(monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setattr(limits, "spend", lambda budget, who: 0)
    return Client(SERVER_NAME="localhost")


def text_of(answer: Any) -> str:
    return " ".join(read(answer.content.decode()).text.split())


def test_anybody_reads_it_and_takes_it_away(
    home: Path, many: Many, anyone: Client, record_property: Callable[[str, object], None]
) -> None:
    assert "Nothing is published yet" in text_of(anyone.get("/en/demand/"))
    assert anyone.get("/en/demand/demand.csv").status_code == 404
    many(20)
    many(6, closing="no_help")
    many(2, market="EST", sector="book")
    many(30, market="SGP", sector="book")
    extracting.write(home, NOW, demo=False)
    said = text_of(anyone.get("/en/demand/"))
    for part in ("Questions of 2024 by market", "All markets 58", "Japan", "left out", "never computed again"):
        assert part in said, part
    assert "Estonie" in text_of(anyone.get("/fr/demand/?year=1066"))
    pages = ["/en/demand/", *(f"/en/demand/{name}" for name in extracting.FILES), "/en/demand/.demand.csv.part"]
    found = [anyone.get(page).status_code for page in pages]
    record_property("access", ("anonymous", pages, found))
    assert found == [200, 200, 200, 200, 404]
    sent = anyone.get("/en/demand/demand.csv")
    assert b"".join(sent.streaming_content) == (home / "demand.csv").read_bytes()  # type: ignore[attr-defined]
    assert "session" not in str(sent.cookies)


@pytest.mark.django_db
def test_a_folder_of_something_else_is_refused(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from portulan.desk.enquiries import cli

    home.mkdir()
    (home / "demand.csv").write_text("year,price\n2024,3\n")
    arguments = cli.argparse.Namespace(out=home, afresh=False)
    assert cli.run(arguments, lambda: None) == 2 and "no extract of ours" in capsys.readouterr().err
    arguments = cli.argparse.Namespace(out=home, afresh=True)
    assert cli.run(arguments, lambda: None) == 0 and "years added: none" in capsys.readouterr().out
