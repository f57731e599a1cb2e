"""One agent for four countries from three posts: one list of questions, four markets, and a deputy in one of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.journeys.crossing import PHONE, WIDE, Way
from tests.journeys.desk_site import Site, ask, reference_of, sent, serve_desk, sign_in_as, stands
from tests.journeys.letterbox import text_of
from tests.journeys.window import window

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("desk")]
WAYS = (
    Way("en", WIDE, True, "light"),
    pytest.param(Way("fr", PHONE, False, "dark"), marks=pytest.mark.full),
)
POSTS = {"sgp": ("SGP", "PHL"), "idn": ("IDN",), "twn": ("TWN",)}
MARKETS = {code: post for post, codes in POSTS.items() for code in codes}
# Sectors that nobody else in the region leads; each way its own, for both meet the same site.
SECTOR = {"en": "performing_arts", "fr": "heritage"}
DESIGNATE = """
from datetime import timedelta
from django.utils import timezone
from portulan.desk.core.models import Sector, Territory
from portulan.desk.network.models import Post
from portulan.desk.network.services import designate_correspondent
from portulan.desk.people.models import Purpose
from portulan.desk.people.services import add_person, give_consent, open_account
person = add_person("Nadia", "{name}", email="{email}", languages=["fr", "en"], invented=True)
for purpose in (Purpose.NAME, Purpose.EMAIL):
    give_consent(person, purpose, "invented")
open_account(person)
for post, territories in {posts}.items():
    designate_correspondent(
        person, Post.objects.get(code=post), since=timezone.localdate() - timedelta(days=30),
        sectors=Sector.objects.filter(code="{sector}"), territories=Territory.objects.filter(code__in=territories),
    )
"""
AWAY = """
from datetime import timedelta
from django.utils import timezone
from portulan.desk.network.models import Designation
from portulan.desk.network.services import record_absence
today = timezone.localdate()
record_absence(Designation.objects.get(person__email="{email}", post="idn"), today, today + timedelta(days=5))
"""


@dataclass(frozen=True)
class Agent:
    """Somebody designated in three posts for four markets."""

    name: str
    email: str
    sector: str


# A site for each way: one reader asks six times in ten minutes at most, and each way does.
@pytest.fixture
def site(two_years: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    yield from serve_desk(tmp_path_factory.mktemp("regional"), two_years)


def designated(site: Site, way: Way) -> Agent:
    """Have an agent designated; no page does that yet."""
    name, email, sector = f"Region{way.language}", f"nadia.{way.language}@example.org", SECTOR[way.language]
    site.act(DESIGNATE.format(name=name, email=email, sector=sector, posts=POSTS))
    return Agent(f"Nadia {name}", email, sector)


def put(page: Page, site: Site, way: Way, agent: Agent, market: str, word: str) -> str:
    """Ask about a market, and return the reference."""
    own = ask(
        page, site, way, f"market={market}&sector={agent.sector}&topic=partners", f"Asker {word}",
        f"{word}@studio.example", f"Who shows foreign work there, {word}?",
    )  # fmt: skip
    return reference_of(own)


def is_listed(page: Page, site: Site, way: Way, agent: Agent) -> None:
    """See that anyone finds the agent under each of the four markets, at the post that answers there."""
    for market, post in MARKETS.items():
        page.goto(f"{site.address}/{way.language}/network/?market={market}&sector={agent.sector}")
        row = page.locator("#directory tbody tr", has_text=agent.name)
        expect(row).to_have_count(1)
        expect(row.locator(f"a[href*='/network/posts/{post}/']").first).to_be_visible()
    stands(page, way)


def inbox(page: Page, site: Site, way: Way, view: str) -> Locator:
    """Open the list of questions, and return its rows."""
    page.goto(f"{site.address}/{way.language}/desk/?view={view}")
    return page.locator("#questions tbody tr")


def answers(page: Page, site: Site, way: Way, agent: Agent, market: str, reference: str) -> None:
    """Answer in the name of the post that was asked."""
    word = f"{market.lower()}{way.language}"
    inbox(page, site, way, "mine").filter(has_text=reference).locator("th a").click()
    page.locator("#field-answer").fill(f"Two houses do, {word}.")
    sent(page, "#field-answer")
    stands(page, way)
    answer = text_of(site.letters.last(f"{word}@studio.example", beyond=1))
    ((body,),) = site.rows(f"SELECT name_{way.language} FROM network_post WHERE code = ?", MARKETS[market])
    assert f"Two houses do, {word}." in answer and agent.name in answer and str(body) in answer


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_one_agent_answers_for_four_markets(browser: Browser, site: Site, way: Way) -> None:
    agent = designated(site, way)
    with window(browser, way) as (page, complaints):
        is_listed(page, site, way, agent)
        asked = {code: put(page, site, way, agent, code, f"{code.lower()}{way.language}") for code in MARKETS}
        assert {site.colleague(reference) for reference in asked.values()} == {agent.email}

        # One list holds them all; two are answered.
        sign_in_as(page, site, way, agent.email)
        expect(inbox(page, site, way, "mine")).to_have_count(len(MARKETS))
        stands(page, way)
        for market in ("PHL", "TWN"):
            answers(page, site, way, agent, market, asked[market])
        expect(inbox(page, site, way, "mine&market=TWN")).to_have_count(1)

        # Away from one post, the agent is replaced there by its deputy, and goes on answering in the others.
        site.act(AWAY.format(email=agent.email))
        ((deputy,),) = site.rows(
            "SELECT p.email FROM network_designation d JOIN people_person p ON p.id = d.person_id"
            " WHERE d.post_id = 'idn' AND d.role = 'deputy'"
        )
        words = {code: f"away{code.lower()}{way.language}" for code in ("IDN", "TWN")}
        during = {code: put(page, site, way, agent, code, word) for code, word in words.items()}
        with_whom = {code: site.colleague(reference) for code, reference in during.items()}
        assert with_whom == {"IDN": deputy, "TWN": agent.email}
        page.goto(f"{site.address}/{way.language}/network/?market=IDN&sector={agent.sector}")
        expect(page.locator("#directory")).to_contain_text(str(deputy))

        # Of the post in which they are away the agent still reads what comes; what is theirs to answer is the rest.
        sign_in_as(page, site, way, agent.email)
        expect(inbox(page, site, way, "mine")).to_have_count(len(MARKETS) + 1)
        expect(inbox(page, site, way, "post").filter(has_text=during["IDN"])).to_have_count(1)
        sign_in_as(page, site, way, str(deputy))
        mine = inbox(page, site, way, "mine")
        expect(mine.filter(has_text=during["IDN"])).to_have_count(1)
        expect(mine.filter(has_text=re.compile("|".join(asked.values())))).to_have_count(0)
        assert complaints == []
