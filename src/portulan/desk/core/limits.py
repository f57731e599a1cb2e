"""Limits on what is costly to make: so many a minute for each reader, counted in a cache that all workers share."""

from __future__ import annotations

import ipaddress
import time
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest

CACHE = "limits"


@dataclass(frozen=True, slots=True)
class Budget:
    """What one reader may have made: ``most`` in each window of ``seconds``, windows being the same for everybody."""

    name: str
    most: int
    seconds: int = 60


def reader(request: HttpRequest) -> str:
    """Return who asks, as an address: that of the connection, or what the proxy in front says where there is one.

    Only the last word of ``X-Forwarded-For`` is the proxy's own; the others are whatever the reader wrote. A reader of
    IPv6 has a whole network to choose from: the network counts.
    """
    said = request.META.get("REMOTE_ADDR", "")
    if settings.HTTPS:
        said = request.META.get("HTTP_X_FORWARDED_FOR", said).rpartition(",")[2].strip() or said
    try:
        address = ipaddress.ip_address(said)
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


def spend(budget: Budget, who: str) -> int:
    """Count one thing made for a reader; return 0, or the seconds to wait where the budget of this window is spent."""
    now = int(time.time())
    window = now // budget.seconds
    cache, key = caches[CACHE], f"{budget.name}:{who}:{window}"
    cache.add(key, 0, 2 * budget.seconds)
    try:
        used = cache.incr(key)
    except ValueError:  # it left the cache meanwhile
        cache.set(key, 1, 2 * budget.seconds)
        used = 1
    return 0 if used <= budget.most else max(1, (window + 1) * budget.seconds - now)
