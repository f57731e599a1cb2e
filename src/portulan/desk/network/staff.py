"""The network as the desk needs it: who is designated, as colleagues may know, and whose posts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from portulan.desk.network.models import Coverage, Designation, Post, Role


@dataclass(frozen=True, slots=True)
class Agent:
    """One designation on a day. ``territories`` are those meant; ``sectors`` is empty for all of them."""

    designation: int
    person: UUID
    name: str
    email: str
    invented: bool
    languages: tuple[str, ...]
    post: str
    post_en: str
    post_fr: str
    lead: bool
    territories: frozenset[str]
    sectors: frozenset[str]
    away: tuple[tuple[date, date], ...]
    head: bool = False

    def body(self, language: str) -> str:
        """Return the name of the post."""
        return self.post_fr if language == "fr" else self.post_en


def in_force(on: date) -> QuerySet[Designation]:
    """Return the designations that hold on a day."""
    return Designation.objects.filter(Q(until__isnull=True) | Q(until__gte=on), since__lte=on)


def agents(on: date, territory: str = "", designations: Iterable[int] = (), posts: Iterable[str] = ()) -> list[Agent]:
    """Return those designated for a territory, or these designations, in two queries whatever their number.

    With a territory, ``posts`` are those whose people are wanted too, whatever they cover.

    Every question is routed on this: rows are read as plain values, and no table of names is joined.
    """
    found = in_force(on)
    too = set(posts)
    if territory:
        covering = Q(post__in=Coverage.objects.filter(territory=territory).values("post"))
        found = found.filter(covering | Q(post__in=too) if too else covering)
    if wanted := list(designations):
        found = found.filter(pk__in=wanted)
    rows = list(found.order_by("pk").values_list(*_COLUMNS, named=True))
    named = _named([one.pk for one in rows], on) if rows else {}
    return [
        _agent(one, named[one.pk])
        for one in rows
        if not territory or territory in named[one.pk].covered or one.post_id in too
    ]


_COLUMNS = (
    "pk", "role", "person_id", "person__given_name", "person__family_name", "person__email", "person__invented",
    "person__languages", "post_id", "post__name_en", "post__name_fr",
)  # fmt: skip


def _covers(on: date) -> QuerySet[Coverage]:
    """Return what posts cover on a day."""
    return Coverage.objects.filter(Q(since__isnull=True) | Q(since__lte=on), Q(until__isnull=True) | Q(until__gte=on))


@dataclass(slots=True)
class _Named:
    """What the post of a designation covers, and what it names itself: territories, sectors, days of absence."""

    covered: set[str] = field(default_factory=set)
    territories: set[str] = field(default_factory=set)
    sectors: set[str] = field(default_factory=set)
    away: list[tuple[date, date]] = field(default_factory=list)


# Written out, for this is asked for each question that comes in: to build it of objects takes longer than to answer it.
_NAMED = """
SELECT 'covered', d.id, c.territory_id FROM network_designation d JOIN network_coverage c ON c.post_id = d.post_id
 WHERE d.id IN ({ids}) AND (c.since IS NULL OR c.since <= %s) AND (c.until IS NULL OR c.until >= %s)
UNION ALL
SELECT 'territory', designation_id, territory_id FROM network_designation_territories WHERE designation_id IN ({ids})
UNION ALL
SELECT 'sector', designation_id, sector_id FROM network_designation_sectors WHERE designation_id IN ({ids})
UNION ALL
SELECT 'away', designation_id, CAST(since AS varchar(10)) || '/' || CAST(until AS varchar(10))
  FROM network_absence WHERE designation_id IN ({ids})
"""


def _named(designations: Sequence[int], on: date) -> dict[int, _Named]:
    """Return what each designation is for, in one query of four parts."""
    found: dict[int, _Named] = defaultdict(_Named)
    with connection.cursor() as cursor:
        cursor.execute(_NAMED.format(ids=", ".join(map(str, designations))), [on, on])
        for kind, designation, said in cursor.fetchall():
            one = found[designation]
            if kind == "away":
                since, until = said.split("/")
                one.away.append((date.fromisoformat(since), date.fromisoformat(until)))
            else:
                {"covered": one.covered, "territory": one.territories, "sector": one.sectors}[kind].add(said)
    return found


def _agent(one: Any, named: _Named) -> Agent:
    return Agent(
        one.pk,
        one.person_id,
        f"{one.person__given_name} {one.person__family_name}",
        one.person__email,
        one.person__invented,
        tuple(one.person__languages),
        one.post_id,
        one.post__name_en,
        one.post__name_fr,
        one.role == Role.LEAD,
        frozenset(named.covered & named.territories if named.territories else named.covered),
        frozenset(named.sectors),
        tuple(sorted(named.away)),
        one.role == Role.HEAD,
    )


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody designated, as a list names them. ``near``: designated for the territory that was asked about."""

    designation: int
    name: str
    post_en: str
    post_fr: str
    lead: bool
    near: bool

    def body(self, language: str) -> str:
        """Return the name of the post."""
        return self.post_fr if language == "fr" else self.post_en


def colleagues(on: date, territory: str) -> list[Colleague]:
    """Return everybody designated on a day, in one query: a list of all of them needs no more than their names."""
    named = Designation.territories.through._default_manager.filter(designation=OuterRef("pk"))
    rows = in_force(on).annotate(
        covered=Exists(_covers(on).filter(post=OuterRef("post"), territory=territory)),
        named=Exists(named),
        meant=Exists(named.filter(territory=territory)),
    )
    return [
        Colleague(
            one.pk, f"{one.person__given_name} {one.person__family_name}", one.post__name_en, one.post__name_fr,
            one.role == Role.LEAD, bool(one.covered and (one.meant or not one.named)),
        )
        for one in rows.order_by("pk").values_list(
            "pk", "role", "person__given_name", "person__family_name", "post__name_en", "post__name_fr", "covered",
            "named", "meant", named=True,
        )
    ]  # fmt: skip


def spoken_on(on: date) -> set[str]:
    """Return the languages that anybody designated on a day speaks."""
    return {code for spoken in in_force(on).values_list("person__languages", flat=True) for code in spoken}


def covered_on(on: date) -> frozenset[str]:
    """Return the markets that some post covers on a day, be anybody there or not."""
    return frozenset(_covers(on).values_list("territory_id", flat=True))


def posts_of(person: UUID | None, on: date) -> frozenset[str]:
    """Return the posts in which a person is designated on a day: what happens there is their affair."""
    if person is None:
        return frozenset()
    return frozenset(in_force(on).filter(person=person).values_list("post_id", flat=True))


def posts_by_code(codes: Iterable[str]) -> dict[str, Post]:
    """Return posts by their code."""
    return {post.code: post for post in Post.objects.filter(code__in=list(codes))}
