"""The settings of sign-in by a provider: what an installer wrote in the environment, or refused with what to do."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from portulan.desk.people.issuer import USUAL_SCOPES, OpenId, is_safe

LONGEST_ISSUER = 200
"""What a row of a linked account has room for."""


def openid(environment: Mapping[str, str]) -> OpenId | None:
    """Return the provider of `PORTULAN_OPENID`; None where none is given.

    Raises `ImproperlyConfigured` for a bad one.
    """
    issuer = environment.get("PORTULAN_OPENID", "").strip()
    if not issuer:
        return None
    client = environment.get("PORTULAN_OPENID_CLIENT", "").strip()
    secret = environment.get("PORTULAN_OPENID_SECRET", "").strip()
    if not client or not secret:
        raise ImproperlyConfigured(
            "PORTULAN_OPENID is set: set PORTULAN_OPENID_CLIENT and PORTULAN_OPENID_SECRET too, as the provider gave "
            "them, or unset it."
        )
    if not is_safe(issuer) or len(issuer) > LONGEST_ISSUER or urlsplit(issuer).query:
        raise ImproperlyConfigured(
            "PORTULAN_OPENID is the issuer of the provider, such as https://auth.example.org/realms/culture: an "
            f"address that begins with https://, of {LONGEST_ISSUER} characters at most, without a question mark."
        )
    scopes = tuple(environment.get("PORTULAN_OPENID_SCOPES", "").split() or USUAL_SCOPES)
    if "openid" not in scopes:
        raise ImproperlyConfigured("PORTULAN_OPENID_SCOPES must hold the word openid.")
    return OpenId(
        issuer=issuer,
        client=client,
        secret=secret,
        name=environment.get("PORTULAN_OPENID_NAME", "").strip() or urlsplit(issuer).hostname or issuer,
        scopes=scopes,
        trusted=environment.get("PORTULAN_OPENID_TRUSTED") == "1",
        newcomers=environment.get("PORTULAN_OPENID_NEWCOMERS") == "1",
        strong=frozenset(environment.get("PORTULAN_OPENID_STRONG", "").split()),
    )
