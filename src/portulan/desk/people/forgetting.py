"""Accounts, organisations and sessions that are no longer needed."""

from __future__ import annotations

from datetime import datetime

from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.db.models.functions import Coalesce

from portulan.desk.core import events
from portulan.desk.core.models import Event
from portulan.desk.people.models import Account, Affiliation, Apart, Grant, Organisation


@transaction.atomic
def forget_accounts(unused: datetime, closed: datetime, *, dry_run: bool = False) -> int:
    """Erase accounts last used before ``unused``, closed ones before ``closed``; return how many. The person stays."""
    used = Account.objects.annotate(used=Coalesce(F("last_seen"), F("last_login"), F("created_at")))
    found = list(used.filter(used__lt=unused) | used.filter(used__lt=closed, is_active=False))
    if not dry_run:
        for account in found:
            events.record("account erased", account)
            account.delete()
    return len(found)


@transaction.atomic
def forget_organisations(before: datetime, *, dry_run: bool = False) -> int:
    """Erase organisations that nobody is of, and about which nothing was done since a moment; return how many."""
    # A tombstone stays as long as the row it became: it is what undoes the merge.
    held = [Affiliation.objects.filter(organisation=OuterRef("pk")), Grant.objects.filter(organisation=OuterRef("pk"))]
    found = [
        one
        for one in Organisation.objects.filter(~Exists(held[0]), ~Exists(held[1]), merged_into=None)
        if not Event.objects.filter(subject=f"{one._meta.label_lower}:{one.pk}", at__gte=before).exists()
    ]
    if not dry_run:
        for one in found:
            events.record("organisation erased", one)
            one.delete()
    return len(found)


@transaction.atomic
def forget_apart(before: datetime, *, dry_run: bool = False) -> int:
    """Erase what was said of two rows before a moment: that they are two; return how many."""
    old = Apart.objects.filter(at__lt=before)
    return old.count() if dry_run else old.delete()[0]


@transaction.atomic
def forget_sessions(now: datetime, *, dry_run: bool = False) -> int:
    """Erase sessions that are over; return how many."""
    over = Session.objects.filter(expire_date__lt=now)
    return over.count() if dry_run else over.delete()[0]
