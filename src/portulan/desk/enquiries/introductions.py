"""Warm introductions: proposed by a colleague, made only when both sides said yes, and over after thirty days."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from portulan.desk.core import events, outbox, tending
from portulan.desk.enquiries import addresses, once
from portulan.desk.enquiries import introduction_post as post
from portulan.desk.enquiries.models import Enquiry, Message, Need, Voice
from portulan.desk.enquiries.models_after import Agreement, Ending, Introduction, Side
from portulan.desk.enquiries.rights import NotYoursError, Reach, may_see
from portulan.desk.enquiries.services import DeskError
from portulan.desk.enquiries.standing import hold
from portulan.desk.network.models import Partner
from portulan.desk.network.partners import partners_for

LASTS = timedelta(days=30)
"""An introduction that somebody has not answered in this time is over."""
BY_PAGE = "button on their page"
_ADDRESS = re.compile(r"[^\s@]+@[^\s@]+\.\w+")
_SHORT = 3


@dataclass(frozen=True, slots=True)
class Proposal:
    """Whom a colleague wants to introduce, and what both sides read before they agree (``body``, ``purpose``)."""

    body: str
    name: str
    email: str
    language: str
    purpose: str
    partner: int | None = None


def partners_to_meet(reach: Reach, on: date) -> list[Partner]:
    """Return the partners that an actor may introduce somebody to: those of their posts with an address."""
    return [one for one in partners_for(reach.actor, on) if one.contact_email]


def gives_away(text: str, *names: str) -> bool:
    """Return whether a text that is read before anybody agreed holds an address, or a word of a name. Pure."""
    if _ADDRESS.search(text):
        return True
    said = set(_words(text))
    return any(word in said for name in names for word in _words(name) if len(word) >= _SHORT)


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text).casefold()
    return re.findall(r"\w+", "".join(one for one in plain if not unicodedata.combining(one)))


@transaction.atomic
def propose(
    reach: Reach, need: Need, said: Proposal, name: str, *, nonce: str = "", at: datetime | None = None
) -> Introduction:
    """Ask both sides whether they want to be introduced. The same form sent twice is one proposal.

    Raises `DeskError` where the asker cannot be written to, where both are one, where the two are asked already, and
    where what both would read names one of them.
    """
    if not may_see(reach, need):
        raise NotYoursError
    (need,) = hold(need)
    mark = once.mark(nonce, need.pk, said.email, said.purpose)
    if mark and (held := Introduction.objects.filter(nonce=mark).first()):
        return held
    _may_propose(need, said)
    at = at or timezone.now()
    own = next((one for one in need.matches.filter(current=True).order_by("pk") if one.post_id in reach.posts), None)
    made = Introduction.objects.create(
        need=need, post_id=own.post_id if own else next(iter(sorted(reach.posts)), None), by_id=reach.actor.person,
        by_name=name, partner_id=said.partner, body=said.body, other_name=said.name, other_email=said.email,
        language=said.language, purpose=said.purpose, nonce=mark, proposed_at=at, lapses_at=at + LASTS,
    )  # fmt: skip
    events.record("introduction proposed", made, reach.actor.label, need=need.pk)
    post.proposed(made)
    return made


def _may_propose(need: Need, said: Proposal) -> None:
    enquiry = need.enquiry
    if need.closed_at is not None:
        raise DeskError("closed")
    if enquiry.erased_at is not None or not enquiry.asker_email:
        raise DeskError("erased")
    if said.email.casefold() == enquiry.asker_email.casefold():
        raise DeskError("oneself")
    if Introduction.objects.filter(need=need, ended_at=None, other_email__iexact=said.email).exists():
        raise DeskError("proposed")
    shown, theirs = f"{said.body} {said.purpose}", [said.name]
    if said.partner:
        # An organisation may bear the name of whoever is there, and is said before anybody agrees.
        shown, theirs = said.purpose, _unsaid(said.name, said.body)
    if gives_away(shown, *_unsaid(enquiry.asker_name, enquiry.organisation), *theirs):
        raise DeskError("gives_away")


def _unsaid(name: str, organisation: str) -> list[str]:
    """Return the words of a name that do not stand in the name of the organisation."""
    told = set(_words(organisation))
    return [word for word in _words(name) if word not in told]


def _held(introduction: Introduction) -> Introduction:
    """Read an introduction again, held with its need: nobody is introduced to somebody who is being erased."""
    hold(introduction.need)
    list(Introduction.objects.select_for_update().filter(pk=introduction.pk).values_list("pk", flat=True))
    found = Introduction.objects.select_related("need__enquiry", "by").get(pk=introduction.pk)
    if found.erased_at is not None:
        raise DeskError("erased")
    return found


def _open(introduction: Introduction, now: datetime) -> None:
    if introduction.ended_at is not None or introduction.lapses_at <= now:
        raise DeskError("over")


@transaction.atomic
def say(introduction: Introduction, side: Side, *, agreed: bool, word: str = "", at: datetime | None = None) -> None:
    """Keep what one side says. Where both agree they are introduced; a no ends it, and the other side is told.

    Raises `DeskError` where it is over.
    """
    at = at or timezone.now()
    introduction = _held(introduction)
    said = {one.side: one for one in introduction.agreements.filter(withdrawn_at=None)}
    mine = said.get(side)
    if mine is not None and mine.agreed == agreed:
        return
    _open(introduction, at)
    if mine is not None:
        Agreement.objects.filter(pk=mine.pk).update(withdrawn_at=at)
    Agreement.objects.create(introduction=introduction, side=side, agreed=agreed, at=at, how=BY_PAGE, word=word)
    events.record("introduction agreed to" if agreed else "introduction declined", introduction, side.value)
    other = Side.OTHER if side is Side.ASKER else Side.ASKER
    if not agreed:
        _end(introduction, Ending.DECLINED, at, tell=(other,), word=word)
    elif other in said:
        _end(introduction, Ending.MADE, at)


@transaction.atomic
def take_back(introduction: Introduction, side: Side) -> None:
    """Take a yes back before the other side gave theirs. Raises `DeskError` where it is over."""
    now = timezone.now()
    introduction = _held(introduction)
    _open(introduction, now)
    if introduction.agreements.filter(side=side, withdrawn_at=None).update(withdrawn_at=now):
        events.record("agreement to introduction withdrawn", introduction, side.value)


@transaction.atomic
def withdraw(reach: Reach, introduction: Introduction) -> None:
    """Withdraw a proposal: both sides are told that it does not take place. Raises `DeskError` where it is over."""
    if not may_see(reach, introduction.need):
        raise NotYoursError
    introduction = _held(introduction)
    now = timezone.now()
    _open(introduction, now)
    events.record("introduction withdrawn", introduction, reach.actor.label)
    _end(introduction, Ending.WITHDRAWN, now, tell=tuple(Side))


def _end(
    introduction: Introduction, ending: Ending, at: datetime, *, tell: tuple[Side, ...] = (), word: str = ""
) -> None:
    introduction.ended_at, introduction.ending = at, ending
    introduction.save(update_fields=["ended_at", "ending"])
    if ending is Ending.MADE:
        events.record("introduction made", introduction)
        post.made(introduction)
    for side in tell:
        post.not_made(introduction, side)
    if ending is not Ending.WITHDRAWN:
        post.to_colleague(introduction, word)


@transaction.atomic
def hear(introduction: Introduction, text: str, *, mail: str = "") -> Message:
    """Take in what the other person answers by mail: a note for colleagues. It is no yes and no no: a button is."""
    introduction = _held(introduction)
    if mail and (held := Message.objects.filter(mail=mail).first()):
        return held
    message = Message.objects.create(
        need=introduction.need, voice=Voice.NOTE, author_name=introduction.other_name, text=text, mail=mail,
        at=timezone.now(),
    )  # fmt: skip
    events.record("other person of introduction wrote", introduction, Side.OTHER.value)
    return message


def lapse(now: datetime | None = None) -> int:
    """End the introductions that somebody has not answered in time; return how many."""
    now = now or timezone.now()
    due = Introduction.objects.filter(ended_at=None, lapses_at__lte=now).order_by("pk")
    ended = 0
    for introduction in list(due.select_related("need")):
        with tending.giving_way():
            ended += _lapse(introduction, now)
    return ended


@transaction.atomic
def _lapse(introduction: Introduction, now: datetime) -> int:
    introduction = _held(introduction)
    if introduction.ended_at is not None:
        return 0  # answered or withdrawn since the list was made
    agreed = introduction.agreements.filter(withdrawn_at=None, agreed=True).values_list("side", flat=True)
    events.record("introduction lapsed", introduction)
    _end(introduction, Ending.LAPSED, now, tell=tuple(Side(one) for one in agreed))
    return 1


@transaction.atomic
def erase_other(introduction: Introduction) -> None:
    """Erase all that names the other person, on their word; the one who asked is told that it does not take place."""
    introduction = _held(introduction)
    was_open, by = introduction.ended_at is None, introduction.by
    _forget(introduction, Side.OTHER.value)
    if was_open:
        introduction.by = by
        # Written after the letters about it were let go of, so that this one leaves.
        post.not_made(introduction, Side.ASKER)
        post.to_colleague(introduction, "")


def forget_with(enquiry: Enquiry) -> None:
    """Erase the introductions of somebody who is being erased, in the transaction of that; the others are told."""
    for introduction in Introduction.objects.select_related("need__enquiry", "by").filter(
        need__enquiry=enquiry, erased_at=None
    ):
        was_open, address = introduction.ended_at is None, introduction.other_email
        _forget(introduction, Side.ASKER.value)
        if was_open:
            post.not_made(introduction, Side.OTHER, to=address)


def _forget(introduction: Introduction, actor: str) -> None:
    """Take away all that names or quotes anybody; what stays is that there was one, and how it ended."""
    now = timezone.now()
    if introduction.ended_at is None:
        introduction.ended_at, introduction.ending = now, Ending.WITHDRAWN
    outbox.forget_about(introduction)
    if introduction.other_name:
        # What the other person wrote by mail, a note of theirs and of no colleague.
        theirs = Message.objects.filter(need=introduction.need_id, voice=Voice.NOTE, author=None).exclude(mail="")
        theirs.filter(author_name=introduction.other_name).delete()
    addresses.revoke_other(introduction)
    blank: dict[str, Any] = {
        "by": None, "by_name": "", "partner": None, "body": "", "other_name": "", "other_email": "", "purpose": "",
        "nonce": None, "erased_at": now, "ended_at": introduction.ended_at, "ending": introduction.ending,
    }  # fmt: skip
    for name, value in blank.items():
        setattr(introduction, name, value)
    introduction.save(update_fields=list(blank))
    introduction.agreements.all().delete()
    events.record("introduction erased", introduction, actor)


@transaction.atomic
def forget_introductions(before: datetime, *, dry_run: bool = False) -> int:
    """Erase what names anybody in introductions that ended before a moment; return how many."""
    old = Introduction.objects.filter(ended_at__lt=before, erased_at=None)
    if dry_run:
        return old.count()
    found = list(old)
    for introduction in found:
        _forget(introduction, events.SYSTEM)
    return len(found)
