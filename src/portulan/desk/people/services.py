"""What is done to persons: each act one transaction and one event."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import models, transaction
from django.utils import timezone

from portulan.desk.core import events
from portulan.desk.core.models import Event
from portulan.desk.people.models import Consent, Person, Purpose


@transaction.atomic
def add_person(
    given_name: str,
    family_name: str,
    *,
    email: str = "",
    phone: str = "",
    languages: Iterable[str] = (),
    invented: bool = False,
    actor: str = events.SYSTEM,
) -> Person:
    """Add a person; nothing of them is public until they agree to it."""
    person = Person.objects.create(
        given_name=given_name,
        family_name=family_name,
        email=email,
        phone=phone,
        languages=list(languages),
        invented=invented,
    )
    events.record("person added", person, actor)
    return person


@transaction.atomic
def give_consent(
    person: Person, purpose: Purpose, how: str, *, at: datetime | None = None, actor: str = events.SYSTEM
) -> Consent:
    """Write down that a person agreed, and how; what was agreed to already stays as it was."""
    held = Consent.objects.filter(person=person, purpose=purpose, withdrawn_at=None).first()
    if held is not None:
        return held
    consent = Consent.objects.create(person=person, purpose=purpose, given_at=at or timezone.now(), how=how)
    events.record("consent given", person, actor, purpose=str(purpose))
    return consent


@transaction.atomic
def withdraw_consent(person: Person, purpose: Purpose, *, actor: str = events.SYSTEM) -> bool:
    """Write down that a person no longer agrees; return whether there was anything to withdraw."""
    gone = Consent.objects.filter(person=person, purpose=purpose, withdrawn_at=None).update(withdrawn_at=timezone.now())
    if gone:
        events.record("consent withdrawn", person, actor, purpose=str(purpose))
    return bool(gone)


@transaction.atomic
def erase_person(person: Person, actor: str = events.SYSTEM) -> None:
    """Erase a person, with their consents and designations; the log keeps that somebody was, and not who."""
    events.record("person erased", person, actor)
    person.delete()


@transaction.atomic
def remove_invented(actor: str = events.SYSTEM) -> int:
    """Take away the people of the demonstration, with all that hangs on them; return how many there were."""
    found = list(Person.objects.filter(invented=True))
    for person in found:
        erase_person(person, actor)
    return len(found)


@transaction.atomic
def forget_unneeded(before: datetime, *, dry_run: bool = False, actor: str = events.SYSTEM) -> int:
    """Erase persons whom no row needs any longer, and about whom nothing was done since a moment; return how many."""
    unneeded = Person.objects.all()
    for pointing in Person._meta.get_fields(include_hidden=True):
        # Whatever room points at a person needs them, without this room knowing it; consents fall with the person.
        if isinstance(pointing, models.ManyToOneRel) and pointing.related_model is not Consent:
            rows = pointing.related_model._default_manager.filter(**{pointing.field.name: models.OuterRef("pk")})
            unneeded = unneeded.filter(~models.Exists(rows))
    found = [
        person
        for person in unneeded
        if not Event.objects.filter(subject=f"{person._meta.label_lower}:{person.pk}", at__gte=before).exists()
    ]
    if not dry_run:
        for person in found:
            erase_person(person, actor)
    return len(found)


@transaction.atomic
def forget_withdrawn(before: datetime, *, dry_run: bool = False) -> int:
    """Erase consents withdrawn before a moment; return how many."""
    old = Consent.objects.filter(withdrawn_at__lt=before)
    return old.count() if dry_run else old.delete()[0]
