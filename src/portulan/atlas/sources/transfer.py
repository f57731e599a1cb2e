"""One file over HTTP, whatever the server does: streamed, resumed, retried, capped, checked, then put in place.

Nothing here knows a source. `fetch.py` turns a name into an `Order`; `store.py` owns the files.
HTTP rules are those of RFC 9110: ranges (14), If-Range (13.1.5), Retry-After (10.2.3).
"""

from __future__ import annotations

import email.utils
import errno
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http import HTTPStatus
from typing import IO, NoReturn

import httpx

from portulan import __version__
from portulan.atlas.sources.sound import CHECKED, UnsoundError, check_file, check_start
from portulan.atlas.sources.store import FetchError, Note, Part, Receipt, locked, read_receipt, sha256_of
from portulan.atlas.sources.terms import Order, Tools, check_address, is_loopback

TOOL = f"portulan/{__version__}"
PASSING_STATUSES = frozenset({408, 429, 500, 502, 503, 504})
_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+|\*)")
_UNSATISFIED = re.compile(r"bytes \*/(\d+)")


class _PassingError(Exception):
    """A fault that a later try may not meet; ``wait`` is what the server asked for."""

    def __init__(self, text: str, wait: float | None = None) -> None:
        super().__init__(text)
        self.wait = wait


def download(order: Order, tools: Tools) -> Receipt:
    """Bring the file of the order to its place and return its receipt.

    The old copy, if any, is replaced in one step after the new one is whole and checked; on any error it is as it
    was, and what was received stays in ``<file>.part`` for the next run unless it is known to be wrong.

    Raises:
        FetchError: with the reason and what to do.
    """
    check_address(order.url, order.url)
    try:
        order.target.parent.mkdir(parents=True, exist_ok=True)
        with locked(order.target), _client(order, tools) as client:
            return _Transfer(order, tools, client).run()
    except OSError as fault:
        raise FetchError(
            f"cannot write in {order.target.parent} ({fault.strerror or fault})",
            todo="choose another place with --to or PORTULAN_DATA",
        ) from fault


def _client(order: Order, tools: Tools) -> httpx.Client:
    return httpx.Client(
        follow_redirects=False,
        timeout=tools.limits.timeout,
        trust_env=not is_loopback(order.url),  # proxies are for the outside
        headers={"User-Agent": TOOL, "Accept": "*/*", "Accept-Encoding": "identity"},
    )


class _Transfer:
    """The state of one download: the part, the failures in a row, the most bytes ever held."""

    def __init__(self, order: Order, tools: Tools, client: httpx.Client) -> None:
        self.order, self.tools, self.client = order, tools, client
        self.part = Part(order.target)
        self.old = self._current()
        self.sure_of_end = True
        self.asked = False

    def run(self) -> Receipt:
        """Try until the file is whole and right, or until it is useless to go on."""
        if self.old and self.order.sha256 and sha256_of(self.order.target) == self.order.sha256:
            return self.old
        failures, most = 0, self.part.size()
        while True:
            try:
                note = self._attempt()
                return self.old if note is None and self.old else self._accept(note)
            except OSError as fault:
                raise self._disk(fault) from fault
            except _PassingError as fault:
                size = self.part.size()
                failures = 1 if size >= most + self.tools.limits.renewed_by else failures + 1
                most = max(most, size)
                if failures >= self.tools.limits.tries:
                    raise FetchError(
                        f"{self.order.url}: {fault}, {failures} times in a row",
                        todo=f"run the same command later{self._kept()}",
                    ) from fault
                self._wait(fault, failures)
            finally:
                self.tools.progress.end()

    # --- one try ---------------------------------------------------------------------------------------------

    def _attempt(self) -> Note | None:
        """Ask once and write what comes; return the entity when it is whole, None when the old copy is the newest."""
        self.sure_of_end = True
        note, have = self._start()
        if note and note.total == have:
            return note  # all bytes are there: only the last step was missing
        with self._open(self._headers(note, have)) as response:
            status = response.status_code
            if status == HTTPStatus.NOT_MODIFIED and self.old:
                self._unchanged()
                return None
            if status == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE and note:
                return self._past_the_end(response, note, have)
            if status == HTTPStatus.PARTIAL_CONTENT and note:
                return self._write(response, self._continued(response, note, have), have)
            if status == HTTPStatus.OK:
                return self._write(response, self._entity(response), 0)
            return self._refused(response)

    def _start(self) -> tuple[Note | None, int]:
        return self.part.begun(self.order.url, vouched=self.order.sha256 is not None)

    def _headers(self, note: Note | None, have: int) -> dict[str, str]:
        if note:
            headers = {"Range": f"bytes={have}-"}
            return headers | ({"If-Range": note.validator} if note.validator else {})
        headers = {}
        if self.old and self.old.etag:
            headers["If-None-Match"] = self.old.etag
        elif self.old and self.old.last_modified:
            headers["If-Modified-Since"] = self.old.last_modified
        return headers

    @contextmanager
    def _open(self, headers: dict[str, str]) -> Iterator[httpx.Response]:
        """Send the request, follow few and safe redirects, and turn faults of the line into passing ones."""
        url = httpx.URL(self.order.url)
        try:
            for _ in range(self.tools.limits.redirects + 1):
                check_address(str(url), self.order.url)
                with self.client.stream("GET", url, headers=headers) as response:
                    if not response.has_redirect_location:
                        yield response
                        return
                    url = url.join(response.headers["Location"])
        except httpx.TimeoutException as fault:
            raise _PassingError(f"no answer within {self.tools.limits.timeout:g} seconds") from fault
        except httpx.TransportError as fault:
            raise self._line(fault) from fault
        except httpx.InvalidURL as fault:
            raise self._stop(f"the server redirects to something that is no address ({fault})") from fault
        raise self._stop(f"{self.order.url} redirects more than {self.tools.limits.redirects} times")

    def _write(self, response: httpx.Response, note: Note, have: int) -> Note:
        """Write the body after ``have`` bytes, within what the disk and good sense allow."""
        cap = self._cap(note, have)
        # Without length nor chunks, the end of the answer and a cut look the same.
        self.sure_of_end = note.total is not None or "chunked" in response.headers.get("Transfer-Encoding", "").lower()
        with self.part.resume() if have else self.part.begin(note) as out:
            self.tools.progress.begin(have, note.total)
            for block in self._blocks(response):
                if not have:
                    self._check_start(block, response.headers.get("Content-Type", ""))
                have += len(block)
                if have > cap:
                    self.part.discard()
                    raise self._stop(f"the server sends more than the {cap:,} bytes it may")
                if have > self.tools.limits.unasked and note.total is None and not self.order.expected:
                    self._ask(None)
                _write_all(out, block)
                self.tools.progress.advance(len(block))
        if note.total is not None and have != note.total:
            raise _PassingError(f"the connection was cut after {have:,} of {note.total:,} bytes")
        return note

    def _blocks(self, response: httpx.Response) -> Iterator[bytes]:
        """Give the bytes as they come, and give up on a server that drips."""
        clock, limits = self.tools.clock, self.tools.limits
        since, seen = clock.steady(), 0
        for block in response.iter_raw():
            yield block
            seen += len(block)
            now = clock.steady()
            if now - since >= limits.patience:
                if seen < limits.slowest * (now - since):
                    raise _PassingError(f"the server sends less than {limits.slowest:g} bytes a second")
                since, seen = now, 0

    def _cap(self, note: Note, have: int) -> int:
        """Return how long the file may become, after asking the disk and the user."""
        limits, expected = self.tools.limits, self.order.expected
        believed = limits.surprise * expected + limits.margin if expected else limits.ceiling
        size = expected if note.total is None else note.total
        remaining = None if size is None else max(0, size - have)
        free = self.tools.free(self.order.target.parent)
        if note.total is not None and note.total > believed:
            raise self._stop(f"the server announces {note.total:,} bytes, far more than the {believed:,} it may")
        if remaining is not None and remaining + limits.margin > free:
            raise FetchError(
                f"{remaining:,} bytes are to come and {free:,} are free in {self.order.target.parent}",
                todo="free some space, or choose another place with --to or PORTULAN_DATA",
            )
        if remaining is not None and remaining > limits.unasked:
            self._ask(remaining)
        return note.total if note.total is not None else min(believed, have + max(0, free - limits.margin))

    def _ask(self, remaining: int | None) -> None:
        if not self.asked:
            self.tools.consent(remaining)
        self.asked = True

    # --- what an answer means --------------------------------------------------------------------------------

    def _entity(self, response: httpx.Response) -> Note:
        """Return what the part will remember of this answer."""
        encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
        if encoding not in {"", "identity"} and self.order.target.suffix != ".gz":
            # Its length and ranges would be those of another file than the one published.
            raise self._stop(f"the server sends the file re-encoded ({encoding}) though we asked for it as it is")
        length = response.headers.get("Content-Length", "")
        etag, modified = response.headers.get("ETag", ""), response.headers.get("Last-Modified", "")
        return Note(self.order.url, etag, modified, int(length) if length.isdecimal() else None)

    def _continued(self, response: httpx.Response, note: Note, have: int) -> Note:
        """Return the note of the whole, or forget the bytes where this answer does not continue them."""
        said = _RANGE.fullmatch(response.headers.get("Content-Range", ""))
        total = int(said[3]) if said and said[3] != "*" else note.total
        etag = response.headers.get("ETag", note.etag)
        if not said or int(said[1]) != have or total != (note.total or total) or (note.etag and etag != note.etag):
            self.part.discard()
            raise _PassingError("the server continued another file than the one begun", wait=0)
        return Note(note.url, note.etag, note.last_modified, total)

    def _past_the_end(self, response: httpx.Response, note: Note, have: int) -> Note:
        """Nothing is left to send: whole if the server's length is what we hold and nothing contradicts it."""
        said = _UNSATISFIED.fullmatch(response.headers.get("Content-Range", ""))
        same = response.headers.get("ETag", note.etag) == note.etag
        if said and int(said[1]) == have and note.total is None and note.validator and same:
            return note
        self.part.discard()
        raise _PassingError("the file on the server is no longer the one begun", wait=0)

    def _unchanged(self) -> None:
        """The server says that the old copy is the newest: believe it only if that copy is still what it was."""
        if self.old and sha256_of(self.order.target) != self.old.sha256:
            self.old = None
            raise _PassingError("the copy here is no longer what was pulled", wait=0)
        self.part.discard()

    def _refused(self, response: httpx.Response) -> NoReturn:
        status = response.status_code
        said = f"{self.order.url}: the server answers {status} {response.reason_phrase}".rstrip()
        if status in PASSING_STATUSES:
            raise _PassingError(
                f"the server answers {status} {response.reason_phrase}".rstrip(), self._asked_wait(response)
            )
        if status in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}:
            raise self._stop(f"{said}: this vintage is not there, or the address has changed")
        if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
            raise self._stop(f"{said}: the producer does not let a program take this file")
        raise self._stop(said)

    def _asked_wait(self, response: httpx.Response) -> float | None:
        """Return the seconds of ``Retry-After`` (a number or a date), nothing where it is absent or unreadable."""
        text = response.headers.get("Retry-After", "").strip()
        if text.isdecimal():
            seconds = float(text)
        else:
            try:
                when = email.utils.parsedate_to_datetime(text)
            except (ValueError, OverflowError):
                return None
            seconds = when.replace(tzinfo=when.tzinfo or UTC).timestamp() - self.tools.clock.now()
        if seconds > self.tools.limits.longest_asked:
            raise FetchError(
                f"{self.order.url}: the server asks to wait {seconds:,.0f} seconds",
                todo=f"run the same command after that{self._kept()}",
            )
        return seconds if seconds > 0 else None

    # --- the end ---------------------------------------------------------------------------------------------

    def _accept(self, note: Note | None) -> Receipt:
        """Check the whole file and put it in place."""
        order = self.order
        self.tools.progress.say("Checking the file ...")
        digest = sha256_of(self.part.path)
        if order.sha256 and digest != order.sha256:
            self.part.discard()
            raise self._stop(f"the file has SHA-256 {digest}, {order.sha256} was expected")
        try:
            check_file(self.part.path, order.target.name)
        except UnsoundError as fault:
            if not self.sure_of_end:
                raise _PassingError(f"the connection was cut ({fault})") from fault
            self.part.discard()
            raise self._stop(f"{order.url}: {fault}") from fault
        if not self.sure_of_end and not order.sha256 and order.target.suffix.lower() not in CHECKED:
            raise self._stop("the server does not say how long the file is, so that a cut would not be seen")
        receipt = Receipt(
            source=order.source,
            url=order.url,
            file=order.target.name,
            length=self.part.size(),
            sha256=digest,
            vouched=order.sha256 is not None,
            etag=note.etag if note else "",
            last_modified=note.last_modified if note else "",
            fetched_at=datetime.fromtimestamp(self.tools.clock.now(), UTC).isoformat(timespec="seconds"),
            tool=TOOL,
        )
        self.part.install(receipt, order.receipt)
        return receipt

    def _current(self) -> Receipt | None:
        """Return the receipt of the old copy if that copy may be the one ordered."""
        old, target = read_receipt(self.order.receipt), self.order.target
        if old is None or old.url != self.order.url or not target.is_file() or target.stat().st_size != old.length:
            return None
        return None if self.order.sha256 and self.order.sha256 != old.sha256 else old

    # --- faults ----------------------------------------------------------------------------------------------

    def _check_start(self, head: bytes, content_type: str) -> None:
        try:
            check_start(head, self.order.target.name, content_type)
        except UnsoundError as fault:
            self.part.discard()
            raise self._stop(f"{self.order.url}: {fault}") from fault

    def _stop(self, problem: str) -> FetchError:
        page = f"look at {self.order.homepage}, " if self.order.homepage else ""
        return FetchError(
            problem, todo=f"{page}take the file by hand or give its address with --url; nothing was replaced"
        )

    def _line(self, fault: httpx.TransportError) -> Exception:
        cause: BaseException | None = fault
        while cause is not None:
            if isinstance(cause, ssl.SSLCertVerificationError):
                return self._stop(f"{self.order.url}: the server cannot prove who it is ({cause.verify_message})")
            cause = cause.__cause__ or cause.__context__
        if isinstance(fault, httpx.UnsupportedProtocol):
            return self._stop(f"{self.order.url}: {fault}")
        what = "could not be made" if isinstance(fault, httpx.ConnectError | httpx.ProxyError) else "was cut"
        return _PassingError(f"the connection {what} ({fault or type(fault).__name__})")

    def _disk(self, fault: OSError) -> FetchError:
        full = fault.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
        where = self.order.target.parent
        return FetchError(
            f"the disk is full: {where}" if full else f"cannot write in {where} ({fault.strerror or fault})",
            todo=f"free some space or choose another place, then run the same command{self._kept()}",
        )

    def _kept(self) -> str:
        note, have = self._start()
        return f"; {have:,} bytes are kept in {self.part.path} and the download goes on from there" if note else ""

    def _wait(self, fault: _PassingError, failures: int) -> None:
        limits = self.tools.limits
        if fault.wait == 0:
            return
        backoff = min(limits.longest_wait, limits.first_wait * 2 ** (failures - 1)) * (0.5 + self.tools.jitter() / 2)
        seconds = max(fault.wait or 0.0, backoff)
        self.tools.progress.say(f"{fault}; trying again in {seconds:.0f} s ({failures + 1} of {limits.tries})")
        self.tools.clock.sleep(seconds)


def _write_all(out: IO[bytes], block: bytes) -> None:
    # Unbuffered, so that a kill loses nothing; the system may then take a block in several pieces.
    view = memoryview(block)
    while view:
        view = view[out.write(view) :]
