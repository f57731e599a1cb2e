"""The ledger of promises: what, to whom, by when; kept, or let go with a reason."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from portulan.desk.core import events
from portulan.desk.enquiries.models import Need, Promise
from portulan.desk.enquiries.rights import NotYoursError, Reach, is_ours, may_see
from portulan.desk.enquiries.services import DeskError


@transaction.atomic
def promise(reach: Reach, need: Need, what: str, due: date, name: str, *, at: datetime | None = None) -> Promise:
    """Write down what was promised to the one who asked. Raises `DeskError` for a day that has passed."""
    if not may_see(reach, need):
        raise NotYoursError
    at = at or timezone.now()
    if due < timezone.localdate(at):
        raise DeskError("past")
    current = need.matches.filter(current=True).order_by("pk")
    own = next((one for one in current if is_ours(reach, one)), None)
    made = Promise.objects.create(
        need=need, post_id=own.post_id if own else None, person_id=reach.actor.person, name=name, what=what, due=due,
        made_at=at,
    )  # fmt: skip
    events.record("promise made", made, reach.actor.label, due=due.isoformat())
    return made


@transaction.atomic
def settle(reach: Reach, made: Promise, reason: str = "") -> None:
    """Write down that a promise was kept; with a reason, that it was let go. What is settled stays so."""
    if not may_see(reach, made.need):
        raise NotYoursError
    made = Promise.objects.select_for_update(of=("self",)).get(pk=made.pk)
    if made.kept_at or made.dropped_at:
        return
    if reason:
        made.dropped_at, made.reason = timezone.now(), reason
    else:
        made.kept_at = timezone.now()
    made.save(update_fields=["kept_at", "dropped_at", "reason"])
    events.record("promise let go" if reason else "promise kept", made, reach.actor.label)
