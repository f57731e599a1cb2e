"""Signing in as an invented person, in one click, where a demonstration runs on the reader's own machine."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest

from portulan.desk.people import selectors
from portulan.desk.people.models import Account

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def accounts(request: HttpRequest) -> list[Account]:
    """Return whom a reader may sign in as without any proof; nobody, but where all of this holds.

    The demonstration was asked for; the site is not behind HTTPS, as one for others is; the page was asked from this
    very machine; and every account there is belongs to an invented person.
    """
    here = urlsplit(f"//{request.get_host()}").hostname in LOOPBACK
    if not settings.PORTULAN_DEMO or settings.HTTPS or not here:
        return []
    return selectors.invented_accounts()
