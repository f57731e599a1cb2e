"""What the coordination desk does about rows that may be one, and what only an administrator may.

A merge hands over what one row may do to whoever has the other. So that nobody gains by it: a row with a role is merged
by an administrator, and nobody merges themselves.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from portulan.desk.people import merging, merging_organisations
from portulan.desk.people.actors import Actor, Power
from portulan.desk.people.merging import Pair
from portulan.desk.people.merging_organisations import OrganisationPair
from portulan.desk.people.models import Grant, Merge, OrganisationMerge
from portulan.desk.people.services import PeopleError
from portulan.desk.people.twins import Why

What = Literal["person", "organisation"]
LAST = 50
"""Merges that are shown, to be undone."""


class NotAllowedError(PeopleError):
    """The actor may not do this; ``why`` is a code of the page."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Merged:
    """What was made one, and by which number it is undone."""

    what: What
    number: int
    kept: str
    gone: str


def may_tend(actor: Actor) -> bool:
    """Tell whether somebody may see rows that look alike: the coordination desk, and an administrator with power on."""
    return bool(actor.powers & {Power.COORDINATION, Power.ADMINISTRATION})


def pairs_for(actor: Actor) -> tuple[list[Pair], list[OrganisationPair]]:
    """Return the rows that may be one; nothing for whoever may not see them."""
    if not may_tend(actor):
        return [], []
    return merging.duplicates(), merging_organisations.duplicate_organisations()


def merged_for(actor: Actor) -> list[Merged]:
    """Return what was made one last; nothing for whoever may not see it."""
    if not may_tend(actor):
        return []
    persons = Merge.objects.select_related("kept", "gone").order_by("-pk")[:LAST]
    organisations = OrganisationMerge.objects.select_related("kept", "gone").order_by("-pk")[:LAST]
    return [
        *(Merged("person", one.pk, str(one.kept), str(one.gone)) for one in persons),
        *(Merged("organisation", one.pk, str(one.kept), str(one.gone)) for one in organisations),
    ]


def with_roles(pairs: list[Pair]) -> set[UUID]:
    """Return the persons among these who hold a role, or held one: those only an administrator merges."""
    keys = {one.pk for pair in pairs for one in (pair.first, pair.second)}
    return set(Grant.objects.filter(person_id__in=keys).values_list("person_id", flat=True))


def make_one(actor: Actor, what: str, kept: str, gone: str) -> None:
    """Merge two rows that look alike. Raises `NotAllowedError`, or `PeopleError` where they no longer do."""
    _may(actor)
    persons, organisations = pairs_for(actor)
    wanted = {kept, gone}
    for pair in persons if what == "person" else ():
        if {str(pair.first.pk), str(pair.second.pk)} == wanted:
            _may_merge(actor, pair)
            first, second = (pair.first, pair.second) if str(pair.first.pk) == kept else (pair.second, pair.first)
            merging.merge_persons(first, second, actor=actor.label)
            return
    for two in organisations if what == "organisation" else ():
        if {str(two.first.pk), str(two.second.pk)} == wanted:
            one, other = (two.first, two.second) if str(two.first.pk) == kept else (two.second, two.first)
            merging_organisations.merge_organisations(one, other, actor=actor.label)
            return
    raise PeopleError("these two no longer look alike")


def say_two(actor: Actor, what: str, first: str, second: str) -> None:
    """Write down that two rows that look alike are two. Raises `PeopleError` where they do not look alike."""
    _may(actor)
    persons, organisations = pairs_for(actor)
    for pair in persons if what == "person" else organisations:
        if {str(pair.first.pk), str(pair.second.pk)} == {first, second}:
            merging.say_apart(pair.first, pair.second, actor=actor.label)
            return
    raise PeopleError("these two no longer look alike")


def undo(actor: Actor, what: str, number: int) -> None:
    """Make two of one again. Raises `PeopleError` where that was done already."""
    _may(actor)
    if what == "person":
        merge = Merge.objects.select_related("kept", "gone").filter(pk=number).first()
        if merge is not None:
            _may_merge(actor, Pair(merge.kept, merge.gone, Why.NAME))
            merging.undo_merge(merge, actor=actor.label)
            return
    else:
        made = OrganisationMerge.objects.select_related("kept").filter(pk=number).first()
        if made is not None:
            merging_organisations.undo_organisation_merge(made, actor=actor.label)
            return
    raise PeopleError("this was undone already")


def _may(actor: Actor) -> None:
    if not may_tend(actor):
        raise NotAllowedError("nobody")


def _may_merge(actor: Actor, pair: Pair) -> None:
    if actor.person in (pair.first.pk, pair.second.pk):
        raise NotAllowedError("oneself")
    if Power.ADMINISTRATION not in actor.powers and with_roles([pair]):
        raise NotAllowedError("roles")
