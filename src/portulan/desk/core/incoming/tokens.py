"""Reply addresses: ``reply+TOKEN@domain``. Pure: how a token is written, and where a letter shows one.

Twenty letters and digits of base 32, lower-case: a hundred bits. Mail systems may change the case of an address and cut
long ones; neither harms these.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from portulan.desk.core.incoming.letters import Letter

LENGTH = 20
_ALPHABET = "a-z2-7"
_IN_ADDRESS = re.compile(rf"[^@\s]+\+([{_ALPHABET}]{{{LENGTH}}})@[^@\s]+", re.IGNORECASE)
IN_BYTES = re.compile(rf"\+([{_ALPHABET}]{{{LENGTH}}})@".encode(), re.IGNORECASE)
"""The same in the bytes of headers."""


def token_of(letter: Letter) -> str | None:
    """Return the token of the address that a letter was sent or delivered to, None where there is none."""
    for address in letter.to:
        if found := _IN_ADDRESS.fullmatch(address):
            return found[1].lower()
    return None


def derive(secret: str, seed: str) -> str:
    """Return the token that a seed gives with the secret of the site: neither alone tells it."""
    made = hmac.new(b"reply token|" + secret.encode(), seed.encode(), hashlib.sha256).digest()
    return base64.b32encode(made).decode("ascii")[:LENGTH].lower()


def digest(token: str) -> str:
    """Return what is kept of a token."""
    return hashlib.sha256(token.lower().encode("utf-8", errors="replace")).hexdigest()


def with_token(address: str, token: str) -> str:
    """Return an address with a token in it: ``reply@desk.example.org`` becomes ``reply+TOKEN@desk.example.org``."""
    local, _, domain = address.rpartition("@")
    return f"{local.partition('+')[0]}+{token}@{domain}"
