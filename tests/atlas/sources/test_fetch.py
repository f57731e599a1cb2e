"""From a name to a file: what it costs, who is asked, where it goes, what is told."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.console import Console

from portulan.atlas.errors import AtlasError, UnknownCodeError
from portulan.atlas.sources import store
from portulan.atlas.sources.fetch import FetchError, Order, consent_by, default_tools, order_for, pull
from portulan.atlas.sources.transfer import download
from tests.atlas.sources import hostile_server as acts
from tests.atlas.sources.hostile_server import HostileServer
from tests.atlas.sources.pulling import (
    OLD,
    ZIP,
    leftovers,
    order_at,
    part_of,
    tools,
)

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
