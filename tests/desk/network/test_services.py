"""What is done in the network, and what is refused."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from portulan.desk.core.models import Event
from portulan.desk.network import services
from portulan.desk.network.models import Absence, Coverage, Designation, Membership, Post
from portulan.desk.network.reading import MISSION_2020
from tests.desk.network.conftest import TODAY, person, row, sectors, territories


def test_posts_are_added_once_with_seat_and_list(posts: dict[str, Post]) -> None:
    Post.objects.filter(code="jpn").update(standing="suspended")
    assert services.keep_posts([row("jpn", "JPN"), row("phl", "PHL", "")], MISSION_2020) == 1
    assert Post.objects.get(code="jpn").standing == "suspended"  # what somebody changed stays
    assert set(Coverage.objects.values_list("post_id", "territory_id")) == {
        ("jpn", "JPN"), ("sgp", "SGP"), ("phl", "PHL"),
    }  # fmt: skip
    assert dict(Membership.objects.values_list("post_id", "confirmed")) == {"jpn": True, "sgp": False}


def test_a_seat_that_the_atlas_lacks_adds_nothing(posts: dict[str, Post]) -> None:
    with pytest.raises(services.NetworkError, match="ATL"):
        services.keep_posts([row("phl", "PHL"), row("atl", "ATL")], MISSION_2020)
    assert set(posts) == set(Post.objects.values_list("code", flat=True))


def test_each_act_is_one_event_of_its_actor(posts: dict[str, Post]) -> None:
    before = Event.objects.count()
    made = services.designate_correspondent(person("Ada"), posts["jpn"], since=TODAY, actor="desk")
    services.confirm_designation(made, TODAY, "desk")
    services.record_absence(made, TODAY, TODAY, "desk")
    services.end_designation(made, TODAY + timedelta(days=9), "desk")
    said = list(Event.objects.order_by("pk").values_list("verb", "actor")[before:])
    assert said[-4:] == [
        ("correspondent designated", "desk"),
        ("designation confirmed", "desk"),
        ("absence recorded", "desk"),
        ("designation ended", "desk"),
    ]
    made.refresh_from_db()
    assert made.until == TODAY + timedelta(days=9) and made.last_confirmed == TODAY


def test_days_that_do_not_hold_together_are_refused(posts: dict[str, Post]) -> None:
    ada = person("Ada")
    with pytest.raises(services.NetworkError, match="before it begins"):
        services.designate_correspondent(ada, posts["jpn"], since=TODAY, until=TODAY - timedelta(days=1))
    made = services.designate_correspondent(ada, posts["jpn"], since=TODAY)
    with pytest.raises(services.NetworkError, match="cannot end"):
        services.end_designation(made, TODAY - timedelta(days=1))
    with pytest.raises(services.NetworkError, match="before it begins"):
        services.record_absence(made, TODAY, TODAY - timedelta(days=1))
    assert not Absence.objects.exists()
    # The database holds it too, whoever writes.
    with pytest.raises(IntegrityError), transaction.atomic():
        Designation.objects.filter(pk=made.pk).update(until=TODAY - timedelta(days=1))


def test_nobody_is_designated_for_what_the_post_does_not_cover(posts: dict[str, Post]) -> None:
    with pytest.raises(services.NetworkError, match="does not cover PHL"):
        services.designate_correspondent(
            person("Ada"), posts["sgp"], since=TODAY, sectors=sectors("games"), territories=territories("PHL")
        )
    assert not Designation.objects.exists()
    services.cover(posts["sgp"], territories("PHL")[0])
    services.cover(posts["sgp"], territories("PHL")[0])
    assert Coverage.objects.filter(post=posts["sgp"]).count() == 2
