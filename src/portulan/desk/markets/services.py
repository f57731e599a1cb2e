"""Writes of this room: the embedded default release where the site has none to serve, and the reference as rows."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings

from portulan.atlas import api
from portulan.desk.core import reference
from portulan.desk.markets import selectors


def outdated() -> bool:
    """True where the release to serve is the embedded one, and another version of Portulan made it."""
    return not settings.PORTULAN_RELEASE and api.default_release_is_outdated(selectors.release_path())


def keep_reference() -> None:
    """Bring the territories and sectors that other rooms point at in line with those of the atlas."""
    english, french = selectors.country_names("en"), selectors.country_names("fr")
    reference.keep(
        [(code, name, french[code]) for code, name in english.items()],
        [
            (code, selectors.sector_name(code, "en"), selectors.sector_name(code, "fr"))
            for code, kind in selectors.sector_kinds().items()
            if kind == "sector"
        ],
    )


def ensure_release(progress: Callable[[str, float], None] | None = None) -> bool:
    """Build the embedded default release if it is the one to serve and is not there; return whether it was built.

    One that another version of Portulan made is made again, and takes its place in one step. Raises
    `ReleaseMissingError` where the installer chose a release that is not there: that is never replaced by another.
    """
    path = selectors.release_path()
    if path.exists() and not outdated():
        return False
    if settings.PORTULAN_RELEASE:
        raise selectors.ReleaseMissingError(str(path))
    api.build_default_release(path, progress)
    return True
