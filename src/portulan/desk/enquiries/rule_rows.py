"""The rules of routing that stand, as `rules` reads them, and their sentences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

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


def packed(codes: Iterable[str]) -> str:
    """Return codes as a rule keeps them."""
    return "".join(f" {code}" for code in codes) + " " if codes else ""


# Written out, as what reads the people designated (`network.staff`): it is asked for each question that comes in.
_FITTING = """
SELECT id, place, act, territories, sectors, topics, languages, CAST(since AS varchar(10)),
       CAST(until AS varchar(10)), post_id, CAST(organisation_id AS varchar(36)), sentence_en, sentence_fr
  FROM enquiries_routingrule
 WHERE active AND since <= %s AND (until IS NULL OR until >= %s)
   AND (territories = '' OR territories LIKE %s) AND (sectors = '' OR sectors LIKE %s)
   AND (topics = '' OR topics LIKE %s) AND (languages = '' OR languages LIKE %s)
"""


def rules_for(question: Question, on: date) -> Standing:
    """Return the rules in force on a day that may be for a question, in one query.

    They are found by their texts, and `rules.decide` looks at each of them again: there may be one too many.
    """
    asked = (question.territory, question.sector, question.subject, question.language)
    with connection.cursor() as cursor:
        cursor.execute(_FITTING, [on, on, *(f"%{packed([code])}%" for code in asked)])
        rows = cursor.fetchall()
    return Standing(tuple(_plain(row) for row in rows), {row[0]: Said(row[-2], row[-1]) for row in rows})


def _plain(row: Sequence[Any]) -> Rule:
    number, place, act, territories, sectors, topics, languages, since, until, post, organisation, *_said = row
    return Rule(
        number, place, Act(act), _scope(territories), _scope(sectors), _scope(topics), _scope(languages),
        date.fromisoformat(since), date.fromisoformat(until) if until else None,
        # A database without a type for such numbers keeps them without their dashes.
        post or (str(UUID(organisation)) if organisation else ""),
    )  # fmt: skip


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
