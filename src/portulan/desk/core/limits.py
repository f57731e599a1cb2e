"""Limits on what is costly to make: so many a minute for each reader, counted in a file that all workers share."""

from __future__ import annotations

import ipaddress
import re
import sqlite3
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest

from portulan.desk.core import keeping

if TYPE_CHECKING:
    from portulan.desk.core.counts import Counts

CACHE = "limits"
# What some proxies write: 192.0.2.1:5050, [2001:db8::1]:5050, [2001:db8::1].
_WITH_PORT = re.compile(r"(?:\[([^\]]*)\]|([0-9.]+))(?::[0-9]+)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Budget:
    """What one reader may have made: ``most`` in each window of ``seconds``, windows being the same for everybody."""

    name: str
    most: int
    seconds: int = 60


def reader(request: HttpRequest) -> str:
    """Return who asks, as an address: that of the connection, or what the proxy in front says where there is one.

    Only the last word of ``X-Forwarded-For`` is the proxy's own; the others are whatever the reader wrote. A reader of
    IPv6 has a whole network to choose from: the network counts. One of IPv4 may come in the clothes of IPv6
    (``::ffff:192.0.2.1``), and all of those are in one network.
    """
    said = request.META.get("REMOTE_ADDR", "")
    if settings.HTTPS:
        said = request.META.get("HTTP_X_FORWARDED_FOR", said).rpartition(",")[2].strip() or said
    if found := _WITH_PORT.fullmatch(said):
        said = found[1] or found[2] or ""
    try:
        address = ipaddress.ip_address(said)
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address):
        mapped = address.ipv4_mapped
        return str(mapped or ipaddress.IPv6Network((int(address), 64), strict=False))
    return str(address)


def spend(budget: Budget, who: str) -> int:
    """Count one thing made for a reader; return 0, or the seconds to wait where the budget of this window is spent.

    Where nothing can be counted, for the disk is full or may not be written, everything passes: that is said in the
    log, and a site without limits is better than none.
    """
    now = int(time.time())
    window = now // budget.seconds
    ends = (window + 1) * budget.seconds
    counts = cast("Counts", caches[CACHE])
    try:
        used = counts.count(f"{budget.name}:{who}:{window}", now, ends)
    except (OSError, sqlite3.Error) as error:
        keeping.say_once(CACHE, error)
        return 0
    return 0 if used <= budget.most else max(1, ends - now)
