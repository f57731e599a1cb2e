"""What is done to persons, their accounts and their roles: each act one transaction and one event."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import models, transaction
from django.utils import timezone

from portulan.desk.core import events
from portulan.desk.core.models import Event, Sector, Territory
from portulan.desk.people import selectors
from portulan.desk.people.models import Account, Affiliation, Consent, Grant, Organisation, Person, Purpose, Role

POWER = timedelta(minutes=60)
"""How long the power of an administrator stays switched on."""
SEEN_EVERY = timedelta(hours=1)


class PeopleError(Exception):
    """What was asked cannot be done; the text says why and what to do."""


@transaction.atomic
def add_person(
    given_name: str,
    family_name: str,
    *,
    email: str = "",
    phone: str = "",
    languages: Iterable[str] = (),
    invented: bool = False,
    actor: str = events.SYSTEM,
) -> Person:
    """Add a person; nothing of them is public until they agree to it."""
    person = Person.objects.create(
        given_name=given_name,
        family_name=family_name,
        email=email,
        phone=phone,
        languages=list(languages),
        invented=invented,
    )
    events.record("person added", person, actor)
    return person


@transaction.atomic
def give_consent(
    person: Person, purpose: Purpose, how: str, *, at: datetime | None = None, actor: str = events.SYSTEM
) -> Consent:
    """Write down that a person agreed, and how; what was agreed to already stays as it was."""
    held = Consent.objects.filter(person=person, purpose=purpose, withdrawn_at=None).first()
    if held is not None:
        return held
    consent = Consent.objects.create(person=person, purpose=purpose, given_at=at or timezone.now(), how=how)
    events.record("consent given", person, actor, purpose=str(purpose))
    return consent


@transaction.atomic
def withdraw_consent(person: Person, purpose: Purpose, *, actor: str = events.SYSTEM) -> bool:
    """Write down that a person no longer agrees; return whether there was anything to withdraw."""
    gone = Consent.objects.filter(person=person, purpose=purpose, withdrawn_at=None).update(withdrawn_at=timezone.now())
    if gone:
        events.record("consent withdrawn", person, actor, purpose=str(purpose))
    return bool(gone)


@transaction.atomic
def erase_person(person: Person, actor: str = events.SYSTEM) -> None:
    """Erase a person, with their consents and designations; the log keeps that somebody was, and not who."""
    events.record("person erased", person, actor)
    person.delete()


@transaction.atomic
def remove_invented(actor: str = events.SYSTEM) -> int:
    """Take away the people of the demonstration, with all that hangs on them; return how many there were."""
    found = list(Person.objects.filter(invented=True))
    for person in found:
        erase_person(person, actor)
    return len(found)


# -- accounts -----------------------------------------------------------------


@transaction.atomic
def open_account(person: Person, *, language: str = "en", actor: str = events.SYSTEM) -> Account:
    """Give a person an account at their address, or open again the one they had.

    Raises `PeopleError` where the person has no address that can be written to, or where another has an account there.
    """
    if person.merged_into_id:
        raise PeopleError(f"this row of {person} was merged into another: open the account there")
    address = selectors.tidy_address(person.email)
    try:
        validate_email(address)
    except ValidationError as error:
        raise PeopleError(f"{person} has no e-mail address that can be written to: add one first") from error
    if Account.objects.filter(email=address).exclude(person=person).exists():
        raise PeopleError(f"somebody else has an account at {address}: choose another address")
    account = Account.objects.filter(person=person).first()
    if account is not None and account.is_active and account.email == address:
        return account
    account = account or Account(person=person, language=language)
    account.email, account.is_active = address, True
    account.set_unusable_password()
    account.save()
    events.record("account opened", account, actor)
    return account


@transaction.atomic
def close_account(account: Account, *, actor: str = events.SYSTEM) -> None:
    """Close an account: nobody signs in with it, and every session of it is over."""
    account.is_active = False
    account.set_unusable_password()
    account.save(update_fields=["is_active", "password"])
    events.record("account closed", account, actor)


@transaction.atomic
def sign_out_everywhere(account: Account, *, actor: str = events.SYSTEM) -> None:
    """End every session of an account, wherever it is: they carry a digest of the mark that changes here."""
    account.set_unusable_password()
    account.save(update_fields=["password"])
    events.record("signed out everywhere", account, actor)


@transaction.atomic
def choose_language(account: Account, language: str, *, actor: str = events.SYSTEM) -> None:
    """Write down the language in which a person is written to."""
    Account.objects.filter(pk=account.pk).update(language=language)
    account.language = language
    events.record("language chosen", account, actor, language=language)


def seen(account: Account) -> None:
    """Write down when somebody was last there, to the hour. No event: it is no act, and would tell of every visit."""
    now = timezone.now()
    if account.last_seen is None or now - account.last_seen > SEEN_EVERY:
        Account.objects.filter(pk=account.pk).update(last_seen=now)
        account.last_seen = now


@transaction.atomic
def make_link(account: Account, *, actor: str = events.SYSTEM) -> str:
    """Return the secret of a link that signs in once, within fifteen minutes.

    Raises `PeopleError` where the account is closed.
    """
    if not account.is_active:
        raise PeopleError(f"the account of {account} is closed")
    events.record("sign-in link made", account, actor)
    return selectors.link_secret(account)


@transaction.atomic
def use_link(secret: str) -> Account | None:
    """Take the secret of a link: return its account the first time, nothing where it is false, old or used."""
    found = selectors.account_of_link(secret, lock=True)
    if found is None:
        return None
    # The secret holds the last sign-in: moving that here uses it up, whatever comes after.
    found.last_login = timezone.now()
    found.save(update_fields=["last_login"])
    events.record("sign-in link used", found, found.label)
    return found


# -- roles --------------------------------------------------------------------


@transaction.atomic
def grant_role(
    person: Person,
    role: Role,
    *,
    since: date | None = None,
    until: date | None = None,
    organisation: Organisation | None = None,
    sectors: Iterable[Sector] = (),
    actor: str = events.SYSTEM,
) -> Grant:
    """Give a person a role. Raises `PeopleError` where its days or its scope do not hold together."""
    since, sectors = since or timezone.localdate(), list(sectors)
    if until is not None and until < since:
        raise PeopleError(f"the role would end on {until}, before it begins on {since}: change one of the days")
    if (role == Role.OPERATOR_OFFICER) != (organisation is not None):
        raise PeopleError(
            "an operator officer acts for an organisation, and nobody else does: name it, or leave it out"
        )
    if sectors and role != Role.OPERATOR_OFFICER:
        raise PeopleError("only the role of an operator officer is for some sectors: leave the sectors out")
    grant = Grant.objects.create(person=person, role=role, organisation=organisation, since=since, until=until)
    grant.sectors.set(sectors)
    events.record("role given", person, actor, role=str(role))
    return grant


@transaction.atomic
def end_grant(grant: Grant, on: date | None = None, *, actor: str = events.SYSTEM) -> None:
    """Let a role end before a day (today), from which on the person no longer has it.

    One that would have begun on that day or later is taken away.
    """
    last = (on or timezone.localdate()) - timedelta(days=1)
    events.record("role ended", grant.person, actor, role=grant.role)
    if last < grant.since:
        grant.delete()
        return
    grant.until = last
    grant.save(update_fields=["until"])


@transaction.atomic
def switch_power_on(person: Person, *, actor: str = events.SYSTEM) -> datetime:
    """Switch on the power of an administrator; return when it ends. Raises `PeopleError` for whoever is none."""
    if Role.ADMINISTRATOR not in selectors.rights_of(person.id).roles:
        raise PeopleError("only an administrator may switch this power on")
    until = timezone.now() + POWER
    events.record("power switched on", person, actor, until=until.isoformat(timespec="seconds"))
    return until


@transaction.atomic
def switch_power_off(person: Person, *, actor: str = events.SYSTEM) -> None:
    """Write down that an administrator switched their power off."""
    events.record("power switched off", person, actor)


# -- organisations ------------------------------------------------------------


@transaction.atomic
def add_organisation(
    name: str, kind: str, *, registration: str = "", country: Territory | None = None, actor: str = events.SYSTEM
) -> Organisation:
    """Add an organisation."""
    organisation = Organisation.objects.create(name=name, kind=kind, registration=registration, country=country)
    events.record("organisation added", organisation, actor, kind=str(kind))
    return organisation


@transaction.atomic
def remove_organisations(name: str, actor: str = events.SYSTEM) -> None:
    """Take away organisations of the demonstration, once nothing points at them."""
    for organisation in Organisation.objects.filter(name=name):
        events.record("organisation removed", organisation, actor)
        organisation.delete()


@transaction.atomic
def affiliate(
    person: Person,
    organisation: Organisation,
    *,
    since: date | None = None,
    until: date | None = None,
    actor: str = events.SYSTEM,
) -> Affiliation:
    """Write down that a person works for an organisation. Raises `PeopleError` where the days do not hold together."""
    since = since or timezone.localdate()
    if until is not None and until < since:
        raise PeopleError(f"it would end on {until}, before it begins on {since}: change one of the days")
    affiliation = Affiliation.objects.create(person=person, organisation=organisation, since=since, until=until)
    events.record("person affiliated", person, actor, organisation=str(organisation.pk))
    return affiliation


@transaction.atomic
def end_affiliation(affiliation: Affiliation, on: date, *, actor: str = events.SYSTEM) -> None:
    """Let a person leave an organisation on a day, their last. Raises `PeopleError` before their first."""
    if on < affiliation.since:
        raise PeopleError(f"it begins on {affiliation.since}: it cannot end on {on}")
    affiliation.until = on
    affiliation.save(update_fields=["until"])
    events.record("affiliation ended", affiliation.person, actor, organisation=str(affiliation.organisation_id))


# -- retention ----------------------------------------------------------------


@transaction.atomic
def forget_unneeded(before: datetime, *, dry_run: bool = False, actor: str = events.SYSTEM) -> int:
    """Erase persons whom no row needs any longer, and about whom nothing was done since a moment; return how many."""
    unneeded = Person.objects.all()
    for pointing in Person._meta.get_fields(include_hidden=True):
        # Whatever room points at a person needs them, without this room knowing it; consents fall with the person.
        if isinstance(pointing, models.ManyToOneRel) and pointing.related_model is not Consent:
            rows = pointing.related_model._default_manager.filter(**{pointing.field.name: models.OuterRef("pk")})
            unneeded = unneeded.filter(~models.Exists(rows))
    found = [
        person
        for person in unneeded
        if not Event.objects.filter(subject=f"{person._meta.label_lower}:{person.pk}", at__gte=before).exists()
    ]
    if not dry_run:
        for person in found:
            erase_person(person, actor)
    return len(found)


@transaction.atomic
def forget_withdrawn(before: datetime, *, dry_run: bool = False) -> int:
    """Erase consents withdrawn before a moment; return how many."""
    old = Consent.objects.filter(withdrawn_at__lt=before)
    return old.count() if dry_run else old.delete()[0]
