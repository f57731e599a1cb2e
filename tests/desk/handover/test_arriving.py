"""Who arrives is let in, finds what waited for them, and is heard by those who are still there."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portulan.desk.enquiries import services as enquiries
from portulan.desk.handover import services
from portulan.desk.handover.models import State
from portulan.desk.handover.services import HandoverError, Newcomer
from portulan.desk.network import services as network
from portulan.desk.people.actors import Power
from portulan.desk.people.models import Account, Person
from portulan.desk.people.services import add_person, open_account
from tests.desk.enquiries.conftest import Desk, ask
from tests.desk.handover.conftest import TODAY, day_of, leaves, reach
from tests.desk.handover.test_services import ASKER, Told, desk_of, with_whom


def test_who_comes_to_a_vacant_place_is_let_in_and_finds_at_once_what_waited(
    desk: Desk, told: Told, coordination: Person
) -> None:
    """Also what was asked meanwhile, and waited for somebody to be designated; what others have in hand stays."""
    for who in ("mate", "deputy"):
        network.end_designation(desk.designations[who], TODAY - timedelta(days=1))
    _, before = ask()
    handover = services.open_suddenly(reach(desk.owner), desk.designations["owner"], TODAY - timedelta(days=1), TODAY)
    _, during = ask(nonce="during")
    _, other = ask(nonce="other", sector="book")
    _, taken = ask(nonce="taken")
    enquiries.take(desk.reach(coordination, Power.COORDINATION), taken, "Coordination Exemple")
    assert {*with_whom(before), *with_whom(during), *with_whom(other)} == {"coordination@None"}
    said = len(told(ASKER))

    newcomer = Newcomer("New", "Exemple", "new@example.org", ("fr",))
    services.name_newcomer(desk_of(coordination), handover, newcomer, TODAY, on=TODAY)
    handover.refresh_from_db()
    assert handover.state == State.SWITCHED
    account = Account.objects.get(email="new@example.org")
    assert account.is_active and account.language == "fr" and account.person == handover.arriver
    assert with_whom(before) == with_whom(during) == ["New Exemple@jpn"]
    assert with_whom(other) == ["coordination@None"] and with_whom(taken) == ["Coordination Exemple@None"]
    letters = told(ASKER)[said:]
    assert len(letters) == 2 and all("Ambassade à jpn" in one for one in letters)
    # Nobody had the second one in hand before: only of the first is it true that somebody has left.
    assert ["a quitté ce poste" in one for one in letters] == [True, False]


def test_who_cannot_be_let_in_is_not_named(desk: Desk, coordination: Person) -> None:
    handover = leaves(desk)
    other = add_person("Other", "Exemple", email="taken@example.org")
    open_account(other)
    Person.objects.filter(pk=other.pk).update(email="moved@example.org")
    with pytest.raises(HandoverError, match="account"):
        services.name_newcomer(
            desk_of(coordination), handover, Newcomer("New", "Exemple", "taken@example.org", ("fr",)), TODAY
        )
    assert not Person.objects.filter(given_name="New").exists()


def test_who_comes_to_the_place_of_somebody_invented_is_invented(desk: Desk, coordination: Person) -> None:
    Person.objects.filter(pk=desk.owner.pk).update(invented=True)
    handover = leaves(desk)
    services.name_newcomer(
        desk_of(coordination), handover, Newcomer("New", "Exemple", "new@example.org", ("fr",)), day_of(handover)
    )
    assert Person.objects.get(given_name="New").invented


def test_after_the_day_those_of_the_post_are_told_and_not_the_one_who_left(
    desk: Desk, told: Told, arriver: Person, coordination: Person
) -> None:
    handover = services.open_suddenly(reach(desk.owner), desk.designations["owner"], TODAY - timedelta(days=1), TODAY)
    services.name_arriver(desk_of(coordination), handover, arriver, TODAY)
    handover.refresh_from_db()
    before = len(told("owner@example.org"))
    services.ask(reach(arriver), handover, "Who pays the stand?", "Arriver Exemple")
    services.contest(reach(arriver), handover, "The contract is missing.")
    assert len(told("owner@example.org")) == before
    asked, contested = told("mate@example.org")[-2:]
    assert f"/desk/handovers/{handover.pk}/" in asked and "The contract is missing." in contested
    for one in (asked, contested):
        assert "prend votre suite" not in one and "takes over from you" not in one
