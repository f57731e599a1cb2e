"""The way to the provider and back, and out of it again."""

from __future__ import annotations

import secrets
from typing import Any
from urllib.parse import urlencode

import requests
from allauth.account.utils import get_next_redirect_url
from allauth.core.ratelimit import respond_429
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import activate, get_language, override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from portulan.desk.core import limits
from portulan.desk.people import openid
from portulan.desk.people.meeting import LEAVING, reason_of, refuse
from portulan.desk.people.provider import Conversation, given_provider, same_issuer

STARTS = limits.Budget("sign-in-provider", 30)
"""Sign-ins with the provider that one reader may begin in a minute."""


def _provider(request: HttpRequest) -> Any:
    try:
        return get_adapter().get_provider(request, given_provider().issuer)
    except SocialApp.DoesNotExist as error:
        raise Http404("this site has no provider") from error


def _send_on(request: HttpRequest, address: str, *, leaving: bool) -> HttpResponse:
    """Send somebody to the provider by a page of ours: browsers let no form lead off this site, ours says so."""
    page = render(request, "account/onward.html", {"address": address, "name": given_provider().name, "out": leaving})
    page["Refresh"] = f"0; url={address}"
    return page


@require_POST
def start(request: HttpRequest) -> HttpResponseBase:
    """Begin to sign in with the provider."""
    provider = _provider(request)
    if limits.spend(STARTS, limits.reader(request)):
        too_many: HttpResponseBase = respond_429(request)
        return too_many
    try:
        answer = provider.redirect(request, "login", next_url=get_next_redirect_url(request))
    except (OAuth2Error, requests.RequestException) as error:
        return refuse(request, reason_of(None, error, {}))
    return _send_on(request, answer["Location"], leaving=False)


class _Back(OAuth2CallbackView):  # type: ignore[misc] # allauth ships no types
    """What the provider answers, held against what was kept when the sign-in began."""

    def _get_state(self, request: HttpRequest, provider: object) -> tuple[dict[str, Any] | None, HttpResponse | None]:
        state, answer = super()._get_state(request, provider)
        if state is None:
            return None, answer
        self.adapter.nonce = state.get("nonce", "")
        # The address of return has no language: the one in which somebody left is theirs.
        activate(state.get("language") or settings.LANGUAGE_CODE)
        request.LANGUAGE_CODE = get_language()
        try:
            same_issuer(request)
        except OAuth2Error as error:
            return None, refuse(request, reason_of(None, error, {}))
        return state, None


@never_cache
@require_safe
def back(request: HttpRequest) -> HttpResponseBase:
    """Take somebody in who comes back from the provider."""
    given = _provider(request)
    answer: HttpResponseBase = _Back.adapter_view(Conversation(request, given.app.provider_id))(request)
    return answer


def sign_out_there(request: HttpRequest, token: object) -> HttpResponse | None:
    """Return the page that ends somebody's session at the provider, too; nothing where it cannot be ended."""
    if not isinstance(token, str) or settings.PORTULAN_OPENID is None:
        return None
    try:
        address = openid.discovered(given_provider()).get("end_session_endpoint")
    except (OAuth2Error, requests.RequestException):
        return None
    if not address:
        return None
    asked = urlencode(
        {
            "id_token_hint": token,
            "post_logout_redirect_uri": request.build_absolute_uri(reverse("openid_left")),
            # Nothing is done on the way back: what goes with it is the language of the page.
            "state": f"{get_language()}-{secrets.token_urlsafe(32)}",
        }
    )
    return _send_on(request, f"{address}{'&' if '?' in address else '?'}{asked}", leaving=True)


def leaving_token(request: HttpRequest) -> object:
    """Return what ends somebody's session at the provider; nothing where they did not come from there."""
    return request.session.get(LEAVING)


@never_cache
@require_safe
def left(request: HttpRequest) -> HttpResponse:
    """Come back from the provider, signed out there too."""
    language = request.GET.get("state", "").partition("-")[0]
    known = language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
    with override(known):
        return HttpResponseRedirect(reverse("account_login"))
