"""The command `portulan evidence growth`: what it prints, in each format and language, and what it refuses."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from portulan import cli
from tests.atlas import worlds
from tests.atlas.evidence import small

RATES = ("--eur-per-usd", "2013=0.5", "--eur-per-usd", "2016=0.6")


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return worlds.published_zip(tmp_path_factory.mktemp("hs12"), small.rows(), revision="12")


def run(capsys: pytest.CaptureFixture[str], published: Path, *words: str) -> tuple[int, str, str]:
    code = cli.main(["evidence", "growth", "--source", f"baci={published}", *words])
    out = capsys.readouterr()
    return code, out.out, out.err


def test_the_table_has_the_papers_and_the_caution(capsys: pytest.CaptureFixture[str], published: Path) -> None:
    code, out, err = run(capsys, published, *RATES)
    assert code == 0
    for words in (
        "France, goods, 2013 to 2016",
        "HS2012",
        "Gaulier",
        "the 2 importers and the codes that the source holds both in 2013 and in 2016",
        "1 US dollar = 0.5 euro (given on the command line; its source is not stated)",
        "+31.9 %",
        "1.92 x",
        "2.49 x",
        "in 2013 only: JPN; in 2016 only: NOR; never: ITA, USA",
        "in one of the two: 490191",
        "the claim does not state its own perimeter",
        "they can neither confirm nor refute it",
    ):
        assert words in out, words
    assert "goods 2013: reading" in err and "100% done" in err


def test_without_rates_it_says_how_to_have_euros(capsys: pytest.CaptureFixture[str], published: Path) -> None:
    _, out, err = run(capsys, published, "--quiet")
    assert "euros: not computed" in out and "--eur-per-usd 2013=RATE --eur-per-usd 2016=RATE" in out
    assert "€" not in out and err == ""


def test_french_is_french(capsys: pytest.CaptureFixture[str], published: Path) -> None:
    _, out, _ = run(capsys, published, "--lang", "fr", "--quiet", *RATES)
    for words in ("croissance", "fois plus vite", "20,2 M$", "10,1 M€", "ni la confirmer ni l’infirmer", "jamais"):
        assert words in out, words
    for words in ("growth", "importers", "All goods"):
        assert words not in out, words


def test_json_holds_everything(capsys: pytest.CaptureFixture[str], published: Path) -> None:
    _, out, _ = run(capsys, published, "--quiet", "--format", "json", *RATES)
    said = json.loads(out)
    assert said["importers"] == ["BEL", "CHE"] and said["codes_one_end"] == ["490191"]
    assert "neither confirm nor refute" in said["reading"]
    assert [rate["source"] for rate in said["rates"]] == ["given on the command line; its source is not stated"] * 2
    assert len(said["rows"]) == 5 * 2 * 2
    for row in said["rows"]:
        assert {"flow", "perimeter", "unit", "since", "until", "status", "sources", "scheme", "coverage"} <= set(row)


def test_csv_opens_as_one_row_a_perimeter_with_its_papers(capsys: pytest.CaptureFixture[str], published: Path) -> None:
    _, out, _ = run(capsys, published, "--quiet", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert len(rows) == 5 * 2
    (core,) = (row for row in rows if (row["perimeter"], row["scope"]) == ("core", "common"))
    assert float(core["2013"]) == 5_800_000 and core["2014"] and core["sources"] == "baci" and core["reading"]


def test_rates_come_from_a_file_too(capsys: pytest.CaptureFixture[str], published: Path, tmp_path: Path) -> None:
    path = tmp_path / "rates.csv"
    path.write_text("year,eur_per_usd,source\n2013,0.5,a bank\n2016,0.6,a bank\n", encoding="utf-8")
    code, out, _ = run(capsys, published, "--quiet", "--rates", str(path))
    assert code == 0 and "1 US dollar = 0.5 euro (a bank)" in out
    code, _, err = run(capsys, published, "--rates", str(path), "--eur-per-usd", "2013=0.5")
    assert code == 2 and "two rates are given for 2013" in err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--from", "2012"), "it does not hold 2012"),
        (("--to", "2013"), "growth from 2013 to 2013 is none"),
        (("--exporter", "ZZZ"), "unknown country"),
        (("--eur-per-usd", "2013=free"), "cannot read the rate"),
        (("--rates", "nowhere.csv"), "no such file"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    capsys: pytest.CaptureFixture[str], published: Path, words: tuple[str, ...], said: str
) -> None:
    code, out, err = run(capsys, published, "--quiet", *words)
    assert code == 2 and out == ""
    assert said in err and err.startswith("portulan: ") and err.count("\n") == 1
