"""What people also call a market or a sector when they look for it: England, Holland, film, comics.

``other_names.csv`` has one line a name, reviewed by hand: ``kind`` (market or sector), ``id``, ``lang`` (en, fr, or mul
for what is written the same everywhere) and ``name``. It helps to find, and names nothing: no page prints these names,
and no source is read with them. A part of a country leads to the country that holds its figures.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Literal

from portulan.atlas.errors import BadInputError
from portulan.atlas.reference.countries import countries
from portulan.atlas.reference.sectors import sectors

TABLE = Path(__file__).parent / "other_names.csv"
LANGUAGES = ("en", "fr", "mul")
Kind = Literal["market", "sector"]


def read_names(lines: Iterable[Mapping[str, str]]) -> dict[tuple[str, str], tuple[str, ...]]:
    """Return the other names by (kind, id), in the order of the lines.

    Raises:
        BadInputError: for an id that the atlas does not have, an unknown language, an empty name or the same line
            twice, and for one name that leads to two things of one kind.
    """
    known = {"market": {one.iso3 for one in countries()}, "sector": {one.id for one in sectors()}}
    found: dict[tuple[str, str], list[str]] = {}
    owners: dict[tuple[str, str], str] = {}
    seen: set[tuple[str, ...]] = set()
    for line in lines:
        kind, ident, lang, name = (line[word] for word in ("kind", "id", "lang", "name"))
        if ident not in known.get(kind, ()) or lang not in LANGUAGES or not name.strip() or name != name.strip():
            raise BadInputError(f"{kind},{ident},{lang},{name} is no line of other names", todo="mend it", field="line")
        if (kind, ident, lang, name) in seen or owners.setdefault((kind, name.casefold()), ident) != ident:
            raise BadInputError(f"the {kind} name {name!r} stands twice", todo="keep one of them", field="name")
        seen.add((kind, ident, lang, name))
        found.setdefault((kind, ident), []).append(name)
    return {key: tuple(dict.fromkeys(names)) for key, names in found.items()}


@lru_cache(maxsize=1)
def _table() -> dict[tuple[str, str], tuple[str, ...]]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return read_names(csv.DictReader(file))


def other_names(kind: Kind, ident: str) -> tuple[str, ...]:
    """Return what else a market or a sector is called, in any language; empty where nothing is noted."""
    return _table().get((kind, ident), ())
