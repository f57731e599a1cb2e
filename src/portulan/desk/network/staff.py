"""The network as the desk needs it: who is designated, as colleagues may know, and whose posts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import DateField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast

from portulan.desk.network.models import Absence, Coverage, Designation, Post, Role


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

    def body(self, language: str) -> str:
        """Return the name of the post."""
        return self.post_fr if language == "fr" else self.post_en


def in_force(on: date) -> QuerySet[Designation]:
    """Return the designations that hold on a day."""
    return Designation.objects.filter(Q(until__isnull=True) | Q(until__gte=on), since__lte=on)


def agents(on: date, territory: str = "", designations: Iterable[int] = ()) -> list[Agent]:
    """Return those designated for a territory, or these designations, in three queries whatever their number.

    Every question is routed on this: rows are read as plain values, and no table of names is joined.
    """
    found = in_force(on)
    covered: dict[str, set[str]] = {}
    if territory:
        covered = _covered(on, Coverage.objects.filter(territory=territory).values("post"))
        found = found.filter(post__in=[post for post, codes in covered.items() if territory in codes])
    if wanted := list(designations):
        found = found.filter(pk__in=wanted)
    rows = list(found.order_by("pk").values_list(*_COLUMNS, named=True))
    if not rows:
        return []
    if not territory:
        covered = _covered(on, {one.post_id for one in rows})
    named = _named([one.pk for one in rows])
    return [_agent(one, covered.get(one.post_id, set()), named[one.pk]) for one in rows]


_COLUMNS = (
    "pk", "role", "person_id", "person__given_name", "person__family_name", "person__email", "person__invented",
    "person__languages", "post_id", "post__name_en", "post__name_fr",
)  # fmt: skip


def _covered(on: date, posts: Any) -> dict[str, set[str]]:
    """Return what each of these posts covers on a day."""
    found: dict[str, set[str]] = defaultdict(set)
    rows = Coverage.objects.filter(post__in=posts).values_list("post_id", "territory_id", "since", "until")
    for post, code, since, until in rows:
        if (since is None or since <= on) and (until is None or on <= until):
            found[post].add(code)
    return found


def _covers(on: date) -> QuerySet[Coverage]:
    """Return what posts cover on a day."""
    return Coverage.objects.filter(Q(since__isnull=True) | Q(since__lte=on), Q(until__isnull=True) | Q(until__gte=on))


@dataclass(slots=True)
class _Named:
    """What a designation names: territories, sectors, days of absence."""

    territories: set[str] = field(default_factory=set)
    sectors: set[str] = field(default_factory=set)
    away: list[tuple[date, date]] = field(default_factory=list)


def _named(designations: Sequence[int]) -> dict[int, _Named]:
    """Return what each designation names, in one query of three parts."""
    no_day = Cast(Value(None), DateField())
    territories = Designation.territories.through._default_manager.filter(designation__in=designations)
    sectors = Designation.sectors.through._default_manager.filter(designation__in=designations)
    absences = Absence.objects.filter(designation__in=designations)
    rows = absences.values_list(Value("a"), "designation_id", Value(""), "since", "until").union(
        territories.values_list(Value("t"), "designation_id", "territory_id", no_day, no_day),
        sectors.values_list(Value("s"), "designation_id", "sector_id", no_day, no_day),
        all=True,
    )
    found: dict[int, _Named] = defaultdict(_Named)
    for kind, designation, code, since, until in rows:
        if kind == "a":
            found[designation].away.append((since, until))
        else:
            (found[designation].territories if kind == "t" else found[designation].sectors).add(code)
    return found


def _agent(one: Any, covered: set[str], named: _Named) -> Agent:
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
        frozenset(covered & named.territories if named.territories else covered),
        frozenset(named.sectors),
        tuple(sorted(named.away)),
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


def posts_of(person: UUID | None, on: date) -> frozenset[str]:
    """Return the posts in which a person is designated on a day: what happens there is their affair."""
    if person is None:
        return frozenset()
    return frozenset(in_force(on).filter(person=person).values_list("post_id", flat=True))


def posts_by_code(codes: Iterable[str]) -> dict[str, Post]:
    """Return posts by their code."""
    return {post.code: post for post in Post.objects.filter(code__in=list(codes))}
