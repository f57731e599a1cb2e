"""The log of acts: every service that changes a row writes one event, in the same transaction."""

from __future__ import annotations

from typing import Any

from django.db import connection, models
from django.db.models import Max

from portulan.desk.core.models import Event

SYSTEM = "system"
"""Who acts where no person does: a command, a job."""


def record(verb: str, subject: models.Model | type[models.Model], actor: str = SYSTEM, **said: Any) -> None:
    """Write one act into the log; raise `RuntimeError` outside a transaction, where it could stand without its act.

    The subject is a row, or a model where the act is on many rows.

    ``said`` holds plain values and no personal data: the log outlives the erasure of a person.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("an event is written in the transaction of its act")
    about = subject._meta.label_lower
    name = about if isinstance(subject, type) else f"{about}:{subject.pk}"
    Event.objects.create(actor=actor, verb=verb, about=about, subject=name, said=said)


def last(*about: str) -> int:
    """Return the number of the last act on things of these kinds, such as `network.post`, of all where none is named.

    0 where there is none.
    """
    found = Event.objects.filter(about__in=about) if about else Event.objects
    return found.aggregate(last=Max("pk"))["last"] or 0
