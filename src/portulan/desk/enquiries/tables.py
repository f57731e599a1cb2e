"""A table of questions taken in: all of it or nothing, and what is there already is left out."""

from __future__ import annotations

import base64
import binascii
import zlib
from collections.abc import Sequence

from django.db import transaction

from portulan.desk.core import events
from portulan.desk.enquiries import post, services
from portulan.desk.enquiries.matching import Designated
from portulan.desk.enquiries.models import Channel, Enquiry
from portulan.desk.enquiries.rights import NotYoursError, Reach
from portulan.desk.enquiries.table import MOST_BYTES, Line
from portulan.desk.enquiries.taking_in import mark_of

_AT_ONCE = 500
"""Values in one question to the database: SQLite takes some thousands."""


def there_already(lines: Sequence[Line]) -> frozenset[int]:
    """Return the numbers of the lines that were taken in before, from this file or from another."""
    marks = {mark_of(line.asked): line.number for line in lines}
    wanted = [mark for mark in marks if mark]
    found: set[int] = set()
    for start in range(0, len(wanted), _AT_ONCE):
        held = Enquiry.objects.filter(nonce__in=wanted[start : start + _AT_ONCE]).values_list("nonce", flat=True)
        found.update(marks[mark] for mark in held)
    return frozenset(found)


@transaction.atomic
def take_in(reach: Reach, lines: Sequence[Line]) -> tuple[int, int]:
    """Take in every line; return how many are new and how many were there. Raises `ValueError` where one is wrong."""
    if not reach.all_posts:
        raise NotYoursError
    if any(line.wrong for line in lines):
        raise ValueError("a line is wrong: nothing is written")
    known = there_already(lines)
    designated: Designated = {}
    with post.asked_together():
        for line in lines:
            if line.number not in known:
                services.ask(
                    line.asked, line.language, channel=Channel.TABLE, told=line.told, actor=reach.actor.label,
                    known=designated,
                )  # fmt: skip
    new = len(lines) - len(known)
    events.record("table taken in", Enquiry, reach.actor.label, new=new, known=len(known))
    return new, len(known)


def packed(text: str) -> str:
    """Return a table as the form that confirms it carries it: nothing of it is kept before."""
    return base64.b64encode(zlib.compress(text.encode("utf-8"), 9)).decode("ascii")


def unpacked(carried: str) -> str:
    """Return a table that a form carried; empty where it is none of ours."""
    try:
        return zlib.decompressobj().decompress(base64.b64decode(carried, validate=True), 4 * MOST_BYTES).decode("utf-8")
    except (binascii.Error, zlib.error, ValueError):
        return ""
