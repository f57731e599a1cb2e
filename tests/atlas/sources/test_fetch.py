"""Pulling a file through everything a real server on loopback can do to us: what arrives is right, or nothing does."""

from __future__ import annotations

import email.utils
import gzip
import hashlib
import io
import json
import random
import shutil
import signal
import subprocess
import sys
import textwrap
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from rich.console import Console

from portulan.atlas.errors import AtlasError, UnknownCodeError
from portulan.atlas.sources import store
from portulan.atlas.sources.fetch import FetchError, Limits, Order, Tools, consent_by, default_tools, order_for, pull
from portulan.atlas.sources.terms import Silent, check_address
from portulan.atlas.sources.transfer import download
from tests.atlas.sources import hostile_server as acts
from tests.atlas.sources.hostile_server import Act, Handler, HostileServer

NOON = 1_767_614_400.0  # 2026-01-05 12:00 UTC
SIZE = 200_000


def make_zip(seed: int = 1, size: int = SIZE) -> bytes:
    """A stored zip of two members: any byte cut or changed shows."""
    rng, out = random.Random(seed), io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in ("one.csv", "two.csv"):
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), rng.randbytes(size // 2))
    return out.getvalue()


ZIP, OTHER, OLD = make_zip(1), make_zip(2), b"the old copy"


class FakeClock:
    """Waits for nothing and remembers what it was asked to wait."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    def now(self) -> float:
        return NOON + sum(self.slept)

    def steady(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


class Told(Silent):
    """Remembers what was said, and looks at the target at every block."""

    def __init__(self, look: Callable[[], None] = lambda: None) -> None:
        self.lines: list[str] = []
        self.look = look

    def say(self, text: str) -> None:
        self.lines.append(text)

    def advance(self, count: int) -> None:
        self.look()


def tools(**changes: Any) -> Tools:
    limits = {"timeout": 2.0, "margin": 0, **changes.pop("limits", {})}
    base: dict[str, Any] = {"free": lambda _: 10**12, "clock": FakeClock(), "jitter": lambda: 1.0}
    return Tools(**{**base, **changes}, limits=Limits(**limits))


@pytest.fixture
def server() -> Iterator[HostileServer]:
    with HostileServer(ZIP) as running:
        yield running


@pytest.fixture
def order(server: HostileServer, tmp_path: Path) -> Order:
    return order_at(server, tmp_path)


def order_at(server: HostileServer, place: Path, name: str = "file.zip", **more: Any) -> Order:
    given = {"source": "test", "url": server.url(f"/{name}"), "homepage": "https://producer.example/data"}
    return Order(**{**given, **more}, target=place / name, receipt=place / "receipt.json")


def part_of(order: Order) -> Path:
    return order.target.with_name(order.target.name + ".part")


def leftovers(place: Path) -> list[str]:
    return sorted(path.name for path in place.iterdir())


# --- the plain way -------------------------------------------------------------------------------------------------


def test_a_file_arrives_with_its_receipt_and_nothing_else_is_left(server: HostileServer, order: Order) -> None:
    receipt = download(order, tools())
    assert order.target.read_bytes() == ZIP
    assert leftovers(order.target.parent) == ["file.zip", "receipt.json"]
    written = json.loads(order.receipt.read_text())
    assert written["sha256"] == hashlib.sha256(ZIP).hexdigest() == receipt.sha256
    assert (written["length"], written["etag"], written["url"]) == (len(ZIP), '"one"', order.url)
    assert written["last_modified"] == "Mon, 05 Jan 2026 10:00:00 GMT"
    assert written["fetched_at"] == "2026-01-05T12:00:00+00:00"
    assert written["tool"].startswith("portulan/")
    assert written["vouched"] is False
    assert server.requests[0].headers["accept-encoding"] == "identity"


def test_a_second_pull_asks_whether_it_changed_and_takes_nothing(server: HostileServer, order: Order) -> None:
    first = download(order, tools())
    assert download(order, tools()) == first
    assert server.requests[1].headers["if-none-match"] == '"one"'
    server.state.entity.content, server.state.entity.etag = OTHER, '"two"'
    server.state.entity.modified = "Tue, 06 Jan 2026 10:00:00 GMT"
    download(order, tools())
    assert order.target.read_bytes() == OTHER


def test_a_copy_damaged_here_is_pulled_again_although_the_server_says_unchanged(
    server: HostileServer, order: Order
) -> None:
    download(order, tools())
    order.target.write_bytes(bytes(len(ZIP)))
    download(order, tools())
    assert order.target.read_bytes() == ZIP


def test_the_new_copy_takes_the_place_of_the_old_in_one_step(order: Order, tmp_path: Path) -> None:
    order.target.write_bytes(OLD)
    reader = tmp_path / "someone is reading the old copy"
    reader.hardlink_to(order.target)
    download(order, tools())
    assert reader.read_bytes() == OLD, "the old bytes were written over"
    assert order.target.read_bytes() == ZIP


# --- cuts and resumption -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reset", [False, True])
def test_a_cut_download_goes_on_where_it_was(server: HostileServer, order: Order, reset: bool) -> None:
    server.then(acts.cut(70_000, reset=reset), acts.cut(50_000, reset=reset))
    told = Told()
    download(order, tools(progress=told))
    assert order.target.read_bytes() == ZIP
    ranges = [request.headers.get("range") for request in server.requests]
    assert ranges[0] is None
    if not reset:  # a reset may take bytes with it
        assert ranges == [None, "bytes=70000-", "bytes=120000-"]
        assert "the connection was cut" in told.lines[0]
    assert all(request.headers["if-range"] == '"one"' for request in server.requests if "range" in request.headers)


def test_a_later_run_goes_on_where_the_first_stopped(server: HostileServer, order: Order) -> None:
    order.target.write_bytes(OLD)
    server.then(acts.cut(70_000), *[acts.silent_drop] * 5)
    with pytest.raises(FetchError, match=r"6 times in a row.*70,000 bytes are kept in .*file\.zip\.part"):
        download(order, tools())
    assert order.target.read_bytes() == OLD
    download(order, tools())
    assert order.target.read_bytes() == ZIP
    assert server.requests[-1].headers["range"] == "bytes=70000-"


def test_progress_renews_patience_so_that_a_long_file_survives_many_cuts(tmp_path: Path) -> None:
    content = make_zip(3, 1_000_000)
    with HostileServer(content) as server:
        server.then(*[acts.cut(50_000)] * 15)
        order = order_at(server, tmp_path)
        download(order, tools(limits={"tries": 3, "renewed_by": 50_000}))
        assert order.target.read_bytes() == content


def test_a_server_that_ignores_ranges_is_taken_from_the_start(server: HostileServer, order: Order) -> None:
    server.then(acts.cut(70_000), acts.ignores_range)
    download(order, tools())
    assert order.target.read_bytes() == ZIP


def changed(content: bytes = OTHER, etag: str = '"two"', act: Act = acts.well) -> Act:
    """The producer publishes another file, then the act."""

    def change(handler: Handler) -> None:
        entity = handler.state.entity
        entity.content, entity.etag, entity.modified = content, etag, "Tue, 06 Jan 2026 10:00:00 GMT"
        act(handler)

    return change


@pytest.mark.parametrize("act", [acts.well, acts.mixed_range], ids=["honours If-Range", "ignores If-Range"])
def test_a_file_that_changes_between_two_tries_is_never_a_mixture(
    server: HostileServer, order: Order, act: Act
) -> None:
    server.then(acts.cut(70_000), changed(act=act))
    download(order, tools())
    assert order.target.read_bytes() == OTHER


def test_a_wrong_range_is_not_believed(server: HostileServer, order: Order) -> None:
    server.then(acts.cut(70_000), acts.wrong_range)
    download(order, tools())
    assert order.target.read_bytes() == ZIP


def test_a_range_shorter_than_it_says_is_a_cut(server: HostileServer, order: Order) -> None:
    server.then(acts.cut(70_000), acts.short_range(50))
    download(order, tools())
    assert order.target.read_bytes() == ZIP
    assert server.requests[2].headers["range"] == f"bytes={len(ZIP) - 50}-"


def test_a_range_refused_starts_again(server: HostileServer, order: Order) -> None:
    server.then(acts.cut(70_000), acts.unsatisfied)
    download(order, tools())
    assert order.target.read_bytes() == ZIP


@pytest.mark.parametrize(("etag", "modified"), [("", ""), ('W/"weak"', "")])
def test_without_a_strong_validator_bytes_of_two_answers_are_not_joined(
    server: HostileServer, order: Order, etag: str, modified: str
) -> None:
    server.state.entity.etag, server.state.entity.modified = etag, modified
    server.then(acts.cut(70_000))
    download(order, tools())
    assert order.target.read_bytes() == ZIP
    assert "range" not in server.requests[1].headers


def test_without_validator_a_known_hash_allows_to_go_on(server: HostileServer, tmp_path: Path) -> None:
    server.state.entity.etag = server.state.entity.modified = ""
    server.then(acts.cut(70_000))
    order = order_at(server, tmp_path, sha256=hashlib.sha256(ZIP).hexdigest())
    assert download(order, tools()).vouched
    assert server.requests[1].headers["range"] == "bytes=70000-"
    assert order.target.read_bytes() == ZIP


def test_a_date_alone_serves_as_validator(server: HostileServer, order: Order) -> None:
    server.state.entity.etag = 'W/"weak"'
    server.then(acts.cut(70_000))
    download(order, tools())
    assert server.requests[1].headers["if-range"] == "Mon, 05 Jan 2026 10:00:00 GMT"
    assert order.target.read_bytes() == ZIP


@pytest.mark.parametrize(
    "sidecar", ["", "{", "[]", '{"url": 1}', '{"url":"x","etag":"","last_modified":"","total":"a"}']
)
def test_a_damaged_sidecar_means_starting_over(server: HostileServer, order: Order, sidecar: str) -> None:
    part_of(order).write_bytes(b"x" * 500)
    part_of(order).with_name("file.zip.part.json").write_text(sidecar)
    download(order, tools())
    assert order.target.read_bytes() == ZIP


def test_a_part_of_another_address_is_not_continued(server: HostileServer, order: Order, tmp_path: Path) -> None:
    server.then(acts.cut(70_000))
    with pytest.raises(FetchError):
        download(order, tools(limits={"tries": 1}))
    download(order_at(server, tmp_path, url=server.url("/mirror.zip")), tools())
    assert "range" not in server.requests[1].headers
    assert order.target.read_bytes() == ZIP


def test_whole_but_never_put_in_place_needs_no_byte_more(server: HostileServer, order: Order) -> None:
    part_of(order).write_bytes(ZIP)
    note = {"url": order.url, "etag": '"one"', "last_modified": "", "total": len(ZIP)}
    part_of(order).with_name("file.zip.part.json").write_text(json.dumps(note))
    download(order, tools())
    assert order.target.read_bytes() == ZIP
    assert server.requests == []


# --- statuses ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", [429, 500, 502, 503, 504])
def test_a_busy_or_broken_server_is_asked_again_later_and_later(server: HostileServer, order: Order, code: int) -> None:
    server.then(*[acts.status(code)] * 4)
    clock = FakeClock()
    download(order, tools(clock=clock))
    assert clock.slept == [1, 2, 4, 8]
    assert order.target.read_bytes() == ZIP


def test_back_off_is_spread_at_random_and_bounded(server: HostileServer, order: Order) -> None:
    server.then(*[acts.status(500)] * 9)
    clock, spread = FakeClock(), iter([0.0, 0.5, 1.0] * 3)
    download(order, tools(clock=clock, jitter=lambda: next(spread), limits={"tries": 10, "longest_wait": 10.0}))
    assert clock.slept == [0.5, 1.5, 4, 4, 7.5, 10, 5, 7.5, 10]


def test_it_gives_up_in_the_end_and_the_old_copy_is_there(server: HostileServer, order: Order) -> None:
    order.target.write_bytes(OLD)
    server.then(*[acts.status(503)] * 20)
    with pytest.raises(FetchError, match="503 Service Unavailable, 6 times in a row"):
        download(order, tools())
    assert len(server.requests) == 6
    assert order.target.read_bytes() == OLD


@pytest.mark.parametrize(
    ("asked", "slept"),
    [
        ("7", [7]),
        (email.utils.formatdate(NOON + 42, usegmt=True), [42]),
        (email.utils.formatdate(NOON - 42, usegmt=True), [1]),  # past: the usual back-off
        ("0", [1]),
        ("soon", [1]),
        ("-5", [1]),
    ],
)
def test_retry_after_is_honoured_as_seconds_or_date(
    server: HostileServer, order: Order, asked: str, slept: list[float]
) -> None:
    server.then(acts.status(429, Retry_After=asked))
    clock = FakeClock()
    download(order, tools(clock=clock))
    assert clock.slept == slept


def test_a_server_that_asks_for_hours_is_left_alone(server: HostileServer, order: Order) -> None:
    server.then(acts.status(503, Retry_After=7200))
    clock = FakeClock()
    with pytest.raises(FetchError, match="asks to wait 7,200 seconds"):
        download(order, tools(clock=clock))
    assert clock.slept == []
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("code", "words"),
    [(404, "this vintage is not there"), (410, "not there"), (403, "does not let a program"), (401, "does not let"),
     (400, "400"), (501, "501"), (206, "206"), (416, "416"), (304, "304")],
)  # fmt: skip
def test_what_will_not_change_is_not_asked_twice_and_says_what_to_do(
    server: HostileServer, order: Order, code: int, words: str
) -> None:
    server.then(acts.status(code))
    with pytest.raises(FetchError, match=words) as caught:
        download(order, tools())
    assert "https://producer.example/data" in str(caught.value)
    assert "--url" in str(caught.value)
    assert len(server.requests) == 1
    assert not order.target.exists()


def test_nobody_at_that_port(tmp_path: Path) -> None:
    with HostileServer(ZIP) as server:
        order = order_at(server, tmp_path)
    with pytest.raises(FetchError, match="connection could not be made"):
        download(order, tools(limits={"tries": 2}))


def test_something_that_is_no_http_is_a_passing_fault(server: HostileServer, order: Order) -> None:
    server.then(acts.garbage, acts.silent_drop)
    download(order, tools())
    assert order.target.read_bytes() == ZIP


# --- lies about length ---------------------------------------------------------------------------------------------


def test_fewer_bytes_than_announced_are_never_taken_for_the_file(server: HostileServer, order: Order) -> None:
    server.then(*[acts.says_more(10)] * 20)
    order.target.write_bytes(OLD)
    with pytest.raises(FetchError, match="times in a row"):
        download(order, tools(limits={"tries": 3}))
    assert order.target.read_bytes() == OLD
    server.state.acts.clear()
    download(order, tools())
    assert order.target.read_bytes() == ZIP


def test_two_lengths_for_one_file_are_not_settled_by_a_guess(tmp_path: Path) -> None:
    # A cache that kept a cut copy says just this: the length of what we hold, under the ETag of the whole.
    content = b"t,i,j,k,v,q\n" * 1000
    with HostileServer(content) as server:
        server.then(acts.says_more(10))
        order = order_at(server, tmp_path, "rows.csv")
        download(order, tools())
        assert [request.headers.get("range") for request in server.requests] == [None, "bytes=12000-", None]
        assert order.target.read_bytes() == content


def test_more_bytes_than_announced_leave_a_cut_archive_which_is_refused(server: HostileServer, order: Order) -> None:
    server.then(acts.says_less(10))
    order.target.write_bytes(OLD)
    with pytest.raises(FetchError, match="damaged or cut"):
        download(order, tools())
    assert order.target.read_bytes() == OLD
    assert leftovers(order.target.parent) == ["file.zip"]
    download(order, tools())
    assert order.target.read_bytes() == ZIP


def test_no_length_but_chunks_is_fine(server: HostileServer, order: Order) -> None:
    server.then(acts.chunked())
    download(order, tools())
    assert order.target.read_bytes() == ZIP


def test_chunks_without_an_end_are_a_cut(server: HostileServer, order: Order) -> None:
    server.then(acts.chunked(70_000))
    download(order, tools())
    assert order.target.read_bytes() == ZIP
    assert server.requests[1].headers["range"] == "bytes=70000-"


def test_neither_length_nor_chunks_the_archive_itself_tells_its_end(server: HostileServer, order: Order) -> None:
    server.then(acts.no_length(70_000), acts.no_length())
    download(order, tools())
    assert order.target.read_bytes() == ZIP


def test_neither_length_nor_chunks_a_plain_file_is_refused_unless_its_hash_is_known(tmp_path: Path) -> None:
    content = b"t,i,j,k,v,q\n" * 1000
    with HostileServer(content) as server:
        server.then(acts.no_length())
        with pytest.raises(FetchError, match="a cut would not be seen"):
            download(order_at(server, tmp_path, "rows.csv"), tools())
        server.then(acts.no_length())
        order = order_at(server, tmp_path, "rows.csv", sha256=hashlib.sha256(content).hexdigest())
        download(order, tools())
        assert order.target.read_bytes() == content


def test_an_endless_answer_does_not_fill_the_disk(server: HostileServer, order: Order) -> None:
    server.then(acts.endless())
    with pytest.raises(FetchError, match="more than the 1,000,000 bytes"):
        download(order, tools(limits={"ceiling": 1_000_000}))
    assert leftovers(order.target.parent) == []
    server.then(acts.endless())
    with pytest.raises(FetchError, match="more than the 500,000 bytes"):
        download(order, tools(free=lambda _: 500_000))


def test_far_more_than_the_passport_expects_is_refused(server: HostileServer, tmp_path: Path) -> None:
    server.then(acts.announces(500_000))
    with pytest.raises(FetchError, match="announces 500,000 bytes, far more"):
        download(order_at(server, tmp_path, expected=100_000), tools())


# --- what is in it -------------------------------------------------------------------------------------------------


def corrupted() -> bytes:
    broken = bytearray(ZIP)
    broken[150_000] ^= 1
    return bytes(broken)


@pytest.mark.parametrize(
    ("content", "kind", "words"),
    [
        (corrupted(), "application/zip", "two.csv does not match its checksum"),
        (ZIP[:-30], "application/zip", "damaged or cut"),
        (b"<!DOCTYPE html><title>Log in</title>", "text/html; charset=utf-8", "a web page came"),
        (b"\xef\xbb\xbf \n<HTML>moved", "application/zip", "a web page came"),
        (b"t,i,j,k,v,q\n", "text/csv", "no .zip file"),
        (b"", "application/zip", "the file is empty"),
        (b"PK\x05\x06" + bytes(18), "application/zip", "holds nothing"),
    ],
    ids=["bit", "cut", "page", "page in disguise", "csv", "empty", "no member"],
)
def test_what_is_no_sound_archive_is_refused_and_not_kept(
    server: HostileServer, order: Order, content: bytes, kind: str, words: str
) -> None:
    order.target.write_bytes(OLD)
    server.then(acts.body(content, Content_Type=kind))
    with pytest.raises(FetchError, match=words):
        download(order, tools())
    assert order.target.read_bytes() == OLD
    assert leftovers(order.target.parent) == ["file.zip"]
    assert len(server.requests) == 1
    download(order, tools())
    assert order.target.read_bytes() == ZIP


def test_a_web_page_is_refused_before_it_is_all_read(server: HostileServer, order: Order) -> None:
    server.then(acts.endless(b"<html>" + b" " * 50_000))
    with pytest.raises(FetchError, match="a web page came"):
        download(order, tools())


@pytest.mark.parametrize(("content", "words"), [(b"<html>", "web page"), (gzip.compress(b"a" * 999)[:-5], "gzip")])
def test_other_kinds_are_looked_at_too(tmp_path: Path, content: bytes, words: str) -> None:
    name = "rows.csv.gz" if words == "gzip" else "rows.csv"
    with HostileServer(content) as server, pytest.raises(FetchError, match=words):
        download(order_at(server, tmp_path, name), tools())


def test_an_unexpected_hash_is_refused(server: HostileServer, tmp_path: Path) -> None:
    order = order_at(server, tmp_path, sha256="0" * 64)
    order.target.write_bytes(OLD)
    with pytest.raises(FetchError, match=f"SHA-256 {hashlib.sha256(ZIP).hexdigest()}, 0000"):
        download(order, tools())
    assert leftovers(tmp_path) == ["file.zip"]
    assert order.target.read_bytes() == OLD


def test_a_file_already_here_with_the_known_hash_needs_no_network(server: HostileServer, tmp_path: Path) -> None:
    order = order_at(server, tmp_path, sha256=hashlib.sha256(ZIP).hexdigest())
    assert download(order, tools()) == download(order, tools())
    assert len(server.requests) == 1


def test_a_file_the_server_encodes_again_is_refused(server: HostileServer, order: Order) -> None:
    server.then(acts.body(gzip.compress(ZIP), Content_Encoding="gzip"))
    with pytest.raises(FetchError, match=r"re-encoded \(gzip\)"):
        download(order, tools())


def test_a_gz_file_labelled_as_encoded_is_kept_as_published(tmp_path: Path) -> None:
    content = gzip.compress(b"a,b\n" * 100)
    with HostileServer() as server:
        server.then(acts.body(content, Content_Encoding="x-gzip"))
        order = order_at(server, tmp_path, "rows.csv.gz")
        download(order, tools())
        assert order.target.read_bytes() == content


# --- redirects and addresses ---------------------------------------------------------------------------------------


def test_a_few_redirects_are_followed(server: HostileServer, order: Order) -> None:
    server.then(acts.redirect("/b.zip"), acts.redirect(server.url("/c.zip"), 308), acts.cut(70_000))
    download(order, tools())
    assert [request.path for request in server.requests] == ["/file.zip", "/b.zip", "/c.zip", "/file.zip"]
    assert order.target.read_bytes() == ZIP


def test_redirects_in_a_loop_end(server: HostileServer, order: Order) -> None:
    server.then(*[acts.redirect("/file.zip")] * 50)
    with pytest.raises(FetchError, match="redirects more than 5 times"):
        download(order, tools())
    assert len(server.requests) == 6


@pytest.mark.parametrize("to", ["http://example.org/file.zip", "ftp://127.0.0.1/file.zip", "file:///etc/passwd"])
def test_a_redirect_off_https_is_not_followed(server: HostileServer, order: Order, to: str) -> None:
    server.then(acts.redirect(to))
    with pytest.raises(FetchError, match="is not an https address"):
        download(order, tools())


@pytest.mark.parametrize("url", ["http://example.org/a", "file:///a", "data.zip", "https://", "https://me:pw@x.org/a"])
def test_only_plain_https_addresses_are_taken(tmp_path: Path, url: str) -> None:
    order = Order("test", url, tmp_path / "sub" / "a.zip", tmp_path / "receipt.json")
    with pytest.raises(FetchError):
        download(order, tools())
    assert leftovers(tmp_path) == []


def test_another_site_may_not_send_us_to_this_machine() -> None:
    with pytest.raises(FetchError):
        check_address("http://127.0.0.1/secret", "https://producer.example/file.zip")
    check_address("https://elsewhere.example/file.zip", "https://producer.example/file.zip")


@pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl to make a certificate with")
def test_a_server_that_cannot_prove_who_it_is_is_refused_at_once(tmp_path: Path) -> None:
    both = tmp_path / "both.pem"
    subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *subject]
    subprocess.run([*command, "-keyout", both, "-out", tmp_path / "cert.pem"], check=True, capture_output=True)
    both.write_bytes(both.read_bytes() + (tmp_path / "cert.pem").read_bytes())
    clock = FakeClock()
    with HostileServer(ZIP, certificate=both) as server:
        with pytest.raises(FetchError, match="cannot prove who it is"):
            download(order_at(server, tmp_path), tools(clock=clock))
        assert server.requests == []
    assert clock.slept == []


# --- slowness ------------------------------------------------------------------------------------------------------


def test_silence_on_the_line_is_a_cut(server: HostileServer, order: Order) -> None:
    server.then(acts.hangs_after(70_000))
    told = Told()
    download(order, tools(progress=told, limits={"timeout": 0.3}))
    assert "no answer within 0.3 seconds" in told.lines[0]
    assert server.requests[1].headers["range"] == "bytes=70000-"
    assert order.target.read_bytes() == ZIP


def test_a_server_that_drips_never_times_out_and_is_cut_all_the_same(server: HostileServer, order: Order) -> None:
    server.then(acts.drips(0.02))
    told = Told()
    download(order, tools(progress=told, limits={"patience": 0.3, "slowest": 1000.0}))
    assert "less than 1000 bytes a second" in told.lines[0]
    assert order.target.read_bytes() == ZIP


# --- cost, consent, disk -------------------------------------------------------------------------------------------


def test_a_large_download_is_told_and_asked_before_its_first_byte(server: HostileServer, order: Order) -> None:
    order.target.write_bytes(OLD)
    asked: list[str] = []

    def answer(text: str) -> bool:
        asked.append(text)
        return len(asked) > 1

    def free(_: Path) -> int:
        return 79_000_000_000

    mine = tools(free=free, consent=consent_by(order, answer, free), limits={"unasked": 100_000})
    with pytest.raises(FetchError, match="as you chose"):
        download(order, mine)
    assert order.target.read_bytes() == OLD
    assert not part_of(order).exists()
    assert asked == [f"This downloads 200.2 kB to {order.target} (79.0 GB free on that disk). Go on?"]
    server.then(acts.cut(20_000))
    download(order, mine)
    assert len(asked) == 2, "asked once a run, whatever the cuts"
    assert order.target.read_bytes() == ZIP


def test_small_downloads_ask_nothing(order: Order) -> None:
    def consent(_: int | None) -> None:
        pytest.fail("asked")

    download(order, tools(consent=consent))


def test_nobody_to_ask_is_a_clear_refusal(order: Order) -> None:
    refuse = consent_by(order, None, lambda _: 10**10)
    with pytest.raises(FetchError, match=r"This downloads 200.2 kB .*nobody is here to agree; run it again with --yes"):
        download(order, tools(consent=refuse, limits={"unasked": 100_000}))


def test_an_unsaid_length_is_asked_when_it_gets_large(server: HostileServer, order: Order) -> None:
    server.then(acts.chunked())
    with pytest.raises(FetchError, match=r"more than 50 MB \(the server does not say how much\)"):
        download(order, tools(consent=consent_by(order, None, lambda _: 10**10), limits={"unasked": 100_000}))


def test_an_unsaid_length_the_passport_knows_is_asked_at_once(server: HostileServer, tmp_path: Path) -> None:
    server.then(acts.chunked())
    order = order_at(server, tmp_path, expected=199_000)
    with pytest.raises(FetchError, match=r"downloads 199\.0 kB"):
        download(order, tools(consent=consent_by(order, None, lambda _: 10**10), limits={"unasked": 100_000}))
    assert not part_of(order).exists()


def test_a_disk_too_small_is_said_before(order: Order) -> None:
    with pytest.raises(FetchError, match=r"200,2\d\d bytes are to come and 150,000 are free .*PORTULAN_DATA"):
        download(order, tools(free=lambda _: 150_000))
    assert leftovers(order.target.parent) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full to write to")
def test_a_full_disk_leaves_the_old_copy(order: Order) -> None:
    order.target.write_bytes(OLD)
    part_of(order).symlink_to("/dev/full")
    with pytest.raises(FetchError, match="the disk is full"):
        download(order, tools())
    assert order.target.read_bytes() == OLD


def test_a_place_where_one_may_not_write(server: HostileServer, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(FetchError, match="cannot write in"):
        download(order_at(server, tmp_path / "file" / "sub"), tools())


# --- other processes -----------------------------------------------------------------------------------------------

RUN = """
import sys
from pathlib import Path
from portulan.atlas.sources.fetch import pull
{extra}
pull("baci", url=sys.argv[1], to=Path(sys.argv[2]), yes=True)
"""


def start(server: HostileServer, target: Path, extra: str = "") -> subprocess.Popen[str]:
    command = [sys.executable, "-c", textwrap.dedent(RUN).format(extra=extra), server.url("/file.zip"), str(target)]
    return subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def wait_for(path: Path, size: int) -> None:
    deadline = time.monotonic() + 30
    while not path.exists() or path.stat().st_size < size:
        assert time.monotonic() < deadline, "no byte came"
        time.sleep(0.01)


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


@pytest.mark.slow
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


@pytest.mark.slow
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


# --- from a name ---------------------------------------------------------------------------------------------------


def test_a_name_becomes_an_address_and_a_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTULAN_DATA", str(tmp_path))
    order = order_for("baci")
    assert order.url == "https://www.cepii.fr/DATA_DOWNLOAD/baci/data/BACI_HS17_V202601.zip"
    assert order.target == tmp_path / "baci" / "V202601-HS17" / "BACI_HS17_V202601.zip"
    assert order.receipt == order.target.with_name("receipt.json")
    assert order.expected == 795_000_000
    older = order_for("baci=hs92", vintage="V202501")
    assert older.url.endswith("/BACI_HS92_V202501.zip")
    assert older.target == tmp_path / "baci" / "V202501-HS92" / "BACI_HS92_V202501.zip"


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: order_for("bacci"), "unknown source 'bacci'; known sources: .*baci"),
        (lambda: order_for("../baci"), "unknown source"),
        (lambda: order_for("baci=HS18"), "unknown edition 'HS18'; editions of baci: HS92, HS96"),
        (lambda: order_for("baci", vintage="../.."), "is no vintage; write it as the producer does, like V202601"),
        (lambda: order_for("baci", sha256="abc"), "is no SHA-256"),
    ],
)
def test_what_is_not_there_is_said(call: Callable[[], object], words: str) -> None:
    with pytest.raises(AtlasError, match=words) as caught:
        call()
    assert isinstance(caught.value, FetchError | UnknownCodeError)


def test_a_source_without_a_file_says_how_to_have_it(tmp_path: Path) -> None:
    text = (Path(store.__file__).parent / "baci" / "passport.toml").read_text(encoding="utf-8")
    head, tables = text.split("[sizes_mb]")
    head = head.replace("https://www.cepii.fr/DATA_DOWNLOAD/baci/data/BACI_{edition}_{vintage}.zip", "")
    (tmp_path / "baci").mkdir()
    path = tmp_path / "baci" / "passport.toml"
    path.write_text(f'{head}by_hand_en = "take it from the shelf"\n[sizes_mb]{tables}', encoding="utf-8")
    with pytest.raises(FetchError, match="baci is not a file to pull; take it from the shelf"):
        order_for("baci", root=tmp_path)


def test_pull_tells_what_it_did(server: HostileServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTULAN_DATA", str(tmp_path))
    out = io.StringIO()
    console = Console(file=out, width=80)
    path = pull("baci=HS22", url=server.url("/BACI_HS22_V202601.zip"), console=console)
    assert path == tmp_path / "baci" / "V202601-HS22" / "BACI_HS22_V202601.zip"
    assert path.read_bytes() == ZIP
    assert f"200.2 kB, SHA-256 {hashlib.sha256(ZIP).hexdigest()}" in out.getvalue()
    pull("baci=HS22", url=server.url("/BACI_HS22_V202601.zip"), console=console)
    assert "is already the newest" in out.getvalue()


def test_to_names_a_file_or_a_folder_and_never_overwrites_what_is_not_ours(
    server: HostileServer, tmp_path: Path
) -> None:
    console = Console(file=io.StringIO())
    assert pull("baci", url=server.url("/b.zip"), to=tmp_path, console=console) == tmp_path / "b.zip"
    assert leftovers(tmp_path) == ["b.zip", "b.zip.receipt.json"]
    thesis = tmp_path / "thesis.zip"
    thesis.write_bytes(b"years of work")
    with pytest.raises(FetchError, match="was not pulled by Portulan"):
        pull("baci", url=server.url("/b.zip"), to=thesis, console=console)
    assert thesis.read_bytes() == b"years of work"


def test_without_a_terminal_the_default_is_to_refuse_large_downloads(order: Order) -> None:
    real = default_tools(order, console=Console(file=io.StringIO()), yes=False)
    with pytest.raises(FetchError, match="nobody is here to agree"):
        real.consent(60_000_000)
    default_tools(order, console=Console(file=io.StringIO()), yes=True).consent(60_000_000)


@pytest.mark.parametrize("terminal", [True, False])
def test_progress_is_a_bar_for_eyes_and_lines_for_logs(
    server: HostileServer, tmp_path: Path, terminal: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portulan.atlas.sources.fetch.LINE_EVERY", 50_000)
    monkeypatch.setenv("TERM", "xterm")
    out = io.StringIO()
    pull("baci", url=server.url(), to=tmp_path, console=Console(file=out, force_terminal=terminal, width=100))
    assert ("━" in out.getvalue()) is terminal
    assert ("\x1b[" in out.getvalue()) is terminal
    assert ("of 200.2 kB (" in out.getvalue()) is not terminal


# --- the store -----------------------------------------------------------------------------------------------------


def test_the_data_folder_follows_the_environment(tmp_path: Path) -> None:
    assert store.data_home({"PORTULAN_DATA": str(tmp_path)}) == tmp_path
    assert store.data_home({"XDG_DATA_HOME": str(tmp_path)}) == tmp_path / "portulan"
    assert store.data_home({"XDG_DATA_HOME": "relative"}) == Path.home() / ".local" / "share" / "portulan"
    assert store.data_home({}) == Path.home() / ".local" / "share" / "portulan"


def test_a_lock_left_by_a_dead_process_does_not_bind(tmp_path: Path) -> None:
    (tmp_path / ".file.zip.lock").write_bytes(b"")
    with store.locked(tmp_path / "file.zip"):
        assert leftovers(tmp_path) == [".file.zip.lock"]
    assert leftovers(tmp_path) == []


def test_a_damaged_receipt_is_no_receipt(tmp_path: Path) -> None:
    path = tmp_path / "receipt.json"
    for text in ("", "{}", "[1]", '{"source": "a", "more": 1}'):
        path.write_text(text)
        assert store.read_receipt(path) is None
