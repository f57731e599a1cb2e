"""The page of an account, and what its owner may do there."""

from __future__ import annotations

from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.logout import logout
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from portulan.desk.people import held, linking, pages, services
from portulan.desk.people.actors import POWER_UNTIL, account_of, actor_of, signed_in
from portulan.desk.people.adapter import said, say
from portulan.desk.people.models import Account, Person, Purpose

HOW = "on the page of the account"
"""How a consent was given here, as its row says it."""


def _language() -> str:
    return "fr" if get_language() == "fr" else "en"


def _me(request: HttpRequest) -> tuple[Account, Person]:
    """Return whoever is signed in; `signed_in` has seen to it that somebody is."""
    account = account_of(request)
    if account is None or account.person is None:
        raise LookupError("this page is for persons who are signed in")
    return account, account.person


def _back(part: str = "") -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("people:account") + part)


@require_safe
@signed_in
def account(request: HttpRequest) -> HttpResponse:
    """Show somebody their account."""
    mine, person = _me(request)
    page = pages.account_page(mine, person, actor_of(request), _language())
    return render(request, "people/account.html", {"page": page, "said": said(request)})


@require_safe
@signed_in
def factors(request: HttpRequest) -> HttpResponse:
    """Lead to the part of the page on second factors: allauth comes back here after each change of them."""
    return _back("#proofs")


@require_POST
@signed_in
def consent(request: HttpRequest) -> HttpResponse:
    """Give or withdraw one consent."""
    _mine, person = _me(request)
    if request.POST.get("purpose") not in Purpose.values or request.POST.get("do") not in ("give", "withdraw"):
        return HttpResponseBadRequest("this form is not one of ours", content_type="text/plain")
    purpose = Purpose(request.POST["purpose"])
    if request.POST["do"] == "give":
        services.give_consent(person, purpose, HOW, actor=actor_of(request).label)
    else:
        services.withdraw_consent(person, purpose, actor=actor_of(request).label)
    return _back("#agreements")


@require_POST
@signed_in
def language(request: HttpRequest) -> HttpResponse:
    """Choose the language in which somebody is written to, and go on in it."""
    mine, _person = _me(request)
    chosen = request.POST.get("language", "")
    if chosen not in dict(settings.LANGUAGES):
        return HttpResponseBadRequest("this site does not speak that language", content_type="text/plain")
    services.choose_language(mine, chosen, actor=actor_of(request).label)
    with override(chosen):
        return _back()


@require_safe
@signed_in
def data(request: HttpRequest) -> HttpResponse:
    """Hand over everything held of whoever asks."""
    _mine, person = _me(request)
    answer = JsonResponse(held.all_of(person), json_dumps_params={"ensure_ascii": False, "indent": 2})
    answer["Content-Disposition"] = 'attachment; filename="portulan-my-data.json"'
    return answer


@require_POST
@signed_in
def unlink(request: HttpRequest) -> HttpResponse:
    """Take away the link with a provider: the code by mail remains."""
    mine, _person = _me(request)
    number = request.POST.get("link", "")
    if not number.isdecimal() or not linking.unlink(mine, int(number[:18])):
        return HttpResponseBadRequest("this account has no such link", content_type="text/plain")
    return _back("#proofs")


@require_POST
@signed_in
def sign_out_everywhere(request: HttpRequest) -> HttpResponse:
    """End every session of the account, this one too."""
    mine, _person = _me(request)
    services.sign_out_everywhere(mine, actor=actor_of(request).label)
    logout(request, show_message=False)
    say(request, _("You are signed out everywhere."))
    return HttpResponseRedirect(reverse("account_login"))


@signed_in
@reauthentication_required(app="allauth.mfa")  # type: ignore[untyped-decorator] # allauth ships no types
def _with_power(request: HttpRequest) -> HttpResponse:
    _mine, person = _me(request)
    try:
        until = services.switch_power_on(person, actor=actor_of(request).label)
    except services.PeopleError:
        return HttpResponse(_("Only an administrator may do this."), status=403, content_type="text/plain")
    # A session that may do more gets a new name: whoever knew the former one gains nothing.
    request.session.cycle_key()
    request.session[POWER_UNTIL] = until.timestamp()
    return _back("#power")


@require_POST
def power(request: HttpRequest) -> HttpResponseBase:
    """Switch the power of an administrator on or off."""
    if request.POST.get("do") == "on":
        return _with_power(request)
    return _without_power(request)


@signed_in
def _without_power(request: HttpRequest) -> HttpResponse:
    _mine, person = _me(request)
    if request.session.pop(POWER_UNTIL, None) is not None:
        services.switch_power_off(person, actor=actor_of(request).label)
    return _back("#power")
