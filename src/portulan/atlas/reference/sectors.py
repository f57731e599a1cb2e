"""The reference of sectors, in one place: sectors, groups, perimeters, crosswalk, baskets and fitness.

Modules beside this one hold the parts; the rest of the atlas imports from here.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal

from portulan.atlas.errors import UnknownCodeError
from portulan.atlas.reference.baskets import (
    ALL,
    Basket,
    Cut,
    Remainder,
    all_basket,
    baskets,
    cut,
    remainders,
)
from portulan.atlas.reference.crosswalk import HERE, CrosswalkLine, crosswalk, read_rows, schemes, sector_ids
from portulan.atlas.reference.fitness import FitnessLine, fitness, fitness_lines, fitness_reason
from portulan.atlas.reference.hs_revisions import RevisionFit, codes_not_in, hs_revision_fit
from portulan.atlas.reference.perimeters import Perimeter, perimeter, perimeters

__all__ = [
    "ALL",
    "Basket",
    "CrosswalkLine",
    "Cut",
    "FitnessLine",
    "Perimeter",
    "Remainder",
    "RevisionFit",
    "Sector",
    "all_basket",
    "baskets",
    "codes_not_in",
    "crosswalk",
    "cut",
    "fitness",
    "fitness_lines",
    "fitness_reason",
    "group_name",
    "groups",
    "hs_revision_fit",
    "name",
    "perimeter",
    "perimeters",
    "remainders",
    "schemes",
    "sector",
    "sectors",
]

Language = Literal["en", "fr"]


@dataclass(frozen=True, slots=True)
class Sector:
    """A sector of the cultural and creative industries, named and described in English and French."""

    id: str
    name_en: str
    name_fr: str
    description_en: str
    description_fr: str


@cache
def _rows() -> dict[str, dict[str, str]]:
    columns = ("id", "name_en", "name_fr", "short_en", "short_fr", "description_en", "description_fr")
    return {row["id"]: row for _, row in read_rows(HERE / "sectors.csv", columns)}


@cache
def sectors() -> tuple[Sector, ...]:
    """Return the fourteen sectors, in their fixed order."""
    return tuple(
        Sector(row["id"], row["name_en"], row["name_fr"], row["description_en"], row["description_fr"])
        for row in _rows().values()
    )


def sector(sector_id: str) -> Sector:
    """Return one sector by its id.

    Raises:
        UnknownCodeError: for an id that is not one of the fourteen (groups and ``all`` are not sectors).
    """
    for one in sectors():
        if one.id == sector_id:
            return one
    raise UnknownCodeError("sector", sector_id, todo=f"use one of {', '.join(sector_ids())}")


@cache
def _group_rows() -> dict[str, dict[str, str]]:
    return {row["id"]: row for _, row in read_rows(HERE / "sector_groups.csv", ("id", "name_en", "name_fr"))}


def groups() -> tuple[str, ...]:
    """Return the ids of the groups that the crosswalk in force can show."""
    return tuple(_group_rows())


def group_name(group_id: str, lang: Language) -> str:
    """Return the name of a group of sectors, such as "Audiovisual, music and games together".

    A group that is not in the table but is made of our sectors (a crosswalk of one's own) is named after them.

    Raises:
        UnknownCodeError: where the id is not two sectors or more, sorted and joined by ``+``.
    """
    row = _group_rows().get(group_id)
    if row is not None:
        return row[f"name_{_lang(lang)}"]
    members = group_id.split("+")
    if len(members) < 2 or members != sorted(set(members)) or not set(members) <= set(sector_ids()):
        raise UnknownCodeError("group", group_id, todo="join sorted sector ids with +, as in audiovisual+games+music")
    shorts = [_rows()[one][f"short_{_lang(lang)}"] for one in members]
    listed = f"{', '.join(shorts[:-1])} {'and' if lang == 'en' else 'et'} {shorts[-1]}"
    return f"{listed[0].upper()}{listed[1:]} {'together' if lang == 'en' else 'ensemble'}"


def name(subject: str, lang: Language) -> str:
    """Return the name of a sector, of a group or of ``all``, in English or French.

    Raises:
        UnknownCodeError: for anything else.
    """
    if subject == ALL:
        return {"en": "All sectors", "fr": "Tous les secteurs"}[_lang(lang)]
    if "+" in subject:
        return group_name(subject, lang)
    found = sector(subject)
    return found.name_en if _lang(lang) == "en" else found.name_fr


def _lang(lang: str) -> Language:
    if lang == "fr":
        return "fr"
    if lang == "en":
        return "en"
    raise UnknownCodeError("language", lang, todo="use en or fr")
