"""Who may see and do what with a need."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from portulan.desk.enquiries.models import Match, Need
from portulan.desk.network.staff import posts_of
from portulan.desk.people.actors import Actor, Power


class NotYoursError(Exception):
    """The actor may not see this, and so must not learn that it is there."""


@dataclass(frozen=True, slots=True)
class Reach:
    """What an actor may work on: the needs of their posts, those asked of them for an operator, or all."""

    actor: Actor
    posts: frozenset[str]

    @property
    def organisations(self) -> frozenset[UUID]:
        """The operators that they act for."""
        return frozenset(organisation for organisation, _sectors in self.actor.operator_sectors)

    @property
    def all_posts(self) -> bool:
        """Whether they see the needs of every post."""
        return bool(self.actor.powers & {Power.COORDINATION, Power.ADMINISTRATION})

    @property
    def may_write_down(self) -> bool:
        """Whether they may write down a question for somebody who asked by telephone, or at a fair."""
        return self.at_the_desk or bool(self.actor.operator_sectors)

    @property
    def at_the_desk(self) -> bool:
        """Whether they have anything to do at the desk."""
        return self.all_posts or bool(self.posts) or bool(self.organisations)


def reach_of(actor: Actor, on: date) -> Reach:
    """Return what an actor may work on, on a day: a designation that ended gives nothing."""
    return Reach(actor, posts_of(actor.person, on))


def visible(reach: Reach) -> QuerySet[Need]:
    """Return the needs that an actor may see."""
    if reach.all_posts:
        return Need.objects.all()
    if reach.actor.person is None or not reach.at_the_desk:
        return Need.objects.none()
    # For each need in turn, not all that the post ever had: that grows with the years.
    return Need.objects.filter(Exists(Match.objects.filter(ours(reach), need=OuterRef("pk"))))


def ours(reach: Reach) -> Q:
    """Return what picks the matches of an actor's side: all of a post, their own of an operator."""
    mine = Q(post__in=reach.posts)
    if reach.organisations:
        mine |= Q(person=reach.actor.person, organisation__in=reach.organisations)
    return mine


def is_ours(reach: Reach, match: Match) -> bool:
    """Return the same of one match."""
    of_operator = match.organisation_id in reach.organisations and match.person_id == reach.actor.person
    return match.post_id in reach.posts or of_operator


def is_of_coordination(match: Match) -> bool:
    """Return whether it is the coordination desk that was asked."""
    return match.post_id is None and match.organisation_id is None


def may_see(reach: Reach, need: Need) -> bool:
    """Return whether an actor may see a need."""
    return visible(reach).filter(pk=need.pk).exists()
