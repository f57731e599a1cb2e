"""All that is held of a person, for that person: each room that holds something of persons tells it here."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from portulan.desk.core.models import Event
from portulan.desk.people import selectors
from portulan.desk.people.models import Account, Consent, Grant, Person

Plain = None | str | int | float | bool | list["Plain"] | dict[str, "Plain"]
Teller = Callable[[UUID], Plain]

_tellers: dict[str, Teller] = {}


def register(name: str, teller: Teller) -> None:
    """Let a room tell what it holds of a person, under a name of its own."""
    _tellers[name] = teller


def all_of(person: Person) -> dict[str, Plain]:
    """Return everything held of a person, in plain values."""
    found: dict[str, Plain] = {
        "person": {
            "given_name": person.given_name,
            "family_name": person.family_name,
            "email": person.email,
            "phone": person.phone,
            "languages": list(person.languages),
            "invented": person.invented,
        },
        "account": _account(Account.objects.filter(person=person).first()),
        "merged_from": [{"name": str(one), "email": one.email} for one in person.tombstones.order_by("pk")],
        "consents": [
            {
                "purpose": one.purpose,
                "given_at": one.given_at.isoformat(),
                "how": one.how,
                "withdrawn_at": one.withdrawn_at.isoformat() if one.withdrawn_at else None,
            }
            for one in Consent.objects.filter(person=person).order_by("pk")
        ],
        "organisations": [
            {
                "name": one.organisation.name,
                "kind": one.organisation.kind,
                "since": one.since.isoformat(),
                "until": one.until.isoformat() if one.until else None,
            }
            for one in selectors.affiliations_of(person)
        ],
        "roles": [
            {
                "role": one.role,
                "organisation": one.organisation.name if one.organisation else None,
                "sectors": [sector.code for sector in one.sectors.all()],
                "since": one.since.isoformat(),
                "until": one.until.isoformat() if one.until else None,
            }
            for one in Grant.objects.filter(person=person).select_related("organisation").prefetch_related("sectors")
        ],
        "acts": [
            {"at": one.at.isoformat(), "what": one.verb, "on": one.subject}
            for one in Event.objects.filter(actor=f"person:{person.pk}").order_by("pk")
        ],
    }
    return {**found, **{name: teller(person.pk) for name, teller in _tellers.items()}}


def _account(account: Account | None) -> Plain:
    if account is None:
        return None
    return {
        "email": account.email,
        "language": account.language,
        "open": account.is_active,
        "created_at": account.created_at.isoformat(),
        "last_sign_in": account.last_login.isoformat() if account.last_login else None,
        "last_seen": account.last_seen.isoformat() if account.last_seen else None,
        "second_factors": [
            {"kind": one.kind, "name": one.name, "since": one.since.isoformat()}
            for one in selectors.factors_of(account)
        ],
        "providers": [
            {"issuer": one.issuer, "since": one.since.isoformat(), "last_sign_in": one.used.isoformat()}
            for one in selectors.links_of(account)
        ],
    }
