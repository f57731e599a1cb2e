"""What is done with enquiries: each act one transaction, one event, and its letters."""

from __future__ import annotations

import secrets
from dataclasses import fields
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from portulan.desk.core import events, tending
from portulan.desk.enquiries import matching, once, post, status
from portulan.desk.enquiries.asking import Asked
from portulan.desk.enquiries.matching import Found
from portulan.desk.enquiries.models import (
    Channel,
    Closing,
    Enquiry,
    Held,
    Match,
    Message,
    Need,
    Voice,
)
from portulan.desk.enquiries.rights import NotYoursError, Reach, may_see
from portulan.desk.enquiries.routing import Question
from portulan.desk.network.staff import agents

_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without those that are read one for another: a reference is said on the telephone."""
_TRIES = 3


BY_HAND = (Closing.HELPED, Closing.NO_HELP, Closing.UNREACHABLE, Closing.NOT_FOR_US)
"""How the desk may close a need; only the one who asked withdraws it."""


class DeskError(Exception):
    """What was asked cannot be done; the text says why and what to do."""


def ask(
    asked: Asked,
    language: str,
    *,
    at: datetime | None = None,
    channel: str = Channel.FORM,
    asker: UUID | None = None,
    invented: bool = False,
    actor: str = "anonymous",
) -> Enquiry:
    """Take in an enquiry, find who answers, and write to both. The same form sent twice is one enquiry."""
    mark = once.mark(asked.nonce, *(getattr(asked, field.name) for field in fields(asked)))
    at = at or timezone.now()
    for left in reversed(range(_TRIES)):
        # Found before anything is written: SQLite lets one write at a time, and nobody should wait for what is read.
        found = matching.find(Question(asked.market, asked.sector, asked.topic, language), timezone.localdate(at))
        try:
            return _ask(asked, language, mark, at, channel, found, asker=asker, invented=invented, actor=actor)
        except IntegrityError:
            # Sent twice at once: whichever came first has it. Else a reference was taken, or somebody has just left.
            if mark and (held := Enquiry.objects.filter(nonce=mark).first()):
                return held
            if not left:
                raise
    raise AssertionError("every try returned or raised")


@transaction.atomic
def _ask(
    asked: Asked, language: str, mark: str | None, at: datetime, channel: str, found: Found, *, asker: UUID | None,
    invented: bool, actor: str,
) -> Enquiry:  # fmt: skip
    if mark and (held := Enquiry.objects.filter(nonce=mark).first()):
        return held
    enquiry = Enquiry.objects.create(
        reference=_reference(),
        nonce=mark,
        asker_id=asker,
        asker_name=asked.name,
        asker_email=asked.email,
        organisation=asked.organisation,
        asking=asked.asking,
        language=language,
        text=asked.text,
        channel=channel,
        received_at=at,
        invented=invented,
    )
    need = Need.objects.create(
        enquiry=enquiry,
        territory_id=asked.market or None,
        sector_id=asked.sector or None,
        topic=asked.topic,
        opened_at=at,
    )
    matches = matching.match(need, at, timezone.localdate(at), found)
    events.record("enquiry received", enquiry, actor, channel=str(channel), asked=len(matches))
    post.received(need, matches)
    post.asked(need, matches)
    return enquiry


def _reference() -> str:
    """Return a reference that nobody has, all but certainly: the database refuses one that is taken."""
    text = "".join(secrets.choice(_LETTERS) for _ in range(8))
    return f"{text[:4]}-{text[4:]}"


def _locked(need: Need) -> Need:
    """Read a need again, held until the act is done where the database can hold a row."""
    # Held first, read afterwards: what is joined to a row that was waited for is as it stood before the wait.
    if not Need.objects.select_for_update().filter(pk=need.pk).values_list("pk", flat=True):
        raise NotYoursError
    return Need.objects.select_related("enquiry", "territory", "sector").get(pk=need.pk)


def _mine(reach: Reach, need: Need) -> Need:
    if not may_see(reach, need):
        raise NotYoursError
    return _locked(need)


def derive(need: Need) -> None:
    """Bring the status of a need in line with its matches; every act ends here."""
    held = Match.objects.filter(need=need, current=True).values_list("held", flat=True)
    need.status = status.derive(held, closed=need.closed_at is not None)
    need.save(update_fields=["status"])


@transaction.atomic
def take(reach: Reach, need: Need, name: str) -> None:
    """Take a need in hand: colleagues see by whom. What another of the post has taken is theirs to pass on."""
    need = _mine(reach, need)
    _still_open(need)
    match = _own_match(reach, need)
    _hold(match, reach, name, Held.TAKEN)
    derive(need)
    events.record("need taken", need, reach.actor.label)


def _still_open(need: Need) -> None:
    if need.closed_at is not None:
        raise DeskError("closed")


def _own_match(reach: Reach, need: Need) -> Match:
    """Return the current match that this actor acts for: their own, else that of their post, else any they oversee."""
    current = list(need.matches.filter(current=True).order_by("pk"))
    mine = [one for one in current if one.person_id is not None and one.person_id == reach.actor.person]
    ours = [one for one in current if one.post_id in reach.posts]
    desk = [one for one in current if one.post_id is None] if reach.all_posts else []
    for found in (mine, ours, desk, current if reach.all_posts else []):
        if found:
            return found[0]
    # Theirs until somebody handed it on: the actor may still read it.
    raise DeskError("passed")


def _hold(match: Match, reach: Reach, name: str, held: str) -> None:
    """Write down what the one asked does. Whoever of the post does it is from now on the one who has it in hand."""
    match.held = held
    match.taken_at = match.taken_at or timezone.now()
    if match.person_id != reach.actor.person and (match.post_id in reach.posts or match.post_id is None):
        match.person_id = reach.actor.person
        match.name = name
        match.designation = None
    match.save()


@transaction.atomic
def answer(reach: Reach, need: Need, text: str, name: str, *, nonce: str = "", at: datetime | None = None) -> Message:
    """Answer the one who asked, by letter. The same form sent twice is one answer."""
    need = _mine(reach, need)
    mark = once.mark(nonce, need.pk, Voice.ANSWER, text)
    if mark and (held := Message.objects.filter(nonce=mark).first()):
        return held
    _still_open(need)
    if need.enquiry.erased_at is not None:
        raise DeskError("erased")
    at = at or timezone.now()
    match = _own_match(reach, need)
    _hold(match, reach, name, Held.ANSWERED)
    message = Message.objects.create(
        need=need, voice=Voice.ANSWER, author_id=reach.actor.person, author_name=name, text=text, at=at, nonce=mark
    )  # fmt: skip
    if need.first_answer_at is None:
        need.first_answer_at = at
    need.snoozed_until = None
    need.save(update_fields=["first_answer_at", "snoozed_until"])
    derive(need)
    events.record("need answered", need, reach.actor.label)
    message.mail = post.answered(need, match, text, name)
    message.save(update_fields=["mail"])
    return message


@transaction.atomic
def note(reach: Reach, need: Need, text: str, name: str, *, nonce: str = "") -> Message:
    """Leave a note among colleagues: the one who asked never sees it."""
    need = _mine(reach, need)
    mark = once.mark(nonce, need.pk, Voice.NOTE, text)
    if mark and (held := Message.objects.filter(nonce=mark).first()):
        return held
    message = Message.objects.create(
        need=need, voice=Voice.NOTE, author_id=reach.actor.person, author_name=name, text=text, at=timezone.now(),
        nonce=mark,
    )  # fmt: skip
    events.record("note left", need, reach.actor.label)
    return message


@transaction.atomic
def hear(need: Need, text: str, *, nonce: str = "", mail: str = "", at: datetime | None = None) -> Message:
    """Take in what the one who asked says: those who have it in hand are told; a closed need opens again.

    Raises `DeskError` where they were erased.
    """
    need = _locked(need)
    if need.enquiry.erased_at is not None:
        raise DeskError("erased")
    mark = once.mark(nonce, need.pk, Voice.ASKER, text)
    for name, value in (("nonce", mark), ("mail", mail)):
        if value and (held := Message.objects.filter(**{name: value}).first()):
            return held
    message = Message.objects.create(
        need=need, voice=Voice.ASKER, author_name=need.enquiry.asker_name, text=text, at=at or timezone.now(),
        nonce=mark, mail=mail,
    )  # fmt: skip
    if need.closed_at is not None:
        _open_again(need)
    _find_somebody(need, message.at)
    # Somebody waits for an answer again.
    Match.objects.filter(need=need, current=True, held=Held.ANSWERED).update(held=Held.TAKEN)
    need.snoozed_until = None
    need.save(update_fields=["snoozed_until"])
    derive(need)
    events.record("asker wrote", need, "asker")
    post.more(need, text)
    return message


@transaction.atomic
def pass_on(reach: Reach, need: Need, to: int | None, said: str) -> Match:
    """Hand a need to somebody designated (``to``), or to the coordination desk (None), with the reason.

    Both the new one and the one who asked are told. Raises `DeskError` where nobody of that number is designated today.
    """
    need = _mine(reach, need)
    _still_open(need)
    now, today = timezone.now(), timezone.localdate()
    old = _own_match(reach, need)
    if to is None:
        new = matching.ask_coordination(need, now, said)
    else:
        found = agents(today, designations=[to])
        if not found:
            raise DeskError("nobody")
        new = matching.ask_agent(need, found[0], now, said)
    Match.objects.filter(pk=old.pk).update(current=False, held=Held.PASSED)
    derive(need)
    events.record("need passed on", need, reach.actor.label, to=new.post_id or "coordination")
    post.asked(need, [new])
    post.moved(need, new)
    return new


@transaction.atomic
def add_need(reach: Reach, need: Need, market: str, sector: str, topic: str) -> Need:
    """Split: open one more need of the same enquiry, for another market, sector or topic, and find who answers."""
    need = _mine(reach, need)
    now = timezone.now()
    same = Need.objects.filter(enquiry=need.enquiry, territory=market or None, sector=sector or None, topic=topic)
    if same.exists():
        raise DeskError("same")
    new = Need.objects.create(
        enquiry=need.enquiry, territory_id=market or None, sector_id=sector or None, topic=topic, opened_at=now
    )
    matches = matching.match(new, now, timezone.localdate(now))
    events.record("need split", new, reach.actor.label, of=need.pk)
    post.asked(new, matches)
    post.moved(new, matches[0])
    return new


@transaction.atomic
def snooze(reach: Reach, need: Need, until: date | None) -> None:
    """Put a need aside until a day, or take it back (None). The one who asked still waits: reminders go on."""
    need = _mine(reach, need)
    _still_open(need)
    if until is not None and until <= timezone.localdate():
        raise DeskError("past")
    need.snoozed_until = until
    need.save(update_fields=["snoozed_until"])
    events.record("need put aside", need, reach.actor.label, until=until.isoformat() if until else "")


@transaction.atomic
def close(reach: Reach, need: Need, closing: str, where_to: str, *, at: datetime | None = None) -> None:
    """Close a need, and tell the one who asked how; raise `DeskError` where it does not say where to go instead."""
    need = _mine(reach, need)
    _still_open(need)
    if closing not in BY_HAND:
        raise DeskError("closing")
    if closing == Closing.NOT_FOR_US and not where_to:
        raise DeskError("where")
    need.closed_at, need.closing, need.where_to, need.snoozed_until = at or timezone.now(), closing, where_to, None
    need.save(update_fields=["closed_at", "closing", "where_to", "snoozed_until"])
    derive(need)
    events.record("need closed", need, reach.actor.label, closing=closing)
    post.closed(need)


@transaction.atomic
def reopen(reach: Reach, need: Need) -> None:
    """Open a closed need again."""
    need = _mine(reach, need)
    if need.closed_at is None:
        return
    _open_again(need)
    _find_somebody(need, timezone.now())
    derive(need)
    events.record("need opened again", need, reach.actor.label)


def _open_again(need: Need) -> None:
    need.closed_at, need.closing, need.where_to = None, "", ""
    need.save(update_fields=["closed_at", "closing", "where_to"])
    Match.objects.filter(need=need, current=True, held=Held.ANSWERED).update(held=Held.TAKEN)


def _find_somebody(need: Need, at: datetime) -> None:
    """Ask again where the one who had a need has left: what is closed is not handed over, and may open again."""
    on = timezone.localdate(at)
    for old in need.matches.filter(current=True).select_related("post"):
        if not matching.is_there(old, on):
            Match.objects.filter(pk=old.pk).update(current=False, held=Held.PASSED)
            new = matching.again(need, old, at, on)
            post.asked(need, [new])
            post.handed(need, new, [])


@transaction.atomic
def rate(need: Need, satisfied: int) -> None:
    """Keep whether the one who asked was helped: 1 no, 2 partly, 3 yes. They may change their mind."""
    if satisfied not in (1, 2, 3):
        raise DeskError("rating")
    Need.objects.filter(pk=need.pk).update(satisfied=satisfied)
    events.record("need rated", need, "asker", satisfied=satisfied)


def remind(now: datetime | None = None) -> int:
    """Remind those asked of what waits for its first answer; return how many letters went.

    Each need by itself: whoever answers meanwhile waits for one letter, not for all of them.
    """
    now = now or timezone.now()
    late = Need.objects.filter(first_answer_at=None, closed_at=None, opened_at__lte=now - status.LATE_AFTER)
    waiting = late.filter(enquiry__invented=False)  # a past that is made up waits for nobody
    rows = list(waiting.order_by("opened_at", "pk").values_list("pk", "opened_at", "reminded"))
    sent = 0
    for pk, opened, reminded in rows:
        if status.reminder_due(opened, reminded, now):
            with tending.giving_way():
                sent += _remind(pk, now)
    return sent


@transaction.atomic
def _remind(pk: int, now: datetime) -> int:
    waiting = Need.objects.select_for_update(of=("self",)).filter(first_answer_at=None, closed_at=None)
    need = waiting.select_related("enquiry", "territory", "sector").filter(pk=pk).first()
    days = status.reminder_due(need.opened_at, need.reminded, now) if need else 0
    if need is None or not days:
        return 0  # answered, closed or reminded since the list was made
    need.reminded = days
    need.save(update_fields=["reminded"])
    sent = post.reminded(need, days, last=days == status.REMINDERS[-1])
    events.record("reminder sent", need, days=days)
    return sent
