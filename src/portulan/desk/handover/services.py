"""What is done with handovers: each act one transaction and one event."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from portulan.desk.core import events, passing_on
from portulan.desk.handover import content, post, selectors
from portulan.desk.handover.models import Handover, HandoverField, HandoverQuestion, Key, State, Why
from portulan.desk.handover.rights import OVER, NotYoursError, Reach
from portulan.desk.network import services as network
from portulan.desk.network.models import Designation
from portulan.desk.people.models import Person
from portulan.desk.people.services import PeopleError, add_person, open_account

log = logging.getLogger(__name__)
LONGEST_FIELD = 1500
"""Characters in one of the eight fields: what is longer is not read."""


class HandoverError(Exception):
    """What was asked cannot be done; the text is a word for why."""


def _locked(handover: Handover) -> Handover:
    """Read a handover again, held until the act is done where the database can hold a row."""
    return Handover.objects.select_for_update(of=("self",)).select_related("post", "designation").get(pk=handover.pk)


def _mine(reach: Reach, handover: Handover, act: str) -> Handover:
    """Return a handover with which the actor may do this now.

    Raises `NotYoursError` where they may not know of it, `HandoverError` where it is no longer, or not theirs, to do.
    """
    handover = _locked(handover)
    if not reach.sees(handover):
        raise NotYoursError
    if not reach.may(act, handover):
        raise HandoverError("not_now")
    return handover


# -- opening ------------------------------------------------------------------


def _open(designation: Designation, why: Why, at: datetime) -> Handover:
    handover = Handover.objects.create(
        designation=designation, post_id=designation.post_id, leaver_id=designation.person_id,
        leaver_name=str(designation.person), opened_at=at, why=why, switch_on=selectors.day_after(designation.until),
        invented=designation.person.invented,
    )  # fmt: skip
    events.record("handover opened", handover, post=designation.post_id, why=str(why))
    post.opened(handover, designation.person)
    return handover


@transaction.atomic
def open_due(on: date) -> list[Handover]:
    """Open the handovers that are due on a day: one for each designation that ends within 90 days.

    Those under way follow their designation where its last day was moved.
    """
    for handover in selectors.moved(on):
        handover.switch_on = selectors.day_after(handover.designation.until if handover.designation else None)
        handover.save(update_fields=["switch_on"])
        events.record("handover moved", handover, to=handover.switch_on.isoformat() if handover.switch_on else "no day")
    return [_open(one, Why.TERM, timezone.now()) for one in selectors.due(on)]


@transaction.atomic
def open_suddenly(reach: Reach, designation: Designation, last_day: date, on: date) -> Handover:
    """Let a designation end at once and open its handover; where the last day has passed, hand the place over.

    One that is open already goes on, sooner. Raises `HandoverError` for a day outside the designation.
    """
    if not reach.all_posts and reach.actor.person != designation.person_id:
        raise NotYoursError
    held = Handover.objects.select_for_update().filter(designation=designation).first()
    if held is not None and held.state in OVER:
        raise HandoverError("opened")
    if last_day < designation.since or (designation.until is not None and last_day > designation.until):
        raise HandoverError("last_day")
    network.end_designation(designation, last_day, reach.actor.label)
    if held is None:
        held = _open(designation, Why.SUDDEN, timezone.now())
    else:
        held.why, held.switch_on = Why.SUDDEN, selectors.day_after(last_day)
        held.save(update_fields=["why", "switch_on"])
        events.record(
            "handover moved", held, reach.actor.label, to=held.switch_on.isoformat() if held.switch_on else ""
        )
    if last_day < on:
        switch_one(held, on)
    return held


# -- writing ------------------------------------------------------------------


@transaction.atomic
def write_field(reach: Reach, handover: Handover, key: str, text: str) -> None:
    """Write one of the eight fields, or empty it."""
    write_fields(reach, handover, {key: text})


@transaction.atomic
def write_fields(reach: Reach, handover: Handover, texts: Mapping[str, str]) -> None:
    """Write those of the eight fields that changed; what is empty empties its field."""
    handover = _mine(reach, handover, "write")
    if any(key not in Key.values or len(text) > LONGEST_FIELD for key, text in texts.items()):
        raise HandoverError("field")
    held = content.written(handover)
    changed = [key for key, text in texts.items() if text != held[key]]
    for key in changed:
        HandoverField.objects.update_or_create(
            handover=handover, key=key, defaults={"text": texts[key], "written_at": timezone.now()}
        )
    if changed:
        events.record("handover written", handover, reach.actor.label, fields=changed)


@transaction.atomic
def ask(reach: Reach, handover: Handover, text: str, name: str, *, nonce: str = "") -> HandoverQuestion:
    """Ask the leaver, and the post, something. The same form sent twice is one question."""
    handover = _mine(reach, handover, "ask")
    if nonce and (held := HandoverQuestion.objects.filter(nonce=nonce).first()):
        return held
    asked = HandoverQuestion.objects.create(
        handover=handover, asked_by_id=reach.actor.person, asked_name=name, text=text, asked_at=timezone.now(),
        nonce=nonce or None,
    )  # fmt: skip
    events.record("handover asked", handover, reach.actor.label)
    post.asked(handover)
    return asked


@transaction.atomic
def reply(reach: Reach, handover: Handover, question: HandoverQuestion, text: str, name: str) -> None:
    """Answer a question of the arriver; a better answer takes the place of the former."""
    handover = _mine(reach, handover, "reply")
    if question.handover_id != handover.pk:
        raise NotYoursError
    question.answer, question.answered_name, question.answered_by_id = text, name, reach.actor.person
    question.answered_at = timezone.now()
    question.save(update_fields=["answer", "answered_name", "answered_by", "answered_at"])
    events.record("handover answered", handover, reach.actor.label)
    post.replied(handover)


@transaction.atomic
def sign(reach: Reach, handover: Handover) -> None:
    """Sign: what is there now is frozen, and the PDF, the page and the digest agree on it from then on."""
    handover = _mine(reach, handover, "sign")
    at = timezone.now()
    handover.frozen, handover.digest = content.freeze(handover, at)
    handover.state, handover.signed_at, handover.contested_because = State.SIGNED, at, ""
    handover.save(update_fields=["frozen", "digest", "state", "signed_at", "contested_because"])
    events.record("handover signed", handover, reach.actor.label, digest=handover.digest)
    post.signed(handover)


@transaction.atomic
def accept(reach: Reach, handover: Handover) -> None:
    """Accept what was signed; also after the day, for whoever arrives late."""
    handover = _mine(reach, handover, "accept")
    handover.accepted_at, handover.contested_because = timezone.now(), ""
    if handover.state in (State.SIGNED, State.CONTESTED):
        handover.state = State.ACCEPTED
    handover.save(update_fields=["accepted_at", "contested_because", "state"])
    events.record("handover accepted", handover, reach.actor.label, digest=handover.digest)


@transaction.atomic
def contest(reach: Reach, handover: Handover, reason: str) -> None:
    """Say what is wrong or missing; before the day the leaver may mend it and sign again."""
    handover = _mine(reach, handover, "contest")
    handover.contested_because = reason
    if handover.state == State.SIGNED:
        handover.state = State.CONTESTED
    handover.save(update_fields=["contested_because", "state"])
    events.record("handover contested", handover, reach.actor.label)
    post.contested(handover)


# -- who arrives --------------------------------------------------------------


@transaction.atomic
def name_arriver(
    reach: Reach, handover: Handover, person: Person, since: date, until: date | None = None, *, on: date | None = None
) -> Designation:
    """Designate somebody in the place of the leaver, with the same role, sectors and territories, and let them sign in.

    Where the place is vacant and they are there on the day it is said (``on``: today), it is filled at once.
    Raises `HandoverError` where it is the leaver, where the days do not hold together, or where they cannot sign in.
    """
    handover = _mine(reach, handover, "name")
    place = handover.designation
    if place is None or person.pk == handover.leaver_id:
        raise HandoverError("same")
    if until is not None and until < since:
        raise HandoverError("until")
    made = network.designate_correspondent(
        person, place.post, since=since, until=until, role=place.role, sectors=place.sectors.all(),
        territories=place.territories.all(), actor=reach.actor.label,
    )  # fmt: skip
    handover.arriver, handover.arriver_name, handover.arriving = person, str(person), made
    handover.save(update_fields=["arriver", "arriver_name", "arriving"])
    events.record("arriver named", handover, reach.actor.label, since=since.isoformat())
    _let_in(person, reach.actor.label)
    post.named(handover, person)
    fill_one(handover, on or timezone.localdate())
    return made


def _let_in(person: Person, actor: str) -> None:
    """Give whoever arrives the account without which they would read nothing."""
    known = [code for code, _name in settings.LANGUAGES]
    language = next((one for one in person.languages if one in known), known[0])
    try:
        open_account(person, language=language, actor=actor)
    except PeopleError as error:
        raise HandoverError("account") from error


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody who arrives, as they are typed."""

    given_name: str
    family_name: str
    email: str
    languages: tuple[str, ...]


@transaction.atomic
def name_newcomer(
    reach: Reach, handover: Handover, who: Newcomer, since: date, until: date | None = None, *, on: date | None = None
) -> Designation:
    """Designate whoever has this address, or somebody new: only coordination names people.

    Whoever comes to the place of somebody invented is invented too, and goes with them. Raises as `name_arriver` does,
    and then nobody is added.
    """
    if not reach.all_posts:
        raise NotYoursError
    person = Person.objects.filter(email__iexact=who.email, merged_into=None).order_by("pk").first() or add_person(
        who.given_name, who.family_name, email=who.email, languages=who.languages, invented=handover.invented,
        actor=reach.actor.label,
    )  # fmt: skip
    return name_arriver(reach, handover, person, since, until, on=on)


@transaction.atomic
def take_back_name(reach: Reach, handover: Handover, on: date) -> None:
    """Take an arriver's name back: their designation ends, or never begins."""
    handover = _mine(reach, handover, "take-back-name")
    if (made := handover.arriving) is not None:
        handover.arriving = None
        if made.since >= on:
            network.withdraw_designation(made, reach.actor.label)
        else:
            network.end_designation(made, on - timedelta(days=1), reach.actor.label)
    handover.arriver, handover.arriver_name, handover.accepted_at = None, "", None
    if handover.state == State.ACCEPTED:
        handover.state = State.SIGNED
    handover.save(update_fields=["arriver", "arriver_name", "arriving", "accepted_at", "state"])
    events.record("arriver taken back", handover, reach.actor.label)


# -- the day ------------------------------------------------------------------


@transaction.atomic
def switch_one(handover: Handover, on: date) -> None:
    """Hand over one place whose day has come: to its arriver, or, where nobody is there, as a vacancy."""
    handover = _locked(handover)
    whose = content.leaving(handover)
    if whose is None or handover.state in OVER:
        return
    at = timezone.now()
    if handover.frozen is None:
        # Nobody signed: what is there now is kept all the same, and says that it is not signed.
        handover.frozen, handover.digest = content.freeze(handover, at, by_leaver=False)
    to = selectors.arrival(handover, on)
    handed = passing_on.switch(whose, to, on)
    handover.state, handover.switched_at = State.SWITCHED if to else State.VACANT, at
    handover.save(update_fields=["state", "switched_at", "frozen", "digest"])
    events.record("handover switched", handover, vacant=to is None, handed=handed)


@transaction.atomic
def fill_one(handover: Handover, on: date) -> None:
    """End a vacancy: what was sent elsewhere meanwhile, and nobody took in hand, comes back."""
    handover = _locked(handover)
    whose, to = content.leaving(handover), selectors.arrival(handover, on)
    if whose is None or to is None or handover.state != State.VACANT:
        return
    brought = passing_on.arrive(whose, to, on)
    handover.state = State.SWITCHED
    handover.save(update_fields=["state"])
    events.record("vacancy filled", handover, brought=brought)


def switch(on: date) -> tuple[int, int]:
    """Hand over every place whose day has come; return how many were, and how many vacancies were filled.

    Each is a transaction of its own: one that fails keeps none of the others from being done, is told when they are,
    and is tried again on the next day.
    """
    due, filled = selectors.to_switch(on), selectors.to_fill(on)
    failed: list[Exception] = []
    for act, found in ((switch_one, due), (fill_one, filled)):
        for handover in found:
            try:
                act(handover, on)
            except Exception as error:
                log.exception("the handover %s could not be switched", handover.pk)
                failed.append(error)
    if failed:
        raise failed[0]
    return len(due), len(filled)


@transaction.atomic
def forget_invented() -> int:
    """Take away the handovers of invented people who were taken away; return how many there were."""
    gone = list(Handover.objects.filter(invented=True, leaver=None))
    for handover in gone:
        events.record("handover removed", handover)
        handover.delete()
    return len(gone)


def daily(on: date) -> str:
    """Open what is due, hand over what has come; return what was done."""
    forget_invented()
    opened = len(open_due(on))
    switched, filled = switch(on)
    return f"{opened} handovers opened, {switched} places handed over, {filled} vacancies filled"
