"""The reference as rows: filled by the room that reads the atlas, read by every other."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Value

from portulan.desk.core.models import Sector, Territory

Names = tuple[str, str, str]
"""Code, English name, French name."""


def keep(territories: Iterable[Names], sectors: Iterable[Names]) -> None:
    """Bring the rows in line with the reference. What it no longer has stays, marked: others may point at it."""
    territories, sectors = list(territories), list(sectors)
    with transaction.atomic():
        Territory.objects.exclude(code__in=[code for code, _, _ in territories]).update(current=False)
        Sector.objects.exclude(code__in=[code for code, _, _ in sectors]).update(current=False)
        Territory.objects.bulk_create(
            [Territory(code=code, name_en=en, name_fr=fr, current=True) for code, en, fr in territories],
            update_conflicts=True,
            unique_fields=["code"],
            update_fields=["name_en", "name_fr", "current"],
        )
        Sector.objects.bulk_create(
            [
                Sector(code=code, name_en=en, name_fr=fr, current=True, position=position)
                for position, (code, en, fr) in enumerate(sectors)
            ],
            update_conflicts=True,
            unique_fields=["code"],
            update_fields=["name_en", "name_fr", "current", "position"],
        )


def names(language: str) -> tuple[dict[str, str], dict[str, str]]:
    """Return the names of the territories and of the sectors of today, by code, in one query; sectors as in the atlas.

    Every page of the desk offers them all: they are read as plain values.
    """
    name = "name_fr" if language == "fr" else "name_en"
    territories = Territory.objects.filter(current=True).values_list(Value(0), Value(0), "code", name)
    sectors = Sector.objects.filter(current=True).order_by().values_list(Value(1), "position", "code", name)
    found: tuple[dict[str, str], dict[str, str]] = ({}, {})
    for kind, _position, code, text in sorted(territories.union(sectors, all=True)):
        found[kind][code] = text
    return found


def territory_names(language: str) -> dict[str, str]:
    """Return the names of the territories of today, by code."""
    return {one.code: one.name(language) for one in Territory.objects.filter(current=True)}


def sector_names(language: str) -> dict[str, str]:
    """Return the names of the sectors of today, by code, in the order of the atlas."""
    return {one.code: one.name(language) for one in Sector.objects.filter(current=True)}
