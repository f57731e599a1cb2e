"""Who would get a question, ready to print."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from portulan.desk.enquiries import matching, wording
from portulan.desk.enquiries.models import Topic
from portulan.desk.enquiries.pages import Choices, market_choices
from portulan.desk.enquiries.routing import Question
from portulan.desk.enquiries.rules import Act, Rule
from portulan.desk.network.staff import spoken_on
from portulan.desk.network.wording import language_name

Names = tuple[Mapping[str, str], Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Tried:
    """One candidate, and what stands against them."""

    who: str
    level: str
    answer: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class SimulatePage:
    """Who would get a question."""

    markets: Choices
    sectors: Choices
    topics: Choices
    languages: Choices
    asked: Question
    tried: tuple[Tried, ...]
    outcome: str
    rules: tuple[str, ...]
    may_rule: bool


def simulate(sent: QueryDict, names: Names, language: str, *, may_rule: bool = False) -> SimulatePage:
    """Return who would get a question today, with every candidate of that market and what each fails.

    ``may_rule``: whoever reads it may change the rules.
    """
    said = {key: str(sent.get(key, "")) for key in ("market", "sector", "topic", "language")}
    asked = Question(
        said["market"] if said["market"] in names[0] else "",
        said["sector"] if said["sector"] in names[1] else "",
        said["topic"] if said["topic"] in Topic.values else Topic.MARKET,
        said["language"] or language,
    )
    tried: tuple[Tried, ...] = ()
    rules: tuple[str, ...] = ()
    outcome = ""
    if asked.territory and asked.sector:
        found = matching.find(asked, timezone.localdate())
        chosen = {one.candidate.id for one in found.routed.choices}
        tried = tuple(
            _tried(found, verdict.candidate.id, verdict.failed, chosen, language) for verdict in found.routed.verdicts
        )
        rules = _rules(found, language)
        outcome = (
            _nobody(found)
            if found.routed.to_coordination
            else _("It would go to %(who)s.")
            % {
                "who": ", ".join(
                    f"{found.agents[one].name} ({found.agents[one].body(language)})" for one in sorted(chosen)
                )
            }
        )
    spoken = sorted(spoken_on(timezone.localdate()) | {"fr", "en"})
    return SimulatePage(
        markets=market_choices(_("Choose a market"), names[0]),
        sectors=(("", _("Choose a sector")), *names[1].items()),
        topics=tuple((topic.value, str(topic.label)) for topic in Topic),
        languages=tuple((code, language_name(code, language)) for code in spoken),
        asked=asked,
        tried=tried,
        outcome=outcome,
        rules=rules,
        may_rule=may_rule,
    )


def _nobody(found: matching.Found) -> str:
    decision = found.ruled.decision
    if decision.disputed or (decision.rule is not None and decision.rule.act is Act.COORDINATION):
        return _("The coordination desk would get it: a rule sends it there.")
    return _("The coordination desk would get it: nobody answers to all of it.")


def _rules(found: matching.Found, language: str) -> tuple[str, ...]:
    """Return the rules that fit the question: the one that decides, those against it, and those it leaves nothing."""
    decision = found.ruled.decision
    if decision.rule is None:
        return ()
    first, *against = (_told(found, one, language) for one in (decision.rule, *decision.against))
    later = [_told(found, one, language) for one in decision.after]
    after = [_("It fits too, and comes later: %(rule)s") % {"rule": one} for one in later]
    if against:
        fights = [_("At the same place, and against it: %(rule)s") % {"rule": one} for one in against]
        return (_("None of these wins, so the coordination desk is asked: %(rule)s") % {"rule": first}, *fights, *after)
    said = _("It decides: %(rule)s") % {"rule": first}
    if not found.ruled.followed:
        said += " " + _("Nobody whom it names could answer.")
    return (said, *after)


def _told(found: matching.Found, one: Rule, language: str) -> str:
    return _("rule %(number)s. %(sentence)s") % {
        "number": one.number,
        "sentence": found.said[one.number].text(language),
    }


def _tried(found: matching.Found, number: int, failed: Sequence[str], chosen: set[int], language: str) -> Tried:
    agent = found.agents[number]
    if number in chosen:
        answer = _("would get it")
    elif failed:
        answer = wording.failed([str(one) for one in failed])
    else:
        answer = _("could answer, but another comes first")
    return Tried(
        f"{agent.name}, {agent.body(language)}",
        wording.level(matching.level_of(agent)),
        answer,
        number in chosen,
    )
