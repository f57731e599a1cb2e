"""What may be read of persons."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from portulan.desk.people.models import Consent, Person, Purpose


@dataclass(frozen=True, slots=True)
class Card:
    """What anyone may read of a person: what they agreed to, and nothing else. ``name`` is empty without their word."""

    given_name: str
    family_name: str
    email: str
    phone: str
    languages: tuple[str, ...]
    invented: bool

    @property
    def name(self) -> str:
        """The whole name; empty where it is not public."""
        return f"{self.given_name} {self.family_name}".strip()


def public_cards(persons: Iterable[Person]) -> dict[UUID, Card]:
    """Return the public card of each of these persons."""
    found = list(persons)
    agreed: dict[UUID, set[str]] = {person.id: set() for person in found}
    for person, purpose in Consent.objects.filter(person_id__in=list(agreed), withdrawn_at__isnull=True).values_list(
        "person_id", "purpose"
    ):
        agreed[person].add(purpose)
    return {person.id: _card(person, agreed[person.id]) for person in found}


def _card(person: Person, agreed: set[str]) -> Card:
    if Purpose.NAME not in agreed:
        # Without the name nothing else of the person stands there either: an address often is a name.
        return Card("", "", "", "", tuple(person.languages), person.invented)
    return Card(
        person.given_name,
        person.family_name,
        person.email if Purpose.EMAIL in agreed else "",
        person.phone if Purpose.PHONE in agreed else "",
        tuple(person.languages),
        person.invented,
    )


def name_of(person: UUID | None) -> str:
    """Return the name of somebody who acts, for what they sign; empty where nobody is signed in."""
    found = Person.objects.filter(pk=person).first() if person else None
    return str(found) if found else ""
