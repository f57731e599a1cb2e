"""Who holds which role: seen, given and ended by an administrator whose power is switched on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from portulan.desk.core.models import Sector
from portulan.desk.people import selectors, services
from portulan.desk.people.actors import Actor, Power
from portulan.desk.people.models import DESK_KINDS, Account, Grant, Organisation, Person, Role
from portulan.desk.people.selectors import in_force
from portulan.desk.people.services import PeopleError


class RoleError(PeopleError):
    """A role cannot be given or ended; ``why`` is a code of the page, ``field`` what it is about."""

    def __init__(self, why: str, field: str = "") -> None:
        super().__init__(why)
        self.why, self.field = why, field


@dataclass(frozen=True, slots=True)
class Given:
    """A role that is to be given, and to whom: by the address of their account."""

    email: str
    role: Role
    organisation: str = ""
    sectors: tuple[str, ...] = ()
    until: date | None = None


def may_give(actor: Actor) -> bool:
    """Tell whether somebody may see and change who holds which role."""
    return Power.ADMINISTRATION in actor.powers


def grants_for(actor: Actor) -> list[Grant]:
    """Return the roles in force and to come, by name of their holder; nothing for whoever may not see them."""
    if not may_give(actor):
        return []
    rows = Grant.objects.exclude(until__lt=timezone.localdate()).select_related("person", "organisation")
    return list(rows.prefetch_related("sectors").order_by("role", "person__family_name", "person__given_name", "pk"))


def operators() -> list[Organisation]:
    """Return the organisations for which somebody may act: those that the desk wrote."""
    return list(Organisation.objects.filter(kind__in=DESK_KINDS, merged_into=None).order_by("name", "pk"))


@transaction.atomic
def give(actor: Actor, given: Given) -> Grant:
    """Give a role. Raises `RoleError` where it cannot be given."""
    if not may_give(actor):
        raise RoleError("nobody")
    account = selectors.account_at(given.email)
    if account is None or account.person_id is None or not account.is_active:
        raise RoleError("nobody there", "email")
    if given.until is not None and given.until < timezone.localdate():
        raise RoleError("over", "until")
    acting = given.role == Role.OPERATOR_OFFICER
    organisation = _organisation(given.organisation) if acting else None
    # Held, so that the same form sent twice at once gives one role.
    person = Person.objects.select_for_update().get(pk=account.person_id)
    if _holds(person, given.role, organisation):
        raise RoleError("held", "role")
    sectors: Iterable[Sector] = Sector.objects.filter(code__in=given.sectors) if acting else ()
    return services.grant_role(
        person, given.role, until=given.until, organisation=organisation, sectors=sectors, actor=actor.label
    )


def _organisation(number: str) -> Organisation:
    found = next((one for one in operators() if str(one.pk) == number), None)
    if found is None:
        raise RoleError("no organisation", "organisation")
    return found


def _holds(person: Person, role: Role, organisation: Organisation | None) -> bool:
    rows = Grant.objects.filter(in_force(timezone.localdate()), person=person, role=role, organisation=organisation)
    return rows.exists()


@transaction.atomic
def end(actor: Actor, number: int) -> None:
    """End a role today. Raises `RoleError` for the last administrator who can sign in: somebody must give roles."""
    if not may_give(actor):
        raise RoleError("nobody")
    # All administrators are held: two who end each other at once would leave nobody.
    held = list(Grant.objects.select_for_update().filter(role=Role.ADMINISTRATOR).order_by("pk"))
    grant = Grant.objects.exclude(until__lt=timezone.localdate()).select_related("person").filter(pk=number).first()
    if grant is None:
        raise RoleError("ended")
    if grant.role == Role.ADMINISTRATOR and not _others(held, grant.person_id):
        raise RoleError("last")
    services.end_grant(grant, actor=actor.label)


def _others(held: list[Grant], person: UUID) -> bool:
    """Tell whether anybody else is an administrator today, without an end that is known, and can sign in."""
    today = timezone.localdate()
    others = {one.person_id for one in held if one.since <= today and one.until is None} - {person}
    return Account.objects.filter(person_id__in=others, is_active=True).exists()
