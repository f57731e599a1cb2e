"""What rules change of who is asked: nothing where there are none, one thing where one fits, never what must hold."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portulan.desk.enquiries.routing import EVERYTHING, Level, Question, Scope, route
from portulan.desk.enquiries.rules import Act, Rule, Ruled, ask, decide
from tests.desk.enquiries.test_routing import ASKED, DAY, candidate, candidates, codes, scopes


def rule(number: int = 1, act: Act = Act.COORDINATION, **more: object) -> Rule:
    said: dict[str, object] = {
        "place": number, "territories": EVERYTHING, "sectors": EVERYTHING, "topics": EVERYTHING,
        "languages": EVERYTHING, "since": DAY - timedelta(days=9),
    }  # fmt: skip
    return Rule(number, act=act, **{**said, **more})  # type: ignore[arg-type]


def officer(number: int = -1, **more: object) -> object:
    said = {"level": Level.OPERATOR, "organisation": "books", "territories": Scope(), "subjects": Scope()}
    return candidate(number, **{**said, **more})


JPN = candidate(1, post="jpn")
SGP = candidate(2, post="sgp", territories=Scope(frozenset({"SGP"})))
HEAD = candidate(3, post="jpn", level=Level.HEAD)
ALSO, WHERE_NOBODY = rule(act=Act.ALSO, to="books"), rule(act=Act.WHERE_NOBODY, to="books")
INSTEAD = rule(act=Act.INSTEAD, to="sgp")


def to(found: Ruled) -> list[int]:
    return [one.candidate.id for one in found.routed.choices]


@pytest.mark.parametrize(
    ("people", "rules", "expected", "followed"),
    [
        ([JPN, officer()], [ALSO], [1, -1], True),
        ([officer()], [ALSO], [-1], True),
        ([JPN, officer(sectors=Scope(frozenset({"book"})))], [ALSO], [1], False),
        ([JPN, officer(languages=frozenset({"ja"}))], [ALSO], [1], False),
        ([JPN, officer()], [WHERE_NOBODY], [1], True),
        ([HEAD, officer()], [WHERE_NOBODY], [-1], True),
        ([HEAD, officer(languages=frozenset())], [WHERE_NOBODY], [3], False),
        ([HEAD], [], [3], True),
        ([JPN, HEAD], [], [1], True),
        ([JPN, SGP], [INSTEAD], [2], True),
        ([JPN, replace(SGP, away=((DAY, DAY),))], [INSTEAD], [1], False),
        ([JPN, SGP], [rule()], [], True),
        ([JPN, SGP], [rule(languages=Scope(frozenset({"ja"})))], [1], True),
        # The first place that fits decides, and nothing after it.
        ([JPN, SGP, officer()], [ALSO, replace(INSTEAD, number=2, place=2)], [1, -1], True),
        ([JPN, SGP], [replace(INSTEAD, place=5), rule(9, place=9)], [2], True),
        # Of equal standing and against each other: none wins. Agreeing ones do.
        ([JPN, SGP], [INSTEAD, rule(2, place=1)], [], True),
        ([JPN, SGP], [INSTEAD, replace(INSTEAD, number=2)], [2], True),
        # Dates, first and last day included.
        ([JPN], [rule(until=DAY)], [], True),
        ([JPN], [rule(until=DAY - timedelta(days=1))], [1], True),
        ([JPN], [rule(since=DAY + timedelta(days=1))], [1], True),
    ],
)
def test_what_a_rule_does(people: list[object], rules: list[Rule], expected: list[int], followed: bool) -> None:
    found = ask(ASKED, people, rules, DAY)  # type: ignore[arg-type]
    assert (to(found), found.followed) == (expected, followed)
    assert to(ask(ASKED, people[::-1], rules[::-1], DAY)) == expected  # type: ignore[arg-type]


@pytest.mark.parametrize("field", ["territory", "sector", "subject", "language"])
def test_what_is_unknown_is_in_no_rule_be_it_for_all(field: str) -> None:
    assert decide(replace(ASKED, **{field: ""}), [rule()], DAY).rule is None


def test_the_rule_that_decides_is_named_with_those_after_it_and_those_against_it() -> None:
    later, beside, away = rule(4), rule(2, Act.INSTEAD, place=1, to="sgp"), rule(5, sectors=Scope(frozenset({"book"})))
    found = decide(ASKED, [later, away, beside, rule()], DAY)
    assert found.rule == rule() and found.against == (beside,) and found.after == (later,) and found.disputed


questions = st.builds(Question, codes, codes, codes, codes)
days = st.sampled_from([DAY + timedelta(days=count) for count in (-9, -1, 0, 1, 9)])


@given(questions, candidates)
def test_without_rules_nothing_changes(question, people) -> None:  # type: ignore[no-untyped-def]
    assert ask(question, people, [], DAY).routed == route(question, people, DAY)


rule_lists = st.lists(
    st.builds(
        rule, st.integers(1, 30), st.sampled_from(Act), place=st.integers(1, 3), territories=scopes, sectors=scopes,
        topics=scopes, languages=scopes, since=days, until=st.one_of(st.none(), days), to=st.sampled_from(["a", "b"]),
    ),
    max_size=5, unique_by=lambda one: one.number,
)  # fmt: skip
staffed = st.lists(
    st.builds(
        candidate, st.integers(1, 40), level=st.sampled_from([Level.LEAD, Level.DEPUTY, Level.HEAD]),
        territories=scopes, sectors=scopes, languages=st.frozensets(codes, max_size=4), post=st.sampled_from("ab"),
    )
    | st.builds(
        officer, st.integers(-40, -1), sectors=scopes, languages=st.frozensets(codes, max_size=4),
        organisation=st.sampled_from("ab"),
    ),
    max_size=8, unique_by=lambda one: one.id,
)  # fmt: skip


@given(questions, staffed, rule_lists, st.randoms())
def test_rules_change_who_is_asked_and_never_what_must_hold(question, people, rules, random) -> None:  # type: ignore[no-untyped-def]
    found = ask(question, people, rules, DAY)
    shuffled = list(rules)
    random.shuffle(shuffled)
    assert ask(question, people, shuffled, DAY) == found
    by_id = {one.id: one for one in people}
    for choice in found.routed.choices:
        asked = by_id[choice.candidate.id]
        assert question.language in asked.languages and asked.sectors.holds(question.sector) and asked.present(DAY)
        # Nobody acts for an operator but where the deciding rule says so.
        if asked.organisation:
            assert found.decision.rule is not None and found.decision.rule.to == asked.organisation
    if found.decision.rule is None:
        assert found.routed == route(question, [one for one in people if not one.organisation], DAY)
    ids = [one.candidate.id for one in found.routed.verdicts]
    assert len(ids) == len(set(ids))


def test_the_days_of_a_rule_are_whole() -> None:
    one = rule(since=date(2026, 1, 1), until=date(2026, 1, 31))
    assert [one.in_force(date(2026, *day)) for day in ((1, 1), (1, 31), (2, 1))] == [True, True, False]
