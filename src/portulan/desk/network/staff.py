"""The network as the desk needs it: who is designated, as colleagues may know, and whose posts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

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

    def body(self, language: str) -> str:
        """Return the name of the post."""
        return self.post_fr if language == "fr" else self.post_en


def in_force(on: date) -> QuerySet[Designation]:
    """Return the designations that hold on a day."""
    return Designation.objects.filter(Q(until__isnull=True) | Q(until__gte=on), since__lte=on)


def agents(on: date, territory: str = "", designations: Iterable[int] = ()) -> list[Agent]:
    """Return those designated for a territory, or these designations, in five queries whatever their number."""
    covers = Coverage.objects.filter(Q(since__isnull=True) | Q(since__lte=on), Q(until__isnull=True) | Q(until__gte=on))
    found = in_force(on)
    if territory:
        found = found.filter(post__in=covers.filter(territory=territory).values("post"))
    if wanted := list(designations):
        found = found.filter(pk__in=wanted)
    rows = list(
        found.select_related("person", "post").prefetch_related("sectors", "territories", "absences").order_by("pk")
    )
    covered: dict[str, set[str]] = {}
    for post, code in covers.filter(post__in={one.post_id for one in rows}).values_list("post_id", "territory_id"):
        covered.setdefault(post, set()).add(code)
    return [_agent(one, covered.get(one.post_id, set())) for one in rows]


def _agent(one: Designation, covered: set[str]) -> Agent:
    named = {territory.code for territory in one.territories.all()}
    return Agent(
        one.pk,
        one.person_id,
        str(one.person),
        one.person.email,
        one.person.invented,
        tuple(one.person.languages),
        one.post_id,
        one.post.name_en,
        one.post.name_fr,
        one.role == Role.LEAD,
        frozenset(covered & named if named else covered),
        frozenset(sector.code for sector in one.sectors.all()),
        tuple((absence.since, absence.until) for absence in one.absences.all()),
    )


def posts_of(person: UUID | None, on: date) -> frozenset[str]:
    """Return the posts in which a person is designated on a day: what happens there is their affair."""
    if person is None:
        return frozenset()
    return frozenset(in_force(on).filter(person=person).values_list("post_id", flat=True))


def posts_by_code(codes: Iterable[str]) -> dict[str, Post]:
    """Return posts by their code."""
    return {post.code: post for post in Post.objects.filter(code__in=list(codes))}
