"""Which questions are one asked twice: told by plain values, without a database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from portulan.desk.enquiries.twins import WITHIN, Asked, alike, likely

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)


def asked(number: int = 2, **more: object) -> Asked:
    said = {"enquiry": f"e{number}", "address": "a@example.org", "market": "JPN", "topic": "rights", "at": AT}
    return Asked(number, **{**said, **more})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("other", "how"),
    [
        (asked(), 2),
        (asked(address=" A@Example.ORG "), 2),
        (asked(address="b@example.org"), 0),
        (asked(market="SGP"), 0),
        (asked(topic="market"), 0),
        (asked(enquiry="e1"), 0),
        (asked(at=AT + WITHIN), 2),
        (asked(at=AT - WITHIN), 2),
        (asked(at=AT + WITHIN + timedelta(seconds=1)), 0),
        (asked(market="", topic="other", by_mail=True), 1),
        (asked(market="", topic="other"), 0),
        (asked(market="SGP", by_mail=True), 0),
    ],
)
def test_how_alike_two_are(other: Asked, how: int) -> None:
    one = asked(1)
    assert (alike(one, other), alike(other, one)) == (how, how)


def test_two_letters_that_say_no_market_are_perhaps_one_and_two_without_address_are_not() -> None:
    letter = {"market": "", "topic": "other", "by_mail": True}
    assert alike(asked(1, **letter), asked(2, **letter)) == 1
    assert alike(asked(1, address=""), asked(2, address="")) == 0


def test_the_likeliest_comes_first_then_the_nearest() -> None:
    others = [
        asked(2, market="", by_mail=True),
        asked(3, at=AT + timedelta(days=9)),
        asked(4, at=AT - timedelta(days=1)),
        asked(5, topic="market"),
    ]
    assert likely(asked(1), others) == [4, 3, 2]
    assert likely(asked(1), []) == []
