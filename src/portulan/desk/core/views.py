"""The mails that did not leave, for whoever sits at this machine. Nobody else may enter; nothing is written."""

from __future__ import annotations

import ipaddress
import re

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.defaultfilters import filesizeformat
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.views.decorators.http import require_safe

from portulan.desk.core import selectors

_HERE = {"localhost", "127.0.0.1", "[::1]"}
# What proxies say of themselves, and of whom they speak for.
_PROXIED = ("HTTP_X_FORWARDED", "HTTP_FORWARDED", "HTTP_X_REAL_IP", "HTTP_VIA", "HTTP_CF_", "HTTP_TRUE_CLIENT_IP")


def is_from_here(request: HttpRequest) -> bool:
    """Tell whether somebody at this machine asks, with no proxy between: neither the network nor a page elsewhere."""
    try:
        address = ipaddress.ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return False
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    name = re.sub(r":[0-9]+$", "", request.get_host())
    return (
        (mapped or address).is_loopback
        and name in _HERE
        and not any(header.startswith(_PROXIED) for header in request.META)
    )


def _enter(request: HttpRequest) -> None:
    if not (settings.MAIL_IS_SHOWN and is_from_here(request)):
        raise Http404


@require_safe
def mails(request: HttpRequest) -> HttpResponse:
    """Show the mails that are kept, newest first."""
    _enter(request)
    found, older = selectors.kept_mails()
    rows = [(mail, _when(mail)) for mail in found]
    return _unkept(render(request, "core/mails.html", {"rows": rows, "older": older, "newest": selectors.NEWEST}))


@require_safe
def mail(request: HttpRequest, number: int) -> HttpResponse:
    """Show one mail as its reader would see it."""
    _enter(request)
    found = selectors.kept_mail(number)
    if found is None:
        raise Http404
    files = ", ".join(f"{file.name} ({filesizeformat(file.size)})" for file in found.files)
    return _unkept(render(request, "core/mail.html", {"mail": found, "when": _when(found.line), "files": files}))


def _when(line: selectors.KeptMail) -> str:
    return date_format(localtime(line.at), "j F Y, H:i:s")


def _unkept(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    return response
