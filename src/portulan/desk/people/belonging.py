"""What somebody says of whom they work for: a company, an association, or themselves alone.

Nobody joins the row of another by saying its name: each says their own, and the desk makes one of two (`merging`). So
that a row which others hang on, or that the desk wrote, is not theirs to change.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from portulan.desk.core import events
from portulan.desk.people import selectors, services
from portulan.desk.people.models import DECLARED_KINDS, Affiliation, Grant, Organisation, OrganisationKind, Person
from portulan.desk.people.names import folded
from portulan.desk.people.services import PeopleError

MOST = 20
"""Organisations that one person may say they belong to."""


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody says of an organisation of theirs."""

    name: str
    kind: OrganisationKind
    registration: str = ""
    since: date | None = None


class SaidAlreadyError(PeopleError):
    """The organisation is among theirs already."""


def affiliation_for(person: UUID, number: int) -> Affiliation | None:
    """Return an affiliation of a person; nothing where it is another's."""
    return Affiliation.objects.select_related("organisation", "person").filter(person_id=person, pk=number).first()


def changeable(affiliations: list[Affiliation], person: UUID) -> set[UUID]:
    """Return the organisations among these that nobody but this person hangs on, in one query."""
    keys = [one.organisation_id for one in affiliations if one.organisation.kind in DECLARED_KINDS]
    others = Affiliation.objects.filter(organisation_id__in=keys).exclude(person_id=person)
    held = set(others.values_list("organisation_id", flat=True))
    held |= set(Grant.objects.filter(organisation_id__in=keys).values_list("organisation_id", flat=True))
    merged = Organisation.objects.filter(merged_into_id__in=keys).values_list("merged_into_id", flat=True)
    return set(keys) - held - set(merged)


@transaction.atomic
def say(person: Person, said: Said, *, actor: str) -> Affiliation:
    """Write down an organisation and that somebody belongs to it. Raises `PeopleError` where that cannot be."""
    # Held, so that the same form sent twice at once is one organisation.
    Person.objects.select_for_update().get(pk=person.pk)
    mine = selectors.affiliations_of(person)
    if len(mine) >= MOST:
        raise PeopleError("there are too many: end one, or take one away")
    today = timezone.localdate()
    for one in mine:
        if one.until is None and folded(one.organisation.name) == folded(said.name):
            raise SaidAlreadyError("this organisation is among yours already")
    organisation = services.add_organisation(said.name, said.kind, registration=said.registration, actor=actor)
    return services.affiliate(person, organisation, since=said.since or today, actor=actor)


@transaction.atomic
def rewrite(affiliation: Affiliation, said: Said, *, actor: str) -> None:
    """Change what somebody said of an organisation that is theirs alone; of another's, the day alone."""
    organisation = affiliation.organisation
    if organisation.pk in changeable([affiliation], affiliation.person_id):
        organisation.name, organisation.kind, organisation.registration = said.name, said.kind, said.registration
        organisation.save(update_fields=["name", "kind", "registration"])
    since = said.since or affiliation.since
    if affiliation.until is not None and affiliation.until < since:
        raise PeopleError(f"it ended on {affiliation.until}: it cannot begin on {since}")
    affiliation.since = since
    affiliation.save(update_fields=["since"])
    events.record("affiliation changed", affiliation.person, actor, organisation=str(organisation.pk))


@transaction.atomic
def take_away(affiliation: Affiliation, *, actor: str) -> None:
    """Erase that somebody belonged to an organisation, and the organisation where nobody else hangs on it."""
    mine = changeable([affiliation], affiliation.person_id)
    organisation, person = affiliation.organisation, affiliation.person
    affiliation.delete()
    if organisation.pk in mine and not Affiliation.objects.filter(Q(organisation=organisation)).exists():
        organisation.delete()
    events.record("affiliation taken away", person, actor)
