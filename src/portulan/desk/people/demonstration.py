"""Signing in as an invented person, in one click, where a demonstration runs on the reader's own machine."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest

from portulan.desk.people import selectors
from portulan.desk.people.models import Account, Role

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Invented:
    """Whom a reader may be: those with a role (number, name, roles), and the others (number, name with address)."""

    officers: tuple[tuple[int, str, str], ...]
    others: tuple[tuple[str, str], ...]


def accounts(request: HttpRequest) -> list[Account]:
    """Return whom a reader may sign in as without any proof; nobody, but where all of this holds.

    The demonstration was asked for; the site is not behind HTTPS, as one for others is; the page was asked from this
    very machine; and every account there is belongs to an invented person.
    """
    here = urlsplit(f"//{request.get_host()}").hostname in LOOPBACK
    if not settings.PORTULAN_DEMO or settings.HTTPS or not here:
        return []
    return selectors.invented_accounts()


def invented(request: HttpRequest) -> Invented | None:
    """Return whom the page of sign-in offers; nothing where it may not offer anybody."""
    found = accounts(request)
    if not found:
        return None
    roles = selectors.roles_by_person(account.person_id for account in found if account.person_id)
    named = [(account, [str(Role(role).label) for role in roles.get(account.person_id, ())]) for account in found]
    return Invented(
        tuple((account.pk, str(account), ", ".join(has)) for account, has in named if has),
        tuple((str(account.pk), f"{account} ({account.email})") for account, has in named if not has),
    )
