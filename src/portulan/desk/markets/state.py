"""The state of the map page: everything a reader chose, carried whole by the address."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any
from urllib.parse import urlencode

WITHOUT = "_without_jewellery_leather"
TOP = 25


@dataclass(frozen=True, slots=True)
class MapState:
    """What the reader asked. Empty text means "not chosen": the atlas' own answer is taken.

    ``release`` is the one that the reader saw when the link was made: figures of another are never passed off as it.
    """

    exporter: str = "FRA"
    sector: str = "book"
    perimeter: str = "core"
    by: str = ""
    flow: str = "goods"
    year: str = ""
    find: str = ""
    sort: str = ""
    order: str = ""
    rows: str = ""
    estimates: str = ""
    market: str = ""
    scale: str = ""
    view: str = ""
    release: str = ""

    def change(self, **changes: str) -> MapState:
        """Return the same state but for `changes`."""
        return replace(self, **changes)

    def query(self, **changes: str) -> str:
        """Return the state as a query string, in one stable order, without what was not chosen."""
        chosen: dict[str, Any] = asdict(self.change(**changes))
        return urlencode([(name, value) for name, value in chosen.items() if value])

    @property
    def without_jewellery_leather(self) -> bool:
        """True where jewellery and leather goods are left out."""
        return self.perimeter.endswith(WITHOUT)

    @property
    def other_perimeter(self) -> str:
        """The same roles, with jewellery and leather goods if they are out, without if they are in."""
        return self.perimeter.removesuffix(WITHOUT) if self.without_jewellery_leather else self.perimeter + WITHOUT
