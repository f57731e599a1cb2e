"""Which questions of the last months other rules would have sent elsewhere, as the desk is staffed today."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from portulan.desk.enquiries.matching import candidate, numbered
from portulan.desk.enquiries.models import Need
from portulan.desk.enquiries.routing import Candidate, Question
from portulan.desk.enquiries.rules import Decision, Rule, decide, follow
from portulan.desk.network import staff
from portulan.desk.people.selectors import Officer

BACK = timedelta(days=90)
MOST = 5000
"""Questions that are looked at, the latest first."""
Bodies = frozenset[str]
"""Codes of posts and organisations; none stands for the coordination desk."""


@dataclass(frozen=True, slots=True)
class Moved:
    """A question that would go elsewhere."""

    need: int
    reference: str
    question: Question
    before: Bodies
    after: Bodies


@dataclass(frozen=True, slots=True)
class WhatIf:
    """How many questions were looked at, and those that would go elsewhere, the latest first."""

    looked_at: int
    moved: tuple[Moved, ...]
    cut_short: bool


@dataclass(frozen=True, slots=True)
class Staffed:
    """Everybody who may be asked on a day, as candidates."""

    by_market: Mapping[str, Sequence[Candidate]]
    by_post: Mapping[str, Sequence[Candidate]]
    by_organisation: Mapping[str, Sequence[Candidate]]

    def among(self, question: Question, decision: Decision) -> list[Candidate]:
        """Return the candidates that a question, and the rule that decides it, may lead to."""
        to = decision.rule.to if decision.rule else ""
        found = [
            *self.by_market.get(question.territory, ()), *self.by_post.get(to, ()), *self.by_organisation.get(to, ())
        ]  # fmt: skip
        return list({one.id: one for one in found}.values())


def staffed(agents: Iterable[staff.Agent], acting: Sequence[Officer]) -> Staffed:
    """Return everybody, found by what they are looked for by."""
    by_market: dict[str, list[Candidate]] = defaultdict(list)
    by_post: dict[str, list[Candidate]] = defaultdict(list)
    by_organisation: dict[str, list[Candidate]] = defaultdict(list)
    for agent in agents:
        one = candidate(agent.designation, agent)
        by_post[agent.post].append(one)
        for territory in agent.territories:
            by_market[territory].append(one)
    for number, officer in numbered(acting).items():
        by_organisation[str(officer.organisation)].append(candidate(number, officer))
    return Staffed(by_market, by_post, by_organisation)


def what_if(before: Sequence[Rule], after: Sequence[Rule], on: date, people: Staffed) -> WhatIf:
    """Return what other rules change of where the questions of the last months would go today, in one query."""
    since = timezone.now() - BACK
    rows: list[Any] = list(
        Need.objects.filter(opened_at__gte=since)
        .order_by("-opened_at", "-pk")
        .values_list(
            "pk", "enquiry__reference", "territory_id", "sector_id", "topic", "enquiry__language", named=True
        )[: MOST + 1]
    )  # fmt: skip
    asked = [(row, _question(row)) for row in rows]
    decided = {
        question: (decide(question, before, on), decide(question, after, on)) for question in {one for _, one in asked}
    }
    differing = {question: pair for question, pair in decided.items() if pair[0] != pair[1]}
    ways = {
        question: tuple(_bodies(question, people, decision, on) for decision in pair)
        for question, pair in differing.items()
    }
    moved = tuple(
        Moved(row.pk, row.enquiry__reference, question, *ways[question])
        for row, question in asked[:MOST]
        if question in ways and ways[question][0] != ways[question][1]
    )
    return WhatIf(len(asked[:MOST]), moved, len(rows) > MOST)


def _bodies(question: Question, people: Staffed, decision: Decision, on: date) -> Bodies:
    """Return the posts and operators that a question leads to; what their people have in hand does not count."""
    ruled = follow(question, people.among(question, decision), decision, on)
    return frozenset(one.candidate.post or one.candidate.organisation for one in ruled.routed.choices)


def _question(row: Any) -> Question:
    return Question(row.territory_id or "", row.sector_id or "", row.topic, row.enquiry__language)
