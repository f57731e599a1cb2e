"""What was costly to make, kept in files for every worker; where they cannot be written, it is made again."""

from __future__ import annotations

import logging
import pickle
import zlib
from typing import Any

from django.core.cache import caches

log = logging.getLogger(__name__)
_FAULTS = (OSError, EOFError, zlib.error, pickle.PickleError)
_said: set[str] = set()


def say_once(cache: str, error: Exception) -> None:
    """Write in the log that a cache cannot be used: once a process, for it would be said at every request."""
    if cache not in _said:
        _said.add(cache)
        log.error("the cache %r cannot be used, the site goes on without it: %s", cache, error)


def look(cache: str, key: str) -> bytes | None:
    """Return what is kept under a key, if anything is and can be read."""
    try:
        found: Any = caches[cache].get(key)
    except _FAULTS as error:
        say_once(cache, error)
        return None
    return found if isinstance(found, bytes) else None


def keep(cache: str, key: str, data: bytes, seconds: int) -> None:
    """Keep something for a while, where it can be kept."""
    try:
        caches[cache].set(key, data, seconds)
    except _FAULTS as error:
        say_once(cache, error)
