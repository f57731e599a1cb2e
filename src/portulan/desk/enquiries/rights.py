"""Who may see and do what with a need."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, QuerySet

from portulan.desk.enquiries.models import Match, Need
from portulan.desk.network.staff import posts_of
from portulan.desk.people.actors import Actor, Power


class NotYoursError(Exception):
    """The actor may not see this, and so must not learn that it is there."""


@dataclass(frozen=True, slots=True)
class Reach:
    """What an actor may work on: the needs of their posts, those handed to them, or all."""

    actor: Actor
    posts: frozenset[str]

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
        return self.all_posts or bool(self.posts)


def reach_of(actor: Actor, on: date) -> Reach:
    """Return what an actor may work on, on a day: a designation that ended gives nothing."""
    return Reach(actor, posts_of(actor.person, on))


def visible(reach: Reach) -> QuerySet[Need]:
    """Return the needs that an actor may see."""
    if reach.all_posts:
        return Need.objects.all()
    if reach.actor.person is None or not reach.posts:
        return Need.objects.none()
    # For each need in turn, not all that the post ever had: that grows with the years.
    return Need.objects.filter(Exists(Match.objects.filter(need=OuterRef("pk"), post__in=reach.posts)))


def may_see(reach: Reach, need: Need) -> bool:
    """Return whether an actor may see a need."""
    return visible(reach).filter(pk=need.pk).exists()
