"""The pages of the rules, ready to print: the list with what is wrong, and one rule being written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from portulan.desk.core.forms import ByField, Wrong, by_field
from portulan.desk.core.models import Event
from portulan.desk.enquiries import linting, rule_form, rule_rows
from portulan.desk.enquiries.changing_rules import BEFORE, BESIDE, LAST, STAY, UNDONE
from portulan.desk.enquiries.linting import Fault, Finding
from portulan.desk.enquiries.models import RoutingRule, RuleAct, Topic
from portulan.desk.enquiries.pages import Choices
from portulan.desk.enquiries.rule_facts import Facts
from portulan.desk.enquiries.rule_faults import Words, gap_line, sentence
from portulan.desk.enquiries.rules import Rule
from portulan.desk.enquiries.what_if import Bodies, WhatIf, what_if
from portulan.desk.network.wording import in_order, language_name

SHOWN = 20
"""Questions, and kinds of gap, in a list; how many there are in all is said."""


@dataclass(frozen=True, slots=True)
class Line:
    """One rule in the list, with what is wrong with it."""

    number: int
    place: int
    sentence: str
    active: bool
    state: str
    href: str
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A question that goes elsewhere: a line, where it is, and where it would go with and without."""

    text: str
    href: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Change:
    """What rules change of the questions of the last months."""

    count: int
    total: int
    cut_short: bool
    rows: tuple[Elsewhere, ...]


@dataclass(frozen=True, slots=True)
class GapLine:
    """Questions that nobody is designated for."""

    markets: str
    sectors: str
    topics: str
    languages: str


@dataclass(frozen=True, slots=True)
class RulesPage:
    """The list of the rules."""

    lines: tuple[Line, ...]
    faults: int
    gaps: tuple[GapLine, ...]
    more_gaps: int
    cells: int
    beyond: int
    change: Change
    last: str
    seen: int
    done: str
    wrong: Wrong


@dataclass(frozen=True, slots=True)
class Tried:
    """What a rule would do, if it were kept."""

    sentence: str
    faults: tuple[str, ...]
    change: Change


@dataclass(frozen=True, slots=True)
class RulePage:
    """One rule being written or changed."""

    number: int
    title: str
    action: str
    form: rule_form.Filled
    acts: tuple[tuple[str, str], ...]
    posts: Choices
    organisations: Choices
    sectors: Choices
    topics: Choices
    languages: Choices
    places: Choices
    seen: int
    tried: Tried | None
    wrong: Wrong
    errors: ByField


def rules(
    rows: Sequence[RoutingRule], facts: Facts, last: Event | None, language: str, *, done: str = "", wrong: Wrong = ()
) -> RulesPage:
    """Return the list of the rules, what is wrong with them, and what they change."""
    words = _words(rows, facts, language)
    held = _values(rows)
    findings = linting.lint(held, facts.world, facts.on)
    uncovered = [one for one in findings if one.fault is Fault.UNCOVERED]
    gaps = [gap_line(gap, words) for one in uncovered for gap in one.gaps]
    return RulesPage(
        lines=tuple(_line(one, findings, words, facts.on, language) for one in rows),
        faults=len(findings) - len(uncovered),
        gaps=tuple(GapLine(*one) for one in gaps[:SHOWN]),
        more_gaps=max(0, len(gaps) - SHOWN),
        cells=sum(one.cells for one in uncovered),
        beyond=len(set(facts.names[0]) - facts.covered),
        change=_change(what_if((), held, facts.on, facts.people), words),
        last=_last(last),
        seen=last.pk if last else 0,
        done=_done(done),
        wrong=wrong,
    )


def _values(rows: Iterable[RoutingRule]) -> tuple[Rule, ...]:
    return rule_rows.values(one for one in rows if one.active).rules


def _words(rows: Sequence[RoutingRule], facts: Facts, language: str) -> Words:
    numbers = {one.pk or 0: _place(one) for one in rows}
    return Words(facts.names, facts.bodies(language), numbers, len(facts.languages), language)


def _place(one: RoutingRule) -> str:
    return _("rule %(number)s") % {"number": one.pk} if one.pk else _("this rule")


def _line(one: RoutingRule, findings: Sequence[Finding], words: Words, on: date, language: str) -> Line:
    return Line(
        number=one.pk,
        place=one.place,
        sentence=one.sentence_fr if language == "fr" else one.sentence_en,
        active=one.active,
        state=_state(one, on),
        href=reverse("enquiries:rule", args=[one.pk]),
        faults=tuple(sentence(finding, one.pk, words) for finding in findings if one.pk in finding.rules),
    )


def _state(one: RoutingRule, on: date) -> str:
    if not one.active:
        return _("switched off")
    if one.since > on:
        return _("not in force yet")
    return _("over") if one.until is not None and one.until < on else ""


def _change(found: WhatIf, words: Words) -> Change:
    rows = tuple(
        Elsewhere(
            f"{one.reference}: {words.question(one.question)}",
            reverse("enquiries:need", args=[one.need]),
            _bodies(one.before, words),
            _bodies(one.after, words),
        )
        for one in found.moved[:SHOWN]
    )
    return Change(len(found.moved), found.looked_at, found.cut_short, rows)


def _bodies(codes: Bodies, words: Words) -> str:
    names = sorted((words.bodies.get(code, code) for code in codes), key=in_order)
    return ", ".join(names) or _("Coordination desk")


def _last(last: Event | None) -> str:
    if last is None:
        return ""
    said = {
        "rule written": _("Rule %(number)s was written."),
        "rule changed": _("Rule %(number)s was changed."),
        "rule moved": _("Rule %(number)s was moved."),
        "rule switched on": _("Rule %(number)s was switched on."),
        "rule switched off": _("Rule %(number)s was switched off."),
        "rule taken away": _("Rule %(number)s was taken away."),
        UNDONE: _("A change of rule %(number)s was taken back."),
    }.get(last.verb, "")
    return said % {"number": last.said["rule"]}


def _done(code: str) -> str:
    return {
        "kept": _("The rule is kept: it decides from the next question on."),
        "moved": _("The rule was moved."),
        "on": _("The rule is switched on."),
        "off": _("The rule is switched off: it decides nothing, and keeps its place."),
        "removed": _("The rule was taken away. Questions that it sent somewhere stay where they are."),
        "undone": _("The last change was taken back."),
    }.get(code, "")


def try_out(
    rows: Sequence[RoutingRule], after: Sequence[RoutingRule], row: RoutingRule, facts: Facts, language: str
) -> Tried:
    """Return what a rule would do among the others: what would be wrong, and what would go elsewhere."""
    words = _words(after, facts, language)
    findings = linting.lint(_values(after), facts.world, facts.on)
    mine = row.pk or 0
    return Tried(
        sentence=row.sentence_fr if language == "fr" else row.sentence_en,
        faults=tuple(
            sentence(one, mine, words) for one in findings if mine in one.rules or mine in one.by
        ),
        change=_change(what_if(_values(rows), _values(after), facts.on, facts.people), words),
    )  # fmt: skip


def rule(
    number: int, form: rule_form.Filled, rows: Sequence[RoutingRule], facts: Facts, seen: int, language: str,
    *, wrong: Wrong = (), tried: Tried | None = None,
) -> RulePage:  # fmt: skip
    """Return the page on which a rule is written; number 0 is a new one."""
    spoken = _by_name({code: language_name(code, language) for code in facts.languages})
    return RulePage(
        number=number,
        title=_("Rule %(number)s") % {"number": number} if number else _("A new rule"),
        action=reverse("enquiries:rule", args=[number]) if number else reverse("enquiries:rule_new"),
        form=form,
        acts=tuple((one.value, str(one.label)) for one in RuleAct),
        posts=(("", _("Choose a post")), *_by_name(facts.posts(language))),
        organisations=(("", _("Choose an operator")), *_by_name(facts.operators)),
        sectors=tuple(facts.names[1].items()),
        topics=tuple((topic.value, str(topic.label)) for topic in Topic),
        languages=tuple(spoken),
        places=_places(number, rows),
        seen=seen,
        tried=tried,
        wrong=wrong,
        errors=by_field(wrong),
    )


def _by_name(names: Mapping[str, str]) -> list[tuple[str, str]]:
    return sorted(names.items(), key=lambda one: in_order(one[1]))


def _places(number: int, rows: Sequence[RoutingRule]) -> Choices:
    """Return where a rule may stand among the others."""
    others: dict[int, list[str]] = {}
    for one in rows:
        if one.pk != number:
            others.setdefault(one.place, []).append(str(one.pk))
    stay = [(STAY, _("Where it stands now"))] if number else []
    around = []
    for place, numbers in others.items():
        named = {"place": place, "rules": ", ".join(numbers)}
        around.append((f"{BEFORE}{place}", _("Before place %(place)s (rule %(rules)s)") % named))
        around.append((f"{BESIDE}{place}", _("At place %(place)s, beside rule %(rules)s") % named))
    return (*stay, (LAST, _("Last")), *around)
