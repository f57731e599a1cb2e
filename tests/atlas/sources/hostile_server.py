"""A real HTTP server on loopback that does what bad networks and bad servers do, one act a request.

``HostileServer(content)`` answers well unless acts are queued with ``then(act, ...)``: each request takes the next one.
An act is a function of the request handler. Requests are recorded. ``before`` is called at the start of each request.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType

Act = Callable[["Handler"], None]


@dataclass
class Request:
    """What the server was asked."""

    method: str
    path: str
    headers: dict[str, str]


@dataclass
class Entity:
    """What it serves when it behaves."""

    content: bytes
    etag: str = '"one"'
    modified: str = "Mon, 05 Jan 2026 10:00:00 GMT"
    kind: str = "application/octet-stream"


@dataclass
class State:
    entity: Entity
    acts: deque[Act] = field(default_factory=deque)
    requests: list[Request] = field(default_factory=list)
    before: Callable[[], None] = lambda: None
    stop: threading.Event = field(default_factory=threading.Event)


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    state: State

    def do_GET(self) -> None:
        state = self.state
        state.requests.append(Request("GET", self.path, {k.lower(): v for k, v in self.headers.items()}))
        state.before()
        act = state.acts.popleft() if state.acts else well
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            act(self)

    def log_message(self, *args: object) -> None:
        pass

    def head(self, status: int, **headers: str | int) -> None:
        """Send status and headers as given, nothing added but the date."""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), str(value))
        self.end_headers()

    def validators(self) -> dict[str, str | int]:
        entity = self.state.entity
        found: dict[str, str | int] = {"Content_Type": entity.kind}
        if entity.etag:
            found["ETag"] = entity.etag
        if entity.modified:
            found["Last_Modified"] = entity.modified
        return found

    def wanted(self) -> int:
        """Return the first byte asked for, honouring If-Range; 0 for all."""
        entity, asked = self.state.entity, self.headers.get("Range", "")
        condition = self.headers.get("If-Range")
        if condition is not None and condition not in (entity.etag, entity.modified):
            return 0
        return int(asked.removeprefix("bytes=").removesuffix("-")) if asked else 0

    def drop(self, *, reset: bool = False) -> None:
        """Close the line in the middle, politely or with a reset."""
        self.close_connection = True
        with contextlib.suppress(OSError):
            self.wfile.flush()
            if reset:
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            else:
                self.connection.shutdown(socket.SHUT_RDWR)
            self.rfile.close()  # it holds the line open
            self.connection.close()


class HostileServer:
    """The server, in a thread, for the time of a ``with``."""

    def __init__(
        self, content: bytes = b"", kind: str = "application/octet-stream", certificate: Path | None = None
    ) -> None:
        self.state = State(Entity(content, kind=kind))
        handler = type("BoundHandler", (Handler,), {"state": self.state})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self._server.handle_error = lambda *_: None  # type: ignore[method-assign]
        self._scheme = "http"
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
            self._scheme = "https"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)

    def __enter__(self) -> HostileServer:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.state.stop.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def url(self, path: str = "/file.zip") -> str:
        return f"{self._scheme}://127.0.0.1:{self._server.server_port}{path}"

    def then(self, *acts: Act) -> None:
        self.state.acts.extend(acts)

    @property
    def requests(self) -> list[Request]:
        return self.state.requests


# --- acts --------------------------------------------------------------------------------------------------------


def well(handler: Handler) -> None:
    """Behave: conditional requests, ranges, 416."""
    entity = handler.state.entity
    fresh = {handler.headers.get("If-None-Match"), handler.headers.get("If-Modified-Since")}
    if (entity.etag and entity.etag in fresh) or (entity.modified and entity.modified in fresh):
        handler.head(304, **handler.validators())
        return
    start, size = handler.wanted(), len(entity.content)
    if start == 0:
        handler.head(200, Content_Length=size, **handler.validators())
    elif start >= size:
        handler.head(416, Content_Range=f"bytes */{size}", Content_Length=0, **handler.validators())
        return
    else:
        span = f"bytes {start}-{size - 1}/{size}"
        handler.head(206, Content_Range=span, Content_Length=size - start, **handler.validators())
    handler.wfile.write(entity.content[start:])


def cut(after: int, *, reset: bool = False) -> Act:
    """Begin well, and drop the line after so many bytes."""

    def act(handler: Handler) -> None:
        content, start = handler.state.entity.content, handler.wanted()
        size = len(content)
        if start >= size:
            return well(handler)
        if start:
            span = f"bytes {start}-{size - 1}/{size}"
            handler.head(206, Content_Range=span, Content_Length=size - start, **handler.validators())
        else:
            handler.head(200, Content_Length=size, **handler.validators())
        handler.wfile.write(content[start : start + min(after, size - start - 1)])
        handler.drop(reset=reset)
        return None

    return act


def silent_drop(handler: Handler) -> None:
    """Close without a word."""
    handler.drop(reset=True)


def garbage(handler: Handler) -> None:
    """Answer something that is no HTTP."""
    handler.wfile.write(b"\x00\x01 hello\r\n\r\n")
    handler.drop()


def status(code: int, **headers: str | int) -> Act:
    """Answer a status with a small page."""

    def act(handler: Handler) -> None:
        body = b"<html>sorry</html>"
        handler.head(code, Content_Length=len(body), Content_Type="text/html", **headers)
        handler.wfile.write(body)

    return act


def says_more(extra: int) -> Act:
    """Announce more bytes than there are, send those there are, close."""

    def act(handler: Handler) -> None:
        content = handler.state.entity.content
        handler.head(200, Content_Length=len(content) + extra, **handler.validators())
        handler.wfile.write(content)
        handler.drop()

    return act


def says_less(fewer: int) -> Act:
    """Announce fewer bytes than are sent."""

    def act(handler: Handler) -> None:
        content = handler.state.entity.content
        handler.head(200, Content_Length=len(content) - fewer, **handler.validators())
        handler.wfile.write(content)
        handler.drop()

    return act


def announces(size: int) -> Act:
    """Announce any size, send nothing."""

    def act(handler: Handler) -> None:
        handler.head(200, Content_Length=size, **handler.validators())
        handler.drop()

    return act


def ignores_range(handler: Handler) -> None:
    """Send everything whatever was asked."""
    content = handler.state.entity.content
    handler.head(200, Content_Length=len(content), **handler.validators())
    handler.wfile.write(content)


def wrong_range(handler: Handler) -> None:
    """Answer 206 with other bytes than those asked."""
    content = handler.state.entity.content
    start = max(0, handler.wanted() - 7)
    span = f"bytes {start}-{len(content) - 1}/{len(content)}"
    handler.head(206, Content_Range=span, Content_Length=len(content) - start, **handler.validators())
    handler.wfile.write(content[start:])


def short_range(fewer: int) -> Act:
    """Answer 206 for the whole rest, but with fewer bytes, and say so in the length only."""

    def act(handler: Handler) -> None:
        content, start = handler.state.entity.content, handler.wanted()
        span = f"bytes {start}-{len(content) - 1}/{len(content)}"
        handler.head(206, Content_Range=span, Content_Length=len(content) - start - fewer, **handler.validators())
        handler.wfile.write(content[start : len(content) - fewer])

    return act


def mixed_range(handler: Handler) -> None:
    """Ignore If-Range: continue with the bytes of another entity, under its own ETag."""
    content, start = handler.state.entity.content, int(handler.headers["Range"][6:-1])
    span = f"bytes {start}-{len(content) - 1}/{len(content)}"
    handler.head(206, Content_Range=span, Content_Length=len(content) - start, **handler.validators())
    handler.wfile.write(content[start:])


def unsatisfied(handler: Handler) -> None:
    """Refuse any range."""
    size = len(handler.state.entity.content)
    handler.head(416, Content_Range=f"bytes */{size}", Content_Length=0)


def no_length(after: int | None = None) -> Act:
    """Say no length and end by closing: a cut (``after`` bytes) looks like the end."""

    def act(handler: Handler) -> None:
        handler.close_connection = True
        handler.head(200, Connection="close", **handler.validators())
        handler.wfile.write(handler.state.entity.content[:after])
        handler.drop()

    return act


def chunked(after: int | None = None) -> Act:
    """Say no length but send chunks; with ``after``, stop without the last one."""

    def act(handler: Handler) -> None:
        content = handler.state.entity.content[:after]
        handler.head(200, Transfer_Encoding="chunked", **handler.validators())
        for at in range(0, len(content), 1000):
            piece = content[at : at + 1000]
            handler.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
        if after is None:
            handler.wfile.write(b"0\r\n\r\n")
        else:
            handler.drop()

    return act


def endless(block: bytes = b"PK" * 32768) -> Act:
    """Send chunks for ever."""

    def act(handler: Handler) -> None:
        handler.head(200, Transfer_Encoding="chunked", **handler.validators())
        while not handler.state.stop.is_set():
            handler.wfile.write(b"%x\r\n%s\r\n" % (len(block), block))

    return act


def large(size: int, block: bytes = bytes(1 << 16)) -> Act:
    """Send so many bytes made on the fly."""

    def act(handler: Handler) -> None:
        handler.head(200, Content_Length=size, **handler.validators())
        for _ in range(size // len(block)):
            handler.wfile.write(block)

    return act


def drips(every: float, piece: int = 1) -> Act:
    """Send a little at a time."""

    def act(handler: Handler) -> None:
        content = handler.state.entity.content
        handler.head(200, Content_Length=len(content), **handler.validators())
        for at in range(0, len(content), piece):
            handler.wfile.write(content[at : at + piece])
            if handler.state.stop.wait(every):
                return

    return act


def hangs_after(count: int) -> Act:
    """Send a little and then nothing, with the line open."""

    def act(handler: Handler) -> None:
        content = handler.state.entity.content
        handler.head(200, Content_Length=len(content), **handler.validators())
        handler.wfile.write(content[:count])
        handler.state.stop.wait(20)

    return act


def body(content: bytes, **headers: str | int) -> Act:
    """Send other content under status 200."""

    def act(handler: Handler) -> None:
        handler.head(200, Content_Length=len(content), **headers)
        handler.wfile.write(content)

    return act


def redirect(to: str, code: int = 302) -> Act:
    """Send elsewhere."""

    def act(handler: Handler) -> None:
        handler.head(code, Location=to, Content_Length=0)

    return act
