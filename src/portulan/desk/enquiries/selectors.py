"""What may be read of enquiries, always for an actor; the asker reads by the secret of their page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone

from portulan.desk.enquiries import selectors_after, status
from portulan.desk.enquiries.keys import opens
from portulan.desk.enquiries.models import Enquiry, Match, Message, Need, Promise, Status, Voice
from portulan.desk.enquiries.models_after import Introduction, Joined
from portulan.desk.enquiries.rights import Reach, ours, visible

PAGE = 25
"""Needs on one page of the inbox."""
MUCH = 2000
"""From so many needs on, the last ones of a post are near the end of the list of all."""


class View(StrEnum):
    """What the inbox shows."""

    MINE = "mine"
    POST = "post"
    ALL = "all"
    LATE = "late"
    ASIDE = "aside"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Shown:
    """One page of the inbox. ``next`` is the number to ask the following page with; None on the last."""

    needs: Sequence[Need]
    next: int | None


def inbox(reach: Reach, view: View, *, after: int | None = None, sector: str = "", market: str = "") -> Shown:
    """Return a page of the inbox, the longest waiting first (the latest first where closed), whatever their number."""
    closed = view is View.CLOSED
    found = _narrowed(_closed(reach) if closed else _open(reach).filter(_in(reach, view)), sector, market)
    if after is not None:
        found = found.filter(_beyond(after, latest_first=closed))
    rows = list(
        found.order_by(*(("-opened_at", "-pk") if closed else ("opened_at", "pk")))
        .select_related("enquiry", "territory", "sector")
        .prefetch_related(
            Prefetch(
                "matches", Match.objects.filter(current=True).select_related("post", "organisation").order_by("pk")
            )
        )[: PAGE + 1]
    )
    more = len(rows) > PAGE
    return Shown(rows[:PAGE], rows[PAGE - 1].pk if more else None)


def _beyond(after: int, *, latest_first: bool) -> Q:
    """Return what picks the needs that follow one in the list; all of them where that one is not there."""
    last = Need.objects.filter(pk=after).values_list("opened_at", flat=True).first()
    if last is None:
        return Q()
    # The first condition says nothing new, and lets an index begin where the page does.
    if latest_first:
        return Q(opened_at__lte=last) & (Q(opened_at__lt=last) | Q(pk__lt=after))
    return Q(opened_at__gte=last) & (Q(opened_at__gt=last) | Q(pk__gt=after))


def counts(reach: Reach) -> dict[View, int]:
    """Return how many needs each view of what is open holds, in one query; closed ones, ever more, are not counted."""
    views = [view for view in views_of(reach) if view is not View.CLOSED]
    found = _open(reach).aggregate(**{view.value: Count("pk", filter=_in(reach, view)) for view in views})
    return {view: found[view.value] for view in views}


def views_of(reach: Reach) -> tuple[View, ...]:
    """Return what somebody may choose between: whoever sees every post also sees all that is open at once.

    Who acts for an operator has no post: what is asked of them is theirs.
    """
    there = {View.ALL: reach.all_posts, View.POST: reach.all_posts or bool(reach.posts)}
    return tuple(view for view in View if there.get(view, True))


def _narrowed(found: QuerySet[Need], sector: str, market: str) -> QuerySet[Need]:
    if sector:
        found = found.filter(sector=sector)
    return found.filter(territory=market) if market else found


def _open(reach: Reach) -> QuerySet[Need]:
    """Return what is open, by an index that holds nothing else (`closed_at` and the status say the same)."""
    return visible(reach).filter(closed_at__isnull=True)


def _closed(reach: Reach) -> QuerySet[Need]:
    """Return what is closed: read from the latest on where posts had much, else found from the little they had."""
    found = visible(reach).filter(status=Status.CLOSED)
    if reach.all_posts:
        return found
    had = Match.objects.filter(ours(reach))
    return found.filter(pk__in=had.values("need")) if had[:MUCH].count() < MUCH else found


def _in(reach: Reach, view: View) -> Q:
    """Return what picks the open needs of a view."""
    today, now = timezone.localdate(), timezone.now()
    if view is View.ASIDE:
        return Q(snoozed_until__gt=today)
    awake = Q(snoozed_until__isnull=True) | Q(snoozed_until__lte=today)
    if view is View.LATE:
        return awake & Q(first_answer_at__isnull=True, opened_at__lte=now - status.LATE_AFTER)
    current = Match.objects.filter(need=OuterRef("pk"), current=True)
    if view is View.MINE:
        return awake & Q(Exists(current.filter(person=reach.actor.person)))
    return awake & _ours(current, reach) if view is View.POST else awake


def _ours(current: QuerySet[Match], reach: Reach) -> Q:
    """Return what picks the needs that the actor's side has in hand: their posts', or the coordination desk's."""
    mine = current.filter(ours(reach))
    if reach.all_posts:
        mine = current.filter(ours(reach) | Q(post__isnull=True, organisation__isnull=True))
    return Q(Exists(mine))


def need_for(reach: Reach, number: int) -> Need | None:
    """Return a need with all that its page shows, or None where the actor may not know of it."""
    found = (
        visible(reach)
        .annotate(asked_elsewhere=selectors_after.asked_elsewhere())
        .select_related("enquiry", "territory", "sector")
        .prefetch_related(
            Prefetch("matches", Match.objects.select_related("post", "organisation").order_by("-current", "pk")),
            Prefetch("messages", Message.objects.order_by("at", "pk")),
            Prefetch("promises", Promise.objects.select_related("post").order_by("due", "pk")),
        )
        .filter(pk=number)
        .first()
    )
    if found is not None:
        selectors_after.bring_along(found)
    return found


def plain_need(reach: Reach, number: int) -> Need | None:
    """Return a need without what was said of it, or None where the actor may not know of it."""
    return visible(reach).select_related("enquiry", "territory", "sector").filter(pk=number).first()


def first_need_for(reach: Reach, enquiry: Enquiry) -> int | None:
    """Return the number of the first need of an enquiry that the actor may see."""
    return visible(reach).filter(enquiry=enquiry).order_by("pk").values_list("pk", flat=True).first()


def beside(need: Need, reach: Reach) -> list[Need]:
    """Return the other needs of the same enquiry that the actor may see."""
    others = visible(reach).filter(enquiry=need.enquiry).exclude(pk=need.pk)
    return list(others.select_related("territory", "sector").order_by("pk"))


def own(reference: str, key: str) -> Enquiry | None:
    """Return the enquiry that a secret opens, with what its asker may read: no note of the desk."""
    found = Enquiry.objects.filter(reference=reference).first()
    if found is None or not opens(key, found) or selectors_after.is_joined(found):
        return None
    return (
        Enquiry.objects.prefetch_related(
            Prefetch("needs", Need.objects.select_related("territory", "sector").order_by("pk")),
            Prefetch("needs__messages", Message.objects.exclude(voice=Voice.NOTE).order_by("at", "pk")),
            Prefetch(
                "needs__matches",
                Match.objects.filter(current=True).select_related("post", "organisation").order_by("pk"),
            ),
            Prefetch("needs__introductions", Introduction.objects.select_related("post")),
            "needs__introductions__agreements",
            Prefetch("needs__joined_here", Joined.objects.select_related("gone__enquiry").order_by("pk")),
            "needs__checks",
        )
        .filter(pk=found.pk)
        .first()
    )


def promises_due(reach: Reach, on: date) -> list[Promise]:
    """Return what the actor's posts promised and have not settled yet, the soonest first."""
    open_ones = Promise.objects.filter(kept_at=None, dropped_at=None)
    if not reach.all_posts:
        open_ones = open_ones.filter(Q(post__in=reach.posts) | Q(person=reach.actor.person))
    elif not reach.posts:
        open_ones = open_ones.filter(Q(post__isnull=True) | Q(due__lt=on))
    return list(open_ones.select_related("post", "need__enquiry")[:50])


def waiting_since(need: Need) -> datetime:
    """Return since when the one who asked waits: for their first answer, else for the next."""
    said = [one for one in need.messages.all() if one.voice in (Voice.ASKER, Voice.ANSWER)]
    asked = [one.at for one in said if one.voice == Voice.ASKER]
    last_answer = max((one.at for one in said if one.voice == Voice.ANSWER), default=None)
    since = [at for at in asked if last_answer is None or at > last_answer]
    if last_answer is None:
        since.append(need.opened_at)
    return min(since, default=need.opened_at)
