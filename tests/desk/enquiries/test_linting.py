"""What is wrong with rules, held to the plain way of finding out: asking every question there is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from portulan.desk.enquiries.linting import Fault, Finding, World, lint
from portulan.desk.enquiries.routing import EVERYTHING, Question, Scope
from portulan.desk.enquiries.rules import Act, Rule, decide
from tests.desk.enquiries.test_routing import DAY
from tests.desk.enquiries.test_rules import rule

WORLD = World(
    territories=("JPN", "SGP", "EST"), sectors=("book", "games"), topics=("rights", "market"), languages=("fr", "en"),
    designated={"JPN": frozenset({"book", "games"}), "SGP": frozenset({"games"})},
    posts={"jpn": frozenset({"book", "games"}), "sgp": frozenset({"games"})},
    organisations={"books": frozenset({"book"})},
)  # fmt: skip
QUESTIONS = [Question(*codes) for codes in product(WORLD.territories, WORLD.sectors, WORLD.topics, WORLD.languages)]
# Every day on which anything can differ, and one after all of them.
DAYS = [DAY + timedelta(days=count) for count in range(6)]


def only(*codes: str) -> Scope:
    return Scope(frozenset(codes))


def found(fault: Fault, *rules: Rule) -> list[Finding]:
    return [one for one in lint(rules, WORLD, DAY) if one.fault is fault]


def test_a_rule_that_earlier_ones_take_everything_from_is_named_with_them() -> None:
    book, games, idle = rule(1, sectors=only("book")), rule(2, sectors=only("games")), rule(3, languages=only("en"))
    last = rule(4, Act.INSTEAD, to="jpn", territories=only("JPN"))
    (one,) = found(Fault.UNREACHABLE, book, games, last)
    assert (one.rules, one.by) == ((4,), (1, 2))
    assert [one.rules for one in found(Fault.UNREACHABLE, book, games, idle, last)] == [(3,), (4,)]
    assert not found(Fault.UNREACHABLE, book, last)


def test_a_rule_is_reached_on_the_days_on_which_the_earlier_one_no_longer_holds() -> None:
    early, late = rule(1, until=DAY + timedelta(days=1)), rule(2, Act.INSTEAD, to="jpn")
    assert not found(Fault.UNREACHABLE, early, late)
    assert found(Fault.UNREACHABLE, early, rule(2, until=DAY + timedelta(days=1)))


def test_rules_of_one_place_that_disagree_are_told_with_a_question_they_fight_over() -> None:
    one, other = rule(1, place=1, sectors=only("book")), rule(2, Act.INSTEAD, place=1, to="jpn", topics=only("rights"))
    (fight,) = found(Fault.CONTRADICTORY, one, other)
    assert fight.rules == (1, 2) and fight.example is not None
    assert decide(fight.example, [one, other], DAY).disputed
    assert not found(Fault.CONTRADICTORY, one, rule(2, place=1))
    # An earlier rule that takes all of it settles the matter.
    assert not found(Fault.CONTRADICTORY, rule(3, place=0, sectors=only("book")), one, other)


def test_what_has_passed_or_is_no_longer_there_is_told() -> None:
    assert [one.rules for one in found(Fault.OVER, rule(1, until=DAY - timedelta(days=1)), rule(2, until=DAY))] == [
        (1,)
    ]
    gone = found(
        Fault.GONE, rule(1, Act.INSTEAD, to="closed"), rule(2, Act.ALSO, to="nobody"), rule(3, Act.INSTEAD, to="jpn"),
        rule(4, territories=only("JPN", "YUG"), sectors=only("opera")),
    )  # fmt: skip
    assert [(one.rules, one.codes) for one in gone] == [
        ((1,), ("closed",)), ((2,), ("nobody",)), ((4,), ("YUG", "opera"))
    ]  # fmt: skip


def test_what_nobody_answers_for_is_told_market_by_sector_by_topic() -> None:
    (one,) = found(Fault.UNCOVERED)
    assert one.cells == 6
    assert [(gap.territories, gap.sectors) for gap in one.gaps] == [
        (("SGP",), ("book",)),
        (("EST",), ("book", "games")),
    ]
    operator = rule(1, Act.WHERE_NOBODY, to="books", sectors=only("book"), topics=only("rights"))
    (one,) = found(Fault.UNCOVERED, operator)
    assert one.cells == 4
    assert not found(Fault.UNCOVERED, rule(1))
    (one,) = lint([], replace(WORLD, covered=frozenset({"JPN", "SGP"})), DAY)
    assert [gap.territories for gap in one.gaps] == [("SGP",)]


def test_a_long_list_of_rules_over_the_whole_world_is_read_at_once() -> None:
    many = tuple(f"T{number}" for number in range(240))
    world = World(many, tuple("abcdefghijkl"), tuple("stuvwxyz"), tuple("123456"), {}, {"p": frozenset("abc")}, {})
    rules = [
        rule(number, Act.INSTEAD, to="p", territories=only(*many[number::7]), sectors=only("abcdefghijkl"[number % 12]))
        for number in range(60)
    ]
    assert lint(rules, world, DAY)


scopes = {
    axis: st.one_of(st.just(EVERYTHING), st.frozensets(st.sampled_from((*codes, "gone")), min_size=1).map(Scope))
    for axis, codes in (
        ("territories", WORLD.territories), ("sectors", WORLD.sectors), ("topics", WORLD.topics),
        ("languages", WORLD.languages),
    )
}  # fmt: skip
days = st.sampled_from([DAY + timedelta(days=count) for count in (-2, -1, 0, 1, 3)])
acts = st.sampled_from(
    [
        (Act.COORDINATION, ""),
        (Act.INSTEAD, "jpn"),
        (Act.INSTEAD, "sgp"),
        (Act.ALSO, "books"),
        (Act.WHERE_NOBODY, "gone"),
    ]
)


@st.composite
def rule_lists(draw: st.DrawFn) -> list[Rule]:
    made = []
    for number in range(1, draw(st.integers(0, 5)) + 1):
        act, to = draw(acts)
        held = {axis: draw(scope) for axis, scope in scopes.items()}
        since, until = draw(days), draw(st.one_of(st.none(), days))
        made.append(rule(number, act, to=to, place=draw(st.integers(1, 4)), since=since, until=until, **held))
    return made


def ever(one: Rule) -> list[tuple[Question, date]]:
    return [(question, day) for day in DAYS for question in QUESTIONS if one.in_force(day) and one.fits(question)]


@given(rule_lists())
def test_the_linter_says_what_asking_every_question_says(rules: list[Rule]) -> None:
    findings = lint(rules, WORLD, DAY)
    told = {fault: {one.rules for one in findings if one.fault is fault} for fault in Fault}
    reachable, fights = set(), set()
    for day in DAYS:
        for question in QUESTIONS:
            decision = decide(question, rules, day)
            if decision.rule is None:
                continue
            level = [one for one in rules if one.place == decision.rule.place and one.in_force(day)]
            fitting = sorted((one for one in level if one.fits(question)), key=lambda one: one.number)
            reachable |= {one.number for one in fitting}
            fights |= {
                (one.number, other.number)
                for place, one in enumerate(fitting)
                for other in fitting[place + 1 :]
                if one.does != other.does
            }
    assert told[Fault.UNREACHABLE] == {(one.number,) for one in rules if ever(one) and one.number not in reachable}
    assert told[Fault.CONTRADICTORY] == fights
    assert told[Fault.OVER] == {(one.number,) for one in rules if one.until and one.until < DAY}
    for one in findings:
        if one.fault is Fault.UNREACHABLE:
            (mine,) = (rule for rule in rules if rule.number == one.rules[0])
            takers = [rule for rule in rules if rule.number in one.by]
            assert all(taker.place < mine.place for taker in takers)
            assert all(any(taker.in_force(day) and taker.fits(asked) for taker in takers) for asked, day in ever(mine))
        if one.fault is Fault.CONTRADICTORY:
            assert one.example in QUESTIONS


@given(rule_lists())
def test_the_linter_knows_what_ends_at_the_coordination_desk_because_nobody_is_designated(rules: list[Rule]) -> None:
    led = {Act.INSTEAD: WORLD.posts, Act.ALSO: WORLD.organisations, Act.WHERE_NOBODY: WORLD.organisations}
    expected = set()
    for question in QUESTIONS:
        decision = decide(question, rules, DAY)
        sent = decision.rule is not None and (decision.disputed or decision.rule.act is Act.COORDINATION)
        there = led.get(decision.rule.act, {}).get(decision.rule.to, frozenset()) if decision.rule else frozenset()
        answered = WORLD.designated.get(question.territory, frozenset()) | there
        if not sent and question.sector not in answered:
            expected.add(question)
    gaps = [one for one in lint(rules, WORLD, DAY) if one.fault is Fault.UNCOVERED]
    named = [
        Question(*codes)
        for one in gaps
        for gap in one.gaps
        for codes in product(gap.territories, gap.sectors, gap.topics, gap.languages)
    ]
    assert set(named) == expected and len(named) == len(expected)
    assert sum(one.cells for one in gaps) == len({(one.territory, one.sector, one.subject) for one in expected})
