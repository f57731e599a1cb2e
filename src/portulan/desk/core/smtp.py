"""One dialogue with a mail server, in the steps that matter: what fails before the last one certainly did not leave."""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from portulan.desk.core.servers import Secrecy, Server

CONNECT, ANSWER, LAST_ANSWER = 30.0, 120.0, 600.0
"""Seconds to wait for a connection, for an answer, and for the one after the mail (RFC 5321, 4.5.3.2)."""
_DONE, _GOES_ON, _FOR_GOOD, _TOO_LARGE = 250, 354, 500, 552
_REASON = 300


class WayError(Exception):
    """The server cannot be reached or does not let us in: nothing is wrong with the mail."""


class RefusedError(Exception):
    """The server will never take this mail; the text is its reason."""


class LaterError(Exception):
    """The server did not take this mail this time; the text is its reason."""


class DoubtError(Exception):
    """The whole mail was handed over and no answer came: it may have left, or not."""


class NotOursError(Exception):
    """The mail is no longer ours to send: another worker has it."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """Between whom a mail travels."""

    sender: str
    recipient: str


class Line:
    """A connection, opened for the first mail and used for those that follow."""

    def __init__(self, server: Server, own_name: str) -> None:
        self._server = server
        self._own_name = own_name
        self._open: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Say goodbye, where somebody is there to hear it."""
        if self._open is not None:
            try:
                self._open.quit()
            except (OSError, smtplib.SMTPException):
                self._open.close()
            self._open = None

    def hand_over(self, envelope: Envelope, message: bytes, commit: Callable[[], bool]) -> str:
        """Hand a mail over and return the answer of the server.

        ``commit`` is called once everything is said but the mail itself: it writes down that the mail is on its way,
        and returns whether it still is ours. Raises `WayError`, `LaterError` or `RefusedError` where the mail certainly
        did not leave, `DoubtError` where nobody can know, `NotOursError` where ``commit`` said no.
        """
        smtp = self._connected()
        try:
            self._address(smtp, envelope)
            if not commit():
                raise NotOursError
            answer = _data(smtp, message)
        except (smtplib.SMTPException, OSError) as error:
            self._drop()
            raise LaterError(reason(error)) from error
        except (RefusedError, LaterError):
            raise
        except BaseException:
            # The server may still expect the mail: only a closed line tells it that none comes.
            self._drop()
            raise
        return answer

    def _drop(self) -> None:
        if self._open is not None:
            self._open.close()
            self._open = None

    def _connected(self) -> smtplib.SMTP:
        """Return an open line; a line that the server closed meanwhile is opened again."""
        if self._open is not None:
            try:
                if self._open.rset()[0] == _DONE:
                    return self._open
            except (OSError, smtplib.SMTPException):
                pass
            self._drop()
        try:
            self._open = self._dial()
        except (OSError, smtplib.SMTPException) as error:
            raise WayError(reason(error)) from error
        return self._open

    def _dial(self) -> smtplib.SMTP:
        server = self._server
        trusted = ssl.create_default_context()
        if server.secrecy is Secrecy.DIRECT:
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, self._own_name, timeout=CONNECT, context=trusted
            )
        else:
            smtp = smtplib.SMTP(server.host, server.port, self._own_name, timeout=CONNECT)
        try:
            if smtp.sock is not None:
                smtp.sock.settimeout(ANSWER)
            if server.secrecy is Secrecy.STARTTLS:
                smtp.starttls(context=trusted)
            smtp.ehlo_or_helo_if_needed()
            if server.user:
                smtp.login(server.user, server.password)
        except BaseException:
            smtp.close()
            raise
        return smtp

    def _address(self, smtp: smtplib.SMTP, envelope: Envelope) -> None:
        """Say from whom to whom, up to the word after which the mail itself is expected."""
        options: list[str] = []
        if not (envelope.sender.isascii() and envelope.recipient.isascii()):
            if not smtp.has_extn("smtputf8"):
                raise RefusedError("the mail server takes no address with letters beyond ASCII (SMTPUTF8)")
            options = ["SMTPUTF8"]
        code, said = smtp.mail(envelope.sender, options)
        if code != _DONE:
            # Who may send is a matter between us and the server: to mend it, the settings change, and not the mail.
            raise (RefusedError if code == _TOO_LARGE else LaterError)(_words(code, said))
        _judge(*smtp.rcpt(envelope.recipient), fine=(_DONE, 251, 252))
        _judge(*smtp.docmd("DATA"), fine=(_GOES_ON,))


def _data(smtp: smtplib.SMTP, message: bytes) -> str:
    """Send the mail itself. As long as its last bytes are not out, it did not leave."""
    smtp.send(re.sub(rb"(?m)^\.", b"..", message.removesuffix(b"\r\n")) + b"\r\n.\r\n")
    if smtp.sock is not None:
        smtp.sock.settimeout(LAST_ANSWER)
    try:
        code, said = smtp.getreply()
    except (OSError, smtplib.SMTPException) as error:
        raise DoubtError(reason(error)) from error
    if smtp.sock is not None:
        smtp.sock.settimeout(ANSWER)
    _judge(code, said, fine=range(200, 300))
    return _words(code, said)


def _judge(code: int, said: bytes, fine: tuple[int, ...] | range) -> None:
    if code in fine:
        return
    if code >= _FOR_GOOD:
        raise RefusedError(_words(code, said))
    raise LaterError(_words(code, said))


def _words(code: int, said: bytes) -> str:
    return f"{code} {said.decode('utf-8', 'replace')}"[:_REASON]


def reason(error: Exception) -> str:
    """Return an error in words for the log and for whoever runs the site."""
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
        return _words(error.smtp_code, said if isinstance(said, bytes) else str(said).encode())
    if isinstance(error, socket.gaierror):
        return "the name of the mail server is not known"
    return (str(error) or type(error).__name__)[:_REASON]
