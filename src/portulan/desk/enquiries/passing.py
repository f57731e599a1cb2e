"""What this room has to pass on where somebody leaves: open questions, and what was promised."""

from __future__ import annotations

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from portulan.desk.core import events
from portulan.desk.core.passing_on import Leaving, Row
from portulan.desk.enquiries import wording
from portulan.desk.enquiries.cards import without_names
from portulan.desk.enquiries.handing import held_by, owed_by
from portulan.desk.enquiries.inbox_page import asker, late
from portulan.desk.enquiries.models import Match, Need, Promise


class OpenQuestions:
    """The questions that somebody has in hand."""

    key = "questions"

    def heading(self, language: str) -> str:
        """Return the heading over them."""
        with override(language):
            return _("Open questions")

    def rows(self, leaving: Leaving, language: str) -> tuple[Row, ...]:
        """Return them, the longest waiting first."""
        with override(language):
            found = held_by(leaving, timezone.localdate())
            return tuple(_question(one, language) for one in sorted(found, key=lambda one: one.need.opened_at))

    def version(self) -> str:
        """Return what changes with every act."""
        return str(events.last())


class Promises:
    """What somebody promised and has not settled."""

    key = "promises"

    def heading(self, language: str) -> str:
        """Return the heading over them."""
        with override(language):
            return _("Promises to keep")

    def rows(self, leaving: Leaving, language: str) -> tuple[Row, ...]:
        """Return them, the soonest due first."""
        with override(language):
            return tuple(_promise(one, language) for one in owed_by(leaving))

    def version(self) -> str:
        """Return what changes with every act."""
        return str(events.last())


def _named(need: Need, language: str) -> str:
    said = {"reference": need.enquiry.reference, "about": wording.about(need, language)}
    return _("%(reference)s: %(about)s") % said


def _question(one: Match, language: str) -> Row:
    need = one.need
    return Row(
        text=_named(need, language),
        detail=_("%(status)s, asked on %(day)s")
        % {
            "status": wording.status(need),
            "day": wording.day(timezone.localdate(need.opened_at), language),
        },
        href=reverse("enquiries:need", args=[need.pk]),
        late=late(need),
        named=asker(need),
    )


def _promise(one: Promise, language: str) -> Row:
    return Row(
        # Signed, it outlives the erasure of whoever asked.
        text=without_names(one.what, one.need.enquiry),
        detail=_named(one.need, language),
        href=reverse("enquiries:need", args=[one.need_id]),
        due=wording.day(one.due, language),
        late=one.due < timezone.localdate(),
        named=asker(one.need),
    )
