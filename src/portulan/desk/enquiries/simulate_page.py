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
from portulan.desk.network.staff import Agent, spoken_on
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


def simulate(sent: QueryDict, names: Names, language: str) -> SimulatePage:
    """Return who would get a question today, with every candidate of that market and what each fails."""
    said = {key: str(sent.get(key, "")) for key in ("market", "sector", "topic", "language")}
    asked = Question(
        said["market"] if said["market"] in names[0] else "",
        said["sector"] if said["sector"] in names[1] else "",
        said["topic"] if said["topic"] in Topic.values else Topic.MARKET,
        said["language"] or language,
    )
    tried: tuple[Tried, ...] = ()
    outcome = ""
    if asked.territory and asked.sector:
        found = matching.find(asked, timezone.localdate())
        chosen = {one.candidate.id for one in found.routed.choices}
        tried = tuple(
            _tried(found, verdict.candidate.id, verdict.failed, chosen, language) for verdict in found.routed.verdicts
        )
        outcome = (
            _("The coordination desk would get it: nobody answers to all of it.")
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
    )


def _outcome(chosen: Sequence[Agent], language: str) -> str:
    if not chosen:
        return _("The coordination desk would get it: nobody answers to all of it.")
    return _("It would go to %(who)s.") % {"who": ", ".join(f"{one.name} ({one.body(language)})" for one in chosen)}


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
