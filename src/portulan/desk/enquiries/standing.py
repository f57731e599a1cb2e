"""The rules of routing that stand, as `rules` reads them, and their sentences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from portulan.desk.enquiries.models import RoutingRule
from portulan.desk.enquiries.routing import EVERYTHING, Question, Scope
from portulan.desk.enquiries.rules import Act, Rule


@dataclass(frozen=True, slots=True)
class Said:
    """A rule in words."""

    en: str
    fr: str

    def text(self, language: str) -> str:
        """Return it in a language of the site."""
        return self.fr if language == "fr" else self.en


@dataclass(frozen=True, slots=True)
class Standing:
    """Rules as values, with what each says."""

    rules: tuple[Rule, ...]
    said: Mapping[int, Said]


_LISTS = ("territories", "sectors", "topics", "languages")


def packed(codes: Iterable[str]) -> str:
    """Return codes as a rule keeps them."""
    return "".join(f" {code}" for code in codes) + " " if codes else ""


def rules_for(question: Question, on: date) -> Standing:
    """Return the rules in force on a day that may be for a question, in one query.

    They are found by their texts, and `rules.decide` looks at each of them again: there may be one too many.
    """
    asked = (question.territory, question.sector, question.subject, question.language)
    wanted = Q(until__isnull=True) | Q(until__gte=on)
    for name, code in zip(_LISTS, asked, strict=True):
        wanted &= Q(**{name: ""}) | Q(**{f"{name}__contains": packed([code])})
    return values(RoutingRule.objects.filter(wanted, active=True, since__lte=on).order_by())


def all_rules() -> list[RoutingRule]:
    """Return every rule in order, switched off or not."""
    return list(RoutingRule.objects.select_related("post", "organisation"))


def values(rows: Iterable[RoutingRule]) -> Standing:
    """Return rows as plain values."""
    found = list(rows)
    return Standing(
        tuple(value(one) for one in found), {one.pk or 0: Said(one.sentence_en, one.sentence_fr) for one in found}
    )


def value(one: RoutingRule) -> Rule:
    """Return one row as a plain value."""
    return Rule(
        number=one.pk or 0,  # none yet: it is only being tried
        place=one.place,
        act=Act(one.act),
        territories=_scope(one.territories),
        sectors=_scope(one.sectors),
        topics=_scope(one.topics),
        languages=_scope(one.languages),
        since=one.since,
        until=one.until,
        to=str(one.post_id or one.organisation_id or ""),
    )


def _scope(text: str) -> Scope:
    return Scope(frozenset(text.split())) if text else EVERYTHING
