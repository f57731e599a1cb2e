"""Pulls killed, out of disk, two at once, and any sequence of faults: the old file stays until the new is whole."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import random
import signal
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from rich.console import Console

from portulan.atlas.sources.fetch import FetchError, Order, pull
from portulan.atlas.sources.transfer import download
from tests.atlas.sources import hostile_server as acts
from tests.atlas.sources.hostile_server import Act, Handler, HostileServer
from tests.atlas.sources.pulling import (
    OLD,
    OTHER,
    ZIP,
    Told,
    changed,
    corrupted,
    leftovers,
    make_zip,
    order_at,
    part_of,
    tools,
    wait_for,
)

pytestmark = pytest.mark.slow

# --- other processes -----------------------------------------------------------------------------------------------

# A process of the background is born deaf to Ctrl-C; one at a terminal is not.
RUN = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
from pathlib import Path
from portulan.atlas.sources.fetch import pull
{extra}
pull("baci", url=sys.argv[1], to=Path(sys.argv[2]), yes=True)
"""


def start(server: HostileServer, target: Path, extra: str = "") -> subprocess.Popen[str]:
    command = [sys.executable, "-c", textwrap.dedent(RUN).format(extra=extra), server.url("/file.zip"), str(target)]
    return subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def old_copy(server: HostileServer, target: Path) -> None:
    """An older file, pulled as files are."""
    server.state.entity.content, server.state.entity.etag = OTHER, '"old"'
    pull("baci", url=server.url("/file.zip"), to=target, yes=True, console=Console(file=io.StringIO()))
    server.state.entity.content, server.state.entity.etag = ZIP, '"one"'
    server.state.entity.modified = "Wed, 07 Jan 2026 10:00:00 GMT"
    server.requests.clear()


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT], ids=["kill -9", "Ctrl-C"])
def test_a_stopped_process_leaves_the_old_copy_and_the_next_one_goes_on(
    server: HostileServer, tmp_path: Path, how: signal.Signals
) -> None:
    target = tmp_path / "file.zip"
    part = target.with_name("file.zip.part")
    old_copy(server, target)
    server.then(acts.hangs_after(70_000))
    process = start(server, target)
    wait_for(part, 70_000)
    process.send_signal(how)
    _, told = process.communicate(timeout=30)
    assert process.returncode != 0
    assert target.read_bytes() == OTHER
    assert part.read_bytes() == ZIP[:70_000]
    if how is signal.SIGINT:
        assert f"Stopped. 70.0 kB kept in {part}; run the same command again to go on." in told
    process = start(server, target)
    _, told = process.communicate(timeout=30)
    assert process.returncode == 0, told
    assert server.requests[-1].headers["range"] == "bytes=70000-"
    assert target.read_bytes() == ZIP
    assert leftovers(tmp_path) == ["file.zip", "file.zip.receipt.json"]


@pytest.mark.full
def test_killed_at_any_moment_the_file_is_always_a_whole_one(server: HostileServer, tmp_path: Path) -> None:
    target, rng = tmp_path / "file.zip", random.Random(5)
    old_copy(server, target)
    for _ in range(10):
        server.state.acts.clear()
        server.then(acts.drips(0.001, 2_000))
        process = start(server, target)
        time.sleep(rng.uniform(0.2, 0.7))
        process.kill()
        process.communicate(timeout=30)
        assert target.read_bytes() in (OTHER, ZIP)
    server.state.acts.clear()
    assert start(server, target).wait(timeout=30) == 0
    assert target.read_bytes() == ZIP
    assert json.loads((tmp_path / "file.zip.receipt.json").read_text())["sha256"] == hashlib.sha256(ZIP).hexdigest()


def test_a_disk_that_fills_up_keeps_the_part_and_a_later_run_goes_on(server: HostileServer, tmp_path: Path) -> None:
    target = tmp_path / "file.zip"
    old_copy(server, target)
    # The system refuses to let any file grow over 100,000 bytes: what a full disk or a quota does.
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))"
    process = start(server, target, limit)
    _, told = process.communicate(timeout=30)
    assert process.returncode != 0
    assert "the disk is full" in told
    assert target.read_bytes() == OTHER
    assert target.with_name("file.zip.part").stat().st_size == 100_000
    assert start(server, target).wait(timeout=30) == 0
    assert server.requests[-1].headers["range"] == "bytes=100000-"
    assert target.read_bytes() == ZIP


def test_two_pulls_of_one_file_at_once(server: HostileServer, order: Order) -> None:
    go = threading.Event()

    def held(handler: Handler) -> None:
        handler.head(200, Content_Length=len(ZIP), **handler.validators())
        handler.wfile.write(ZIP[:1000])
        go.wait(20)
        handler.wfile.write(ZIP[1000:])

    server.then(held)
    first = threading.Thread(target=download, args=(order, tools(limits={"timeout": 20.0})))
    first.start()
    wait_for(part_of(order), 1000)
    with pytest.raises(FetchError, match="another pull is already writing"):
        download(order, tools())
    go.set()
    first.join(20)
    assert order.target.read_bytes() == ZIP
    assert leftovers(order.target.parent) == ["file.zip", "receipt.json"]


@pytest.mark.slow
def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    script = """
    import resource, sys
    from pathlib import Path
    from portulan.atlas.sources.fetch import pull
    pull("baci", url=sys.argv[1], to=Path(sys.argv[2]), yes=True)
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    """
    peaks = []
    for megabytes in (1, 200):
        with HostileServer() as server:
            server.then(acts.large(megabytes << 20))
            url, target = server.url("/rows.bin"), tmp_path / f"{megabytes}.bin"
            out = subprocess.check_output([sys.executable, "-c", textwrap.dedent(script), url, target], text=True)
        assert target.stat().st_size == megabytes << 20
        peaks.append(int(out))
    unit = 1 if sys.platform == "darwin" else 1024
    assert (peaks[1] - peaks[0]) * unit < 20_000_000


# --- any sequence of faults ----------------------------------------------------------------------------------------

THIRD = make_zip(4, 90_000)
FAULTS: dict[str, Act] = {
    "cut at once": acts.cut(0),
    "cut early": acts.cut(1_000),
    "cut": acts.cut(70_000),
    "cut late": acts.cut(10**9),
    "reset": acts.cut(50_000, reset=True),
    "drop": acts.silent_drop,
    "garbage": acts.garbage,
    "429": acts.status(429, Retry_After=3),
    "500": acts.status(500),
    "503 for hours": acts.status(503, Retry_After=9999),
    "404": acts.status(404),
    "416": acts.status(416),
    "206": acts.wrong_range,
    "says more": acts.says_more(5),
    "says less": acts.says_less(5),
    "no length, cut": acts.no_length(60_000),
    "chunks, cut": acts.chunked(60_000),
    "ignores ranges": acts.ignores_range,
    "a page": acts.body(b"<html>", Content_Type="text/html"),
    "corrupted": acts.body(corrupted(), ETag='"one"', Last_Modified="Mon, 05 Jan 2026 10:00:00 GMT"),
    "empty": acts.body(b""),
    "loop": acts.redirect("/file.zip"),
    "encoded": acts.body(gzip.compress(ZIP), Content_Encoding="gzip"),
    "another file, cut": changed(OTHER, '"two"', acts.cut(30_000)),
    "a shorter file, cut": changed(THIRD, '"three"', acts.cut(80_000)),
    "the first file again, cut": changed(ZIP, '"one"', acts.cut(40_000)),
}


@pytest.mark.full
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(faults=st.lists(st.sampled_from(sorted(FAULTS)), max_size=8))
@example(faults=["cut", "says more", "a shorter file, cut", "corrupted", "416"])
@example(faults=["chunks, cut", "another file, cut", "206", "the first file again, cut"])
def test_after_any_faults_the_file_is_right_and_until_then_the_old_one_is_there(
    tmp_path_factory: pytest.TempPathFactory, faults: list[str]
) -> None:
    place = tmp_path_factory.mktemp("faults")
    with HostileServer(ZIP) as server:
        order = order_at(server, place)
        order.target.write_bytes(OLD)

        def look() -> None:
            assert order.target.read_bytes() == OLD

        broken: list[str] = []

        def before() -> None:
            if order.target.read_bytes() != OLD:
                broken.append("the old copy was touched before the new one was whole")

        server.state.before = before
        server.then(*(FAULTS[fault] for fault in faults))
        for _ in range(len(faults) + 1):
            try:
                download(order, tools(progress=Told(look), limits={"tries": 3}))
                break
            except FetchError:
                look()
        assert not broken
        assert order.target.read_bytes() == server.state.entity.content
        assert leftovers(place) == ["file.zip", "receipt.json"]
