"""The invented past: every screen has life, nothing was written to anybody, and one command takes it away."""

from __future__ import annotations

import pytest
from django.utils import timezone

from portulan.desk.core import reference
from portulan.desk.enquiries import cards, demo
from portulan.desk.enquiries.models import AnswerCard, Enquiry, Need, Promise, RoutingRule, Status
from portulan.desk.markets import services as markets
from portulan.desk.network import demo as network
from portulan.desk.people.models import Organisation
from tests.desk.posted import Letters

pytestmark = pytest.mark.slow


def test_some_months_are_invented_and_taken_away_again(db: None, letters: Letters) -> None:
    markets.keep_reference()
    assert reference.sector_names("en")
    network.load(timezone.localdate())
    done = demo.load()
    assert (done.questions, done.cards) == (demo.MANY, 6)
    assert {one.status for one in Need.objects.all()} == set(Status)
    assert Need.objects.filter(status="open").count() < demo.MANY / 2
    assert Promise.objects.filter(kept_at=None).exists() and Promise.objects.exclude(kept_at=None).exists()
    assert AnswerCard.objects.filter(state="published").count() == 5
    assert cards.find("carnet")
    assert len(letters) == 0
    assert "Livre Export (invented)" in RoutingRule.objects.get().sentence_en
    assert demo.load().questions == 0
    assert demo.remove() == demo.MANY
    network.remove()
    assert not RoutingRule.objects.exists() and not Organisation.objects.exists()
    assert not Enquiry.objects.exists() and not AnswerCard.objects.exists() and not cards.find("carnet")
