"""The server that mail leaves by, and whose mail never leaves."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Secrecy(StrEnum):
    """How the way to the server is hidden from those who listen."""

    NONE = "none"
    STARTTLS = "starttls"
    DIRECT = "direct"


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server and how to speak to it."""

    host: str
    port: int
    secrecy: Secrecy
    user: str = ""
    password: str = ""

    def __repr__(self) -> str:
        """Name the server, and not the password: settings are printed when something breaks."""
        return f"Server({self.host}:{self.port}, {self.secrecy})"


# RFC 2606 and 6761 keep these for examples; `.test` is kept for networks of tests, where mail may well travel.
_NOBODYS = ("example", "invalid", "localhost", "example.com", "example.net", "example.org")


def is_nobodys(address: str) -> bool:
    """Tell whether an address belongs to nobody: those of the demonstration do, and no mail may leave for them."""
    host = address.rpartition("@")[2].rstrip(".").lower()
    return "." not in host or any(host == one or host.endswith(f".{one}") for one in _NOBODYS)
