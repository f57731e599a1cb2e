"""A peer that speaks as ClamAV's daemon does, on loopback."""

from __future__ import annotations

import socket
import socketserver
import struct
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

VIRUS = b"a test virus"


@dataclass
class Daemon:
    """What the peer was sent, and what it says whatever it is sent."""

    port: int
    seen: list[bytes] = field(default_factory=list)
    says: bytes = b""


class Stream(socketserver.BaseRequestHandler):
    """Reads one INSTREAM."""

    def handle(self) -> None:
        peer: socket.socket = self.request
        with peer.makefile("rb") as file:
            assert file.read(10) == b"zINSTREAM\0"
            data = b""
            while size := struct.unpack(">I", file.read(4))[0]:
                data += file.read(size)
        daemon: Daemon = self.server.daemon  # type: ignore[attr-defined]
        daemon.seen.append(data)
        said = b"stream: Test.Virus FOUND" if VIRUS in data else b"stream: OK"
        peer.sendall((daemon.says or said) + b"\0")


@pytest.fixture
def daemon() -> Iterator[Daemon]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Stream) as server:
        made = Daemon(server.server_address[1])
        server.daemon = made  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield made
        server.shutdown()
        thread.join()


@pytest.fixture
def socket_file(tmp_path: Path) -> Iterator[str]:
    """The same behind a Unix socket."""
    path = str(tmp_path / "clamd.ctl")
    with socketserver.ThreadingUnixStreamServer(path, Stream) as server:
        server.daemon = Daemon(0)  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield path
        server.shutdown()
        thread.join()
