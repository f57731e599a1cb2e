"""Where a page stands: exporter, perimeter, flow and year, which every address carries; and the addresses."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import get_script_prefix, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portulan.desk.markets.selectors import Choices, usual_flow
from portulan.desk.markets.wording import folded

SUGGESTED = 3
"""How many names a page suggests for one it does not know."""
LONGEST = 80
"""Letters of an unknown word that are looked at, and shown."""
_ALIKE = 0.6
_ANY = "any-market"
"""Stands for a market while an address is made; no code and no sector is called so."""


@dataclass(frozen=True, slots=True)
class Place:
    """Exporter, perimeter, flow and year of a page; an empty year is the newest the release holds."""

    exporter: str = "FRA"
    perimeter: str = "core"
    flow: str = "goods"
    year: str = ""

    def change(self, **changes: str) -> Place:
        """Return the same place but for `changes`."""
        return replace(self, **changes)

    def query(self, **changes: str) -> str:
        """Return the place as a query string with its question mark, in one order, without what is the default."""
        return _query(self.change(**changes) if changes else self)


@lru_cache(maxsize=1000)
def _query(place: Place) -> str:
    default = asdict(Place())
    pairs = [(name, value) for name, value in asdict(place).items() if value != default[name]]
    return f"?{urlencode(pairs)}" if pairs else ""


@dataclass(frozen=True, slots=True)
class Problem:
    """One word of an address that the atlas does not know, and the addresses that may have been meant."""

    label: str
    value: str
    meant: tuple[tuple[str, str], ...] = ()


def page_address(name: str, place: Place | None = None, **words: str) -> str:
    """Return the address of a page of this room in a place."""
    return _way(name, get_language() or "", get_script_prefix(), tuple(words.items())) + (place or Place()).query()


@lru_cache(maxsize=20_000)
def _way(name: str, _language: str, _prefix: str, words: tuple[tuple[str, str], ...]) -> str:
    """Return the way to a page, in the language and under the prefix in force: a page has dozens of them."""
    return reverse(f"markets:{name}", kwargs=dict(words))


def page_asking(name: str, place: Place, **asked: str) -> str:
    """Return the address of a page in a place, with more asked of it."""
    address = page_address(name, place)
    return f"{address}{'&' if '?' in address else '?'}{urlencode(asked)}"


def addresses(name: str, place: Place, **words: str) -> Callable[[str], str]:
    """Return what gives the address of a page for each market; made once, for there are hundreds on a page."""
    before, after = page_address(name, place, market=_ANY, **words).split(_ANY, 1)
    return lambda market: f"{before}{market}{after}"


def map_address(place: Place, sector: str, **more: str) -> str:
    """Return the address of the map of a sector in a place."""
    query = {**asdict(place), "sector": sector, **more}
    return f"{reverse('markets:map')}?{urlencode([(name, value) for name, value in query.items() if value])}"


def read_place(sent: QueryDict, choices: Choices) -> tuple[Place, tuple[Problem, ...]]:
    """Return the place that an address asks for, and what in it is unknown (the default then stands in)."""
    allowed: Mapping[str, tuple[str, list[tuple[str, str]]]] = {
        "exporter": (_("Exporter"), choices.exporters),
        "perimeter": (_("Perimeter"), choices.perimeters),
        "flow": (_("Flow"), choices.flows),
        "year": (_("Year"), choices.years),
    }
    default = asdict(Place(flow=usual_flow(dict(choices.flows))))
    chosen: dict[str, str] = {}
    problems: list[Problem] = []
    for name, (label, known) in allowed.items():
        value = str(sent.get(name, "")).strip()
        value = value.upper() if name == "exporter" else value
        if not value or value in dict(known):
            chosen[name] = value or default[name]
        else:
            problems.append(Problem(label, value[:80]))
            chosen[name] = default[name]
    return Place(**chosen), tuple(problems)


def alike(word: str, known: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the (code, name) that a reader may have meant by `word`, the nearest first."""
    word = word[:LONGEST]  # each is measured against hundreds of names, and longer ones are like none of them
    sought = folded(word.replace("-", " ").replace("_", " "))
    scored = []
    for code, name in known:
        best = max(difflib.SequenceMatcher(None, sought, folded(text)).ratio() for text in (code, name))
        if sought and sought in folded(name):
            best = max(best, _ALIKE + 0.2)
        if best >= _ALIKE:
            scored.append((-best, code, name))
    return [(code, name) for _score, code, name in sorted(scored)[:SUGGESTED]]
