"""Incoming mail that is no longer needed."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from portulan.desk.core.incoming.models import ReceivedMail, State
from portulan.desk.core.incoming.services import erase_mail


def forget_received(dealt_with: datetime, waiting: datetime, *, dry_run: bool = False) -> int:
    """Erase mail that came before ``dealt_with`` and was handled or ignored, or before ``waiting`` in any case.

    Return how many. What was made of a mail, a question or an answer, is kept by the room that made it.
    """
    old = ReceivedMail.objects.filter(
        Q(received_at__lt=dealt_with, state__in=(State.HANDLED, State.IGNORED)) | Q(received_at__lt=waiting)
    )
    if dry_run:
        return old.count()
    found = list(old)
    for mail in found:
        erase_mail(mail)
    return len(found)
