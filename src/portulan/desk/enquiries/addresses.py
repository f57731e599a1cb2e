"""Where each side answers the letters about a need."""

from __future__ import annotations

from portulan.desk.core.incoming import reply
from portulan.desk.core.incoming.reply import NoReplyAddressError
from portulan.desk.enquiries.models import Match, Need

ASKER = "asker"


def address(need: Need, match: Match | None = None) -> str:
    """Return where the asker, or the one asked, answers a letter about a need; empty where no mail comes in."""
    try:
        return reply.reply_address(f"enquiries.need:{need.pk}", f"match:{match.pk}" if match else ASKER)
    except NoReplyAddressError:
        return ""


def revoke(need: Need) -> None:
    """Have no answer come in about a need any more."""
    reply.revoke(f"enquiries.need:{need.pk}")
