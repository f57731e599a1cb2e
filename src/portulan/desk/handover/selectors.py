"""What may be read of handovers, always for an actor."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet

from portulan.desk.handover.models import Handover, HandoverField, HandoverQuestion, State
from portulan.desk.handover.rights import Reach
from portulan.desk.network.models import Designation
from portulan.desk.network.staff import in_force
from portulan.desk.people.models import Person

AHEAD = timedelta(days=90)
"""How long before its end a designation begins to be handed over; and how long after, where no job ran."""


def visible(reach: Reach) -> QuerySet[Handover]:
    """Return the handovers that an actor may see."""
    if reach.all_posts:
        return Handover.objects.all()
    if reach.actor.person is None:
        return Handover.objects.none()
    mine = Q(leaver=reach.actor.person) | Q(arriver=reach.actor.person)
    return Handover.objects.filter(mine | Q(post__in=reach.posts))


def handovers_for(reach: Reach) -> list[Handover]:
    """Return them for a list: those under way first, the soonest first, then those that are over."""
    found = visible(reach).select_related("post", "designation").order_by(F("switch_on").asc(nulls_last=True), "pk")
    return sorted(found[:300], key=lambda one: one.state == State.SWITCHED)


def handover_for(reach: Reach, number: int) -> Handover | None:
    """Return one with all that its page shows, or None where the actor may not know of it."""
    return (
        visible(reach)
        .select_related("post", "designation", "arriving")
        .prefetch_related(
            Prefetch("fields", HandoverField.objects.order_by("pk")),
            Prefetch("questions", HandoverQuestion.objects.order_by("asked_at", "pk")),
        )
        .filter(pk=number)
        .first()
    )


def due(on: date) -> list[Designation]:
    """Return the designations that end soon, or ended lately, and have no handover.

    Not those whose person goes on in the same post: a designation renewed is not a departure.
    """
    goes_on = Designation.objects.filter(
        Q(until__isnull=True) | Q(until__gt=OuterRef("until")), person=OuterRef("person"), post=OuterRef("post"),
        since__lte=OuterRef("until") + timedelta(days=1),
    ).exclude(pk=OuterRef("pk"))  # fmt: skip
    ends = Designation.objects.filter(until__gte=on - AHEAD, until__lte=on + AHEAD, since__lte=on)
    opened = Handover.objects.filter(designation=OuterRef("pk"))
    found = ends.exclude(Exists(goes_on)).exclude(Exists(opened))
    return list(found.select_related("person", "post").order_by("until", "pk"))


def to_switch(on: date) -> list[Handover]:
    """Return those whose day has come and that were not switched."""
    found = Handover.objects.exclude(state__in=(State.SWITCHED, State.VACANT)).filter(designation__until__lt=on)
    return list(found.select_related("post", "designation", "arriving").order_by("designation__until", "pk"))


def to_fill(on: date) -> list[Handover]:
    """Return vacant places whose arriver is there now."""
    return list(
        Handover.objects.filter(state=State.VACANT, arriving__in=in_force(on), designation__isnull=False)
        .select_related("post", "designation", "arriving")
        .order_by("pk")
    )


def moved(on: date) -> list[Handover]:
    """Return handovers under way whose designation ends on another day than was written down."""
    under_way = Handover.objects.exclude(state__in=(State.SWITCHED, State.VACANT)).exclude(designation=None)
    return [
        one
        for one in under_way.select_related("designation")
        if one.designation is not None and one.switch_on != day_after(one.designation.until)
    ]


def day_after(until: date | None) -> date | None:
    """Return the first day on which a designation no longer holds."""
    return until + timedelta(days=1) if until else None


def seats_for(reach: Reach, on: date) -> list[Designation]:
    """Return the designations whose sudden end an actor may declare: their own, or all for coordination."""
    over = Handover.objects.filter(state__in=(State.SWITCHED, State.VACANT), designation=OuterRef("pk"))
    found = in_force(on).exclude(Exists(over))
    if not reach.all_posts:
        found = found.filter(person=reach.actor.person) if reach.actor.person else found.none()
    return list(found.select_related("person", "post").order_by("post", "person__family_name", "pk"))


def others_of(handover: Handover, on: date) -> list[Person]:
    """Return those designated in the post on a day, but for whoever takes over."""
    seats = in_force(on).filter(post=handover.post_id).exclude(person=handover.arriver_id)
    return list({one.person_id: one.person for one in seats.select_related("person").order_by("pk")}.values())


def arrival(handover: Handover, on: date) -> int | None:
    """Return the designation of the arriver where it holds on a day."""
    if handover.arriving_id is None:
        return None
    return in_force(on).filter(pk=handover.arriving_id).values_list("pk", flat=True).first()
