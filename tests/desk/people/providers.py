"""Providers of OpenID Connect on loopback: one from PyPI, and a strict one of ours that can also be told to lie."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

CLIENT, SECRET = "portulan", "a secret of forty letters between the two"
_KEYS = [rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2)]


@dataclass
class Strict:
    """A provider that refuses what the standard lets it refuse, and lies where it is told to.

    ``person`` is what it knows of whoever signs in; ``token`` and ``told`` change what it says, ``head`` how it signs.
    """

    issuer: str = ""
    person: dict[str, Any] = field(default_factory=lambda: {"sub": "ada-there"})
    token: dict[str, Any] = field(default_factory=dict)
    told: dict[str, Any] = field(default_factory=dict)
    said: dict[str, Any] = field(default_factory=dict)
    head: dict[str, Any] = field(default_factory=dict)
    key: Any = _KEYS[0]
    signed_papers: bool = False
    broken: str = ""
    asked: dict[str, dict[str, str]] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    _codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def discovery(self) -> dict[str, Any]:
        ways = {"authorization_endpoint": "authorize", "token_endpoint": "token", "userinfo_endpoint": "who",
                "jwks_uri": "keys", "end_session_endpoint": "end"}  # fmt: skip
        return {
            "issuer": self.issuer, **{name: f"{self.issuer}/{way}" for name, way in ways.items()},
            "code_challenge_methods_supported": ["S256"], "claims_parameter_supported": True,
            "token_endpoint_auth_methods_supported": ["client_secret_post"], **self.said,
        }  # fmt: skip

    def keys(self) -> dict[str, Any]:
        known = json.loads(RSAAlgorithm.to_jwk(_KEYS[0].public_key()))
        return {"keys": [{**known, "kid": "first", "use": "sig", "alg": "RS256"}]}

    def authorize(self, asked: dict[str, str]) -> str:
        """Sign in at once whoever is asked for, and return where their browser is sent."""
        self.asked["authorize"] = asked
        wanted = {"client_id": CLIENT, "response_type": "code", "code_challenge_method": "S256"}
        assert all(asked.get(name) == value for name, value in wanted.items()), asked
        assert "openid" in asked["scope"].split() and len(asked["state"]) >= 32 and len(asked["nonce"]) >= 32
        code = f"code-{len(self._codes)}"
        self._codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state'], 'iss': self.issuer})}"

    def exchange(self, sent: dict[str, str]) -> dict[str, Any] | None:
        self.asked["token"] = sent
        asked = self._codes.pop(sent.get("code", ""), None)
        digest = hashlib.sha256(sent.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if asked is None or challenge != asked["code_challenge"] or asked["redirect_uri"] != sent.get("redirect_uri"):
            self.refused.append("code")
            return None
        if (sent.get("client_id"), sent.get("client_secret")) != (CLIENT, SECRET):
            self.refused.append("client")
            return None
        claims = {"nonce": asked["nonce"], "sub": self.person["sub"], "exp": time.time() + 60, **self.token}
        return {"access_token": "bearer", "token_type": "Bearer", "expires_in": 60, "id_token": self.signed(claims)}

    def signed(self, claims: dict[str, Any]) -> str:
        whole = {"iss": self.issuer, "aud": CLIENT, "iat": time.time(), **claims}
        head = {"kid": "first", **self.head}
        algorithm = head.pop("alg", "RS256")
        key = {"none": None, "HS256": SECRET}.get(algorithm, self.key)
        return jwt.encode({name: one for name, one in whole.items() if one is not None}, key, algorithm, headers=head)


OTHER_KEY = _KEYS[1]


class _Handler(BaseHTTPRequestHandler):
    provider: Strict

    def log_message(self, *_: object) -> None:
        pass

    def _send(self, body: str, kind: str = "application/json", status: int = 200) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body.encode())))
        self.end_headers()
        self.wfile.write(body.encode())

    def do_GET(self) -> None:
        provider, way = self.provider, urlsplit(self.path).path
        if provider.broken and provider.broken in way:
            return self._send("<h1>It works!</h1>", "text/html", 200 if provider.broken == "keys" else 500)
        if way == "/.well-known/openid-configuration":
            return self._send(json.dumps(provider.discovery()))
        if way == "/keys":
            return self._send(json.dumps(provider.keys()))
        if way == "/who" and self.headers["Authorization"] == "Bearer bearer":
            told = {**provider.person, **provider.told}
            if provider.signed_papers:
                return self._send(provider.signed(told), "application/jwt; charset=utf-8")
            return self._send(json.dumps(told))
        return self._send("{}", status=404)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        sent = {name: one[0] for name, one in parse_qs(body).items()}
        answer = self.provider.exchange(sent)
        self._send(json.dumps(answer or {"error": "invalid_grant"}), status=200 if answer else 400)


@contextmanager
def strict() -> Iterator[Strict]:
    """Run the strict provider."""
    provider = Strict()
    handler = type("Handler", (_Handler,), {"provider": provider})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
