"""The page of an account, in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from babel.dates import format_date, format_time
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from portulan.desk.people import leading, selectors
from portulan.desk.people.actors import Actor, Power
from portulan.desk.people.leading import Way
from portulan.desk.people.models import Account, Consent, Grant, Person, Purpose, Role
from portulan.desk.people.selectors import Factor, Link


@dataclass(frozen=True, slots=True)
class Agreement:
    """Something a person may agree to, and since when they do."""

    purpose: str
    text: str
    since: str


@dataclass(frozen=True, slots=True)
class Proof:
    """A second factor: how it is called, since when, and how it is taken away."""

    id: int
    name: str
    since: str


@dataclass(frozen=True, slots=True)
class AccountPage:
    """An account, as its owner sees it."""

    name: str
    email: str
    invented: bool
    language: str
    languages: list[tuple[str, str]]
    agreements: tuple[Agreement, ...]
    roles: tuple[str, ...]
    app: Proof | None
    passkeys: tuple[Proof, ...]
    codes: Proof | None
    links: tuple[Proof, ...]
    administrator: bool
    power_until: str
    ways: tuple[Way, ...]
    former: tuple[str, ...]


def day(on: date, language: str) -> str:
    """Return a day as it is read."""
    text = str(format_date(on, "d MMMM y", locale=language))
    return text.replace("1 ", "1er ", 1) if language == "fr" and on.day == 1 else text


def hour(at: datetime, language: str) -> str:
    """Return an hour as it is read, with the zone in which the site tells it: people here live in all of them."""
    here = timezone.localtime(at)
    return f"{format_time(here, 'short', locale=language)} {here.tzname()}"


def account_page(account: Account, person: Person, actor: Actor, language: str) -> AccountPage:
    """Return the page of an account."""
    rows = selectors.all_consents_of(person)
    agreed = {Purpose(one.purpose): one for one in rows if one.withdrawn_at is None}
    grants = selectors.grants_of(person)
    factors = selectors.factors_of(account)
    proofs = {kind: tuple(_proof(one, language) for one in factors if one.kind == kind) for kind in _KINDS}
    return AccountPage(
        name=str(person),
        email=account.email,
        invented=person.invented,
        language=account.language,
        languages=[(str(code), str(name)) for code, name in settings.LANGUAGES],
        agreements=tuple(
            Agreement(one.value, str(one.label), day(agreed[one].given_at.date(), language) if one in agreed else "")
            for one in Purpose
        ),
        roles=tuple(_role(one, language) for one in grants),
        app=next(iter(proofs["totp"]), None),
        passkeys=proofs["webauthn"],
        codes=next(iter(proofs["recovery_codes"]), None),
        links=tuple(_link(one, language) for one in selectors.links_of(account)),
        administrator=any(one.role == Role.ADMINISTRATOR for one in grants),
        power_until=hour(actor.power_until, language) if actor.power_until else "",
        ways=(*leading.ways(), *_desk_ways(actor)),
        former=tuple(_withdrawn(one, language) for one in rows if one.withdrawn_at is not None),
    )


_KINDS = ("totp", "webauthn", "recovery_codes")


def _proof(factor: Factor, language: str) -> Proof:
    return Proof(factor.id, factor.name, day(timezone.localtime(factor.since).date(), language))


def _desk_ways(actor: Actor) -> Iterator[Way]:
    """Yield the pages about people that whoever asks may open."""
    if actor.powers & {Power.COORDINATION, Power.ADMINISTRATION}:
        about = _("Two rows that may be one person, or one organisation.")
        yield Way(reverse("people_desk:twins"), _("Rows that look alike"), about)
    if Power.ADMINISTRATION in actor.powers:
        yield Way(reverse("people_desk:roles"), _("Who holds which role"), _("Give a role, or end one."))


def _withdrawn(one: Consent, language: str) -> str:
    days = [day(timezone.localtime(at).date(), language) for at in (one.given_at, one.withdrawn_at) if at is not None]
    return _("%(what)s: agreed on %(given)s, withdrawn on %(withdrawn)s") % {
        "what": Purpose(one.purpose).label, "given": days[0], "withdrawn": days[-1],
    }  # fmt: skip


def _link(link: Link, language: str) -> Proof:
    given = settings.PORTULAN_OPENID
    name = given.name if given is not None and given.issuer == link.issuer else link.issuer
    return Proof(link.id, name, day(timezone.localtime(link.since).date(), language))


def _role(grant: Grant, language: str) -> str:
    name = str(Role(grant.role).label)
    if grant.organisation is not None:
        sectors = ", ".join(one.name(language) for one in grant.sectors.all()) or _("all sectors")
        name = _("%(role)s of %(organisation)s (%(sectors)s)") % {
            "role": name,
            "organisation": grant.organisation.name,
            "sectors": sectors,
        }
    if grant.until is not None:
        return _("%(role)s, until %(day)s") % {"role": name, "day": day(grant.until, language)}
    return name
