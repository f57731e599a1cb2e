"""Letters that came in and of which nothing could be made: listed, tried again, put away, or made a question of.

They are the coordination desk's alone: who wrote to whom is not known yet.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from portulan.desk.core.incoming import selectors as incoming
from portulan.desk.core.incoming import services as mail
from portulan.desk.core.incoming.letters import Letter, UnreadableLetterError
from portulan.desk.core.incoming.models import ReceivedMail, State
from portulan.desk.core.incoming.plain import decode
from portulan.desk.enquiries import services
from portulan.desk.enquiries.asking import Asked, Told
from portulan.desk.enquiries.attaching import SentFile
from portulan.desk.enquiries.by_mail import files_in
from portulan.desk.enquiries.models import Channel, Enquiry
from portulan.desk.enquiries.rights import NotYoursError, Reach

PAGE = 50
BEGINNING = 20_000
"""Characters that are shown of a letter as it came."""
_STRAY = (State.FAILED, State.REFUSED, State.IGNORED)


class DealtWithError(Exception):
    """Somebody has dealt with this letter meanwhile, or it is no longer kept."""


def count(reach: Reach) -> int:
    """Return how many letters wait for somebody to look at them."""
    return incoming.to_look_at().count() if reach.all_posts else 0


def listed(reach: Reach, *, away: bool, after: int = 0) -> tuple[Sequence[ReceivedMail], int]:
    """Return the letters that wait, the oldest first, or those put away, the newest first; and where to go on (0)."""
    if not reach.all_posts:
        raise NotYoursError
    found = incoming.ignored() if away else incoming.to_look_at()
    if after:
        found = found.filter(pk__lt=after) if away else found.filter(pk__gt=after)
    rows = list(found[: PAGE + 1])
    return rows[:PAGE], rows[PAGE - 1].pk if len(rows) > PAGE else 0


def one(reach: Reach, number: int) -> ReceivedMail:
    """Return a letter of which nothing was made yet. Raises `NotYoursError`, or `DealtWithError`."""
    if not reach.all_posts:
        raise NotYoursError
    found = ReceivedMail.objects.filter(pk=number).first()
    if found is None:
        raise NotYoursError
    if found.state not in _STRAY:
        raise DealtWithError
    return found


def letter_of(received: ReceivedMail) -> Letter | None:
    """Return what can be read of a letter; None where it is nothing."""
    try:
        return incoming.letter_of(received)
    except (UnreadableLetterError, OSError):
        return None


def as_it_came(received: ReceivedMail) -> str:
    """Return the beginning of a letter as it came, as plain text; empty where its file is gone."""
    try:
        return decode(incoming.raw_of(received)[: 2 * BEGINNING], None)[0][:BEGINNING]
    except OSError:
        return ""


def files_of(letter: Letter | None) -> tuple[SentFile, ...]:
    """Return what came with a letter."""
    return files_in(letter) if letter else ()


def try_again(reach: Reach, number: int, *, as_written: bool) -> ReceivedMail:
    """Have a letter taken in again; return it as it is then. ``as_written``: a person wrote it, whatever it says."""
    try:
        return mail.retry(one(reach, number), reach.actor.label, as_written=as_written)
    except mail.IncomingError as error:
        raise DealtWithError from error


def put_away(reach: Reach, number: int, reason: str) -> None:
    """Put a letter away, with the reason. It can be taken out again for as long as it is kept."""
    try:
        mail.set_aside(one(reach, number), reason, reach.actor.label)
    except mail.IncomingError as error:
        raise DealtWithError from error


@transaction.atomic
def make_question(
    reach: Reach, number: int, asked: Asked, language: str, told: Told, files: Sequence[SentFile]
) -> Enquiry:
    """Make a question of a letter, with its files and those given: either both are written, or nothing."""
    received = one(reach, number)
    enquiry = services.ask(
        asked, language, channel=Channel.MAIL, told=told, files=(*files_of(letter_of(received)), *files),
        actor=reach.actor.label,
    )  # fmt: skip
    try:
        mail.handled_by_hand(received, f"enquiries.enquiry:{enquiry.pk}", reach.actor.label)
    except mail.IncomingError as error:
        raise DealtWithError from error
    return enquiry
