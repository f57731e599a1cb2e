"""Incoming mail as it is read."""

from __future__ import annotations

from django.db.models import QuerySet

from portulan.desk.core import private
from portulan.desk.core.incoming.letters import Glance, Letter, glance, read_letter
from portulan.desk.core.incoming.models import ReceivedMail, State

KIND = "mail"
"""The private folder of the bytes."""
HEAD = 65_536


def raw_of(received: ReceivedMail) -> bytes:
    """Return a mail as it came; of one that was refused, its beginning. Raises `OSError` where its file is gone."""
    return private.read(KIND, received.kept_as)


def letter_of(received: ReceivedMail) -> Letter:
    """Return a mail as a letter. Raises `UnreadableLetterError`, or `OSError` where its file is gone."""
    return read_letter(raw_of(received))


def glance_of(received: ReceivedMail) -> Glance:
    """Return who wrote a mail, when and on what, as far as it can be read; for lists."""
    try:
        return glance(raw_of(received)[:HEAD])
    except OSError:
        return Glance("", "", "", None)


def waiting() -> QuerySet[ReceivedMail]:
    """Return the mails that wait to be handled, the oldest first."""
    return ReceivedMail.objects.filter(state=State.RECEIVED).order_by("pk")


def failed() -> QuerySet[ReceivedMail]:
    """Return the mails that could not be handled, the oldest first."""
    return ReceivedMail.objects.filter(state=State.FAILED).order_by("pk")


def to_look_at() -> QuerySet[ReceivedMail]:
    """Return the mails that somebody must look at, the oldest first: those that failed, those that were too large."""
    return ReceivedMail.objects.filter(state__in=[State.FAILED, State.REFUSED]).order_by("pk")


def ignored() -> QuerySet[ReceivedMail]:
    """Return the mails that were set aside, by us or by somebody, the newest first."""
    return ReceivedMail.objects.filter(state=State.IGNORED).order_by("-pk")


def became(subject: str) -> QuerySet[ReceivedMail]:
    """Return the mails that became one thing (as in `Event.subject`), the oldest first."""
    return ReceivedMail.objects.filter(subject=subject).order_by("pk")
