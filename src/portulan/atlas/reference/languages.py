"""Languages of each country, with the share of residents who speak them: CLDR's figures, committed as a table.

Shares add up to more than 100 where people speak several languages. CLDR gives estimates, second languages included
and uneven from one country to another; they are good for "is it easy to be understood there", not for a census.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

TABLE = Path(__file__).parent / "languages.csv"
OFFICIAL = ("official", "de_facto_official")


@dataclass(frozen=True, slots=True)
class LanguageShare:
    """One language of one country.

    ``language`` is a BCP 47 language without script (``zh``, ``fr``); ``percent`` of residents, 0 to 100; ``status``
    is ``official``, ``de_facto_official``, ``official_regional`` or empty.
    """

    language: str
    percent: float
    status: str

    @property
    def official(self) -> bool:
        """True where the language is official in the whole country, by law or in fact."""
        return self.status in OFFICIAL


@lru_cache(maxsize=1)
def language_table() -> dict[str, tuple[LanguageShare, ...]]:
    """Return the languages of every country (ISO3), the widest spoken first."""
    table: dict[str, list[LanguageShare]] = {}
    with TABLE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            share = LanguageShare(row["language"], float(row["percent"]), row["status"])
            table.setdefault(row["iso3"], []).append(share)
    return {iso3: tuple(shares) for iso3, shares in table.items()}


def languages_of(iso3: str) -> tuple[LanguageShare, ...]:
    """Return the languages of a country, the widest spoken first; empty where CLDR knows none."""
    return language_table().get(iso3, ())
