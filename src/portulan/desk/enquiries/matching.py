"""From a need to the people asked: reads who is designated, lets `routing` decide, and keeps why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from uuid import UUID

from portulan.desk.enquiries import routing, rule_rows
from portulan.desk.enquiries.models import Match, Need
from portulan.desk.enquiries.routing import EVERYTHING, Candidate, Choice, Level, Question, Routed, Scope, Verdict
from portulan.desk.enquiries.rule_rows import Said
from portulan.desk.enquiries.rules import (
    ASKS_AN_OPERATOR,
    NO_RULE,
    Act,
    Decision,
    Rule,
    Ruled,
    decide,
    follow,
    rivals,
)
from portulan.desk.network import staff
from portulan.desk.network.staff import Agent
from portulan.desk.people.selectors import Officer, officers

NOTHING = Scope()
COORDINATION_EN = "Coordination desk"
Designated = dict[str, list[Agent]]
"""Who is designated for each territory that was asked for, on one day."""


Answerer = Agent | Officer
"""Somebody who may be asked: designated in a post, or acting for an operator."""
_LEVEL = {True: Level.LEAD, False: Level.DEPUTY}


@dataclass(frozen=True, slots=True)
class Found:
    """What routing says of a question, with the people behind the candidates, and the rule that decided in words."""

    question: Question
    ruled: Ruled
    agents: dict[int, Answerer]
    said: Mapping[int, Said] = field(default_factory=dict)

    @property
    def routed(self) -> Routed:
        """Who answers."""
        return self.ruled.routed


def find(question: Question, on: date, known: Designated | None = None) -> Found:
    """Return who answers a question on a day: one query for the rules, two for the people designated.

    A rule that asks an operator takes one more; so does counting what each has in hand, where only that decides.
    ``known`` keeps who is designated where, for many questions at once.
    """
    if not question.territory:
        return Found(question, Ruled(routing.route(question, (), on), NO_RULE), {})
    held = rule_rows.rules_for(question, on)
    decision = decide(question, held.rules, on)
    people = _people(question, decision, on, {} if known is None else known)
    return Found(question, _follow(question, people, decision, on), people, held.said)


def _people(question: Question, decision: Decision, on: date, known: Designated) -> dict[int, Answerer]:
    """Return those among whom is chosen, each under a number: officers, who have no designation, below zero."""
    rule = None if decision.disputed else decision.rule
    post = [rule.to] if rule and rule.act is Act.INSTEAD else []
    there = staff.agents(on, question.territory, posts=post) if post else _agents(question.territory, on, known)
    found: dict[int, Answerer] = {one.designation: one for one in there}
    if rule and rule.act in ASKS_AN_OPERATOR:
        found |= numbered(officers(on, [UUID(rule.to)]))
    return found


def numbered(found: Sequence[Officer]) -> dict[int, Officer]:
    """Return officers under numbers that no designation has, in their order."""
    return {number - len(found): one for number, one in enumerate(found)}


def _follow(question: Question, people: Mapping[int, Answerer], decision: Decision, on: date) -> Ruled:
    ruled = follow(question, [candidate(number, one) for number, one in people.items()], decision, on)
    close = rivals(question, ruled)
    if len(close) > len(ruled.routed.choices):
        # What each has in hand is counted only where it decides.
        load = _load({one.id: people[one.id] for one in close})
        busy = [candidate(number, one, load[number]) for number, one in people.items()]
        ruled = follow(question, busy, decision, on)
    return ruled


def _agents(territory: str, on: date, known: Designated) -> list[Agent]:
    if territory not in known:
        known[territory] = staff.agents(on, territory)
    return known[territory]


def nearest(question: Question, on: date, post: str) -> Found:
    """Return who answers on a day, those of one post before those of any other."""
    found = find(question, on)
    own = [one.candidate for one in found.routed.verdicts if post and one.candidate.post == post]
    routed = routing.route(question, own, on)
    return found if routed.to_coordination else replace(found, ruled=Ruled(routed, NO_RULE))


def question_of(need: Need) -> Question:
    """Return a need as routing reads it."""
    return Question(need.territory_id or "", need.sector_id or "", need.topic, need.enquiry.language)


def candidate(number: int, one: Answerer, load: int = 0) -> Candidate:
    """Return somebody as a candidate. A designation says nothing of topics: it is for all of them.

    What an officer is asked about is said by the rule that asks them: until then they answer for no market or topic.
    """
    sectors = Scope(one.sectors) if one.sectors else EVERYTHING
    if isinstance(one, Officer):
        return Candidate(
            number, Level.OPERATOR, NOTHING, sectors, NOTHING, frozenset(one.languages), load=load,
            organisation=str(one.organisation),
        )  # fmt: skip
    return Candidate(
        number, level_of(one), Scope(one.territories), sectors, EVERYTHING, frozenset(one.languages), one.away, load,
        post=one.post,
    )  # fmt: skip


def level_of(one: Answerer) -> Level:
    """Return the level at which somebody is asked."""
    if isinstance(one, Officer):
        return Level.OPERATOR
    return Level.HEAD if one.head else _LEVEL[one.lead]


def match(need: Need, at: datetime, on: date, found: Found | None = None) -> list[Match]:
    """Write down who is asked to answer a need, found now or a moment before; the coordination desk where nobody is."""
    found = found or find(question_of(need), on)
    if found.routed.to_coordination:
        return [_ask_coordination(need, found, at)]
    return [_ask(need, found.agents[choice.candidate.id], why(choice, found), at) for choice in found.routed.choices]


def again(need: Need, old: Match, at: datetime, on: date, of: int | None = None) -> Match:
    """Write down who is asked now that the one who had a need is gone: those of the post first, the coordination desk
    where nobody is found. ``of`` is the designation that fell vacant, so that its successor finds what is theirs.
    """
    found = nearest(question_of(need), on, old.post_id or "")
    # Who has the need already, beside the one who left, is not asked twice.
    others = set(need.matches.filter(current=True).exclude(pk=old.pk).values_list("person_id", flat=True))
    able = [one for one in found.routed.choices if found.agents[one.candidate.id].person not in others]
    # Of an operator's place its own people are asked first, of a post's those of posts.
    able.sort(key=lambda one: bool(one.candidate.organisation) != bool(old.organisation_id))
    if able:
        new = _ask(need, found.agents[able[0].candidate.id], why(able[0], found), at)
    else:
        new = _ask_coordination(need, found, at)
    new.why = {**new.why, "again": True, "vacancy_of": of}
    new.save(update_fields=["why"])
    return new


def succeed(need: Need, agent: Agent, at: datetime) -> Match:
    """Write down that somebody takes over a need with the place of whoever had it."""
    return _ask(need, agent, {"taken_over": True}, at)


def is_there(match: Match, on: date) -> bool:
    """Return whether somebody can still be asked on a day: the person in that post, or, of somebody erased, anyone."""
    if match.organisation_id is not None:
        there = officers(on, [match.organisation_id])
        return any(match.person_id in (None, one.person) for one in there)
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


def _ask(need: Need, one: Answerer, reason: dict[str, object], at: datetime) -> Match:
    match = Match(need=need, person_id=one.person, name=one.name, body=one.body("en"), level=level_of(one))
    match.why, match.asked_at = reason, at
    if isinstance(one, Officer):
        match.organisation_id = one.organisation
    else:
        match.post_id, match.designation_id = one.post, one.designation
    match.save(force_insert=True)
    return match


def _ask_coordination(need: Need, found: Found, at: datetime) -> Match:
    reason: dict[str, object] = {
        "nobody": _facts(found.question), "near": _near(found.routed.near), **_rule(found),
    }  # fmt: skip
    return Match.objects.create(need=need, level=Level.COORDINATION, body=COORDINATION_EN, why=reason, asked_at=at)


def why(choice: Choice, found: Found) -> dict[str, object]:
    """Return the reasons of a choice as plain values, without a name: they outlive the people."""
    return {
        "level": str(choice.candidate.level),
        "precise": [str(test) for test in choice.precise],
        "instead_of": [[str(test) for test in verdict.failed] for verdict in choice.instead],
        **_rule(found),
    }


def _rule(found: Found) -> dict[str, object]:
    """Return the rule that decided, in its words of that day: it may change, or go."""
    decision = found.ruled.decision
    if decision.rule is None:
        return {}
    told = [_told(one, found.said[one.number]) for one in (decision.rule, *decision.against)]
    if decision.disputed:
        return {"disputed": told}
    return {"rule": {**told[0], "followed": found.ruled.followed}}


def _told(rule: Rule, said: Said) -> dict[str, object]:
    return {"number": rule.number, "act": str(rule.act), "en": said.en, "fr": said.fr}


def _facts(question: Question) -> dict[str, str]:
    return {
        "territory": question.territory, "sector": question.sector,
        "subject": question.subject, "language": question.language,
    }  # fmt: skip


def _near(verdicts: Sequence[Verdict]) -> list[dict[str, object]]:
    return [{"post": one.candidate.post, "failed": [str(test) for test in one.failed]} for one in verdicts]


def _load(people: Mapping[int, Answerer]) -> Counter[int]:
    """Return how many needs each has in hand: what was asked of their designation, or of them as officers."""
    # What is open is little, whatever the years; what somebody ever had is not: as a list of its own it is read first.
    held = Match.objects.filter(current=True, need__in=Need.objects.filter(closed_at__isnull=True).values("pk"))
    officer_of = {one.person: number for number, one in people.items() if isinstance(one, Officer)}
    found: Counter[int] = Counter()
    if designations := [number for number, one in people.items() if isinstance(one, Agent)]:
        found.update(held.filter(designation__in=designations).values_list("designation_id", flat=True))
    if officer_of:
        theirs = held.filter(person__in=list(officer_of), organisation__isnull=False)
        found.update(officer_of[person] for person in theirs.values_list("person_id", flat=True) if person)
    return found
