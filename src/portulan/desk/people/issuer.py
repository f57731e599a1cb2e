"""A provider of OpenID Connect, as the settings name it."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

USUAL_SCOPES = ("openid", "profile", "email")


@dataclass(frozen=True, slots=True)
class OpenId:
    """A provider of OpenID Connect, and how far it is believed.

    ``trusted``: its addresses are proved though it does not say so in `email_verified`. ``newcomers``: whoever it knows
    may open an account. ``strong``: the values of `acr` that stand for more than one proof.
    """

    issuer: str
    client: str
    secret: str
    name: str
    scopes: tuple[str, ...] = USUAL_SCOPES
    trusted: bool = False
    newcomers: bool = False
    strong: frozenset[str] = frozenset()


def is_safe(address: str) -> bool:
    """Tell whether secrets may be sent to an address: by HTTPS, or on this machine."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return False
    if parts.scheme == "https":
        return bool(host) and not parts.username and not parts.fragment
    return parts.scheme == "http" and _is_here(host)


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
