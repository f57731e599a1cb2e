"""How long this room keeps what it knows of persons."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from portulan.desk.core.retention import Fate, Rule
from portulan.desk.network import services
from portulan.desk.network.partners import forget_contacts

YEAR = timedelta(days=365)


def _absences(now: datetime, dry_run: bool) -> int:
    return services.forget_absences((now - YEAR).date(), dry_run=dry_run)


def _designations(now: datetime, dry_run: bool) -> int:
    return services.forget_designations((now - YEAR).date(), dry_run=dry_run)


def _partners(now: datetime, dry_run: bool) -> int:
    return forget_contacts((now - 2 * YEAR).date(), dry_run=dry_run)


RULES = (
    Rule(
        model="network.designation",
        personal=("person", "role", "since", "until", "last_confirmed", "sectors", "territories"),
        free=("post",),
        basis=_("Task in the public interest: who answers for a market must be known, also to the successor."),
        keep=_("One year after it ended, which the handover needs."),
        fate=Fate.ERASE,
        exception=_("A designation in force ends first."),
        run=_designations,
    ),
    Rule(
        model="network.absence",
        personal=("designation", "since", "until"),
        free=(),
        basis=_("Task in the public interest: who is away cannot answer, and the deputy does."),
        keep=_("One year after its last day, or less where the designation is erased before."),
        fate=Fate.ERASE,
        run=_absences,
    ),
    Rule(
        model="network.partner",
        personal=("contact_name", "contact_email", "contact_phone", "note", "kept_by"),
        free=("post", "body", "kind", "last_contact", "tag"),
        basis=_("Task in the public interest: a post works with partners, and its people change."),
        keep=_("Two years after the last contact; then only the body stays."),
        fate=Fate.ANONYMISE,
        run=_partners,
    ),
)
