"""The log of acts: every service that changes a row writes one event, in the same transaction."""

from __future__ import annotations

from typing import Any

from django.db import connection, models
from django.db.models import Max

from portulan.desk.core.models import Event

SYSTEM = "system"
"""Who acts where no person does: a command, a job."""


def record(verb: str, subject: models.Model, actor: str = SYSTEM, **said: Any) -> None:
    """Write one act into the log; raise `RuntimeError` outside a transaction, where it could stand without its act.

    ``said`` holds plain values and no personal data: the log outlives the erasure of a person.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("an event is written in the transaction of its act")
    about = subject._meta.label_lower
    Event.objects.create(actor=actor, verb=verb, about=about, subject=f"{about}:{subject.pk}", said=said)


def last(*about: str) -> int:
    """Return the number of the last act on things of these kinds, such as `network.post`; 0 where there is none."""
    return Event.objects.filter(about__in=about).aggregate(last=Max("pk"))["last"] or 0
