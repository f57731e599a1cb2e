"""Addresses of sign-in, under a language. Names are those allauth looks for; what is not listed does not exist here."""

from __future__ import annotations

from allauth.mfa.base import views as proofs
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkeys
from django.urls import path
from django.views.decorators.cache import never_cache

from portulan.desk.people import entering, entering_provider, proving, views

_sign_in = entering.SignIn.as_view()
_pages = [
    ("sign-in/", _sign_in, "account_login"),
    ("sign-in/", _sign_in, "account_request_login_code"),
    ("sign-in/passkey/", passkeys.login_webauthn, "mfa_login_webauthn"),
    ("sign-in/factor/", proofs.authenticate, "mfa_authenticate"),
    ("sign-in/link/<str:secret>/", entering.link, "sign_in_link"),
    ("sign-in/provider/", entering_provider.start, "openid_start"),
    ("sign-in/invented/", entering.as_invented, "sign_in_invented"),
    ("code/", entering.Code.as_view(), "account_confirm_login_code"),
    ("sign-out/", entering.sign_out, "account_logout"),
    ("again/", proofs.reauthenticate, "mfa_reauthenticate"),
    ("again/passkey/", passkeys.reauthenticate_webauthn, "mfa_reauthenticate_webauthn"),
    ("proofs/", views.factors, "mfa_index"),
    ("proofs/passkeys/", views.factors, "mfa_list_webauthn"),
    ("proofs/passkeys/add/", proving.AddPasskey.as_view(), "mfa_add_webauthn"),
    ("proofs/passkeys/<int:pk>/remove/", passkeys.remove_webauthn, "mfa_remove_webauthn"),
    ("proofs/app/", proving.AddApp.as_view(), "mfa_activate_totp"),
    ("proofs/app/remove/", totp.deactivate_totp, "mfa_deactivate_totp"),
    ("proofs/codes/", codes.view_recovery_codes, "mfa_view_recovery_codes"),
    ("proofs/codes/new/", codes.generate_recovery_codes, "mfa_generate_recovery_codes"),
]
urlpatterns = [path(route, never_cache(view), name=name) for route, view, name in _pages]
