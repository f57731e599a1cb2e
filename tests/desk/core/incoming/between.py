"""What stands between a program and its mailbox in tests: passes all on, until what a test waits for comes by."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator


@contextlib.contextmanager
def between(port: int, word: bytes, act: Callable[[], bool]) -> Iterator[int]:
    """Listen before a server; at the first command that holds `word`, act, and pass on no more where that is false."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.2)
        stop = threading.Event()
        thread = threading.Thread(target=_serve, args=(listening, port, word, act, stop), daemon=True)
        thread.start()
        yield listening.getsockname()[1]
        stop.set()
        thread.join(5)


def _serve(listening: socket.socket, port: int, word: bytes, act: Callable[[], bool], stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            client, _ = listening.accept()
        except TimeoutError:
            continue
        client.settimeout(None)
        server = socket.create_connection(("127.0.0.1", port))
        threading.Thread(target=_pass, args=(server, client, b"", lambda: True), daemon=True).start()
        threading.Thread(target=_pass, args=(client, server, word, act), daemon=True).start()


def _pass(one: socket.socket, other: socket.socket, word: bytes, act: Callable[[], bool]) -> None:
    with contextlib.suppress(OSError):
        while data := one.recv(65_536):
            if word and word in data and not act():
                return
            other.sendall(data)
        other.shutdown(socket.SHUT_WR)
