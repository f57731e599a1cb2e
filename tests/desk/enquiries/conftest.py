"""A small desk: in Japan a lead for games, one for all and a deputy; in Singapore one agent for several markets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from email import message_from_bytes, policy

import pytest
from django.utils import timezone

from portulan.desk.core import reference
from portulan.desk.core.models import OutgoingMail
from portulan.desk.enquiries import services
from portulan.desk.enquiries.asking import Asked
from portulan.desk.enquiries.models import Enquiry, Need
from portulan.desk.enquiries.rights import Reach, reach_of
from portulan.desk.network import services as network
from portulan.desk.network.models import Designation, Post, Role
from portulan.desk.network.reading import MISSION_2020
from portulan.desk.people.actors import Actor, Power
from portulan.desk.people.models import Person
from portulan.desk.people.services import add_person
from tests.desk.network.conftest import MARKETS, SECTORS, row, sectors, territories


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


class Letters:
    """What was posted, as whoever gets it reads it; `clear` forgets what came so far."""

    def __init__(self) -> None:
        self._from = 0

    def _all(self) -> list[dict[str, str]]:
        found = []
        for posted in OutgoingMail.objects.filter(pk__gt=self._from).order_by("pk"):
            mail = message_from_bytes(bytes(posted.message), policy=policy.default)
            body = mail.get_body()
            found.append(
                {"to": posted.recipient, "text": body.get_content() if body else "", "subject": str(mail["subject"]),
                 "language": posted.language, "id": posted.message_id}
            )  # fmt: skip
        return found

    def clear(self) -> None:
        self._from = OutgoingMail.objects.order_by("-pk").values_list("pk", flat=True).first() or 0

    def __iter__(self) -> Iterator[dict[str, str]]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())

    def __getitem__(self, place: int) -> dict[str, str]:
        return self._all()[place]


@pytest.fixture
def letters(db: None) -> Letters:
    """What was posted since the test began."""
    return Letters()


def in_days(count: int) -> date:
    return timezone.localdate() + timedelta(days=count)
