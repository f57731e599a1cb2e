"""A client that sends so many requests a second, whatever the answers take.

Standard library only. Requests are sent by threads, each on a connection of its own.
"""

from __future__ import annotations

import re
import socket
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Any
from urllib.parse import urlencode

CLIENTS = 48
_TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="([^"]+)"')
_COOKIE = re.compile(rb"csrftoken=([^;]+);", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Request:
    """One request, and what it counts as."""

    kind: str
    path: str
    headers: Mapping[str, str]
    form: Mapping[str, str] | None = None
    expected: int = 200


@dataclass(frozen=True, slots=True)
class Answered:
    """What came of it: milliseconds from when it should have left; the status, 0 where nothing came."""

    kind: str
    path: str
    milliseconds: float
    status: int
    right: bool


def ask(port: int, request: Request, timeout: float = 60) -> bytes:
    """Send one request and return the whole answer, its head too."""
    body = urlencode(request.form).encode() if request.form is not None else b""
    lines = [
        f"{'GET' if request.form is None else 'POST'} {request.path} HTTP/1.1",
        "Host: localhost",
        "Connection: close",
    ]
    lines += [f"{name}: {value}" for name, value in request.headers.items()]
    if body:
        lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
    parts = []
    with socket.create_connection(("127.0.0.1", port), timeout=timeout) as line:
        line.sendall("\r\n".join([*lines, "", ""]).encode() + body)
        while got := line.recv(1 << 16):
            parts.append(got)
    return b"".join(parts)


def status_of(answer: bytes) -> int:
    """Return the status of an answer."""
    return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/") else 0


def steadily(port: int, requests: Sequence[Request], a_second: float) -> list[Answered]:
    """Send requests at a steady rate; return what came of each."""
    waiting: SimpleQueue[tuple[float, Request] | None] = SimpleQueue()
    done: list[Answered] = []
    threads = [threading.Thread(target=_worker, args=(port, waiting, done.append)) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    start = time.perf_counter() + 0.05
    for place, request in enumerate(requests):
        due = start + place / a_second
        time.sleep(max(0.0, due - time.perf_counter()))
        waiting.put((due, request))
    for _ in threads:
        waiting.put(None)
    for thread in threads:
        thread.join()
    return done


def _worker(port: int, waiting: SimpleQueue[tuple[float, Request] | None], keep: Callable[[Answered], None]) -> None:
    while (told := waiting.get()) is not None:
        due, request = told
        try:
            status = status_of(ask(port, request))
        except OSError:
            status = 0
        taken = 1000 * (time.perf_counter() - due)
        keep(Answered(request.kind, request.path, taken, status, status == request.expected))


def form_token(port: int, path: str, headers: Mapping[str, str]) -> tuple[str, str]:
    """Open a form as a browser does: return its cookie and the token in it."""
    page = ask(port, Request("form", path, headers))
    cookie, token = _COOKIE.search(page), _TOKEN.search(page)
    if cookie is None or token is None:
        raise LookupError(f"{path} answers {status_of(page)} without a form")
    return cookie[1].decode(), token[1].decode()


def pages_of(reader: Mapping[str, Any]) -> list[str]:
    """Return what somebody opens: the views of the inbox, then needs."""
    views = [f"/en/desk/?view={view}" for view in reader["views"]]
    narrowed = ["/fr/desk/?view=post&sector=book", "/en/desk/?view=late&market=FRA"]
    further = [f"/en/desk/?view=closed&after={reader['after']}"] if reader["after"] else []
    return [*views, *narrowed, *further, *(f"/en/desk/questions/{need}/" for need in reader["needs"])]
