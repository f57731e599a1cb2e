"""Two rows of one person: found, made one, and made two again, with whatever hangs on them in any room."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models, transaction

from portulan.desk.core import events
from portulan.desk.people.models import Account, Affiliation, Apart, Consent, Merge, Organisation, Person
from portulan.desk.people.services import PeopleError
from portulan.desk.people.twins import Known, Why, twin_persons


@dataclass(frozen=True, slots=True)
class Pair:
    """Two rows that may be one person, and why."""

    first: Person
    second: Person
    why: Why


def duplicates() -> list[Pair]:
    """Return the rows that may be one person, in three queries whatever their number; each pair once.

    Those that were said to be two are left out.
    """
    persons = {one.pk: one for one in Person.objects.filter(merged_into=None).order_by("family_name", "pk")}
    where: dict[UUID, set[UUID]] = {}
    of = Affiliation.objects.filter(person__merged_into=None).values_list("person_id", "organisation_id").distinct()
    for person, organisation in of:
        where.setdefault(person, set()).add(organisation)
    known = [
        Known(one.pk, str(one), address=one.email, groups=frozenset(where.get(one.pk, ()))) for one in persons.values()
    ]
    apart = said_apart()
    return [
        Pair(persons[twins.first], persons[twins.second], twins.why)
        for twins in twin_persons(known)
        if frozenset((twins.first, twins.second)) not in apart
    ]


def said_apart() -> set[frozenset[UUID]]:
    """Return the pairs that were said to be two."""
    return {frozenset(pair) for pair in Apart.objects.values_list("first", "second")}


@transaction.atomic
def say_apart(one: Person | Organisation, other: Person | Organisation, *, actor: str = events.SYSTEM) -> None:
    """Write down that two rows that look alike are two, so that nobody is asked again."""
    first, second = sorted((one.pk, other.pk))
    _row, new = Apart.objects.get_or_create(first=first, second=second)
    if new:
        events.record("said apart", one, actor, other=str(other.pk))


@transaction.atomic
def merge_persons(kept: Person, gone: Person, *, actor: str = events.SYSTEM) -> Merge:
    """Make two rows one: what hangs on the second goes to the first, and the second stays as a tombstone.

    A consent moves only where the first was never asked for it: what somebody withdrew is not given again by a merge.
    The account moves where the first has none; else it is closed. Raises `PeopleError` where one was merged already.
    """
    if kept.pk == gone.pk:
        raise PeopleError("a person cannot be merged with themselves: choose another")
    rows = {one.pk: one for one in Person.objects.select_for_update().filter(pk__in=(kept.pk, gone.pk))}
    if any(one.merged_into_id for one in rows.values()) or len(rows) < 2:
        raise PeopleError("one of the two was merged already: undo that first")
    merge = Merge(kept=kept, gone=gone)
    merge.closed_account = _close_second_account(kept, gone)
    for model, column in hanging(Person, Merge):
        keys = list(_going(model, column, kept, gone).values_list("pk", flat=True))
        if keys:
            model._default_manager.filter(pk__in=keys).update(**{column: kept.pk})
            merge.moved[f"{model._meta.label_lower}.{column}"] = [str(key) for key in keys]
    Person.objects.filter(pk=gone.pk).update(merged_into=kept)
    gone.merged_into = kept
    merge.save()
    events.record("persons merged", kept, actor, gone=str(gone.pk))
    return merge


@transaction.atomic
def undo_merge(merge: Merge, *, actor: str = events.SYSTEM) -> None:
    """Make one row two again: what moved goes back, where it is still with the first. What came since stays."""
    move_back(merge.moved, merge.kept_id, merge.gone_id)
    Person.objects.filter(pk=merge.gone_id).update(merged_into=None)
    if merge.closed_account:
        Account.objects.filter(person_id=merge.gone_id).update(is_active=True)
    events.record("merge undone", merge.kept, actor, gone=str(merge.gone_id))
    merge.delete()


def move_back(moved: dict[str, list[str]], kept: UUID, gone: UUID) -> None:
    """Give back what went from one row to another, where it is still there."""
    for label, keys in moved.items():
        name, _, column = label.rpartition(".")
        rows = apps.get_model(name)._default_manager.filter(**{"pk__in": keys, column: kept})
        rows.update(**{column: gone})


def hanging(of: type[models.Model], merges: type[models.Model]) -> Iterator[tuple[type[models.Model], str]]:
    """Yield every table that points at a model, of whatever room, and by which column; not tombstones and merges."""
    for relation in of._meta.related_objects:
        model = relation.related_model
        if isinstance(model, type) and model not in (of, merges) and relation.field.concrete:
            yield model, relation.field.attname


def _going(model: type[models.Model], column: str, kept: Person, gone: Person) -> models.QuerySet[Any]:
    """Return the rows of a table that go from one person to the other."""
    rows = model._default_manager.filter(**{column: gone.pk})
    if model is Consent:
        return rows.exclude(purpose__in=Consent.objects.filter(person=kept).values("purpose"))
    if model is Account and Account.objects.filter(person=kept).exists():
        return rows.none()
    return rows


def _close_second_account(kept: Person, gone: Person) -> bool:
    """Close the account of the second where the first has one; tell whether it was open."""
    if not Account.objects.filter(person=kept).exists():
        return False
    account = Account.objects.filter(person=gone, is_active=True).first()
    if account is None:
        return False
    account.is_active = False
    account.set_unusable_password()
    account.save(update_fields=["is_active", "password"])
    return True
