"""Who gets a question: five things must hold, levels in order, and nobody found is said."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from portulan.desk.enquiries.routing import (
    EVERYTHING,
    ORDER,
    Candidate,
    Condition,
    Level,
    Question,
    Scope,
    judge,
    rivals,
    route,
    several,
)

DAY = date(2026, 11, 22)
ASKED = Question("JPN", "games", "partners", "fr")


def candidate(number: int = 1, **more: object) -> Candidate:
    said: dict[str, object] = {
        "level": Level.LEAD, "territories": Scope(frozenset({"JPN"})), "sectors": EVERYTHING, "subjects": EVERYTHING,
        "languages": frozenset({"fr", "en"}),
    }  # fmt: skip
    return Candidate(number, **{**said, **more})  # type: ignore[arg-type]


def chosen(question: Question, *candidates: Candidate, most: int = 1) -> list[int]:
    return [one.candidate.id for one in route(question, candidates, DAY, most).choices]


def test_each_of_the_five_things_must_hold() -> None:
    assert chosen(ASKED, candidate()) == [1]
    fails = {
        Condition.TERRITORY: candidate(territories=Scope(frozenset({"KOR"}))),
        Condition.SECTOR: candidate(sectors=Scope(frozenset({"book"}))),
        Condition.SUBJECT: candidate(subjects=Scope(frozenset({"rights"}))),
        Condition.LANGUAGE: candidate(languages=frozenset({"ja"})),
        Condition.PRESENCE: candidate(away=((DAY, DAY),)),
    }
    for test, one in fails.items():
        assert judge(ASKED, one, DAY).failed == (test,)
        assert route(ASKED, [one], DAY).to_coordination


def test_unknown_never_matches_not_even_somebody_for_everything() -> None:
    everybody = candidate(territories=EVERYTHING)
    for unknown in ("territory", "sector", "subject", "language"):
        assert route(replace(ASKED, **{unknown: ""}), [everybody], DAY).to_coordination
    assert route(ASKED, [candidate(languages=frozenset())], DAY).to_coordination


def test_a_deputy_is_asked_where_no_lead_is_there_and_it_says_why() -> None:
    away = candidate(1, away=((DAY, DAY + timedelta(days=3)),))
    routed = route(ASKED, [candidate(2, level=Level.DEPUTY), away], DAY)
    (choice,) = routed.choices
    assert choice.candidate.id == 2
    assert [(one.candidate.id, one.failed) for one in choice.instead] == [(1, (Condition.PRESENCE,))]


def test_one_named_for_the_sector_comes_before_one_for_all_then_the_less_busy() -> None:
    games = candidate(3, sectors=Scope(frozenset({"games"})), load=9)
    assert chosen(ASKED, candidate(1), candidate(2), games) == [3]
    assert chosen(ASKED, candidate(1, load=2), candidate(2, load=1)) == [2]
    assert chosen(ASKED, candidate(2), candidate(1)) == [1]
    assert chosen(ASKED, candidate(1), candidate(2), games, most=2) == [3, 1]


def test_who_came_near_is_named_and_who_is_for_something_else_is_not() -> None:
    away = candidate(1, away=((DAY, DAY),))
    routed = route(ASKED, [away, candidate(2, sectors=Scope(frozenset({"book"})))], DAY)
    assert routed.to_coordination
    assert [one.candidate.id for one in routed.near] == [1]
    assert len(routed.verdicts) == 2


def test_two_questions_of_one_enquiry_are_shared_out() -> None:
    found = several([ASKED, replace(ASKED, subject="rights")], [candidate(1), candidate(2)], DAY)
    assert [[one.candidate.id for one in routed.choices] for routed in found] == [[1], [2]]


codes = st.sampled_from(["JPN", "KOR", "games", "book", "partners", "rights", "fr", "en", ""])
scopes = st.one_of(st.just(EVERYTHING), st.frozensets(codes, max_size=3).map(Scope))
candidates = st.lists(
    st.builds(
        candidate, st.integers(1, 40), level=st.sampled_from(ORDER), territories=scopes, sectors=scopes,
        subjects=scopes, languages=st.frozensets(codes, max_size=3), load=st.integers(0, 5),
        away=st.sampled_from([(), ((DAY, DAY),), ((DAY - timedelta(days=9), DAY - timedelta(days=1)),)]),
    ),
    max_size=8, unique_by=lambda one: one.id,
)  # fmt: skip


@given(st.builds(Question, codes, codes, codes, codes), candidates, st.randoms())
def test_who_is_chosen_holds_everything_and_no_earlier_level_could(question, people, random) -> None:  # type: ignore[no-untyped-def]
    routed = route(question, people, DAY, most=2)
    able = [one for one in people if not judge(question, one, DAY).failed]
    assert routed.to_coordination == (not able)
    for choice in routed.choices:
        assert choice.candidate in able
        assert choice.candidate.level == min((one.level for one in able), key=ORDER.index)
    shuffled = list(people)
    random.shuffle(shuffled)
    assert route(question, shuffled, DAY, most=2).choices == routed.choices


@given(st.builds(Question, codes, codes, codes, codes), candidates)
def test_what_anybody_else_has_to_do_changes_nothing(question, people) -> None:  # type: ignore[no-untyped-def]
    """So that it need not be counted for them."""
    decided = {one.id for one in rivals(question, people, DAY)}
    others_idle = [one if one.id in decided else replace(one, load=0) for one in people]
    first, again = route(question, people, DAY), route(question, others_idle, DAY)
    assert [one.candidate.id for one in first.choices] == [one.candidate.id for one in again.choices]
    assert {one.candidate.id for one in first.choices} <= decided
