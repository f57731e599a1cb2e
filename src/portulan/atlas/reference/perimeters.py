"""Perimeters: a named choice of roles, with or without the goods that drown the rest (jewellery, leather goods)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import cast

from portulan.atlas.errors import BadInputError, UnknownCodeError
from portulan.atlas.reference.crosswalk import HERE, ROLES, TRAITS, CrosswalkLine, Role, read_rows


@dataclass(frozen=True, slots=True)
class Perimeter:
    """A perimeter: it takes the lines of the crosswalk whose role is in ``roles`` and that bear none of ``without``."""

    id: str
    name_en: str
    name_fr: str
    roles: frozenset[Role]
    without: frozenset[str]

    def holds(self, line: CrosswalkLine) -> bool:
        """Return True where the line of the crosswalk is inside this perimeter."""
        return line.role in self.roles and not (line.traits & self.without)


def read_perimeters(path: Path) -> tuple[Perimeter, ...]:
    """Read and check a table of perimeters.

    Raises:
        BadInputError: naming file, line and field, for an unknown role or trait.
    """
    found: list[Perimeter] = []
    for number, row in read_rows(path, ("id", "name_en", "name_fr", "roles", "without_traits")):
        for field, allowed in (("roles", frozenset[str](ROLES)), ("without_traits", TRAITS)):
            strange = set(row[field].split()) - allowed
            if strange:
                raise BadInputError(
                    f"{', '.join(sorted(strange))} is not allowed here",
                    todo=f"use {', '.join(sorted(allowed))}",
                    file=path,
                    line=number,
                    field=field,
                )
        roles = cast("frozenset[Role]", frozenset(row["roles"].split()))
        found.append(
            Perimeter(row["id"], row["name_en"], row["name_fr"], roles, frozenset(row["without_traits"].split()))
        )
    return tuple(found)


@cache
def perimeters() -> tuple[Perimeter, ...]:
    """Return the perimeters, core first."""
    return read_perimeters(HERE / "perimeters.csv")


def perimeter(perimeter_id: str) -> Perimeter:
    """Return one perimeter by its id.

    Raises:
        UnknownCodeError: for an id that is not in the table.
    """
    for one in perimeters():
        if one.id == perimeter_id:
            return one
    raise UnknownCodeError("perimeter", perimeter_id, todo=f"use one of {', '.join(one.id for one in perimeters())}")
