"""The settings of mail: what an installer wrote in the environment, read or refused with what to do."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from portulan.desk.core.letters import MailError, mailbox
from portulan.desk.core.servers import Secrecy, Server

NOBODY = "portulan@portulan.invalid"
_PORTS = {Secrecy.NONE: 25, Secrecy.STARTTLS: 587, Secrecy.DIRECT: 465}
_FORM = "Write it as smtp://user@host:587?tls=starttls or smtps://user@host, or unset it: mail is then kept here."


def mail_server(value: str | None, password: str | None) -> Server | None:
    """Return the server of `PORTULAN_SMTP`; None where none is given. Raises `ImproperlyConfigured` for a bad one."""
    if not (value or "").strip():
        return None
    try:
        # The value is never repeated: it may hold the password.
        parts = urlsplit((value or "").strip())
        port, asked = parts.port, parse_qs(parts.query, keep_blank_values=True)
    except ValueError as error:
        raise ImproperlyConfigured(f"PORTULAN_SMTP is not an address ({error}). {_FORM}") from error
    host = parts.hostname or ""
    if parts.scheme not in ("smtp", "smtps") or not host or parts.path.strip("/") or set(asked) - {"tls"}:
        raise ImproperlyConfigured(f"PORTULAN_SMTP is not the address of a mail server. {_FORM}")
    secrecy = _secrecy(parts.scheme, asked.get("tls", [""])[-1], host)
    secret = password or unquote(parts.password or "")
    user = unquote(parts.username or "")
    if bool(user) != bool(secret):
        raise ImproperlyConfigured(
            "PORTULAN_SMTP names a user without a password: set PORTULAN_SMTP_PASSWORD, or take the user out."
            if user
            else "PORTULAN_SMTP_PASSWORD is set, and PORTULAN_SMTP names no user: write smtp://user@host."
        )
    if user and secrecy is Secrecy.NONE and not _is_here(host):
        raise ImproperlyConfigured(
            "PORTULAN_SMTP would send its password in clear: use ?tls=starttls or smtps://, or take the user out."
        )
    return Server(host, port or _PORTS[secrecy], secrecy, user, secret)


def _secrecy(scheme: str, asked: str, host: str) -> Secrecy:
    if scheme == "smtps":
        if asked not in ("", Secrecy.DIRECT):
            raise ImproperlyConfigured("PORTULAN_SMTP begins with smtps:// and asks for another tls: take `tls` out.")
        return Secrecy.DIRECT
    if not asked:
        return Secrecy.NONE if _is_here(host) else Secrecy.STARTTLS
    if asked not in (Secrecy.NONE, Secrecy.STARTTLS):
        raise ImproperlyConfigured("PORTULAN_SMTP asks for an unknown tls: write ?tls=starttls or ?tls=none.")
    return Secrecy(asked)


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def mail_from(value: str | None, publisher: str, server: Server | None) -> tuple[str, str]:
    """Return the name and address of `PORTULAN_MAIL_FROM`; nobody's where no mail leaves."""
    said = (value or "").strip()
    if not said:
        if server is not None:
            raise ImproperlyConfigured(
                "PORTULAN_SMTP is set, and PORTULAN_MAIL_FROM is not: set it to the address that mail comes from, "
                "such as desk@culture.example."
            )
        return publisher or "Portulan", NOBODY
    found = re.fullmatch(r"(?:(?P<name>[^<>]*)<(?P<inner>[^<>]+)>|(?P<bare>\S+))", said)
    try:
        if found is None:
            raise MailError(f"{said[:80]!r} is no mail address")
        name = (found["name"] or "").strip().strip('"')
        read = mailbox((name or publisher or "Portulan", found["inner"] or found["bare"]))
    except MailError as error:
        raise ImproperlyConfigured(
            f"PORTULAN_MAIL_FROM: {error}. Write desk@culture.example, or Desk <desk@culture.example>."
        ) from error
    return read.name, read.address


def mail_domain(value: str | None, sender: tuple[str, str]) -> str:
    """Return the domain of our Message-IDs and our name before servers: that of the address mail comes from."""
    said = (value or "").strip()
    if not said:
        return sender[1].rpartition("@")[2]
    try:
        return mailbox(f"portulan@{said}").address.rpartition("@")[2]
    except MailError as error:
        raise ImproperlyConfigured(
            f"PORTULAN_MAIL_DOMAIN is {said[:80]!r}, which is no domain: write mail.culture.example, or unset it."
        ) from error
