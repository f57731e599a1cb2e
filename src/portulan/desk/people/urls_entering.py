"""Addresses of sign-in, under a language. Names are those allauth looks for; what is not listed does not exist here."""

from __future__ import annotations

from allauth.mfa.base import views as factor_views
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkeys
from django.urls import path

from portulan.desk.people import entering, views

_sign_in = entering.SignIn.as_view()

urlpatterns = [
    path("sign-in/", _sign_in, name="account_login"),
    path("sign-in/", _sign_in, name="account_request_login_code"),
    path("sign-in/passkey/", passkeys.login_webauthn, name="mfa_login_webauthn"),
    path("sign-in/factor/", factor_views.authenticate, name="mfa_authenticate"),
    path("sign-in/link/<str:secret>/", entering.link, name="sign_in_link"),
    path("sign-in/invented/<int:number>/", entering.as_invented, name="sign_in_invented"),
    path("code/", entering.Code.as_view(), name="account_confirm_login_code"),
    path("sign-out/", entering.sign_out, name="account_logout"),
    path("again/", factor_views.reauthenticate, name="mfa_reauthenticate"),
    path("again/passkey/", passkeys.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("proofs/", views.factors, name="mfa_index"),
    path("proofs/passkeys/", views.factors, name="mfa_list_webauthn"),
    path("proofs/passkeys/add/", passkeys.add_webauthn, name="mfa_add_webauthn"),
    path("proofs/passkeys/<int:pk>/remove/", passkeys.remove_webauthn, name="mfa_remove_webauthn"),
    path("proofs/app/", totp.activate_totp, name="mfa_activate_totp"),
    path("proofs/app/remove/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("proofs/codes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("proofs/codes/new/", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
]
