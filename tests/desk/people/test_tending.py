"""Rows that look alike, and roles: the pages of the desk about people, and who may use them."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from portulan.desk.core import reference
from portulan.desk.core.models import Event
from portulan.desk.people import merging_organisations, services
from portulan.desk.people.actors import POWER_UNTIL
from portulan.desk.people.models import (
    Account,
    Affiliation,
    Apart,
    Grant,
    Merge,
    Organisation,
    OrganisationKind,
    OrganisationMerge,
    Person,
    Role,
)  # fmt: skip
from portulan.desk.people.services import add_organisation, add_person, affiliate, grant_role, open_account
from tests.desk.network.conftest import MARKETS, SECTORS
from tests.desk.people.conftest import account, person_of
from tests.desk.reading import read

pytestmark = pytest.mark.django_db

TWINS, ROLES = "/en/desk/people/twins/", "/en/desk/people/roles/"


def of(given: str, *roles: Role, power: bool = False) -> Client:
    """Return the browser of somebody with roles, and the power of an administrator on where it is said."""
    who = account(given)
    for role in roles:
        grant_role(person_of(who), role)
    client = Client(SERVER_NAME="localhost")
    client.force_login(who)
    if power:
        session = client.session
        session[POWER_UNTIL] = time.time() + 600
        session.save()
    return client


@pytest.fixture
def desk(db: None) -> Client:
    return of("Coline", Role.COORDINATION)


@pytest.fixture
def chief(db: None) -> Client:
    reference.keep(MARKETS, SECTORS)
    return of("Agathe", Role.ADMINISTRATOR, power=True)


def text_of(answer: Any) -> str:
    return " ".join(read(answer.content.decode()).text.split())


def pair(what: str, one: Person | Organisation, other: Person | Organisation, keep: str) -> dict[str, str]:
    return {"what": what, "first": str(one.pk), "second": str(other.pk), "keep": keep}


# -- rows that look alike -----------------------------------------------------


def test_two_organisations_become_one_and_two_again(desk: Client) -> None:
    ada, basile = add_person("Ada", "Exemple"), add_person("Basile", "Exemple")
    one = add_organisation("Éditions du Phare", OrganisationKind.COMPANY, registration="552100554")
    other = add_organisation("Editions du Phare SARL", OrganisationKind.COMPANY)
    affiliate(ada, one)
    theirs = affiliate(basile, other)
    said = text_of(desk.get(TWINS))
    assert "The same name, but for its legal form" in said and "552100554" in said and "1 person" in said
    assert desk.post(TWINS, pair("organisation", one, other, "first"))["Location"] == f"{TWINS}?done=one"
    assert set(Affiliation.objects.values_list("organisation", flat=True)) == {one.pk}
    other.refresh_from_db()
    assert other.merged_into_id == one.pk
    said = text_of(desk.get(TWINS))
    assert "No two organisations look alike." in said and "Editions du Phare SARL, now Éditions du Phare" in said
    later = affiliate(add_person("Camille", "Exemple"), one)
    number = OrganisationMerge.objects.get().pk
    assert desk.post(TWINS, {"what": "organisation", "merge": number})["Location"] == f"{TWINS}?done=undone"
    theirs.refresh_from_db()
    later.refresh_from_db()
    assert (theirs.organisation_id, later.organisation_id) == (other.pk, one.pk)
    verbs = list(Event.objects.filter(verb__contains="merge").order_by("pk").values_list("verb", flat=True))
    assert verbs == ["organisations merged", "organisation merge undone"]
    assert desk.post(TWINS, {"what": "organisation", "merge": number}).status_code == 422


def test_whoever_is_kept_is_chosen_and_two_stay_two_when_it_is_said(desk: Client) -> None:
    one, other = (add_person(name, "Exemple", email="ada@example.org") for name in ("Ada", "A."))
    third = add_person("Adèle", "Exemple", email="ADA@example.org")
    assert text_of(desk.get(TWINS)).count("The same e-mail address") == 3
    desk.post(TWINS, pair("person", one, third, "both"))
    assert text_of(desk.get(TWINS)).count("The same e-mail address") == 2 and Apart.objects.count() == 1
    desk.post(TWINS, pair("person", one, other, "second"))
    one.refresh_from_db()
    assert one.merged_into_id == other.pk and Merge.objects.get().kept_id == other.pk


def test_only_what_looks_alike_is_merged(desk: Client) -> None:
    one, other = add_person("Ada", "Exemple", email="ada@example.org"), add_person("Basile", "Exemple")
    answer = desk.post(TWINS, pair("person", one, other, "first"))
    assert answer.status_code == 422 and "no longer look alike" in text_of(answer) and not Merge.objects.exists()
    for wrong in ({"what": "city"}, {"what": ""}, {}):
        assert desk.post(TWINS, wrong).status_code == 404
    for odd in ({"first": "x", "second": "y", "keep": "first"}, {"merge": "9" * 40}, {"keep": "both"}):
        assert desk.post(TWINS, {"what": "organisation", **odd}).status_code == 422


def test_nobody_gains_by_a_merge(desk: Client, chief: Client) -> None:
    officer = add_person("Ada", "Exemple", email="ada@example.org")
    newcomer = add_person("A.", "Exemple", email="ada@example.org")
    grant_role(officer, Role.COMMITTEE)
    sent = pair("person", officer, newcomer, "first")
    assert "an administrator does this" in text_of(desk.get(TWINS))
    refused = desk.post(TWINS, sent)
    assert refused.status_code == 422 and "holds a role" in text_of(refused) and not Merge.objects.exists()
    assert chief.post(TWINS, sent).status_code == 303
    number = Merge.objects.get().pk
    assert desk.post(TWINS, {"what": "person", "merge": number}).status_code == 422
    assert chief.post(TWINS, {"what": "person", "merge": number}).status_code == 303
    # An administrator's own row is for another administrator.
    Person.objects.filter(pk=newcomer.pk).update(email="Agathe@example.org")
    mine = Account.objects.get(email="agathe@example.org").person
    assert mine is not None
    own = chief.post(TWINS, pair("person", mine, newcomer, "first"))
    assert own.status_code == 422 and "One of the two is you" in text_of(own)


def test_the_page_costs_the_same_whatever_the_number_of_rows(
    desk: Client, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    for number in range(20):
        person = add_person("Ada", f"Exemple {number}", email="ada@example.org")
        affiliate(person, add_organisation("Le Phare", OrganisationKind.COMPANY))
    with django_assert_max_num_queries(14):
        answer = desk.get(TWINS)
    assert "more pair" not in text_of(answer) and text_of(answer).count("The same name") == 19


def test_a_tombstone_is_no_twin_and_goes_with_what_it_became() -> None:
    one, other = (add_organisation("Le Phare", OrganisationKind.COMPANY) for _ in range(2))
    merging_organisations.merge_organisations(one, other)
    assert not merging_organisations.duplicate_organisations()
    for wrong in ((one, other), (other, one), (one, one)):
        with pytest.raises(services.PeopleError):
            merging_organisations.merge_organisations(*wrong)
    one.delete()
    assert not Organisation.objects.exists() and not OrganisationMerge.objects.exists()


# -- roles --------------------------------------------------------------------


def test_a_role_is_given_and_ended_with_an_event(chief: Client) -> None:
    basile = account("Basile")
    given = {"email": "BASILE@example.org", "role": "committee", "until": ""}
    assert chief.post(ROLES, given)["Location"] == f"{ROLES}?done=given"
    grant = Grant.objects.get(person=person_of(basile))
    said = text_of(chief.get(f"{ROLES}?done=given"))
    assert "Basile Exemple" in said and "the whole network" in said and "The role is given." in said
    again = chief.post(ROLES, given)
    assert again.status_code == 422 and "holds this role already" in text_of(again)
    assert chief.post(ROLES, {"end": grant.pk})["Location"] == f"{ROLES}?done=ended"
    assert not Grant.objects.filter(pk=grant.pk).exists(), "given and ended on one day, it never was"
    assert chief.post(ROLES, {"end": grant.pk}).status_code == 422
    actor = Account.objects.get(email="agathe@example.org").label
    assert list(Event.objects.filter(actor=actor).order_by("pk").values_list("verb", flat=True)) == [
        "role given", "role ended",
    ]  # fmt: skip


def test_an_operator_officer_acts_for_an_organisation_of_the_desk_and_some_sectors(chief: Client) -> None:
    basile = account("Basile")
    centre = add_organisation("Centre", OrganisationKind.OPERATOR)
    company = add_organisation("Company", OrganisationKind.COMPANY)
    given = {"email": basile.email, "role": "operator_officer", "sectors": ["book", "nowhere"], "until": ""}
    for organisation in ("", str(company.pk), "x"):
        answer = chief.post(ROLES, {**given, "organisation": organisation})
        assert answer.status_code == 422 and "choose it" in text_of(answer)
    assert chief.post(ROLES, {**given, "organisation": str(centre.pk)}).status_code == 303
    grant = Grant.objects.get(person=person_of(basile))
    assert [one.code for one in grant.sectors.all()] == ["book"] and "Centre" in text_of(chief.get(ROLES))


@pytest.mark.parametrize(
    ("changed", "field", "sentence"),
    [
        ({"email": "nobody@example.org"}, "email", "Nobody has an account"),
        ({"email": "nobody"}, "email", "not an e-mail address"),
        ({"role": "emperor"}, "role", "Choose a role."),
        ({"until": "2020-01-01"}, "until", "This day is over."),
        ({"until": "soon"}, "until", "Give a day"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(
    chief: Client, changed: dict[str, str], field: str, sentence: str
) -> None:
    account("Basile")
    answer = chief.post(ROLES, {"email": "basile@example.org", "role": "committee", "until": "", **changed})
    assert answer.status_code == 422
    assert sentence in read(answer.content.decode()).by_id(f"field-{field}-error").text
    assert Grant.objects.count() == 1


def test_the_last_administrator_stays(chief: Client) -> None:
    own = Grant.objects.get()
    answer = chief.post(ROLES, {"end": own.pk})
    assert answer.status_code == 422 and "the last administrator" in text_of(answer)
    other = add_person("Basile", "Exemple", email="basile@example.org")
    grant_role(other, Role.ADMINISTRATOR)
    assert chief.post(ROLES, {"end": own.pk}).status_code == 422, "whoever cannot sign in gives no role"
    open_account(other)
    Grant.objects.update(since=timezone.localdate() - timedelta(days=3))
    assert chief.post(ROLES, {"end": own.pk}).status_code == 303
    assert chief.get(ROLES).status_code == 403


def test_each_role_reaches_what_is_theirs(record_property: Callable[[str, object], None], chief: Client) -> None:
    walk = {
        "anonymous": (Client(SERVER_NAME="localhost"), [302, 302]),
        "no role": (of("Charlie"), [403, 403]),
        "committee": (of("Camille", Role.COMMITTEE), [403, 403]),
        "coordination": (of("Coline", Role.COORDINATION), [200, 403]),
        "administrator, power off": (of("Denis", Role.ADMINISTRATOR), [403, 403]),
        "administrator, power on": (chief, [200, 200]),
    }
    victim = account("Victor")
    pages = (TWINS, ROLES)
    for who, (client, expected) in walk.items():
        found = [client.get(way).status_code for way in pages]
        record_property("access", (who, [re.sub(r"[0-9]+", "N", way) for way in pages], found))
        assert found == expected, who
        if expected[1] != 200:
            sent = client.post(ROLES, {"email": victim.email, "role": "committee", "until": ""})
            assert sent.status_code == expected[1], who
        shown = text_of(client.get("/en/account/")) if expected[0] != 302 else ""
        assert ("Rows that look alike" in shown) == (expected[0] == 200), who
        assert ("Who holds which role" in shown) == (expected[1] == 200), who
    assert not person_of(victim).grants.exists()
