"""The pages by which one signs in and out. allauth does the work; what is asked and said here is ours."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import perform_login
from allauth.account.internal.flows.logout import logout
from allauth.account.models import Login
from allauth.account.stages import LoginByCodeStage, LoginStageController
from allauth.account.views import ConfirmLoginCodeView, RequestLoginCodeView
from allauth.core.ratelimit import respond_429
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from portulan.desk.core import limits
from portulan.desk.people import demonstration, entering_provider, selectors, services
from portulan.desk.people.actors import account_of
from portulan.desk.people.adapter import said
from portulan.desk.people.models import Account

GUESSES = limits.Budget("sign-in-code", 30)
"""Codes that one reader may try in a minute, whatever addresses they asked for."""


class SignIn(RequestLoginCodeView):  # type: ignore[misc] # allauth ships no types
    """Ask for the address. What is answered does not tell whether anybody has it."""

    template_name = "account/sign_in.html"

    def _redirect_to_pending_stage(self, request: HttpRequest, stage: object) -> None:
        """Whoever comes back here, having mistyped their address say, may start again."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return what the page shows."""
        shown: dict[str, Any] = super().get_context_data(**kwargs)
        return {
            **shown,
            "said": said(self.request),
            "provider": settings.PORTULAN_OPENID,
            "invented": demonstration.invented(self.request),
            "wanted": shown["redirect_field_value"] or "",
        }


class Code(ConfirmLoginCodeView):  # type: ignore[misc] # allauth ships no types
    """Ask for the code of the mail. Its link leads here, and works in the browser that asked for it."""

    template_name = "account/code.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer; in another browser, say where the code is to be typed."""
        if request.method == "POST" and limits.spend(GUESSES, limits.reader(request)):
            too_many: HttpResponseBase = respond_429(request)
            return too_many
        given = request.GET.get("code", "")
        if given and account_of(request) is None and not LoginStageController.enter(request, LoginByCodeStage.key):
            return render(request, "account/elsewhere.html", {"given": given[:20]})
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return answer

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return what the page shows."""
        shown: dict[str, Any] = super().get_context_data(**kwargs)
        return {
            **shown,
            "given": self.request.GET.get("code", "")[:20],
            "wanted": shown["redirect_field_value"] or "",
        }


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End this session, and the one at the provider where somebody came with it."""
    token = entering_provider.leaving_token(request)
    logout(request, show_message=False)
    if (there := entering_provider.sign_out_there(request, token)) is not None:
        return there
    return HttpResponseRedirect(reverse("account_login"))


@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest, secret: str) -> HttpResponseBase:
    """Sign in by a link made on the machine of the site. Opening it does nothing yet: mail readers open links too."""
    if request.method != "POST":
        return render(request, "account/link.html", {"account": selectors.account_of_link(secret)})
    account = services.use_link(secret)
    if account is None:
        return render(request, "account/link.html", {"account": None}, status=410)
    return _enter(request, account)


@require_POST
def as_invented(request: HttpRequest) -> HttpResponseBase:
    """Sign in as an invented person, where the demonstration allows it."""
    who = request.POST.get("who", "")
    account = next((one for one in demonstration.accounts(request) if str(one.pk) == who), None)
    if account is None:
        raise Http404("nobody here is signed in without proof")
    return _enter(request, account)


def _enter(request: HttpRequest, account: Account) -> HttpResponseBase:
    """Sign in, asking for the second factor where there is one; whoever was there before is signed out."""
    logout(request, show_message=False)
    answer: HttpResponseBase = perform_login(request, Login(user=account, email=account.email))
    return answer
