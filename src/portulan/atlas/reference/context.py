"""Population, GDP and internet users of each country: the offline default, read once from the CIA World Factbook.

``context.csv`` is committed; ``sources/factbook/reader.py`` made it and a test keeps the two equal. Every value has its
own year. A country without a value has no row: missing is never zero.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

TABLE = Path(__file__).parent / "context.csv"

Indicator = Literal["population", "gdp", "gdp_per_head", "internet_users", "gdp_ppp", "gdp_per_head_ppp"]


@dataclass(frozen=True, slots=True)
class ContextValue:
    """One value of one market; ``status`` is ``reported`` or ``estimated``, ``unit`` and ``source`` plain English."""

    market: str
    indicator: str
    year: int
    value: float
    unit: str
    status: str
    source: str


@lru_cache(maxsize=1)
def context_values() -> tuple[ContextValue, ...]:
    """Return every value, by market and indicator.

    ``population`` in persons; ``gdp`` in current US dollars at the official exchange rate; ``gdp_per_head`` the ratio
    of the two, where their years are at most two apart; ``internet_users`` in percent of population; ``gdp_ppp`` and
    ``gdp_per_head_ppp`` at purchasing power parity, in dollars of the year that the unit says.
    """
    with TABLE.open(encoding="utf-8", newline="") as file:
        return tuple(
            ContextValue(
                market=row["market"],
                indicator=row["indicator"],
                year=int(row["year"]),
                value=float(row["value"]),
                unit=row["unit"],
                status=row["status"],
                source=row["source"],
            )
            for row in csv.DictReader(file)
        )


@lru_cache(maxsize=1)
def _index() -> dict[tuple[str, str], ContextValue]:
    return {(each.market, each.indicator): each for each in context_values()}


def context_value(market: str, indicator: Indicator) -> ContextValue | None:
    """Return the value of one market, None where the Factbook has none."""
    return _index().get((market, indicator))
