"""What may be read of introductions, joined questions and later checks."""

from __future__ import annotations

from uuid import UUID

from portulan.desk.enquiries.keys import side_of
from portulan.desk.enquiries.models_after import Introduction, Side


def introduction(number: UUID, key: str) -> tuple[Introduction, Side] | None:
    """Return the introduction that a secret opens, and the side it is for."""
    found = (
        Introduction.objects.select_related("need__enquiry", "post")
        .prefetch_related("agreements")
        .filter(pk=number)
        .first()
    )
    side = side_of(key, found) if found is not None else None
    return (found, side) if found is not None and side is not None else None
