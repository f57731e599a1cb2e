"""Which questions are likely one question asked twice. Pure: plain values, no database and no clock."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

WITHIN = timedelta(days=30)
"""What the same person asks after this long is asked anew."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A need as twins are told by: who wrote (`address`), in which enquiry, for which market, about what, when."""

    number: int
    enquiry: str
    address: str
    market: str
    topic: str
    at: datetime
    by_mail: bool = False


def alike(one: Asked, other: Asked) -> int:
    """Return how likely two needs are one: 2 for the same market and topic, 1 where one came by mail and says neither.

    0 otherwise: another address, another month, two needs of one enquiry, or two that are about different things.
    """
    if one.enquiry == other.enquiry or not one.address.strip():
        return 0
    if one.address.strip().casefold() != other.address.strip().casefold() or abs(one.at - other.at) > WITHIN:
        return 0
    if one.market and (one.market, one.topic) == (other.market, other.topic):
        return 2
    # A letter says in its words what it is about, and not in boxes.
    return 1 if (one.by_mail and not one.market) or (other.by_mail and not other.market) else 0


def likely(one: Asked, others: Iterable[Asked]) -> list[int]:
    """Return the numbers of those that are likely the same as one: the likeliest first, then the nearest in time."""
    found = [(alike(one, other), abs(one.at - other.at), other.number) for other in others]
    return [number for how, _apart, number in sorted(found, key=lambda it: (-it[0], it[1], it[2])) if how]
