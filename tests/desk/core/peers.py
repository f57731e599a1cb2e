"""Mail servers on loopback, real ones, that answer as a test wants them to."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from portulan.desk.core.servers import Secrecy, Server

FINE = "250 OK"
CUT_BEFORE = "cut before the end of the mail"
CUT_AFTER = "cut after the end of the mail"


@dataclass
class Taken:
    """A mail that the server has: from whom to whom, and what it says."""

    sender: str
    recipients: list[str]
    data: bytes

    @property
    def message(self) -> EmailMessage:
        return cast("EmailMessage", message_from_bytes(self.data, policy=default))

    @property
    def message_id(self) -> str:
        return str(self.message["Message-ID"])


@dataclass
class Peer:
    """What the server does: the next answer of each list, then `250`. ``at`` is told each point that is reached."""

    port: int
    rcpt: list[str] = field(default_factory=list)
    data: list[str] = field(default_factory=list)
    mail: list[str] = field(default_factory=list)
    slow: float = 0.0
    at: Callable[[str], None] = lambda point: None
    taken: list[Taken] = field(default_factory=list)
    connections: int = 0

    def server(self, secrecy: Secrecy = Secrecy.NONE, **login: str) -> Server:
        return Server("localhost" if secrecy is not Secrecy.NONE else "127.0.0.1", self.port, secrecy, **login)

    @property
    def ids(self) -> list[str]:
        """The Message-IDs of what it took, in order."""
        return [one.message_id for one in self.taken]

    async def handle_MAIL(self, _s: SMTP, _n: Session, envelope: Envelope, address: str, _o: list[str]) -> str:
        answer = self.mail.pop(0) if self.mail else FINE
        if answer == FINE:
            envelope.mail_from = address
        return answer

    async def handle_RCPT(self, _s: SMTP, _n: Session, envelope: Envelope, address: str, _o: list[str]) -> str:
        await asyncio.to_thread(self.at, "recipient")
        answer = self.rcpt.pop(0) if self.rcpt else FINE
        if answer == FINE:
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:
        answer = self.data.pop(0) if self.data else FINE
        await asyncio.sleep(self.slow)
        if answer[0] == "2" or answer == CUT_AFTER:
            content = envelope.content
            assert isinstance(content, bytes)
            self.taken.append(Taken(str(envelope.mail_from), list(envelope.rcpt_tos), content))
        await asyncio.to_thread(self.at, "whole mail")
        if answer == CUT_AFTER:
            assert server.transport is not None
            cast("Any", server.transport).abort()
        return answer


class _Server(SMTP):
    """The server of aiosmtpd, which tells when a mail begins, and can hang up in the middle of one."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.event_handler.connections += 1
        super().connection_made(transport)

    async def smtp_DATA(self, arg: str) -> None:
        peer: Peer = self.event_handler
        cut = bool(peer.data) and peer.data[0] == CUT_BEFORE
        await asyncio.to_thread(peer.at, "before the mail")
        if not cut:
            await super().smtp_DATA(arg)
            return
        peer.data.pop(0)
        await self.push("354 go on")
        await self._reader.read(100)
        await asyncio.to_thread(peer.at, "part of the mail")
        cast("Any", self.transport).abort()


class _Controller(Controller):
    def factory(self) -> SMTP:
        return _Server(self.handler, **self.SMTP_kwargs)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def peer(port: int = 0, **how: Any) -> Iterator[Peer]:
    """Run a mail server for as long as the block lasts."""
    made = Peer(port or free_port())
    tls: ssl.SSLContext | None = how.pop("ssl_context", None)
    how.setdefault("enable_SMTPUTF8", True)
    controller = _Controller(made, hostname="127.0.0.1", port=made.port, ssl_context=tls, ready_timeout=20, **how)
    controller.start()
    made.connections = 0  # it knocked at its own door
    try:
        yield made
    finally:
        controller.stop(no_assert=True)


def once_at(wanted: str, act: Callable[[], None]) -> Callable[[str], None]:
    """Return what acts the first time that a point is reached."""
    left = [act]

    def at(point: str) -> None:
        if point == wanted and left:
            left.pop()()

    return at


def opens(user: str, password: str) -> Callable[..., AuthResult]:
    """Return what lets one user in."""

    def authenticator(_s: SMTP, _n: Session, _e: Envelope, _mechanism: str, data: Any) -> AuthResult:
        return AuthResult(success=(data.login, data.password) == (user.encode(), password.encode()), handled=False)

    return authenticator
