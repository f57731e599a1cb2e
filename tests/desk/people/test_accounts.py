"""Accounts: one an address, opened and closed by services, and gone with their person."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from portulan.desk.core.models import Event
from portulan.desk.people import services
from portulan.desk.people.models import Account
from portulan.desk.people.services import add_person, erase_person, open_account
from tests.desk.people.conftest import account, person_of

pytestmark = pytest.mark.django_db


def test_addresses_differ_by_more_than_capital_letters(ada: Account) -> None:
    with pytest.raises(services.PeopleError, match="somebody else has an account at ada@"):
        open_account(add_person("Adam", "Autre", email="ADA@example.ORG"))
    assert Account.objects.get().email == "ada@example.org"
    # The database holds it too, whoever writes.
    for address in ("ADA@example.org", "ada@example.org"):
        with pytest.raises(IntegrityError), transaction.atomic():
            Account.objects.create(email=address)


@pytest.mark.parametrize("address", ["", "ada", "ada@", "@example.org", "a b@example.org"])
def test_without_an_address_there_is_no_account(address: str) -> None:
    with pytest.raises(services.PeopleError, match="no e-mail address"):
        open_account(add_person("Ada", "Exemple", email=address))
    assert not Account.objects.exists()


def test_an_account_is_opened_once_and_follows_the_address_of_its_person(ada: Account) -> None:
    assert open_account(person_of(ada)) == ada
    assert Event.objects.filter(verb="account opened").count() == 1
    person_of(ada).email = "ada@new.example"
    assert open_account(person_of(ada)).email == "ada@new.example" and Account.objects.count() == 1


def test_an_account_goes_with_its_person_and_the_log_names_nobody(ada: Account) -> None:
    services.close_account(ada)
    erase_person(person_of(ada))
    assert not Account.objects.exists()
    said = str(list(Event.objects.values()))
    assert "account closed" in said and "Ada" not in said and "example.org" not in said


def test_whoever_is_invented_is_gone_with_their_account() -> None:
    real = account("Real")
    account("Basile", invented=True)
    assert services.remove_invented() == 1
    assert list(Account.objects.all()) == [real]
