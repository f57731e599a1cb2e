"""Two rows of one organisation: found, made one, and made two again, with whatever hangs on them in any room."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from portulan.desk.core import events
from portulan.desk.people.merging import hanging, move_back, said_apart
from portulan.desk.people.models import Organisation, OrganisationMerge
from portulan.desk.people.services import PeopleError
from portulan.desk.people.twins import Known, Why, twin_organisations


@dataclass(frozen=True, slots=True)
class OrganisationPair:
    """Two rows that may be one organisation, and why."""

    first: Organisation
    second: Organisation
    why: Why


def duplicate_organisations() -> list[OrganisationPair]:
    """Return the rows that may be one organisation, in two queries whatever their number; each pair once."""
    there = {one.pk: one for one in Organisation.objects.filter(merged_into=None).order_by("name", "pk")}
    found = twin_organisations(Known(one.pk, one.name, number=one.registration) for one in there.values())
    apart = said_apart()
    return [
        OrganisationPair(there[twins.first], there[twins.second], twins.why)
        for twins in found
        if frozenset((twins.first, twins.second)) not in apart
    ]


@transaction.atomic
def merge_organisations(kept: Organisation, gone: Organisation, *, actor: str = events.SYSTEM) -> OrganisationMerge:
    """Make two rows one: what hangs on the second goes to the first, and the second stays as a tombstone.

    Raises `PeopleError` where one was merged already.
    """
    if kept.pk == gone.pk:
        raise PeopleError("an organisation cannot be merged with itself: choose another")
    rows = {one.pk: one for one in Organisation.objects.select_for_update().filter(pk__in=(kept.pk, gone.pk))}
    if any(one.merged_into_id for one in rows.values()) or len(rows) < 2:
        raise PeopleError("one of the two was merged already: undo that first")
    merge = OrganisationMerge(kept=kept, gone=gone)
    for model, column in hanging(Organisation, OrganisationMerge):
        rows_of = model._default_manager.filter(**{column: gone.pk})
        keys = list(rows_of.values_list("pk", flat=True))
        if keys:
            rows_of.update(**{column: kept.pk})
            merge.moved[f"{model._meta.label_lower}.{column}"] = [str(key) for key in keys]
    Organisation.objects.filter(pk=gone.pk).update(merged_into=kept)
    gone.merged_into = kept
    merge.save()
    events.record("organisations merged", kept, actor, gone=str(gone.pk))
    return merge


@transaction.atomic
def undo_organisation_merge(merge: OrganisationMerge, *, actor: str = events.SYSTEM) -> None:
    """Make one row two again: what moved goes back, where it is still with the first. What came since stays."""
    move_back(merge.moved, merge.kept_id, merge.gone_id)
    Organisation.objects.filter(pk=merge.gone_id).update(merged_into=None)
    events.record("organisation merge undone", merge.kept, actor, gone=str(merge.gone_id))
    merge.delete()
