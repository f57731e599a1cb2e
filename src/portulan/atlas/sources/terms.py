"""The terms of a transfer: what is ordered, how patient to be, and what is borrowed from the world."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Protocol

import httpx

from portulan.atlas.sources.store import FetchError


class Clock(Protocol):
    """Time, so that tests wait for nothing."""

    def now(self) -> float:
        """Return seconds since 1970 (UTC)."""

    def steady(self) -> float:
        """Return seconds that never go back."""

    def sleep(self, seconds: float) -> None:
        """Wait."""


class SystemClock:
    """The real time."""

    def now(self) -> float:
        """Return seconds since 1970 (UTC)."""
        return time.time()

    def steady(self) -> float:
        """Return seconds that never go back."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)


class Progress(Protocol):
    """What is told while the bytes come."""

    def begin(self, have: int, total: int | None) -> None:
        """Start, or start again, with so many bytes already there."""

    def advance(self, count: int) -> None:
        """Add bytes."""

    def say(self, text: str) -> None:
        """Tell one sentence."""

    def end(self) -> None:
        """Stop showing progress."""


class Silent:
    """Says nothing."""

    def begin(self, have: int, total: int | None) -> None:
        """Say nothing."""

    def advance(self, count: int) -> None:
        """Say nothing."""

    def say(self, text: str) -> None:
        """Say nothing."""

    def end(self) -> None:
        """Say nothing."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How patient and how bold a transfer is. Times in seconds, sizes in bytes."""

    tries: int = 6  # failures in a row before giving up
    renewed_by: int = 1 << 20  # new bytes after which the count of failures starts again
    first_wait: float = 1.0  # doubled at each failure, with jitter
    longest_wait: float = 60.0
    longest_asked: float = 300.0  # a server that asks for more is left alone: we stop and say so
    timeout: float = 30.0  # silence on the line
    slowest: float = 1024.0  # bytes a second, over `patience`
    patience: float = 60.0
    redirects: int = 5
    unasked: int = 50_000_000  # above this, consent is asked
    margin: int = 64_000_000  # left free on the disk
    ceiling: int = 20_000_000_000  # where nobody knows the size
    surprise: int = 4  # times the expected size that are still believed


@dataclass(frozen=True, slots=True)
class Order:
    """What to pull: the address, the place, and what is known of the file beforehand."""

    source: str
    url: str
    target: Path
    receipt: Path
    homepage: str = ""
    sha256: str | None = None
    expected: int | None = None  # approximate size in bytes


def _consent_given(remaining: int | None) -> None:
    """Agree to everything."""


@dataclass(frozen=True, slots=True)
class Tools:
    """What a transfer borrows from the world.

    ``consent`` is called with the bytes that remain (None: unknown) before more than ``Limits.unasked`` of them are
    read, once; it raises to refuse. ``free`` gives the bytes free on the disk of a folder.
    """

    free: Callable[[Path], int]
    clock: Clock = field(default_factory=SystemClock)
    progress: Progress = field(default_factory=Silent)
    consent: Callable[[int | None], None] = _consent_given
    jitter: Callable[[], float] = random.SystemRandom().random
    limits: Limits = field(default_factory=Limits)


def is_loopback(url: str) -> bool:
    """Tell whether an address is one of this very machine."""
    host = httpx.URL(url).host
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def check_address(url: str, origin: str) -> None:
    """Refuse an address that is not https; http is for this very machine only, and no other site may send us there.

    Raises:
        FetchError: the address is not acceptable; ``origin`` is the one that led to it.
    """
    try:
        parts = httpx.URL(url)
    except httpx.InvalidURL as fault:
        raise FetchError(f"{url!r} is no address ({fault})", todo="give one that starts with https://") from fault
    if parts.userinfo:
        raise FetchError("the address holds a name or password", todo="give it without, it would be kept in a receipt")
    if parts.scheme == "https" and parts.host:
        return
    if parts.scheme == "http" and is_loopback(url) and is_loopback(origin):
        return
    raise FetchError(f"{url} is not an https address", todo="only https is followed; give an https address with --url")
