"""What the tests of pulling share: archives, a clock that waits for nothing, orders, limits."""

from __future__ import annotations

import io
import random
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from portulan.atlas.sources.fetch import Limits, Order, Tools
from portulan.atlas.sources.terms import Silent
from tests.atlas.sources import hostile_server as acts
from tests.atlas.sources.hostile_server import Act, Handler, HostileServer

NOON = 1_767_614_400.0  # 2026-01-05 12:00 UTC
SIZE = 200_000


def make_zip(seed: int = 1, size: int = SIZE) -> bytes:
    """A stored zip of two members: any byte cut or changed shows."""
    rng, out = random.Random(seed), io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in ("one.csv", "two.csv"):
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), rng.randbytes(size // 2))
    return out.getvalue()


ZIP, OTHER, OLD = make_zip(1), make_zip(2), b"the old copy"


class FakeClock:
    """Waits for nothing and remembers what it was asked to wait."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    def now(self) -> float:
        return NOON + sum(self.slept)

    def steady(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


class Told(Silent):
    """Remembers what was said, and looks at the target at every block."""

    def __init__(self, look: Callable[[], None] = lambda: None) -> None:
        self.lines: list[str] = []
        self.look = look

    def say(self, text: str) -> None:
        self.lines.append(text)

    def advance(self, count: int) -> None:
        self.look()


def tools(**changes: Any) -> Tools:
    limits = {"timeout": 2.0, "margin": 0, **changes.pop("limits", {})}
    base: dict[str, Any] = {"free": lambda _: 10**12, "clock": FakeClock(), "jitter": lambda: 1.0}
    return Tools(**{**base, **changes}, limits=Limits(**limits))


def order_at(server: HostileServer, place: Path, name: str = "file.zip", **more: Any) -> Order:
    given = {"source": "test", "url": server.url(f"/{name}"), "homepage": "https://producer.example/data"}
    return Order(**{**given, **more}, target=place / name, receipt=place / "receipt.json")


def part_of(order: Order) -> Path:
    return order.target.with_name(order.target.name + ".part")


def leftovers(place: Path) -> list[str]:
    return sorted(path.name for path in place.iterdir())


def changed(content: bytes = OTHER, etag: str = '"two"', act: Act = acts.well) -> Act:
    """The producer publishes another file, then the act."""

    def change(handler: Handler) -> None:
        entity = handler.state.entity
        entity.content, entity.etag, entity.modified = content, etag, "Tue, 06 Jan 2026 10:00:00 GMT"
        act(handler)

    return change


def corrupted() -> bytes:
    broken = bytearray(ZIP)
    broken[150_000] ^= 1
    return bytes(broken)


def wait_for(path: Path, size: int) -> None:
    deadline = time.monotonic() + 30
    while not path.exists() or path.stat().st_size < size:
        assert time.monotonic() < deadline, "no byte came"
        time.sleep(0.01)
