"""What the reader of a page may work on, asked once for a request: the page and the links above it both want it."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest
from django.utils import timezone

from portulan.desk.enquiries.rights import Reach, reach_of
from portulan.desk.people.actors import actor_of


def reach_for(request: HttpRequest) -> Reach:
    """Return what the one who asks may work on today."""
    kept = getattr(request, "_reach", None)
    if kept is None:
        kept = reach_of(actor_of(request), timezone.localdate())
        request._reach = kept  # type: ignore[attr-defined] # kept where it is asked for
    return cast("Reach", kept)
