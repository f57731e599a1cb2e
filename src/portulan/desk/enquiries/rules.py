"""Rules that refine who is asked: plain values in and out, no database and no clock.

A rule is for a box of questions (markets x sectors x topics x languages, all of them where none is named), from a day
to a day, and says one thing to do. Rules are read by their place: the first place at which a rule fits the question
decides, and nothing after it does. Rules of one place are of equal standing: where they send a question to different
places none of them wins, and the coordination desk is asked. Without rules a question goes as `routing` has it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from itertools import groupby

from portulan.desk.enquiries.routing import EVERYTHING, Candidate, Level, Question, Routed, Scope, precise, route


class Act(StrEnum):
    """What a rule has done with a question that it fits."""

    ALSO = "also"
    WHERE_NOBODY = "where_nobody"
    INSTEAD = "instead"
    COORDINATION = "coordination"


ASKS_AN_OPERATOR = (Act.ALSO, Act.WHERE_NOBODY)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. ``to`` is the code of a post, or of an organisation; empty where the coordination desk is asked."""

    number: int
    place: int
    act: Act
    territories: Scope
    sectors: Scope
    topics: Scope
    languages: Scope
    since: date
    until: date | None = None
    to: str = ""

    def in_force(self, on: date) -> bool:
        """Return whether it holds on a day."""
        return self.since <= on and (self.until is None or on <= self.until)

    def fits(self, question: Question) -> bool:
        """Return whether a question is in its box; what is unknown is in no box, be it for all."""
        return (
            self.territories.holds(question.territory)
            and self.sectors.holds(question.sector)
            and self.topics.holds(question.subject)
            and self.languages.holds(question.language)
        )

    @property
    def organisation(self) -> str:
        """The operator that it asks, if it asks one."""
        return self.to if self.act in ASKS_AN_OPERATOR else ""

    @property
    def does(self) -> tuple[Act, str]:
        """What it does; two rules that do the same agree."""
        return self.act, self.to


@dataclass(frozen=True, slots=True)
class Decision:
    """Which rule decides a question, if any.

    ``against`` are rules of the same place that would send it elsewhere: then none of them wins. ``after`` would fit
    too, and come later.
    """

    rule: Rule | None = None
    against: tuple[Rule, ...] = ()
    after: tuple[Rule, ...] = ()

    @property
    def disputed(self) -> bool:
        """Whether rules of equal standing contradict each other."""
        return bool(self.against)


NO_RULE = Decision()


@dataclass(frozen=True, slots=True)
class Ruled:
    """Who answers once the rules are read. ``followed``: false where the one whom the rule names cannot answer."""

    routed: Routed
    decision: Decision
    followed: bool = True


def decide(question: Question, rules: Iterable[Rule], on: date) -> Decision:
    """Return which rule decides a question on a day. The order of the rules given changes nothing."""
    fitting = sorted((one for one in rules if one.in_force(on) and one.fits(question)), key=standing)
    if not fitting:
        return NO_RULE
    first, *others = fitting
    beside = [one for one in others if one.place == first.place]
    against = tuple(one for one in beside if one.does != first.does)
    return Decision(first, against, tuple(one for one in others if one not in against))


def standing(rule: Rule) -> tuple[int, int]:
    """Return what rules are put in order by."""
    return rule.place, rule.number


def in_places(rules: Iterable[Rule]) -> list[list[Rule]]:
    """Return rules in order, those of equal standing together."""
    return [list(group) for _, group in groupby(sorted(rules, key=standing), key=lambda one: one.place)]


def ask(question: Question, candidates: Iterable[Candidate], rules: Iterable[Rule], on: date) -> Ruled:
    """Return who answers a question on a day, by the rules; without any, exactly as `routing.route` does.

    A rule changes who is asked, never what must hold: who does not speak the language, or is away, is asked by no rule.
    Where nobody whom it names may answer, the question goes the ordinary way.
    """
    held = list(candidates)
    return follow(question, held, decide(question, rules, on), on)


def follow(question: Question, candidates: Sequence[Candidate], decision: Decision, on: date) -> Ruled:
    """Return who answers a question once it is known which rule decides it."""
    posts = [one for one in candidates if not one.organisation]
    usual = route(question, posts, on)
    rule = decision.rule
    if rule is None:
        return Ruled(usual, decision)
    if decision.disputed or rule.act is Act.COORDINATION:
        return Ruled(Routed((), usual.near, usual.verdicts), decision)
    if rule.act is Act.INSTEAD:
        # The rule says that this post is asked for this market, whether or not it covers it.
        there = [replace(one, territories=EVERYTHING) for one in posts if one.post == rule.to]
        found = route(question, there, on)
    else:
        asked = [_within(rule, one) for one in candidates if one.organisation == rule.to]
        if rule.act is Act.WHERE_NOBODY:
            found = route(question, [*posts, *asked], on)
            able = any(choice.candidate.organisation for choice in found.choices)
            # Somebody of a post may answer: then the rule has nothing to add, and was followed.
            correspondent = any(choice.candidate.level in (Level.LEAD, Level.DEPUTY) for choice in usual.choices)
            return Ruled(found, decision, able or correspondent)
        found = route(question, asked, on)
    # Each candidate once, as the rule asks them where it does.
    verdicts = tuple({one.candidate.id: one for one in (*usual.verdicts, *found.verdicts)}.values())
    if found.to_coordination:
        return Ruled(Routed(usual.choices, usual.near, verdicts), decision, followed=False)
    if rule.act is Act.ALSO:
        return Ruled(Routed((*usual.choices, *found.choices), usual.near, verdicts), decision)
    return Ruled(Routed(found.choices, (), verdicts), decision)


def rivals(question: Question, ruled: Ruled) -> list[Candidate]:
    """Return those between whom and the ones chosen only what each has to do decides."""
    ranks = {_rank(question, choice.candidate) for choice in ruled.routed.choices}
    able = [one.candidate for one in ruled.routed.verdicts if one.may]
    return [one for one in able if _rank(question, one) in ranks]


def _rank(question: Question, candidate: Candidate) -> tuple[Level, int]:
    return candidate.level, len(precise(question, candidate))


def _within(rule: Rule, officer: Candidate) -> Candidate:
    """Return an officer as a rule asks them: for its markets and topics, and for those of its sectors that are theirs.

    Their role says for which sectors they act, and nothing of markets or topics: only a rule does.
    """
    return replace(officer, territories=rule.territories, subjects=rule.topics)
