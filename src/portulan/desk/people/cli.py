"""The commands of people: add somebody, give and end a role, let the first administrator in."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from typing import Any

ROLES = ("coordination", "committee", "administrator")
"""What a command may give; the role of an operator officer needs an organisation, and is given by a program."""

Prepare = Callable[[], None]


def add_parsers(subparsers: Any, prepare: Prepare) -> None:
    """Add the commands of people to `portulan`; ``prepare`` makes the database ready before one runs."""
    people = subparsers.add_parser("people", help="who signs in, and what they may do")
    does = people.add_subparsers(title="commands", required=True)
    add = does.add_parser("add", help="add a person with an account")
    add.add_argument("--given-name", required=True, help="given name")
    add.add_argument("--family-name", required=True, help="family name")
    add.add_argument("--email", required=True, help="e-mail address, with which they sign in")
    add.add_argument("--role", choices=ROLES, help="a role to give them")
    add.add_argument("--language", choices=("en", "fr"), default="en", help="language of their mails (default: en)")
    add.set_defaults(run=_run(_add, "add", prepare))
    role = does.add_parser("role", help="give somebody a role, or end it")
    role.add_argument("email", help="address of their account")
    role.add_argument("role", choices=ROLES, help="the role")
    role.add_argument("--end", action="store_true", help="end the role instead of giving it")
    role.set_defaults(run=_run(_role, "role", prepare))
    sign_in = does.add_parser("sign-in", help="print a link that signs somebody in once, within 15 minutes")
    sign_in.add_argument("email", help="address of their account")
    sign_in.add_argument("--site", default="http://localhost:8000", help="address of the site (default: this machine)")
    sign_in.set_defaults(run=_run(_sign_in, "sign-in", prepare))


def _run(
    does: Callable[[argparse.Namespace], None], name: str, prepare: Prepare
) -> Callable[[argparse.Namespace], int]:
    """Return what runs a command: what cannot be done is one sentence and the exit code 2."""

    def run(arguments: argparse.Namespace) -> int:
        prepare()
        from portulan.desk.people.services import PeopleError

        try:
            does(arguments)
        except PeopleError as error:
            print(f"portulan people {name}: {error}", file=sys.stderr)
            return 2
        return 0

    return run


def _add(arguments: argparse.Namespace) -> None:
    from django.db import transaction

    from portulan.desk.people import selectors, services
    from portulan.desk.people.models import Role

    if selectors.account_at(arguments.email) is not None:
        raise services.PeopleError(f"there is an account at {arguments.email} already")
    # Whole or not at all: an address that cannot be written to leaves no person behind.
    with transaction.atomic():
        person = services.add_person(arguments.given_name, arguments.family_name, email=arguments.email.strip())
        account = services.open_account(person, language=arguments.language)
        if arguments.role:
            services.grant_role(person, Role(arguments.role))
    print(f"{person} added, with an account at {account.email}")
    if arguments.role:
        print(f"role given: {arguments.role}")
    print(f"without mail, a link lets them in: portulan people sign-in {account.email}")


def _role(arguments: argparse.Namespace) -> None:
    from portulan.desk.people import selectors, services
    from portulan.desk.people.models import Role

    account = _account(arguments.email)
    person, role = account.person, Role(arguments.role)
    held = selectors.grant_in_force(person, role)
    if arguments.end:
        if held is None:
            raise services.PeopleError(f"{person} does not have the role {role}")
        services.end_grant(held)
        print(f"role ended: {role} of {person}")
    elif held is not None:
        print(f"{person} has the role {role} already")
    else:
        services.grant_role(person, role)
        print(f"role given: {role} to {person}")


def _sign_in(arguments: argparse.Namespace) -> None:
    from django.urls import reverse
    from django.utils.translation import override

    from portulan.desk.people import services

    account = _account(arguments.email)
    secret = services.make_link(account)
    with override(account.language):
        way = reverse("sign_in_link", args=[secret])
    print(f"{arguments.site.rstrip('/')}{way}")
    print("It signs in once, within 15 minutes; whoever has it is let in.", file=sys.stderr)


def _account(email: str) -> Any:
    from portulan.desk.people import selectors, services

    account = selectors.account_at(email)
    if account is None or account.person is None:
        raise services.PeopleError(f"nobody has an account at {email}; add them with: portulan people add")
    return account
