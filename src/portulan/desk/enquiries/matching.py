"""From a need to the people asked: reads who is designated, lets `routing` decide, and keeps why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from portulan.desk.enquiries import routing
from portulan.desk.enquiries.models import Match, Need
from portulan.desk.enquiries.routing import EVERYTHING, Candidate, Choice, Level, Question, Routed, Scope, Verdict
from portulan.desk.network import staff
from portulan.desk.network.staff import Agent

COORDINATION_EN = "Coordination desk"
Designated = dict[str, list[Agent]]
"""Who is designated for each territory that was asked for, on one day."""


@dataclass(frozen=True, slots=True)
class Found:
    """What routing says of a question, with the people behind the candidates."""

    question: Question
    routed: Routed
    agents: dict[int, Agent]


def find(question: Question, on: date, known: Designated | None = None) -> Found:
    """Return who answers a question on a day. ``known`` keeps who is designated where, for many questions at once."""
    agents = _agents(question.territory, on, {} if known is None else known) if question.territory else {}
    candidates = [candidate(one) for one in agents.values()]
    rivals = routing.rivals(question, candidates, on)
    if len(rivals) > 1:
        # What each has in hand is counted only where it decides.
        load = _load(one.id for one in rivals)
        candidates = [candidate(one, load[one.designation]) for one in agents.values()]
    return Found(question, routing.route(question, candidates, on), agents)


def _agents(territory: str, on: date, known: Designated) -> dict[int, Agent]:
    if territory not in known:
        known[territory] = staff.agents(on, territory)
    return {one.designation: one for one in known[territory]}


def nearest(question: Question, on: date, post: str) -> Found:
    """Return who answers on a day, those of one post before those of any other."""
    found = find(question, on)
    own = [one.candidate for one in found.routed.verdicts if found.agents[one.candidate.id].post == post]
    routed = routing.route(question, own, on)
    return found if routed.to_coordination else Found(question, routed, found.agents)


def question_of(need: Need) -> Question:
    """Return a need as routing reads it."""
    return Question(need.territory_id or "", need.sector_id or "", need.topic, need.enquiry.language)


def candidate(agent: Agent, load: int = 0) -> Candidate:
    """Return somebody designated as a candidate. A designation says nothing of topics: it is for all of them."""
    return Candidate(
        agent.designation,
        Level.LEAD if agent.lead else Level.DEPUTY,
        Scope(agent.territories),
        Scope(agent.sectors) if agent.sectors else EVERYTHING,
        EVERYTHING,
        frozenset(agent.languages),
        agent.away,
        load,
    )


def match(need: Need, at: datetime, on: date, found: Found | None = None) -> list[Match]:
    """Write down who is asked to answer a need, found now or a moment before; the coordination desk where nobody is."""
    found = found or find(question_of(need), on)
    if found.routed.to_coordination:
        return [_ask_coordination(need, found, at)]
    return [_ask(need, found.agents[choice.candidate.id], why(choice), at) for choice in found.routed.choices]


def again(need: Need, old: Match, at: datetime, on: date, of: int | None = None) -> Match:
    """Write down who is asked now that the one who had a need is gone: those of the post first, the coordination desk
    where nobody is found. ``of`` is the designation that fell vacant, so that its successor finds what is theirs.
    """
    found = nearest(question_of(need), on, old.post_id or "")
    if found.routed.to_coordination:
        new = _ask_coordination(need, found, at)
    else:
        choice = found.routed.choices[0]
        new = _ask(need, found.agents[choice.candidate.id], why(choice), at)
    new.why = {**new.why, "again": True, "vacancy_of": of}
    new.save(update_fields=["why"])
    return new


def succeed(need: Need, agent: Agent, at: datetime) -> Match:
    """Write down that somebody takes over a need with the place of whoever had it."""
    return _ask(need, agent, {"taken_over": True}, at)


def is_there(match: Match, on: date) -> bool:
    """Return whether somebody can still be asked on a day: the person in that post, or, of somebody erased, anyone."""
    if match.post_id is None:
        return True
    if match.person_id is not None:
        return match.post_id in staff.posts_of(match.person_id, on)
    return staff.in_force(on).filter(post=match.post_id).exists()


def ask_agent(need: Need, agent: Agent, at: datetime, said: str) -> Match:
    """Write down that a colleague hands a need to somebody; ``said`` is the reason they gave."""
    return _ask(need, agent, {"by_hand": said}, at)


def ask_coordination(need: Need, at: datetime, said: str) -> Match:
    """Write down that a colleague hands a need to the coordination desk."""
    return Match.objects.create(
        need=need, level=Level.COORDINATION, body=COORDINATION_EN, why={"by_hand": said}, asked_at=at
    )


def _ask(need: Need, agent: Agent, reason: dict[str, object], at: datetime) -> Match:
    return Match.objects.create(
        need=need,
        post_id=agent.post,
        designation_id=agent.designation,
        person_id=agent.person,
        name=agent.name,
        body=agent.post_en,
        level=Level.LEAD if agent.lead else Level.DEPUTY,
        why=reason,
        asked_at=at,
    )


def _ask_coordination(need: Need, found: Found, at: datetime) -> Match:
    reason: dict[str, object] = {"nobody": _facts(found.question), "near": _near(found.routed.near, found.agents)}
    return Match.objects.create(need=need, level=Level.COORDINATION, body=COORDINATION_EN, why=reason, asked_at=at)


def why(choice: Choice) -> dict[str, object]:
    """Return the reasons of a choice as plain values, without a name: they outlive the people."""
    return {
        "level": str(choice.candidate.level),
        "precise": [str(test) for test in choice.precise],
        "instead_of": [[str(test) for test in verdict.failed] for verdict in choice.instead],
    }


def _facts(question: Question) -> dict[str, str]:
    return {
        "territory": question.territory, "sector": question.sector,
        "subject": question.subject, "language": question.language,
    }  # fmt: skip


def _near(verdicts: Sequence[Verdict], agents: dict[int, Agent]) -> list[dict[str, object]]:
    return [{"post": agents[one.candidate.id].post, "failed": [str(test) for test in one.failed]} for one in verdicts]


def _load(designations: Iterable[int]) -> Counter[int]:
    """Return how many needs each has in hand."""
    # What is open is little, whatever the years; what somebody ever had is not: as a list of its own it is read first.
    waiting = Need.objects.filter(closed_at__isnull=True)
    held = Match.objects.filter(designation__in=list(designations), current=True, need__in=waiting.values("pk"))
    return Counter(held.values_list("designation_id", flat=True))
