"""How long this room keeps what it knows of persons."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from portulan.desk.core.retention import Fate, Rule
from portulan.desk.handover.models import Handover

YEAR = timedelta(days=365)
_MEMORY = _("Task in the public interest: who arrives must know what the one who leaves knew and promised.")


def _handovers(now: datetime, dry_run: bool) -> int:
    """Erase handovers that took place five years ago; return how many."""
    old = Handover.objects.filter(switched_at__lt=now - 5 * YEAR)
    count = old.count()
    if not dry_run:
        old.delete()
    return count


RULES = (
    Rule(
        model="handover.handover",
        personal=(
            "designation",
            "leaver",
            "leaver_name",
            "arriver",
            "arriver_name",
            "arriving",
            "contested_because",
            "frozen",
            "digest",
            "signed_at",
            "accepted_at",
        ),
        free=("post", "opened_at", "why", "switch_on", "state", "switched_at", "invented"),
        basis=_MEMORY,
        keep=_("Five years after the place was handed over."),
        fate=Fate.ERASE,
        exception=_("A signed handover is a record of the post until then."),
        run=_handovers,
    ),
    Rule(
        model="handover.handoverfield",
        personal=("text",),
        free=("handover", "key", "written_at"),
        basis=_MEMORY,
        keep=_("As long as the handover."),
        fate=Fate.FALLS,
    ),
    Rule(
        model="handover.handoverquestion",
        personal=("asked_by", "asked_name", "text", "answered_by", "answered_name", "answer"),
        free=("handover", "asked_at", "answered_at", "nonce"),
        basis=_MEMORY,
        keep=_("As long as the handover."),
        fate=Fate.FALLS,
    ),
)
