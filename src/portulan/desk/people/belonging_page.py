"""The page of the organisations of somebody, in words, and what they type there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from django.utils.translation import gettext as _

from portulan.desk.core.forms import ByField, Wrong, by_field
from portulan.desk.core.typed import Typed, WrongError
from portulan.desk.people import selectors
from portulan.desk.people.belonging import Said, changeable
from portulan.desk.people.models import DECLARED_KINDS, Affiliation, OrganisationKind, Person
from portulan.desk.people.pages import day

_LONGEST_NAME, _LONGEST_NUMBER = 200, 40


@dataclass(frozen=True, slots=True)
class Row:
    """An organisation of somebody, on the page."""

    number: int
    name: str
    kind: str
    registration: str
    days: str
    ended: bool
    alone: bool


@dataclass(frozen=True, slots=True)
class Form:
    """The form of one organisation, as it was typed or as it stands. ``whole``: its name may be changed, too."""

    name: str
    kind: str
    registration: str
    since: str
    whole: bool
    wrong: Wrong
    errors: ByField


@dataclass(frozen=True, slots=True)
class OrganisationsPage:
    """The organisations of somebody: those of today first."""

    rows: tuple[Row, ...]
    kinds: tuple[tuple[str, str], ...]
    form: Form
    done: str


def done(code: str) -> str:
    """Return what was just done, in a sentence."""
    said = {
        "added": _("The organisation is among yours."),
        "changed": _("What you changed is kept."),
        "ended": _("The organisation is no longer yours from that day on."),
        "taken": _("The organisation is taken away."),
    }
    return said.get(code, "")


def kinds() -> tuple[tuple[str, str], ...]:
    """Return what somebody may belong to, in their own words."""
    said = {
        OrganisationKind.COMPANY: _("A company"),
        OrganisationKind.SOLE_ARTIST: _("I work alone, as an artist or author"),
        OrganisationKind.ASSOCIATION: _("An association"),
    }
    return tuple((kind.value, said[kind]) for kind in DECLARED_KINDS)


def page(person: Person, form: Form, language: str, today: date, done_: str = "") -> OrganisationsPage:
    """Return the page of somebody's organisations."""
    found = selectors.affiliations_of(person)
    mine = changeable(found, person.pk)
    rows = [_row(one, language, today, alone=one.organisation_id in mine) for one in found]
    return OrganisationsPage(tuple(sorted(rows, key=lambda row: row.ended)), kinds(), form, done(done_))


def _row(one: Affiliation, language: str, today: date, *, alone: bool) -> Row:
    said = {"since": day(one.since, language), "until": day(one.until, language) if one.until else ""}
    return Row(
        number=one.pk,
        name=one.organisation.name,
        kind=str(OrganisationKind(one.organisation.kind).label),
        registration=one.organisation.registration,
        days=_("from %(since)s to %(until)s") % said if one.until else _("since %(since)s") % said,
        ended=one.until is not None and one.until < today,
        alone=alone,
    )


def empty() -> Form:
    """Return a form in which nothing was typed yet."""
    return Form("", OrganisationKind.COMPANY, "", "", True, (), by_field(()))


def standing(one: Affiliation, *, whole: bool) -> Form:
    """Return the form of an organisation as it stands."""
    there = one.organisation
    return Form(there.name, there.kind, there.registration, one.since.isoformat(), whole, (), by_field(()))


def retyped(typed: Typed, wrong: WrongError, *, whole: bool) -> Form:
    """Return a form with all that was typed and what is wrong with it."""
    said = {name: str(typed.fields.get(name, "")) for name in ("name", "kind", "registration", "since")}
    found = ((wrong.field, wrong.sentence),)
    return Form(**said, whole=whole, wrong=found, errors=by_field(found))


def read(typed: Typed, person: Person, today: date) -> Said:
    """Read what was typed; raise `WrongError` for what is wrong with it. Whoever works alone may leave the name out."""
    kind = OrganisationKind(typed.one_of("kind", {one.value for one in DECLARED_KINDS}, _("Choose what it is.")))
    name = typed.line("name", most=_LONGEST_NAME, needed=kind != OrganisationKind.SOLE_ARTIST)
    return Said(
        name=name or str(person),
        kind=kind,
        registration=typed.line("registration", most=_LONGEST_NUMBER, needed=False),
        since=read_past(typed, "since", today),
    )


def read_past(typed: Typed, field: str, today: date) -> date | None:
    """Return a day that may be left out and has come already."""
    on = typed.day_or_none(field)
    if on is not None and (on > today or on.year < _FIRST_YEAR):
        raise WrongError(field, _("Give a day that has come already."))
    return on


_FIRST_YEAR = 1900


def with_wrong(form: Form, field: str, sentence: str) -> Form:
    """Return a form with something wrong in it."""
    found = ((field, sentence),)
    return replace(form, wrong=found, errors=by_field(found))
