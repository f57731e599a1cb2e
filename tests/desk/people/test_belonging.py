"""Whom somebody works for, as they say it: on their own page, and on nobody else's."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from portulan.desk.core.models import Event
from portulan.desk.people import belonging, services
from portulan.desk.people.models import Account, Affiliation, Organisation, OrganisationKind, Role
from tests.desk.people.conftest import account, browser, person_of, signed_in
from tests.desk.reading import read

pytestmark = pytest.mark.django_db

PAGE = "/en/account/organisations/"
STUDIO = {"kind": "company", "name": "Studio du Phare", "registration": "552 100 554", "since": "2024-01-31"}


@pytest.fixture
def mine(ada: Account) -> Client:
    return signed_in(ada)


def text_of(answer: Any) -> str:
    return " ".join(read(answer.content.decode()).text.split())


def test_a_company_is_said_changed_ended_and_taken_away(mine: Client, ada: Account) -> None:
    assert "No organisation is written down yet." in text_of(mine.get(PAGE))
    assert mine.post(PAGE, STUDIO)["Location"] == f"{PAGE}?done=added"
    one = Affiliation.objects.get()
    said = text_of(mine.get(f"{PAGE}?done=added"))
    assert "Studio du Phare" in said and "since 31 January 2024" in said and "is among yours" in said
    here = f"{PAGE}{one.pk}/"
    assert read(mine.get(here).content.decode()).by_id("field-name").attributes["value"] == "Studio du Phare"
    assert mine.post(here, {**STUDIO, "name": "Studio du Port", "kind": "association"}).status_code == 303
    there = Organisation.objects.get()
    assert (there.name, there.kind, there.registration) == ("Studio du Port", "association", "552 100 554")
    assert mine.post(f"{here}end/", {"until": "2024-12-31"}).status_code == 303
    assert "from 31 January 2024 to 31 December 2024 (ended)" in text_of(mine.get(PAGE))
    assert mine.post(f"{here}away/").status_code == 303
    assert not Affiliation.objects.exists() and not Organisation.objects.exists()
    verbs = list(Event.objects.filter(actor=ada.label).order_by("pk").values_list("verb", flat=True))
    assert verbs == ["organisation added", "person affiliated", "affiliation changed", "affiliation ended",
                     "affiliation taken away"]  # fmt: skip
    assert "Phare" not in str(list(Event.objects.values_list("said", flat=True)))


def test_whoever_works_alone_needs_neither_name_nor_number(mine: Client) -> None:
    assert mine.post(PAGE, {"kind": "sole_artist", "name": "", "registration": "", "since": ""}).status_code == 303
    there, one = Organisation.objects.get(), Affiliation.objects.get()
    assert (there.name, there.kind, one.since) == ("Ada Exemple", "sole_artist", timezone.localdate())


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", " ", "Write something first."),
        ("name", "x" * 201, "This is too long"),
        ("registration", "1" * 41, "This is too long"),
        ("kind", "ministry", "Choose what it is."),
        ("since", "yesterday", "Give a day"),
        ("since", "2999-01-01", "Give a day that has come already."),
        ("since", "0001-01-01", "Give a day that has come already."),
    ],
)
def test_what_is_wrong_stands_beside_the_field_and_nothing_typed_is_lost(
    mine: Client, field: str, value: str, sentence: str
) -> None:
    answer = mine.post(PAGE, {**STUDIO, field: value})
    page = read(answer.content.decode())
    assert answer.status_code == 422 and sentence in page.by_id(f"field-{field}-error").text
    assert field == "registration" or page.by_id("field-registration").attributes["value"] == "552 100 554"
    assert not Organisation.objects.exists()


def test_the_same_organisation_is_said_once_and_twenty_are_enough(mine: Client, ada: Account) -> None:
    mine.post(PAGE, STUDIO)
    again = mine.post(PAGE, {**STUDIO, "name": "STUDIO  du Phare"})
    assert again.status_code == 422 and "among yours already" in text_of(again)
    for number in range(belonging.MOST - 1):
        belonging.say(person_of(ada), belonging.Said(f"n{number}", OrganisationKind.COMPANY), actor="test")
    assert "There are too many" in text_of(mine.post(PAGE, {**STUDIO, "name": "One more"}))


def test_an_end_before_the_beginning_is_refused(mine: Client) -> None:
    mine.post(PAGE, STUDIO)
    here = f"{PAGE}{Affiliation.objects.get().pk}/"
    early = mine.post(f"{here}end/", {"until": "2023-12-31"})
    assert early.status_code == 422 and "It begins after that day." in text_of(early)
    mine.post(f"{here}end/", {"until": "2024-06-30"})
    late = mine.post(here, {**STUDIO, "since": "2025-01-01"})
    assert late.status_code == 422 and "It ended before that day." in text_of(late)


def test_saying_a_name_joins_nobody_and_what_others_hang_on_is_not_ones_own(mine: Client, ada: Account) -> None:
    basile = account("Basile")
    theirs = services.add_organisation("Studio du Phare", OrganisationKind.COMPANY)
    services.affiliate(person_of(basile), theirs)
    mine.post(PAGE, STUDIO)
    assert Organisation.objects.count() == 2, "an organisation of the same name stays another's"
    shared = services.affiliate(person_of(ada), theirs)
    here = f"{PAGE}{shared.pk}/"
    assert "not yours alone to change" in text_of(mine.get(here))
    mine.post(here, {**STUDIO, "name": "Taken over", "since": "2024-02-01"})
    shared.refresh_from_db()
    theirs.refresh_from_db()
    assert theirs.name == "Studio du Phare" and shared.since.isoformat() == "2024-02-01"
    mine.post(f"{here}away/")
    assert Organisation.objects.filter(pk=theirs.pk).exists() and not Affiliation.objects.filter(pk=shared.pk).exists()


def test_what_the_desk_wrote_of_a_role_is_not_theirs_to_change(mine: Client, ada: Account) -> None:
    operator = services.add_organisation("Centre", OrganisationKind.OPERATOR)
    services.grant_role(person_of(ada), Role.OPERATOR_OFFICER, organisation=operator)
    company = services.add_organisation("Company", OrganisationKind.COMPANY)
    services.grant_role(person_of(account("Basile")), Role.OPERATOR_OFFICER, organisation=company)
    rows = [services.affiliate(person_of(ada), one) for one in (operator, company)]
    assert belonging.changeable(rows, person_of(ada).pk) == set()


def test_each_reaches_their_own_organisations_alone(
    mine: Client, ada: Account, record_property: Callable[[str, object], None]
) -> None:
    mine.post(PAGE, STUDIO)
    number = Affiliation.objects.get().pk
    pages = (PAGE, f"{PAGE}{number}/")
    walk = {
        "anonymous": (browser(), [302, 302]),
        "owner": (mine, [200, 200]),
        "stranger": (signed_in(account("Charlie")), [200, 404]),
    }
    for who, (client, expected) in walk.items():
        found = [client.get(way).status_code for way in pages]
        record_property("access", (who, [re.sub(r"[0-9]+", "N", page) for page in pages], found))
        assert found == expected, who
        if who != "owner":
            for act in ("", "end/", "away/"):
                assert client.post(f"{PAGE}{number}/{act}", STUDIO).status_code in (302, 404)
    assert Affiliation.objects.get().until is None


def test_an_organisation_ends_on_its_last_day_not_before(mine: Client) -> None:
    mine.post(PAGE, STUDIO)
    here = f"{PAGE}{Affiliation.objects.get().pk}/"
    mine.post(f"{here}end/", {"until": timezone.localdate().isoformat()})
    assert "(ended)" not in text_of(mine.get(PAGE))
    Affiliation.objects.update(until=timezone.localdate() - timedelta(days=1))
    assert "(ended)" in text_of(mine.get(PAGE))
