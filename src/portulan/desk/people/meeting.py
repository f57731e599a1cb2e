"""What allauth leaves to this site when somebody comes back from a provider: who may enter, and what is said."""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass
from typing import Any

import requests
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.stages import AuthenticateStage
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from allauth.socialaccount.providers.base.constants import AuthError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portulan.desk.people import linking, openid
from portulan.desk.people.models import Account
from portulan.desk.people.provider import given_provider

log = logging.getLogger(__name__)

LEAVING = "openid"
"""Where a session keeps what ends the session at the provider, too."""
_ELSEWHERE, _REFUSED, _OVER = 502, 403, 410


@dataclass(frozen=True, slots=True)
class Refused:
    """A page that lets nobody in: what happened, and what to do."""

    status: int
    heading: str
    what: str
    do: str


def refused_page(reason: str, name: str) -> Refused:
    """Return what is said to somebody who is not let in."""
    said = {"name": name}
    code = _("Sign in with a code sent to your address.")
    again = _("Start again from the page of sign-in.")
    pages = {
        "cancelled": (_REFUSED, _("You are not signed in"), _("%(name)s says that you stopped there.") % said, again),
        "over": (
            _OVER,
            _("This sign-in is over"),
            _("It was begun more than ten minutes ago, or in another browser, or was used already."),
            again,
        ),
        "down": (
            _ELSEWHERE,
            _("%(name)s does not answer") % said,
            _("Nothing is wrong with your account."),
            _("Try again in a few minutes, or sign in with a code sent to your address."),
        ),
        "untrue": (
            _ELSEWHERE,
            _("You are not signed in"),
            _("What %(name)s answered is not right, and nothing of it was believed.") % said,
            _("Start again. If it goes on, sign in with a code sent to your address, and tell whoever runs the site."),
        ),
        "unproved": (
            _REFUSED,
            _("%(name)s does not vouch for your address") % said,
            _("It does not say that the address is yours, so that anybody could have given it."),
            code,
        ),
        "unknown": (
            _REFUSED,
            _("Nobody has an account here at your address"),
            _("Accounts are opened by the desk. To ask a question, none is needed."),
            _("If you have an account at another address, sign in with a code sent there."),
        ),
    }
    return Refused(*pages[reason])


def refuse(request: HttpRequest, reason: str) -> HttpResponse:
    """Answer somebody who is not let in, and write down why."""
    linking.note_refusal(reason)
    page = refused_page(reason, given_provider().name)
    return render(request, "account/refused.html", {"page": page}, status=page.status)


class ProviderAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc] # allauth ships no types
    """Provider and accounts as this site has them: none in the database, one in the settings."""

    def list_apps(
        self, request: HttpRequest, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        """Return the provider of the settings. Links are kept under its issuer: those of a former one open nothing."""
        given = given_provider()
        app = SocialApp(
            provider="openid_connect",
            provider_id=given.issuer,
            name=given.name,
            client_id=given.client,
            secret=given.secret,
            settings={"server_url": given.issuer},
        )
        return [app] if provider in (None, app.provider, app.provider_id) else []

    def generate_state_param(self, state: dict[str, Any]) -> str:
        """Return a name for a sign-in: some providers refuse one of under 32 letters."""
        return secrets.token_urlsafe(32)

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: object,
        error: str | None = None,
        exception: Exception | None = None,
        extra_context: dict[str, Any] | None = None,
    ) -> None:
        """Answer with a page of ours whatever goes wrong on the way."""
        raise ImmediateHttpResponse(refuse(request, reason_of(error, exception, extra_context or {})))

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Find whose account it is; nobody's is the end."""
        proved: openid.Proved = sociallogin.proved
        first = not sociallogin.is_existing
        if first:
            try:
                sociallogin.user = linking.account_for(proved, given_provider(), get_language() or "en")
            except linking.RefusedError as error:
                raise ImmediateHttpResponse(refuse(request, error.reason)) from error
        # Kept beside the session while a second proof is asked for; the keys to the provider's own data are not.
        sociallogin.token = None
        sociallogin.state = {
            "next": sociallogin.state.get("next"),
            "process": "login",
            "id_token": sociallogin.id_token,
            # What links an account for the first time is an address: then the account's own second proof is asked for.
            "proved_twice": proved.strong and not first,
        }


def reason_of(error: str | None, exception: Exception | None, context: dict[str, Any]) -> str:
    """Return why somebody is not let in, as a code."""
    if error == AuthError.CANCELLED:
        return "cancelled"
    if isinstance(exception, requests.RequestException):
        log.warning("the provider of sign-in does not answer: %s", type(exception).__name__)
        return "down"
    if exception is not None:
        # What stands after the colon is what the provider answered: it may hold what nobody should read.
        log.warning("the provider of sign-in is not believed: %s", str(exception).partition(":")[0])
        return "untrue"
    # No such sign-in was begun here; else the provider itself says that something is wrong.
    return "untrue" if "state" in context else "over"


def entered(request: HttpRequest, account: Account, sociallogin: SocialLogin) -> None:
    """Note that somebody is in, every proof given: the link is kept, and what ends their session there."""
    linking.link(account, sociallogin.account.provider, sociallogin.account.uid)
    linking.note_entry(account)
    request.session[LEAVING] = sociallogin.state["id_token"]


class SecondProof(AuthenticateStage):  # type: ignore[misc] # allauth ships no types
    """Ask for the second proof, but of whoever gave two to the provider and is linked to the account already."""

    def _should_handle(self, request: HttpRequest) -> bool:
        sociallogin = (self.login.signal_kwargs or {}).get("sociallogin")
        if sociallogin is not None and sociallogin.state.get("proved_twice"):
            return False
        return bool(super()._should_handle(request))
