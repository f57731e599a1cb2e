"""Reply addresses in force: made for one party to one thing, found again, revoked."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from portulan.desk.core import events
from portulan.desk.core.incoming import tokens
from portulan.desk.core.incoming.models import ReplyToken


class NoReplyAddressError(Exception):
    """The installation has no address that answers could come to; the text names the variable."""


@dataclass(frozen=True, slots=True)
class Party:
    """Whose answer comes to an address, and to what: as it was given to `reply_address`."""

    subject: str
    party: str


@transaction.atomic
def reply_address(subject: str, party: str, actor: str = events.SYSTEM) -> str:
    """Return the address to which one party answers to one thing; the same each time, until it is revoked.

    ``subject`` is written as `Event.subject`, ``party`` is a word of the room without personal data. Raises
    `NoReplyAddressError` where ``PORTULAN_REPLY_ADDRESS`` is not set.
    """
    address = settings.PORTULAN_REPLY_ADDRESS
    if not address:
        raise NoReplyAddressError(
            "set PORTULAN_REPLY_ADDRESS to an address whose mail comes here, as reply@example.org"
        )
    for held in ReplyToken.objects.filter(subject=subject, party=party, revoked_at=None).order_by("pk"):
        token = tokens.derive(settings.SECRET_KEY, held.seed)
        # One made under a former secret of the site cannot be written again, but mail already sent still bears it.
        if tokens.digest(token) == held.digest:
            return tokens.with_token(address, token)
    return tokens.with_token(address, _make(subject, party, actor))


def _make(subject: str, party: str, actor: str) -> str:
    seed = secrets.token_hex(16)
    token = tokens.derive(settings.SECRET_KEY, seed)
    row = ReplyToken.objects.create(subject=subject, party=party, seed=seed, digest=tokens.digest(token))
    events.record("reply address made", row, actor, answers=subject)
    return token


def who_answers(token: str) -> Party | None:
    """Return whose address a token makes, None for one that nobody was given or that was revoked."""
    row = ReplyToken.objects.filter(digest=tokens.digest(token), revoked_at=None).first()
    return Party(row.subject, row.party) if row else None


@transaction.atomic
def revoke(subject: str, party: str | None = None, actor: str = events.SYSTEM) -> int:
    """Have no answer come to a thing any more, from one party or from all; return how many addresses that were."""
    rows = ReplyToken.objects.select_for_update().filter(subject=subject, revoked_at=None)
    gone = list(rows if party is None else rows.filter(party=party))
    for row in gone:
        row.revoked_at = timezone.now()
        row.save(update_fields=["revoked_at"])
        events.record("reply address revoked", row, actor, answers=subject)
    return len(gone)
