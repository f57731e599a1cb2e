"""What may be read of persons: by anyone, by themselves, and by the program that asks what somebody may do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.core import signing
from django.db.models import Count, Q
from django.utils import timezone

from portulan.desk.people.models import (
    Account,
    Affiliation,
    Consent,
    Grant,
    Organisation,
    OrganisationKind,
    Person,
    Purpose,
    Role,
)

LINK_LASTS = timedelta(minutes=15)
_LINK = "people.sign-in-link"


@dataclass(frozen=True, slots=True)
class Card:
    """What anyone may read of a person: what they agreed to, and nothing else. ``name`` is empty without their word."""

    given_name: str
    family_name: str
    email: str
    phone: str
    languages: tuple[str, ...]
    invented: bool

    @property
    def name(self) -> str:
        """The whole name; empty where it is not public."""
        return f"{self.given_name} {self.family_name}".strip()


def public_cards(persons: Iterable[Person]) -> dict[UUID, Card]:
    """Return the public card of each of these persons."""
    found = list(persons)
    agreed: dict[UUID, set[str]] = {person.id: set() for person in found}
    for person, purpose in Consent.objects.filter(person_id__in=list(agreed), withdrawn_at__isnull=True).values_list(
        "person_id", "purpose"
    ):
        agreed[person].add(purpose)
    return {person.id: _card(person, agreed[person.id]) for person in found}


def _card(person: Person, agreed: set[str]) -> Card:
    if Purpose.NAME not in agreed:
        # Without the name nothing else of the person stands there either: an address often is a name.
        return Card("", "", "", "", tuple(person.languages), person.invented)
    return Card(
        person.given_name,
        person.family_name,
        person.email if Purpose.EMAIL in agreed else "",
        person.phone if Purpose.PHONE in agreed else "",
        tuple(person.languages),
        person.invented,
    )


def name_of(person: UUID | None) -> str:
    """Return the name of somebody who acts, for what they sign; empty where nobody is signed in."""
    found = Person.objects.filter(pk=person).first() if person else None
    return str(found) if found else ""


# -- accounts -----------------------------------------------------------------


def tidy_address(address: str) -> str:
    """Return an address as accounts keep it: addresses that differ by capital letters are one."""
    return address.strip().lower()


def account_at(address: str) -> Account | None:
    """Return the account at an address."""
    return Account.objects.select_related("person").filter(email=tidy_address(address)).first()


def link_secret(account: Account) -> str:
    """Return what a link that signs in carries: whose it is, and their last sign-in, signed with the time."""
    return signing.dumps([account.pk, _stamp(account)], salt=_LINK)


def account_of_link(secret: str, *, lock: bool = False) -> Account | None:
    """Return the account that a link signs in; nothing where the link is false, old or used, or the account closed."""
    try:
        pk, stamp = signing.loads(secret, salt=_LINK, max_age=LINK_LASTS)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    rows = Account.objects.select_for_update() if lock else Account.objects
    account = rows.filter(pk=pk, is_active=True).first()
    return account if account is not None and _stamp(account) == stamp else None


def _stamp(account: Account) -> str:
    return account.last_login.isoformat() if account.last_login else ""


def invented_accounts() -> list[Account]:
    """Return the accounts of the demonstration; none where a single account is somebody's."""
    accounts = list(Account.objects.select_related("person").filter(is_active=True).order_by("pk"))
    if any(account.person is None or not account.person.invented for account in accounts):
        return []
    return accounts


@dataclass(frozen=True, slots=True)
class Factor:
    """A way, beside the code by mail, in which somebody proves who they are."""

    id: int
    kind: str
    name: str
    since: datetime
    used: datetime | None


def factors_of(account: Account) -> list[Factor]:
    """Return the second factors of an account, without their secrets."""
    rows = Authenticator.objects.filter(user_id=account.pk).order_by("pk")
    return [Factor(row.pk, row.type, row.data.get("name", ""), row.created_at, row.last_used_at) for row in rows]


@dataclass(frozen=True, slots=True)
class Link:
    """A provider with which somebody signs in; ``issuer`` is its address."""

    id: int
    issuer: str
    since: datetime
    used: datetime


def links_of(account: Account) -> list[Link]:
    """Return the providers that an account is linked with."""
    rows = SocialAccount.objects.filter(user_id=account.pk).order_by("pk")
    return [Link(row.pk, row.provider, row.date_joined, row.last_login) for row in rows]


def all_consents_of(person: Person) -> list[Consent]:
    """Return what a person agrees to, and what they withdrew, the last first."""
    return list(Consent.objects.filter(person=person).order_by("-given_at", "-pk"))


# -- roles --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Rights:
    """The roles that somebody has on a day.

    ``operator_sectors`` gives each organisation they act for with its sectors, empty for all of them.
    """

    roles: frozenset[Role]
    operator_sectors: tuple[tuple[UUID, frozenset[str]], ...]


def in_force(on: date) -> Q:
    """Return the condition under which something with ``since`` and ``until`` holds on a day."""
    return Q(since__lte=on) & (Q(until__isnull=True) | Q(until__gte=on))


def rights_of(person: UUID, on: date | None = None) -> Rights:
    """Return the roles of a person on a day (today), in one query."""
    rows = (
        Grant.objects.filter(in_force(on or timezone.localdate()), person_id=person)
        .order_by("pk")
        .values_list("pk", "role", "organisation_id", "sectors__code")
    )
    roles: set[Role] = set()
    scopes: dict[int, tuple[UUID, set[str]]] = {}
    for pk, role, organisation, sector in rows:
        roles.add(Role(role))
        if organisation is not None:
            scopes.setdefault(pk, (organisation, set()))[1].update([sector] if sector else [])
    return Rights(frozenset(roles), _merged(scopes.values()))


def _merged(scopes: Iterable[tuple[UUID, set[str]]]) -> tuple[tuple[UUID, frozenset[str]], ...]:
    """Put together what somebody has for one organisation twice: all sectors win over some."""
    found: dict[UUID, frozenset[str]] = {}
    for organisation, sectors in scopes:
        if organisation in found and not (found[organisation] and sectors):
            found[organisation] = frozenset()
        else:
            found[organisation] = found.get(organisation, frozenset()) | sectors
    return tuple(found.items())


@dataclass(frozen=True, slots=True)
class Officer:
    """Somebody who acts for an operator on a day; ``sectors`` is empty for all of them."""

    grant: int
    person: UUID
    name: str
    email: str
    invented: bool
    languages: tuple[str, ...]
    organisation: UUID
    organisation_name: str
    sectors: frozenset[str]

    def body(self, _language: str) -> str:
        """Return the name of the operator, the same in every language."""
        return self.organisation_name


def officers(on: date, organisations: Iterable[UUID] | None = None) -> list[Officer]:
    """Return who acts for operators on a day, or for these, those who have the role longest first, in one query."""
    found = Grant.objects.filter(in_force(on), role=Role.OPERATOR_OFFICER)
    if organisations is not None:
        found = found.filter(organisation__in=list(organisations))
    rows: list[Any] = list(
        found.order_by("since", "pk").values_list(
            "pk", "person_id", "person__given_name", "person__family_name", "person__email", "person__invented",
            "person__languages", "organisation_id", "organisation__name", "sectors__code", named=True,
        )
    )  # fmt: skip
    sectors: dict[int, set[str]] = {}
    for one in rows:
        sectors.setdefault(one.pk, set()).update([one.sectors__code] if one.sectors__code else [])
    return [
        Officer(
            one.pk, one.person_id, f"{one.person__given_name} {one.person__family_name}", one.person__email,
            one.person__invented, tuple(one.person__languages), one.organisation_id, one.organisation__name,
            frozenset(sectors[one.pk]),
        )
        for one in {one.pk: one for one in rows}.values()
        if one.organisation_id is not None
    ]  # fmt: skip


def operators() -> dict[UUID, str]:
    """Return the operators by name."""
    found = Organisation.objects.filter(kind=OrganisationKind.OPERATOR).order_by("name", "pk")
    return dict(found.values_list("pk", "name"))


def roles_by_person(persons: Iterable[UUID], on: date | None = None) -> dict[UUID | None, list[str]]:
    """Return the roles of each of these persons who has any."""
    found: dict[UUID | None, list[str]] = {}
    rows = Grant.objects.filter(in_force(on or timezone.localdate()), person_id__in=list(persons))
    for person, role in rows.order_by("pk").values_list("person_id", "role"):
        found.setdefault(person, []).append(role)
    return found


def grant_in_force(person: Person, role: Role, on: date | None = None) -> Grant | None:
    """Return the row by which a person has a role."""
    return Grant.objects.filter(in_force(on or timezone.localdate()), person=person, role=role).order_by("pk").first()


def grants_of(person: Person, on: date | None = None) -> list[Grant]:
    """Return the roles a person has, each with its organisation and sectors."""
    rows = Grant.objects.filter(in_force(on or timezone.localdate()), person=person)
    return list(rows.select_related("organisation").prefetch_related("sectors").order_by("pk"))


def affiliations_of(person: Person) -> list[Affiliation]:
    """Return the organisations a person works or worked for."""
    return list(Affiliation.objects.filter(person=person).select_related("organisation").order_by("since", "pk"))


def organisation_names(persons: Iterable[UUID]) -> dict[UUID, list[str]]:
    """Return the names of the organisations of each of these persons who has any, in one query."""
    found: dict[UUID, list[str]] = {}
    rows = Affiliation.objects.filter(person_id__in=list(persons)).order_by("organisation__name")
    for person, name in rows.values_list("person_id", "organisation__name").distinct():
        found.setdefault(person, []).append(name)
    return found


def belonging_counts(organisations: Iterable[UUID]) -> dict[UUID, int]:
    """Return how many persons belong or belonged to each of these organisations that has any, in one query."""
    rows = Affiliation.objects.filter(organisation_id__in=list(organisations)).values("organisation_id")
    return {row["organisation_id"]: row["people"] for row in rows.annotate(people=Count("person_id", distinct=True))}
