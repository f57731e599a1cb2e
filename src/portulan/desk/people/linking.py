"""Who somebody known to a provider is here: what links the two, and who may come for the first time."""

from __future__ import annotations

from allauth.socialaccount.models import SocialAccount
from django.db import transaction

from portulan.desk.core import events
from portulan.desk.people import selectors, services
from portulan.desk.people.issuer import OpenId
from portulan.desk.people.models import Account
from portulan.desk.people.openid import Proved


class RefusedError(Exception):
    """Somebody is not let in; ``reason`` is a code of `wording_refused`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def account_for(proved: Proved, given: OpenId, language: str) -> Account:
    """Return the account of somebody who comes with a provider for the first time, by the address it vouches for.

    Where nobody has an account there, one is made if the settings let newcomers in, for a new person without any role:
    a person who stands in the network already gets an account from the desk alone. Raises `RefusedError` else.
    """
    if not proved.address:
        raise RefusedError("unproved")
    account = selectors.account_at(proved.address)
    if account is not None:
        return account
    if not given.newcomers:
        raise RefusedError("unknown")
    return _welcome(proved, language)


@transaction.atomic
def _welcome(proved: Proved, language: str) -> Account:
    given_name = proved.given_name or proved.address.partition("@")[0][:80]
    person = services.add_person(given_name, proved.family_name, email=proved.address)
    return services.open_account(person, language=language)


@transaction.atomic
def link(account: Account, issuer: str, subject: str) -> None:
    """Write down that somebody of a provider is this account; events keep neither name nor number."""
    _row, new = SocialAccount.objects.get_or_create(provider=issuer, uid=subject, defaults={"user": account})
    if new:
        events.record("provider linked", account, account.label)


@transaction.atomic
def note_entry(account: Account) -> None:
    """Write down that somebody signed in with the provider."""
    events.record("signed in with provider", account, account.label)


@transaction.atomic
def note_refusal(reason: str) -> None:
    """Write down that somebody was not let in, and why."""
    events.record("provider sign-in refused", Account, "anonymous", reason=reason)


@transaction.atomic
def unlink(account: Account, number: int) -> bool:
    """Take a link away; tell whether there was one. Whoever had it signs in with a code, and may link again."""
    gone, _rows = SocialAccount.objects.filter(user_id=account.pk, pk=number).delete()
    if gone:
        events.record("provider unlinked", account, account.label)
    return bool(gone)
