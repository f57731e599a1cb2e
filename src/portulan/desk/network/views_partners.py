"""The partners of a post: for those designated in it."""

from __future__ import annotations

import vobject
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_POST, require_safe

from portulan.desk.core.typed import Typed, WrongError
from portulan.desk.network import partners as services
from portulan.desk.network.models import Partner, Post, Tag
from portulan.desk.network.partners_page import partners_page, read_contact, read_tag
from portulan.desk.network.staff import posts_by_code, posts_of
from portulan.desk.people.actors import Actor, actor_of, signed_in

_WRONG, _FORBIDDEN = 422, 403


def _posts(actor: Actor) -> list[Post]:
    """Return the posts of whoever asks; without any there is nothing here for them."""
    found = posts_by_code(posts_of(actor.person, timezone.localdate()))
    if not found:
        raise Http404
    return [found[code] for code in sorted(found)]


def _private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "private, no-store"
    return response


def _show(request: HttpRequest, actor: Actor, wrong: WrongError | None = None) -> HttpResponse:
    page = partners_page(
        services.partners_for(actor, timezone.localdate()), _posts(actor), actor, get_language() or "en",
        done=str(request.GET.get("done", "")), wrong=((wrong.field, wrong.sentence),) if wrong else (),
        typed={name: str(value) for name, value in request.POST.items()},
    )  # fmt: skip
    return _private(render(request, "network/partners.html", {"page": page}, status=_WRONG if wrong else 200))


def _see(done: str) -> HttpResponse:
    response = HttpResponseRedirect(f"{reverse('partners:list')}?done={done}")
    response.status_code = 303
    return _private(response)


@signed_in
@require_safe
def partners(request: HttpRequest) -> HttpResponse:
    """Show the partners of the reader's posts."""
    actor = actor_of(request)
    if not posts_of(actor.person, timezone.localdate()):
        return _private(render(request, "network/no_desk.html", {}, status=_FORBIDDEN))
    return _show(request, actor)


@signed_in
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """Send somebody the contacts they marked as personal, for their own address book."""
    actor = actor_of(request)
    _posts(actor)
    cards = [_card(one) for one in services.partners_for(actor, timezone.localdate()) if one.tag == Tag.PERSONAL]
    response = HttpResponse("".join(cards), content_type="text/vcard; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="contacts.vcf"'
    return _private(response)


def _card(partner: Partner) -> str:
    made = vobject.vCard()
    made.add("n").value = vobject.vcard.Name(family=partner.contact_name or partner.body)
    made.add("fn").value = partner.contact_name or partner.body
    made.add("org").value = [partner.body]
    if partner.contact_email:
        made.add("email").value = partner.contact_email
    if partner.contact_phone:
        made.add("tel").value = partner.contact_phone
    if partner.note:
        made.add("note").value = partner.note
    return str(made.serialize())


@signed_in
@require_POST
def add(request: HttpRequest) -> HttpResponse:
    """Write down a partner."""
    actor = actor_of(request)
    try:
        post, contact = read_contact(Typed(request.POST), _posts(actor))
    except WrongError as wrong:
        return _show(request, actor, wrong)
    services.add_partner(actor, post, contact, timezone.localdate())
    return _see("added")


@signed_in
@require_POST
def act(request: HttpRequest, number: int, act: str) -> HttpResponse:
    """Write down that a partner was met, what becomes of the contact, or that it is to be erased."""
    actor, today = actor_of(request), timezone.localdate()
    partner = next((one for one in services.partners_for(actor, today) if one.pk == number), None)
    if partner is None:
        raise Http404
    try:
        if act == "met":
            services.met_partner(actor, partner, today)
            return _see("met")
        if act == "tag":
            services.tag_partner(actor, partner, read_tag(Typed(request.POST)), today)
            return _see("tagged")
        if act == "remove":
            services.remove_partner(actor, partner, today)
            return _see("removed")
    except services.NotOfThePostError as error:
        raise Http404 from error
    except WrongError as wrong:
        return _show(request, actor, wrong)
    raise Http404
