"""The pages on which somebody adds a second factor. Adding one is a proof in itself, good for what comes after."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.webauthn.views import AddWebAuthnView
from django.http import HttpResponse

from portulan.desk.people.actors import account_of


class AddApp(ActivateTOTPView):  # type: ignore[misc] # allauth ships no types
    """Ask for codes from an app; the six figures just typed need not be typed again to see the recovery codes."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return what the page shows; the secret is typed more surely letter by letter in fours."""
        shown: dict[str, Any] = super().get_context_data(**kwargs)
        secret = shown["form"].secret
        return {**shown, "secret": " ".join(secret[n : n + 4] for n in range(0, len(secret), 4))}

    def form_valid(self, form: Any) -> HttpResponse:
        """Write it down, then remember the proof."""
        answer: HttpResponse = super().form_valid(form)
        record_authentication(self.request, account_of(self.request), "mfa", type="totp", reauthenticated=True)
        return answer


class AddPasskey(AddWebAuthnView):  # type: ignore[misc] # allauth ships no types
    """Add a passkey; the device that has just made it need not prove it again."""

    def form_valid(self, form: Any) -> HttpResponse:
        """Write it down, then remember the proof."""
        answer: HttpResponse = super().form_valid(form)
        record_authentication(self.request, account_of(self.request), "mfa", type="webauthn", reauthenticated=True)
        return answer
