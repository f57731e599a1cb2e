"""The state of a scan: the question, and the weights that the reader chose. Its address carries all of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from urllib.parse import urlencode

from django.urls import reverse

from portulan.desk.markets.place import Place

PREFIX = "w_"
"""Weights stand in the address as ``w_ease=3``."""


@dataclass(frozen=True, slots=True)
class ScanState:
    """What the reader asked. Without ``weights`` the preset counts, without preset the one the atlas starts with."""

    place: Place = field(default_factory=Place)
    sector: str = "book"
    preset: str = ""
    weights: tuple[tuple[str, int], ...] | None = None
    estimates: str = ""
    rows: str = ""

    def change(self, **changes: object) -> ScanState:
        """Return the same state but for `changes`."""
        return replace(self, **changes)  # type: ignore[arg-type]

    @property
    def chosen(self) -> Mapping[str, float] | None:
        """The weights chosen one by one, if any were."""
        return None if self.weights is None else {name: float(weight) for name, weight in self.weights}

    def query(self, **changes: object) -> str:
        """Return the state as a query string in one order, without what is the default."""
        now, default = self.change(**changes), asdict(Place())
        pairs = [(name, value) for name, value in asdict(now.place).items() if value != default[name]]
        pairs.append(("sector", now.sector))
        if now.weights is not None:
            weighted = [(PREFIX + name, str(weight)) for name, weight in now.weights if weight]
            pairs += weighted or [("preset", "none")]
        elif now.preset:
            pairs.append(("preset", now.preset))
        pairs += [(name, value) for name, value in (("estimates", now.estimates), ("rows", now.rows)) if value]
        return urlencode(pairs)


def scan_address(state: ScanState, fragment: str = "", **changes: object) -> str:
    """Return the address of a scan."""
    return f"{reverse('markets:scan')}?{state.query(**changes)}" + (f"#{fragment}" if fragment else "")


def data_address(state: ScanState) -> str:
    """Return the address of what the page computes from in the reader's browser: the same whatever the weights."""
    return f"{reverse('markets:scan_data')}?{state.query(preset='', weights=None, rows='')}"
