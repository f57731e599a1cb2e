"""The questions of somebody who is signed in: those asked then, and earlier ones from the same address, once claimed.

An address that was typed proves nothing, so that nothing is anybody's by itself: whoever proved the address claims it.
What they find was sent to them already, to that very address, with the key of the page of their question.
"""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from portulan.desk.core import events
from portulan.desk.enquiries.keys import key_of
from portulan.desk.enquiries.models import Enquiry
from portulan.desk.people.held import Plain

MOST = 200
"""Questions on one page: nobody has more."""


def questions_of(person: UUID) -> list[Enquiry]:
    """Return the questions of a person with their needs, the last first, in two queries."""
    rows = Enquiry.objects.filter(asker_id=person, erased_at=None).order_by("-received_at", "pk")
    return list(rows.prefetch_related("needs__territory", "needs__sector")[:MOST])


def _unclaimed(address: str) -> QuerySet[Enquiry]:
    # Compared in small letters of the database, which on SQLite are those of ASCII alone: others are never alike.
    return Enquiry.objects.filter(asker=None, erased_at=None, asker_email__iexact=address)


def claimable(address: str) -> int:
    """Return how many questions came from a proved address, and are nobody's yet."""
    return _unclaimed(address).count() if address.isascii() else 0


@transaction.atomic
def claim(person: UUID, address: str, *, actor: str) -> int:
    """Write down that the questions from a proved address are of whoever proved it; return how many."""
    if not address.isascii():
        return 0
    found = list(_unclaimed(address).select_for_update().order_by("pk"))
    for enquiry in found:
        enquiry.asker_id = person
        enquiry.save(update_fields=["asker"])
        events.record("enquiry claimed", enquiry, actor)
    return len(found)


def held_of(person: UUID) -> Plain:
    """Return what is held of the questions of a person, for that person."""
    return [
        {
            "reference": one.reference,
            "name": one.asker_name,
            "email": one.asker_email,
            "organisation": one.organisation,
            "text": one.text,
            "received_at": one.received_at.isoformat(),
            "page_key": key_of(one),
        }
        for one in questions_of(person)
    ]
