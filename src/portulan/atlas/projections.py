"""Projections of the potential: real growth of exporters and markets over the next years, from an IMF WEO file."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from portulan.atlas.errors import AtlasError

HORIZON = 5
"""Years ahead, or as many as the file projects (Decreux & Spies 2016 look five years ahead)."""
_ARGUMENT = re.compile(r"(?:(?P<vintage>\d{4})=)?(?P<path>.+)")


@dataclass(frozen=True, slots=True)
class Projections:
    """Real growth of GDP in percent by (country, year), and the year the file was published."""

    vintage: int
    growth: Mapping[tuple[str, int], float]

    @property
    def last(self) -> int:
        """The last year projected."""
        return max(year for _, year in self.growth)

    def horizon(self, year: int) -> int:
        """Return how many years after `year` are projected, at most five.

        Raises `AtlasError` where the file is older than the data: its projections of the years since are refuted.
        """
        if self.vintage < year:
            raise AtlasError(
                f"the projections are of {self.vintage} and the data of "
                f"{year}; give a World Economic Outlook of {year} or later"
            )
        ahead = min(HORIZON, self.last - year)
        if ahead < 1:
            raise AtlasError(
                f"the projections end in {self.last} and the data are of {year}; give a later World Economic Outlook"
            )
        return ahead

    def factors(self, year: int) -> dict[str, float]:
        """Return, a country, the product of (1 + growth) over the horizon; none where a year is missing."""
        ahead = range(year + 1, year + 1 + self.horizon(year))
        out: dict[str, float] = {}
        for country in sorted({country for country, _ in self.growth}):
            rates = [self.growth.get((country, y)) for y in ahead]
            if all(rate is not None for rate in rates):
                out[country] = math.prod(1 + rate / 100 for rate in rates if rate is not None)
        return out


def read(text: str) -> Projections:
    """Read ``PATH`` or ``2024=PATH`` (the year of publication, where the file does not tell it)."""
    from portulan.atlas.sources.weo import reader

    match = _ARGUMENT.fullmatch(text)
    if match is None:
        raise AtlasError("no file given with --projections; write --projections PATH, or 2024=PATH")
    columns = reader.read(Path(match["path"])).columns
    rows = [
        (str(country), int(year), float(value), str(status))
        for country, year, value, status, indicator in zip(
            columns["market"], columns["year"], columns["value"], columns["status"], columns["indicator"], strict=True
        )
        if indicator == "gdp_growth"
    ]
    if not rows:
        raise AtlasError(
            f"{Path(match['path']).name} holds no real growth of GDP (NGDP_RPCH); give the WEO file with all subjects"
        )
    observed = [year for _, year, _, status in rows if status == "reported"]
    if match["vintage"] is None and not observed:
        raise AtlasError(
            f"{Path(match['path']).name} does not say when it was published; write "
            "--projections YEAR=PATH with the year of that World Economic Outlook"
        )
    vintage = int(match["vintage"]) if match["vintage"] else max(observed) + 1
    return Projections(vintage, {(country, year): value for country, year, value, _ in rows})
