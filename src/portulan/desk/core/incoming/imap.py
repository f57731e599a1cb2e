"""Mail fetched from a mailbox (IMAP): kept and committed first, marked as seen only then."""

from __future__ import annotations

import base64
import contextlib
import imaplib
import re
import ssl
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qs, unquote, urlsplit

from django.conf import settings
from django.db import DatabaseError, OperationalError

from portulan.desk.core.incoming import services
from portulan.desk.core.incoming.models import ReceivedMail, Source, State

SECONDS = 30.0
_FAULTS = (OSError, imaplib.IMAP4.error)
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
_SHORT = re.compile(rb'BODY\[\](?:<\d+>)? "((?:[^"\\]|\\.)*)"')
_UID = re.compile(rb"\bUID (\d+)")


class MailboxError(Exception):
    """The mailbox cannot be read; the text says why and which variable to look at. It holds no password."""


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Where mail is fetched: what ``PORTULAN_IMAP`` says."""

    host: str
    port: int
    secure: str
    user: str
    password: str = field(repr=False)
    folder: str = "INBOX"
    move: str = ""
    seconds: float = SECONDS


@dataclass(slots=True)
class Fetched:
    """What one run brought: how many were new, known already, too large; what went wrong, in words."""

    new: int = 0
    known: int = 0
    refused: int = 0
    handled: list[ReceivedMail] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)


def read_address(address: str, password: str = "") -> Mailbox:
    """Read ``imaps://user:password@host:993/INBOX`` or ``imap://...?tls=starttls``. Raises `MailboxError`.

    ``move=Folder`` moves what was fetched there; ``seconds=30`` is how long the server may keep silent.
    """
    try:
        parts = urlsplit(address)
        port, asked = parts.port, {name: values[-1] for name, values in parse_qs(parts.query).items()}
    except ValueError as error:
        raise MailboxError(f"PORTULAN_IMAP is no address: {error}") from error
    secure = "tls" if parts.scheme == "imaps" else asked.get("tls", "")
    if parts.scheme not in ("imap", "imaps") or not parts.hostname:
        raise MailboxError("PORTULAN_IMAP is no address of a mailbox: write it as imaps://user@host/INBOX")
    if secure not in ("tls", "starttls", "none"):
        raise MailboxError(
            "PORTULAN_IMAP would send the password in clear: write imaps://, or add ?tls=starttls"
            " (?tls=none where the server is this machine)"
        )
    if unknown := sorted(set(asked) - {"tls", "move", "seconds"}):
        raise MailboxError(f"PORTULAN_IMAP asks for {unknown[0]}, which is not known: tls, move and seconds are")
    user, password = unquote(parts.username or ""), password or unquote(parts.password or "")
    if not user or not password:
        raise MailboxError("PORTULAN_IMAP names no user, or nothing gives the password: set PORTULAN_IMAP_PASSWORD")
    try:
        seconds = float(asked.get("seconds", SECONDS))
    except ValueError as error:
        raise MailboxError(f"PORTULAN_IMAP: seconds={asked['seconds']} is no number") from error
    return Mailbox(
        host=parts.hostname,
        port=port or (993 if secure == "tls" else 143),
        secure=secure,
        user=user,
        password=password,
        folder=unquote(parts.path.strip("/")) or "INBOX",
        move=asked.get("move", ""),
        seconds=seconds,
    )


def fetch_all() -> Fetched:
    """Fetch every new mail of the mailbox, then handle every mail that waits; for a job each minute.

    Without ``PORTULAN_IMAP`` only what waits is handled. Mail is kept one by one: a run that is cut short leaves the
    rest for the next. Never raises `MailboxError`: what goes wrong is in ``troubles``.
    """
    done = Fetched()
    if settings.PORTULAN_IMAP:
        try:
            box = read_address(settings.PORTULAN_IMAP, settings.PORTULAN_IMAP_PASSWORD)
            _fetch(box, done)
        except MailboxError as error:
            done.troubles.append(str(error))
    done.handled = services.handle_waiting()
    return done


def _fetch(box: Mailbox, done: Fetched) -> None:
    with _opened(box) as server:
        for uid in _new(server, box):
            try:
                _fetch_one(server, box, uid, done)
            except (imaplib.IMAP4.abort, ssl.SSLError, TimeoutError, ConnectionError) as error:
                raise MailboxError(f"{_named(box)} broke off at mail {uid}: {_said(error)}") from error
            except OperationalError as error:
                raise MailboxError(
                    f"mail {uid} waits in the mailbox, for the database failed: {_said(error)}"
                ) from error
            except (*_FAULTS, DatabaseError) as error:
                # It keeps its place in the mailbox: the next run meets it again. The others must not wait for it.
                done.troubles.append(f"mail {uid} of the mailbox was not kept: {_said(error)}")


@contextlib.contextmanager
def _opened(box: Mailbox) -> Iterator[imaplib.IMAP4]:
    """Open the mailbox, and leave it whatever happens."""
    server: imaplib.IMAP4 | None = None
    try:
        server = _connect(box)
        try:
            _log_in(server, box)
            # What a server can do it says in full only to those it knows.
            server.capabilities = tuple(_said(server.capability()[1][0]).upper().split())
        except imaplib.IMAP4.error as error:
            if isinstance(error, imaplib.IMAP4.abort):
                raise
            raise MailboxError(
                f"{box.host} does not let {box.user} in: look at PORTULAN_IMAP and PORTULAN_IMAP_PASSWORD"
            ) from None
        _asked(
            server.select(folder_name(box.folder)),
            f"there is no folder {box.folder} in the mailbox: look at PORTULAN_IMAP",
        )
        if box.move:
            # It is there already after the first run; a server that refuses says so when the first mail is moved.
            server.create(folder_name(box.move))
    except _FAULTS as error:
        if server is not None:
            with contextlib.suppress(*_FAULTS):
                server.shutdown()
        raise MailboxError(f"{_named(box)} cannot be read: {_said(error)}") from error
    except MailboxError:
        if server is not None:
            with contextlib.suppress(*_FAULTS):
                server.logout()
        raise
    try:
        yield server
    except _FAULTS as error:
        raise MailboxError(f"{_named(box)} broke off: {_said(error)}") from error
    finally:
        with contextlib.suppress(*_FAULTS):
            server.logout()


def _connect(box: Mailbox) -> imaplib.IMAP4:
    if box.secure == "tls":
        return imaplib.IMAP4_SSL(box.host, box.port, ssl_context=ssl.create_default_context(), timeout=box.seconds)
    server = imaplib.IMAP4(box.host, box.port, timeout=box.seconds)
    if box.secure == "starttls":
        try:
            server.starttls(ssl.create_default_context())
        except BaseException:
            with contextlib.suppress(*_FAULTS):
                server.shutdown()
            raise
    return server


def _log_in(server: imaplib.IMAP4, box: Mailbox) -> None:
    if (box.user + box.password).isascii():
        server.login(_quoted(box.user), box.password)
    else:
        # LOGIN of the library writes ASCII only.
        server.authenticate("PLAIN", lambda _: f"\0{box.user}\0{box.password}".encode())


def _new(server: imaplib.IMAP4, box: Mailbox) -> list[str]:
    """Return what is to be fetched: all of a folder that mail is moved from, else what nobody has seen."""
    [found, *_] = _asked(server.uid("SEARCH", "ALL" if box.move else "UNSEEN"), "the mailbox cannot be searched")
    return found.decode("ascii", errors="replace").split() if isinstance(found, bytes) else []


def _fetch_one(server: imaplib.IMAP4, box: Mailbox, uid: str, done: Fetched) -> None:
    answered = _asked(server.uid("FETCH", uid, "(RFC822.SIZE)"), "the server does not tell its size")
    size = next((int(found[1]) for line in answered if isinstance(line, bytes) and (found := _SIZE.search(line))), 0)
    if size > settings.MOST_MAIL_BYTES:
        head = _body(server, uid, f"BODY.PEEK[]<0.{services.HEAD}>")
        row, new = services.keep_beginning(head, size, Source.IMAP)
    else:
        row, new = services.keep_mail(_body(server, uid, "BODY.PEEK[]"), Source.IMAP)
    # From here on the mail is ours. A kill before the next line has it fetched again, and recognised.
    if box.move:
        _move(server, uid, folder_name(box.move))
    else:
        _asked(server.uid("STORE", uid, "+FLAGS.SILENT", r"(\Seen)"), "it cannot be marked as seen")
    done.new += new
    done.known += not new
    done.refused += new and row.state == State.REFUSED


def _body(server: imaplib.IMAP4, uid: str, what: str) -> bytes:
    """Return the bytes of one mail; a server may say other things between."""
    for part in _asked(server.uid("FETCH", uid, f"({what})"), "the server does not give it"):
        if isinstance(part, tuple) and b"BODY[]" in part[0]:
            found = _UID.search(part[0])
            if found is None or found[1].decode() == uid:
                return bytes(part[1])
        if isinstance(part, bytes) and (short := _SHORT.search(part)):
            return re.sub(rb"\\(.)", rb"\1", short[1])
    raise imaplib.IMAP4.error("the server gives nothing of it")


def _move(server: imaplib.IMAP4, uid: str, folder: str) -> None:
    if "MOVE" in server.capabilities:
        _asked(server.uid("MOVE", uid, folder), "it cannot be moved")
        return
    _asked(server.uid("COPY", uid, folder), "it cannot be copied")
    _asked(server.uid("STORE", uid, "+FLAGS.SILENT", r"(\Deleted \Seen)"), "it cannot be marked as moved")
    if "UIDPLUS" in server.capabilities:
        _asked(server.uid("EXPUNGE", uid), "its former place cannot be emptied")


def _asked(answer: tuple[str, Sequence[object]], otherwise: str) -> Sequence[object]:
    """Return what a server answered; raise the error of the library, in our words, where it refused."""
    if answer[0] != "OK":
        raise imaplib.IMAP4.error(f"{otherwise} ({_said(answer[1][0] if answer[1] else '')})")
    return answer[1]


def _named(box: Mailbox) -> str:
    return f"the mailbox of PORTULAN_IMAP ({box.host}:{box.port})"


def _said(error: object) -> str:
    text = error.decode("utf-8", errors="replace") if isinstance(error, bytes) else str(error)
    return " ".join(text.split())[:200] or type(error).__name__


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def folder_name(name: str) -> str:
    """Return a folder's name as the protocol writes it: quoted, letters beyond ASCII in a base 64 of its own."""

    def packed(found: re.Match[str]) -> str:
        data = base64.b64encode(found[0].encode("utf-16-be")).decode("ascii")
        return "&" + data.rstrip("=").replace("/", ",") + "-"

    return _quoted(re.sub(r"[^\x20-\x7e]+", packed, name.replace("&", "&-")))
