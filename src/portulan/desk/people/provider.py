"""The provider of OpenID Connect as this site uses it. allauth looks for it in a module of this name."""

from __future__ import annotations

import json
import secrets
from typing import Any

from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.utils import generate_code_challenge
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language

from portulan.desk.people import openid
from portulan.desk.people.issuer import OpenId


def given_provider() -> OpenId:
    """Return the provider of this site. Raises `SocialApp.DoesNotExist` where it has none."""
    given = settings.PORTULAN_OPENID
    if not isinstance(given, OpenId):
        raise SocialApp.DoesNotExist
    return given


class Conversation(OpenIDConnectOAuth2Adapter):  # type: ignore[misc] # allauth ships no types
    """One sign-in with the provider: what is sent there, and what is believed of what comes back.

    ``nonce`` is the mark of this sign-in, kept in the session of the browser; the token must carry it.
    """

    nonce = ""

    @property
    def openid_config(self) -> dict[str, Any]:
        """What the provider says of itself."""
        return openid.discovered(given_provider())

    @property
    def basic_auth(self) -> bool:
        """Whether our secret goes in the head of what is asked, as is usual where a provider says nothing."""
        said = self.openid_config.get("token_endpoint_auth_methods_supported")
        return "client_secret_post" not in (said if isinstance(said, list) else ["client_secret_basic"])

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        """Return where the provider sends back to: one address whatever the language, for it is registered there."""
        return request.build_absolute_uri(reverse("openid_back"))

    def complete_login(self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any) -> SocialLogin:
        """Return who signed in there. Raises `OAuth2Error` where anything of it is not right."""
        given = given_provider()
        sent = kwargs["response"].get("id_token")
        claims = openid.checked_token(sent, given, self.nonce)
        proved = openid.proved(claims, openid.of_whom(token.token, given), given)
        login = self.get_provider().sociallogin_from_response(request, {"sub": proved.subject})
        login.proved, login.id_token = proved, sent
        return login


class Provider(OpenIDConnectProvider):  # type: ignore[misc] # allauth ships no types
    """The provider: nothing of what it tells is kept but who they are there."""

    oauth2_adapter_class = Conversation

    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, Any]:
        """Keep nothing beside the number somebody has there."""
        return {}

    def get_pkce_params(self) -> dict[str, str]:
        """Return the challenge (PKCE), where the provider says that it reads one: some refuse what they do not know."""
        said = openid.discovered(given_provider()).get("code_challenge_methods_supported")
        return dict(generate_code_challenge()) if isinstance(said, list) and "S256" in said else {}

    def redirect(
        self,
        request: HttpRequest,
        process: str,
        next_url: str | None = None,
        data: object = None,
        **kwargs: Any,
    ) -> HttpResponse:
        """Send somebody there with a mark of this sign-in. What is asked for is ours to say, not the reader's."""
        nonce = secrets.token_urlsafe(32)
        asked = {"nonce": nonce}
        if openid.discovered(given_provider()).get("claims_parameter_supported") is True:
            asked["claims"] = json.dumps({"id_token": {"amr": {"essential": True}}}, separators=(",", ":"))
        scope = list(given_provider().scopes)
        answer: HttpResponse = super().redirect(
            request, process, next_url, data, scope=scope, auth_params=asked, nonce=nonce, language=get_language()
        )
        return answer


def same_issuer(request: HttpRequest) -> None:
    """Raise `OAuth2Error` where an answer names another provider than the one asked (RFC 9207)."""
    said = request.GET.get("iss")
    if said is not None and said != given_provider().issuer:
        raise OAuth2Error("the answer is of another provider")


provider_classes = [Provider]
