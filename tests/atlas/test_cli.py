"""The command line: what is printed, in every format, and what is said when something is wrong."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys

import pytest

from portulan import cli
from portulan.atlas import api
from tests.atlas import worlds

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def releases(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cli")
    flows = worlds.rows(seed=3, years=(2023, 2024), density=0.9)
    api.build(folder / "one", [f"baci={worlds.published_zip(folder, flows)}"])
    (folder / "later").mkdir()
    changed = [(y, x, m, k, v * 2 if (y, x, m, k) == (2024, "FRA", "BEL", "490199") else v) for y, x, m, k, v in flows]
    api.build(folder / "two", [f"baci={worlds.published_zip(folder / 'later', changed)}"])
    return folder


def run(capsys, *words) -> tuple[int, str, str]:
    code = cli.main([str(word) for word in words])
    out = capsys.readouterr()
    return code, out.out, out.err


def test_show_json_has_every_paper_of_every_figure(releases, capsys):
    code, out, _ = run(
        capsys,
        "atlas",
        "show",
        releases / "one",
        "--exporter",
        "FRA",
        "--sector",
        "book",
        "--market",
        "BEL",
        "--perimeter",
        "core",
        "--format",
        "json",
    )
    records = json.loads(out)
    assert code == 0
    goods = {record["indicator"]: record for record in records if record["flow"] == "goods"}
    assert set(goods) == {indicator.id for indicator in api.indicators()}
    for record in records:
        assert {
            "exporter",
            "market",
            "sector",
            "perimeter",
            "flow",
            "indicator",
            "unit",
            "year",
            "fitness",
            "coverage",
            "sources",
        } <= set(record)
        assert ("value" in record) != ("gap" in record)
        if "value" in record:
            assert {"status", "low", "high"} <= set(record)
            assert record["status"] in ("reported", "partial", "estimated", "modelled")
    assert goods["potential_static"]["coverage"]["importers_missing"] == ["USA"]


def test_show_says_a_gap_in_the_language_asked_for(releases, capsys):
    for lang, words in (("en", "unknown, not zero"), ("fr", "inconnu, et non nul")):
        _, out, _ = run(
            capsys,
            "atlas",
            "show",
            releases / "one",
            "--sector",
            "book",
            "--market",
            "USA",
            "--format",
            "json",
            "--lang",
            lang,
        )
        gaps = {r["indicator"]: r["gap"] for r in json.loads(out) if r["flow"] == "goods" and "gap" in r}
        assert words in gaps["imports_from"]


def test_rank_formats_agree(releases, capsys):
    base = ("atlas", "rank", releases / "one", "--sector", "book", "--by", "imports_from", "--top", "5")
    records = json.loads(run(capsys, *base, "--format", "json")[1])
    ranked = [record for record in records if record["rank"] is not None]
    assert [record["rank"] for record in ranked] == [1, 2, 3, 4, 5]
    assert [record["value"] for record in ranked] == sorted((record["value"] for record in ranked), reverse=True)
    rows = list(csv.DictReader(io.StringIO(run(capsys, *base, "--format", "csv")[1])))
    assert [(row["rank"], row["market"]) for row in rows if row["rank"]] == [
        (str(r["rank"]), r["market"]) for r in ranked
    ]
    table = run(capsys, *base)[1]
    assert table.index(ranked[0]["market"]) < table.index(ranked[1]["market"])
    assert "world = 11 of 12 importers; missing: USA" in table
    assert "USA: the source has no imports of this market" in table


def test_sectors_is_the_crosswalk_in_force(capsys):
    lines = json.loads(run(capsys, "atlas", "sectors", "--format", "json")[1])
    assert {"sector", "scheme", "code", "role", "weight", "separable"} <= set(lines[0])
    assert {line["scheme"] for line in lines} == {
        "HS1992",
        "HS1996",
        "HS2002",
        "HS2007",
        "HS2012",
        "HS2017",
        "HS2022",
        "EBOPS2010",
    }
    book = {
        line["code"] for line in lines if (line["sector"], line["scheme"], line["role"]) == ("book", "HS2017", "core")
    }
    assert book == {"490110", "490191", "490199", "490300"}


def test_diff_says_what_changed_and_why(releases, capsys):
    code, out, _ = run(capsys, "atlas", "diff", releases / "one", releases / "two")
    assert code == 0
    assert "baci goods 2024 is not the same input" in out
    assert "Belgium" in out
    assert "book" in out
    nothing = json.loads(run(capsys, "atlas", "diff", releases / "one", releases / "one", "--format", "json")[1])
    assert (nothing["total"], nothing["reasons"]) == (0, [])
    changes = json.loads(run(capsys, "atlas", "diff", releases / "one", releases / "two", "--format", "json")[1])[
        "changes"
    ]
    sold = [c for c in changes if (c["sector"], c["market"], c["indicator"]) == ("book", "BEL", "imports_from")]
    assert len(sold) == 1
    assert sold[0]["new"] > sold[0]["old"]


def test_verify_exits_1_on_a_damaged_release(releases, capsys, tmp_path):
    import shutil

    assert run(capsys, "atlas", "verify", releases / "one")[0] == 0
    shutil.copytree(releases / "one", tmp_path / "r")
    (tmp_path / "r" / "links.parquet").write_bytes(b"PAR1")
    code, out, _ = run(capsys, "atlas", "verify", tmp_path / "r")
    assert code == 1
    assert "FAIL  links.parquet" in out


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("show", "{one}", "--sector", "books"), "unknown sector 'books'; did you mean book"),
        (("rank", "{one}", "--sector", "xyz"), "unknown sector 'xyz'; use one of book, press"),
        (
            ("show", "{one}", "--sector", "book", "--exporter", "FRX"),
            "unknown exporter 'FRX'; did you mean FRA (France)",
        ),
        (
            ("show", "{one}", "--sector", "book", "--market", "Japon"),
            "unknown market 'JAPON'; did you mean JPN (Japan)",
        ),
        (("rank", "{one}", "--sector", "book", "--exporter", "ZZZ"), "unknown exporter 'ZZZ'; use an ISO3 code"),
        (("diff", "{one}", "{one}", "--exporter", "ZZZ"), "unknown exporter 'ZZZ'; use an ISO3 code"),
        (("show", "{one}", "--sector", "book", "--perimeter", "wide"), "unknown perimeter"),
        (("rank", "{one}", "--sector", "book", "--by", "rca"), "rank by one of"),
        (("rank", "{one}", "--sector", "book", "--by", "size"), "unknown indicator 'size'"),
        (("show", "nowhere", "--sector", "book"), "not a release"),
        (("verify", "nowhere"), "not a release"),
        (("build", "x"), "no source given"),
        (("build", "x", "--source", "baci=missing.zip"), "no such file"),
        (("build", "x", "--source", "geodist=missing.csv"), "no trade flows"),
        (("build", "x", "--engine", "duckdb", "--doubt", "ZZZ", "--source", "baci=missing.zip"), "unknown exporter"),
        (("how", "size"), "unknown indicator"),
    ],
)
def test_errors_are_one_sentence_on_stderr_with_what_to_do(releases, capsys, tmp_path, monkeypatch, words, says):
    monkeypatch.chdir(tmp_path)
    code, out, err = run(capsys, "atlas", *(word.replace("{one}", str(releases / "one")) for word in words))
    assert (code, out) == (2, "")
    assert says in err
    assert err.count("\n") == 1
    assert "Traceback" not in err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "words",
    [
        ("show", "{one}", "--sector", "book", "--exporter", "fra", "--market", "bel", "--format", "csv"),
        ("rank", "{one}", "--sector", "book", "--exporter", "fra", "--format", "csv"),
        ("diff", "{one}", "{two}", "--exporter", "fra", "--format", "json"),
    ],
)
def test_a_code_of_a_country_may_be_written_small(releases, capsys, words):
    given = [word.replace("{", str(releases) + "/").replace("}", "") for word in words]
    small, large = (
        run(capsys, "atlas", *(change(word) if word in ("fra", "bel") else word for word in given))
        for change in (str.lower, str.upper)
    )
    assert small == large
    assert small[0] == 0


def test_the_reader_of_our_output_may_leave_early(releases):
    command = f"{sys.executable} -m portulan atlas sectors --format json | head -c 10"
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {command}"], capture_output=True, text=True, env={**os.environ}
    )
    assert "Traceback" not in done.stderr


def test_how_prints_the_equation_and_the_sql(capsys):
    out = run(capsys, "atlas", "how", "potential_static")[1]
    assert "Decreux & Spies (2016)" in out
    assert "-- hypothetical:" in out
    assert "SELECT" in out
