"""The command `publish`: what it says, and what it answers to the shell."""

from __future__ import annotations

from pathlib import Path

import pytest

from portulan import cli
from portulan.desk import cli as desk_cli

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def _prepared(portal, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    """The site is ready already, before the release of two years."""
    monkeypatch.setattr(desk_cli, "_prepare", lambda release: None)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--exporter", "ZZZ"], "unknown exporter 'ZZZ'"),
        (["--market", "Japon"], "unknown market 'JAPON'; did you mean JPN"),
        (["--sector", "books"], "unknown sector 'books'; did you mean book"),
        (["--at", "atlas.example"], "'atlas.example' is not the address of a site"),
        (["--at", "https://a.example/atlas"], "more than a host"),
        (["--live", "live.example"], "'live.example' is not the address of a site"),
    ],
)
def test_a_wrong_question_is_said_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    assert cli.main(["publish", str(tmp_path / "out"), *words]) == 2
    out, err = capsys.readouterr()
    assert said in err and err.count("\n") == 1 and not out
    assert not list(tmp_path.iterdir())


def test_a_folder_of_somebody_else_is_a_wrong_question_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "thesis.doc").write_text("three years", encoding="utf-8")
    assert cli.main(["publish", str(tmp_path)]) == 2
    assert "not a publication" in capsys.readouterr().err


def test_a_release_that_is_not_there_is_a_wrong_question(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def nowhere(release: Path | None) -> None:
        raise desk_cli.StartError(f"there is no release at {release}")

    monkeypatch.setattr(desk_cli, "_prepare", nowhere)
    assert cli.main(["publish", str(tmp_path / "out"), "--release", "/nowhere"]) == 2
    assert "no release at /nowhere" in capsys.readouterr().err


def test_the_last_line_says_whether_robots_get_a_list(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["publish", str(tmp_path / "out"), "--market", "JPN", "--sector", "book", "--processes", "1"]
    assert cli.main(asked) == 0
    assert "--at https://" in capsys.readouterr().out.splitlines()[-1]
    assert not (tmp_path / "out/sitemap.xml").exists()
    assert cli.main([*asked, "--at", "https://atlas.example/"]) == 0
    assert "--at" not in capsys.readouterr().out
    assert "<loc>https://atlas.example/en/</loc>" in (tmp_path / "out/sitemap.xml").read_text(encoding="utf-8")
