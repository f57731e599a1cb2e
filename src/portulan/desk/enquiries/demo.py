"""Some months of invented questions, so that every screen of the desk has life. The words are in `tables/demo.json`."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from portulan.desk.core import reference
from portulan.desk.enquiries import cards, changing_rules, post, promises, services
from portulan.desk.enquiries.asking import Asked
from portulan.desk.enquiries.cards import Written
from portulan.desk.enquiries.models import AnswerCard, Channel, Closing, Enquiry, Need, RoutingRule, Topic
from portulan.desk.enquiries.rights import Reach, reach_of
from portulan.desk.enquiries.rules import Act
from portulan.desk.network import staff
from portulan.desk.network.demo import OPERATOR
from portulan.desk.network.staff import Agent
from portulan.desk.people.actors import Actor, Power
from portulan.desk.people.selectors import operators

MANY = 160
MONTHS = 6
_TABLE = Path(__file__).with_name("tables") / "demo.json"


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many questions and answer cards were added."""

    questions: int
    cards: int


@transaction.atomic
def load(now: datetime | None = None) -> Loaded:
    """Add invented questions of the last months to the invented correspondents; none where there are some already."""
    if Enquiry.objects.filter(invented=True).exists():
        return Loaded(0, 0)
    now = now or timezone.now()
    agents = [one for one in staff.agents(timezone.localdate(now)) if one.invented]
    if not agents:
        return Loaded(0, 0)
    chance = random.Random(2020)  # noqa: S311 - an invented past, the same for everybody
    words = {**json.loads(_TABLE.read_text(encoding="utf-8")), "markets": reference.territory_names("fr")}
    with post.nothing_leaves():
        _rules(timezone.localdate(now))
        for number in range(MANY):
            _one(chance, words, agents, number, now)
        made = _cards(words, agents)
    return Loaded(MANY, made)


@transaction.atomic
def remove() -> int:
    """Take the invented questions, answers and rules away; return how many questions there were."""
    RoutingRule.objects.filter(organisation__name=OPERATOR).delete()
    for card in AnswerCard.objects.filter(invented=True):
        cards.drop(card)
    found = Enquiry.objects.filter(invented=True)
    count = found.count()
    found.delete()
    return count


def _rules(today: date) -> None:
    """Invent a rule: an operator is asked about rights of books wherever no correspondent answers."""
    operator = next((key for key, name in operators().items() if name == OPERATOR), None)
    if operator is None:
        return
    coordination = Reach(Actor(None, frozenset({Power.COORDINATION})), frozenset())
    written = changing_rules.Written(
        Act.WHERE_NOBODY, (), ("book",), (Topic.RIGHTS,), (), today - timedelta(days=200), None, str(operator)
    )
    last = changing_rules.last_change()
    changing_rules.write(coordination, written, None, last.pk if last else 0)


def _one(chance: random.Random, words: dict[str, Any], agents: list[Agent], number: int, now: datetime) -> None:
    """Invent one question, and what became of it."""
    agent = chance.choice(agents)
    age = chance.randrange(MONTHS * 30)
    asked_at = now - timedelta(days=age, hours=chance.randrange(9))
    asker = chance.choice(words["askers"])
    topic = chance.choice(list(words["questions"]))
    market = chance.choice(sorted(agent.territories))
    sector = chance.choice(sorted(agent.sectors) or ["book", "music", "audiovisual", "performing_arts"])
    said = words["questions"][topic].format(market=words["markets"][market])
    asked = Asked(
        market, sector, topic, said, asker["name"], f"asker{number}@example.org", asker["organisation"], asker["asking"]
    )
    channel = chance.choice([Channel.FORM, Channel.FORM, Channel.MAIL, Channel.BEHALF])
    enquiry = services.ask(asked, "fr", at=asked_at, channel=channel, invented=True, actor="system")
    need = enquiry.needs.get()
    match = need.matches.get()
    if match.person_id is None or chance.random() < (0.35 if age < 10 else 0.08):
        return
    reach = reach_of(Actor(match.person_id, frozenset()), timezone.localdate(now))
    if reach.posts:
        _worked(chance, words, need, reach, match.name, asked_at, now)


def _worked(
    chance: random.Random, words: dict[str, Any], need: Need, reach: Reach, name: str, asked_at: datetime, now: datetime
) -> None:
    """Invent how somebody dealt with a question."""
    if chance.random() < 0.3:
        services.note(reach, need, chance.choice(words["notes"]), name)
    answered_at = asked_at + timedelta(days=chance.choice([0, 1, 1, 2, 3, 4, 6, 9]), hours=3)
    if answered_at >= now:
        services.take(reach, need, name)
        return
    services.answer(reach, need, chance.choice(words["answers"]), name, at=answered_at)
    if chance.random() < 0.25:
        due = timezone.localdate(answered_at) + timedelta(days=chance.choice([7, 14, 30]))
        made = promises.promise(reach, need, chance.choice(words["promises"]), due, name, at=answered_at)
        if due < timezone.localdate(now) and chance.random() < 0.85:
            promises.settle(reach, made)
    if chance.random() < 0.7 and answered_at + timedelta(days=9) < now:
        closing = chance.choice([Closing.HELPED] * 6 + [Closing.NO_HELP, Closing.UNREACHABLE])
        services.close(reach, need, closing, "", at=answered_at + timedelta(days=8))
        if chance.random() < 0.5:
            services.rate(need, chance.choice([1, 2, 3, 3, 3]))


def _cards(words: dict[str, Any], agents: list[Agent]) -> int:
    """Invent answer cards, each written by one post and read by another; one still waits to be read."""
    today = timezone.localdate()
    first, second = agents[0], next(one for one in agents if one.post != agents[0].post)
    author, reader = (reach_of(Actor(one.person, frozenset()), today) for one in (first, second))
    made = [
        cards.write(author, None, Written(**row, expires_on=today + cards.GOOD_FOR), first.name)
        for row in words["cards"]
    ]
    AnswerCard.objects.filter(pk__in=[card.pk for card in made]).update(invented=True)
    for card in made[:-1]:
        cards.publish(reader, card, second.name)
    return len(made)
