"""Two rows of one person: found, made one with all that hangs on them, and two again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from portulan.desk.core.models import Event
from portulan.desk.network.models import Designation, Post
from portulan.desk.network.services import designate_correspondent
from portulan.desk.people import merging, services
from portulan.desk.people.models import Account, Merge, OrganisationKind, Person, Purpose, Role
from portulan.desk.people.selectors import public_cards, rights_of
from portulan.desk.people.services import add_person, affiliate, give_consent, open_account
from tests.desk.network.conftest import posts as posts  # a small network
from tests.desk.people.conftest import browser, person_of, signed_in

pytestmark = pytest.mark.django_db


def found() -> set[tuple[frozenset[str], str]]:
    return {(frozenset((one.first.given_name, one.second.given_name)), one.why) for one in merging.duplicates()}


def test_the_same_address_is_the_same_person_perhaps() -> None:
    add_person("Ada", "Exemple", email="ada@example.org")
    add_person("A.", "Autre", email=" ADA@Example.org")
    add_person("Basile", "Exemple", email="")
    add_person("Camille", "Exemple", email="")
    assert found() == {(frozenset(("Ada", "A.")), "address")}


def test_the_same_name_is_the_same_person_in_the_same_organisation_only() -> None:
    one, other = (services.add_organisation(name, OrganisationKind.COMPANY) for name in ("Un", "Deux"))
    for given, family, where in (
        ("Zoé", "d’Œuvre-Martin", one), ("ZOE", "D'oeuvre  Martin", one), ("Zoe", "Doeuvre", one),
        ("Zoë", "d’Œuvre-Martin", other),
    ):  # fmt: skip
        affiliate(add_person(given, family), where)
    assert found() == {(frozenset(("Zoé", "ZOE")), "name")}


def test_a_pair_is_told_once_whatever_the_reasons(django_assert_num_queries: object) -> None:
    where = services.add_organisation("Un", OrganisationKind.COMPANY)
    for _ in range(2):
        person = add_person("Ada", "Exemple", email="ada@example.org")
        affiliate(person, where)
        affiliate(person, where, since=timezone.localdate() - timedelta(days=9))
    with django_assert_num_queries(3):  # type: ignore[operator]
        assert len(merging.duplicates()) == 1


def test_what_hangs_on_one_goes_to_the_other_and_back(posts: dict[str, Post]) -> None:
    kept = add_person("Ada", "Exemple", email="ada@example.org")
    gone = add_person("A.", "Exemple", email="a@example.org")
    designation = designate_correspondent(gone, posts["jpn"], since=timezone.localdate())
    services.grant_role(gone, Role.COMMITTEE)
    open_account(gone)
    merge = merging.merge_persons(kept, gone, actor="desk")
    designation.refresh_from_db()
    assert designation.person_id == kept.pk and rights_of(kept.pk).roles == {Role.COMMITTEE}
    assert Account.objects.get().person_id == kept.pk
    assert not merging.duplicates()
    later = services.grant_role(kept, Role.COORDINATION)
    merging.undo_merge(merge, actor="desk")
    designation.refresh_from_db()
    assert designation.person_id == gone.pk and Account.objects.get().person_id == gone.pk
    assert rights_of(gone.pk).roles == {Role.COMMITTEE} and rights_of(kept.pk).roles == {Role.COORDINATION}, later
    assert not Merge.objects.exists() and not Person.objects.exclude(merged_into=None).exists()
    assert [one.verb for one in Event.objects.filter(actor="desk").order_by("pk")] == ["persons merged", "merge undone"]


def test_every_table_that_points_at_a_person_moves() -> None:
    moving = {f"{model._meta.label_lower}.{column}" for model, column in merging.hanging(Person, Merge)}
    assert {
        "people.account.person_id", "people.affiliation.person_id", "people.consent.person_id",
        "people.grant.person_id", "network.designation.person_id",
    } <= moving  # fmt: skip
    assert not [one for one in moving if one.startswith(("people.merge", "people.person"))]
    assert Designation._meta.label_lower == "network.designation"


def test_a_consent_that_was_withdrawn_is_not_given_again_by_a_merge() -> None:
    kept, gone = add_person("Ada", "Exemple", email="ada@example.org"), add_person("A.", "Exemple")
    give_consent(kept, Purpose.NAME, "by letter")
    services.withdraw_consent(kept, Purpose.NAME)
    give_consent(gone, Purpose.NAME, "by letter")
    give_consent(gone, Purpose.EMAIL, "by letter")
    merging.merge_persons(kept, gone)
    (card,) = public_cards([kept]).values()
    assert card.name == ""
    give_consent(kept, Purpose.NAME, "asked again")
    (card,) = public_cards([kept]).values()
    assert (card.name, card.email) == ("Ada Exemple", "ada@example.org")


def test_of_two_accounts_one_stays_open(ada: Account) -> None:
    second = open_account(add_person("A.", "Exemple", email="a@example.org"))
    client = signed_in(second)
    merge = merging.merge_persons(person_of(ada), person_of(second))
    assert client.get("/en/account/").status_code == 302
    assert browser().post("/en/account/sign-in/", {"email": "a@example.org"}).status_code == 302
    second.refresh_from_db()
    assert not second.is_active
    with pytest.raises(services.PeopleError, match="merged into another"):
        open_account(Person.objects.get(pk=person_of(second).pk))
    merging.undo_merge(merge)
    second.refresh_from_db()
    assert second.is_active and signed_in(second).get("/en/account/").status_code == 200


def test_a_tombstone_is_merged_no_more_and_goes_with_the_person(ada: Account) -> None:
    kept, gone = person_of(ada), add_person("A.", "Exemple")
    merging.merge_persons(kept, gone)
    for pair in ((kept, gone), (gone, kept), (kept, kept)):
        with pytest.raises(services.PeopleError, match="merged"):
            merging.merge_persons(*pair)
    services.erase_person(kept)
    assert not Person.objects.exists() and not Merge.objects.exists()
