"""What somebody began to ask and has not sent: kept for a while, and opened by a secret that their browser holds.

The secret is an HMAC of the draft, as that of an asker's own page (`keys`): the database alone opens nothing.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from portulan.desk.core import events
from portulan.desk.enquiries.models import Draft

KEPT = timedelta(days=30)
LONGEST, LONGEST_LINE = 12_000, 300
FIELDS = ("market", "sector", "topic", "text", "name", "email", "organisation", "asking", "nonce")
_SALT = "portulan.enquiries.draft"
_LONG = 32


def key_of(draft: Draft) -> str:
    """Return the secret of a draft."""
    return salted_hmac(_SALT, str(draft.pk), algorithm="sha256").hexdigest()[:_LONG]


def found(number: str, key: str) -> Draft | None:
    """Return the draft that a secret opens, while it is kept; None where it opens nothing."""
    try:
        draft = Draft.objects.filter(pk=uuid.UUID(number), kept_at__gt=timezone.now() - KEPT).first()
    except ValueError:
        return None
    return draft if draft is not None and constant_time_compare(key, key_of(draft)) else None


def worth_keeping(typed: Mapping[str, str]) -> bool:
    """Return whether anything was typed that somebody would miss."""
    return any(typed.get(name, "").strip() for name in ("text", "name", "email", "organisation"))


def cut(typed: Mapping[str, str]) -> dict[str, str]:
    """Return what is kept of a form: its own fields, none longer than anybody means."""
    return {
        name: typed.get(name, "").replace("\x00", "")[: LONGEST if name == "text" else LONGEST_LINE] for name in FIELDS
    }


@transaction.atomic
def keep(typed: Mapping[str, str], language: str, draft: Draft | None = None) -> Draft:
    """Keep what was typed, in a draft that is there or in a new one.

    The log has when a draft was begun and thrown away, not each word that was added.
    """
    now = timezone.now()
    row = Draft.objects.select_for_update().filter(pk=draft.pk).first() if draft else None
    if row is None:
        row = Draft.objects.create(fields=cut(typed), language=language, begun_at=now, kept_at=now)
        events.record("draft begun", row, "anonymous")
        return row
    row.fields, row.language, row.kept_at = cut(typed), language, now
    row.save(update_fields=["fields", "language", "kept_at"])
    return row


@transaction.atomic
def throw_away(draft: Draft) -> None:
    """Erase a draft: it was sent, or its writer wants it gone."""
    events.record("draft thrown away", draft, "anonymous")
    Draft.objects.filter(pk=draft.pk).delete()


@transaction.atomic
def forget_old(before: datetime, *, dry_run: bool = False) -> int:
    """Erase the drafts to which nothing was added since a moment; return how many."""
    old = Draft.objects.filter(kept_at__lte=before)
    return old.count() if dry_run else old.delete()[0]
