"""A desk where the owner of games in Japan is about to leave, and who reads its pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from portulan.desk.handover import services
from portulan.desk.handover.models import Handover
from portulan.desk.handover.rights import Reach, reach_of
from portulan.desk.network.models import Designation
from portulan.desk.network.services import end_designation
from portulan.desk.people.actors import Actor, Power
from portulan.desk.people.models import Account, Person, Role
from portulan.desk.people.services import add_person, grant_role, open_account
from tests.desk.enquiries.conftest import Desk, desk, letters  # noqa: F401 - fixtures of the room below

TODAY = timezone.localdate()

SignIn = Callable[..., Client]


def actor(person: Person | None, *powers: Power) -> Actor:
    return Actor(person.pk if person else None, frozenset(powers))


def reach(person: Person | None, *powers: Power, on: date | None = None) -> Reach:
    return reach_of(actor(person, *powers), on or timezone.localdate())


_ROLES = {Power.COORDINATION: Role.COORDINATION, Power.COMMITTEE: Role.COMMITTEE}


@pytest.fixture
def signed_in_as(db: None) -> SignIn:
    """Give the browser of somebody who signed in: with their own account, and the roles of these powers."""

    def sign_in(person: Person | None, *powers: Power) -> Client:
        browser = Client(SERVER_NAME="localhost")
        if person is None and not powers:
            return browser
        person = person or add_person("Nobody", "Exemple", email=f"nobody{Person.objects.count()}@example.org")
        for power in powers:
            grant_role(person, _ROLES[power])
        browser.force_login(Account.objects.filter(person=person).first() or open_account(person))
        return browser

    return sign_in


@pytest.fixture
def arriver(db: None) -> Person:
    return add_person("Arriver", "Exemple", email="arriver@example.org", languages=["fr", "en"])


@pytest.fixture
def coordination(db: None) -> Person:
    return add_person("Coordination", "Exemple", email="coordination@example.org", languages=["en"])


def leaves(desk: Desk, who: str = "owner", in_days: int = 30) -> Handover:  # noqa: F811
    """Have somebody's designation end, and open their handover."""
    end_designation(desk.designations[who], TODAY + timedelta(days=in_days))
    services.open_due(TODAY)
    return Handover.objects.get(designation=desk.designations[who])


def day_of(handover: Handover) -> date:
    handover.refresh_from_db()
    assert handover.switch_on is not None
    return handover.switch_on


def the_day_comes(handover: Handover) -> None:
    """Let the last day of the leaver have been yesterday, and hand the place over."""
    handover.refresh_from_db()
    Designation.objects.filter(pk=handover.designation_id).update(until=TODAY - timedelta(days=1))
    Designation.objects.filter(pk=handover.arriving_id).update(since=TODAY)
    services.daily(TODAY)
    handover.refresh_from_db()


@pytest.fixture
def told(letters: list[dict[str, Any]]) -> Iterator[Callable[[str], list[str]]]:  # noqa: F811
    """What somebody was told by letter, in order."""

    def to(address: str) -> list[str]:
        return [one["text"] for one in letters if one["to"] == address]

    yield to
