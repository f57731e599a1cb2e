"""What a server may answer: statuses, lies about length, things that are not the file, redirects."""

from __future__ import annotations

import email.utils
import gzip
import hashlib
import shutil
import subprocess
from pathlib import Path

import pytest

from portulan.atlas.sources.fetch import FetchError, Order
from portulan.atlas.sources.terms import check_address
from portulan.atlas.sources.transfer import download
from tests.atlas.sources import hostile_server as acts
from tests.atlas.sources.hostile_server import HostileServer
from tests.atlas.sources.pulling import (
    NOON,
    OLD,
    ZIP,
    FakeClock,
    corrupted,
    leftovers,
    order_at,
    tools,
)

pytestmark = pytest.mark.slow

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


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"<html>", "web page"), (gzip.compress(b"a" * 999, mtime=0)[:-5], "gzip")],
    ids=["page", "cut gzip"],
)
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
