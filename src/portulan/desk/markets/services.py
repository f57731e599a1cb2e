"""Writes of this room: making the embedded default release where the site has none to serve."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings

from portulan.atlas import api
from portulan.desk.markets import selectors


def ensure_release(progress: Callable[[str, float], None] | None = None) -> bool:
    """Build the embedded default release if it is the one to serve and is not there; return whether it was built.

    Raises `ReleaseMissingError` where the installer chose a release that is not there: it is never replaced by another.
    """
    path = selectors.release_path()
    if path.exists():
        return False
    if settings.PORTULAN_RELEASE:
        raise selectors.ReleaseMissingError(str(path))
    api.build_default_release(path, progress)
    return True
