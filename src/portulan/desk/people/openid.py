"""What a provider of OpenID Connect says: fetched, and believed only where every mark on it is right."""

from __future__ import annotations

import hmac
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jwt
import requests
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.providers.oauth2.client import OAuth2Error

from portulan.desk.people.issuer import OpenId, is_safe

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Signatures by a key that the provider alone has: none that our own secret could make, and not `none`."""
CLOCKS_DIFFER = 60
"""Seconds by which a provider's clock may differ from ours."""
KEPT = 600
"""Seconds for which what a provider says of itself is kept."""
_NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")
_OFFERED = ("userinfo_endpoint", "end_session_endpoint")
# Said by providers where more than one proof was asked for (RFC 8176).
_SEVERAL = "mfa"

_kept: dict[str, tuple[float, dict[str, Any]]] = {}


@dataclass(frozen=True, slots=True)
class Proved:
    """What a provider proved of somebody. ``address`` is empty where it does not vouch for one.

    ``strong``: they gave more than one proof there.
    """

    subject: str
    address: str
    given_name: str
    family_name: str
    strong: bool


def _fetched(address: str, token: str = "") -> requests.Response:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    with get_adapter().get_requests_session() as session:
        # Nobody is followed elsewhere: what is asked for stands at the address that was said.
        answer: requests.Response = session.get(address, headers=headers, allow_redirects=False)
    answer.raise_for_status()
    if answer.status_code != requests.codes.ok:
        raise OAuth2Error(f"{address} answered {answer.status_code}")
    return answer


def _table(answer: requests.Response) -> dict[str, Any]:
    read = answer.json()
    if not isinstance(read, dict):
        raise OAuth2Error("what the provider answered is no object")
    return read


def discovered(given: OpenId) -> dict[str, Any]:
    """Return what a provider says of itself, kept for ten minutes.

    Raises `requests.RequestException` where it cannot be had, `OAuth2Error` where it cannot be used.
    """
    said_at, said = _kept.get(given.issuer, (0.0, {}))
    if said and time.monotonic() - said_at < KEPT:
        return said
    said = _table(_fetched(given.issuer.rstrip("/") + "/.well-known/openid-configuration"))
    if said.get("issuer") != given.issuer:
        raise OAuth2Error("the provider calls itself by another name than the settings do")
    for name in (*_NEEDED, *_OFFERED):
        if (name in _NEEDED or said.get(name)) and not is_safe(str(said.get(name, ""))):
            raise OAuth2Error(f"{name} of the provider is missing, or not behind HTTPS")
    _kept[given.issuer] = (time.monotonic(), said)
    return said


def forget() -> None:
    """Forget what providers said of themselves."""
    _kept.clear()


def checked_token(token: object, given: OpenId, nonce: str, *, needs_nonce: bool = True) -> dict[str, Any]:
    """Return what a signed token says. Raises `OAuth2Error` unless it is signed, fresh, from there, and for us."""
    if not isinstance(token, str) or not token:
        raise OAuth2Error("the provider sent no token of who it is")
    required = ["iss", "sub", "aud"] + (["exp", "iat"] if needs_nonce else [])
    shown = _table(_fetched(discovered(given)["jwks_uri"]))
    try:
        said: dict[str, Any] = jwt.decode(
            token,
            key=_key_of(token, shown),
            algorithms=list(ALGORITHMS),
            issuer=given.issuer,
            audience=given.client,
            leeway=CLOCKS_DIFFER,
            options={"require": required},
        )
    except (jwt.PyJWTError, ValueError, TypeError, KeyError) as error:
        raise OAuth2Error("the token of the provider is not right") from error
    if isinstance(said["aud"], list) and len(said["aud"]) > 1 and said.get("azp") != given.client:
        raise OAuth2Error("the token of the provider is for several, and was not made for us")
    if needs_nonce and not (nonce and hmac.compare_digest(str(said.get("nonce", "")).encode(), nonce.encode())):
        raise OAuth2Error("the token of the provider was made for another sign-in")
    return said


def _key_of(token: str, shown: dict[str, Any]) -> Any:
    head = jwt.get_unverified_header(token)
    if head.get("alg") not in ALGORITHMS:
        raise OAuth2Error("the token of the provider is not signed by a key of its own")
    keys = jwt.PyJWKSet.from_dict(shown).keys
    named = [key for key in keys if key.key_id == head["kid"]] if "kid" in head else keys
    fitting = [key for key in named if key.key_type in _KEY_TYPES[str(head["alg"])[:2]]]
    if len(fitting) != 1:
        raise OAuth2Error("the provider does not show the key of its token")
    return fitting[0].key


_KEY_TYPES = {"RS": ("RSA",), "PS": ("RSA",), "ES": ("EC",), "Ed": ("OKP",)}


def of_whom(token: str, given: OpenId) -> dict[str, Any]:
    """Return what the provider tells of whoever signed in, as a table or signed; nothing where it does not tell."""
    address = discovered(given).get("userinfo_endpoint")
    if not address:
        return {}
    answer = _fetched(address, token)
    if answer.headers.get("Content-Type", "").partition(";")[0].strip().lower() == "application/jwt":
        return checked_token(answer.text.strip(), given, "", needs_nonce=False)
    return _table(answer)


def proved(token: Mapping[str, Any], told: Mapping[str, Any], given: OpenId) -> Proved:
    """Return what a token and what was told of somebody prove together. Raises `OAuth2Error` where they are of two."""
    subject = token["sub"]
    if not isinstance(subject, str) or not 0 < len(subject) <= _LONGEST_SUBJECT:
        raise OAuth2Error("the provider does not say who it is")
    if told and told.get("sub") != subject:
        raise OAuth2Error("what the provider tells is of somebody else")
    # An address and the word for it come from one and the same paper.
    paper = told if told.get("email") else token
    return Proved(
        subject=subject,
        address=_address(paper, given),
        given_name=_first(told, token, "given_name"),
        family_name=_first(told, token, "family_name") or _first(told, token, "usual_name"),
        strong=_is_strong(token, given),
    )


_LONGEST_SUBJECT = 191


def _address(paper: Mapping[str, Any], given: OpenId) -> str:
    """Return the address a paper vouches for.

    Letters of other alphabets are refused: some become ours when they are made small, and would be somebody else's.
    """
    said = paper.get("email")
    vouched = paper.get("email_verified")
    if not isinstance(said, str) or not said.isascii():
        return ""
    # Trusted: not to have said so is believed, to have denied it is not.
    believed = vouched is True or (given.trusted and vouched is None)
    return said.strip().lower() if believed else ""


def _is_strong(token: Mapping[str, Any], given: OpenId) -> bool:
    ways = token.get("amr")
    return (isinstance(ways, list) and _SEVERAL in ways) or token.get("acr") in given.strong


def _first(told: Mapping[str, Any], token: Mapping[str, Any], name: str) -> str:
    for paper in (told, token):
        said = paper.get(name)
        if isinstance(said, str) and said.strip():
            return " ".join(said.replace("\x00", "").split())[:80]
    return ""
