"""Who acts: the one door through which a view learns who is there and what they may do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import wraps
from typing import Concatenate, ParamSpec, cast
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from portulan.desk.people import selectors, services
from portulan.desk.people.models import Account, Role

POWER_UNTIL = "power_until"
"""Where a session keeps until when the power of an administrator is switched on."""


class Power(StrEnum):
    """What reaches beyond one's own post or organisation. ADMINISTRATION is there only while it is switched on."""

    COORDINATION = "coordination"
    COMMITTEE = "committee"
    ADMINISTRATION = "administration"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, and what they may do beyond what is theirs.

    ``operator_sectors`` gives each organisation an operator officer acts for, with its sectors (empty: all of them).
    ``power_until`` is when the power of an administrator ends, where it is switched on: pages say so in a banner.
    """

    person: UUID | None
    powers: frozenset[Power]
    operator_sectors: tuple[tuple[UUID, frozenset[str]], ...] = ()
    power_until: datetime | None = None

    @property
    def label(self) -> str:
        """What the log keeps of them."""
        return "anonymous" if self.person is None else f"person:{self.person}"


ANONYMOUS = Actor(None, frozenset())


def account_of(request: HttpRequest) -> Account | None:
    """Return the account behind a request; none where nobody is signed in."""
    user = request.user
    return user if isinstance(user, Account) and user.is_authenticated else None


def actor_of(request: HttpRequest) -> Actor:
    """Return who asks. Two queries at most beside that of the session, asked once for a request."""
    kept = getattr(request, "_actor", None)
    if kept is None:
        kept = _actor(request)
        request._actor = kept  # type: ignore[attr-defined] # kept where it is asked for
    return cast("Actor", kept)


def _actor(request: HttpRequest) -> Actor:
    account = account_of(request)
    if account is None or account.person_id is None:
        return ANONYMOUS
    rights = selectors.rights_of(account.person_id)
    until = _power_until(request) if Role.ADMINISTRATOR in rights.roles else None
    powers = {
        power
        for power, there in (
            (Power.COORDINATION, Role.COORDINATION in rights.roles),
            (Power.COMMITTEE, Role.COMMITTEE in rights.roles),
            (Power.ADMINISTRATION, until is not None),
        )
        if there
    }
    return Actor(account.person_id, frozenset(powers), rights.operator_sectors, until)


def _power_until(request: HttpRequest) -> datetime | None:
    said = request.session.get(POWER_UNTIL)
    until = datetime.fromtimestamp(said, UTC) if isinstance(said, int | float) else None
    return until if until is not None and until > timezone.now() else None


P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def signed_in(view: View[P]) -> View[P]:
    """Show a page to whoever is signed in; send anyone else to sign in, and back here after. No cache keeps it."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        account = account_of(request)
        if account is None:
            return to_sign_in(request)
        services.seen(account)
        return view(request, *args, **kwargs)

    return cast("View[P]", never_cache(guarded))


def to_sign_in(request: HttpRequest) -> HttpResponseRedirect:
    """Send somebody to sign in, and back to this page after; what was sent with a form is not carried."""
    way = reverse("account_login")
    if request.method in ("GET", "HEAD"):
        way += "?" + urlencode({"next": request.get_full_path()})
    return HttpResponseRedirect(way)
