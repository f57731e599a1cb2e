"""First answers with those who still wait: Kaplan-Meier against published figures and against scipy; what a wait is."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from portulan.desk.enquiries.measures import (
    Period,
    Wait,
    answered_within,
    first_answer,
    quantile,
    survival,
    wait,
)

DAY = 86400.0
OPENED = datetime(2026, 3, 2, 9, tzinfo=UTC)
NOW = OPENED + timedelta(days=60)

# Weeks of remission of children with leukaemia, a plus for those still in remission: Freireich et al. (1963), Blood 21,
# 699-716, as every textbook of survival analysis has it. What their books give: the quartiles below, S(6) = 0.857,
# S(10) = 0.753, S(23) = 0.448.
TREATED = "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+"
PLACEBO = "1 1 2 2 3 4 4 5 5 8 8 8 8 11 11 12 12 15 17 22 23"


def waits(text: str) -> list[Wait]:
    return [Wait(float(one.rstrip("+")), not one.endswith("+")) for one in text.split()]


@pytest.mark.parametrize(("text", "quartiles"), [(TREATED, (13, 23, None)), (PLACEBO, (4, 8, 12))])
def test_the_quartiles_are_those_of_the_textbooks(text: str, quartiles: tuple[float | None, ...]) -> None:
    steps = survival(waits(text))
    assert tuple(quantile(steps, share) for share in (0.25, 0.5, 0.75)) == quartiles


def test_the_curve_is_that_of_the_textbooks() -> None:
    steps = dict(survival(waits(TREATED)))
    assert [round(steps[week], 3) for week in (6, 7, 10, 13, 16, 22, 23)] == [
        0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448,
    ]  # fmt: skip


TIMES = st.lists(st.tuples(st.integers(0, 40), st.booleans()), min_size=1, max_size=60)


@given(TIMES)
def test_the_curve_is_that_of_scipy(rows: list[tuple[int, bool]]) -> None:
    known = [float(time) for time, answered in rows if answered]
    if not known:
        assert survival(Wait(float(time), answered=False) for time, _ in rows) == []
        return
    data = stats.CensoredData(uncensored=known, right=[float(time) for time, answered in rows if not answered])
    theirs = stats.ecdf(data).sf
    ours = survival(Wait(float(time), answered) for time, answered in rows)
    for time, share in ours:
        assert share == pytest.approx(theirs.evaluate(time), abs=1e-12)
    assert [time for time, _ in ours] == sorted(set(known))


@given(TIMES, st.randoms())
def test_order_says_nothing_and_more_waiting_never_makes_it_faster(
    rows: list[tuple[int, bool]], chance: object
) -> None:
    given_ = [Wait(float(time), answered) for time, answered in rows]
    mixed = list(given_)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    assert survival(mixed) == survival(given_)
    with_one_more = survival([*given_, Wait(41.0, answered=False)])
    for share in (0.25, 0.5, 0.75):
        before, after = quantile(survival(given_), share), quantile(with_one_more, share)
        assert after is None or (before is not None and before <= after)


def test_without_anybody_waiting_the_median_is_the_plain_one() -> None:
    found = first_answer([Wait(days * DAY, answered=True) for days in (1, 2, 3, 4, 10)])
    assert found.quartiles == (2, 3, 4) and (found.needs, found.answered) == (5, 5)
    assert found.in_time == pytest.approx(0.8)


def test_where_less_than_half_were_answered_there_is_no_median_and_where_nothing_was_asked_there_is_nothing() -> None:
    rows = [Wait(1 * DAY, answered=True), *(Wait(20 * DAY, answered=False) for _ in range(2))]
    assert first_answer(rows).quartiles == (1, None, None)
    nothing = first_answer([])
    assert (nothing.quartiles, nothing.in_time, nothing.needs) == ((None, None, None), None, 0)
    assert answered_within(survival(rows), 0.5 * DAY) == 0


def after(days: float) -> datetime:
    return OPENED + timedelta(days=days)


@pytest.mark.parametrize(
    ("answered", "closed", "closing", "expected"),
    [
        (after(3), None, "", Wait(3 * DAY, answered=True)),
        (after(3), after(5), "helped", Wait(3 * DAY, answered=True)),
        (None, None, "", Wait(60 * DAY, answered=False)),
        (None, after(5), "no_help", Wait(60 * DAY, answered=False)),
        (None, after(5), "helped", Wait(60 * DAY, answered=False)),
        (None, after(5), "not_for_us", Wait(5 * DAY, answered=True)),
        (None, after(5), "withdrawn", Wait(5 * DAY, answered=False)),
        (after(3), after(5), "withdrawn", Wait(3 * DAY, answered=True)),
        (after(70), None, "", Wait(60 * DAY, answered=False)),  # as known then
        (after(-1), None, "", Wait(0, answered=True)),  # a clock that was wrong
    ],
)
def test_a_wait_ends_with_an_answer_and_only_so(
    answered: datetime | None, closed: datetime | None, closing: str, expected: Wait
) -> None:
    assert wait(OPENED, answered, closed, closing, NOW) == expected


def test_a_period_is_settled_once_its_last_day_has_had_its_time() -> None:
    period = Period(date(2026, 1, 1), date(2026, 1, 31))
    assert [period.settled(date(2026, 3, day)) for day in (16, 17, 18)] == [False, False, True]
