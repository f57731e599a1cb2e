"""A small desk: in Japan a lead for games, one for all and a deputy; in Singapore one agent for several markets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from portulan.desk.core import limits, reference
from portulan.desk.enquiries import services
from portulan.desk.enquiries.asking import Asked
from portulan.desk.enquiries.models import Enquiry, Need
from portulan.desk.enquiries.rights import Reach, reach_of
from portulan.desk.network import services as network
from portulan.desk.network.models import Designation, Post, Role
from portulan.desk.network.reading import MISSION_2020
from portulan.desk.people.actors import Actor, Power
from portulan.desk.people.models import Account, Person
from portulan.desk.people.models import Role as PersonRole
from portulan.desk.people.services import add_person, grant_role, open_account
from tests.desk.network.conftest import MARKETS, SECTORS, row, sectors, territories
from tests.desk.posted import Letters
from tests.desk.reading import read


@dataclass
class Desk:
    """Who is where. The owner has games in Japan; the team-mate all of Japan; the stranger sits in Singapore."""

    owner: Person
    mate: Person
    deputy: Person
    stranger: Person
    posts: dict[str, Post]
    designations: dict[str, Designation]

    def reach(self, person: Person | None, *powers: Power) -> Reach:
        return reach_of(Actor(person.pk if person else None, frozenset(powers)), timezone.localdate())


@pytest.fixture
def desk(db: None) -> Desk:
    today = timezone.localdate()
    reference.keep(MARKETS, SECTORS)
    network.keep_posts([row("jpn", "JPN"), row("sgp", "SGP", "open")], MISSION_2020)
    posts = {post.code: post for post in Post.objects.all()}
    for code in ("PHL", "EST"):
        network.cover(posts["sgp"], territories(code)[0])
    people = {
        name: add_person(name.capitalize(), "Exemple", email=f"{name}@example.org", languages=["fr", "en"])
        for name in ("owner", "mate", "deputy", "stranger")
    }
    since = today - timedelta(days=100)

    def designated(name: str, post: str, **more: object) -> Designation:
        return network.designate_correspondent(people[name], posts[post], since=since, **more)  # type: ignore[arg-type]

    designations = {
        "owner": designated("owner", "jpn", sectors=sectors("games")),
        "mate": designated("mate", "jpn"),
        "deputy": designated("deputy", "jpn", role=Role.DEPUTY),
        "stranger": designated("stranger", "sgp"),
    }
    return Desk(posts=posts, designations=designations, **people)


def asked(**more: str) -> Asked:
    said = {
        "market": "JPN", "sector": "games", "topic": "partners", "name": "Paule Studio", "email": "paule@example.com",
        "organisation": "Studio P", "asking": "company", "text": "We look for a publisher of our game in Japan.",
    }  # fmt: skip
    return Asked(**{**said, **more})


def ask(**more: str) -> tuple[Enquiry, Need]:
    enquiry = services.ask(asked(**more), "fr")
    return enquiry, enquiry.needs.get()


@pytest.fixture
def letters(db: None) -> Letters:
    """What was posted since the test began."""
    return Letters()


def in_days(count: int) -> date:
    return timezone.localdate() + timedelta(days=count)


@pytest.fixture
def client(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setattr(limits, "spend", lambda budget, who: 0)
    return Client(SERVER_NAME="localhost")


def text_of(answer: Any) -> str:
    return " ".join(read(answer.content.decode()).text.split())


As = Callable[..., Client]


@pytest.fixture
def at(client: Client, desk: Desk) -> As:
    """Return a browser in which somebody is signed in: with their own account, and the roles given."""

    def signed(person: Any, *roles: PersonRole) -> Client:
        person = person or add_person("Nobody", "Exemple", email=f"nobody{Person.objects.count()}@example.org")
        for role in roles:
            grant_role(person, role)
        browser = Client(SERVER_NAME="localhost")
        browser.force_login(Account.objects.filter(person=person).first() or open_account(person))
        return browser

    return signed
