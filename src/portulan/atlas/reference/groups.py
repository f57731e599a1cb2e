"""Groups of countries, dated: European Union, euro area, Francophonie (OIF), regions of the UN M49 standard.

``groups.csv`` has one line per group, member and period, each with its source. Provinces and regions that sit in the
OIF under their own name (Quebec, New Brunswick, the French Community of Belgium ...) are no country and not listed.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from portulan.atlas.errors import UnknownCodeError

TABLE = Path(__file__).parent / "groups.csv"

# id: (English, French). The M49 ones keep the number of the standard.
GROUPS: dict[str, tuple[str, str]] = {
    "EU": ("European Union", "Union européenne"),
    "EURO": ("Euro area", "Zone euro"),
    "OIF_MEMBER": ("Francophonie, members", "Francophonie, membres"),
    "OIF_ASSOCIATE": ("Francophonie, associate members", "Francophonie, membres associés"),
    "OIF_OBSERVER": ("Francophonie, observers", "Francophonie, observateurs"),
    "M49_002": ("Africa", "Afrique"),
    "M49_005": ("South America", "Amérique du Sud"),
    "M49_009": ("Oceania", "Océanie"),
    "M49_011": ("Western Africa", "Afrique de l’Ouest"),
    "M49_013": ("Central America", "Amérique centrale"),
    "M49_014": ("Eastern Africa", "Afrique de l’Est"),
    "M49_015": ("Northern Africa", "Afrique du Nord"),
    "M49_017": ("Middle Africa", "Afrique centrale"),
    "M49_018": ("Southern Africa", "Afrique australe"),
    "M49_019": ("Americas", "Amériques"),
    "M49_021": ("Northern America", "Amérique du Nord"),
    "M49_029": ("Caribbean", "Caraïbes"),
    "M49_030": ("Eastern Asia", "Asie de l’Est"),
    "M49_034": ("Southern Asia", "Asie du Sud"),
    "M49_035": ("South-eastern Asia", "Asie du Sud-Est"),
    "M49_039": ("Southern Europe", "Europe du Sud"),
    "M49_053": ("Australia and New Zealand", "Australie et Nouvelle-Zélande"),
    "M49_054": ("Melanesia", "Mélanésie"),
    "M49_057": ("Micronesia", "Micronésie"),
    "M49_061": ("Polynesia", "Polynésie"),
    "M49_142": ("Asia", "Asie"),
    "M49_143": ("Central Asia", "Asie centrale"),
    "M49_145": ("Western Asia", "Asie de l’Ouest"),
    "M49_150": ("Europe", "Europe"),
    "M49_151": ("Eastern Europe", "Europe de l’Est"),
    "M49_154": ("Northern Europe", "Europe du Nord"),
    "M49_155": ("Western Europe", "Europe de l’Ouest"),
}
# What people mean by a name: several groups read as one.
UNIONS: dict[str, tuple[str, ...]] = {
    "EU27": ("EU",),
    "OIF": ("OIF_MEMBER", "OIF_ASSOCIATE", "OIF_OBSERVER"),
}


@dataclass(frozen=True, slots=True)
class Membership:
    """One member of one group for one period; a bound is empty where it is open, and may be a year or a full date."""

    group: str
    iso3: str
    since: str
    until: str
    source: str

    def holds(self, on: date | None) -> bool:
        """Tell whether the membership holds on a day; without a day, whether it has no end."""
        if on is None:
            return not self.until
        day = on.isoformat()
        return (not self.since or self.since <= day) and (not self.until or day[: len(self.until)] <= self.until)


@lru_cache(maxsize=1)
def memberships() -> tuple[Membership, ...]:
    """Return every line of the table."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return tuple(Membership(**row) for row in csv.DictReader(file))


@lru_cache(maxsize=1)
def _by_country() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for line in memberships():
        if line.holds(None):
            found.setdefault(line.iso3, []).append(line.group)
    return {iso3: tuple(sorted(ids)) for iso3, ids in found.items()}


def groups_of(iso3: str) -> tuple[str, ...]:
    """Return the ids of the groups a country belongs to at the date of the table."""
    return _by_country().get(iso3, ())


def members(group: str, on: date | None = None) -> tuple[str, ...]:
    """Return the members (ISO3) of a group on a day, or at the date of the table.

    ``group`` is an id of `GROUPS`, or ``EU27`` or ``OIF`` (members, associates and observers together).
    """
    wanted = UNIONS.get(group, (group,))
    if not set(wanted) <= set(GROUPS):
        raise UnknownCodeError("group", group, todo="use one of " + ", ".join((*GROUPS, *UNIONS)))
    return tuple(sorted({line.iso3 for line in memberships() if line.group in wanted and line.holds(on)}))
