"""Where each side answers the letters about a need."""

from __future__ import annotations

from portulan.desk.core.incoming import reply
from portulan.desk.core.incoming.reply import NoReplyAddressError
from portulan.desk.enquiries.models import Match, Need
from portulan.desk.enquiries.models_after import Introduction

ASKER, OTHER = "asker", "other"


def address(need: Need, match: Match | None = None) -> str:
    """Return where the asker, or the one asked, answers a letter about a need; empty where no mail comes in."""
    try:
        return reply.reply_address(f"enquiries.need:{need.pk}", f"match:{match.pk}" if match else ASKER)
    except NoReplyAddressError:
        return ""


def address_of_other(introduction: Introduction) -> str:
    """Return where the other person of an introduction answers its letter; empty where no mail comes in."""
    try:
        return reply.reply_address(f"enquiries.introduction:{introduction.pk}", OTHER)
    except NoReplyAddressError:
        return ""


def revoke_other(introduction: Introduction) -> None:
    """Have no answer come in about an introduction any more."""
    reply.revoke(f"enquiries.introduction:{introduction.pk}")


def revoke(need: Need) -> None:
    """Have no answer come in about a need any more."""
    reply.revoke(f"enquiries.need:{need.pk}")
