"""What a page costs: few queries, and as many for sixty rows of everything as for three.

Every address of the rooms `enquiries` and `network` is here: a new one fails until somebody says how it is asked for.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portulan.desk.enquiries import urls as enquiries_urls
from portulan.desk.enquiries.keys import key_of, side_key
from portulan.desk.enquiries.models import AnswerCard, Enquiry, Match, Message, Need, Promise, RoutingRule
from portulan.desk.enquiries.models_after import Check, Introduction, Joined, Side
from portulan.desk.network import urls as network_urls
from portulan.desk.network.models import Absence, Designation, Post
from portulan.desk.people.models import Account, Consent, Person, Purpose, Role
from portulan.desk.people.services import add_person, grant_role, open_account
from tests.desk.enquiries.conftest import Desk

pytestmark = pytest.mark.slow

MOST = 12
FEW, MANY = 3, 60
ASK = "/en/ask/?market=JPN&sector=games&topic=partners"


@dataclass(frozen=True)
class Held:
    """What the pages are about: one question with all the rows, in a room with as many of everything else."""

    need: Need
    card: AnswerCard
    designation: Designation
    rule: RoutingRule
    met: Introduction

    @property
    def introduction(self) -> str:
        return f"/en/introductions/{self.met.pk}/{side_key(self.met, Side.OTHER)}/"

    @property
    def own(self) -> str:
        return f"/en/ask/{self.need.enquiry.reference}/{key_of(self.need.enquiry)}/"


Where = Callable[[Held], str]
INBOX = [f"/en/desk/?view={view}" for view in ("post", "mine", "all", "late", "aside", "closed")]
# What each address is asked with. `act` takes no GET: what is sent there is tested with the acts. `demand_file` sends a
# file of the home, and asks nothing.
PAGES: dict[str, list[Where]] = {
    "enquiries:ask": [lambda held: "/en/ask/", lambda held: ASK],
    "enquiries:own": [lambda held: held.own],
    "enquiries:own_data": [lambda held: f"{held.own}data.json"],
    "enquiries:withdraw": [lambda held: f"{held.own}withdraw/"],
    # Kept, thrown away, or led on from: none of the three is a page.
    "enquiries:draft": [],
    "enquiries:draft_keep": [],
    "enquiries:draft_throw_away": [],
    # A file is bytes and no page; who opens one is walked with the files.
    "enquiries:own_file": [],
    "enquiries:need_file": [],
    "enquiries:answers": [lambda held: "/en/answers/", lambda held: "/en/answers/?q=fairs&market=JPN"],
    "enquiries:answer": [lambda held: f"/en/answers/{held.card.pk}/"],
    "enquiries:inbox": [
        *(lambda held, path=path: path for path in INBOX),  # type: ignore[misc]
        lambda held: f"/en/desk/?view=post&market=JPN&sector=games&after={held.need.pk}",
    ],
    "enquiries:need": [lambda held: f"/en/desk/questions/{held.need.pk}/"],
    "enquiries:act": [],
    "enquiries:twins": [lambda held: f"/en/desk/questions/{held.need.pk}/twins/"],
    "enquiries:helped": [lambda held: f"{held.own}helped/{held.need.pk}/3/"],
    "enquiries:check": [lambda held: f"{held.own}what-came/{held.need.checks.all()[0].pk}/"],
    "enquiries:introduce": [lambda held: f"/en/desk/questions/{held.need.pk}/introduce/"],
    "enquiries:introduction": [lambda held: held.introduction],
    "enquiries:introduction_data": [lambda held: f"{held.introduction}data.json"],
    "enquiries:mine": [lambda held: "/en/ask/mine/"],
    "enquiries:behalf": [lambda held: "/en/desk/questions/new/"],
    # For the coordination desk alone: counted with the letters.
    "enquiries:letters": [],
    "enquiries:letter": [],
    "enquiries:letter_act": [],
    "enquiries:table": [],
    "enquiries:table_template": [],
    "enquiries:cards": [lambda held: "/en/desk/answers/"],
    "enquiries:card_new": [lambda held: f"/en/desk/answers/new/{held.need.pk}/"],
    "enquiries:card": [lambda held: f"/en/desk/answers/{held.card.pk}/"],
    "enquiries:card_edit": [lambda held: f"/en/desk/answers/{held.card.pk}/edit/"],
    "enquiries:measures": [lambda held: "/en/desk/measures/", lambda held: "/en/desk/measures/?post=jpn&market=JPN"],
    "enquiries:measures_file": [lambda held: "/en/desk/measures/measures.csv"],
    "enquiries:demand": [lambda held: "/en/demand/"],
    "enquiries:demand_file": [],
    "enquiries:simulate": [lambda held: "/en/desk/who-answers/?market=JPN&sector=games&topic=partners&language=fr"],
    "enquiries:rules": [lambda held: "/en/desk/rules/"],
    "enquiries:rule_new": [lambda held: "/en/desk/rules/new/"],
    "enquiries:rule": [lambda held: f"/en/desk/rules/{held.rule.pk}/"],
    "enquiries:rule_act": [],
    "network:directory": [lambda held: "/en/network/", lambda held: "/en/network/?market=JPN&sector=games"],
    "network:directory_file": [lambda held: "/en/network/directory.csv"],
    "network:gaps": [lambda held: "/en/network/gaps/"],
    "network:gaps_file": [lambda held: "/en/network/gaps.csv"],
    "network:card": [lambda held: f"/en/network/contacts/{held.designation.pk}.vcf"],
    "network:post": [lambda held: "/en/network/posts/jpn/"],
}


def test_every_address_of_both_rooms_is_counted() -> None:
    known = {
        f"{module.app_name}:{pattern.name}"
        for module in (enquiries_urls, network_urls)
        for pattern in module.urlpatterns
    }
    assert known == set(PAGES)


class Filling:
    """Brings the desk to so many rows of everything."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.made, self.numbers = desk, 0, itertools.count()

    def to(self, count: int) -> Held:
        new = range(self.made, count)
        self.made = count
        self._people(len(new))
        for _ in new:
            main = self._question(closed=False)
            self._question(closed=True)
        first = Need.objects.order_by("pk")[0]
        for number in new:
            self._on_one(first, number)
        now = timezone.now()
        cards = [
            AnswerCard(
                need=main, language="en", question=f"Which fairs? {number}", answer="These.", territory_id="JPN",
                sector_id="games", topic="partners", post=self.desk.posts["jpn"], author=self.desk.owner,
                state="published" if number % 2 == 0 else "review", made_at=now, published_at=now,
                expires_on=timezone.localdate() + timedelta(days=9),
            )
            for number in new
        ]  # fmt: skip
        AnswerCard.objects.bulk_create(cards)
        for months in (3, 12):
            Check.objects.get_or_create(need=first, months=months, defaults={"sent_at": now})
        for number in new:
            post = self.desk.posts["jpn" if number % 2 else "sgp"]
            RoutingRule.objects.create(
                place=number + 1, act="instead", post=post, topics=" rights ", since=timezone.localdate(),
                sentence_en="Ask.", sentence_fr="Ask.",
            )  # fmt: skip
        named = Designation.objects.filter(person__consents__isnull=False).order_by("pk")[0]
        met = first.introductions.order_by("proposed_at")[0]
        return Held(first, AnswerCard.objects.order_by("pk")[0], named, RoutingRule.objects.order_by("pk")[0], met)

    def _people(self, count: int) -> None:
        """Add colleagues, half of them in posts of their own: public names, sectors, a territory, an absence."""
        today = timezone.localdate()
        for number in itertools.islice(self.numbers, count):
            post = Post.objects.create(
                code=f"new{number}", kind="embassy", name_en=f"New {number}", name_fr="x", seat_id="JPN", city_en="x",
                city_fr="x",
            )  # fmt: skip
            post.coverage.create(territory_id="JPN")
            for where in (post, self.desk.posts["jpn"]):
                person = Person.objects.create(given_name=f"P{number}", family_name=where.code, languages=["fr"])
                Consent.objects.create(person=person, purpose=Purpose.NAME, given_at=timezone.now(), how="test")
                one = Designation.objects.create(post=where, person=person, since=today - timedelta(days=9))
                one.sectors.add("games", "book")
                one.territories.add("JPN")
                Absence.objects.create(designation=one, since=today, until=today)

    def _question(self, *, closed: bool) -> Need:
        """Add a question that the owner has in hand, late, with a promise."""
        at = timezone.now() - timedelta(days=20)
        enquiry = Enquiry.objects.create(
            reference=f"{next(self.numbers):08d}", asker_name="A", asker_email="a@example.org", asking="company",
            language="fr", received_at=at,
        )  # fmt: skip
        need = Need.objects.create(
            enquiry=enquiry, territory_id="JPN", sector_id="games", topic="partners", opened_at=at,
            status="closed" if closed else "open", closed_at=at if closed else None,
        )  # fmt: skip
        self._asked(need, current=True)
        return need

    def _asked(self, need: Need, *, current: bool) -> None:
        Match.objects.create(
            need=need, post=self.desk.posts["jpn"], designation=self.desk.designations["owner"],
            person=self.desk.owner, name="Owner", body="Embassy", level="lead", current=current,
            asked_at=need.opened_at,
        )  # fmt: skip

    def _on_one(self, need: Need, number: int) -> None:
        """Add to one question: others of the same person, people asked before, things said, promised."""
        Need.objects.create(
            enquiry=need.enquiry, territory_id="SGP", sector_id="book", topic="market", opened_at=need.opened_at
        )
        self._asked(need, current=number % 2 == 0)
        twin = self._question(closed=True)
        Joined.objects.create(kept=need, gone=twin, at=need.opened_at)
        for voice in ("asker", "answer", "note"):
            Message.objects.create(need=need, voice=voice, text="Fairs", author_name="A", at=timezone.now())
        Promise.objects.create(
            need=need, post=self.desk.posts["jpn"], person=self.desk.owner, what="A list", made_at=need.opened_at,
            due=timezone.localdate() - timedelta(days=1),
        )  # fmt: skip
        met = Introduction.objects.create(
            need=need, post=self.desk.posts["jpn"], by=self.desk.owner, by_name="Owner", body="A fair",
            other_name="B", other_email=f"b{number}@example.org", language="en", purpose="Fairs",
            proposed_at=timezone.now(), lapses_at=timezone.now() + timedelta(days=30),
        )  # fmt: skip
        met.agreements.create(side=Side.ASKER, agreed=True, at=timezone.now(), how="test")
        self.desk.posts["jpn"].partners.create(body="A venue", contact_email="v@example.org", kept_by=self.desk.owner)


@pytest.fixture
def browsers(desk: Desk) -> dict[str, Client]:
    """Somebody of a post, and somebody of the coordination desk."""
    other = add_person("Coline", "Exemple", email="coline@example.org")
    grant_role(other, Role.COORDINATION)
    found = {}
    for name, person in (("owner", desk.owner), ("coordination", other)):
        browser = Client(SERVER_NAME="localhost")
        browser.force_login(open_account(person))
        # Seen within the hour already: that is written once an hour, and no page is asked for twice here.
        Account.objects.filter(person=person).update(last_seen=timezone.now())
        found[name] = browser
    return found


def counted(browsers: dict[str, Client], paths: list[str]) -> dict[str, int]:
    found = {}
    for name, browser in browsers.items():
        for path in paths:
            if name == "owner" and path.startswith("/en/desk/rules/"):
                continue  # not to be known of
            with CaptureQueriesContext(connection) as asked:
                answer = browser.get(path)
            assert answer.status_code == 200, (name, path, answer.status_code)
            found[f"{name} {path}"] = len(asked)
    return found


@pytest.mark.parametrize("room", ["enquiries:inbox", "enquiries", "network"])
def test_a_page_takes_few_queries_and_as_many_for_sixty_rows(
    desk: Desk, browsers: dict[str, Client], room: str
) -> None:
    filling = Filling(desk)
    found = []
    for count in (FEW, MANY):
        held = filling.to(count)
        paths = [
            where(held)
            for name, wheres in PAGES.items()
            if name == room or (name.startswith(f"{room}:") and name != "enquiries:inbox")
            for where in wheres
        ]
        found.append(counted(browsers, paths))
    few, many = found
    assert few == many
    assert not {page: queries for page, queries in many.items() if queries > MOST}
