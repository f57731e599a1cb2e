"""What the page of measures is asked for, read from its address: what is not known counts as not said."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from django.http import QueryDict

from portulan.desk.enquiries.measures import Period

YEARS = 6
"""Years that may be chosen, this one included."""
LAST = {"last-12-months": 365, "last-90-days": 90}
INVENTED = "invented"


@dataclass(frozen=True, slots=True)
class Choice:
    """What a reader of the measures chose."""

    post: str
    market: str
    sector: str
    period: str
    invented: bool

    @property
    def query(self) -> str:
        """The same as an address carries it."""
        said = {"post": self.post, "market": self.market, "sector": self.sector, "period": self.period}
        rows = {"rows": INVENTED} if self.invented else {}
        return urlencode({name: value for name, value in (said | rows).items() if value})

    def days(self, today: date) -> Period:
        """Return the days of the period, today included."""
        if self.period in LAST:
            return Period(today - timedelta(days=LAST[self.period] - 1), today)
        year = int(self.period)
        return Period(date(year, 1, 1), min(today, date(year, 12, 31)))


def years(today: date) -> tuple[int, ...]:
    """Return the years that may be chosen, the latest first."""
    return tuple(range(today.year, today.year - YEARS, -1))


def read(
    sent: QueryDict,
    posts: Container[str],
    names: tuple[Mapping[str, str], Mapping[str, str]],
    kinds: frozenset[bool],
    today: date,
) -> Choice:
    """Return what was chosen. Invented questions only where asked for, or where there are no others."""

    def known(name: str, words: Container[str]) -> str:
        said = str(sent.get(name, ""))
        return said if said in words else ""

    period = known("period", {*LAST, *map(str, years(today))}) or next(iter(LAST))
    invented = True in kinds and (False not in kinds or sent.get("rows") == INVENTED)
    return Choice(known("post", posts), known("market", names[0]), known("sector", names[1]), period, invented)
