"""What this room has to pass on where somebody leaves: the partners of the post that they keep."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from portulan.desk.core import events
from portulan.desk.core.passing_on import Leaving, Row
from portulan.desk.network import wording
from portulan.desk.network.models import Partner, PartnerKind, Tag
from portulan.desk.network.partners import kept_by


class Partners:
    """The partners that somebody keeps: those that stay one by one, of the others only how many there are."""

    key = "partners"

    def heading(self, language: str) -> str:
        """Return the heading over them."""
        with override(language):
            return _("Live partners")

    def rows(self, leaving: Leaving, language: str) -> tuple[Row, ...]:
        """Return them, the latest met first."""
        with override(language):
            found = list(kept_by(leaving))
            stay = sorted(
                (one for one in found if one.tag == Tag.INSTITUTIONAL),
                key=lambda one: (one.last_contact is None, -one.last_contact.toordinal() if one.last_contact else 0),
            )
            rows = [_row(one, language) for one in stay]
            if gone := sum(one.tag == Tag.PERSONAL for one in found):
                rows.append(
                    Row(
                        ngettext("%(num)s personal contact leaves", "%(num)s personal contacts leave", gone)
                        % {"num": gone}
                    )
                )
            if gone := sum(one.tag == Tag.DO_NOT_TRANSFER for one in found):
                rows.append(
                    Row(
                        ngettext("%(num)s contact is not passed on", "%(num)s contacts are not passed on", gone)
                        % {"num": gone}
                    )
                )
            return tuple(rows)

    def version(self) -> str:
        """Return what changes with every act."""
        return str(events.last())


def _row(one: Partner, language: str) -> Row:
    last = (
        _("last contact on %(day)s") % {"day": wording.day(one.last_contact, language)}
        if one.last_contact
        else _("no contact written down")
    )
    said = [f"{PartnerKind(one.kind).label}, {last}", *filter(None, [one.note])]
    known = ", ".join(filter(None, [one.contact_name, one.contact_email, one.contact_phone]))
    return Row(one.body, ". ".join(said), reverse("partners:list"), named=known)
