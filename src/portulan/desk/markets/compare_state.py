"""The state of a comparison: markets side by side, for one sector or all."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from urllib.parse import urlencode

from django.urls import reverse

from portulan.desk.markets.place import Place

MOST = 4
"""Markets side by side; more would not fit what an eye takes in at once."""


@dataclass(frozen=True, slots=True)
class CompareState:
    """What the reader asked: markets by ISO3, in the reader's order."""

    place: Place = field(default_factory=Place)
    sector: str = "all"
    markets: tuple[str, ...] = ()

    def change(self, **changes: object) -> CompareState:
        """Return the same state but for `changes`."""
        return replace(self, **changes)  # type: ignore[arg-type]

    def query(self) -> str:
        """Return the state as a query string in one order, without what is the default."""
        default = asdict(Place())
        pairs = [(name, value) for name, value in asdict(self.place).items() if value != default[name]]
        pairs.append(("sector", self.sector))
        return urlencode([*pairs, *(("market", market) for market in self.markets)])


def compare_address(state: CompareState) -> str:
    """Return the address of a comparison."""
    return f"{reverse('markets:compare')}?{state.query()}"
