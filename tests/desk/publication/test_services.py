"""The publication: whole, alone, only what changed, and never over somebody else's files."""

from __future__ import annotations

import re
import shutil
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from portulan.desk.publication.pages import Wanted
from portulan.desk.publication.services import MARK, PublicationError, publish
from tests.desk.reading import read

pytestmark = pytest.mark.slow

SMALL = Wanted("FRA", ("JPN", "CAN", "USA"), ("book", "games"))


class _Links(HTMLParser):
    """Every address a page names, and what could not work without a server."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("href", "src", "action", "data-scan") and value:
                self.addresses.append(value)


_made: list[Path] = []


@pytest.fixture
def out(portal, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:  # type: ignore[no-untyped-def]
    """A publication of its own for each test: made once, then copied with its times."""
    if not _made:
        _made.append(tmp_path_factory.mktemp("publication") / "out")
        publish(_made[0], SMALL, processes=1)
    return Path(shutil.copytree(_made[0], tmp_path / "out"))


def test_every_address_of_every_page_is_a_file(out: Path) -> None:
    seen = 0
    for page in sorted(out.rglob("*.html")):
        links = _Links()
        links.feed(page.read_text(encoding="utf-8"))
        for address in links.addresses:
            parts = urlsplit(address)
            if parts.scheme or not parts.path:
                continue
            target = out / parts.path.lstrip("/") if parts.path.startswith("/") else page.parent / parts.path
            target = target / "index.html" if parts.path.endswith("/") else target
            assert target.is_file(), f"{page.relative_to(out)}: {address}"
            seen += 1
    assert seen > 1000


def test_pages_are_those_of_the_portal(out: Path, portal) -> None:  # type: ignore[no-untyped-def]
    for path in ("en/markets/JPN/book", "fr/sectors/book"):
        published = read((out / path / "index.html").read_text(encoding="utf-8"))
        live = read(portal.get(f"/{path}/").content.decode())
        for one in (published, live):
            assert next(one.all("h1")).text
        figures = [
            [(v.attributes["data-figure"], v.attributes["value"]) for v in one.all("data")] for one in (published, live)
        ]
        assert figures[0] == figures[1] and figures[0]


def test_nothing_changed_is_nothing_done(out: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in out.rglob("*") if path.is_file()}
    done = publish(out, SMALL, processes=1)
    assert done.fresh and done.written == 0
    assert before == {path: path.stat().st_mtime_ns for path in out.rglob("*") if path.is_file()}


def test_only_what_changed_is_written_and_what_is_no_more_goes(out: Path) -> None:
    (out / "en/markets/JPN/book/index.html").write_text("spoilt", encoding="utf-8")
    (out / "my-own.txt").write_text("mine", encoding="utf-8")
    same = [out / "en/method/index.html", out / "fr/legal/index.html", out / "en/markets/CAN/games/index.html"]
    before = [path.stat().st_mtime_ns for path in same]
    done = publish(out, Wanted("FRA", ("JPN", "CAN"), ("book", "games")), processes=1)
    assert not done.fresh and done.removed == 6
    assert not (out / "en/markets/USA/book/index.html").exists()
    assert "spoilt" not in (out / "en/markets/JPN/book/index.html").read_text(encoding="utf-8")
    assert (out / "my-own.txt").read_text(encoding="utf-8") == "mine"
    assert [path.stat().st_mtime_ns for path in same] == before
    assert done.written < done.files


def test_a_file_that_was_lost_is_made_again(out: Path) -> None:
    (out / "en/markets/JPN/book/index.html").unlink()
    done = publish(out, SMALL, processes=1)
    assert (done.fresh, done.written) == (False, 1)


def test_a_folder_of_somebody_else_is_refused(portal, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "thesis.doc").write_text("three years", encoding="utf-8")
    with pytest.raises(PublicationError, match="not a publication"):
        publish(tmp_path, SMALL, processes=1)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.doc"]
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / MARK).write_text("{", encoding="utf-8")
    with pytest.raises(PublicationError, match="damaged"):
        publish(tmp_path / "other", SMALL, processes=1)


def test_two_processes_write_the_same(out: Path, tmp_path: Path) -> None:
    publish(tmp_path / "two", SMALL, processes=2)
    for path in out.rglob("*"):
        if path.is_file():
            assert (tmp_path / "two" / path.relative_to(out)).read_bytes() == path.read_bytes(), path


def test_with_a_live_portal_what_files_cannot_answer_leads_there(portal, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    publish(tmp_path / "out", Wanted("FRA", ("JPN",), ("book",)), "https://live.example/", processes=1)
    text = (tmp_path / "out/en/markets/JPN/book/index.html").read_text(encoding="utf-8")
    assert 'href="https://live.example/en/briefs/JPN/book.pdf' in text
    assert re.search(r'<form[^>]*action="https://live.example/en/markets/JPN/book/"', text)
