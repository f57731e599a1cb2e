"""The commands of people, as typed."""

from __future__ import annotations

import re

import pytest

from portulan.desk.core.models import Event
from portulan.desk.people import selectors
from portulan.desk.people.models import Account, Person, Role
from tests.desk.people.conftest import browser, person_of

pytestmark = pytest.mark.django_db


def run(*words: str) -> int:
    from portulan.cli import parser

    arguments = parser().parse_args(["people", *words])
    return int(arguments.run(arguments))


def add(email: str, *more: str) -> int:
    return run("add", "--given-name", "Ada", "--family-name", "Exemple", "--email", email, *more)


def test_the_first_administrator_is_added_and_let_in(capsys: pytest.CaptureFixture[str]) -> None:
    assert add(" Ada@Example.org", "--role", "administrator", "--language", "fr") == 0
    assert "Ada Exemple added, with an account at ada@example.org" in capsys.readouterr().out
    who = Account.objects.get()
    assert selectors.rights_of(person_of(who).pk).roles == {Role.ADMINISTRATOR} and who.language == "fr"
    assert run("sign-in", "ADA@example.org", "--site", "http://localhost:8123/") == 0
    said = capsys.readouterr()
    assert re.fullmatch(r"http://localhost:8123/fr/account/sign-in/link/\S+/\n", said.out)
    client = browser()
    assert client.post(said.out.strip().removeprefix("http://localhost:8123")).status_code == 302
    assert "Ada Exemple" in client.get("/fr/account/").content.decode()
    assert [one.verb for one in Event.objects.order_by("pk")][-2:] == ["sign-in link made", "sign-in link used"]


def test_a_person_that_cannot_be_added_leaves_nothing_behind(capsys: pytest.CaptureFixture[str]) -> None:
    assert add("not an address") == 2
    assert "portulan people add:" in capsys.readouterr().err
    assert add("ada@example.org") == 0
    assert add("ADA@example.org") == 2
    assert "there is an account at ADA@example.org already" in capsys.readouterr().err
    assert Person.objects.count() == Account.objects.count() == 1


def test_a_role_is_given_once_and_ended(ada: Account, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("role", "ada@example.org", "coordination") == 0
    assert run("role", "ada@example.org", "coordination") == 0
    assert "has the role coordination already" in capsys.readouterr().out
    assert person_of(ada).grants.count() == 1
    assert run("role", "ada@example.org", "coordination", "--end") == 0
    assert selectors.rights_of(person_of(ada).pk).roles == frozenset()
    assert run("role", "ada@example.org", "coordination", "--end") == 2
    assert "does not have the role" in capsys.readouterr().err


@pytest.mark.parametrize("words", [("role", "nobody@example.org", "committee"), ("sign-in", "nobody@example.org")])
def test_who_is_not_there_is_said(db: None, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]) -> None:
    assert run(*words) == 2
    assert "nobody has an account at nobody@example.org" in capsys.readouterr().err
