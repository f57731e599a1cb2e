"""What the linter finds, in words: what is wrong, with which rule, and what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portulan.desk.enquiries.linting import Fault, Finding, Gap
from portulan.desk.enquiries.models import Topic
from portulan.desk.enquiries.routing import Question
from portulan.desk.network.wording import in_order, language_name

FEW = 8
"""Names that a line has room for."""


@dataclass(frozen=True, slots=True)
class Words:
    """The names of things: markets and sectors, posts and operators, rules; and how many languages there are."""

    names: tuple[Mapping[str, str], Mapping[str, str]]
    bodies: Mapping[str, str]
    rules: Mapping[int, str]
    languages: int
    language: str

    def question(self, asked: Question) -> str:
        """Return a question on one line."""
        markets, sectors = self.names
        return _("%(sector)s, %(market)s: %(topic)s, in %(language)s") % {
            "sector": sectors.get(asked.sector, _("sector not said")),
            "market": markets.get(asked.territory, _("market not said")),
            "topic": str(Topic(asked.subject).label).lower(),
            "language": language_name(asked.language, self.language),
        }

    def of_rules(self, numbers: Sequence[int]) -> str:
        """Return rules by their numbers."""
        return " + ".join(self.rules[one] for one in numbers)


def sentence(found: Finding, number: int, words: Words) -> str:
    """Return what is wrong, as it is said beside one of the rules concerned."""
    if found.fault is Fault.UNREACHABLE:
        return _unreachable(found, number, words)
    if found.fault is Fault.CONTRADICTORY:
        other = next(one for one in found.rules if one != number)
        example = words.question(found.example) if found.example else ""
        return _(
            "It has the same place as %(rule)s, and they send some questions to different places (such as: "
            "%(example)s): these go to the coordination desk. Move one before the other."
        ) % {"rule": words.rules[other], "example": example}
    if found.fault is Fault.OVER:
        return _("Its last day has passed: it decides nothing any more. Give it a later day, or take it away.")
    return _gone(found, words)


def _unreachable(found: Finding, number: int, words: Words) -> str:
    if number not in found.rules:
        return _("It leaves nothing to %(rule)s, which comes after it.") % {"rule": words.of_rules(found.rules)}
    return ngettext(
        "It never decides: %(rules)s, before it, takes every question it is for. Move it up, or switch it off.",
        "It never decides: %(rules)s, before it, take every question it is for. Move it up, or switch it off.",
        len(found.by),
    ) % {"rules": words.of_rules(found.by)}


def _gone(found: Finding, words: Words) -> str:
    names = ", ".join(words.bodies.get(code, code) for code in found.codes)
    return _(
        "Nobody can be asked by it, or it names what is no longer there: %(names)s. Questions go the ordinary way "
        "instead. Change the rule, or have somebody designated."
    ) % {"names": names}


def gap_line(gap: Gap, words: Words) -> tuple[str, str, str, str]:
    """Return markets, sectors, topics and languages of a gap."""
    markets, sectors = words.names
    topics = {topic.value: str(topic.label) for topic in Topic}
    spoken = {code: language_name(code, words.language) for code in gap.languages}
    return (
        _some(gap.territories, markets),
        _("all sectors") if len(gap.sectors) == len(sectors) else _some(gap.sectors, sectors),
        _("all topics") if len(gap.topics) == len(topics) else _some(gap.topics, topics),
        _("all languages") if len(gap.languages) == words.languages else _some(gap.languages, spoken),
    )


def _some(codes: Sequence[str], names: Mapping[str, str]) -> str:
    """Return names in order; of many, the first and how many more."""
    said = sorted((names.get(code, code) for code in codes), key=in_order)
    if len(said) <= FEW:
        return ", ".join(said)
    more = len(said) - FEW
    return ngettext("%(names)s and %(count)s more", "%(names)s and %(count)s more", more) % {
        "names": ", ".join(said[:FEW]),
        "count": more,
    }
