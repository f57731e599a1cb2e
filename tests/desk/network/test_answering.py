"""Who answers on a day: plain values, so every case can be written down."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from portulan.desk.network.answering import Charge, State, answer, gaps

DAY = date(2026, 11, 22)
NO = frozenset[str]()


def charge(number: int = 1, *, lead: bool = True, sectors: frozenset[str] = NO, **more: object) -> Charge:
    said = {"since": DAY - timedelta(days=100), **more}
    return Charge(number, "jpn", frozenset({"JPN"}), sectors, lead, **said)  # type: ignore[arg-type]


def test_a_lead_who_is_there_answers_and_the_deputy_does_not() -> None:
    found = answer([charge(1, lead=False), charge(2)], "JPN", "book", DAY)
    assert found.state is State.LEAD and [one.id for one in found.charges] == [2]


def test_a_deputy_answers_while_the_lead_is_away() -> None:
    away = charge(1, away=((DAY - timedelta(days=1), DAY),))
    found = answer([away, charge(2, lead=False)], "JPN", "book", DAY)
    assert found.state is State.DEPUTY and [one.id for one in found.charges] == [2]
    assert answer([away, charge(2, lead=False)], "JPN", "book", DAY + timedelta(days=1)).state is State.LEAD


def test_all_away_are_named_as_away_the_lead_first() -> None:
    absence = ((DAY, DAY),)
    found = answer([charge(1, lead=False, away=absence), charge(2, away=absence)], "JPN", "", DAY)
    assert found.state is State.AWAY and [one.id for one in found.charges] == [2, 1]


def test_the_first_and_the_last_day_count() -> None:
    one = charge(since=DAY, until=DAY)
    assert answer([one], "JPN", "", DAY).state is State.LEAD
    for other in (DAY - timedelta(days=1), DAY + timedelta(days=1)):
        assert answer([one], "JPN", "", other).state is State.NOBODY


def test_no_sector_named_means_all_and_an_unknown_one_meets_only_those() -> None:
    books = charge(1, sectors=frozenset({"book"}))
    assert answer([books], "JPN", "games", DAY).state is State.NOBODY
    assert answer([books], "JPN", "", DAY).state is State.LEAD
    assert answer([charge()], "JPN", "games", DAY).state is State.LEAD


def test_another_market_is_answered_by_nobody() -> None:
    assert answer([charge()], "KOR", "book", DAY).state is State.NOBODY
    assert answer([charge()], "", "book", DAY).state is State.NOBODY


def test_a_gap_is_where_nobody_is_designated_an_absence_is_none() -> None:
    books = charge(1, sectors=frozenset({"book"}), away=((DAY, DAY),))
    assert gaps([books], ["JPN", "KOR"], ["book", "games"], DAY) == {"JPN": ("games",), "KOR": ("book", "games")}
    assert gaps([books, charge(2)], ["JPN"], ["book", "games"], DAY) == {}


CODES = st.sampled_from(["JPN", "KOR", "SGP"])
SECTORS = st.sampled_from(["book", "games"])
CHARGES = st.lists(
    st.builds(
        Charge,
        st.integers(1, 99),
        st.just("x"),
        st.frozensets(CODES),
        st.frozensets(SECTORS),
        st.booleans(),
        st.dates(DAY - timedelta(days=9), DAY + timedelta(days=9)),
        st.none() | st.dates(DAY - timedelta(days=9), DAY + timedelta(days=9)),
        st.just(()),
    ),
    max_size=5,
)


@given(CHARGES, CODES, SECTORS)
def test_a_market_and_sector_is_a_gap_exactly_where_nobody_answers(
    charges: list[Charge], code: str, sector: str
) -> None:
    missing = gaps(charges, [code], [sector], DAY)
    assert (code in missing) == (answer(charges, code, sector, DAY).state is State.NOBODY)
