"""How long this room keeps what it knows of persons."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from portulan.desk.core.retention import Fate, Rule
from portulan.desk.people import forgetting, services

YEAR = timedelta(days=365)


def _persons(now: datetime, dry_run: bool) -> int:
    return services.forget_unneeded(now - YEAR, dry_run=dry_run)


def _consents(now: datetime, dry_run: bool) -> int:
    return services.forget_withdrawn(now - 3 * YEAR, dry_run=dry_run)


def _accounts(now: datetime, dry_run: bool) -> int:
    return forgetting.forget_accounts(now - 3 * YEAR, now - YEAR, dry_run=dry_run)


def _organisations(now: datetime, dry_run: bool) -> int:
    return forgetting.forget_organisations(now - YEAR, dry_run=dry_run)


def _apart(now: datetime, dry_run: bool) -> int:
    return forgetting.forget_apart(now - 3 * YEAR, dry_run=dry_run)


def _sessions(now: datetime, dry_run: bool) -> int:
    return forgetting.forget_sessions(now, dry_run=dry_run)


RULES = (
    Rule(
        model="people.person",
        personal=("given_name", "family_name", "email", "phone", "languages"),
        free=("invented", "merged_into"),
        basis=_("Task in the public interest: professionals must know who answers, and reach them."),
        keep=_("As long as something of the network needs the person, and a year after the last act about them."),
        fate=Fate.ERASE,
        exception=_("Who is designated at present is erased when the designation ends."),
        run=_persons,
    ),
    Rule(
        model="people.consent",
        personal=("person", "purpose", "given_at", "how", "withdrawn_at"),
        free=(),
        basis=_("Legal obligation: a consent must be proved (GDPR, article 7)."),
        keep=_("As long as the person, and no longer than three years after it was withdrawn."),
        fate=Fate.ERASE,
        run=_consents,
    ),
    Rule(
        model="people.account",
        personal=("email", "person", "language", "password", "last_login", "last_seen", "created_at"),
        free=("is_active", "is_superuser", "groups", "user_permissions"),
        basis=_("Task in the public interest: those who answer sign in."),
        keep=_("Three years after it was last used, or a year after it was closed."),
        fate=Fate.ERASE,
        run=_accounts,
    ),
    Rule(
        model="people.organisation",
        personal=("name", "registration"),
        free=("kind", "country", "merged_into"),
        basis=_("Task in the public interest: who acts for whom must be known. An artist alone is one, too."),
        keep=_("As long as somebody belongs to it or acts for it, and a year after the last act about it."),
        fate=Fate.ERASE,
        run=_organisations,
    ),
    Rule(
        model="people.affiliation",
        personal=("person", "organisation", "since", "until"),
        free=(),
        basis=_("Task in the public interest: who acts for whom must be known."),
        keep=_("As long as the person."),
        fate=Fate.FALLS,
    ),
    Rule(
        model="people.grant",
        personal=("person", "role", "organisation", "sectors", "since", "until"),
        free=(),
        basis=_("Task in the public interest: who may see what must be accounted for."),
        keep=_("As long as the person."),
        fate=Fate.FALLS,
    ),
    Rule(
        model="people.merge",
        personal=("kept", "gone", "moved"),
        free=("at", "closed_account"),
        basis=_("Task in the public interest: a merge made by mistake must be undone."),
        keep=_("As long as the person."),
        fate=Fate.FALLS,
    ),
    Rule(
        model="people.organisationmerge",
        personal=("kept", "gone", "moved"),
        free=("at",),
        basis=_("Task in the public interest: a merge made by mistake must be undone."),
        keep=_("As long as the organisation."),
        fate=Fate.FALLS,
    ),
    Rule(
        model="people.apart",
        personal=("first", "second"),
        free=("at",),
        basis=_("Task in the public interest: nobody is asked twice whether two rows are one person."),
        keep=_("Three years."),
        fate=Fate.ERASE,
        run=_apart,
    ),
    Rule(
        model="account.emailaddress",
        personal=("user", "email"),
        free=("verified", "primary"),
        basis=_("Task in the public interest: those who answer sign in."),
        keep=_("As long as the account."),
        fate=Fate.FALLS,
    ),
    Rule(
        model="account.emailconfirmation",
        personal=("email_address", "key"),
        free=("created", "sent"),
        basis=_("Task in the public interest: those who answer sign in."),
        keep=_("As long as the account."),
        fate=Fate.FALLS,
    ),
    Rule(
        model="socialaccount.socialaccount",
        personal=("user", "uid", "extra_data", "last_login", "date_joined"),
        free=("provider",),
        basis=_("Task in the public interest: whoever signs in with a provider is known again."),
        keep=_("As long as the account, or until its owner takes it away."),
        fate=Fate.FALLS,
    ),
    Rule(
        model="socialaccount.socialtoken",
        personal=("account", "token", "token_secret", "expires_at"),
        free=("app",),
        basis=_("Nothing is kept here: a provider is never asked for anything in the name of somebody."),
        keep=_("As long as the account."),
        fate=Fate.FALLS,
    ),
    Rule(
        model="mfa.authenticator",
        personal=("user", "data"),
        free=("type", "created_at", "last_used_at"),
        basis=_("Task in the public interest: nobody else signs in as somebody."),
        keep=_("As long as the account, or until its owner takes it away."),
        fate=Fate.FALLS,
    ),
    Rule(
        model="sessions.session",
        personal=("session_data", "expire_date"),
        free=(),
        basis=_("Task in the public interest: whoever signed in stays signed in."),
        keep=_("Two weeks at most."),
        fate=Fate.ERASE,
        run=_sessions,
    ),
)
