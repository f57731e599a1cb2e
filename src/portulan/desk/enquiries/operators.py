"""What becomes of questions in the hands of somebody who no longer acts for an operator: others are asked."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from portulan.desk.core import events
from portulan.desk.enquiries import matching, post
from portulan.desk.enquiries.models import Held, Match, Need
from portulan.desk.enquiries.services import derive
from portulan.desk.people.selectors import officers


def hand_on(on: date) -> int:
    """Ask others of what is open and asked of officers whose role ended; return how many questions moved."""
    waiting = Match.objects.filter(organisation__isnull=False, current=True, need__closed_at__isnull=True)
    there = {(one.organisation, one.person) for one in officers(on)} if waiting.exists() else set()
    left = [
        pk
        for pk, organisation, person in waiting.order_by("pk").values_list("pk", "organisation_id", "person_id")
        if (organisation, person) not in there
    ]
    return sum(_hand_on(pk, on) for pk in left)


@transaction.atomic
def _hand_on(pk: int, on: date) -> int:
    found = Match.objects.filter(pk=pk).values_list("need_id", flat=True).first()
    if found is None:
        return 0
    need = Need.objects.select_for_update().filter(pk=found, closed_at__isnull=True).first()
    old = Match.objects.filter(pk=pk, current=True).first()
    if need is None or old is None or matching.is_there(old, on):
        return 0  # closed, or handed on, since the list was made
    need = Need.objects.select_related("enquiry", "territory", "sector").get(pk=need.pk)
    Match.objects.filter(pk=pk).update(current=False, held=Held.PASSED)
    new = matching.again(need, old, timezone.now(), on)
    derive(need)
    events.record("need handed over", need, to=new.post_id or str(new.organisation_id or "coordination"), vacant=True)
    post.asked(need, [new])
    post.handed(need, new, [])
    return 1
