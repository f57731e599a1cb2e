"""The command `portulan brief`: one file, whole or not at all; errors in one sentence."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from portulan import cli
from portulan.atlas.errors import AtlasError
from portulan.atlas.opened import Release
from tests.atlas.brief.reading import Brief

pytestmark = pytest.mark.slow


def run(release: Release, out: Path, *words: str) -> int:
    return cli.main(["brief", *words, "--out", str(out), "--release", str(release.path)])


def test_a_brief_is_written(small: Release, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "note.pdf"
    link = "https://atlas.example.org/fr/"
    assert run(small, out, "BEL", "--sector", "book", "--lang", "fr", "--link", link) == 0
    brief = Brief(out.read_bytes())
    assert not brief.holds("Belgique", "Livre", link)
    assert small.id[:12] in capsys.readouterr().out
    assert [path.name for path in tmp_path.iterdir()] == ["note.pdf"]


def test_the_shipped_release_serves_where_none_is_named(
    shipped: Release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from portulan.atlas import default_release

    monkeypatch.setattr(default_release, "path", lambda: shipped.path)
    assert cli.main(["brief", "--sector", "book", "--out", str(tmp_path / "note.pdf")]) == 0
    assert not Brief((tmp_path / "note.pdf").read_bytes()).holds(shipped.id[:12])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["JAP", "--sector", "book"], "did you mean JPN (Japan)?"),
        (["BEL", "--sector", "boook"], "did you mean book?"),
        (["BEL", "--year", "1999"], "2023, 2024"),
        ([], "at least one"),
    ],
)
def test_what_cannot_be_answered_is_one_sentence_and_no_file(
    small: Release, tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    assert run(small, tmp_path / "note.pdf", *words) == 2
    errors = capsys.readouterr().err
    assert said in errors and errors.count("\n") == 1
    assert not list(tmp_path.iterdir())


def test_a_place_that_cannot_be_written_is_said(
    small: Release, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(small, tmp_path / "nowhere" / "note.pdf", "BEL") == 2
    assert "there is no folder" in capsys.readouterr().err
    assert run(small, tmp_path, "BEL") == 2
    assert "is a folder" in capsys.readouterr().err


def test_a_failed_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from portulan.atlas.brief.cli import write_whole

    out = tmp_path / "note.pdf"
    out.write_bytes(b"old")

    def full(path: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(AtlasError, match="No space left"):
        write_whole(out, b"new")
    assert out.read_bytes() == b"old" and [path.name for path in tmp_path.iterdir()] == ["note.pdf"]


@pytest.mark.parametrize("missing", ["typst", "segno"])
def test_without_the_extra_the_message_names_it(
    small: Release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], missing: str
) -> None:
    from portulan.atlas.brief import writer

    writer._compiler.cache_clear()
    monkeypatch.setitem(sys.modules, missing, None)
    assert run(small, tmp_path / "note.pdf", "BEL", "--link", "https://example.org/") == 2
    assert "pip install 'portulan[files]'" in capsys.readouterr().err
    writer._compiler.cache_clear()
