"""Two rows of one person: found, made one, and made two again, with whatever hangs on them in any room."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Literal

from django.apps import apps
from django.db import models, transaction

from portulan.desk.core import events
from portulan.desk.people import selectors
from portulan.desk.people.models import Account, Affiliation, Consent, Merge, Person
from portulan.desk.people.names import folded
from portulan.desk.people.services import PeopleError

Why = Literal["address", "name"]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two rows that may be one person, and why: the same address, or the same name in the same organisation."""

    first: Person
    second: Person
    why: Why


def duplicates() -> list[Pair]:
    """Return the rows that may be one person, in two queries whatever their number; each pair once."""
    persons = {one.pk: one for one in Person.objects.filter(merged_into=None).order_by("family_name", "pk")}
    where = Affiliation.objects.filter(person__merged_into=None).values_list("person_id", "organisation_id").distinct()
    alike: dict[tuple[Why, Any], list[Person]] = {}
    for person in persons.values():
        if address := selectors.tidy_address(person.email):
            alike.setdefault(("address", address), []).append(person)
    for pk, organisation in where:
        person = persons[pk]
        named = (folded(str(person)), organisation)
        alike.setdefault(("name", named), []).append(person)
    return list(_once(alike))


def _once(alike: dict[tuple[Why, Any], list[Person]]) -> Iterator[Pair]:
    told = set()
    for (why, _key), persons in alike.items():
        for first, second in combinations(persons, 2):
            pair = frozenset((first.pk, second.pk))
            if len(pair) == 2 and pair not in told:
                told.add(pair)
                yield Pair(first, second, why)


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
    for model, column in _hanging():
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
    for label, keys in merge.moved.items():
        name, _, column = label.rpartition(".")
        model = apps.get_model(name)
        rows = model._default_manager.filter(**{"pk__in": keys, column: merge.kept_id})
        rows.update(**{column: merge.gone_id})
    Person.objects.filter(pk=merge.gone_id).update(merged_into=None)
    if merge.closed_account:
        Account.objects.filter(person_id=merge.gone_id).update(is_active=True)
    events.record("merge undone", merge.kept, actor, gone=str(merge.gone_id))
    merge.delete()


def _hanging() -> Iterator[tuple[type[models.Model], str]]:
    """Yield every table that points at a person, of whatever room, and by which column; not tombstones and merges."""
    for relation in Person._meta.related_objects:
        model = relation.related_model
        if isinstance(model, type) and model not in (Person, Merge) and relation.field.concrete:
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
