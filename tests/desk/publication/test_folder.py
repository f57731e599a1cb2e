"""The folder of a publication: nothing out of it is touched, one run at a time, and a run cut short is made good."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from portulan.desk.publication import folder, making, services
from portulan.desk.publication.folder import LOCK, MARK, PublicationError
from portulan.desk.publication.pages import Wanted
from portulan.desk.publication.services import publish

pytestmark = pytest.mark.slow

TINY = Wanted("FRA", ("JPN",), ("book",))


def marked(out: Path, *names: object) -> Path:
    out.mkdir()
    (out / MARK).write_text(json.dumps({"identity": "x", "files": list(names)}), encoding="utf-8")
    return out


@pytest.mark.parametrize(
    "name", ["../thesis.doc", "/etc/thesis.doc", "en/../../thesis.doc", "..", "", "a//b", "C:\\x", "a\\b", "a\0b", 3]
)
def test_a_mark_that_names_files_elsewhere_is_damaged(portal, tmp_path: Path, name: object) -> None:  # type: ignore[no-untyped-def]
    thesis = tmp_path / "thesis.doc"
    thesis.write_text("three years", encoding="utf-8")
    out = marked(tmp_path / "out", "en/index.html", name)
    with pytest.raises(PublicationError, match="damaged"):
        publish(out, TINY, processes=1)
    with pytest.raises(PublicationError, match="damaged"):
        publish(marked(tmp_path / "other", str(thesis)), TINY, processes=1)
    assert thesis.read_text(encoding="utf-8") == "three years"


def test_a_folder_that_is_a_link_to_elsewhere_is_refused(portal, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "index.html").write_text("my own site", encoding="utf-8")
    for out, names in ((tmp_path / "a", []), (tmp_path / "b", ["old/index.html"])):
        link = marked(out, *names) / ("old" if names else "en")
        link.symlink_to(mine)
        with pytest.raises(PublicationError, match="leads out of"):
            publish(out, TINY, processes=1)
    assert [path.read_text(encoding="utf-8") for path in mine.iterdir()] == ["my own site"]


def test_two_runs_do_not_write_at_once(portal, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    out = tmp_path / "out"
    with folder.alone(out), pytest.raises(PublicationError, match="another run is writing"):
        publish(out, TINY, processes=1)
    assert [path.name for path in out.iterdir()] == [LOCK]
    assert publish(out, TINY, processes=1).written > 50


@pytest.mark.slow
def test_a_run_cut_short_is_made_good_by_the_next(
    portal,  # type: ignore[no-untyped-def]
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    out, whole = tmp_path / "out", making.Maker.write
    monkeypatch.setattr(services, "CHUNK", 60)
    calls: list[int] = []

    def cut(self, pages):  # type: ignore[no-untyped-def]
        if calls:
            raise KeyboardInterrupt
        calls.append(1)
        return whole(self, pages)

    monkeypatch.setattr(making.Maker, "write", cut)
    with pytest.raises(KeyboardInterrupt):
        publish(out, Wanted("FRA", ("JPN", "USA"), ("book", "games")), processes=1)
    monkeypatch.setattr(making.Maker, "write", whole)
    assert any(out.rglob("index.html"))
    # What a killed process was just writing, beside what somebody put there.
    (out / "en/.index.html.123").write_text("half", encoding="utf-8")
    (out / f".{MARK}.77").write_text("half", encoding="utf-8")
    (out / "en/.notes.2024").write_text("mine", encoding="utf-8")
    assert publish(out, TINY, processes=1).removed > 0
    publish(tmp_path / "alone", TINY, processes=1)
    names = [{str(path.relative_to(one)) for path in one.rglob("*")} for one in (out, tmp_path / "alone")]
    assert names[0] - names[1] == {"en/.notes.2024"} and names[1] <= names[0]


@pytest.mark.slow
def test_a_page_that_was_damaged_is_made_again(portal, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    out = tmp_path / "out"
    publish(out, TINY, processes=1)
    page = out / "en/markets/JPN/book/index.html"
    text = page.read_bytes()
    page.write_bytes(text.replace(b"Japan", b"Nippo"))
    done = publish(out, TINY, processes=1)
    assert (done.fresh, done.written, page.read_bytes()) == (False, 1, text)


def _children(pid: int) -> set[int]:
    found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False)
    return {int(word) for word in found.stdout.split()}


def _there(pid: int) -> bool:
    try:
        # A process that ended and was not waited for is still listed.
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.full
@pytest.mark.skipif(not Path("/proc/self").exists(), reason="processes are seen through /proc")
def test_the_processes_of_a_killed_run_end(two_years: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "portulan", "publish", str(tmp_path / "out"), "--release", str(two_years)]
    environment = {**os.environ, "PORTULAN_HOME": str(tmp_path / "home")}
    run = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 60
        while not (tmp_path / "out/en/markets").exists() and run.poll() is None and time.monotonic() < until:
            time.sleep(0.1)
        assert run.poll() is None
        children = _children(run.pid)
        assert len(children) >= 2
    finally:
        run.send_signal(signal.SIGKILL)
        run.wait()
    until = time.monotonic() + 20
    while any(_there(pid) for pid in children) and time.monotonic() < until:
        time.sleep(0.1)
    assert not [pid for pid in children if _there(pid)]
