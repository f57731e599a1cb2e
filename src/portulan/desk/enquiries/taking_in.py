"""An enquiry taken in, whichever way it came: one transaction, one event, and the letters to both sides."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from portulan.desk.core import events
from portulan.desk.enquiries import attaching, matching, once, post
from portulan.desk.enquiries.asking import Asked, Told
from portulan.desk.enquiries.attaching import SentFile
from portulan.desk.enquiries.matching import Designated, Found
from portulan.desk.enquiries.models import Channel, Enquiry, Need
from portulan.desk.enquiries.routing import Question

_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without those that are read one for another: a reference is said on the telephone."""
_TRIES = 3


@dataclass(frozen=True, slots=True)
class _Came:
    """How an enquiry came."""

    language: str
    at: datetime
    channel: str
    told: Told
    files: Sequence[SentFile]
    asker: UUID | None
    invented: bool
    actor: str


def ask(
    asked: Asked,
    language: str,
    *,
    at: datetime | None = None,
    channel: str = Channel.FORM,
    told: Told | None = None,
    files: Sequence[SentFile] = (),
    asker: UUID | None = None,
    invented: bool = False,
    actor: str = "anonymous",
    known: Designated | None = None,
) -> Enquiry:
    """Take in an enquiry, find who answers, and write to both. The same form sent twice is one enquiry.

    ``told``: who of the desk wrote it down for somebody. A file that is not accepted is kept as refused, without bytes.
    ``asker``: who asked, where they were signed in. ``known``: who is designated where, kept between many questions.
    """
    mark = mark_of(asked)
    came = _Came(language, at or timezone.now(), channel, told or Told(), files, asker, invented, actor)
    for left in reversed(range(_TRIES)):
        # Found before anything is written: SQLite lets one write at a time, and nobody should wait for what is read.
        question = Question(asked.market, asked.sector, asked.topic, language)
        found = matching.find(question, timezone.localdate(came.at), known if left == _TRIES - 1 else None)
        try:
            return _ask(asked, mark, came, found)
        except IntegrityError:
            # Sent twice at once: whichever came first has it. Else a reference was taken, or somebody has just left.
            if mark and (held := Enquiry.objects.filter(nonce=mark).first()):
                return held
            if not left:
                raise
    raise AssertionError("every try returned or raised")


def mark_of(asked: Asked) -> str | None:
    """Return what tells an enquiry sent twice; None where it says no number."""
    return once.mark(asked.nonce, *(getattr(asked, field.name) for field in fields(asked)))


def is_taken_in(asked: Asked) -> bool:
    """Return whether an enquiry was taken in already, from this form and with these words."""
    mark = mark_of(asked)
    return mark is not None and Enquiry.objects.filter(nonce=mark).exists()


@transaction.atomic
def _ask(asked: Asked, mark: str | None, came: _Came, found: Found) -> Enquiry:
    if mark and (held := Enquiry.objects.filter(nonce=mark).first()):
        return held
    enquiry = Enquiry.objects.create(
        reference=_reference(),
        nonce=mark,
        asker_id=came.asker,
        asker_name=asked.name,
        asker_email=asked.email,
        asker_phone=came.told.phone,
        organisation=asked.organisation,
        asking=asked.asking,
        language=came.language,
        text=asked.text,
        channel=came.channel,
        teller_id=came.told.person,
        teller_name=came.told.name,
        heard=came.told.heard,
        ground=came.told.ground,
        received_at=came.at,
        invented=came.invented,
    )
    need = Need.objects.create(
        enquiry=enquiry,
        territory_id=asked.market or None,
        sector_id=asked.sector or None,
        topic=asked.topic,
        opened_at=came.at,
    )
    attaching.keep(enquiry, came.files, came.actor)
    matches = matching.match(need, came.at, timezone.localdate(came.at), found)
    events.record("enquiry received", enquiry, came.actor, channel=str(came.channel), asked=len(matches))
    post.received(need, matches)
    post.asked(need, matches)
    return enquiry


def _reference() -> str:
    """Return a reference that nobody has, all but certainly: the database refuses one that is taken."""
    text = "".join(secrets.choice(_LETTERS) for _ in range(8))
    return f"{text[:4]}-{text[4:]}"
