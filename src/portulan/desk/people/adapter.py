"""What allauth leaves to the site that uses it: mails, limits, where one may be sent after, and how it all is said."""

from __future__ import annotations

import logging
from typing import Any
from urllib.parse import urlencode

import segno
from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as allauth_context
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from portulan.desk.core import limits, outbox
from portulan.desk.core.letters import MailError
from portulan.desk.people import mails

log = logging.getLogger(__name__)

SAID = "said"
"""Where a session keeps what the next page tells once."""
_WRONG = {
    "account_inactive": _("This account is closed."),
    "incorrect_code": _("This is not the code, or its time is over."),
    "too_many_login_attempts": _("Too many attempts. Wait a few minutes, then ask for a new code."),
    "rate_limited": _("Too many attempts. Wait a few minutes, then try again."),
    "cannot_delete_authenticator": _("This cannot be taken away."),
    "cannot_generate_recovery_codes": _("Recovery codes go with another way to prove who you are: add one first."),
    "unverified_email": _("This address has not been proved yet."),
}
_DONE = {
    "mfa/messages/totp_activated.txt": _("Codes from your app are asked for from now on."),
    "mfa/messages/totp_deactivated.txt": _("Codes from an app are no longer asked for."),
    "mfa/messages/webauthn_added.txt": _("The passkey is added."),
    "mfa/messages/webauthn_removed.txt": _("The passkey is taken away."),
}


def deliver(to: str, mail: mails.Mail) -> None:
    """Send a mail of sign-in. What goes wrong is for the log: the page must read the same for everybody."""
    try:
        with transaction.atomic():
            outbox.post_mail(
                to=to,
                subject=mail.subject,
                text=mail.body,
                kind="sign-in",
                language=get_language() or "en",
                secret=True,
            )
    except MailError:
        log.exception("a mail of sign-in could not be posted")


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc] # allauth ships no types
    """Accounts as this site has them."""

    error_messages = {**DefaultAccountAdapter.error_messages, **_WRONG}  # noqa: RUF012 - as allauth reads it

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody opens an account by themselves: the desk does."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Write and send the mail that allauth names by its template."""
        request = allauth_context.request
        name = template_prefix.rpartition("/")[2]
        if name == "login_code":
            asked = {"code": context["code"]}
            if wanted := request.POST.get("next", ""):
                asked["next"] = wanted
            link = request.build_absolute_uri(f"{reverse('account_confirm_login_code')}?{urlencode(asked)}")
            minutes = settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT // 60
            deliver(email, mails.code(context["code"], link, minutes))
        elif (mail := mails.happened(name, request.build_absolute_uri(reverse("people:account")))) is not None:
            deliver(email, mail)

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        """Keep a sentence for the next page; most of what allauth would say, the page says by itself."""
        said = message or _DONE.get(message_template or "")
        if said:
            say(request, str(said))

    def get_login_stages(self) -> list[str]:
        """Return what is asked on the way in; of the second proof, as this site asks it."""
        ours = {"allauth.mfa.stages.AuthenticateStage": "portulan.desk.people.meeting.SecondProof"}
        return [ours.get(stage, stage) for stage in super().get_login_stages()]

    def post_login(self, request: HttpRequest, user: Any, **said: Any) -> HttpResponse:
        """Keep what links somebody to the provider they came with, once every proof is given."""
        from portulan.desk.people import meeting  # not at the top: allauth reads this module before its own models

        if (sociallogin := (said.get("signal_kwargs") or {}).get("sociallogin")) is not None:
            meeting.entered(request, user, sociallogin)
        answer: HttpResponse = super().post_login(request, user, **said)
        return answer

    def is_safe_url(self, url: str) -> bool:
        """Only pages of the very host that was asked."""
        request = allauth_context.request
        return url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure())

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return who asks, as every limit of the site counts them."""
        return limits.reader(request)

    def get_reauthentication_methods(self, user: object) -> list[dict[str, Any]]:
        """Return the ways to prove oneself once more, a passkey first: it is one gesture."""
        known = {"mfa_reauthenticate:webauthn": _("Use a passkey"), "mfa_reauthenticate": _("Type a code")}
        ways = {way["id"]: way for way in super().get_reauthentication_methods(user)}
        return [{**ways[name], "description": str(text)} for name, text in known.items() if name in ways]

    def respond_user_inactive(self, request: HttpRequest, user: object) -> HttpResponse:
        """Say on the page of sign-in that the account is closed: whoever comes here proved that it is theirs."""
        say(request, str(_WRONG["account_inactive"]))
        return HttpResponseRedirect(reverse("account_login"))


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc] # allauth ships no types
    """Second factors as this site has them."""

    error_messages = {**DefaultMFAAdapter.error_messages, **_WRONG}  # noqa: RUF012 - as allauth reads it

    def build_totp_svg(self, url: str) -> str:
        """Return the square code that an app reads, on white whatever the colours of the page."""
        drawn = segno.make(url, micro=False)
        look = {"dark": "#18262f", "light": "#ffffff", "svgclass": None, "lineclass": None}
        return str(drawn.svg_inline(scale=4, border=3, omitsize=True, **look))

    def generate_authenticator_name(self, user: object, kind: object) -> str:
        """Return a name for a passkey that was given none: the day it was made tells them apart."""
        return f"{timezone.localdate():%Y-%m-%d}"

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Return what a passkey belongs to: the name of the host, under the name of the site."""
        return {"id": allauth_context.request.get_host().partition(":")[0], "name": "Portulan"}


def say(request: HttpRequest, sentence: str) -> None:
    """Keep a sentence for the next page of this browser."""
    request.session[SAID] = [*request.session.get(SAID, []), sentence]


def said(request: HttpRequest) -> list[str]:
    """Return what was kept for this page, once."""
    return list(request.session.pop(SAID, [])) if SAID in request.session else []
