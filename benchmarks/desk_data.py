"""A desk after six years, made up: the same rows every time, but for the day on which it is made.

A tenth of it is as old and as uneven: a few posts have most of the questions, nearly all of them are closed. What is
older than three years has lost its askers, as the rules of retention have it; a day's worth is due.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from django.db import models

from portulan.desk.core.models import Event, Sector, Territory
from portulan.desk.enquiries import status
from portulan.desk.enquiries.models import (
    AnswerCard,
    Asking,
    CardState,
    Channel,
    Closing,
    Enquiry,
    Held,
    Match,
    Message,
    Need,
    Promise,
    Status,
    Topic,
    Voice,
)
from portulan.desk.network.models import Absence, Coverage, Designation, Post, Role
from portulan.desk.people.models import Account, Consent, Grant, Person, Purpose
from portulan.desk.people.models import Role as Part

YEARS = 6
FORGOTTEN = timedelta(days=3 * 365)
BATCH = 5000
LANGUAGES = ("fr", "en", "es", "de", "pt", "ar", "zh", "ja")
SAID = (
    "we look for a partner who knows this market and could show our work next season to people who buy rights music "
    "books games design a festival a gallery a school visas taxes contracts and what it costs "
)


@dataclass(frozen=True, slots=True)
class Size:
    """How many of each."""

    posts: int = 160
    agents: int = 1000
    former: int = 600
    enquiries: int = 200_000
    open: int = 1500
    cards: int = 400
    events: int = 1_000_000

    def tenth(self) -> Size:
        """Return a tenth of what grows with the years; the network is as large."""
        return Size(
            self.posts, self.agents, self.former, self.enquiries // 10, self.open // 10, self.cards // 10,
            self.events // 10,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Staff:
    """Who may be asked: designations in force, by post, and how often each post is."""

    posts: list[Post]
    weights: list[float]
    by_post: dict[str, list[Designation]]
    people: list[Person]
    coordination: list[Person]


def fill(size: Size, now: datetime, seed: int = 2026) -> dict[str, Any]:
    """Fill an empty, migrated database that has its territories and sectors; return how many rows there are of what."""
    draw = random.Random(seed)
    staff = _network(draw, size, now)
    _keep(Enquiry, _questions(draw, size, staff, now))
    _keep(AnswerCard, _cards(draw, size, staff, now))
    _keep(Event, _events(draw, size, now))
    told: tuple[type[models.Model], ...] = (Post, Designation, Enquiry, Need, Match, Message, Promise, Event)
    return {model.__name__: model._default_manager.count() for model in told}


def _keep(model: type[models.Model], rows: Iterable[Any]) -> None:
    """Write rows, of one table or, as lists, of several that belong together."""
    flowing: Iterator[Any] = iter(rows)
    while batch := list(islice(flowing, BATCH)):
        if isinstance(batch[0], models.Model):
            model._default_manager.bulk_create(batch, batch_size=BATCH)
            continue
        by_table: dict[type[models.Model], list[models.Model]] = {}
        for several in batch:
            for row in several:
                by_table.setdefault(type(row), []).append(row)
        for table, mine in by_table.items():
            table._default_manager.bulk_create(mine, batch_size=BATCH)


def _name(number: int) -> tuple[str, str]:
    return f"Agent{number}", "Exemple"


def _id(draw: random.Random) -> uuid.UUID:
    return uuid.UUID(int=draw.getrandbits(128), version=4)


def _network(draw: random.Random, size: Size, now: datetime) -> Staff:
    territories, sectors = list(Territory.objects.order_by("code")), list(Sector.objects.order_by("position"))
    posts = [
        Post(
            code=f"post-{number:03d}", kind="embassy", name_en=f"Embassy {number:03d}",
            name_fr=f"Ambassade {number:03d}",
            seat=territories[number % len(territories)], city_en="City", city_fr="Ville",
        )
        for number in range(size.posts)
    ]  # fmt: skip
    _keep(Post, posts)
    covered = {
        post.code: list(dict.fromkeys([post.seat, *draw.sample(territories, draw.choice((0, 0, 0, 1, 2, 3)))]))
        for post in posts
    }
    _keep(Coverage, [Coverage(post=post, territory=one) for post in posts for one in covered[post.code]])
    people = [_person(draw, number) for number in range(size.agents + size.former + 5)]
    _keep(Person, people)
    _keep(Account, [Account(email=one.email, person=one, password=f"!{one.pk.hex}") for one in people])
    agreed = now - timedelta(days=400)
    _keep(
        Consent,
        [
            Consent(person=one, purpose=purpose, given_at=agreed, how="benchmark")
            for one in people[::2]
            for purpose in (Purpose.NAME, Purpose.EMAIL)
        ],
    )
    coordination = people[-5:]
    _keep(Grant, [Grant(person=one, role=Part.COORDINATION, since=agreed.date()) for one in coordination])
    # The first post is the busiest by far, the last are hardly asked.
    weights = [1 / (1 + place) ** 0.8 for place in range(len(posts))]
    made = _designations(draw, size, people, posts, now)
    _scopes(draw, made[: size.agents], sectors, covered)
    by_post: dict[str, list[Designation]] = {}
    for one in made[: size.agents]:
        by_post.setdefault(one.post_id, []).append(one)
    return Staff(posts, weights, by_post, people, coordination)


def _person(draw: random.Random, number: int) -> Person:
    given, family = _name(number)
    spoken = ["fr", "en", draw.choice(LANGUAGES[2:])] if draw.random() < 0.9 else [draw.choice(LANGUAGES)]
    return Person(
        id=_id(draw), given_name=given, family_name=family, email=f"agent{number}@example.org", languages=spoken
    )


def _designations(
    draw: random.Random, size: Size, people: Sequence[Person], posts: Sequence[Post], now: datetime
) -> list[Designation]:
    """Designate everybody: those of today first, then those whose time is over; some of today are away."""
    today, made = now.date(), []
    for number in range(size.agents + size.former):
        former = number >= size.agents
        since = today - timedelta(days=draw.randrange(1200, 2100) if former else draw.randrange(30, 1000))
        until = since + timedelta(days=1000) if former else today + timedelta(days=draw.randrange(60, 900))
        # Every post has one for all that comes, then those who share it.
        post = posts[number] if number < len(posts) else draw.choice(posts)
        lead = number < len(posts) or draw.random() < 0.6
        made.append(
            Designation(
                post=post, person=people[number], role=Role.LEAD if lead else Role.DEPUTY, since=since, until=until,
                last_confirmed=since,
            )
        )  # fmt: skip
    _keep(Designation, made)
    away = [
        Absence(designation=one, since=today - timedelta(days=3), until=today + timedelta(days=9))
        for one in draw.sample(made[: size.agents], size.agents // 20)
    ]
    _keep(Absence, away)
    return made


def _scopes(
    draw: random.Random, made: Sequence[Designation], sectors: Sequence[Sector], covered: dict[str, list[Territory]]
) -> None:
    """Give half of the designations some sectors, and a tenth of those in large posts some territories."""
    for_sectors, for_territories = Designation.sectors.through, Designation.territories.through
    named: list[Any] = []
    for one in made[len(covered) :]:
        if draw.random() < 0.6:
            named += [
                for_sectors(designation_id=one.pk, sector_id=sector.code)
                for sector in draw.sample(sectors, draw.randint(1, 4))
            ]
        if len(covered[one.post_id]) > 1 and draw.random() < 0.2:
            named.append(for_territories(designation_id=one.pk, territory_id=covered[one.post_id][0].code))
    _keep(for_sectors, [row for row in named if isinstance(row, for_sectors)])
    _keep(for_territories, [row for row in named if isinstance(row, for_territories)])


def _text(draw: random.Random, words: int) -> str:
    held = SAID.split() * 4
    start = draw.randrange(len(held) // 4)
    return " ".join(held[start : start + words]).capitalize() + "."


def _questions(draw: random.Random, size: Size, staff: Staff, now: datetime) -> Iterator[list[models.Model]]:
    """Yield each question with all that hangs on it; the last ones are open still."""
    sectors = list(Sector.objects.order_by("position"))
    numbers = _Numbers()
    for number in range(size.enquiries):
        left = size.enquiries - number
        # Six years, evenly: those open came in the last ninety days, a few of them long before.
        still = left <= size.open * 0.95 or draw.random() < size.open * 0.05 / size.enquiries
        days = YEARS * 365 * left / size.enquiries if left > size.open else 90 * left / size.open
        at = now - timedelta(days=days, minutes=draw.randrange(600))
        yield _question(draw, staff, sectors, numbers, number, at, now, still=still)


@dataclass(slots=True)
class _Numbers:
    """The next number of a need: rows that point at it are written in the same batch."""

    need: int = 0

    def next_need(self) -> int:
        self.need += 1
        return self.need


def _question(
    draw: random.Random, staff: Staff, sectors: Sequence[Sector], numbers: _Numbers, number: int, at: datetime,
    now: datetime, *, still: bool,
) -> list[models.Model]:  # fmt: skip
    enquiry = Enquiry(
        id=_id(draw), reference=f"{number:08d}", nonce=None, asker_name=f"Asker {number}",
        asker_email=f"asker{number}@example.net", organisation=f"Studio {number % 4000}",
        asking=draw.choice(Asking.values), language=draw.choice(("fr", "fr", "fr", "en")), text=_text(draw, 40),
        channel=draw.choice(Channel.values), received_at=at,
    )  # fmt: skip
    if not still and at + FORGOTTEN < now - timedelta(days=14):
        # Closed at most a fortnight later.
        enquiry.asker_name = enquiry.asker_email = enquiry.organisation = enquiry.text = ""
        enquiry.erased_at = at + FORGOTTEN
    rows: list[models.Model] = [enquiry]
    for _ in range(2 if draw.random() < 0.1 else 1):
        rows += _need(draw, staff, sectors, numbers.next_need(), enquiry, now, still=still)
    return rows


def _need(
    draw: random.Random, staff: Staff, sectors: Sequence[Sector], pk: int, enquiry: Enquiry, now: datetime, *,
    still: bool,
) -> list[models.Model]:  # fmt: skip
    """Return a need and what became of it."""
    at = enquiry.received_at
    post = None if draw.random() < 0.06 else draw.choices(staff.posts, staff.weights)[0]
    mine = draw.choice(staff.by_post[post.code]) if post else None
    answered = at + timedelta(days=draw.choice((0, 1, 1, 2, 3, 5, 12)), hours=3)
    has_answer = answered < now and draw.random() < (0.4 if still else 0.93)
    held = Held.ANSWERED if has_answer else draw.choice((Held.ASKED, Held.TAKEN) if still else (Held.ASKED,))
    closed = None if still else min(now, answered + timedelta(days=8))
    need = Need(
        pk=pk, enquiry=enquiry, territory_id=post.seat_id if post else "FRA", sector=draw.choice(sectors),
        topic=draw.choice(Topic.values), opened_at=at, first_answer_at=answered if has_answer else None,
        status=_status(held, closed=closed is not None), closed_at=closed,
        closing=draw.choice(Closing.values) if closed else "",
        snoozed_until=now.date() + timedelta(days=9) if still and draw.random() < 0.07 else None,
        satisfied=draw.choice((1, 2, 3, 3, None)) if closed else None,
        reminded=status.reminder_due(at, 0, now) if still and not has_answer and pk % 20 else 0,
    )  # fmt: skip
    rows: list[models.Model] = [need]
    if draw.random() < 0.12:
        other = draw.choices(staff.posts, staff.weights)[0]
        rows.append(_match(need, other, draw.choice(staff.by_post[other.code]), staff, Held.PASSED, current=False))
    rows.append(_match(need, post, mine, staff, held, current=True))
    if enquiry.erased_at is None:
        rows += _messages(draw, need, mine, staff, has_answer=has_answer)
    if has_answer and draw.random() < 0.15:
        rows.append(_promise(draw, need, post, mine, answered, now, still=still))
    return rows


def _status(held: str, *, closed: bool) -> str:
    if closed:
        return Status.CLOSED
    return {Held.ANSWERED: Status.ANSWERED, Held.TAKEN: Status.TAKEN}.get(Held(held), Status.OPEN)


def _named(one: Designation | None, staff: Staff) -> tuple[Any, str]:
    """Return who acts: the person designated, else somebody of the coordination desk."""
    person = one.person if one else staff.coordination[0]
    return person.pk, str(person)


def _match(need: Need, post: Post | None, one: Designation | None, staff: Staff, held: str, *, current: bool) -> Match:
    who, name = _named(one, staff) if one else (None, "")
    return Match(
        need=need, post=post, designation=one, person_id=who, name=name,
        body=post.name_en if post else "Coordination desk", level=one.role if one else "coordination",
        why={"level": "lead", "precise": ["territory"], "instead_of": []} if one else {"nobody": {}, "near": []},
        held=held, current=current, asked_at=need.opened_at,
    )  # fmt: skip


def _messages(
    draw: random.Random, need: Need, one: Designation | None, staff: Staff, *, has_answer: bool
) -> Iterator[Message]:
    who, name = _named(one, staff)
    at = need.opened_at
    voices = [Voice.NOTE] * (draw.random() < 0.3)
    if has_answer:
        voices += [Voice.ANSWER, *([Voice.ASKER, Voice.ANSWER] * draw.choice((0, 0, 0, 1, 1, 2)))]
    for place, voice in enumerate(voices):
        asker = voice == Voice.ASKER
        yield Message(
            need=need, voice=voice, author_id=None if asker else who,
            author_name=need.enquiry.asker_name if asker else name, text=_text(draw, 50), nonce=None,
            mail=f"<{need.pk}.{place}@example.org>", at=at + timedelta(days=place, hours=3),
        )  # fmt: skip


def _promise(
    draw: random.Random, need: Need, post: Post | None, one: Designation | None, at: datetime, now: datetime, *,
    still: bool,
) -> Promise:  # fmt: skip
    due = at.date() + timedelta(days=draw.choice((7, 14, 30)))
    waits = still and draw.random() < 0.8
    return Promise(
        need=need, post=post, person_id=one.person_id if one else None, name=str(one.person) if one else "",
        what="Send the list of fairs", due=due, made_at=at, kept_at=None if waits else min(now, at + timedelta(days=6)),
    )  # fmt: skip


def _cards(draw: random.Random, size: Size, staff: Staff, now: datetime) -> Iterator[AnswerCard]:
    sectors = list(Sector.objects.order_by("position"))
    for number in range(size.cards):
        post = draw.choice(staff.posts)
        author = staff.by_post[post.code][0].person
        at = now - timedelta(days=draw.randrange(700))
        yield AnswerCard(
            language=draw.choice(("fr", "en")), question=f"Question {number}: {_text(draw, 9)}",
            answer=_text(draw, 80), territory_id=post.seat_id, sector=draw.choice(sectors),
            topic=draw.choice(Topic.values), post=post, author=author, author_name=str(author),
            state=CardState.PUBLISHED if number % 9 else CardState.REVIEW, made_at=at, published_at=at,
            expires_on=at.date() + timedelta(days=548),
        )  # fmt: skip


VERBS = ("enquiry received", "need taken", "need answered", "need closed", "note left", "need passed on")


def _events(draw: random.Random, size: Size, now: datetime) -> Iterator[Event]:
    agents = [f"person:{_id(draw)}" for _ in range(size.agents)]
    for number in range(size.events):
        yield Event(
            actor=agents[number % len(agents)], verb=VERBS[number % len(VERBS)],
            about="enquiries.need", subject=f"enquiries.need:{number * size.enquiries // size.events + 1}",
            said={"asked": 1},
        )  # fmt: skip


def at_noon(day: datetime) -> datetime:
    """Return noon of a day, so that what is made on it is the same at every hour."""
    return day.astimezone(UTC).replace(hour=12, minute=0, second=0, microsecond=0)
