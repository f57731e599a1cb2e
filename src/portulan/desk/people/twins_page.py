"""The page of rows that may be one, in words."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portulan.desk.people import selectors, tending
from portulan.desk.people.actors import Actor, Power
from portulan.desk.people.merging import Pair
from portulan.desk.people.merging_organisations import OrganisationPair
from portulan.desk.people.models import Organisation, OrganisationKind, Person
from portulan.desk.people.tending import Merged
from portulan.desk.people.twins import Why

MOST = 40
"""Pairs of one kind that are shown at once; the next ones come as these are dealt with."""


@dataclass(frozen=True, slots=True)
class One:
    """One of two rows: its number, its name, and what tells it from the other."""

    id: str
    name: str
    about: str


@dataclass(frozen=True, slots=True)
class Two:
    """Two rows that may be one. ``barred`` says why the reader may not make one of them; empty where they may."""

    anchor: str
    what: str
    why: str
    first: One
    second: One
    barred: str


@dataclass(frozen=True, slots=True)
class TwinsPage:
    """Rows that may be one, those that were made one, and how many more there are."""

    persons: tuple[Two, ...]
    organisations: tuple[Two, ...]
    more: int
    merged: tuple[Merged, ...]
    done: str
    wrong: str


def page(actor: Actor, done: str = "", wrong: str = "") -> TwinsPage:
    """Return the page, in a handful of queries whatever the number of rows."""
    persons, organisations = tending.pairs_for(actor)
    shown, there = persons[:MOST], organisations[:MOST]
    return TwinsPage(
        persons=_persons(actor, shown),
        organisations=_organisations(there),
        more=len(persons) + len(organisations) - len(shown) - len(there),
        merged=tuple(tending.merged_for(actor)),
        done=_done(done),
        wrong=wrong,
    )


def _persons(actor: Actor, pairs: list[Pair]) -> tuple[Two, ...]:
    roles = tending.with_roles(pairs)
    where = selectors.organisation_names(one.pk for pair in pairs for one in (pair.first, pair.second))

    def about(one: Person) -> One:
        said = [one.email or _("no address"), *where.get(one.pk, ())]
        return One(str(one.pk), str(one), " · ".join([*said, *([_("holds a role")] if one.pk in roles else [])]))

    def barred(pair: Pair) -> str:
        both = {pair.first.pk, pair.second.pk}
        if actor.person in both:
            return not_allowed("oneself")
        return not_allowed("roles") if both & roles and Power.ADMINISTRATION not in actor.powers else ""

    return tuple(
        Two(f"person-{number}", "person", why(pair.why), about(pair.first), about(pair.second), barred(pair))
        for number, pair in enumerate(pairs)
    )


def _organisations(pairs: list[OrganisationPair]) -> tuple[Two, ...]:
    counts = selectors.belonging_counts(one.pk for pair in pairs for one in (pair.first, pair.second))

    def about(one: Organisation) -> One:
        people = counts.get(one.pk, 0)
        said = [
            str(OrganisationKind(one.kind).label),
            one.registration or _("no number"),
            ngettext("%(count)s person", "%(count)s persons", people) % {"count": people},
        ]
        return One(str(one.pk), one.name, " · ".join(said))

    return tuple(
        Two(f"organisation-{number}", "organisation", why(pair.why), about(pair.first), about(pair.second), "")
        for number, pair in enumerate(pairs)
    )


def why(reason: Why) -> str:
    """Return why two rows may be one, in words."""
    return {
        Why.ADDRESS: _("The same e-mail address"),
        Why.NUMBER: _("The same registration number"),
        Why.NAME: _("The same name"),
        Why.FORM: _("The same name, but for its legal form"),
        Why.SPELLING: _("Names one letter apart"),
    }[reason]


def not_allowed(code: str) -> str:
    """Return why somebody may not merge two rows."""
    return {
        "oneself": _("One of the two is you: somebody else does this."),
        "roles": _("One of the two holds a role: an administrator does this, with the power switched on."),
    }.get(code, _("This is for the coordination desk."))


def _done(code: str) -> str:
    return {
        "one": _("The two are one. It is undone below."),
        "two": _("They stay two, and are not shown again."),
        "undone": _("The two are two again."),
    }.get(code, "")
