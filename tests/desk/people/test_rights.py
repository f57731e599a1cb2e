"""Roles and what follows from them: who is who for a view, on which day, and the power that must be switched on."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.db import IntegrityError, transaction
from django.test import Client, RequestFactory
from django.utils import timezone

from portulan.desk.core import reference
from portulan.desk.core.models import Event, Sector
from portulan.desk.people import services
from portulan.desk.people.actors import ANONYMOUS, Actor, Power, actor_of
from portulan.desk.people.models import Account, Affiliation, Grant, OrganisationKind, Role
from tests.desk.people.conftest import account, person_of, signed_in

pytestmark = pytest.mark.django_db


def actor(who: Account | None) -> Actor:
    """Return who acts in a request of somebody."""
    request = RequestFactory(SERVER_NAME="localhost").get("/")
    request.user = who or AnonymousUser()
    request.session = SessionStore()
    return actor_of(request)


def test_nobody_has_no_power(ada: Account) -> None:
    assert actor(None) == ANONYMOUS and ANONYMOUS.label == "anonymous"
    assert actor(ada) == Actor(person_of(ada).pk, frozenset())
    assert actor(ada).label == f"person:{person_of(ada).pk}"
    # An account of no person acts for nobody.
    assert actor(Account.objects.create(email="machine@example.org")) == ANONYMOUS


def test_a_role_holds_from_its_first_day_to_its_last(ada: Account) -> None:
    today = timezone.localdate()
    services.grant_role(
        person_of(ada), Role.COMMITTEE, since=today - timedelta(days=9), until=today - timedelta(days=1)
    )
    services.grant_role(person_of(ada), Role.COORDINATION, since=today + timedelta(days=1))
    assert actor(ada).powers == frozenset()
    grant = services.grant_role(person_of(ada), Role.COMMITTEE, since=today, until=today)
    assert actor(ada).powers == {Power.COMMITTEE}
    services.end_grant(grant)
    assert actor(ada).powers == frozenset(), "a role that is ended is over at once"
    held = services.grant_role(person_of(ada), Role.COORDINATION, since=today - timedelta(days=3))
    assert actor(ada).powers == {Power.COORDINATION}
    services.end_grant(held)
    assert actor(ada).powers == frozenset()
    held.refresh_from_db()
    assert held.until == today - timedelta(days=1)


def test_an_operator_officer_has_organisations_and_sectors(ada: Account, django_assert_max_num_queries: object) -> None:
    reference.keep([], [("book", "Books", "Livre"), ("games", "Video games", "Jeux vidéo")])
    one, two = (services.add_organisation(name, OrganisationKind.OPERATOR) for name in ("Un", "Deux"))
    for sector in Sector.objects.all():
        services.grant_role(person_of(ada), Role.OPERATOR_OFFICER, organisation=one, sectors=[sector])
    services.grant_role(person_of(ada), Role.OPERATOR_OFFICER, organisation=two)
    with django_assert_max_num_queries(2):  # type: ignore[operator]
        found = actor(ada)
    assert found.powers == frozenset()
    assert dict(found.operator_sectors) == {one.pk: {"book", "games"}, two.pk: frozenset()}
    # All sectors win over some.
    services.grant_role(person_of(ada), Role.OPERATOR_OFFICER, organisation=one)
    assert dict(actor(ada).operator_sectors)[one.pk] == frozenset()


def test_a_page_costs_few_queries(ada: Account, django_assert_max_num_queries: object) -> None:
    client = signed_in(ada)
    client.get("/en/account/")
    with django_assert_max_num_queries(9):  # type: ignore[operator]
        assert client.get("/en/account/").status_code == 200


def test_scopes_that_do_not_hold_together_are_refused(ada: Account) -> None:
    person, today = person_of(ada), timezone.localdate()
    operator = services.add_organisation("Un", OrganisationKind.OPERATOR)
    reference.keep([], [("book", "Books", "Livre")])
    for role, more, said in (
        (Role.OPERATOR_OFFICER, {}, "acts for an organisation"),
        (Role.COORDINATION, {"organisation": operator}, "acts for an organisation"),
        (Role.COMMITTEE, {"sectors": list(Sector.objects.all())}, "leave the sectors out"),
        (Role.COMMITTEE, {"since": today, "until": today - timedelta(days=1)}, "before it begins"),
    ):
        with pytest.raises(services.PeopleError, match=said):
            services.grant_role(person, role, **more)  # type: ignore[arg-type]
    with pytest.raises(services.PeopleError, match="before it begins"):
        services.affiliate(person, operator, since=today, until=today - timedelta(days=1))
    assert not Grant.objects.exists() and not Affiliation.objects.exists()
    # The database holds it too, whoever writes.
    with pytest.raises(IntegrityError), transaction.atomic():
        Grant.objects.create(person=person, role=Role.OPERATOR_OFFICER, since=today)


def test_power_over_cases_is_switched_on_for_an_hour_and_written_down(ada: Account) -> None:
    services.grant_role(person_of(ada), Role.ADMINISTRATOR)
    client = signed_in(ada)
    assert power(client) == set()
    before = client.session.session_key
    client.post("/en/account/power/", {"do": "on"})
    assert power(client) == {Power.ADMINISTRATION}
    assert client.session.session_key != before
    session = client.session
    assert 3500 < session["power_until"] - timezone.now().timestamp() <= 3600
    session["power_until"] = timezone.now().timestamp() - 1
    session.save()
    assert power(client) == set()
    client.post("/en/account/power/", {"do": "on"})
    client.post("/en/account/power/", {"do": "off"})
    assert power(client) == set()
    said = [(one.verb, one.actor) for one in Event.objects.filter(verb__startswith="power").order_by("pk")]
    label = f"person:{person_of(ada).pk}"
    assert said == [("power switched on", label)] * 2 + [("power switched off", label)]


def test_power_goes_with_the_role_at_once(ada: Account) -> None:
    grant = services.grant_role(person_of(ada), Role.ADMINISTRATOR)
    client = signed_in(ada)
    client.post("/en/account/power/", {"do": "on"})
    services.end_grant(grant)
    assert power(client) == set()


def test_only_an_administrator_switches_it_on(ada: Account) -> None:
    services.grant_role(person_of(ada), Role.COORDINATION)
    client = signed_in(ada)
    assert client.post("/en/account/power/", {"do": "on"}).status_code == 403
    assert power(client) == {Power.COORDINATION} and not Event.objects.filter(verb__startswith="power").exists()
    with pytest.raises(services.PeopleError, match="only an administrator"):
        services.switch_power_on(person_of(account("Basile")))


def power(client: Client) -> set[Power]:
    """Return the powers of whoever is behind a browser."""
    request = RequestFactory(SERVER_NAME="localhost").get("/")
    request.session = client.session
    from django.contrib.auth import get_user

    request.user = get_user(request)
    return set(actor_of(request).powers)
