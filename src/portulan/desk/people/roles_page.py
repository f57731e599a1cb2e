"""The page of roles, in words, and what is typed there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.http import QueryDict
from django.utils.translation import gettext as _

from portulan.desk.core import reference
from portulan.desk.core.forms import ByField, Wrong, by_field
from portulan.desk.core.typed import Typed, WrongError
from portulan.desk.people import roles
from portulan.desk.people.actors import Actor
from portulan.desk.people.models import Grant, Role
from portulan.desk.people.pages import day
from portulan.desk.people.roles import Given, RoleError


@dataclass(frozen=True, slots=True)
class Held:
    """A role that somebody holds, on the page."""

    number: int
    name: str
    email: str
    role: str
    scope: str
    days: str
    invented: bool


@dataclass(frozen=True, slots=True)
class RolesPage:
    """Who holds which role, and the form that gives one."""

    held: tuple[Held, ...]
    roles: tuple[tuple[str, str], ...]
    organisations: tuple[tuple[str, str], ...]
    sectors: tuple[tuple[str, str], ...]
    typed: dict[str, str]
    chosen: tuple[str, ...]
    done: str
    wrong: Wrong
    errors: ByField


def page(actor: Actor, language: str, sent: QueryDict, wrong: Wrong = (), done: str = "") -> RolesPage:
    """Return the page, with all that was typed."""
    return RolesPage(
        held=tuple(_held(one, language) for one in roles.grants_for(actor)),
        roles=(("", _("Choose a role")), *((one.value, str(one.label)) for one in Role)),
        organisations=(("", _("None")), *((str(one.pk), one.name) for one in roles.operators())),
        sectors=tuple(reference.names(language)[1].items()),
        typed={name: str(sent.get(name, "")) for name in ("email", "role", "organisation", "until")},
        chosen=tuple(sent.getlist("sectors")),
        done={"given": _("The role is given."), "ended": _("The role is ended.")}.get(done, ""),
        wrong=wrong,
        errors=by_field(wrong),
    )


def _held(one: Grant, language: str) -> Held:
    said = {"since": day(one.since, language), "until": day(one.until, language) if one.until else ""}
    scope = ""
    if one.organisation is not None:
        sectors = ", ".join(sector.name(language) for sector in one.sectors.all()) or _("all sectors")
        scope = f"{one.organisation.name} ({sectors})"
    return Held(
        number=one.pk,
        name=str(one.person),
        email=one.person.email,
        role=str(Role(one.role).label),
        scope=scope or _("the whole network"),
        days=_("from %(since)s to %(until)s") % said if one.until else _("since %(since)s") % said,
        invented=one.person.invented,
    )


def read(sent: QueryDict, today: date) -> Given:
    """Read what was typed; raise `WrongError` for what is wrong with it."""
    typed = Typed(sent)
    return Given(
        email=typed.email("email"),
        role=Role(typed.one_of("role", Role.values, _("Choose a role."))),
        organisation=typed.line("organisation", needed=False),
        sectors=tuple(sent.getlist("sectors")),
        until=typed.day_or_none("until"),
    )


def wrong_of(error: RoleError | WrongError) -> Wrong:
    """Return what is wrong, in a sentence beside its field."""
    if isinstance(error, WrongError):
        return ((error.field, error.sentence),)
    said = {
        "nobody": _("Only an administrator may do this, with the power switched on."),
        "nobody there": _("Nobody has an account at this address: add them first (portulan people add)."),
        "over": _("This day is over."),
        "no organisation": _("An operator officer acts for an organisation: choose it."),
        "held": _("This person holds this role already."),
        "ended": _("This role ended already."),
        "last": _("This is the last administrator: give the role to somebody else first."),
    }
    return ((error.field, said[error.why]),)
