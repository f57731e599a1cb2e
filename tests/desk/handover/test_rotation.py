"""Whatever the order in which people leave, arrive, answer and ask: no open question is ever with nobody."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from portulan.desk.core import reference
from portulan.desk.enquiries import services as enquiries
from portulan.desk.enquiries.models import Held, Match, Need, Status
from portulan.desk.handover import selectors, services
from portulan.desk.handover.models import Handover, State
from portulan.desk.network import services as network
from portulan.desk.network.models import Post, Role
from portulan.desk.network.reading import MISSION_2020
from portulan.desk.network.staff import in_force
from portulan.desk.people.actors import Actor, Power
from portulan.desk.people.services import add_person
from tests.desk.enquiries.conftest import asked
from tests.desk.handover.conftest import TODAY
from tests.desk.network.conftest import MARKETS, SECTORS, row, sectors

DESK = Actor(None, frozenset({Power.COORDINATION}))
WHICH = st.integers(0, 5)
MARKET = st.sampled_from(["JPN", "SGP", "PHL", "EST"])


class Rotation(RuleBasedStateMachine):
    """Two posts, one of them for three markets; days go by."""

    @initialize()
    def begin(self) -> None:
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        reference.keep(MARKETS, SECTORS)
        network.keep_posts([row("jpn", "JPN"), row("sgp", "SGP")], MISSION_2020)
        self.posts = {post.code: post for post in Post.objects.all()}
        for code in ("PHL", "EST", "JPN"):
            network.cover(self.posts["sgp"], type(self.posts["jpn"].seat).objects.get(code=code))
        self.on, self.people = TODAY, 0
        for post, role, only in (("jpn", Role.LEAD, "games"), ("jpn", Role.DEPUTY, ""), ("sgp", Role.LEAD, "")):
            network.designate_correspondent(
                self.person(),
                self.posts[post],
                since=self.on - timedelta(days=9),
                role=role,
                sectors=sectors(only) if only else [],
            )
        for market, sector in (("JPN", "games"), ("JPN", "book"), ("PHL", "book")):
            self.ask(market, sector)

    def teardown(self) -> None:
        if hasattr(self, "atomic"):
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)

    def person(self) -> Any:
        self.people += 1
        return add_person(f"P{self.people}", "Exemple", email=f"p{self.people}@example.org", languages=["fr"])

    def at(self) -> datetime:
        return timezone.make_aware(datetime.combine(self.on, time(12)))

    def reach(self) -> Any:
        return services.Reach(DESK, frozenset())

    def pick(self, which: int, found: list[Any]) -> Any:
        return found[which % len(found)] if found else None

    @rule(market=MARKET, sector=st.sampled_from(["games", "book"]))
    def somebody_asks(self, market: str, sector: str) -> None:
        self.ask(market, sector)

    def ask(self, market: str, sector: str) -> None:
        enquiries.ask(asked(market=market, sector=sector), "fr", at=self.at())

    @rule(which=WHICH)
    def take(self, which: int) -> None:
        if match := self.pick(which, list(Match.objects.filter(current=True).order_by("pk"))):
            Match.objects.filter(pk=match.pk).update(held=Held.TAKEN)
            enquiries.derive(match.need)

    @rule(which=WHICH)
    def close(self, which: int) -> None:
        if need := self.pick(which, list(Need.objects.filter(closed_at=None).order_by("pk"))):
            need.closed_at, need.closing = self.at(), "helped"
            need.save()
            enquiries.derive(need)

    @rule(which=WHICH)
    def hear(self, which: int) -> None:
        if need := self.pick(which, list(Need.objects.filter(status=Status.CLOSED).order_by("pk"))):
            enquiries.hear(need, "One more thing.", at=self.at())

    @rule(which=WHICH, days=st.sampled_from([-1, 0, 2]))
    def leave(self, which: int, days: int) -> None:
        seats = list(in_force(self.on).order_by("pk"))
        if seat := self.pick(which, [one for one in seats if one.until is None]):
            last_day = max(seat.since, self.on + timedelta(days))
            services.open_suddenly(self.reach(), seat, last_day, self.on)

    @precondition(lambda self: Handover.objects.filter(arriver=None).exclude(state=State.SWITCHED).exists())
    @rule(which=WHICH, days=st.integers(0, 5))
    def name(self, which: int, days: int) -> None:
        free = Handover.objects.filter(arriver=None).exclude(state=State.SWITCHED).order_by("pk")
        handover = self.pick(which, list(free))
        services.name_arriver(self.reach(), handover, self.person(), self.on + timedelta(days))

    @rule(days=st.integers(1, 3))
    def days_go_by(self, days: int) -> None:
        for _ in range(days):
            self.on += timedelta(days=1)
            services.daily(self.on)

    @invariant()
    def every_open_question_is_with_somebody_who_is_there(self) -> None:
        if not hasattr(self, "on"):
            return
        waiting = selectors.to_switch(self.on)
        assert waiting == []
        for need in Need.objects.exclude(status=Status.CLOSED):
            current = list(need.matches.filter(current=True))
            assert current, f"{need} is with nobody"
            for match in current:
                assert match.post_id is None or self.there(match, self.on), f"{need} is with somebody who left"

    def there(self, match: Match, on: date) -> bool:
        return in_force(on).filter(person=match.person_id, post=match.post_id).exists()


@pytest.mark.slow
def test_no_open_question_is_ever_with_nobody(db: None) -> None:
    run_state_machine_as_test(
        Rotation,
        settings=settings(
            max_examples=25, stateful_step_count=20, deadline=None,
            suppress_health_check=list(HealthCheck), derandomize=True, phases=(Phase.generate, Phase.shrink),
        ),
    )  # fmt: skip
    assert not Need.objects.exists()
