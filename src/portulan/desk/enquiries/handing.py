"""What becomes of questions and promises when the one who has them leaves: handed on, or asked of others again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from portulan.desk.core import events
from portulan.desk.core.passing_on import Leaving
from portulan.desk.enquiries import matching, post
from portulan.desk.enquiries.models import Held, Match, Need, Promise, Status
from portulan.desk.enquiries.services import DeskError, derive
from portulan.desk.network.staff import Agent, agents, posts_of


def held_by(leaving: Leaving, on: date) -> QuerySet[Match]:
    """Return what is open and in the hands of somebody who leaves: asked of their designation, or taken by them.

    What a person took under another designation of the same post stays theirs for as long as that one holds.
    """
    theirs = Q(designation=leaving.designation)
    if leaving.person is not None and leaving.post not in posts_of(leaving.person, on):
        theirs |= Q(person=leaving.person, post=leaving.post)
    current = Match.objects.filter(theirs, current=True).exclude(need__status=Status.CLOSED)
    return current.select_related("post", "need__enquiry", "need__territory", "need__sector").order_by("need", "pk")


def owed_by(leaving: Leaving) -> QuerySet[Promise]:
    """Return what somebody who leaves a post promised there and has not settled."""
    return (
        Promise.objects.filter(post=leaving.post, person=leaving.person, kept_at=None, dropped_at=None)
        .exclude(person=None)
        .select_related("need__enquiry", "need__territory", "need__sector")
    )


@transaction.atomic
def hand_all(leaving: Leaving, to: int | None, on: date) -> int:
    """Hand all that is open of a designation to another one (``to``), and its promises with it.

    Where nobody comes (None) each question is asked again: in the same post first, then of whoever else covers the
    market, then of the coordination desk. Those who asked are told who answers from now on, or that nobody is
    designated. Return how many questions were handed. Raises `DeskError` where nobody of that number is designated.
    """
    now = timezone.now()
    agent = _agent(to, on)
    handed = 0
    for old in held_by(leaving, on).select_for_update(of=("self",)):
        _hand(old, agent, now, on, leaving.designation)
        handed += 1
    for owed in owed_by(leaving):
        # Of questions that others have in hand, or that are closed: a promise outlives them.
        _owe([owed], agent.post if agent else leaving.post, agent)
    return handed


@transaction.atomic
def bring_back(leaving: Leaving, to: int, on: date) -> int:
    """Bring what a vacancy sent elsewhere, and nobody took in hand there, to whoever fills it; return how many.

    So with what was asked while the place was vacant, and waits at the coordination desk for somebody to be designated.
    """
    now = timezone.now()
    agent = _agent(to, on)
    waiting = Match.objects.filter(why__vacancy_of=leaving.designation, current=True, held=Held.ASKED)
    waiting = waiting.exclude(need__status=Status.CLOSED).exclude(designation=to).order_by("need", "pk")
    found = waiting.select_related("post", "need__enquiry", "need__territory", "need__sector")
    brought = 0
    for old in found.select_for_update(of=("self",)):
        _hand(old, agent, now, on, leaving.designation)
        brought += 1
    return brought + (_place(agent, now, on) if agent else 0)


def _place(agent: Agent, now: datetime, on: date) -> int:
    """Ask of somebody new what waits at the coordination desk because nobody was designated; return how much it was."""
    waiting = Match.objects.filter(
        current=True,
        held=Held.ASKED,
        post=None,
        organisation=None,
        why__has_key="nobody",
        need__territory__in=agent.territories,
    ).exclude(need__status=Status.CLOSED)
    placed = 0
    rows = waiting.select_related("need__enquiry", "need__territory", "need__sector").order_by("need", "pk")
    for old in rows.select_for_update(of=("self",)):
        need = old.need
        found = matching.find(matching.question_of(need), on)
        if agent.designation not in [choice.candidate.id for choice in found.routed.choices]:
            continue
        new = matching.match(need, now, on, found)
        Match.objects.filter(pk=old.pk).update(current=False, held=Held.PASSED)
        derive(need)
        events.record("need placed", need, to=agent.post)
        post.asked(need, new)
        post.moved(need, new[0])
        placed += 1
    return placed


def _agent(to: int | None, on: date) -> Agent | None:
    if to is None:
        return None
    found = agents(on, designations=[to])
    if not found:
        raise DeskError("nobody")
    return found[0]


def _hand(old: Match, agent: Agent | None, now: datetime, on: date, of: int) -> None:
    """Hand one question on, and tell both the new one and the one who asked."""
    need = old.need
    promised = list(_promised(need, old))
    new = matching.succeed(need, agent, now) if agent else matching.again(need, old, now, on, of)
    Match.objects.filter(pk=old.pk).update(current=False, held=Held.PASSED)
    _owe(promised, new.post_id, agent, new)
    derive(need)
    events.record("need handed over", need, to=new.post_id or "coordination", vacant=agent is None)
    post.asked(need, [new])
    post.handed(need, new, promised)


def _promised(need: Need, old: Match) -> QuerySet[Promise]:
    """Return what was promised in a question by the one who had it, or stands for whoever has it."""
    theirs = Q(person=old.person_id) | Q(person=None, post=old.post_id)
    return Promise.objects.filter(theirs, need=need, kept_at=None, dropped_at=None)


def _owe(promised: Sequence[Promise], at: str | None, agent: Agent | None, new: Match | None = None) -> None:
    """Have promises kept by whoever comes: a person of a post, or, without one, whoever is there."""
    for one in promised:
        one.post_id = at
        one.person_id = agent.person if agent else new.person_id if new else None
        one.name = agent.name if agent else new.name if new else ""
        one.save(update_fields=["post", "person", "name"])
        events.record("promise handed over", one, to=at or "coordination")
