"""Looking for viruses: by ClamAV's daemon where the installation names one, by nobody elsewhere."""

from __future__ import annotations

import socket
import struct
from dataclasses import dataclass
from typing import Protocol

from django.conf import settings

_PIECE = 65_536
_MOST_SAID = 1000


class ScannerError(Exception):
    """The scanner could not say anything of a file; the text says why."""


class Scanner(Protocol):
    """What looks for viruses."""

    looks: bool
    """Whether it does: a file that nobody looks at stays unchecked."""

    def scan(self, data: bytes) -> str:
        """Return the name of the virus that a file holds, empty where there is none. Raises `ScannerError`."""
        ...


class NullScanner:
    """Where no scanner is named: nothing is looked for, and nothing is said to be clean."""

    looks = False

    def scan(self, data: bytes) -> str:
        """Raise `ScannerError`: nobody has looked."""
        raise ScannerError("no scanner is named: set PORTULAN_CLAMAV")


@dataclass(frozen=True, slots=True)
class Clamd:
    """ClamAV's daemon, by its command INSTREAM, at ``/path/of/socket`` or ``host:port``."""

    address: str
    seconds: float = 30
    looks = True

    def scan(self, data: bytes) -> str:
        """Have the daemon look at a file."""
        try:
            with self._connect() as peer:
                peer.sendall(b"zINSTREAM\0")
                for start in range(0, len(data), _PIECE):
                    piece = data[start : start + _PIECE]
                    peer.sendall(struct.pack(">I", len(piece)) + piece)
                peer.sendall(struct.pack(">I", 0))
                said = self._answer(peer)
        except OSError as error:
            raise ScannerError(f"PORTULAN_CLAMAV ({self.address}) does not answer: {error}") from error
        if said.endswith("FOUND"):
            return said.removesuffix("FOUND").partition(":")[2].strip() or "unnamed"
        if said.endswith("OK") and not said.endswith("ERROR"):
            return ""
        raise ScannerError(f"PORTULAN_CLAMAV ({self.address}) says: {said or 'nothing'}")

    def _connect(self) -> socket.socket:
        host, colon, port = self.address.removeprefix("tcp://").rpartition(":")
        if colon and port.isdigit() and not self.address.startswith("/"):
            return socket.create_connection((host.strip("[]"), int(port)), timeout=self.seconds)
        peer = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        peer.settimeout(self.seconds)
        try:
            peer.connect(self.address)
        except OSError:
            peer.close()
            raise
        return peer

    @staticmethod
    def _answer(peer: socket.socket) -> str:
        said = b""
        while len(said) < _MOST_SAID and not said.endswith(b"\0") and (more := peer.recv(_MOST_SAID)):
            said += more
        return said.rstrip(b"\0").decode("utf-8", errors="replace").strip()


def scanner() -> Scanner:
    """Return who looks for viruses here."""
    return Clamd(settings.PORTULAN_CLAMAV) if settings.PORTULAN_CLAMAV else NullScanner()
