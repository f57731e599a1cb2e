"""One file from a real server on loopback that cuts, changes, drips: what arrives is right, or nothing does."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from portulan.atlas.sources.fetch import FetchError, Order
from portulan.atlas.sources.transfer import download
from tests.atlas.sources import hostile_server as acts
from tests.atlas.sources.hostile_server import Act, HostileServer
from tests.atlas.sources.pulling import (
    OLD,
    OTHER,
    ZIP,
    Told,
    changed,
    leftovers,
    make_zip,
    order_at,
    part_of,
    tools,
)

pytestmark = pytest.mark.slow

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


def test_without_etag_the_date_asks_whether_it_changed(server: HostileServer, order: Order) -> None:
    server.state.entity.etag = ""
    assert download(order, tools()) == download(order, tools())
    assert server.requests[1].headers["if-modified-since"] == "Mon, 05 Jan 2026 10:00:00 GMT"


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
