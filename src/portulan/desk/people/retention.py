"""How long this room keeps what it knows of persons."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from portulan.desk.core.retention import Fate, Rule
from portulan.desk.people import services

YEAR = timedelta(days=365)


def _persons(now: datetime, dry_run: bool) -> int:
    return services.forget_unneeded(now - YEAR, dry_run=dry_run)


def _consents(now: datetime, dry_run: bool) -> int:
    return services.forget_withdrawn(now - 3 * YEAR, dry_run=dry_run)


RULES = (
    Rule(
        model="people.person",
        personal=("given_name", "family_name", "email", "phone", "languages"),
        free=("invented",),
        basis=_("Task in the public interest: professionals must know who answers, and reach them."),
        keep=_("As long as something of the network needs the person, and a year after the last act about them."),
        fate=Fate.ERASE,
        exception=_("Who is designated at present is erased when the designation ends."),
        run=_persons,
    ),
    Rule(
        model="people.consent",
        personal=("person", "purpose", "given_at", "how", "withdrawn_at"),
        free=(),
        basis=_("Legal obligation: a consent must be proved (GDPR, article 7)."),
        keep=_("As long as the person, and no longer than three years after it was withdrawn."),
        fate=Fate.ERASE,
        run=_consents,
    ),
)
