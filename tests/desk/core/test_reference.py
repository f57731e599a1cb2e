"""Territories and sectors as rows, and the log of acts."""

from __future__ import annotations

import pytest
from django.db import transaction

from portulan.desk.core import events, reference
from portulan.desk.core.models import Event, Sector, Territory
from portulan.desk.markets.services import keep_reference


@pytest.mark.django_db
def test_what_the_reference_no_longer_has_stays_marked() -> None:
    reference.keep([("JPN", "Japan", "Japon"), ("ATL", "Atlantis", "Atlantide")], [("book", "Books", "Livre")])
    reference.keep([("JPN", "Nippon", "Japon")], [("games", "Games", "Jeux"), ("book", "Books", "Livres")])
    assert reference.territory_names("en") == {"JPN": "Nippon"}
    assert Territory.objects.get(code="ATL").current is False
    assert list(reference.sector_names("fr").items()) == [("games", "Jeux"), ("book", "Livres")]


@pytest.mark.django_db
def test_the_rows_are_those_of_the_atlas() -> None:
    keep_reference()
    keep_reference()
    assert reference.territory_names("fr")["JPN"] == "Japon"
    assert Sector.objects.count() == 14 and reference.sector_names("en")["book"] == "Books"


@pytest.mark.django_db(transaction=True)
def test_an_event_stands_and_falls_with_its_act() -> None:
    reference.keep([("JPN", "Japan", "Japon")], [])
    japan = Territory.objects.get(code="JPN")
    with pytest.raises(RuntimeError, match="transaction"):
        events.record("seen", japan)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        events.record("seen", japan)
        raise ZeroDivisionError
    assert not Event.objects.exists() and events.last("core.territory") == 0
    with transaction.atomic():
        events.record("seen", japan, "desk", by="eye")
    assert events.last("core.territory") > 0 == events.last("core.sector")
    assert str(Event.objects.get()) == "desk seen core.territory:JPN"
