"""What the head of a page carries on: the place of the page, in the addresses of the menu and of what is searched."""

from __future__ import annotations

from dataclasses import asdict

from django.http import QueryDict

from portulan.desk.markets.place import Place, read_place
from portulan.desk.markets.selectors import AtlasError, ReleaseMissingError, choices

_WORDS = frozenset(asdict(Place()))


def carried(sent: QueryDict, language: str) -> str:
    """Return the place that an address asks for as a query; empty where it is the usual one, or none is asked.

    A word that the atlas does not know is not carried on: one mistake is said once.
    """
    asked = {name for name in _WORDS if sent.get(name)}
    if not asked:
        return ""
    try:
        place, _ = read_place(sent, choices(language))
    except (AtlasError, ReleaseMissingError):
        return ""
    return Place(**{name: value for name, value in asdict(place).items() if name in asked}).query()
